//! PNG: shapes by tiny-skia, letters from a bitmap font, so that a machine without fonts draws the same picture.

use embedded_graphics::Drawable;
use embedded_graphics::Pixel;
use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{Dimensions, Point, Size};
use embedded_graphics::mono_font::MonoTextStyle;
use embedded_graphics::mono_font::iso_8859_1::FONT_7X13;
use embedded_graphics::pixelcolor::BinaryColor;
use embedded_graphics::primitives::Rectangle;
use embedded_graphics::text::{Alignment, Text};
use tiny_skia::{Color, FillRule, Paint, PathBuilder, Pixmap, PremultipliedColorU8, Stroke, StrokeDash, Transform};

use super::canvas::{Anchor, Canvas, Colour};

pub(super) struct Png {
    pixels: Pixmap,
}

impl Png {
    pub(super) fn new(width: u32, height: u32) -> Option<Self> {
        let mut pixels = Pixmap::new(width, height)?;
        pixels.fill(Color::WHITE);
        Some(Self { pixels })
    }

    pub(super) fn finish(self) -> Option<Vec<u8>> {
        self.pixels.encode_png().ok()
    }
}

impl Canvas for Png {
    fn line(&mut self, points: &[(f32, f32)], colour: Colour, dashed: bool) {
        let mut path = PathBuilder::new();
        for (n, &(x, y)) in points.iter().enumerate() {
            // On the middle of pixels lines along an axis stay sharp.
            let (x, y) = (x.floor() + 0.5, y.floor() + 0.5);
            if n == 0 { path.move_to(x, y) } else { path.line_to(x, y) }
        }
        let dash = if dashed { StrokeDash::new(vec![6.0, 4.0], 0.0) } else { None };
        if let Some(path) = path.finish() {
            let stroke = Stroke { dash, ..Stroke::default() };
            self.pixels.stroke_path(&path, &paint(colour), &stroke, Transform::identity(), None);
        }
    }

    fn dot(&mut self, (x, y): (f32, f32), colour: Colour) {
        if let Some(path) = PathBuilder::from_circle(x, y, 3.0) {
            self.pixels.fill_path(&path, &paint(colour), FillRule::Winding, Transform::identity(), None);
        }
    }

    fn text(&mut self, (x, y): (f32, f32), text: &str, anchor: Anchor, colour: Colour) {
        let alignment = match anchor {
            Anchor::Start => Alignment::Left,
            Anchor::Middle => Alignment::Center,
            Anchor::End => Alignment::Right,
        };
        let style = MonoTextStyle::new(&FONT_7X13, BinaryColor::On);
        let at = Point::new(x.round() as i32, y.round() as i32);
        let mut letters = Letters { pixels: &mut self.pixels, rgb: colour.rgb() };
        // It cannot fail.
        let _ = Text::with_alignment(text, at, style, alignment).draw(&mut letters);
    }
}

fn paint(colour: Colour) -> Paint<'static> {
    let [r, g, b] = colour.rgb();
    let mut paint = Paint::default();
    paint.set_color_rgba8(r, g, b, 255);
    paint
}

/// Takes the pixels of letters.
struct Letters<'a> {
    pixels: &'a mut Pixmap,
    rgb: [u8; 3],
}

impl Dimensions for Letters<'_> {
    fn bounding_box(&self) -> Rectangle {
        Rectangle::new(Point::zero(), Size::new(self.pixels.width(), self.pixels.height()))
    }
}

impl DrawTarget for Letters<'_> {
    type Color = BinaryColor;
    type Error = std::convert::Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<BinaryColor>>>(&mut self, pixels: I) -> Result<(), Self::Error> {
        let (width, height) = (self.pixels.width() as i32, self.pixels.height() as i32);
        let [r, g, b] = self.rgb;
        for Pixel(Point { x, y }, on) in pixels {
            let inside = (0..width).contains(&x) && (0..height).contains(&y);
            if let Some(ink) = PremultipliedColorU8::from_rgba(r, g, b, 255).filter(|_| on.is_on() && inside) {
                self.pixels.pixels_mut()[(y * width + x) as usize] = ink;
            }
        }
        Ok(())
    }
}
