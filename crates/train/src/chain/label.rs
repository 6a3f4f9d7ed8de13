//! What a perfect tool answers for a file with this history.

use bitrater_media::{Class, Codec, Mode};

use super::{Action, Chain, Encode, Encoder, Rate};
use crate::manifest::Label;

/// Typical average in kbps of LAME's `-V n` at 44.1 kHz stereo (LAME 3.100 documentation, `USAGE`).
const V_AVERAGE: [u32; 10] = [245, 225, 190, 175, 165, 130, 115, 100, 85, 65];

/// Nominal rate in kbps of Vorbis qualities 0 to 10 for 44.1 kHz stereo (vorbis-tools documentation, `oggenc`).
const VORBIS_NOMINAL: [u32; 11] = [64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 500];

impl Encode {
    /// Nominal rate in kbps.
    #[must_use]
    pub fn nominal(self) -> u32 {
        match self.rate {
            Rate::Kbps(kbps) | Rate::Abr(kbps) => kbps,
            Rate::V(level) => V_AVERAGE.get(usize::from(level)).copied().unwrap_or(65),
            Rate::Quality(quality) => VORBIS_NOMINAL.get(usize::from(quality)).copied().unwrap_or(500),
        }
    }

    /// The codec it writes.
    #[must_use]
    pub fn codec(self) -> Codec {
        match self.encoder {
            Encoder::Lame | Encoder::Shine => Codec::Mp3,
            Encoder::Aac => Codec::Aac,
            Encoder::Vorbis => Codec::Vorbis,
            Encoder::Opus => Codec::Opus,
            Encoder::Mp2 => Codec::Mp2,
            Encoder::Wma => Codec::Wma,
            Encoder::Ac3 => Codec::Ac3,
        }
    }

    /// The class of its files.
    #[must_use]
    pub fn class(self) -> Class {
        match self.rate {
            Rate::V(level) => Class::V(level),
            _ => Class::Rate { codec: self.codec(), kbps: self.nominal() },
        }
    }

    /// How it spends its bits.
    #[must_use]
    pub fn mode(self) -> Mode {
        match (self.rate, self.encoder) {
            (Rate::V(_) | Rate::Quality(_), _) | (_, Encoder::Opus) => Mode::Vbr,
            (Rate::Abr(_), _) | (_, Encoder::Aac) => Mode::Abr,
            (Rate::Kbps(_), _) => Mode::Cbr,
        }
    }
}

impl Chain {
    /// Place of the weakest generation among the encodes, the oldest of equals; none if there is no encode.
    #[must_use]
    pub fn weakest(&self) -> Option<usize> {
        self.encodes().enumerate().min_by_key(|(_, encode)| encode.nominal()).map(|(place, _)| place)
    }

    /// The truth about the delivered file. Its bitrate is the nominal one.
    #[must_use]
    pub fn label(&self) -> Label {
        let Some(weakest) = self.weakest().and_then(|place| self.encodes().nth(place)) else {
            return Label { codec: Codec::Lossless, class: Class::Lossless.to_string(), bitrate: None, fake: false };
        };
        let fake = match self.steps.last().map(|step| step.action) {
            Some(Action::Encode(last)) => weakest.nominal() < last.nominal(),
            _ => true,
        };
        Label { codec: weakest.codec(), class: weakest.class().to_string(), bitrate: Some(weakest.nominal()), fake }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weakest_generation_is_the_answer() {
        for (chain, codec, class, bitrate, fake) in [
            ("lossless", Codec::Lossless, "LOSSLESS", None, false),
            ("lowpass:16000/lossless", Codec::Lossless, "LOSSLESS", None, false),
            ("mp3:128", Codec::Mp3, "128", Some(128), false),
            ("mp3:V2/lossless", Codec::Mp3, "V2", Some(190), true),
            ("mp3:192/mp3:320@shifted", Codec::Mp3, "192", Some(192), true),
            ("mp3:320/mp3:192", Codec::Mp3, "192", Some(192), false),
            ("mp3:320/mp3:192/mp3:320", Codec::Mp3, "192", Some(192), true),
            ("mp3:320/mp3:320", Codec::Mp3, "320", Some(320), false),
            ("aac:128/mp3:320", Codec::Aac, "aac128", Some(128), true),
            ("vorbis:q6/lossless", Codec::Vorbis, "vorbis192", Some(192), true),
            ("shine:128/lossless", Codec::Mp3, "128", Some(128), true),
        ] {
            let label = chain.parse::<Chain>().unwrap().label();
            assert_eq!(label, Label { codec, class: class.to_owned(), bitrate, fake }, "{chain}");
        }
    }
}
