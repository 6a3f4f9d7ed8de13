//! The extract: what each search shows in each kind of honest stream.

use std::collections::BTreeSet;

use bitrater_evidence::bars::{self, Bar};
use bitrater_evidence::search::Streams;
use bitrater_evidence::{Codec, Search, catalogue, mp3, mp3_grid, own, searches};
use serde::{Deserialize, Serialize};

use super::answers::{Answered, AnswersError, Half, Sounds};
use super::distribution::{Distribution, rounded};

/// Kinds of streams in which a search may show different things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// Lossless codecs. WavPack's lossy mode, which has no frame grid, is among them.
    Lossless,
    /// MP3.
    Mp3,
    /// All others.
    OtherLossy,
}

impl Stream {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Lossless, Self::Mp3, Self::OtherLossy];

    /// The kind of a codec.
    #[must_use]
    pub fn of(codec: Codec) -> Self {
        match codec {
            Codec::Mp3 => Self::Mp3,
            codec if codec.is_lossless() => Self::Lossless,
            _ => Self::OtherLossy,
        }
    }

    /// Its name in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lossless => "lossless",
            Self::Mp3 => "MP3",
            Self::OtherLossy => "other lossy",
        }
    }
}

/// Which phases of a search a bar is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phases {
    /// All of them.
    Any,
    /// Those that an uncut decode has, in lossless files. A file whose best phase is another shows nothing there.
    Uncut,
    /// Phases of MP3 that an uncut decode has and that a search over all phases found, too, in lossless files.
    Agreed,
}

/// A bar, and the files that it is for.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    /// The search.
    pub search: &'static Search,
    /// The phases.
    pub phases: Phases,
    /// The streams.
    pub stream: Stream,
    /// What the files are made of.
    pub sounds: Sounds,
}

impl Group {
    /// All groups that there can be, in the order of the registry.
    pub fn all() -> impl Iterator<Item = Self> {
        let of_search = |search: &'static Search| {
            let lower =
                [search.uncut.map(|_| Phases::Uncut), (search.name == mp3::LIKELY.name).then_some(Phases::Agreed)];
            let any = Stream::ALL.into_iter().filter(|&stream| is_made(search, stream)).map(|at| (Phases::Any, at));
            let lower = lower.into_iter().flatten().map(|phases| (phases, Stream::Lossless));
            any.chain(lower).flat_map(move |(phases, stream)| {
                Sounds::ALL.into_iter().map(move |sounds| Self { search, phases, stream, sounds })
            })
        };
        searches().flat_map(move |(_, search)| of_search(search))
    }

    /// The bar.
    #[must_use]
    pub fn bar(&self) -> Bar {
        match (self.phases, self.search.uncut) {
            (Phases::Uncut, Some(uncut)) => uncut.bar,
            (Phases::Agreed, _) => bars::LIKELY_AGREED,
            _ => self.search.in_lossy.filter(|_| self.stream != Stream::Lossless).unwrap_or(self.search.bar),
        }
    }

    /// Its name in tables.
    #[must_use]
    pub fn name(&self) -> String {
        match (self.phases, self.search.uncut) {
            (Phases::Uncut, Some(uncut)) => {
                let phases: Vec<String> = uncut.phases.iter().map(u32::to_string).collect();
                format!("`{}` at {}", self.search.name, phases.join(", "))
            }
            (Phases::Agreed, _) => format!("`{}` where another search agrees", self.search.name),
            _ => format!("`{}`", self.search.name),
        }
    }

    /// What the search shows in a file of this group.
    fn of(&self, file: &Answered) -> Option<Shown> {
        let shown = shown(self.search, file)?;
        let Shown::Foreign { strength, phase } = shown else { return Some(shown) };
        let counts = match (self.phases, self.search.uncut) {
            (Phases::Uncut, Some(uncut)) => phase.is_some_and(|phase| uncut.phases.contains(&phase)),
            (Phases::Agreed, _) => phase.is_some_and(|phase| {
                let found = [&mp3::HOLES, &mp3::LATTICE].map(|search| self::phase(search.name, file));
                mp3_grid::is_uncut(phase, file.codec) && found.contains(&Some(phase))
            }),
            _ => true,
        };
        Some(Shown::Foreign { strength: if counts { strength } else { 0.0 }, phase })
    }
}

/// Whether a search is made in some streams of a kind.
fn is_made(search: &Search, stream: Stream) -> bool {
    match (search.streams, stream) {
        // More codecs than one are of this kind, so that there is always another.
        (Streams::Others, Stream::OtherLossy) => true,
        (streams, Stream::Mp3) => streams.include(Codec::Mp3, search.codecs),
        (streams, Stream::Lossless) => streams.include(Codec::Flac, search.codecs),
        (streams, Stream::OtherLossy) => streams.include(Codec::Unknown, search.codecs),
    }
}

/// The strongest trace of a search.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Shown {
    /// At a phase that is not the stream's own, or told of no phase.
    Foreign { strength: f64, phase: Option<u32> },
    /// At a phase at which the stream shows its own encode. What is beyond that is not in the answer.
    Own,
}

/// What a search shows in a file; none where it was not made.
fn shown(search: &Search, file: &Answered) -> Option<Shown> {
    let listed = |name: &str| catalogue().contains(&name);
    if !listed(&format!("{}_strength", search.name)) {
        // It counts places and has no phase: the share of them that show a trace.
        let of = |end: &str| file.value(&format!("{}_{end}", search.name));
        let (showing, asked) = (of("showing")?, of("asked")?);
        return Some(Shown::Foreign { strength: showing / asked.max(1.0), phase: None });
    }
    // Of the holes of MP3 the second phase is listed, too; what is weaker than that is only known where a reason names it.
    let names = [search.name.to_owned(), format!("{}2", search.name)];
    let evidence = names.iter().filter_map(|name| Some((file.value(&format!("{name}_strength"))?, phase(name, file))));
    let reasons = file.named.iter().filter(|named| named.search == search.name);
    let traces: Vec<_> = evidence.chain(reasons.map(|named| (named.strength, Some(named.phase)))).collect();
    let foreign = traces.iter().filter(|(_, phase)| !phase.is_some_and(|phase| is_own(search, phase, file.codec)));
    let strongest = foreign.max_by(|a, b| a.0.total_cmp(&b.0));
    let strongest = strongest.map(|&(strength, phase)| Shown::Foreign { strength, phase });
    strongest.or((!traces.is_empty()).then_some(Shown::Own))
}

fn phase(name: &str, file: &Answered) -> Option<u32> {
    file.value(&format!("{name}_phase")).map(|phase| phase as u32)
}

/// Whether a stream shows its own encode at this phase of a search.
fn is_own(search: &Search, phase: u32, codec: Codec) -> bool {
    match search.codecs {
        [Codec::Mp3] => own::of_mp3(phase, codec),
        [Codec::Aac] => own::of_aac(phase, codec),
        [Codec::Vorbis] => own::of_vorbis(phase, codec),
        _ => false,
    }
}

/// What a search shows in one group of files, and in one half of the recordings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Name of the search.
    pub search: String,
    /// Phases that count.
    pub phases: Phases,
    /// Kind of the streams.
    pub stream: Stream,
    /// What the files are made of.
    pub sounds: Sounds,
    /// Half of the recordings.
    pub half: Half,
    /// Files whose strongest trace is known.
    pub files: usize,
    /// How many recordings or synthetic signals they are made from.
    pub recordings: usize,
    /// Files left out: they show their own encode first, and the answer does not tell what comes after it.
    pub own: usize,
    /// How strong the traces are.
    #[serde(flatten)]
    pub distribution: Distribution,
    /// The strongest, with the names of their files.
    pub strongest: Vec<(f64, String)>,
}

impl Row {
    /// The largest of all.
    #[must_use]
    pub fn largest(&self) -> f64 {
        self.strongest.first().map_or(0.0, |&(strength, _)| strength)
    }
}

/// Files that are named in each row.
const NAMED: usize = 3;

/// The extract of many answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Schema of the evidence.
    pub evidence: u32,
    /// Rows in the order of the groups, half A before half B.
    pub rows: Vec<Row>,
}

impl Measured {
    /// The row of a group in one half.
    #[must_use]
    pub fn row(&self, group: &Group, half: Half) -> Option<&Row> {
        self.rows.iter().find(|row| {
            row.search == group.search.name
                && (row.phases, row.stream, row.sounds, row.half) == (group.phases, group.stream, group.sounds, half)
        })
    }

    /// JSON with one row a line, so that a change of one is one line.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let rows: Vec<String> = self.rows.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
        Ok(format!("{{\"evidence\":{},\"rows\":[\n{}\n]}}\n", self.evidence, rows.join(",\n")))
    }
}

/// Makes the extract of answers. All have to be of one schema of evidence.
pub fn measure(files: &[Answered]) -> Result<Measured, AnswersError> {
    let evidence = files.first().ok_or(AnswersError::None)?.schema;
    if let Some(other) = files.iter().find(|file| file.schema != evidence) {
        return Err(AnswersError::Schemas(evidence, other.schema));
    }
    let of_half = |group: Group| [Half::A, Half::B].map(|half| row(&group, half, files));
    Ok(Measured { evidence, rows: Group::all().flat_map(of_half).flatten().collect() })
}

/// The row of a group; none where no file of it has a trace that is known.
fn row(group: &Group, half: Half, files: &[Answered]) -> Option<Row> {
    let concerned =
        |file: &&Answered| file.half == half && file.sounds == group.sounds && Stream::of(file.codec) == group.stream;
    let (mut found, mut own) = (Vec::new(), 0);
    let mut recordings = BTreeSet::new();
    for file in files.iter().filter(concerned) {
        match group.of(file) {
            Some(Shown::Foreign { strength, .. }) => {
                recordings.insert(file.recording.as_str());
                found.push((rounded(strength), file.path.clone()));
            }
            Some(Shown::Own) => own += 1,
            None => {}
        }
    }
    // Files of equal strength in the order of their names, so that the extract does not depend on the order of the answers.
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let strengths: Vec<f64> = found.iter().map(|&(strength, _)| strength).collect();
    let distribution = Distribution::of(&strengths)?;
    let files = found.len();
    found.truncate(NAMED);
    found.retain(|&(strength, _)| strength > 0.0);
    Some(Row {
        search: group.search.name.to_owned(),
        phases: group.phases,
        stream: group.stream,
        sounds: group.sounds,
        half,
        files,
        recordings: recordings.len(),
        own,
        distribution,
        strongest: found,
    })
}

#[cfg(test)]
mod tests {
    use bitrater_evidence::Evidence;

    use super::super::answers::Named;
    use super::*;

    fn file(codec: Codec, evidence: &[(&'static str, f64)]) -> Answered {
        let item = |&(name, value): &(&'static str, f64)| Evidence { name: name.into(), value, unit: "".into() };
        Answered {
            path: "a".to_owned(),
            recording: "r".to_owned(),
            half: Half::A,
            sounds: Sounds::Music,
            codec,
            evidence: evidence.iter().map(item).collect(),
            named: Vec::new(),
            schema: 2,
        }
    }

    fn largest(measured: &Measured, search: &str, phases: Phases) -> Option<f64> {
        let row = measured.rows.iter().find(|row| row.search == search && row.phases == phases)?;
        Some(row.largest())
    }

    #[test]
    fn every_search_of_the_registry_has_a_strength_in_the_answers() {
        let names = catalogue();
        for (_, search) in searches() {
            let has = |end: &str| names.contains(&format!("{}_{end}", search.name).as_str());
            assert!(has("strength") && has("phase") || has("showing") && has("asked"), "{}", search.name);
            assert!(Group::all().any(|group| group.search.name == search.name), "{}", search.name);
        }
    }

    #[test]
    fn groups_are_where_searches_are_made() {
        let streams = |name: &str| -> Vec<Stream> {
            let music = Group::all().filter(|group| group.sounds == Sounds::Music && group.phases == Phases::Any);
            music.filter(|group| group.search.name == name).map(|group| group.stream).collect()
        };
        assert_eq!(streams("mp3_holes"), Stream::ALL);
        assert_eq!(streams("mp3_aligned"), [Stream::Mp3]);
        assert_eq!(streams("aac_lattice"), Stream::ALL);
        assert_eq!(streams("wma_holes"), [Stream::Lossless]);
    }

    #[test]
    fn own_phases_do_not_count() {
        let holes = [
            ("mp3_holes_strength", 50.0),
            ("mp3_holes_phase", 529.0),
            ("mp3_holes2_strength", 6.0),
            ("mp3_holes2_phase", 100.0),
        ];
        let measured = measure(&[file(Codec::Mp3, &holes)]).unwrap();
        assert_eq!(largest(&measured, "mp3_holes", Phases::Any), Some(6.0));
        let lattice = [("mp3_lattice_strength", 50.0), ("mp3_lattice_phase", 529.0)];
        assert_eq!(measure(&[file(Codec::Mp3, &lattice)]).unwrap().rows, []);
        let foreign = [("mp3_lattice_strength", 5.0), ("mp3_lattice_phase", 100.0)];
        let both = measure(&[file(Codec::Mp3, &lattice), file(Codec::Mp3, &foreign)]).unwrap();
        assert_eq!((both.rows[0].files, both.rows[0].own, both.rows[0].largest()), (1, 1, 5.0));
    }

    #[test]
    fn a_trace_that_a_reason_names_counts_where_stronger_ones_are_the_streams_own() {
        let mut proven = file(Codec::Mp3, &[("mp3_holes_strength", 50.0), ("mp3_holes_phase", 529.0)]);
        let named = |phase| Named { search: "mp3_holes".to_owned(), phase, strength: 17.0 };
        proven.named = vec![named(334)];
        assert_eq!(largest(&measure(&[proven.clone()]).unwrap(), "mp3_holes", Phases::Any), Some(17.0));
        proven.named = vec![named(529)];
        assert_eq!(measure(&[proven]).unwrap().rows, []);
    }

    #[test]
    fn phases_of_an_uncut_decode_are_counted_by_themselves() {
        let at = |phase: f64| [("aac_lattice_strength", 4.0), ("aac_lattice_phase", phase)];
        let uncut = |phase| largest(&measure(&[file(Codec::Flac, &at(phase))]).unwrap(), "aac_lattice", Phases::Uncut);
        assert_eq!((uncut(576.0), uncut(577.0)), (Some(4.0), Some(0.0)));
    }

    #[test]
    fn answers_of_two_schemas_are_refused() {
        let old = Answered { schema: 1, ..file(Codec::Flac, &[]) };
        assert!(matches!(measure(&[old, file(Codec::Flac, &[])]), Err(AnswersError::Schemas(1, 2))));
        assert!(matches!(measure(&[]), Err(AnswersError::None)));
    }

    #[test]
    fn an_aligned_trace_is_a_share() {
        let counts = [("mp3_aligned_showing", 5.0), ("mp3_aligned_asked", 200.0)];
        assert_eq!(largest(&measure(&[file(Codec::Mp3, &counts)]).unwrap(), "mp3_aligned", Phases::Any), Some(0.025));
    }
}
