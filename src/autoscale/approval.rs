//! Whether an addition has been approved. Removals never need it.
//!
//! Asks nobody; the caller brings the answer.

use serde::{Deserialize, Serialize};

/// Whether additions need an approval.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalRule {
    /// Somebody must say yes.
    #[default]
    Required,
    /// Nobody needs to be asked.
    None,
}

/// What was answered, if anybody was asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Nobody has answered.
    #[default]
    Absent,
    /// Yes.
    Granted,
    /// No.
    Refused,
}

/// The rule and the answer together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// Needed, and nobody has answered.
    Absent,
    /// Not needed, and nobody has answered.
    NotNeeded,
    /// Somebody said yes.
    Granted,
    /// Somebody said no; this holds even where nobody needed to be asked.
    Refused,
}

impl Approval {
    /// Returns what rule and answer amount to.
    #[must_use]
    pub const fn of(rule: ApprovalRule, answer: Answer) -> Self {
        match (answer, rule) {
            (Answer::Granted, _) => Self::Granted,
            (Answer::Refused, _) => Self::Refused,
            (Answer::Absent, ApprovalRule::None) => Self::NotNeeded,
            (Answer::Absent, ApprovalRule::Required) => Self::Absent,
        }
    }

    /// Returns true if an engine may be added.
    #[must_use]
    pub const fn allows(self) -> bool {
        matches!(self, Self::NotNeeded | Self::Granted)
    }
}
