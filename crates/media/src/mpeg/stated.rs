//! From info tag and frame bitrates to the class that an MPEG stream claims.

use super::info_tag::InfoTag;
use super::stats::Stats;
use crate::facts::{Class, Codec, Mode, Stated};
use crate::mpeg_header::{Header, Layer};

/// Average of LAME's `-V 0` to `-V 9` at 44.1 kHz stereo in kbps (LAME's own manual page).
const V_AVERAGES: [u32; 10] = [245, 225, 190, 175, 165, 130, 115, 100, 85, 65];

/// The claim of a stream of which `stats` have been seen; with none seen, what the tag and the first header say.
pub(super) fn stated(first: &Header, tag: Option<&InfoTag>, stats: &Stats, encoder: Option<String>) -> Stated {
    let codec = first.layer.codec();
    let lame = tag.and_then(|tag| tag.lame.as_ref());
    let mode = if stats.frames > 0 && first.layer == Layer::Three {
        match lame.and_then(|lame| lame.mode) {
            Some(mode @ (Mode::Abr | Mode::Vbr)) => mode,
            _ if stats.is_constant() => Mode::Cbr,
            _ => Mode::Vbr,
        }
    } else if stats.frames > 0 {
        if stats.is_constant() { Mode::Cbr } else { Mode::Vbr }
    } else {
        lame.and_then(|lame| lame.mode).unwrap_or(if tag.is_none_or(|tag| tag.constant) {
            Mode::Cbr
        } else {
            Mode::Vbr
        })
    };
    let average = stats.average();
    let rate = |kbps| Class::Rate { codec, kbps };
    let (class, bitrate) = match mode {
        Mode::Cbr | Mode::Lossless => {
            let kbps = stats.nominal().unwrap_or(first.kbps());
            (rate(kbps), Some(kbps))
        }
        Mode::Abr => {
            let kbps = lame.and_then(nominal_abr).or(average).unwrap_or(first.kbps());
            (rate(kbps), average)
        }
        Mode::Vbr if codec == Codec::Mp3 => {
            let level = tag.and_then(InfoTag::v_level).or_else(|| Some(nearest_v(average?, first)));
            (level.map_or_else(|| rate(first.kbps()), Class::V), average)
        }
        Mode::Vbr => (rate(average.unwrap_or(first.kbps())), average),
    };
    Stated { codec, class, bitrate, mode: Some(mode), encoder }
}

/// The rate that was asked of an ABR encode: the preset number where it is one, else the tag's one-byte rate.
fn nominal_abr(lame: &super::info_tag::LameTag) -> Option<u32> {
    match (lame.preset, lame.kbps) {
        (preset @ 8..=320, _) => Some(u32::from(preset)),
        (_, kbps @ 8..=254) => Some(u32::from(kbps)),
        _ => None,
    }
}

/// The level whose average lies nearest, for a VBR stream that does not say. The averages hold for two channels; half
/// the channels need half of it, within the distance of neighbouring levels.
fn nearest_v(average: u32, header: &Header) -> u8 {
    let scaled = if header.channels() == 1 { average * 2 } else { average };
    (0u8..).zip(V_AVERAGES).min_by_key(|&(_, v)| v.abs_diff(scaled)).map_or(9, |(level, _)| level)
}
