//! Why a patch was kept, reverted or tried again: stable codes, and how each reads.
//!
//! Holds no numbers; those are in the evidence of the verdict.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The reason of a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerdictReason {
    /// Kept: at least `min_delta`, and beyond what noise does.
    BeatsNoise,
    /// Another trial: nothing is decided.
    Undecided,
    /// Reverted: too few unpatched cycles to know the noise.
    CouldNotBeMeasured,
    /// Reverted: a delta is infinite, or too large to calculate with.
    NotFinite,
    /// Reverted: not above the unpatched cycles so far.
    NoGain,
    /// Reverted: the improvement is below `min_delta`.
    BelowMinDelta,
    /// Reverted: however the remaining trials come out, they could not convince any more.
    OutOfReach,
    /// Reverted: the last trial is over, and noise may do the same.
    WithinNoise,
    /// Reverted: the pipeline failed with the patch in place.
    CycleFailed,
    /// Reverted: a gate failed with the patch in place.
    GateFailed,
    /// Not kept: a gate could not be measured with the patch in place, which is never a pass.
    GateInconclusive,
}

impl VerdictReason {
    /// Returns the stable code, as in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::BeatsNoise => "beats_noise",
            Self::Undecided => "undecided",
            Self::CouldNotBeMeasured => "could_not_be_measured",
            Self::NotFinite => "not_finite",
            Self::NoGain => "no_gain",
            Self::BelowMinDelta => "below_min_delta",
            Self::OutOfReach => "out_of_reach",
            Self::WithinNoise => "within_noise",
            Self::CycleFailed => "cycle_failed",
            Self::GateFailed => "gate_failed",
            Self::GateInconclusive => "gate_inconclusive",
        }
    }
}

/// Half a sentence: `it beats the noise of unpatched cycles`.
impl fmt::Display for VerdictReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::BeatsNoise => "it beats the noise of unpatched cycles",
            Self::Undecided => "it may be noise, and trials are left",
            Self::CouldNotBeMeasured => "could not be measured: too few unpatched cycles",
            Self::NotFinite => "could not be measured: a delta is out of range",
            Self::NoGain => "it is not above the unpatched cycles",
            Self::BelowMinDelta => "it is below `min_delta`",
            Self::OutOfReach => "the remaining trials could not convince any more",
            Self::WithinNoise => "the trials are over, and noise may do the same",
            Self::CycleFailed => "the pipeline failed with the patch in place",
            Self::GateFailed => "a gate failed with the patch in place",
            Self::GateInconclusive => "a gate could not be measured with the patch in place",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_what_is_stored() {
        for reason in [
            VerdictReason::BeatsNoise,
            VerdictReason::Undecided,
            VerdictReason::CouldNotBeMeasured,
            VerdictReason::NotFinite,
            VerdictReason::NoGain,
            VerdictReason::BelowMinDelta,
            VerdictReason::OutOfReach,
            VerdictReason::WithinNoise,
            VerdictReason::CycleFailed,
            VerdictReason::GateFailed,
            VerdictReason::GateInconclusive,
        ] {
            let stored = serde_json::to_value(reason).expect("a word");
            assert_eq!(stored, reason.code(), "{reason:?}");
            assert!(!reason.to_string().ends_with('.'), "{reason:?}");
        }
    }
}
