//! Why evidence does not suffice.

use serde::{Deserialize, Serialize};

/// Why a gate could not be measured; stable `snake_case` codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shortfall {
    /// No cycle was run that could have shown anything.
    NotRun,
    /// The pipeline did not succeed, so there is no result.
    NoResult,
    /// Nothing has this name.
    Missing,
    /// What has this name is not a finite number.
    NotANumber,
    /// What was recorded under this name is too old.
    Stale,
    /// It rests on too few samples.
    TooFewSamples,
    /// Too few earlier cycles tell what `base` is.
    TooFewCycles,
    /// The bound is beyond all numbers.
    BoundOutOfRange,
    /// The store could not be read.
    Unreadable,
}
