//! Proof first, model second.

use bitrater_evidence::{Class, Codec, Evidence, Mode};

use super::{ClassName, Head, Model, Prediction, features};
use crate::ladder::{self, WEAKER, nominal_bitrate};
use crate::numbers::{round, written};
use crate::{Assessment, Generation, Original, Reason, Verdict};

/// Share of its class among all of MP3 from which the model overrules the class that the rules read. Of 0, 0.7, 0.85
/// and 0.95 this one had most classes right in cross-validation.
const SURE_OF_CLASS: f64 = 0.7;

impl Model {
    /// The assessment that the rules made, with the model's opinion in it.
    ///
    /// A proof stands. The model names the class of its generation, and whether it agrees is reported. The model alone
    /// proves nothing: recordings come from more places, and honest MP3s from more encoders, than any corpus has. A
    /// lossless file without a proof is inconclusive if the model finds a lossy past more likely than not. The model
    /// also gives the confidence of files without a proof.
    #[must_use]
    pub fn combine(&self, mut assessment: Assessment) -> Assessment {
        let Some(head) = self.head(assessment.codec) else { return assessment };
        let prediction = head.predict(&assessment);
        match assessment.verdict {
            Verdict::Transcode => agree(head, &prediction, &mut assessment),
            Verdict::Original if assessment.codec.is_lossless() => suspect(head, &prediction, &mut assessment),
            Verdict::Original => doubt(&prediction, &mut assessment),
            Verdict::Inconclusive => {}
        }
        assessment.evidence.push(Evidence {
            name: "model_transcode".into(),
            value: round(prediction.transcode),
            unit: "probability".into(),
        });
        assessment.versions.model = format!("{}+{}", assessment.versions.model, self.name);
        assessment.settle();
        assessment
    }
}

/// Something is proven: the model names its class or rate, and its own probability is reported.
fn agree(head: &Head, prediction: &Prediction, assessment: &mut Assessment) {
    let probability = prediction.transcode;
    let shown = written(probability, 3);
    let opinion = if probability >= 0.5 {
        assessment.confidence = assessment.confidence.max(probability.min(0.999));
        Reason::ModelAgrees { probability: shown }
    } else {
        Reason::ModelDisagrees { probability: shown }
    };
    // The rules have read the rates of other codecs. A model was trained on a few of them only.
    let of_mp3 = |class: ClassName| assessment.original.codec == Codec::Mp3 && class.codec() == Some(Codec::Mp3);
    if let Some(generation) =
        weakest(head, prediction, assessment, of_mp3).filter(|_| head.sureness(prediction, of_mp3) >= SURE_OF_CLASS)
    {
        if generation.class != assessment.original.class {
            // The cutoff suggested another class.
            assessment.reasons.retain(|reason| !matches!(reason, Reason::Cutoff { as_class: Some(_), .. }));
            assessment.reasons.push(Reason::ModelNamesClass { class: generation.class, facts: head.features.len() });
        }
        name(assessment, &generation);
    }
    assessment.reasons.push(opinion);
}

/// Nothing is proven in a lossless file.
fn suspect(head: &Head, prediction: &Prediction, assessment: &mut Assessment) {
    let probability = prediction.transcode;
    if probability < 0.5 {
        assessment.confidence = (1.0 - probability).min(0.999);
        return;
    }
    let codec = head.likeliest_codec(prediction).map(|(codec, _)| codec);
    let Some(generation) = weakest(head, prediction, assessment, |class| class.codec() == codec && codec.is_some())
    else {
        return;
    };
    let class = generation.class;
    assessment.confidence = probability.min(0.999);
    assessment.verdict = Verdict::Inconclusive;
    assessment.reasons.insert(0, Reason::ModelSuspects { class, probability: written(probability, 3) });
    name(assessment, &generation);
}

/// Nothing weaker is proven in an MP3. The verdict stands with the model's confidence, which an original has from even
/// odds on.
fn doubt(prediction: &Prediction, assessment: &mut Assessment) {
    let probability = prediction.transcode;
    assessment.confidence = (1.0 - probability).clamp(0.5, 0.999);
    if probability >= 0.5 {
        assessment.reasons.push(Reason::ModelSuspectsOlder { probability: written(probability, 3) });
    }
}

/// The most likely generation of these classes that is weaker than what the file states.
fn weakest(
    head: &Head,
    prediction: &Prediction,
    assessment: &Assessment,
    of: impl Fn(ClassName) -> bool,
) -> Option<Generation> {
    let stated = &assessment.stated;
    let stated = stated.bitrate.or(nominal_bitrate(stated.class)).filter(|_| !assessment.codec.is_lossless());
    let weaker = |class: ClassName| {
        stated.is_none_or(|stated| {
            nominal_bitrate(class.class()).is_some_and(|kbps| f64::from(kbps) < WEAKER * f64::from(stated))
        })
    };
    let name = head.likeliest(prediction, |class| of(class) && weaker(class))?;
    let (class, codec) = (name.class(), name.codec()?);
    let (bitrate, mode) = match name {
        // A V level determines its average rate only roughly.
        ClassName::Mp3V(_) => (Some(average(prediction, assessment)), Some(Mode::Vbr)),
        ClassName::Mp3(kbps) => (Some(kbps), Some(Mode::Cbr)),
        _ => (None, None),
    };
    Some(Generation { codec, class, bitrate, mode, phase: None })
}

/// The average rate of a VBR generation in kbps: the measured need of its integers, if they were read, or an estimate.
fn average(prediction: &Prediction, assessment: &Assessment) -> u32 {
    let named = assessment.original.bitrate.filter(|_| assessment.original.mode == Some(Mode::Vbr));
    let measured = || features::measured(assessment, "mp3_rate");
    let read = if assessment.codec.is_lossless() { measured() } else { f64::NAN };
    named.unwrap_or_else(|| if read.is_nan() { prediction.kbps } else { read }.round() as u32)
}

/// Sets the class of a generation wherever it is reported; phases stay.
fn name(assessment: &mut Assessment, generation: &Generation) {
    let Generation { codec, class, bitrate, mode, .. } = *generation;
    assessment.original = Original { codec, class, bitrate, mode };
    if assessment.verdict == Verdict::Transcode
        && let Some(oldest) = assessment.history.first_mut()
    {
        *oldest = Generation { phase: oldest.phase, ..generation.clone() };
    }
}

impl Assessment {
    /// Updates what follows from verdict and original.
    pub(crate) fn settle(&mut self) {
        let transcode = self.verdict == Verdict::Transcode;
        let class: Class = self.original.class;
        self.transcoded_from = transcode.then_some(class);
        self.quality_gap = if transcode { ladder::gap(self.stated.class, class) } else { 0 };
        self.confidence = round(self.confidence);
    }
}
