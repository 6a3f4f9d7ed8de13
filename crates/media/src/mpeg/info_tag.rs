//! The frame without sound that many encoders put first: Xing/Info with LAME's extension ("MP3 Info Tag rev 1"),
//! and Fraunhofer's VBRI.

use crate::facts::Mode;
use crate::mpeg_header::{Header, Layer};
use crate::text;

/// What an info frame says.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct InfoTag {
    /// Said by the kind of tag: `Info` is constant, `Xing` and `VBRI` are variable.
    pub constant: bool,
    /// Audio frames.
    pub frames: Option<u32>,
    /// Quality indicator of a Xing tag; LAME writes `100 − 10·V − q`.
    pub quality: Option<u32>,
    /// LAME's extension, where there is one.
    pub lame: Option<LameTag>,
    /// A VBRI tag rather than a Xing one.
    pub vbri: bool,
}

/// LAME's extension of the Xing tag.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct LameTag {
    /// Short encoder version, such as `LAME3.100`; also `Lavc…` and others that follow the layout.
    pub encoder: Option<String>,
    /// How bits are spent, where the method is one of the known ones.
    pub mode: Option<Mode>,
    /// In Hz.
    pub lowpass: Option<u32>,
    /// Nominal rate of ABR, rate of CBR, smallest rate of VBR, in kbps; 255 means 255 or more.
    pub kbps: u8,
    /// In samples.
    pub delay: u32,
    /// In samples.
    pub padding: u32,
    /// Preset number, 0 if none.
    pub preset: u16,
}

impl InfoTag {
    /// Reads the tag that `frame` carries instead of sound, if it does.
    pub fn parse(header: &Header, frame: &[u8]) -> Option<Self> {
        if header.layer != Layer::Three {
            return None;
        }
        // The check word, if any, is left out of the layout by some encoders and kept by others.
        let shifts: &[usize] = if header.crc { &[0, 2] } else { &[0] };
        shifts
            .iter()
            .find_map(|shift| xing(frame.get(header.xing_offset() + shift..)?))
            .or_else(|| vbri(frame.get(36..)?))
    }

    /// LAME's `-V` level, from the preset number or else from the quality indicator of a LAME file in VBR mode.
    pub fn v_level(&self) -> Option<u8> {
        let lame = self.lame.as_ref()?;
        match lame.preset {
            // lame.h, `preset_mode`: V9 = 410 to V0 = 500; MEDIUM, STANDARD and EXTREME with their fast forms.
            preset @ 410..=500 => return u8::try_from((500 - preset) / 10).ok(),
            1001 | 1004 => return Some(2),
            1002 | 1005 => return Some(0),
            1006 | 1007 => return Some(4),
            _ => {}
        }
        let is_lame = lame.encoder.as_deref().is_some_and(|name| name.starts_with("LAME"));
        let quality = self.quality.filter(|&quality| is_lame && (1..=100).contains(&quality))?;
        u8::try_from((100 - quality) / 10).ok().filter(|&level| level <= 9)
    }
}

/// A reader of big-endian fields that runs out gracefully.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let (field, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(field)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take().map(|b| u32::from_be_bytes(*b))
    }
}

fn xing(bytes: &[u8]) -> Option<InfoTag> {
    let mut fields = Fields(bytes);
    let constant = match fields.take::<4>()? {
        b"Info" => true,
        b"Xing" => false,
        _ => return None,
    };
    let mut tag = InfoTag { constant, ..InfoTag::default() };
    let flags = fields.u32()?;
    if flags & 1 != 0 {
        tag.frames = Some(fields.u32()?);
    }
    if flags & 2 != 0 {
        fields.u32()?;
    }
    if flags & 4 != 0 {
        fields.take::<100>()?;
    }
    if flags & 8 != 0 {
        tag.quality = Some(fields.u32()?);
    }
    tag.lame = lame(fields);
    Some(tag)
}

/// The extension: 9 bytes of name, revision and method, low-pass, 8 bytes of gain, flags, rate, 3 bytes of delay and
/// padding, 2 bytes of other things, preset.
fn lame(mut fields: Fields) -> Option<LameTag> {
    let name = fields.take::<9>()?;
    if !name.iter().any(u8::is_ascii_alphabetic) || !name.iter().all(|&b| b == 0 || (0x20..0x7f).contains(&b)) {
        return None;
    }
    let [method, lowpass] = *fields.take::<2>()?;
    fields.take::<9>()?;
    let [kbps, d0, d1, d2] = *fields.take::<4>()?;
    fields.take::<2>()?;
    let preset = u16::from_be_bytes(*fields.take::<2>()?) & 0x7ff;
    let mode = match method & 0x0f {
        1 | 8 => Some(Mode::Cbr),
        2 | 9 => Some(Mode::Abr),
        3..=7 => Some(Mode::Vbr),
        _ => None,
    };
    Some(LameTag {
        encoder: text::clean(name),
        mode,
        lowpass: (lowpass > 0).then(|| u32::from(lowpass) * 100),
        kbps,
        delay: u32::from(d0) << 4 | u32::from(d1) >> 4,
        padding: u32::from(d1 & 0x0f) << 8 | u32::from(d2),
        preset,
    })
}

fn vbri(bytes: &[u8]) -> Option<InfoTag> {
    let mut fields = Fields(bytes);
    if fields.take::<4>()? != b"VBRI" {
        return None;
    }
    // Version, delay, quality, bytes.
    fields.take::<10>()?;
    Some(InfoTag { frames: Some(fields.u32()?), vbri: true, ..InfoTag::default() })
}

#[cfg(test)]
mod tests {
    use super::{InfoTag, LameTag};

    #[test]
    fn v_levels() {
        let level = |preset, quality, name: &str| {
            let lame = LameTag { preset, encoder: Some(name.to_owned()), ..LameTag::default() };
            InfoTag { lame: Some(lame), quality: Some(quality), ..InfoTag::default() }.v_level()
        };
        assert_eq!(level(480, 0, "LAME3.100"), Some(2));
        assert_eq!(level(410, 0, "LAME3.100"), Some(9));
        assert_eq!(level(1001, 78, "LAME3.90."), Some(2));
        assert_eq!(level(0, 97, "LAME3.93"), Some(0));
        assert_eq!(level(0, 57, "LAME3.100"), Some(4));
        assert_eq!(level(0, 57, "Lavf59"), None);
        assert_eq!(level(0, 0, "LAME3.100"), None);
    }
}
