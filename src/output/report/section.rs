//! What every part of a report has: a finding, how to read it, a picture of it, and its numbers as a table.

use anyhow::Result;

use crate::output::cell::{short, signed};
use crate::output::report::canvas::Picture;
use crate::output::report::palette::Ink;
use crate::output::report::{amount, counted};
use crate::report::Report;

/// Draws the pictures of a part.
pub type Painter = Box<dyn Fn(&Report) -> Result<Vec<Picture>>>;

/// One part of a report.
pub struct Section {
    /// A word for links.
    pub id: &'static str,
    /// What it is about.
    pub topic: &'static str,
    /// What it shows, as a sentence without a full stop.
    pub finding: String,
    /// How to read it, and what is summed up or left out.
    pub notes: Vec<String>,
    /// What colours and marks stand for.
    pub legend: Vec<Key>,
    /// The numbers as a row of bars, for text.
    pub sparkline: Option<String>,
    /// The numbers.
    pub tables: Vec<Listing>,
    /// Draws the pictures; called only for a page.
    pub pictures: Painter,
}

/// What a mark stands for.
pub struct Key {
    /// The mark.
    pub mark: Mark,
    /// What it stands for.
    pub meaning: String,
}

/// A mark in a legend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A filled rectangle.
    Bar(Ink),
    /// A filled circle.
    Dot(Ink),
    /// A circle that is not filled.
    Ring(Ink),
    /// The edge of a rectangle.
    Frame(Ink),
    /// A cross.
    Cross(Ink),
    /// A dashed line.
    Dashes(Ink),
    /// A thick line.
    Line(Ink),
}

impl Key {
    /// Says what a mark stands for.
    pub fn new(mark: Mark, meaning: impl Into<String>) -> Self {
        Self {
            mark,
            meaning: meaning.into(),
        }
    }
}

/// A table of a section.
pub struct Listing {
    /// What it lists.
    pub caption: String,
    /// The names of the columns.
    pub header: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
    /// Whether a page shows it at once.
    pub is_open: bool,
}

impl Section {
    /// A part without data: it says so.
    pub fn new(id: &'static str, topic: &'static str, finding: impl Into<String>) -> Self {
        Self {
            id,
            topic,
            finding: finding.into(),
            notes: Vec::new(),
            legend: Vec::new(),
            sparkline: None,
            tables: Vec::new(),
            pictures: Box::new(|_| Ok(Vec::new())),
        }
    }
}

impl Listing {
    /// A table that a page shows when it is asked for.
    pub fn new(caption: &str, header: &[&str], rows: Vec<Vec<String>>) -> Self {
        Self {
            caption: caption.to_owned(),
            header: header.iter().map(|name| (*name).to_owned()).collect(),
            rows,
            is_open: false,
        }
    }
}

/// Returns the parts of a report in the order in which they are shown.
pub fn sections(report: &Report) -> Vec<Section> {
    vec![
        super::roi::section(report),
        super::timeline::section(report),
        super::energy::section(report),
        super::spend::section(report),
        super::modules::section(report),
        super::policy::section(report),
        super::fleet::section(report),
    ]
}

/// Says the whole in a sentence.
pub fn summary(report: &Report) -> String {
    let it = &report.summary;
    let unit = report.spend.unit.as_deref();
    format!(
        "{}, {}: {} ok, {} failed; skipped {} times; ROI {}, cost {}",
        counted(it.engines, "engine"),
        counted(it.cycles, "cycle"),
        it.ok,
        it.failed,
        it.skips,
        signed(it.roi),
        amount(it.cost, unit),
    )
}

/// Returns a share as a percentage: `33 %`.
pub fn percent(part: f64, whole: f64) -> String {
    let share = part / whole * 100.0;
    match share {
        _ if !share.is_finite() => "-".to_owned(),
        _ if share > 0.0 && share < 10.0 => format!("{} %", short((share * 10.0).round() / 10.0)),
        _ => format!("{share:.0} %"),
    }
}
