//! A bare MPEG stream as a source of PCM: scanner, symphonia's decoder, statistics.
//!
//! **Where the frames lie.** The first audio frame (the Xing/Info/VBRI frame is passed over) gives the samples from
//! index 0 on, and frame `n` those from `n · samples-per-frame`. A granule of Layer III therefore starts at
//! every multiple of 576 of the decoded file. The decoder's own delay of 528 + 1 samples (polyphase and MDCT
//! overlap) stays in: sample `i` of what was encoded lies at `i + encoder delay + 529`.
//! A frame that does not decode is replaced by silence of its length once others have, so later ones keep their place.

use symphonia::core::audio::layouts;
use symphonia::core::codecs::audio::well_known::{CODEC_ID_MP1, CODEC_ID_MP2, CODEC_ID_MP3};
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::packet::PacketBuilder;
use symphonia::core::units::{Duration, Timestamp};
use symphonia::default::codecs::MpaDecoder;

use super::info_tag::InfoTag;
use super::scan::{Scanner, Step};
use super::stated::stated;
use super::stats::Stats;
use crate::convert;
use crate::error::{DecodeFailure, MediaError};
use crate::facts::{Mode, Mp3Facts, StreamFacts};
use crate::layer3::{FrameParser, PackedFrame};
use crate::limits::{MAX_BAD_IN_A_ROW, MAX_LEADING_JUNK};
use crate::log::Log;
use crate::mpeg_header::{Header, Layer};
use crate::pcm::Pcm;
use crate::section::Section;
use crate::stream::Stream;
use crate::text;

/// Frames of a stream without a tag in whose unused bits an encoder's name is looked for.
const NAME_FRAMES: u64 = 200;

/// A bare MPEG stream.
pub(crate) struct MpegStream {
    scanner: Scanner<Section>,
    decoder: MpaDecoder,
    parser: FrameParser,
    first: Header,
    tag: Option<InfoTag>,
    stats: Stats,
    encoder: Option<String>,
    leading_junk: u64,
    bad_in_a_row: u32,
    /// Whether any frame decoded so far.
    sound: bool,
}

impl MpegStream {
    /// Opens the stream whose first frame the scan of `section` found.
    pub fn open(section: Section) -> Result<(Self, StreamFacts), MediaError> {
        let len = section.len();
        let mut scanner = Scanner::new(section);
        let Step::Frame(mut first) = scanner.step(MAX_LEADING_JUNK)? else {
            return Err(DecodeFailure::Truncated.into());
        };
        let leading_junk = std::mem::take(&mut scanner.junk);
        let tag = InfoTag::parse(&first, &scanner.window.fill(first.bytes())?[..first.bytes()]);
        if tag.is_some() {
            scanner.window.consume(first.bytes());
            // The tag's own frame may go at another rate than the sound.
            if let Step::Frame(sound) = scanner.step(0)? {
                first = sound;
            }
        }
        let decoder = MpaDecoder::try_new(&parameters(&first), &AudioDecoderOptions::default().gapless(false))
            .map_err(|error| convert::error(error, first.layer.codec().name()))?;
        let encoder = tag.as_ref().and_then(name_in_tag);
        let samples = tag
            .as_ref()
            .and_then(|tag| tag.frames)
            .map_or_else(|| (len.saturating_sub(scanner.window.pos) as f64 / first.bytes() as f64).floor(), f64::from)
            * f64::from(first.samples());
        let facts = StreamFacts {
            container: "mp3".to_owned(),
            codec: first.layer.codec(),
            sample_rate: first.sample_rate,
            channels: first.channels() as u16,
            bit_depth: None,
            duration: samples / f64::from(first.sample_rate),
            stated: stated(&first, tag.as_ref(), &Stats::default(), encoder.clone()),
            mp3: (first.layer == Layer::Three).then(|| mp3_facts(tag.as_ref(), &Stats::default())),
            warnings: Vec::new(),
        };
        let stats = Stats::default();
        let parser = FrameParser::new();
        Ok((
            Self { scanner, decoder, parser, first, tag, stats, encoder, leading_junk, bad_in_a_row: 0, sound: false },
            facts,
        ))
    }

    /// Decodes the frame at the window's position into `block`.
    fn decode(&mut self, header: Header, block: &mut Pcm, log: &mut Log) -> Result<(), MediaError> {
        let frame = &self.scanner.window.fill(header.bytes())?[..header.bytes()];
        if self.tag.is_none() && self.encoder.is_none() && self.stats.frames <= NAME_FRAMES {
            self.encoder = name_in_padding(frame);
        }
        if self.first.layer == Layer::Three {
            // What is wrong with a frame the decoder tells; the parser then has none to give.
            let _ = self.parser.skim(frame);
        }
        let packet = PacketBuilder::new()
            .track_id(0)
            .pts(Timestamp::ZERO)
            .dur(Duration::ZERO)
            .data_by_ref(frame)
            .build_packet_ref();
        match self.decoder.decode_ref(&packet) {
            Ok(samples) if samples.frames() > 0 => {
                convert::fill(block, &samples, 32);
                self.bad_in_a_row = 0;
                self.sound = true;
            }
            _ => {
                log.bad_packet();
                self.bad_in_a_row += 1;
                let frames = if self.sound { header.samples() as usize } else { 0 };
                convert::silence_float(block, self.first.channels(), frames);
                if self.bad_in_a_row > MAX_BAD_IN_A_ROW {
                    let detail = "too many bad frames in a row";
                    return Err(DecodeFailure::Stream { format: self.first.layer.codec().name(), detail }.into());
                }
            }
        }
        self.scanner.window.consume(header.bytes());
        Ok(())
    }
}

impl Stream for MpegStream {
    fn read(&mut self, block: &mut Pcm, log: &mut Log) -> Result<bool, MediaError> {
        loop {
            match self.scanner.step(u64::MAX)? {
                Step::Frame(header) if !self.first.same_stream(&header) => {
                    log.format_change();
                    return Ok(false);
                }
                Step::Frame(header) => {
                    let frame = &self.scanner.window.fill(header.bytes())?[..header.bytes()];
                    // Files joined end to end keep their info frames, which are silence to no decoder.
                    if frame
                        .get(header.xing_offset()..)
                        .is_some_and(|at| at.starts_with(b"Xing") || at.starts_with(b"Info"))
                    {
                        self.scanner.window.consume(header.bytes());
                        continue;
                    }
                    self.stats.add(&header);
                    self.decode(header, block, log)?;
                    return Ok(true);
                }
                Step::CutFrame(header) => {
                    if self.first.same_stream(&header) {
                        log.note("the file is cut off in the middle of its last frame".to_owned());
                    }
                    return Ok(false);
                }
                Step::End => return Ok(false),
            }
        }
    }

    fn frame(&self) -> Option<PackedFrame<'_>> {
        self.parser.skimmed()
    }

    fn complete(&self, facts: &mut StreamFacts, _seconds: f64) {
        facts.stated = stated(&self.first, self.tag.as_ref(), &self.stats, self.encoder.clone());
        if self.first.layer == Layer::Three {
            facts.mp3 = Some(mp3_facts(self.tag.as_ref(), &self.stats));
        }
        let warnings = &mut facts.warnings;
        if self.leading_junk > 0 {
            warnings.push(format!("{} bytes before the first frame are not audio", self.leading_junk));
        }
        // Up to a few bytes of padding at the end are usual.
        if self.scanner.junk > 64 {
            warnings.push(format!("{} bytes between or after the frames are not audio", self.scanner.junk));
        }
        let Some(tag) = &self.tag else { return };
        if let Some(frames) = tag.frames.map(u64::from)
            && self.stats.frames + 2 < frames
        {
            let seconds =
                |frames: u64| (frames * u64::from(self.first.samples())) as f64 / f64::from(self.first.sample_rate);
            warnings.push(format!(
                "the header states {:.1} s of audio, but only {:.1} s are there",
                seconds(frames),
                seconds(self.stats.frames)
            ));
        }
        if tag.lame.as_ref().is_some_and(|lame| lame.mode == Some(Mode::Cbr)) && !self.stats.is_constant() {
            warnings.push("the LAME tag says constant bitrate, but the frames vary".to_owned());
        }
    }
}

fn parameters(header: &Header) -> AudioCodecParameters {
    let codec = match header.layer {
        Layer::One => CODEC_ID_MP1,
        Layer::Two => CODEC_ID_MP2,
        Layer::Three => CODEC_ID_MP3,
    };
    let mut parameters = AudioCodecParameters::new();
    parameters.for_codec(codec).with_sample_rate(header.sample_rate).with_channels(if header.channels() == 1 {
        layouts::CHANNEL_LAYOUT_MONO
    } else {
        layouts::CHANNEL_LAYOUT_STEREO
    });
    parameters
}

fn mp3_facts(tag: Option<&InfoTag>, stats: &Stats) -> Mp3Facts {
    let lame = tag.and_then(|tag| tag.lame.as_ref());
    Mp3Facts {
        lame_lowpass: lame.and_then(|lame| lame.lowpass),
        delay: lame.map(|lame| lame.delay),
        padding: lame.map(|lame| lame.padding),
        frames: stats.frames,
        bitrate_range: stats.range,
    }
}

fn name_in_tag(tag: &InfoTag) -> Option<String> {
    if tag.vbri {
        return Some("Fraunhofer (VBRI)".to_owned());
    }
    tag.lame.as_ref()?.encoder.clone()
}

/// LAME fills unused bits of a frame with its name and version.
fn name_in_padding(frame: &[u8]) -> Option<String> {
    let at = frame.windows(6).position(|six| six.starts_with(b"LAME") && six[4].is_ascii_digit() && six[5] == b'.')?;
    let rest = &frame[at..frame.len().min(at + 9)];
    let len = rest.iter().position(|b| !b.is_ascii_alphanumeric() && *b != b'.').unwrap_or(rest.len());
    text::clean(&rest[..len])
}
