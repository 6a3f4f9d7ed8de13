//! Random variations of a history, so that nothing can lean on an encoder's defaults.

use super::{Action, Chain, Encode, Encoder, Step, Treatment};
use crate::rng::Rng;

/// The same history in another guise: a master that was low-passed or turned down, LAME with other switches, a decode
/// that was cropped, turned down, or filtered. The label stays what it was.
#[must_use]
pub fn vary(chain: &Chain, seed: u64, names: &[&str]) -> Chain {
    let mut rng = Rng::new(seed, names);
    let mut steps = Vec::new();
    if rng.chance(0.25) {
        steps.push(lowpass(&mut rng));
    }
    if rng.chance(0.5) {
        steps.push(gain(&mut rng));
    }
    for step in chain.steps() {
        let mut step = *step;
        let after_encode = matches!(steps.last(), Some(Step { action: Action::Encode(_), .. }));
        if let Action::Encode(encode) = &mut step.action {
            *encode = switches(*encode, &mut rng);
        }
        if after_encode && !step.shifted {
            // Another start of the file means another phase; a gain shifts the lattice off its powers of two.
            if rng.chance(0.4) {
                steps.push(plain(Treatment::Crop(rng.between(1, 5000) as u32)));
            }
            if rng.chance(0.15) {
                steps.push(gain(&mut rng));
            }
            if rng.chance(0.1) {
                steps.push(lowpass(&mut rng));
            }
        }
        if let Action::Lossless { deep } = &mut step.action {
            *deep = after_encode && rng.chance(0.15);
        }
        steps.push(step);
    }
    Chain { steps }
}

fn plain(treatment: Treatment) -> Step {
    Step { action: Action::Treat(treatment), shifted: false }
}

fn gain(rng: &mut Rng) -> Step {
    plain(Treatment::Gain { tenths: rng.between(-120, -1), dither: rng.chance(0.5) })
}

fn lowpass(rng: &mut Rng) -> Step {
    plain(Treatment::Lowpass { hz: rng.between(140, 205) as u32 * 100, dither: rng.chance(0.5) })
}

/// Other switches of LAME; other encoders have none.
fn switches(mut encode: Encode, rng: &mut Rng) -> Encode {
    if encode.encoder != Encoder::Lame {
        return encode;
    }
    let switches = &mut encode.switches;
    if rng.chance(0.4) {
        switches.effort = Some(rng.between(0, 7) as u8);
    }
    if rng.chance(0.3) {
        switches.stereo = [Some('s'), Some('j'), Some('f')][rng.between(0, 2) as usize];
    }
    if rng.chance(0.3) {
        // Below 16 kHz LAME lowers the sample rate as well.
        switches.lowpass = Some(rng.between(160, 205) as u32 * 100);
    } else if rng.chance(0.2) {
        switches.unfiltered = true;
    }
    encode
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variation_is_a_chain_with_the_same_label() {
        for text in ["lossless", "mp3:128", "mp3:V2/lossless", "mp3:192/mp3:320@shifted", "aac:128/mp3:320"] {
            let chain: Chain = text.parse().unwrap();
            let varied: Vec<Chain> = (0..50).map(|seed| vary(&chain, seed, &["piece"])).collect();
            for varied in &varied {
                assert_eq!(varied.to_string().parse().as_ref(), Ok(varied));
                assert_eq!(varied.label(), chain.label());
            }
            assert!(varied.iter().collect::<std::collections::BTreeSet<_>>().len() > 15, "{text}");
            assert_eq!(vary(&chain, 7, &["a"]), vary(&chain, 7, &["a"]));
        }
    }
}
