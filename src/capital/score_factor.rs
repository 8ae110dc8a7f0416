//! One factor of the energy score: what was measured and what it is worth between 0 and 1.
//!
//! The weights and slopes are the formula of the score; `score` only adds them up.

use serde::Serialize;

/// What the energy score looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FactorKind {
    /// Capital ÷ target.
    Capital,
    /// Share of the newest cycles that succeeded.
    SuccessRate,
    /// Share of the newest cycles that failed.
    FailureRate,
    /// Relative change of the profit, 0.05 = +5 %.
    ProfitTrend,
    /// Share of the capacity in use.
    Load,
    /// Share of what was deployed that was kept.
    DeployEfficiency,
}

/// One factor as it went into the score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScoreFactor {
    /// Which factor.
    pub kind: FactorKind,
    /// What was measured, in the factor's own unit; none if there is no data.
    pub input: Option<f64>,
    /// What it is worth, 0..=1, higher is healthier; none if there is no data.
    pub worth: Option<f64>,
    /// Share in the score, 0..=1, after the weights of missing inputs were spread over the others.
    pub weight: f64,
}

impl FactorKind {
    /// All factors, in the order they are shown.
    pub const ALL: [Self; 6] = [
        Self::Capital,
        Self::SuccessRate,
        Self::FailureRate,
        Self::ProfitTrend,
        Self::Load,
        Self::DeployEfficiency,
    ];

    /// Returns the weight if every input has data; they sum to 1.
    ///
    /// Capital and success together carry 0.6: a fleet without money or without success must not be carried above
    /// 0.3 by everything else, nor a healthy one pushed below 0.8 by a busy machine.
    #[must_use]
    pub const fn weight(self) -> f64 {
        match self {
            Self::Capital => 0.35,
            Self::SuccessRate => 0.25,
            Self::FailureRate | Self::ProfitTrend => 0.15,
            Self::Load | Self::DeployEfficiency => 0.05,
        }
    }

    /// Returns what a measured value is worth, 0..=1, by a straight line clamped at both ends.
    ///
    /// | factor | worth 0 at | worth 1 at | why |
    /// | --- | --- | --- | --- |
    /// | capital ÷ target | 0 | 1 | the target is what the operator calls enough |
    /// | success rate | 0.4 | 0.9 | one retraining in ten may fail; six in ten is no fleet |
    /// | failure rate | 0.6 | 0.1 | the same line from the other side |
    /// | profit trend | −0.1 | +0.1 | flat is worth a half |
    /// | load | 1 | 0 | no room left for another engine |
    /// | deploy efficiency | 0 | 1 | a share as it is |
    #[must_use]
    pub fn worth(self, input: f64) -> f64 {
        let (zero_at, one_at) = match self {
            Self::Capital | Self::DeployEfficiency => (0.0, 1.0),
            Self::SuccessRate => (0.4, 0.9),
            Self::FailureRate => (0.6, 0.1),
            Self::ProfitTrend => (-0.1, 0.1),
            Self::Load => (1.0, 0.0),
        };
        ((input - zero_at) / (one_at - zero_at)).clamp(0.0, 1.0)
    }

    /// Returns true if a larger input is healthier.
    #[must_use]
    pub const fn grows(self) -> bool {
        !matches!(self, Self::FailureRate | Self::Load)
    }

    /// Returns the name in words, as tables show it.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Capital => "capital",
            Self::SuccessRate => "success",
            Self::FailureRate => "failures",
            Self::ProfitTrend => "profit trend",
            Self::Load => "load",
            Self::DeployEfficiency => "deploy efficiency",
        }
    }
}
