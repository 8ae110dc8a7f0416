//! Past cycles.

use serde::Serialize;

use crate::clock::UnixTime;
use crate::output::cell::{Cell, signed};
use crate::output::document::Document;
use crate::output::sparkline::sparkline;
use crate::output::table::Table;
use crate::store::Cycle;

/// How many ROI deltas are drawn at most: a line should fit a terminal.
const WIDTH: usize = 40;

/// Cycles, newest first.
#[derive(Debug, Serialize)]
pub struct HistoryDocument {
    /// The version of this document.
    pub schema_version: u32,
    /// The cycles.
    pub cycles: Vec<Cycle>,
}

impl HistoryDocument {
    /// Draws the ROI deltas of the cycles listed, oldest first, one line per engine.
    fn sparklines(&self) -> Vec<String> {
        let mut of_engines: Vec<(&str, Vec<f64>)> = Vec::new();
        for cycle in self.cycles.iter().rev() {
            let Some(roi) = cycle.roi else { continue };
            match of_engines
                .iter_mut()
                .find(|(name, _)| *name == cycle.engine)
            {
                Some((_, deltas)) => deltas.push(roi),
                None => of_engines.push((&cycle.engine, vec![roi])),
            }
        }
        of_engines
            .into_iter()
            .filter(|(_, deltas)| deltas.len() > 1)
            .map(|(name, deltas)| {
                let newest = deltas.len().saturating_sub(WIDTH);
                let line = sparkline(deltas.get(newest..).unwrap_or_default());
                let sum = signed(deltas.iter().sum());
                format!("{name}  ROI {sum} in {} cycles  {line}", deltas.len())
            })
            .collect()
    }
}

/// Returns why a cycle failed, and for people which patch was on trial in it.
fn note(cycle: &Cycle) -> Cell {
    let reason = cycle.reason.as_ref().map_or_else(Cell::none, Cell::text);
    match &cycle.patch {
        Some(patch) => {
            let failed = cycle.reason.as_ref().map(|reason| format!("{reason}, "));
            let pretty = format!("{}patch {patch}", failed.unwrap_or_default());
            Cell::both(pretty, reason.plain)
        }
        None => reason,
    }
}

impl Document for HistoryDocument {
    const ROWS: &'static str = "cycles";

    fn table(&self, now: UnixTime) -> Table {
        let row = |cycle: &Cycle| {
            vec![
                Cell::text(format!("{}-{}", cycle.engine, cycle.number)),
                Cell::time(Some(cycle.started_at), now),
                Cell::text(if cycle.flaky {
                    "flaky"
                } else {
                    cycle.state.as_str()
                }),
                Cell::text(&cycle.trigger),
                Cell::text(cycle.energy.to_string()),
                Cell::seconds(cycle.seconds),
                Cell::signed(cycle.roi),
                Cell::amount(cycle.cost, cycle.cost_assumed),
                note(cycle),
            ]
        };
        Table {
            header: vec![
                "CYCLE", "STARTED", "RESULT", "TRIGGER", "ENERGY", "TOOK", "ROI", "COST", "REASON",
            ],
            rows: self.cycles.iter().map(row).collect(),
            after: self.sparklines(),
            ..Table::default()
        }
    }

    fn nothing(&self) -> Option<String> {
        self.cycles
            .is_empty()
            .then(|| "no cycles yet; `sie run-all` runs what is due".to_owned())
    }
}
