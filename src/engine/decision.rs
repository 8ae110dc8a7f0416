//! A decision: run or skip, the reason, and the numbers it rests on.

use serde::{Serialize, Serializer};

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Run a cycle.
    Run,
    /// Leave the engine alone.
    Skip,
}

impl Action {
    /// Returns the word stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Skip => "skip",
        }
    }
}

/// Why it was decided so. The codes are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// An operator paused the engine.
    Paused,
    /// Too soon after failures.
    BackingOff,
    /// Too soon after the last cycle.
    MinInterval,
    /// Somebody asked for it.
    Forced,
    /// The wait after a failure is over.
    RetryAfterFailure,
    /// There was no cycle yet.
    NeverRun,
    /// The interval is over.
    IntervalOver,
    /// Nothing asks for it.
    NotNeeded,
    /// A cycle of the engine is running.
    Busy,
    /// It was due, but the run was ended before its turn.
    NotStarted,
}

impl Reason {
    /// Returns the stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Paused => "paused",
            Self::BackingOff => "backing_off",
            Self::MinInterval => "min_interval",
            Self::Forced => "forced",
            Self::RetryAfterFailure => "retry_after_failure",
            Self::NeverRun => "never_run",
            Self::IntervalOver => "interval_over",
            Self::NotNeeded => "not_needed",
            Self::Busy => "busy",
            Self::NotStarted => "not_started",
        }
    }

    /// Returns what the code means, for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Paused => "paused",
            Self::BackingOff => "backing off after failures",
            Self::MinInterval => "minimum interval not over",
            Self::Forced => "asked for",
            Self::RetryAfterFailure => "retry after failure",
            Self::NeverRun => "never run",
            Self::IntervalOver => "interval over",
            Self::NotNeeded => "nothing asks for it",
            Self::Busy => "a cycle is running",
            Self::NotStarted => "the run was ended before its turn",
        }
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

/// One comparison that was made on the way to a decision.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Condition {
    /// What was compared.
    pub name: &'static str,
    /// The number found; none if there is none (never run).
    pub value: Option<f64>,
    /// How it was compared: `>=` or `<`.
    pub op: &'static str,
    /// The number it was compared with.
    pub threshold: f64,
    /// The unit of both.
    pub unit: &'static str,
    /// Whether the comparison holds.
    pub holds: bool,
}

/// Run or skip, and why.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Decision {
    /// What was decided.
    pub action: Action,
    /// The first reason that applied.
    pub reason: Reason,
    /// Every comparison made, in the order in which they decide.
    pub conditions: Vec<Condition>,
    /// For a skip that ends by itself: in how many seconds.
    pub due_in: Option<f64>,
}

impl Decision {
    /// Whether a cycle is to be run.
    #[must_use]
    pub fn is_run(&self) -> bool {
        self.action == Action::Run
    }

    /// Returns the skip that stands for an engine whose cycle is running.
    #[must_use]
    pub fn busy() -> Self {
        Self::skip(Reason::Busy)
    }

    /// Returns the skip that stands for an engine that was due when the run was ended.
    #[must_use]
    pub fn not_started() -> Self {
        Self::skip(Reason::NotStarted)
    }

    fn skip(reason: Reason) -> Self {
        Self {
            action: Action::Skip,
            reason,
            conditions: Vec::new(),
            due_in: None,
        }
    }
}
