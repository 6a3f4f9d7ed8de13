//! Counting the frames of an MPEG stream: bitrates are only known for certain when all have been seen.

use crate::mpeg_header::Header;

/// Sums over the audio frames of a stream.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Stats {
    /// Frames counted.
    pub frames: u64,
    /// Smallest and largest frame bitrate, in kbps.
    pub range: Option<(u32, u32)>,
    bytes: u64,
    seconds: f64,
    by_rate: Vec<(u32, u64)>,
}

impl Stats {
    /// Counts one frame.
    pub fn add(&mut self, header: &Header) {
        self.frames += 1;
        self.bytes += header.bytes() as u64;
        self.seconds += f64::from(header.samples()) / f64::from(header.sample_rate);
        let kbps = header.kbps();
        self.range = Some(self.range.map_or((kbps, kbps), |(low, high)| (low.min(kbps), high.max(kbps))));
        // At most 14 different rates: a list is enough.
        match self.by_rate.iter_mut().find(|(rate, _)| *rate == kbps) {
            Some((_, count)) => *count += 1,
            None => self.by_rate.push((kbps, 1)),
        }
    }

    /// Average in kbps, bytes by time.
    pub fn average(&self) -> Option<u32> {
        (self.frames > 0).then(|| (self.bytes as f64 * 8.0 / self.seconds / 1000.0).round() as u32)
    }

    /// Whether the frames go at one rate, a first or last frame that differs aside.
    pub fn is_constant(&self) -> bool {
        self.by_rate.iter().map(|&(_, count)| count).max().unwrap_or(0) + 1 >= self.frames
    }

    /// The most frequent frame bitrate, in kbps.
    pub fn nominal(&self) -> Option<u32> {
        self.by_rate.iter().max_by_key(|&&(rate, count)| (count, rate)).map(|&(rate, _)| rate)
    }
}
