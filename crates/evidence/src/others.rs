//! Makes the searches of all families except MP3, each in the streams that it applies to.

use bitrater_media::StreamFacts;

use crate::excerpts::Span;
use crate::registry::FAMILIES;
use crate::search::{Input, Search};
use crate::trace::Traces;

/// Makes the searches for codecs other than MP3 that apply to the stream, and calls `done` with the name of each family
/// when it ends.
pub fn search(spans: &[Span], stream: &StreamFacts, noise: f64, done: &mut dyn FnMut(&'static str)) -> Traces {
    let input = Input { spans, stream, noise };
    let mut traces = Traces::new();
    for family in FAMILIES {
        let Some(run) = family.run else { continue };
        let concerns = |search: &Search| search.streams.include(stream.codec, search.codecs);
        if (family.rates.has)(stream.sample_rate) && family.searches.iter().any(|search| concerns(search)) {
            let found = run(&input).unwrap_or_default();
            let found = family.searches.iter().zip(found).filter(|(search, _)| concerns(search));
            traces.extend(found.map(|(search, trace)| (search.name, trace)));
        }
        done(family.name);
    }
    traces
}

#[cfg(test)]
mod tests {
    use bitrater_media::Codec;
    use bitrater_testkit::music;

    use super::*;
    use crate::registry;

    #[test]
    fn each_search_is_made_in_the_streams_that_it_concerns() {
        let signal = music(44_100, 3.0, 4);
        let planes: Vec<Vec<f32>> =
            signal.planes.iter().map(|plane| plane.iter().map(|&x| x as f32).collect()).collect();
        for codec in [Codec::Flac, Codec::Mp3, Codec::Aac, Codec::Opus, Codec::Ac3] {
            let stream = StreamFacts::fixture(codec, 44_100);
            let traces = search(&[Span::from(planes.clone())], &stream, 1e-10, &mut |_| {});
            for (family, searched) in registry::searches().filter(|(family, _)| family.run.is_some()) {
                let made = searched.streams.include(codec, searched.codecs);
                assert_eq!(traces.contains_key(searched.name), made, "{} in {codec}", searched.name);
                assert!((family.rates.has)(44_100));
            }
        }
        let stream = StreamFacts::fixture(Codec::Flac, 96_000);
        let traces = search(&[Span::from(planes)], &stream, 1e-10, &mut |_| {});
        assert!(!traces.contains_key("ac3_mantissas"), "AC-3 has no such sample rate");
    }
}
