//! Drawing a picture: the one place that knows how the chart crate's SVG comes about.

use anyhow::{Result, anyhow};
use maud::{Markup, PreEscaped, html};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Rectangle, Text};
use plotters::prelude::SVGBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontStyle, IntoFont, ShapeStyle, TextStyle};

use crate::output::report::palette::Ink;

/// The width of all pictures, in pixels of their own.
pub const WIDTH: u32 = 900;
/// The size of letters; the backend divides it by 1.24.
const LETTERS: f64 = 13.0 * 1.24;

/// A drawing area that ends up as SVG.
pub type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Why something could not be drawn.
pub type DrawError = DrawingAreaErrorKind<std::io::Error>;

/// A place in a picture: pixels from the left, and from the top.
pub type Pixel = (i32, i32);

/// A picture with what it shows in words.
pub struct Picture {
    title: String,
    description: String,
    height: u32,
    shapes: String,
}

impl Picture {
    /// Draws one of this height.
    ///
    /// # Errors
    ///
    /// Fails if `paint` does.
    pub fn draw(
        title: impl Into<String>,
        description: impl Into<String>,
        height: u32,
        paint: impl FnOnce(&Area<'_>) -> Result<(), DrawError>,
    ) -> Result<Self> {
        let mut svg = String::new();
        {
            let area = SVGBackend::with_string(&mut svg, (WIDTH, height)).into_drawing_area();
            let painted = paint(&area).and_then(|()| area.present());
            painted.map_err(|error| anyhow!("a chart cannot be drawn: {error}"))?;
        }
        // The element around the shapes is replaced by one that has a name and fits its surroundings.
        let shapes = svg
            .split_once('>')
            .and_then(|(_, rest)| rest.rsplit_once("</svg>"))
            .map(|(shapes, _)| lean(shapes.trim()))
            .ok_or_else(|| anyhow!("the chart backend wrote no SVG"))?;
        Ok(Self {
            title: title.into(),
            description: description.into(),
            height,
            shapes,
        })
    }

    /// Returns it as part of a page; the id is unique in it.
    pub fn markup(&self, id: &str) -> Markup {
        let (title, description) = (format!("{id}-title"), format!("{id}-desc"));
        html! {
            svg viewBox=(format!("0 0 {WIDTH} {}", self.height)) role="img"
                aria-labelledby=(format!("{title} {description}")) xmlns="http://www.w3.org/2000/svg" {
                title id=(title) { (self.title) }
                desc id=(description) { (self.description) }
                // The chart crate has escaped the texts in it.
                (PreEscaped(&self.shapes))
            }
        }
    }
}

/// Leaves out what every shape would say in vain.
fn lean(shapes: &str) -> String {
    shapes
        .replace(" opacity=\"1\"", "")
        .replace(" stroke=\"none\"", "")
        .replace(" font-family=\"sans-serif\"", "")
}

/// Where a text stands at its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
}

/// Returns the style of texts of this colour, for axes.
pub fn letters(ink: Ink) -> TextStyle<'static> {
    ("sans-serif", LETTERS).into_font().color(&ink.color())
}

/// Writes a text, its height centred at a pixel.
pub fn write(
    area: &Area<'_>,
    text: &str,
    at: Pixel,
    anchor: Anchor,
    ink: Ink,
) -> Result<(), DrawError> {
    write_styled(area, text, at, anchor, &letters(ink))
}

/// Writes a text in bold letters.
pub fn write_bold(
    area: &Area<'_>,
    text: &str,
    at: Pixel,
    anchor: Anchor,
    ink: Ink,
) -> Result<(), DrawError> {
    let font = ("sans-serif", LETTERS).into_font().style(FontStyle::Bold);
    write_styled(area, text, at, anchor, &font.color(&ink.color()))
}

fn write_styled(
    area: &Area<'_>,
    text: &str,
    at: Pixel,
    anchor: Anchor,
    style: &TextStyle<'_>,
) -> Result<(), DrawError> {
    let horizontal = match anchor {
        Anchor::Start => HPos::Left,
        Anchor::Middle => HPos::Center,
    };
    let style = style.clone().pos(Pos::new(horizontal, VPos::Center));
    area.draw(&Text::new(text.to_owned(), at, style))
}

/// Fills a rectangle, at least a pixel wide and high.
pub fn fill(
    area: &Area<'_>,
    from: Pixel,
    to: Pixel,
    ink: Ink,
    opacity: f64,
) -> Result<(), DrawError> {
    let (left, right) = (from.0.min(to.0), from.0.max(to.0));
    let (top, bottom) = (from.1.min(to.1), from.1.max(to.1));
    let corner = (right.max(left + 1), bottom.max(top + 1));
    let style = ink.color().mix(opacity).filled();
    area.draw(&Rectangle::new([(left, top), corner], style))
}

/// Draws the edge of a rectangle.
pub fn outline(
    area: &Area<'_>,
    from: Pixel,
    to: Pixel,
    ink: Ink,
    width: u32,
) -> Result<(), DrawError> {
    let corners = vec![from, (to.0, from.1), to, (from.0, to.1), from];
    line(area, corners, ink, width)
}

/// Draws a line through pixels.
pub fn line(area: &Area<'_>, points: Vec<Pixel>, ink: Ink, width: u32) -> Result<(), DrawError> {
    let style: ShapeStyle = ink.color().stroke_width(width);
    area.draw(&PathElement::new(points, style))
}

/// Draws a horizontal line of dashes.
pub fn dashes(area: &Area<'_>, left: i32, right: i32, y: i32, ink: Ink) -> Result<(), DrawError> {
    let mut from = left;
    while from < right {
        line(area, vec![(from, y), ((from + 8).min(right), y)], ink, 2)?;
        from += 13;
    }
    Ok(())
}

/// Draws a filled circle.
pub fn dot(
    area: &Area<'_>,
    at: Pixel,
    radius: i32,
    ink: Ink,
    opacity: f64,
) -> Result<(), DrawError> {
    area.draw(&Circle::new(at, radius, ink.color().mix(opacity).filled()))
}

/// Draws a circle that is not filled.
pub fn ring(area: &Area<'_>, at: Pixel, radius: i32, ink: Ink) -> Result<(), DrawError> {
    area.draw(&Circle::new(at, radius, ink.color().stroke_width(2)))
}

/// Draws a cross.
pub fn cross(area: &Area<'_>, (x, y): Pixel, size: i32, ink: Ink) -> Result<(), DrawError> {
    let rising = vec![(x - size, y + size), (x + size, y - size)];
    let falling = vec![(x - size, y - size), (x + size, y + size)];
    line(area, rising, ink, 3)?;
    line(area, falling, ink, 3)
}
