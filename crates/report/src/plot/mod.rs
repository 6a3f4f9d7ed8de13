//! The evidence of one file as a picture, SVG or PNG: how strong each phase of each search was, with its bar, and the
//! long-term spectrum with the cutoff.
//!
//! `panels` decides what is drawn, on a [`Canvas`](canvas::Canvas); `svg` and `png` are the two that there are.

mod canvas;
mod panels;
mod png;
mod svg;
mod ticks;

use std::fmt;
use std::path::Path;

use bitrater_verdict::{Finding, Outcome};

/// A format of pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlotFormat {
    /// Scalable, with its text as text.
    Svg,
    /// Pixels.
    Png,
}

/// A name that is no picture's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownSuffix;

impl fmt::Display for UnknownSuffix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a picture is written as SVG or PNG; end its name in .svg or .png")
    }
}

impl std::error::Error for UnknownSuffix {}

impl PlotFormat {
    /// The format that the end of a file name asks for, in capitals or not.
    pub fn of(path: &Path) -> Result<Self, UnknownSuffix> {
        let suffix = path.extension().and_then(|suffix| suffix.to_str()).unwrap_or_default();
        match suffix.to_ascii_lowercase().as_str() {
            "svg" => Ok(Self::Svg),
            "png" => Ok(Self::Png),
            _ => Err(UnknownSuffix),
        }
    }
}

/// What there is to draw of one file.
#[derive(Debug, Clone, Copy)]
pub struct Plot<'a> {
    /// What became of it.
    pub outcome: &'a Outcome,
    /// Everything that was looked for.
    pub findings: &'a [Finding],
    /// Long-term spectrum in dB, from 0 Hz to half the sample rate.
    pub spectrum: Option<&'a [f64]>,
}

impl Plot<'_> {
    /// The bytes of the picture; none where a system has too little memory for its pixels.
    #[must_use]
    pub fn draw(&self, format: PlotFormat) -> Option<Vec<u8>> {
        let height = panels::height(self);
        match format {
            PlotFormat::Svg => {
                let mut svg = svg::Svg::new(panels::WIDTH, height);
                panels::draw(self, &mut svg);
                Some(svg.finish().into_bytes())
            }
            PlotFormat::Png => {
                let mut png = png::Png::new(panels::WIDTH, height)?;
                panels::draw(self, &mut png);
                png.finish()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::samples;

    #[test]
    fn the_suffix_names_the_format() {
        assert_eq!(PlotFormat::of(Path::new("a/b.SVG")), Ok(PlotFormat::Svg));
        assert_eq!(PlotFormat::of(Path::new("b.flac.png")), Ok(PlotFormat::Png));
        for wrong in ["b.jpg", "svg", ".svg", "b.svg.gz", ""] {
            assert_eq!(PlotFormat::of(Path::new(wrong)), Err(UnknownSuffix), "{wrong}");
        }
    }

    #[test]
    fn a_scan_is_drawn_with_its_bar_and_the_spectrum_with_its_edge() {
        let svg = String::from_utf8(samples::fake("b.flac").plot(PlotFormat::Svg)).unwrap();
        for text in ["mp3_holes", "bar 10", "559: 31.2", "genuine &lt; 9", "spectrum", "cutoff 16.02 kHz", "b.flac"] {
            assert!(svg.contains(text), "{text} in {svg}");
        }
        assert!(!svg.contains("mp3_lattice"), "what was not asked has no panel");
        let mut lines = svg.lines().filter(|line| line.starts_with("<polyline"));
        assert!(lines.any(|line| line.matches(',').count() == 576), "a point for every phase in {svg}");
    }

    #[test]
    fn the_own_grid_of_an_mp3_is_called_so() {
        let svg = String::from_utf8(samples::honest_mp3("c.mp3").plot(PlotFormat::Svg)).unwrap();
        assert!(svg.contains("529: 71 (the stream") && svg.contains("100: 3.2"), "{svg}");
        assert!(!svg.contains("spectrum"), "none was measured");
    }

    #[test]
    fn hostile_names_stay_text() {
        let svg = String::from_utf8(samples::fake("<script>\x1b&\"'.flac").plot(PlotFormat::Svg)).unwrap();
        assert!(svg.contains("&lt;script&gt;\\u{1b}&amp;"), "{svg}");
        assert!(!svg.contains("<script") && !svg.contains('\x1b'));
    }

    #[test]
    fn a_png_shows_the_same_panels() {
        let png = samples::fake("日本 – b.flac").plot(PlotFormat::Png);
        let pixels = tiny_skia::Pixmap::decode_png(&png).unwrap();
        let sample = samples::fake("b.flac");
        assert_eq!((pixels.width(), pixels.height()), (panels::WIDTH, panels::height(&sample.picture())));
        let shown = |colour: canvas::Colour| {
            let [r, g, b] = colour.rgb();
            pixels.pixels().iter().filter(|p| (p.red(), p.green(), p.blue()) == (r, g, b)).count()
        };
        for colour in [canvas::Colour::Ink, canvas::Colour::Curve, canvas::Colour::Bar, canvas::Colour::Genuine] {
            assert!(shown(colour) > 50, "{colour:?}: {}", shown(colour));
        }
    }
}
