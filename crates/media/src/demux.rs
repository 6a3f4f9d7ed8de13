//! Containers and decoders of symphonia behind one stream: FLAC, WAV, AIFF, MP4, Ogg, Matroska, CAF and ADTS.
//!
//! Nothing is trimmed: sample 0 is the first one the decoder gives. For AAC that is the first of the encoder's
//! priming samples, so frame `n` begins at `1024 n`; for Opus the pre-skip stays in; for Vorbis the first packet gives
//! nothing, as its specification has it (clause 4.3.8).

use std::io::ErrorKind;

use symphonia::core::codecs::audio::{
    AudioCodecId, AudioCodecParameters, AudioDecoder, AudioDecoderOptions, well_known as id,
};
use symphonia::core::errors::Error;
use symphonia::core::formats::{FormatOptions, FormatReader, Track, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::StandardTag;
use symphonia::core::packet::Packet;
use symphonia::default::formats::{
    AdtsReader, AiffReader, CafReader, FlacReader, IsoMp4Reader, MkvReader, OggReader, WavReader,
};

use crate::convert;
use crate::error::{DecodeFailure, MediaError, Unsupported};
use crate::facts::{Class, Codec, Mode, Mp3Facts, Stated, StreamFacts};
use crate::limits::{self, MAX_BAD_IN_A_ROW};
use crate::log::Log;
use crate::mpeg::Stats;
use crate::mpeg_header::Header;
#[cfg(feature = "opus")]
use crate::opus::{self, OpusPackets};
use crate::pcm::Pcm;
use crate::section::Section;
use crate::sniff::Format;
use crate::stream::Stream;
use crate::{stated_length, text, vendor};

/// Longest gap of a lossless stream that is filled with silence, in samples.
const MAX_GAP: u64 = 1 << 22;
/// Samples in a block of such silence.
const GAP_BLOCK: u64 = 1 << 14;

/// Sample rates at or below which AAC may carry unannounced spectral band replication, which symphonia leaves out.
pub(crate) const SBR_CORE_RATE: u32 = 24_000;

enum Packets {
    Symphonia(Box<dyn AudioDecoder>),
    #[cfg(feature = "opus")]
    Opus(Box<OpusPackets>),
}

/// A stream out of one of symphonia's demuxers.
pub(crate) struct DemuxedStream {
    reader: Box<dyn FormatReader>,
    packets: Packets,
    track: u32,
    codec: Codec,
    words: &'static str,
    /// Depth of integer samples.
    bits: u32,
    sample_rate: u32,
    channels: usize,
    bytes: u64,
    packet_sizes: Option<(usize, usize)>,
    mpeg: Stats,
    stated_frames: Option<u64>,
    frames: u64,
    /// Silence still to be given for what could not be decoded, where the stream says how much that was.
    gap: u64,
    /// The next packet is read already.
    pending: Option<Packet>,
    skip_first: bool,
    bad_in_a_row: u32,
}

impl DemuxedStream {
    /// Opens `section` as `format`. `Unsupported` if symphonia has no decoder for its audio.
    pub fn open(mut section: Section, format: Format) -> Result<(Self, StreamFacts), MediaError> {
        let words = format.words();
        let len = section.len();
        let ogg = if format == Format::Ogg { vendor::ogg(&mut section)? } else { vendor::OggHead::default() };
        let flac_vendor = if format == Format::Flac { vendor::flac(&mut section)? } else { None };
        let is_cut = match format {
            Format::Mp4 => stated_length::restore_mp4(&mut section)?,
            Format::Matroska => stated_length::restore_matroska(&mut section)?,
            Format::Aiff => stated_length::restore_aiff(&mut section)?,
            _ => false,
        };
        if format == Format::Wav {
            // The outer length is wrong in many files and of no use: all ones mean "unknown".
            section.patch(4, [0xff; 4]);
        }
        let mut reader = make_reader(section, format).map_err(|error| match error {
            // symphonia calls a container without its index unsupported; it is damage.
            Error::Unsupported(detail) if detail.contains("missing") => {
                DecodeFailure::Malformed { format: words, detail }.into()
            }
            error => convert::error(error, words),
        })?;
        let written_by = encoder_tag(reader.as_mut());
        let Some((track, parameters)) = audio_track(reader.tracks()) else {
            return Err(Unsupported::NoAudioTrack { container: format.container() }.into());
        };
        let (track_id, stated_frames) = (track.id, track.num_frames);
        let codec = codec_of(parameters.codec);
        let stated_seconds = track_seconds(track);
        let mut stream = Self {
            packets: make_decoder(&parameters, words)?,
            reader,
            track: track_id,
            codec,
            words,
            bits: stated_bits(&parameters)?,
            sample_rate: 0,
            channels: 0,
            bytes: 0,
            packet_sizes: None,
            mpeg: Stats::default(),
            stated_frames,
            frames: 0,
            gap: 0,
            pending: None,
            skip_first: codec == Codec::Vorbis,
            bad_in_a_row: 0,
        };
        stream.read_spec(&parameters)?;
        let is_float = matches!(
            parameters.codec,
            id::CODEC_ID_PCM_F32LE | id::CODEC_ID_PCM_F32BE | id::CODEC_ID_PCM_F64LE | id::CODEC_ID_PCM_F64BE
        );
        let bit_depth = match (codec.is_lossless(), is_float) {
            (true, true) => Some(32),
            (true, false) => u16::try_from(stream.bits).ok().filter(|&bits| bits > 0),
            (false, _) => None,
        };
        let encoder = match codec {
            Codec::Opus => written_by.or(ogg.vendor),
            Codec::Aac | Codec::Alac | Codec::Mp3 => written_by,
            _ => flac_vendor.or(ogg.vendor),
        };
        let mut stated = stream.stated(encoder, stated_seconds.unwrap_or(0.0));
        if let Some(kbps) = ogg.nominal_kbps.filter(|_| codec == Codec::Vorbis) {
            stated.class = Class::Rate { codec, kbps };
            stated.bitrate = Some(kbps);
        } else if let (Class::Codec(_), Some(seconds)) = (stated.class, stated_seconds.filter(|&s| s > 0.0)) {
            // Until the packets are counted, the size of the file has to do.
            let kbps = (len as f64 * 8.0 / seconds / 1000.0).round() as u32;
            stated.class = Class::Rate { codec, kbps };
            stated.bitrate = Some(kbps);
        }
        let mut facts = StreamFacts {
            container: format.container().to_owned(),
            codec,
            sample_rate: stream.sample_rate,
            channels: limits::channels(stream.channels as u64)?,
            bit_depth,
            duration: stated_seconds.unwrap_or(0.0),
            stated,
            mp3: (codec == Codec::Mp3).then(Mp3Facts::default),
            warnings: Vec::new(),
        };
        if ogg.has_no_end {
            facts.warnings.push("the stream has no end mark, so the file may be cut off".to_owned());
        }
        if is_cut {
            facts.warnings.push("the file is shorter than its container says".to_owned());
        }
        Ok((stream, facts))
    }

    /// Settles sample rate and channel count: what the decoder knows, else what the container says.
    fn read_spec(&mut self, container: &AudioCodecParameters) -> Result<(), MediaError> {
        let known = match &self.packets {
            Packets::Symphonia(decoder) => decoder.codec_params(),
            #[cfg(feature = "opus")]
            Packets::Opus(_) => container,
        };
        let rate = known.sample_rate.or(container.sample_rate).unwrap_or(0);
        let channels =
            known.channels.as_ref().or(container.channels.as_ref()).map_or(0, symphonia::core::audio::Channels::count);
        self.sample_rate = if self.codec == Codec::Opus { 48_000 } else { limits::sample_rate(u64::from(rate))? };
        self.channels = usize::from(limits::channels(channels as u64)?);
        // The first packet shows what only packets tell; it is decoded when its turn comes.
        self.pending = self.next_packet()?;
        #[cfg(feature = "opus")]
        if self.codec == Codec::Opus
            && self.pending.as_ref().is_some_and(|packet| opus::has_shortest_frames(&packet.data))
        {
            return Err(Unsupported::NoDecoder { format: "Opus (2.5 ms frames)" }.into());
        }
        Ok(())
    }

    /// The next packet of the audio track.
    fn next_packet(&mut self) -> Result<Option<Packet>, MediaError> {
        if let Some(packet) = self.pending.take() {
            return Ok(Some(packet));
        }
        loop {
            match self.reader.next_packet() {
                Ok(Some(packet)) if packet.track_id == self.track => return Ok(Some(packet)),
                Ok(Some(_)) => {}
                Ok(None) => return Ok(None),
                Err(Error::DecodeError(_)) if self.bad_in_a_row < MAX_BAD_IN_A_ROW => self.bad_in_a_row += 1,
                // Where no length is stated, the end of the file is the end of the stream.
                Err(Error::IoError(error))
                    if error.kind() == ErrorKind::UnexpectedEof && self.stated_frames.is_none() =>
                {
                    return Ok(None);
                }
                Err(error) => return Err(convert::error(error, self.words)),
            }
        }
    }

    /// Counts a packet towards the average rate.
    fn count(&mut self, packet: &Packet) {
        let len = packet.data.len();
        self.bytes += len as u64;
        self.packet_sizes = Some(self.packet_sizes.map_or((len, len), |(low, high)| (low.min(len), high.max(len))));
        if matches!(self.codec, Codec::Mp3 | Codec::Mp2 | Codec::Mp1)
            && let Some(header) = Header::of_stream(&packet.data)
        {
            self.mpeg.add(&header);
        }
    }

    /// Decodes `packet` over `block`. `Ok(false)` if it is damaged.
    fn decode(&mut self, packet: &Packet, block: &mut Pcm, log: &mut Log) -> Result<Decoded, MediaError> {
        let decoded = match &mut self.packets {
            Packets::Symphonia(decoder) => decoder.decode(packet),
            #[cfg(feature = "opus")]
            Packets::Opus(decoder) => {
                return Ok(if decoder.decode(&packet.data, block) { Decoded::Samples } else { Decoded::Damaged });
            }
        };
        match decoded {
            Ok(samples) => {
                if samples.spec().rate() != self.sample_rate || samples.num_planes() != self.channels {
                    log.format_change();
                    return Ok(Decoded::OtherFormat);
                }
                convert::fill(block, &samples, self.bits);
                Ok(Decoded::Samples)
            }
            Err(Error::Unsupported(_)) if self.frames == 0 => Err(Unsupported::NoDecoder { format: self.words }.into()),
            Err(Error::ResetRequired) => {
                log.format_change();
                Ok(Decoded::OtherFormat)
            }
            Err(_) => Ok(Decoded::Damaged),
        }
    }

    /// Notes how much silence stands before `packet`, for lossless streams whose packets say where they belong.
    fn note_gap(&mut self, packet: &Packet) {
        if self.codec == Codec::Flac
            && let Ok(at) = u64::try_from(packet.pts.get())
            && self.frames > 0
        {
            self.gap = at.saturating_sub(self.frames);
            if self.gap > MAX_GAP {
                self.gap = 0;
            }
        }
    }

    fn give_silence(&mut self, block: &mut Pcm) {
        let frames = self.gap.min(GAP_BLOCK);
        self.gap -= frames;
        self.frames += frames;
        convert::silence_int(block, self.bits, self.channels, usize::try_from(frames).unwrap_or(0));
    }

    /// The claim, with rates as far as they have been counted.
    fn stated(&self, encoder: Option<String>, seconds: f64) -> Stated {
        let codec = self.codec;
        if codec.is_lossless() {
            return Stated::lossless(codec, encoder);
        }
        let counted =
            (self.bytes > 0 && seconds > 0.0).then(|| (self.bytes as f64 * 8.0 / seconds / 1000.0).round() as u32);
        let average = self.mpeg.average().or(counted);
        let constant_packets = self.packet_sizes.is_some_and(|(low, high)| low == high);
        let mode = match codec {
            Codec::Mp3 | Codec::Mp2 | Codec::Mp1 if self.mpeg.frames > 0 => {
                Some(if self.mpeg.is_constant() { Mode::Cbr } else { Mode::Vbr })
            }
            Codec::Opus if self.bytes > 0 => Some(if constant_packets { Mode::Cbr } else { Mode::Vbr }),
            Codec::Vorbis => Some(Mode::Vbr),
            _ => None,
        };
        let kbps = if mode == Some(Mode::Cbr) { self.mpeg.nominal().or(average) } else { average };
        Stated::rate(codec, kbps, mode, encoder)
    }
}

/// What became of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decoded {
    Samples,
    Damaged,
    OtherFormat,
}

impl Stream for DemuxedStream {
    fn read(&mut self, block: &mut Pcm, log: &mut Log) -> Result<bool, MediaError> {
        if self.gap > 0 {
            self.give_silence(block);
            return Ok(true);
        }
        loop {
            let Some(packet) = self.next_packet()? else { return Ok(false) };
            self.note_gap(&packet);
            if self.gap > 0 {
                log.bad_packet();
                self.pending = Some(packet);
                self.give_silence(block);
                return Ok(true);
            }
            self.count(&packet);
            match self.decode(&packet, block, log)? {
                Decoded::OtherFormat => return Ok(false),
                Decoded::Damaged => {
                    log.bad_packet();
                    self.bad_in_a_row += 1;
                    if self.bad_in_a_row > MAX_BAD_IN_A_ROW {
                        let detail = "too many bad packets in a row";
                        return Err(DecodeFailure::Stream { format: self.words, detail }.into());
                    }
                }
                Decoded::Samples => {
                    self.bad_in_a_row = 0;
                    if !std::mem::take(&mut self.skip_first) {
                        self.frames += block.frames() as u64;
                        return Ok(true);
                    }
                }
            }
        }
    }

    fn complete(&self, facts: &mut StreamFacts, seconds: f64) {
        if self.bytes > 0 {
            facts.stated = self.stated(facts.stated.encoder.take(), seconds);
        }
        if let Some(mp3) = &mut facts.mp3 {
            mp3.frames = self.mpeg.frames;
            mp3.bitrate_range = self.mpeg.range;
        }
        // Lossy encoders pad by a few frames, ALAC may by one; the others state their length to the sample. What ADTS
        // states is an estimate of the demuxer.
        let slack = match self.codec {
            Codec::Flac | Codec::Pcm => 0.0,
            Codec::Alac => 0.2,
            _ => 0.5,
        };
        let stated = self.stated_frames.unwrap_or(0) as f64 / f64::from(self.sample_rate);
        if stated - seconds > slack && facts.container != "adts" {
            facts.warnings.push(format!("the header states {stated:.2} s of audio, but only {seconds:.2} s are there"));
        }
    }
}

fn make_reader(section: Section, format: Format) -> symphonia::core::errors::Result<Box<dyn FormatReader>> {
    let source = MediaSourceStream::new(Box::new(section), symphonia::core::io::MediaSourceStreamOptions::default());
    let options = FormatOptions::default();
    Ok(match format {
        Format::Flac => Box::new(FlacReader::try_new(source, options)?),
        Format::Wav => Box::new(WavReader::try_new(source, options)?),
        Format::Aiff => Box::new(AiffReader::try_new(source, options)?),
        Format::Mp4 => Box::new(IsoMp4Reader::try_new(source, options)?),
        Format::Ogg => Box::new(OggReader::try_new(source, options)?),
        Format::Matroska => Box::new(MkvReader::try_new(source, options)?),
        Format::Caf => Box::new(CafReader::try_new(source, options)?),
        Format::Adts => Box::new(AdtsReader::try_new(source, options)?),
        Format::Mpeg(_) | Format::Foreign(_) => return Err(Error::Unsupported("not a container of symphonia's")),
    })
}

fn make_decoder(parameters: &AudioCodecParameters, words: &'static str) -> Result<Packets, MediaError> {
    #[cfg(feature = "opus")]
    if parameters.codec == id::CODEC_ID_OPUS {
        let head = parameters.extra_data.as_deref().unwrap_or_default();
        return Ok(Packets::Opus(Box::new(OpusPackets::open(head)?)));
    }
    let options = AudioDecoderOptions::default().gapless(false);
    let decoder = symphonia::default::get_codecs().make_audio_decoder(parameters, &options);
    decoder.map(Packets::Symphonia).map_err(|error| convert::error(error, words))
}

/// The first audio track, preferring the container's default one.
fn audio_track(tracks: &[Track]) -> Option<(&Track, AudioCodecParameters)> {
    use symphonia::core::formats::TrackFlags;
    let audio = || tracks.iter().filter(|track| track.track_type() == Some(TrackType::Audio));
    let track = audio().find(|track| track.flags.contains(TrackFlags::DEFAULT)).or_else(|| audio().next())?;
    Some((track, track.codec_params.as_ref()?.audio()?.clone()))
}

fn track_seconds(track: &Track) -> Option<f64> {
    if let (Some(frames), Some(rate)) =
        (track.num_frames, track.codec_params.as_ref()?.audio()?.sample_rate.filter(|&rate| rate > 0))
    {
        return Some(frames as f64 / f64::from(rate));
    }
    let (base, duration) = (track.time_base?, track.duration?);
    Some(duration.get() as f64 * f64::from(base.numer.get()) / f64::from(base.denom.get()))
}

/// Depth of the samples as the stream states it; 0 where the sample type says it all.
fn stated_bits(parameters: &AudioCodecParameters) -> Result<u32, MediaError> {
    if parameters.codec == id::CODEC_ID_ALAC {
        // ALAC's cookie: frame length, version, then the depth. In a CAF it may lie behind two old QuickTime boxes.
        let cookie = parameters.extra_data.as_deref().unwrap_or_default();
        let cookie = if cookie.get(4..8) == Some(b"frma") { cookie.get(24..).unwrap_or_default() } else { cookie };
        if let Some(&bits) = cookie.get(5) {
            return Ok(limits::bit_depth(u64::from(bits))?);
        }
    }
    match parameters.bits_per_sample {
        // A float WAV says 64 at most, and its samples are no integers.
        None | Some(0 | 64) => Ok(0),
        Some(bits) => Ok(limits::bit_depth(u64::from(bits))?),
    }
}

/// The encoder that a tag of the container names.
fn encoder_tag(reader: &mut dyn FormatReader) -> Option<String> {
    let mut log = reader.metadata();
    let revision = log.skip_to_latest()?;
    revision.media.tags.iter().find_map(|tag| match &tag.std {
        Some(StandardTag::Encoder(name)) => text::clean(name.as_bytes()),
        _ => None,
    })
}

fn codec_of(codec: AudioCodecId) -> Codec {
    match codec {
        id::CODEC_ID_FLAC => Codec::Flac,
        id::CODEC_ID_ALAC => Codec::Alac,
        id::CODEC_ID_MP3 => Codec::Mp3,
        id::CODEC_ID_MP2 => Codec::Mp2,
        id::CODEC_ID_MP1 => Codec::Mp1,
        id::CODEC_ID_AAC => Codec::Aac,
        id::CODEC_ID_VORBIS => Codec::Vorbis,
        id::CODEC_ID_OPUS => Codec::Opus,
        id::CODEC_ID_PCM_S8
        | id::CODEC_ID_PCM_U8
        | id::CODEC_ID_PCM_S16LE
        | id::CODEC_ID_PCM_S16BE
        | id::CODEC_ID_PCM_U16LE
        | id::CODEC_ID_PCM_U16BE
        | id::CODEC_ID_PCM_S24LE
        | id::CODEC_ID_PCM_S24BE
        | id::CODEC_ID_PCM_U24LE
        | id::CODEC_ID_PCM_U24BE
        | id::CODEC_ID_PCM_S32LE
        | id::CODEC_ID_PCM_S32BE
        | id::CODEC_ID_PCM_U32LE
        | id::CODEC_ID_PCM_U32BE
        | id::CODEC_ID_PCM_F32LE
        | id::CODEC_ID_PCM_F32BE
        | id::CODEC_ID_PCM_F64LE
        | id::CODEC_ID_PCM_F64BE => Codec::Pcm,
        _ => Codec::Unknown,
    }
}
