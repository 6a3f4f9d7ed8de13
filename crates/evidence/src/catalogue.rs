//! The catalogue: every item of evidence by name, in the order in which it is listed. Each search brings its own items.

use std::sync::LazyLock;

use crate::EvidenceSet;
use crate::registry::FAMILIES;
use crate::search::{Entry, Role, Search, Value};

/// Evidence that belongs to no search.
const OTHERS: &[Entry] = &[
    Entry::report("passage_count", "passages", 0, "lossy passages of a file that is lossy in part only", |set| {
        Some(set.passages.as_ref()?.lossy.len() as f64)
    }),
    Entry::report("passage_share", "share", 3, "share of the file that they fill", |set| {
        Some(set.passages.as_ref()?.share)
    }),
    Entry::report("passage_start", "s", 2, "where the longest of them begins", |set| {
        Some(set.passages.as_ref()?.longest()?.start)
    }),
    Entry::report("passage_end", "s", 2, "where it ends", |set| Some(set.passages.as_ref()?.longest()?.end)),
    Entry::report(
        "passage_within",
        "s",
        2,
        "how far off these may be, by the distance of the samples that were examined",
        |set| Some(set.passages.as_ref()?.within),
    ),
    Entry::feature(
        "source_rate",
        "hz",
        0,
        "lower sample rate that the samples were brought back to, where grids were found there and not at the \
         file's own",
        |set| set.source_rate.map(f64::from),
    ),
    Entry::feature("cutoff", "hz", 0, "middle of the edge where the long-term spectrum ends", |set| {
        Some(set.cutoff?.frequency)
    }),
    Entry::feature("cutoff_drop", "db", 1, "drop over that edge", |set| Some(set.cutoff?.drop_db)),
    Entry::feature(
        "cutoff_width",
        "hz",
        0,
        "width of that edge between a quarter and three quarters of the drop",
        |set| Some(set.cutoff?.width),
    ),
    Entry::feature("cutoff_floor", "db", 1, "level above that edge, against white noise of full scale", |set| {
        Some(set.cutoff?.floor_db)
    }),
    Entry::feature("peak", "dbfs", 1, "largest sample, against full scale", |set| {
        Some(20.0 * f64::from(set.peak.max(1e-9)).log10())
    }),
];

/// An item of the catalogue, and the search whose peak it describes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Item {
    pub entry: Entry,
    search: Option<&'static Search>,
}

impl Item {
    /// Its value in a file, where it was measured.
    pub fn measured(&self, set: &EvidenceSet) -> Option<f64> {
        let peak = || set.trace(self.search?.name)?.strongest();
        match self.entry.value {
            Value::Of(value) => value(set),
            Value::Strength => peak().map(|peak| peak.strength),
            Value::Phase => peak().map(|peak| f64::from(peak.phase)),
            Value::Parts => peak().map(|peak| f64::from(peak.parts)),
        }
    }
}

/// Every item of evidence, in the order of the list. An item without a value in a file is missing from that file's
/// list.
pub(crate) static CATALOGUE: LazyLock<Vec<Item>> = LazyLock::new(|| {
    let mut items = Vec::new();
    for family in FAMILIES {
        for &search in family.searches {
            items.extend(of_peak(search).map(|entry| Item { entry, search: Some(search) }));
            items.extend(search.evidence.iter().map(|&entry| Item { entry, search: None }));
        }
        items.extend(family.evidence.iter().map(|&entry| Item { entry, search: None }));
    }
    items.extend(OTHERS.iter().map(|&entry| Item { entry, search: None }));
    items
});

/// Strength, phase and parts of a search's strongest peak. The names are leaked: they are few and live as long as the
/// program.
fn of_peak(search: &Search) -> impl Iterator<Item = Entry> {
    let entry = |end: &str, unit: &'static str, digits, meaning: String, role, value| Entry {
        name: format!("{}_{end}", search.name).leak(),
        unit,
        digits,
        meaning: meaning.leak(),
        role,
        value,
    };
    let unit = if search.bar.unit == "MADs" { "mad" } else { "deviations" };
    let (samples, at) = match search.clock {
        Some(48_000) => ("samples at 48 khz", " at 48 kHz"),
        _ => ("samples", ""),
    };
    let place = format!(
        "that phase: the first sample of a {}{at}, modulo {}",
        search.frames.trim_end_matches('s'),
        search.period
    );
    let parts = "parts of the file, of four, that show that phase on their own".to_owned();
    let parts = search.parts.then(|| entry("parts", "parts of 4", 0, parts, Role::Feature, Value::Parts));
    let strength = search.strength.into_iter().flat_map(move |strength| {
        [
            entry("strength", unit, 1, strength.to_owned(), Role::Feature, Value::Strength),
            entry("phase", samples, 0, place.clone(), Role::Report, Value::Phase),
        ]
    });
    strength.chain(parts).collect::<Vec<_>>().into_iter()
}

/// Every name that evidence can have, in the order of the list.
#[must_use]
pub fn catalogue() -> Vec<&'static str> {
    CATALOGUE.iter().map(|item| item.entry.name).collect()
}

/// What evidence of this name means, as part of a sentence; none for a name that is not in the catalogue.
#[must_use]
pub fn meaning(name: &str) -> Option<&'static str> {
    Some(find(name)?.meaning)
}

/// Whether a model may use evidence of this name.
#[must_use]
pub fn is_feature(name: &str) -> bool {
    find(name).is_some_and(|entry| entry.role == Role::Feature)
}

fn find(name: &str) -> Option<&'static Entry> {
    CATALOGUE.iter().map(|item| &item.entry).find(|entry| entry.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_there_once_and_means_something() {
        let names = catalogue();
        for (n, name) in names.iter().enumerate() {
            assert_eq!(names.iter().position(|other| other == name), Some(n), "{name} is there twice");
            assert!(meaning(name).is_some_and(|meaning| meaning.len() > 10), "{name}");
        }
        assert_eq!(meaning("no_such_name"), None);
    }

    #[test]
    fn the_items_of_a_search_begin_with_its_codec() {
        for family in FAMILIES {
            let searches = family.searches.iter().flat_map(|search| search.evidence);
            for entry in searches.chain(family.evidence) {
                let prefix = entry.name.split('_').next();
                assert!(family.searches.iter().any(|search| search.name.split('_').next() == prefix), "{}", entry.name);
            }
        }
    }
}
