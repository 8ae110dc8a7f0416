//! What a check found, ready to be shown and acted on.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::diagnostics::condition::Condition;

/// How urgent an issue is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Asks for a run when nothing more urgent decides.
    #[default]
    Warning,
    /// Asks for a run before anything else is weighed.
    Critical,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Warning => "warning",
            Self::Critical => "critical",
        })
    }
}

/// A diagnostic that was raised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Issue {
    /// Stable code of the check, or the id of the operator's rule.
    pub id: String,
    /// How urgent it is.
    pub severity: Severity,
    /// One sentence with the numbers.
    pub message: String,
    /// The conditions that were looked at, of a rule also those that did not hold.
    pub evidence: Vec<Condition>,
}
