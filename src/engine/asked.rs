//! Who asks for a cycle.

use serde::{Deserialize, Serialize};

/// Who asks for a cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// Nobody: it runs if it is due.
    IfDue,
    /// `run-all --force`: it runs unless its minimum interval is not over.
    Force,
    /// `cycle NAME`: it runs.
    Cycle,
}
