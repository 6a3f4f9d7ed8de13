//! The registry: the one list of searches. A codec that is listed here is searched for, listed in the evidence,
//! explained and counted everywhere. Any other codec is not.

use crate::search::{Family, Search};
use crate::{aac_grid, ac3_grid, mp3, opus_grid, subband_grid, vorbis_grid, wma_grid};

/// All families, in the order in which they are searched and reported.
pub static FAMILIES: [&Family; 7] = [
    &mp3::FAMILY,
    &aac_grid::FAMILY,
    &vorbis_grid::FAMILY,
    &opus_grid::FAMILY,
    &subband_grid::FAMILY,
    &ac3_grid::FAMILY,
    &wma_grid::FAMILY,
];

/// All searches with their families, in the same order.
pub fn searches() -> impl Iterator<Item = (&'static Family, &'static Search)> {
    FAMILIES.into_iter().flat_map(|family| family.searches.iter().map(move |&search| (family, search)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_search_is_named_once_and_described() {
        let names: Vec<&str> = searches().map(|(_, search)| search.name).collect();
        for (n, (family, search)) in searches().enumerate() {
            assert_eq!(names.iter().position(|&name| name == search.name), Some(n), "{}", search.name);
            assert!(search.looked_for.len() > 40 && !search.codecs.is_empty() && search.period > 1, "{}", search.name);
            assert!(search.bar.genuine.below < search.bar.least, "{}: a bar that genuine files reach", search.name);
            assert!(search.least() <= search.bar.least, "{}", search.name);
            assert!(family.run.is_none() || search.strength.is_some(), "{}: its strength is not listed", search.name);
            assert!(names.contains(&search.name));
        }
    }
}
