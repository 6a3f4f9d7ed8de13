//! What a file is, by its content alone; its name is only compared afterwards.

use std::io;

use crate::extensions;
use crate::limits::MAX_LEADING_JUNK;
use crate::mpeg;
use crate::mpeg_header::Layer;
use crate::section::Section;

/// A container or bare stream, told by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Flac,
    Wav,
    Aiff,
    Mp4,
    Ogg,
    Matroska,
    Caf,
    Adts,
    Mpeg(Layer),
    /// Only the `ffmpeg` program reads it.
    Foreign(Foreign),
}

/// A format that symphonia does not know: its name as `ffmpeg` spells the demuxer, and in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Foreign {
    pub container: &'static str,
    pub words: &'static str,
}

/// Signatures at offset 0 of formats that go to `ffmpeg`.
const FOREIGN: &[(&[u8], Foreign)] = &[
    (&[0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11], Foreign { container: "asf", words: "Windows Media Audio" }),
    (b"MAC ", Foreign { container: "ape", words: "Monkey's Audio" }),
    (b"wvpk", Foreign { container: "wv", words: "WavPack" }),
    (b"MPCK", Foreign { container: "mpc8", words: "Musepack" }),
    (b"MP+", Foreign { container: "mpc", words: "Musepack" }),
    (b"TTA1", Foreign { container: "tta", words: "True Audio" }),
    (b"TTA2", Foreign { container: "tta", words: "True Audio" }),
    (&[0x0b, 0x77], Foreign { container: "ac3", words: "Dolby Digital" }),
    (&[0x7f, 0xfe, 0x80, 0x01], Foreign { container: "dts", words: "DTS" }),
    (b"tBaK", Foreign { container: "tak", words: "TAK" }),
    (b"riff\x2e\x91\xcf\x11", Foreign { container: "w64", words: "Wave64" }),
    (b"RF64", Foreign { container: "wav", words: "RF64" }),
    (b"BW64", Foreign { container: "wav", words: "BW64" }),
    (b"ADIF", Foreign { container: "aac", words: "AAC (ADIF)" }),
    (b".RMF", Foreign { container: "rm", words: "RealAudio" }),
    (b".ra\xfd", Foreign { container: "rm", words: "RealAudio" }),
    (b"DSD ", Foreign { container: "dsf", words: "DSD" }),
    (b"FRM8", Foreign { container: "iff", words: "DSD" }),
    (b".snd", Foreign { container: "au", words: "Sun audio" }),
    (b"#!AMR", Foreign { container: "amr", words: "AMR" }),
    (b"FLV\x01", Foreign { container: "flv", words: "Flash video" }),
];

/// Codecs in Ogg that go to `ffmpeg`, by the first bytes of their first packet, which begins at offset 28.
const FOREIGN_IN_OGG: &[(&[u8], Foreign)] = &[(b"Speex   ", Foreign { container: "ogg", words: "Speex" })];

impl Format {
    /// Container name as reports show it.
    pub fn container(self) -> &'static str {
        match self {
            Self::Flac => "flac",
            Self::Wav => "wav",
            Self::Aiff => "aiff",
            Self::Mp4 => "mp4",
            Self::Ogg => "ogg",
            Self::Matroska => "matroska",
            Self::Caf => "caf",
            Self::Adts => "adts",
            Self::Mpeg(_) => "mp3",
            Self::Foreign(foreign) => foreign.container,
        }
    }

    /// The format in words, for messages.
    pub fn words(self) -> &'static str {
        match self {
            Self::Flac => "FLAC",
            Self::Wav => "WAV",
            Self::Aiff => "AIFF",
            Self::Mp4 => "MP4",
            Self::Ogg => "Ogg",
            Self::Matroska => "Matroska",
            Self::Caf => "CAF",
            Self::Adts => "AAC",
            Self::Mpeg(Layer::One) => "MP1",
            Self::Mpeg(Layer::Two) => "MP2",
            Self::Mpeg(Layer::Three) => "MP3",
            Self::Foreign(foreign) => foreign.words,
        }
    }
}

/// Tells the format of `section`; none for what is no audio known here. `name` is the lower-case extension: it never
/// decides between formats, it only grants bare MPEG streams more junk before their first frame.
pub(crate) fn sniff(section: &mut Section, name: Option<&str>) -> io::Result<Option<Format>> {
    let head = section.head(64)?;
    if let Some(format) = by_signature(&head) {
        return Ok(Some(format));
    }
    if is_adts(&section.head(3 * 8192)?) {
        return Ok(Some(Format::Adts));
    }
    let patience = if name.is_some_and(extensions::is_bare_mpeg) { MAX_LEADING_JUNK } else { 4096 };
    Ok(mpeg::find_stream(section, patience)?.map(|header| Format::Mpeg(header.layer)))
}

fn by_signature(head: &[u8]) -> Option<Format> {
    let at = |offset: usize, mark: &[u8]| head.get(offset..).is_some_and(|rest| rest.starts_with(mark));
    if at(0, b"fLaC") {
        return Some(Format::Flac);
    }
    if at(0, b"RIFF") && at(8, b"WAVE") {
        return Some(Format::Wav);
    }
    if at(0, b"FORM") && (at(8, b"AIFF") || at(8, b"AIFC")) {
        return Some(Format::Aiff);
    }
    // ISO/IEC 14496-12 clause 4.2: the type of the first box; old QuickTime files begin with other boxes.
    if [b"ftyp", b"moov", b"mdat", b"wide", b"skip", b"pnot"].iter().any(|kind| at(4, *kind)) {
        return Some(Format::Mp4);
    }
    if at(0, b"OggS") {
        let foreign = FOREIGN_IN_OGG.iter().find(|(mark, _)| at(28, mark));
        return Some(foreign.map_or(Format::Ogg, |&(_, foreign)| Format::Foreign(foreign)));
    }
    if at(0, &[0x1a, 0x45, 0xdf, 0xa3]) {
        return Some(Format::Matroska);
    }
    if at(0, b"caff") {
        return Some(Format::Caf);
    }
    FOREIGN.iter().find(|(mark, _)| at(0, mark)).map(|&(_, foreign)| Format::Foreign(foreign))
}

/// Whether three ADTS frames (ISO/IEC 13818-7 clause 6.2) follow one another, or fewer that end with the bytes.
fn is_adts(head: &[u8]) -> bool {
    let mut at = 0;
    for count in 0..3 {
        if count > 0 && at == head.len() {
            return true;
        }
        let Some(&[b0, b1, b2, b3, b4, b5]) = head.get(at..).and_then(|rest| rest.first_chunk::<6>()) else {
            return false;
        };
        let len = usize::from(b3 & 3) << 11 | usize::from(b4) << 3 | usize::from(b5) >> 5;
        // Sync word, layer 0, a sample rate that is not reserved.
        if b0 != 0xff || b1 & 0xf6 != 0xf0 || (b2 >> 2) & 0xf > 12 || len < 7 {
            return false;
        }
        at += len;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ogg_is_told_by_its_first_packet() {
        let page = |packet: &[u8]| {
            let mut page = b"OggS".to_vec();
            page.resize(28, 0);
            page.extend_from_slice(packet);
            page.resize(64, 0);
            by_signature(&page)
        };
        assert_eq!(page(b"\x01vorbis"), Some(Format::Ogg));
        assert_eq!(page(b"OpusHead"), Some(Format::Ogg));
        let speex = page(b"Speex   1.2").unwrap();
        assert_eq!((speex.container(), speex.words()), ("ogg", "Speex"));
    }
}
