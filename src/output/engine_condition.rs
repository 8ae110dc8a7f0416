//! What can be said of an engine in one word. Several may hold at once.

use serde::Serialize;

/// How an engine is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EngineCondition {
    /// Its next cycle would be run now.
    Due,
    /// A cycle of it is running.
    Running,
    /// Somebody paused it.
    Paused,
    /// Its last cycle failed or was interrupted.
    Failed,
    /// It waits after failures.
    BackingOff,
    /// None of the others.
    Waiting,
}

impl EngineCondition {
    /// All of them, in the order in which they are counted.
    pub const ALL: [Self; 6] = [
        Self::Due,
        Self::Running,
        Self::Paused,
        Self::Failed,
        Self::BackingOff,
        Self::Waiting,
    ];

    /// Returns the word by which it is asked for.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::BackingOff => "backing-off",
            other => other.words(),
        }
    }

    /// Returns the words for it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Failed => "failed",
            Self::BackingOff => "backing off",
            Self::Waiting => "waiting",
        }
    }
}
