//! How many bits of an integer sample are really used.

use bitrater_media::Pcm;

/// Counts over all samples of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BitUsage {
    bits: u32,
    /// Union of all samples' bits.
    union: u32,
}

impl BitUsage {
    /// Takes the next block; float blocks show nothing about bits.
    pub fn add(&mut self, pcm: &Pcm) {
        if let Pcm::Int { bits, planes } = pcm {
            self.bits = *bits;
            for plane in planes {
                self.union |= plane.iter().fold(0, |union, &sample| union | sample as u32);
            }
        }
    }

    /// Bits per sample without the low ones that are zero in every sample; none for float streams and for digital
    /// silence.
    #[must_use]
    pub fn effective(self) -> Option<u16> {
        let unused = self.union.trailing_zeros();
        (self.union != 0 && self.bits > unused).then(|| (self.bits - unused) as u16)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effective(bits: u32, samples: &[i32]) -> Option<u16> {
        let mut usage = BitUsage::default();
        usage.add(&Pcm::Int { bits, planes: vec![samples.to_vec()] });
        usage.effective()
    }

    #[test]
    fn padded_low_bits_do_not_count() {
        assert_eq!(effective(24, &[256, -512, 0, 1024]), Some(16));
        assert_eq!(effective(24, &[256, -511]), Some(24));
        assert_eq!(effective(16, &[-1]), Some(16));
        assert_eq!(effective(16, &[-256, 512]), Some(8));
    }

    #[test]
    fn silence_and_floats_show_nothing() {
        assert_eq!(effective(16, &[0, 0]), None);
        let mut usage = BitUsage::default();
        usage.add(&Pcm::Float { planes: vec![vec![0.5]] });
        assert_eq!(usage.effective(), None);
    }
}
