//! The caps an operator sets and what is already bound under them.

use serde::{Deserialize, Serialize};

use super::Money;

/// The most that may be spent; 0 means zero, an absent cap does not limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BudgetCaps {
    /// For one cycle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_cycle: Option<Money>,
    /// For one day, midnight to midnight of the configured zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_day: Option<Money>,
    /// For the fleet, in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fleet: Option<Money>,
}

/// Which cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cap {
    /// For one cycle.
    PerCycle,
    /// For one day.
    PerDay,
    /// For the fleet.
    Fleet,
    /// For the cycles of one command.
    Run,
}

/// What is bound under the caps before a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetUse {
    /// Settled costs of today.
    pub day_committed: Money,
    /// Reserved today for cycles that have not settled.
    pub day_held: Money,
    /// Settled costs of the fleet.
    pub fleet_committed: Money,
    /// Reserved for all cycles that have not settled.
    pub fleet_held: Money,
    /// The most a cycle has cost that cost more than was reserved for it, since the caps were last set; more than the
    /// cap for a cycle stops further runs until the operator sets the caps anew.
    pub dearest_cycle: Option<Money>,
}

impl Cap {
    /// Returns the name in words, as messages show it.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::PerCycle => "per cycle",
            Self::PerDay => "per day",
            Self::Fleet => "fleet",
            Self::Run => "this run",
        }
    }
}
