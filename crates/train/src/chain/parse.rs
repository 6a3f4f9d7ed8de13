//! Reads chains as they are written.

use std::str::FromStr;

use super::{Action, Chain, Encode, Encoder, Rate, Step, Switches, Treatment};

/// Why a text is no chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// A step that nobody knows.
    #[error(
        "`{0}` is no step of a chain; there are mp3, shine, aac, vorbis, opus, mp2, wma, ac3, gain, lowpass, crop, mono, resample, via and lossless"
    )]
    Step(String),
    /// A step with a value that it cannot have.
    #[error("`{step}` needs {needs}")]
    Value {
        /// The step.
        step: String,
        /// What it needs, in words.
        needs: &'static str,
    },
    /// A switch that the step does not have.
    #[error("`{step}` has no switch `{switch}`")]
    Switch {
        /// The step.
        step: String,
        /// The switch.
        switch: String,
    },
    /// Samples cannot be delivered.
    #[error("`{0}` ends without a file; end it with an encode or with `/lossless`")]
    NoFile(String),
    /// A lossless file in the middle changes nothing.
    #[error("in `{0}` a step follows `lossless`, which ends a chain")]
    AfterLossless(String),
    /// Only of MP3 a decoder can be told to leave the delay in.
    #[error("in `{0}` a step is `@shifted` that follows neither `mp3` nor `shine`")]
    Shifted(String),
}

/// Constant rates of MPEG-1 Layer III in kbps (ISO/IEC 11172-3, 2.4.2.3).
const MP3_RATES: [u32; 14] = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];

impl FromStr for Chain {
    type Err = ChainError;

    fn from_str(text: &str) -> Result<Self, ChainError> {
        let mut steps: Vec<Step> = Vec::new();
        for word in text.split('/') {
            let step: Step = word.parse()?;
            match steps.last().map(|step| step.action) {
                Some(Action::Lossless { .. }) => return Err(ChainError::AfterLossless(text.to_owned())),
                Some(Action::Encode(encode)) if encode.encoder.is_mp3() => {}
                _ if step.shifted => return Err(ChainError::Shifted(text.to_owned())),
                _ => {}
            }
            steps.push(step);
        }
        if matches!(steps.last().map(|step| step.action), Some(Action::Treat(_))) {
            return Err(ChainError::NoFile(text.to_owned()));
        }
        Ok(Self { steps })
    }
}

impl FromStr for Step {
    type Err = ChainError;

    fn from_str(text: &str) -> Result<Self, ChainError> {
        let (body, shifted) = text.strip_suffix("@shifted").map_or((text, false), |body| (body, true));
        let mut parts = body.split('+');
        let head = parts.next().unwrap_or_default();
        let switches: Vec<&str> = parts.collect();
        let (name, value) = head.split_once(':').map_or((head, None), |(name, value)| (name, Some(value)));
        let reader = Reader { text: body, value, switches };
        let encoder = Encoder::ALL.iter().find(|&&(known, _)| known == name).map(|&(_, encoder)| encoder);
        let action = match (encoder, name) {
            (Some(encoder), _) => Action::Encode(reader.encode(encoder)?),
            (None, "lossless") => Action::Lossless { deep: reader.bare_with("24")? },
            (None, "gain") => Action::Treat(Treatment::Gain { tenths: reader.tenths()?, dither: reader.dither()? }),
            (None, "lowpass") => {
                Action::Treat(Treatment::Lowpass { hz: reader.number(1000..=48_000, HERTZ)?, dither: reader.dither()? })
            }
            (None, "crop") => Action::Treat(Treatment::Crop(reader.plain(0..=10_000_000, "a number of samples")?)),
            (None, "mono") => {
                reader.bare()?;
                Action::Treat(Treatment::Mono)
            }
            (None, "resample") => Action::Treat(Treatment::Resample(reader.plain(8000..=192_000, SAMPLE_RATE)?)),
            (None, "via") => Action::Treat(Treatment::Via(reader.plain(8000..=192_000, SAMPLE_RATE)?)),
            _ => return Err(ChainError::Step(text.to_owned())),
        };
        Ok(Self { action, shifted })
    }
}

const HERTZ: &str = "a frequency from 1000 to 48000 Hz";
const SAMPLE_RATE: &str = "a sample rate from 8000 to 192000 Hz";

/// The parts of a step, and what they may be.
struct Reader<'a> {
    text: &'a str,
    value: Option<&'a str>,
    switches: Vec<&'a str>,
}

impl Reader<'_> {
    fn needs<T>(&self, needs: &'static str) -> Result<T, ChainError> {
        Err(ChainError::Value { step: self.text.to_owned(), needs })
    }

    fn refuse<T>(&self, switch: &str) -> Result<T, ChainError> {
        Err(ChainError::Switch { step: self.text.to_owned(), switch: format!("+{switch}") })
    }

    fn number(&self, range: std::ops::RangeInclusive<u32>, needs: &'static str) -> Result<u32, ChainError> {
        let number = self.value.and_then(digits).filter(|number| range.contains(number));
        number.map_or_else(|| self.needs(needs), Ok)
    }

    /// A number without switches.
    fn plain(&self, range: std::ops::RangeInclusive<u32>, needs: &'static str) -> Result<u32, ChainError> {
        self.no_switches()?;
        self.number(range, needs)
    }

    fn tenths(&self) -> Result<i32, ChainError> {
        let db = self.value.and_then(|value| value.parse::<f64>().ok()).filter(|db| db.abs() <= 90.0);
        db.map_or_else(|| self.needs("a gain from -90 to 90 dB"), |db| Ok((db * 10.0).round() as i32))
    }

    fn no_switches(&self) -> Result<(), ChainError> {
        self.switches.first().map_or(Ok(()), |switch| self.refuse(switch))
    }

    fn bare(&self) -> Result<(), ChainError> {
        self.no_switches()?;
        if self.value.is_some() { self.needs("no value") } else { Ok(()) }
    }

    /// No value, and at most this switch: whether it is there.
    fn bare_with(&self, known: &str) -> Result<bool, ChainError> {
        if self.value.is_some() { self.needs("no value") } else { self.only(known) }
    }

    fn dither(&self) -> Result<bool, ChainError> {
        self.only("dither")
    }

    fn only(&self, known: &str) -> Result<bool, ChainError> {
        match self.switches[..] {
            [] => Ok(false),
            [switch] if switch == known => Ok(true),
            [switch, ..] => self.refuse(switch),
        }
    }

    fn encode(&self, encoder: Encoder) -> Result<Encode, ChainError> {
        let rate = match encoder {
            Encoder::Lame => self.lame_rate()?,
            Encoder::Shine => self.mp3_rate()?,
            Encoder::Vorbis => {
                let quality = self.value.and_then(|value| digits(value.strip_prefix('q')?)).filter(|&q| q <= 10);
                Rate::Quality(quality.map_or_else(|| self.needs("a quality from q0 to q10"), Ok)? as u8)
            }
            _ => Rate::Kbps(self.number(8..=640, "a bitrate in kbps, such as 128")?),
        };
        let mut switches = Switches::default();
        for switch in &self.switches {
            if encoder != Encoder::Lame || !set(&mut switches, switch) {
                return self.refuse(switch);
            }
        }
        Ok(Encode { encoder, rate, switches })
    }

    fn lame_rate(&self) -> Result<Rate, ChainError> {
        let value = self.value.unwrap_or_default();
        let level = value.strip_prefix('V').or_else(|| value.strip_prefix('v'));
        if let Some(level) = level {
            let level = digits(level).filter(|&level| level <= 9);
            return level.map_or_else(|| self.needs("a level from V0 to V9"), |level| Ok(Rate::V(level as u8)));
        }
        if let Some(kbps) = value.strip_prefix("abr") {
            let kbps = digits(kbps).filter(|kbps| (8..=310).contains(kbps));
            return kbps.map_or_else(|| self.needs("an average from abr8 to abr310"), |kbps| Ok(Rate::Abr(kbps)));
        }
        self.mp3_rate()
    }

    fn mp3_rate(&self) -> Result<Rate, ChainError> {
        let kbps = self.value.and_then(digits).filter(|kbps| MP3_RATES.contains(kbps));
        kbps.map_or_else(
            || self.needs("a bitrate of MP3, such as 128, or V2 or abr160 with mp3"),
            |kbps| Ok(Rate::Kbps(kbps)),
        )
    }
}

/// Takes a switch of LAME; false if there is no such.
fn set(switches: &mut Switches, switch: &str) -> bool {
    if switch == "k" {
        switches.unfiltered = true;
    } else if let Some(hz) = switch.strip_prefix("lp") {
        switches.lowpass = digits(hz).filter(|hz| (1000..=24_000).contains(hz));
        return switches.lowpass.is_some();
    } else if let Some(effort) = switch.strip_prefix('q') {
        switches.effort = digits(effort).filter(|&effort| effort <= 9).map(|effort| effort as u8);
        return switches.effort.is_some();
    } else if let Some(mode) = switch.strip_prefix('m') {
        switches.stereo = mode.chars().next().filter(|&first| mode.len() == 1 && "sjfm".contains(first));
        return switches.stereo.is_some();
    } else {
        return false;
    }
    true
}

/// A number of digits alone; `parse` would take a sign, too.
fn digits(text: &str) -> Option<u32> {
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_what_is_read() {
        for text in [
            "lossless",
            "mp3:128",
            "mp3:V2/lossless",
            "mp3:abr160+q7+ms+lp17000+k/mp3:320@shifted",
            "shine:128/lossless+24@shifted",
            "gain:-1.3+dither/lossless",
            "gain:0.5/crop:77/mono/vorbis:q10/lossless",
            "lowpass:16000/via:48000/aac:256/resample:48000/opus:96/mp2:384/wma:128/ac3:192",
        ] {
            assert_eq!(text.parse::<Chain>().map(|chain| chain.to_string()), Ok(text.to_owned()));
        }
        assert_eq!("mp3:v0".parse::<Chain>(), "mp3:V0".parse());
        assert_eq!("gain:-36/lossless".parse::<Chain>(), "gain:-36.0/lossless".parse());
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, complaint) in [
            ("", "`` is no step"),
            ("mp4:128", "`mp4:128` is no step"),
            ("mp3:", "`mp3:` needs a bitrate of MP3"),
            ("mp3:+128", "`mp3:+128` needs a bitrate of MP3"),
            ("mp3:129", "`mp3:129` needs a bitrate"),
            ("mp3:V10", "needs a level"),
            ("shine:V2", "needs a bitrate"),
            ("vorbis:6", "needs a quality"),
            ("mp3:128+z", "has no switch `+z`"),
            ("mp3:128+q10", "has no switch `+q10`"),
            ("mp3:128+mé", "has no switch"),
            ("aac:128+q2", "has no switch `+q2`"),
            ("mono:1/lossless", "needs no value"),
            ("gain:loud/lossless", "needs a gain"),
            ("gain:NaN/lossless", "needs a gain"),
            ("crop:5", "ends without a file"),
            ("lossless/mp3:128", "follows `lossless`"),
            ("aac:128/mp3:320@shifted", "follows neither"),
            ("lossless@shifted", "follows neither"),
            ("mp3:128/gain:-1/mp3:320@shifted", "follows neither"),
        ] {
            let error = text.parse::<Chain>().map_err(|error| error.to_string()).unwrap_err();
            assert!(error.contains(complaint), "{text}: {error}");
        }
    }
}
