//! What an operator sets on a policy.
//!
//! Validation with messages happens where these are read; out-of-range numbers are only made harmless here.

use serde::{Deserialize, Serialize};

use super::limits::money;
use super::strategy::Strategy;

/// What the policy learns from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// Metrics rows with a loss: debt and staleness.
    #[default]
    Rows,
    /// Results of cycles alone: ROI deltas and waiting times; a run needs the interval to be over.
    Results,
}

/// The operator's part of a policy.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PolicySettings {
    /// Update rule; the default is the only one with shrinkage and counterfactuals.
    pub strategy: Strategy,
    /// What it learns from.
    pub evidence: Evidence,
    /// Configured price of a cycle, ≥ 0; else it is learned from results.
    pub cost: Option<f64>,
    /// Probability of taking the action that is not preferred, 0..=0.5; 0 is off.
    pub explore: f64,
}

impl PolicySettings {
    /// Returns these settings with numbers that can be stored and reckoned with; a cost that is no number is none.
    #[must_use]
    pub fn made_harmless(self) -> Self {
        let cost = self
            .cost
            .filter(|cost| !cost.is_nan())
            .map(|cost| money(cost).max(0.0));
        Self {
            cost,
            explore: self.exploration_floor(),
            ..self
        }
    }

    /// Returns the exploration floor inside 0..=0.5; at 0.5 both actions are equally likely.
    #[must_use]
    pub fn exploration_floor(&self) -> f64 {
        if self.explore.is_nan() {
            0.0
        } else {
            self.explore.clamp(0.0, 0.5)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exploration_is_off_by_default_and_never_above_a_fair_coin() {
        assert!(PolicySettings::default().exploration_floor() <= 0.0);
        let settings = |explore| PolicySettings {
            explore,
            ..PolicySettings::default()
        };
        assert!((settings(1.0).exploration_floor() - 0.5).abs() < 1e-12);
        assert!(settings(f64::NAN).exploration_floor() <= 0.0);
    }
}
