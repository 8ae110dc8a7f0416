//! The report on a fleet in words and pictures: a page for a browser, Markdown, a table.

mod axes;
mod canvas;
mod energy;
mod fleet;
mod labels;
mod markdown;
mod modules;
mod page;
mod palette;
mod policy;
mod roi;
mod scale;
mod section;
mod spend;
mod timeline;

use anyhow::Result;
use serde::{Serialize, Serializer};

use crate::clock::UnixTime;
use crate::output::cell::{Cell, short, signed};
use crate::output::document::Document;
use crate::output::sparkline::sparkline;
use crate::output::table::Table;
use crate::report::Report;

/// A report, to be rendered.
#[derive(Debug)]
pub struct ReportDocument(pub Report);

impl Serialize for ReportDocument {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl Document for ReportDocument {
    const ROWS: &'static str = "engines";

    fn table(&self, now: UnixTime) -> Table {
        let rows = self.0.engines.iter().map(|engine| {
            vec![
                Cell::text(&engine.engine),
                Cell::text(engine.cycles.to_string()),
                Cell::text(engine.failed.to_string()),
                Cell::text(engine.skips.to_string()),
                Cell::both(
                    format!("{}  {}", signed(engine.roi), sparkline(&engine.newest)),
                    engine.roi.to_string(),
                ),
                Cell::amount(Some(engine.cost), false),
                Cell::time(engine.last_started, now),
            ]
        });
        Table {
            before: vec![section::summary(&self.0)],
            header: vec![
                "ENGINE",
                "CYCLES",
                "FAILED",
                "SKIPS",
                "ROI",
                "COST",
                "LAST CYCLE",
            ],
            rows: rows.collect(),
            ..Table::default()
        }
    }

    fn markdown(&self, _now: UnixTime) -> String {
        markdown::write(&self.0)
    }

    fn page(&self) -> Result<String> {
        page::write(&self.0)
    }
}

/// Returns an amount with its unit, if it has one.
fn amount(number: f64, unit: Option<&str>) -> String {
    match unit {
        Some(unit) => format!("{} {unit}", short(number)),
        None => short(number),
    }
}

/// Returns a number of things: `1 cycle`, `2 cycles`.
fn counted(number: impl TryInto<u64> + Copy, thing: &str) -> String {
    match number.try_into() {
        Ok(1) => format!("1 {thing}"),
        Ok(number) => format!("{number} {thing}s"),
        Err(_) => format!("many {thing}s"),
    }
}
