//! The frame that data are drawn into: two axes with round ticks, and where a pair of numbers lies.

use plotters::chart::{ChartBuilder, ChartContext};
use plotters::coord::cartesian::Cartesian2d;
use plotters::prelude::SVGBackend;
use plotters::style::Color;

use crate::output::report::canvas::{Anchor, Area, DrawError, Pixel, letters, write};
use crate::output::report::palette::Ink;
use crate::output::report::scale::{Coordinate, FARTHEST, Scale};

/// How much room there is around the data, in pixels.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// For the labels on the left.
    pub left: u32,
    /// For labels at the ends of lines.
    pub right: u32,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            left: 70,
            right: 24,
        }
    }
}

/// The frame of a chart.
pub struct Frame<'a> {
    chart: ChartContext<'a, SVGBackend<'a>, Cartesian2d<Coordinate, Coordinate>>,
}

impl<'a> Frame<'a> {
    /// Draws the axes.
    ///
    /// # Errors
    ///
    /// Fails if the backend does.
    pub fn draw(area: &Area<'a>, x: &Scale, y: &Scale, room: Room) -> Result<Self, DrawError> {
        let mut builder = ChartBuilder::on(area);
        let mut chart = builder
            .margin_top(if y.title().is_empty() { 10 } else { 34 })
            .margin_right(room.right)
            .margin_bottom(4)
            .x_label_area_size(if x.title().is_empty() { 26 } else { 50 })
            .y_label_area_size(room.left)
            .build_cartesian_2d(x.coordinate(), y.coordinate())?;
        let mut mesh = chart.configure_mesh();
        // Lines lead from numbers to what is drawn; a name needs none.
        if y.is_names() {
            mesh.disable_y_mesh();
        }
        if !y.is_names() || x.is_names() {
            mesh.disable_x_mesh();
        }
        mesh.bold_line_style(Ink::Grid.color())
            .light_line_style(Ink::Grid.color().mix(0.0))
            .axis_style(Ink::Muted.color())
            .label_style(letters(Ink::Muted))
            .x_label_formatter(&|value| x.text_of(*value))
            .y_label_formatter(&|value| y.text_of(*value))
            .draw()?;
        let frame = Self { chart };
        let (left, right, bottom) = (frame.left(), frame.right(), frame.bottom());
        let middle = i32::midpoint(left, right);
        write(
            area,
            x.title(),
            (middle, bottom + 40),
            Anchor::Middle,
            Ink::Muted,
        )?;
        write(area, y.title(), (6, 14), Anchor::Start, Ink::Muted)?;
        Ok(frame)
    }

    /// Returns the pixel of a pair of numbers.
    pub fn at(&self, x: f64, y: f64) -> Pixel {
        let far = |number: f64| number.clamp(-FARTHEST, FARTHEST);
        self.chart.plotting_area().map_coordinate(&(far(x), far(y)))
    }

    /// Returns the leftmost pixel of the data.
    pub fn left(&self) -> i32 {
        self.chart.plotting_area().get_pixel_range().0.start
    }

    /// Returns the rightmost pixel of the data.
    pub fn right(&self) -> i32 {
        self.chart.plotting_area().get_pixel_range().0.end
    }

    /// Returns the topmost pixel of the data.
    pub fn top(&self) -> i32 {
        self.chart.plotting_area().get_pixel_range().1.start
    }

    /// Returns the lowest pixel of the data.
    pub fn bottom(&self) -> i32 {
        self.chart.plotting_area().get_pixel_range().1.end
    }
}
