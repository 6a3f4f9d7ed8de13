//! When evidence proves a lossy generation, and which one.

use bitrater_evidence::{Codec, EvidenceSet, Search};

use crate::criteria::{self, Criterion, Rate};
use crate::numbers::nearest;
use crate::proof::{Proof, agrees, of_rate};
use crate::reason::{Found, Scan};
use crate::{Generation, Reason, mp3};

/// All generations that are proven, the clearest first.
pub fn find(evidence: &EvidenceSet) -> Vec<Proof> {
    let traces = criteria::all().filter_map(|(search, criterion)| of_search(evidence, search, criterion));
    let mut proofs: Vec<Proof> = mp3::proofs(evidence).chain(traces).collect();
    proofs.sort_by(|a, b| b.margin.total_cmp(&a.margin));
    proofs
}

/// The largest margin of any search over its bar, proof or not.
pub fn nearest_miss(evidence: &EvidenceSet) -> f64 {
    let peaks = criteria::all().filter_map(|(search, _)| Some((search, evidence.trace(search.name)?.strongest()?)));
    let traces = peaks.map(|(search, peak)| search.margin(evidence.stream.codec, peak));
    mp3::margins(evidence).chain(traces).fold(0.0, f64::max)
}

/// The proof by a search other than those of MP3.
pub fn of_search(evidence: &EvidenceSet, search: &Search, criterion: &Criterion) -> Option<Proof> {
    let proof = regardless(evidence, search, criterion)?;
    let overruled = criterion.alone && others(evidence, search).next().is_some();
    (!overruled).then_some(proof)
}

/// The proofs of other codecs.
fn others<'a>(evidence: &'a EvidenceSet, search: &'a Search) -> impl Iterator<Item = Proof> + 'a {
    let other = criteria::all().filter(|(other, _)| other.codecs != search.codecs);
    mp3::proofs(evidence).chain(other.filter_map(|(other, criterion)| regardless(evidence, other, criterion)))
}

/// The same, whatever other searches prove.
fn regardless(evidence: &EvidenceSet, search: &Search, criterion: &Criterion) -> Option<Proof> {
    let trace = evidence.trace(search.name)?;
    let peak = trace.strongest()?;
    let bar = search.bar_at(evidence.stream.codec, peak.phase).least;
    let clears = if criterion.agreement { agrees(peak, bar) } else { peak.strength >= bar };
    let codec = criteria::codec(search, trace);
    let scan = Scan::of(evidence, peak, search.period);
    clears.then(|| Proof {
        generation: generation(codec, criterion.rate, trace.kbps, peak.phase),
        margin: search.margin(evidence.stream.codec, peak),
        reason: Reason::Found(Found { kind: search.name.into(), scan, codec }),
    })
}

fn generation(codec: Codec, rate: Rate, kbps: Option<f64>, phase: u32) -> Generation {
    match rate {
        // The rate that subband blocks need is that of Layer II only.
        Rate::Nominal(rates) if codec != Codec::Musepack && codec != Codec::Unknown => {
            of_rate(codec, kbps.and_then(|kbps| nearest(kbps, rates)), phase)
        }
        Rate::Average(rates) => {
            let kbps = kbps.map(|kbps| kbps.clamp(32.0, 512.0));
            let named = of_rate(codec, kbps.and_then(|kbps| nearest(kbps, rates)), phase);
            Generation { bitrate: kbps.map(|kbps| kbps.round() as u32), ..named }
        }
        Rate::Nominal(_) | Rate::Unread => of_rate(codec, None, phase),
    }
}
