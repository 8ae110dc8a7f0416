//! Past cycles.

use serde::Serialize;

use crate::clock::UnixTime;
use crate::output::cell::Cell;
use crate::output::document::Document;
use crate::output::table::Table;
use crate::store::Cycle;

/// Cycles, newest first.
#[derive(Debug, Serialize)]
pub struct HistoryDocument {
    /// The version of this document.
    pub schema_version: u32,
    /// The cycles.
    pub cycles: Vec<Cycle>,
}

impl Document for HistoryDocument {
    const ROWS: &'static str = "cycles";

    fn table(&self, now: UnixTime) -> Table {
        let row = |cycle: &Cycle| {
            vec![
                Cell::text(format!("{}-{}", cycle.engine, cycle.number)),
                Cell::time(Some(cycle.started_at), now),
                Cell::text(cycle.state.as_str()),
                Cell::text(&cycle.trigger),
                Cell::text(cycle.energy.to_string()),
                Cell::seconds(cycle.seconds),
                Cell::signed(cycle.roi),
                Cell::amount(cycle.cost, cycle.cost_assumed),
                cycle.reason.as_ref().map_or_else(Cell::none, Cell::text),
            ]
        };
        Table {
            header: vec![
                "CYCLE", "STARTED", "RESULT", "TRIGGER", "ENERGY", "TOOK", "ROI", "COST", "REASON",
            ],
            rows: self.cycles.iter().map(row).collect(),
            ..Table::default()
        }
    }

    fn nothing(&self) -> Option<String> {
        self.cycles
            .is_empty()
            .then(|| "no cycles yet; `sie run-all` runs what is due".to_owned())
    }
}
