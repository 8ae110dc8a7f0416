//! What autoscaling did to the fleet, and who approved.

use serde::Serialize;

use crate::clock::UnixTime;
use crate::output::autoscale::way;
use crate::output::cell::Cell;
use crate::output::document::Document;
use crate::output::table::Table;
use crate::store::{ActionState, AutoscaleAction};

/// Actions, newest first.
#[derive(Debug, Serialize)]
pub struct ScaleHistoryDocument {
    /// The version of this document.
    pub schema_version: u32,
    /// The actions.
    pub actions: Vec<AutoscaleAction>,
}

impl Document for ScaleHistoryDocument {
    const ROWS: &'static str = "actions";

    fn table(&self, now: UnixTime) -> Table {
        let row = |action: &AutoscaleAction| {
            let approval = &action.approval;
            let by = approval.by.as_deref().unwrap_or_default();
            let approved = match by {
                "" => Cell::both("not needed", ""),
                by => Cell::both(format!("{by}, {}", way(&approval.how)), by),
            };
            let (did, note) = match action.state {
                ActionState::Abandoned => ("not done", "sie died before it"),
                ActionState::Begun | ActionState::Done => (past(&action.action), ""),
            };
            let reason = approval.reason.as_deref().unwrap_or(note);
            vec![
                Cell::time(Some(action.at), now),
                Cell::text(did),
                Cell::text(&action.engine),
                Cell::text(&action.reason),
                approved,
                Cell::text(reason),
            ]
        };
        Table {
            header: vec!["WHEN", "DONE", "ENGINE", "WHY", "APPROVED BY", "BECAUSE"],
            rows: self.actions.iter().map(row).collect(),
            ..Table::default()
        }
    }

    fn nothing(&self) -> Option<String> {
        let none = "autoscaling has changed nothing yet; see what it would do with `sie autoscale --dry-run`";
        self.actions.is_empty().then(|| none.to_owned())
    }
}

fn past(action: &str) -> &'static str {
    match action {
        "add" => "added",
        "revive" => "revived",
        _ => "removed",
    }
}
