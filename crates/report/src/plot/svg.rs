//! SVG 1.1, one element a line.

use std::fmt::Write as _;

use super::canvas::{Anchor, Canvas, Colour};

pub(super) struct Svg {
    text: String,
}

impl Svg {
    pub(super) fn new(width: u32, height: u32) -> Self {
        let text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
             font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n"
        );
        Self { text }
    }

    pub(super) fn finish(self) -> String {
        self.text + "</svg>\n"
    }

    // Writing to a string cannot fail.
    fn push(&mut self, element: std::fmt::Arguments) {
        let _ = self.text.write_fmt(element);
        self.text.push('\n');
    }
}

impl Canvas for Svg {
    fn line(&mut self, points: &[(f32, f32)], colour: Colour, dashed: bool) {
        let points: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let dashes = if dashed { " stroke-dasharray=\"6 4\"" } else { "" };
        let (points, colour) = (points.join(" "), hex(colour));
        self.push(format_args!("<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\"{dashes}/>"));
    }

    fn dot(&mut self, (x, y): (f32, f32), colour: Colour) {
        self.push(format_args!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{}\"/>", hex(colour)));
    }

    fn text(&mut self, (x, y): (f32, f32), text: &str, anchor: Anchor, colour: Colour) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        self.push(format_args!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" fill=\"{}\">{}</text>",
            hex(colour),
            escape(text)
        ));
    }
}

fn hex(colour: Colour) -> String {
    let [r, g, b] = colour.rgb();
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// Text as XML 1.0 has it; characters that it cannot hold at all become U+FFFD.
fn escape(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => clean += "&amp;",
            '<' => clean += "&lt;",
            '>' => clean += "&gt;",
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => clean.push('\u{fffd}'),
            other => clean.push(other),
        }
    }
    clean
}
