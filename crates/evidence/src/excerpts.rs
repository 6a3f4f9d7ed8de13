//! A bounded set of windows spread evenly over the file, for searches that need samples.
//!
//! Windows of equal length are kept contiguously until there are too many; then every second one is
//! dropped, again and again, so that any length of file ends with 64 to 128 of them at even distances.

use bitrater_media::layer3::{Frame, PackedFrame};

use crate::coded::CodedGranule;

/// Samples per channel in one window: 22 MP3 granules, 0.29 s at 44.1 kHz.
const WINDOW_LEN: usize = 22 * GRANULE;

/// Samples of a Layer III granule.
const GRANULE: usize = 576;

/// Most windows that are kept: 36 s of 44.1 kHz audio, 13 MB in stereo.
const MOST_WINDOWS: usize = 128;

/// A contiguous run of samples.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Span {
    /// Index of the first sample in the file as decoded.
    pub start: u64,
    /// Samples by channel, full scale ±1.0; every channel has the same length.
    pub planes: Vec<Vec<f32>>,
    /// What an MP3 stream contains for its own granules, one entry per 576 samples from `start` on; empty for every
    /// other codec.
    pub coded: Vec<Option<Box<CodedGranule>>>,
}

impl Span {
    /// Samples per channel.
    #[must_use]
    pub fn len(&self) -> usize {
        self.planes.first().map_or(0, Vec::len)
    }

    /// Channels that are searched: the front pair of any layout.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.planes.len().min(2)
    }

    /// Whether the span holds no samples.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Samples by channel from the start of a file.
impl From<Vec<Vec<f32>>> for Span {
    fn from(planes: Vec<Vec<f32>>) -> Self {
        Self { start: 0, planes, coded: Vec::new() }
    }
}

/// Keeps windows of a stream; see the module's text.
#[derive(Debug)]
pub struct Excerpts {
    channels: usize,
    position: u64,
    stride: u64,
    windows: Vec<Window>,
}

/// What is kept of one window.
#[derive(Debug)]
struct Window {
    span: Span,
    /// The stream's frames, with the samples from the window's start to theirs.
    frames: Vec<(isize, PackedFrame<'static>)>,
}

impl Excerpts {
    /// An empty set for streams of `channels` channels.
    #[must_use]
    pub fn new(channels: usize) -> Self {
        Self { channels, position: 0, stride: 1, windows: Vec::new() }
    }

    /// Takes the next samples, one slice of equal length per channel, and the frame they were decoded from.
    pub fn push(&mut self, planes: &[&[f32]], frame: Option<&PackedFrame<'_>>) {
        let frames = planes.first().map_or(0, |plane| plane.len());
        let mut done = 0;
        while done < frames {
            let within = (self.position % WINDOW_LEN as u64) as usize;
            let take = (WINDOW_LEN - within).min(frames - done);
            if (self.position / WINDOW_LEN as u64).is_multiple_of(self.stride) {
                if within == 0 {
                    self.open_window();
                }
                if let Some(window) = self.windows.last_mut() {
                    for (kept, plane) in window.span.planes.iter_mut().zip(planes) {
                        kept.extend_from_slice(&plane[done..done + take]);
                    }
                    if let Some(frame) = frame {
                        window.frames.push((within as isize - done as isize, frame.clone().into_owned()));
                    }
                }
            }
            done += take;
            self.position += take as u64;
        }
    }

    /// Starts a window at the current position, thinning the set out when it is full.
    fn open_window(&mut self) {
        if self.windows.len() == MOST_WINDOWS {
            self.stride *= 2;
            let apart = self.stride * WINDOW_LEN as u64;
            self.windows.retain(|window| window.span.start.is_multiple_of(apart));
        }
        let planes = (0..self.channels).map(|_| Vec::with_capacity(WINDOW_LEN)).collect();
        let span = Span { start: self.position, planes, coded: Vec::new() };
        self.windows.push(Window { span, frames: Vec::new() });
    }

    /// The kept samples, neighbouring windows joined.
    #[must_use]
    pub fn into_spans(self) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        let mut frame = Frame::empty();
        for Window { span: mut window, frames } in self.windows {
            for (offset, packed) in frames {
                // A frame whose main data violate the syntax gives no granules.
                if packed.unpack(&mut frame).is_ok() {
                    keep_coded(&mut window, &frame, offset);
                }
            }
            match spans.last_mut() {
                Some(last) if last.start + last.len() as u64 == window.start => {
                    for (kept, plane) in last.planes.iter_mut().zip(&window.planes) {
                        kept.extend_from_slice(plane);
                    }
                    last.coded.extend(window.coded);
                }
                _ => spans.push(window),
            }
        }
        spans
    }
}

/// Keeps the granules of `frame` that begin in the window. The frame lies `offset` samples behind its start.
fn keep_coded(window: &mut Span, frame: &Frame, offset: isize) {
    for (index, granule) in frame.granules().enumerate() {
        let Ok(start) = usize::try_from(offset + (index * GRANULE) as isize) else { continue };
        if start < window.len() {
            window.coded.resize_with(start / GRANULE, || None);
            window.coded.push(Some(Box::new(CodedGranule::new(&frame.header, granule))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(frames: usize, block: usize) -> Vec<Span> {
        let samples: Vec<f32> = (0..frames).map(|n| n as f32).collect();
        let mut excerpts = Excerpts::new(1);
        for chunk in samples.chunks(block) {
            excerpts.push(&[chunk], None);
        }
        excerpts.into_spans()
    }

    #[test]
    fn a_short_file_is_kept_whole() {
        let spans = ramp(100_000, 1152);
        assert_eq!(spans.len(), 1);
        assert_eq!(spans[0].start, 0);
        assert_eq!(spans[0].len(), 100_000);
        assert!(spans[0].planes[0].iter().enumerate().all(|(n, &x)| (x - n as f32).abs() < 0.5));
    }

    #[test]
    fn a_long_file_is_thinned_evenly_whatever_the_block_size() {
        let frames = 5 * MOST_WINDOWS * WINDOW_LEN + 77;
        let spans = ramp(frames, 4096);
        assert!((64..=MOST_WINDOWS).contains(&spans.len()), "{} windows", spans.len());
        let apart = spans[1].start - spans[0].start;
        for (n, span) in spans.iter().enumerate() {
            assert_eq!(span.start, n as u64 * apart);
            assert!((span.planes[0][0] - span.start as f32).abs() < 0.5);
        }
        assert_eq!(spans, ramp(frames, 1_000_003));
    }
}
