//! Words of both registers.

use bitrater_evidence::Codec;

use super::Parts;

/// The codec as people write it.
pub fn codec_name(codec: Codec) -> &'static str {
    match codec {
        Codec::Mp3 => "MP3",
        Codec::Mp2 => "MPEG Layer II",
        Codec::Mp1 => "MPEG Layer I",
        Codec::Aac => "AAC",
        Codec::Vorbis => "Vorbis",
        Codec::Opus => "Opus",
        Codec::Musepack => "Musepack",
        Codec::Ac3 => "AC-3",
        Codec::Wma => "Windows Media Audio",
        other => other.name(),
    }
}

/// Words with commas, and `last` before the last of them.
pub fn listed<T: AsRef<str>>(words: &[T], last: &str) -> String {
    let word = |word: &T| word.as_ref().to_owned();
    match words.split_last() {
        Some((end, [])) => word(end),
        Some((end, others)) => {
            format!("{} {last} {}", others.iter().map(word).collect::<Vec<_>>().join(", "), word(end))
        }
        None => String::new(),
    }
}

/// From where to where the parts are, of how long a file.
pub fn times(parts: &Parts) -> String {
    let tenths = parts.in_tenths();
    let mut named: Vec<String> = parts
        .first
        .iter()
        .map(|part| format!("from {} to {}", clock(part.start, tenths), clock(part.end, tenths)))
        .collect();
    match parts.count.saturating_sub(named.len()) {
        0 => {}
        more => named.push(format!("in {more} more")),
    }
    format!("{} of {}", listed(&named, "and"), clock(parts.duration, tenths))
}

/// Minutes and seconds, in tenths or whole.
fn clock(seconds: f64, tenths: bool) -> String {
    let tens = if tenths { (10.0 * seconds).round() } else { 10.0 * seconds.round() }.max(0.0) as u64;
    let (minutes, rest) = (tens / 600, tens % 600);
    if tenths { format!("{minutes}:{:02}.{}", rest / 10, rest % 10) } else { format!("{minutes}:{:02}", rest / 10) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_minutes_and_seconds() {
        assert_eq!(clock(59.96, true), "1:00.0");
        assert_eq!(clock(10.04, true), "0:10.0");
        assert_eq!(clock(3600.4, false), "60:00");
    }

    #[test]
    fn lists_end_with_their_word() {
        assert_eq!(listed(&["a"], "and"), "a");
        assert_eq!(listed(&["a", "b", "c"], "or"), "a, b or c");
        assert_eq!(listed::<&str>(&[], "or"), "");
    }
}
