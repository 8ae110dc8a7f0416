//! How the fleet is, at a glance.

use serde::Serialize;

use crate::clock::UnixTime;
use crate::duration::HumanDuration;
use crate::engine::Decision;
use crate::output::cell::{Cell, signed};
use crate::output::document::Document;
use crate::output::pause::end_words;
use crate::output::sparkline::sparkline;
use crate::output::table::Table;
use crate::registry::BadEntry;
use crate::store::Pause;

/// How many of the newest ROI deltas are drawn.
pub const SPARKLINE_CYCLES: usize = 12;

/// How one engine is.
#[derive(Debug, Serialize)]
pub struct EngineStatus {
    /// Its name.
    pub engine: String,
    /// When its last cycle ended.
    pub last_run: Option<UnixTime>,
    /// How it ended, or `running`.
    pub result: Option<String>,
    /// Why it failed.
    pub failure: Option<String>,
    /// The sum of its ROI deltas.
    pub roi_total: f64,
    /// The pause, if it is paused.
    pub paused: Option<Pause>,
    /// Its newest ROI deltas, oldest first.
    pub roi: Vec<f64>,
    /// What would be decided now.
    pub next: Decision,
    /// What is worth knowing.
    pub note: Option<String>,
}

/// The status of all engines.
#[derive(Debug, Serialize)]
pub struct StatusDocument {
    /// The version of this document.
    pub schema_version: u32,
    /// Each engine, in the order of the registry.
    pub engines: Vec<EngineStatus>,
    /// Entries of the registry that cannot be used.
    pub bad_entries: Vec<BadEntry>,
}

impl Document for StatusDocument {
    const ROWS: &'static str = "engines";

    fn table(&self, now: UnixTime) -> Table {
        let row = |engine: &EngineStatus| {
            let roi = if engine.roi.is_empty() {
                Cell::none()
            } else {
                let total = signed(engine.roi_total);
                Cell::both(
                    format!("{total}  {}", sparkline(&engine.roi)),
                    engine.roi_total.to_string(),
                )
            };
            vec![
                Cell::text(&engine.engine),
                Cell::time(engine.last_run, now),
                match (&engine.paused, &engine.result) {
                    (Some(_), _) => Cell::text("paused"),
                    (None, None) => Cell::none(),
                    (None, Some(result)) => Cell::both(result.replace('_', " "), result),
                },
                roi,
                match &engine.paused {
                    Some(pause) => Cell::both(end_words(pause, now), engine.next.reason.code()),
                    None => Cell::both(next_words(&engine.next), engine.next.reason.code()),
                },
                engine
                    .note
                    .as_ref()
                    .map_or_else(|| Cell::both("", ""), Cell::text),
            ]
        };
        Table {
            header: vec!["ENGINE", "LAST RUN", "RESULT", "ROI", "NEXT", "NOTE"],
            rows: self.engines.iter().map(row).collect(),
            ..Table::default()
        }
    }

    fn nothing(&self) -> Option<String> {
        self.engines.is_empty().then(|| {
            "no engines are registered; register one with `sie register NAME --pipeline 'CMD'`, or try `sie demo`"
                .to_owned()
        })
    }
}

/// Says in words what comes next: `due: interval over`, `in 42m`.
#[must_use]
pub fn next_words(decision: &Decision) -> String {
    if decision.is_run() {
        return format!("due: {}", decision.reason.words());
    }
    match decision.due_in {
        Some(seconds) => format!(
            "in {}: {}",
            HumanDuration::rough(seconds.ceil()),
            decision.reason.words()
        ),
        None => format!("skip: {}", decision.reason.words()),
    }
}
