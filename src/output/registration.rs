//! What `register` and `unregister` did, or would do.

use serde::Serialize;

use crate::clock::UnixTime;
use crate::output::cell::Cell;
use crate::output::document::Document;
use crate::output::table::Table;

/// A change of the registry.
#[derive(Clone, Debug, Serialize)]
pub struct RegistrationDocument {
    /// The version of this document.
    pub schema_version: u32,
    /// Whether nothing was written.
    pub dry_run: bool,
    /// `registered`, `changed`, `revived` or `unregistered`.
    pub change: &'static str,
    /// The engine's name.
    pub engine: String,
    /// What there is to say about it.
    pub summary: String,
    /// What to type next.
    #[serde(skip)]
    pub next: Option<String>,
}

impl Document for RegistrationDocument {
    const ROWS: &'static str = "engine";

    fn table(&self, _now: UnixTime) -> Table {
        let would = if self.dry_run { "dry run: " } else { "" };
        let mut before = vec![format!(
            "{would}{} {}{}",
            self.change, self.engine, self.summary
        )];
        before.extend(self.next.iter().map(|next| format!("next: {next}")));
        let row = vec![Cell::text(self.change), Cell::text(&self.engine)];
        Table {
            before,
            rows: vec![row],
            ..Table::default()
        }
    }
}
