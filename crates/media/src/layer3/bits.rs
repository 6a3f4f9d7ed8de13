//! Most-significant-bit-first reading of a byte slice. Beyond the end there are zeros: callers compare
//! positions with their limits once a region instead of once a bit.

/// A position in a byte slice, counted in bits.
#[derive(Debug, Clone)]
pub(super) struct BitReader<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> BitReader<'a> {
    /// Reads `bytes` from bit `position` on.
    pub(super) fn at(bytes: &'a [u8], position: usize) -> Self {
        Self { bytes, position }
    }

    /// Bits from the start of the slice to the next bit.
    pub(super) fn position(&self) -> usize {
        self.position
    }

    /// Starts reading many small codes from here.
    pub(super) fn feed(&self) -> Feed<'a> {
        let mut feed = Feed { bytes: self.bytes, next: self.position >> 3, buffer: 0, count: 0 };
        feed.refill();
        feed.consume((self.position & 7) as u32);
        feed
    }

    /// Goes on where a feed has stopped.
    pub(super) fn resume(&mut self, feed: &Feed<'_>) {
        self.position = feed.position();
    }

    /// Takes `count` bits, at most 32, as a number.
    pub(super) fn take(&mut self, count: u32) -> u32 {
        debug_assert!(count <= 32);
        let word = word_at(self.bytes, self.position >> 3) << (self.position & 7);
        self.position += count as usize;
        // Two shifts, for one of 64 would be undefined where count is 0.
        (word >> 32 >> (32 - count)) as u32
    }

    /// Takes one bit as a flag.
    pub(super) fn flag(&mut self) -> bool {
        self.take(1) == 1
    }
}

/// Eight bytes from byte `at` on, zeros beyond the end.
#[inline]
fn word_at(bytes: &[u8], at: usize) -> u64 {
    let rest = bytes.get(at..).unwrap_or_default();
    if let Some(word) = rest.first_chunk::<8>() {
        return u64::from_be_bytes(*word);
    }
    let mut word = [0; 8];
    word[..rest.len()].copy_from_slice(rest);
    u64::from_be_bytes(word)
}

/// The next bits of a reader, held ready: no code waits for a load from memory to end before it can be looked up.
#[derive(Debug)]
pub(super) struct Feed<'a> {
    bytes: &'a [u8],
    /// First byte that is not counted in `buffer`.
    next: usize,
    /// The next bits, left-aligned. Those beyond `count` are zeros or what `refill` will put there again.
    buffer: u64,
    /// Bits of `buffer` that count, at most 63.
    count: u32,
}

impl Feed<'_> {
    /// Makes sure that at least 56 bits are there.
    #[inline]
    pub(super) fn refill(&mut self) {
        self.buffer |= word_at(self.bytes, self.next) >> self.count;
        self.next += ((63 - self.count) >> 3) as usize;
        self.count |= 0x38;
    }

    /// The next bits, left-aligned.
    #[inline]
    pub(super) fn window(&self) -> u64 {
        self.buffer
    }

    /// Passes over `count` bits, at most as many as `refill` promises.
    #[inline]
    pub(super) fn consume(&mut self, count: u32) {
        self.buffer <<= count;
        self.count -= count;
    }

    /// Bits from the start of the slice to the next bit.
    #[inline]
    pub(super) fn position(&self) -> usize {
        8 * self.next - self.count as usize
    }
}

#[cfg(test)]
mod tests {
    use super::BitReader;

    #[test]
    fn bits_come_most_significant_first_and_zeros_follow_the_end() {
        let mut bits = BitReader::at(&[0b1010_0001, 0xff], 1);
        assert_eq!(bits.take(0), 0);
        assert_eq!(bits.take(2), 0b01);
        assert!(!bits.flag());
        assert_eq!(bits.take(32), 0b0001_1111_1111 << 20);
        assert_eq!(bits.position(), 36);
        assert_eq!(BitReader::at(&[], 1000).take(32), 0);
    }

    #[test]
    fn a_feed_reads_what_the_reader_reads() {
        let bytes: Vec<u8> = (0..60u8).map(|n| n.wrapping_mul(151)).collect();
        for start in 0..9 {
            let mut bits = BitReader::at(&bytes, start);
            let mut feed = bits.feed();
            for width in (1..=28).chain(1..=20) {
                feed.refill();
                assert_eq!((feed.window() >> (64 - width)) as u32, bits.take(width));
                feed.consume(width);
                assert_eq!(feed.position(), bits.position());
            }
            bits.resume(&feed);
            assert_eq!(bits.position(), feed.position());
        }
    }
}
