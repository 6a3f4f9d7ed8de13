//! How the reasons of an assessment are serialised: as sentences (`reasons`), and as data right after them
//! (`reasons_data`). Only the data is read back.

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serializer};

use super::Reason;

pub fn serialize<S: Serializer>(reasons: &[Reason], serializer: S) -> Result<S::Ok, S::Error> {
    let sentences: Vec<String> = reasons.iter().map(Reason::full).collect();
    let mut map = serializer.serialize_map(Some(2))?;
    map.serialize_entry("reasons", &sentences)?;
    map.serialize_entry("reasons_data", reasons)?;
    map.end()
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Reason>, D::Error> {
    #[derive(Deserialize)]
    struct Data {
        reasons_data: Vec<Reason>,
    }
    Data::deserialize(deserializer).map(|data| data.reasons_data)
}
