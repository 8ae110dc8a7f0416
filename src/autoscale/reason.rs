//! Stable codes for why autoscaling did something or nothing.

use serde::{Deserialize, Serialize};

/// The reason of a decision; the `snake_case` names are an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScaleReason {
    /// Added: energy and trend allow one more engine.
    GrowthPays,
    /// Removed: the energy score is low.
    EnergyLow,
    /// Removed: the trend fell below the threshold.
    TrendLow,
    /// Nothing: neither more nor fewer engines are asked for.
    NotNeeded,
    /// Nothing: there is no energy score.
    EnergyMissing,
    /// Nothing: the energy score could not be read.
    EnergyFailed,
    /// Nothing: there is no history to take a trend from.
    TrendMissing,
    /// Nothing: the trend could not be read.
    TrendFailed,
    /// Nothing: the budget could not be read.
    BudgetFailed,
    /// Not added: the trend does not cover the cost of one more engine.
    CostNotCovered,
    /// Not added: as many engines as allowed.
    AtMaxEngines,
    /// Not added: as many instances as allowed.
    AtMaxInstances,
    /// Not added: nothing is left of the budget.
    BudgetExhausted,
    /// Not removed: as few engines as allowed.
    AtMinEngines,
    /// Not removed: every engine is running.
    AllRunning,
    /// Nothing: the readings are too close to their thresholds.
    WithinTolerance,
    /// Nothing: the last action is too recent.
    CoolingDown,
    /// Nothing: too many actions lately.
    RateLimited,
    /// Not added: the registry does not know how to make an engine.
    NoFactory,
    /// Not added: nobody has approved.
    ApprovalMissing,
    /// Not added: somebody said no.
    ApprovalRefused,
}

impl ScaleReason {
    /// Returns the code, as it is serialized.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::GrowthPays => "growth_pays",
            Self::EnergyLow => "energy_low",
            Self::TrendLow => "trend_low",
            Self::NotNeeded => "not_needed",
            Self::EnergyMissing => "energy_missing",
            Self::EnergyFailed => "energy_failed",
            Self::TrendMissing => "trend_missing",
            Self::TrendFailed => "trend_failed",
            Self::BudgetFailed => "budget_failed",
            Self::CostNotCovered => "cost_not_covered",
            Self::AtMaxEngines => "at_max_engines",
            Self::AtMaxInstances => "at_max_instances",
            Self::BudgetExhausted => "budget_exhausted",
            Self::AtMinEngines => "at_min_engines",
            Self::AllRunning => "all_running",
            Self::WithinTolerance => "within_tolerance",
            Self::CoolingDown => "cooling_down",
            Self::RateLimited => "rate_limited",
            Self::NoFactory => "no_factory",
            Self::ApprovalMissing => "approval_missing",
            Self::ApprovalRefused => "approval_refused",
        }
    }

    /// Returns the reason as one sentence without its numbers.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::GrowthPays => "the energy score and the trend allow one more engine",
            Self::EnergyLow => "the energy score is low",
            Self::TrendLow => "the trend fell below the threshold",
            Self::NotNeeded => "neither more nor fewer engines are asked for",
            Self::EnergyMissing => "there is no energy score",
            Self::EnergyFailed => "the energy score could not be read",
            Self::TrendMissing => "there is no history to take a trend from",
            Self::TrendFailed => "the trend could not be read",
            Self::BudgetFailed => "the budget could not be read",
            Self::CostNotCovered => "the trend does not cover the cost of one more engine",
            Self::AtMaxEngines => "there are as many engines as allowed",
            Self::AtMaxInstances => "there are as many instances as allowed",
            Self::BudgetExhausted => "nothing is left of the budget",
            Self::AtMinEngines => "there are as few engines as allowed",
            Self::AllRunning => {
                "every engine that could be removed is running, or has a patch on trial"
            }
            Self::WithinTolerance => "the readings are too close to their thresholds",
            Self::CoolingDown => "the last action is too recent",
            Self::RateLimited => "there were too many actions lately",
            Self::NoFactory => "the registry has no factory for new engines",
            Self::ApprovalMissing => "an addition needs an approval",
            Self::ApprovalRefused => "the addition was refused",
        }
    }

    /// Returns true if a reading was missing or failed, which callers report as a warning.
    #[must_use]
    pub const fn is_unmeasured(self) -> bool {
        matches!(
            self,
            Self::EnergyMissing
                | Self::EnergyFailed
                | Self::TrendMissing
                | Self::TrendFailed
                | Self::BudgetFailed
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_what_json_says() {
        for reason in [
            ScaleReason::GrowthPays,
            ScaleReason::AtMaxInstances,
            ScaleReason::ApprovalRefused,
        ] {
            let json = serde_json::to_value(reason).expect("JSON");
            assert_eq!(json, reason.code());
        }
    }
}
