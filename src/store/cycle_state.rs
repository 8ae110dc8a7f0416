//! How far a cycle has come, in words that are stored, shown and published.

use serde::Serialize;

/// How far a cycle has come, or how it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CycleState {
    /// Begun; its end is not on record yet.
    Running,
    /// The pipeline succeeded.
    Ok,
    /// The pipeline failed.
    Failed,
    /// A stage asked to be tried again later.
    Deferred,
    /// A signal asked us to stop.
    Cancelled,
    /// `sie` itself died in the middle.
    Interrupted,
}

impl CycleState {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Running,
        Self::Ok,
        Self::Failed,
        Self::Deferred,
        Self::Cancelled,
        Self::Interrupted,
    ];

    /// Returns the word stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::Deferred => "deferred",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
        }
    }

    /// Returns the topic under which a cycle that ended so is published.
    #[must_use]
    pub fn topic(self) -> &'static str {
        match self {
            Self::Running => "cycle:started",
            Self::Ok => "cycle:finished",
            Self::Failed => "cycle:failed",
            Self::Deferred => "cycle:deferred",
            Self::Cancelled => "cycle:cancelled",
            Self::Interrupted => "cycle:interrupted",
        }
    }

    /// Returns the state of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}
