//! Metrics that were exported into a file.

use serde::Serialize;

use crate::clock::UnixTime;
use crate::output::cell::Cell;
use crate::output::document::Document;
use crate::output::table::Table;

/// What was exported and whereto.
#[derive(Debug, Serialize)]
pub struct ExportedDocument {
    /// The version of this document.
    pub schema_version: u32,
    /// Whether nothing was written.
    pub dry_run: bool,
    /// The file.
    pub file: String,
    /// How many engines there are.
    pub engines: usize,
    /// How many values.
    pub values: usize,
}

impl Document for ExportedDocument {
    const ROWS: &'static str = "file";

    fn table(&self, _now: UnixTime) -> Table {
        let verb = if self.dry_run {
            "would export"
        } else {
            "exported"
        };
        let noun = if self.engines == 1 {
            "engine"
        } else {
            "engines"
        };
        let line = format!(
            "{verb} {} values of {} {noun} to {}",
            self.values, self.engines, self.file
        );
        Table {
            before: vec![line],
            rows: vec![vec![
                Cell::text(&self.file),
                Cell::text(self.engines.to_string()),
                Cell::text(self.values.to_string()),
            ]],
            ..Table::default()
        }
    }
}
