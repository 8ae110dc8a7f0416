//! The exit codes, their meaning and their order. Final: never reused, never renumbered.

use serde::{Serialize, Serializer};

/// What the process says to its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitCode {
    /// Done, or rightly nothing to do.
    Done,
    /// Unexpected error, I/O error, or the end of a cycle could not be recorded.
    Unexpected,
    /// Usage or configuration error, or one bad registry entry (the others ran).
    Usage,
    /// A gate failed.
    GateFailed,
    /// A gate could not be measured.
    GateInconclusive,
    /// A pipeline failed or timed out.
    PipelineFailed,
    /// An engine is busy and `--if-running fail` was given.
    Busy,
    /// Approval is missing or was refused.
    Approval,
    /// The plan to apply is stale.
    PlanStale,
    /// The budget was exhausted before all due engines ran.
    BudgetExhausted,
    /// The registry or the store is unusable as a whole, or newer than this program.
    Unusable,
}

impl ExitCode {
    /// All codes in the order of precedence: the first that applies is the answer.
    pub const BY_PRECEDENCE: [Self; 11] = [
        Self::Unexpected,
        Self::Unusable,
        Self::Usage,
        Self::PipelineFailed,
        Self::GateFailed,
        Self::GateInconclusive,
        Self::BudgetExhausted,
        Self::Busy,
        Self::Approval,
        Self::PlanStale,
        Self::Done,
    ];

    /// Returns the number given to the operating system.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Unexpected => 1,
            Self::Usage => 2,
            Self::GateFailed => 10,
            Self::GateInconclusive => 11,
            Self::PipelineFailed => 12,
            Self::Busy => 13,
            Self::Approval => 14,
            Self::PlanStale => 15,
            Self::BudgetExhausted => 16,
            Self::Unusable => 17,
        }
    }

    /// Returns what the code means, as the man pages, the help and the README say it.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done, or rightly nothing to do",
            Self::Unexpected => "unexpected error, I/O error, or a cycle's end not recorded",
            Self::Usage => "usage or configuration error, or one bad registry entry",
            Self::GateFailed => "a gate failed",
            Self::GateInconclusive => "a gate could not be measured",
            Self::PipelineFailed => "a pipeline failed or timed out",
            Self::Busy => "an engine is busy (`--if-running fail`)",
            Self::Approval => "approval is missing or was refused",
            Self::PlanStale => "the plan to apply is stale",
            Self::BudgetExhausted => "the budget ended before all due engines ran",
            Self::Unusable => "the registry or the store is unusable as a whole, or newer",
        }
    }

    /// Returns the stable name used in JSON.
    #[must_use]
    pub fn code_name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Unexpected => "unexpected",
            Self::Usage => "usage",
            Self::GateFailed => "gate_failed",
            Self::GateInconclusive => "gate_inconclusive",
            Self::PipelineFailed => "pipeline_failed",
            Self::Busy => "busy",
            Self::Approval => "approval",
            Self::PlanStale => "plan_stale",
            Self::BudgetExhausted => "budget_exhausted",
            Self::Unusable => "unusable",
        }
    }

    /// Returns the code that takes precedence among several.
    #[must_use]
    pub fn first_of(codes: &[Self]) -> Self {
        Self::BY_PRECEDENCE
            .into_iter()
            .find(|code| codes.contains(code))
            .unwrap_or(Self::Done)
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code.number())
    }
}

impl Serialize for ExitCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.number())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_entry_takes_precedence_over_a_failed_pipeline_and_io_over_both() {
        let code = ExitCode::first_of(&[ExitCode::PipelineFailed, ExitCode::Usage]);
        assert_eq!(code, ExitCode::Usage);
        let code = ExitCode::first_of(&[ExitCode::Usage, ExitCode::Unexpected, ExitCode::Done]);
        assert_eq!(code, ExitCode::Unexpected);
        assert_eq!(ExitCode::first_of(&[]), ExitCode::Done);
    }

    #[test]
    fn every_code_has_a_number_of_its_own() {
        let mut numbers: Vec<u8> = ExitCode::BY_PRECEDENCE.map(ExitCode::number).to_vec();
        numbers.sort_unstable();
        assert_eq!(numbers, [0, 1, 2, 10, 11, 12, 13, 14, 15, 16, 17]);
    }
}
