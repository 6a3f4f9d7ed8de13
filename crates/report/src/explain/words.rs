//! Numbers as people read them.

/// The n-th of `parts` equal parts of a file of so many seconds: `0–15 s`, and `0.0–1.5 s` where that is short.
pub(crate) fn part(n: usize, parts: usize, seconds: f64) -> String {
    let at = |n: usize| seconds * n as f64 / parts as f64;
    let digits = usize::from(seconds < 40.0);
    format!("{:.digits$}–{:.digits$} s", at(n), at(n + 1))
}

/// A number with as many decimals as tell something: three below one, one above.
pub(crate) fn number(value: f64) -> String {
    let text = if value.abs() < 1.0 { format!("{value:.3}") } else { format!("{value:.1}") };
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_and_numbers_are_short() {
        assert_eq!((part(0, 4, 6.0), part(3, 4, 240.0)), ("0.0–1.5 s".to_owned(), "180–240 s".to_owned()));
        assert_eq!([65.12, 8.0, 0.018, -0.5, 120.0].map(number), ["65.1", "8", "0.018", "-0.5", "120"]);
    }
}
