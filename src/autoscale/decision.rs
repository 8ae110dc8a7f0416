//! The outcome of one autoscaling decision.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Approval, Inequality, ScaleReason};

/// What is to be done to the fleet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ScaleAction {
    /// Nothing.
    #[default]
    None,
    /// A new engine of this name is made by the factory.
    Add {
        /// Name of the new engine.
        name: String,
    },
    /// An archived engine comes back with its data.
    Revive {
        /// Name of the archived engine.
        name: String,
    },
    /// An engine is archived with its data.
    Remove {
        /// Name of the engine.
        name: String,
    },
}

/// A decision with everything it was based on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScaleDecision {
    /// What is to be done.
    pub action: ScaleAction,
    /// Why.
    pub reason: ScaleReason,
    /// Why, as one sentence; names what failed where a reading is missing.
    pub message: String,
    /// What would be done if pace and approval did not stand in the way; the same as `action` where they do not.
    pub wanted: ScaleAction,
    /// Whether an addition is approved; asked for only if `wanted` is one.
    pub approval: Approval,
    /// Engines before the action.
    pub count_before: u32,
    /// Engines after the action.
    pub count_after: u32,
    /// Every comparison that was made, with its numbers; empty where a reading is missing.
    pub inequalities: Vec<Inequality>,
}

impl ScaleAction {
    /// Returns the engine it is about.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::None => None,
            Self::Add { name } | Self::Revive { name } | Self::Remove { name } => Some(name),
        }
    }

    /// Returns the word for programs: `add`, `revive`, `remove` or `none`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Add { .. } => "add",
            Self::Revive { .. } => "revive",
            Self::Remove { .. } => "remove",
        }
    }

    /// Returns true if the fleet grows.
    #[must_use]
    pub const fn is_addition(&self) -> bool {
        matches!(self, Self::Add { .. } | Self::Revive { .. })
    }

    /// Returns the number of engines after the action.
    #[must_use]
    pub const fn count_after(&self, count: u32) -> u32 {
        match self {
            Self::None => count,
            Self::Add { .. } | Self::Revive { .. } => count.saturating_add(1),
            Self::Remove { .. } => count.saturating_sub(1),
        }
    }
}

/// In words: `add engine4`, `revive engine3`, `remove beta`, `nothing`.
impl fmt::Display for ScaleAction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => write!(formatter, "nothing"),
            Self::Add { name } => write!(formatter, "add {name}"),
            Self::Revive { name } => write!(formatter, "revive {name}"),
            Self::Remove { name } => write!(formatter, "remove {name}"),
        }
    }
}
