//! What `pause` and `resume` did, or would do.

use serde::Serialize;

use crate::clock::UnixTime;
use crate::duration::HumanDuration;
use crate::output::cell::Cell;
use crate::output::document::Document;
use crate::output::table::Table;
use crate::store::Pause;

/// A pause that began or ended.
#[derive(Clone, Debug, Serialize)]
pub struct PauseDocument {
    /// The version of this document.
    pub schema_version: u32,
    /// Whether nothing was written.
    pub dry_run: bool,
    /// `paused` or `resumed`.
    pub change: &'static str,
    /// The engine's name.
    pub engine: String,
    /// The pause, if it is paused now.
    pub paused: Option<Pause>,
}

impl Document for PauseDocument {
    const ROWS: &'static str = "engine";

    fn table(&self, now: UnixTime) -> Table {
        let would = if self.dry_run { "dry run: " } else { "" };
        let mut line = format!("{would}{} {}", self.change, self.engine);
        let mut row = vec![Cell::text(self.change), Cell::text(&self.engine)];
        if let Some(pause) = &self.paused {
            let end = match pause.until {
                Some(until) => format!("until {until} ({})", end_words(pause, now)),
                None => format!("until `sie resume {}`", self.engine),
            };
            line = format!("{line} {end}: {}", pause.reason);
            row.push(
                pause
                    .until
                    .map_or_else(Cell::none, |until| Cell::text(until.to_string())),
            );
            row.push(Cell::text(&pause.reason));
        }
        Table {
            before: vec![line],
            rows: vec![row],
            ..Table::default()
        }
    }
}

/// Says how long a pause goes on: `4h more`.
#[must_use]
pub fn end_words(pause: &Pause, now: UnixTime) -> String {
    match pause.seconds_left(now) {
        Some(seconds) => format!("{} more", HumanDuration::rough(seconds.ceil())),
        None => "until resumed".to_owned(),
    }
}
