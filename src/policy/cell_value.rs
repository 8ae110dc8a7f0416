//! One learned value, kept apart from what it started from.
//!
//! value = start weight · start + learned: the same number as Q-learning from `start` gives, but the start (prior and
//! fleet) can be looked up anew at every decision, and the weights say what a value rests on.

use serde::{Deserialize, Serialize};

use super::limits::PRICES_LIMIT;
use super::policy_params::PolicyParams;

/// What is decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Leave the deployed version in service.
    Skip,
    /// Run a cycle.
    Run,
}

impl Action {
    /// Returns the other action.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Skip => Self::Run,
            Self::Run => Self::Skip,
        }
    }

    /// Returns the action as a number: skip 0, run 1.
    #[must_use]
    pub fn code(self) -> u8 {
        u8::from(self == Self::Run)
    }
}

/// What was learned about one action in one cell, stored as `[learned, start weight, visits, learned squares]`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CellValue(f64, f64, f64, f64);

impl Default for CellValue {
    fn default() -> Self {
        Self(0.0, 1.0, 0.0, 0.0)
    }
}

impl CellValue {
    /// Moves the value towards `target`, in prices, by `share` of a visit: α = share ÷ visits, visits capped.
    pub fn learn(&mut self, target: f64, share: f64, params: &PolicyParams) {
        // Twenty limits: what a row's limit is worth when it comes back at every row, 1 ÷ (1 − γ).
        let target = target.clamp(-20.0 * PRICES_LIMIT, 20.0 * PRICES_LIMIT);
        let Self(learned, start_weight, visits, squares) = self;
        let alpha = (share / (params.prior_visits + *visits).min(params.visit_cap)).clamp(0.0, 1.0);
        *visits += share;
        *learned += alpha * (target - *learned);
        *squares += alpha * (target * target - *squares);
        *start_weight *= 1.0 - alpha;
    }

    /// Returns the value, in prices, when it starts from `start`.
    #[must_use]
    pub fn value(&self, start: f64) -> f64 {
        self.1 * start + self.0
    }

    /// Returns the weighted mean of the targets seen here, without what it started from.
    #[must_use]
    pub fn mean(&self) -> f64 {
        let own = self.own_weight();
        if own > 0.0 { self.0 / own } else { 0.0 }
    }

    /// Returns the standard error of [`mean`](Self::mean), infinite under two visits.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        let own = self.own_weight();
        if self.2 < 2.0 || own <= 0.0 {
            return f64::INFINITY;
        }
        let variance = (self.3 / own - self.mean().powi(2)).max(0.0);
        (variance / (self.2 - 1.0)).sqrt()
    }

    /// Returns the weight of the own visits in the value, 0..=1.
    #[must_use]
    pub fn own_weight(&self) -> f64 {
        1.0 - self.1
    }

    /// Returns the own visits, taken or not.
    #[must_use]
    pub fn visits(&self) -> f64 {
        self.2
    }

    /// Whether the stored numbers can be what learning left behind.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.0.is_finite()
            && (0.0..=1.0).contains(&self.1)
            && self.2.is_finite()
            && self.2 >= 0.0
            && self.3.is_finite()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_is_the_one_that_learning_from_the_start_gives() {
        let params = PolicyParams::default();
        let mut cell = CellValue::default();
        let (mut plain, mut visits) = (0.7, 30.0);
        for target in [1.0, -2.0, 0.5, 3.0] {
            cell.learn(target, 1.0, &params);
            plain += (target - plain) / visits;
            visits += 1.0;
        }
        assert!((cell.value(0.7) - plain).abs() < 1e-12);
        assert!((cell.own_weight() - 4.0 / 33.0).abs() < 1e-12);
        assert!((cell.mean() - 0.625).abs() < 1e-12);
    }

    #[test]
    fn the_standard_error_shrinks_with_visits_and_is_infinite_at_first() {
        let params = PolicyParams::default();
        let mut cell = CellValue::default();
        cell.learn(1.0, 1.0, &params);
        assert!(cell.standard_error().is_infinite());
        for visit in 0..19 {
            cell.learn(f64::from(visit % 2), 1.0, &params);
        }
        assert!((cell.standard_error() - 0.5 / 19.0_f64.sqrt()).abs() < 0.01);
    }

    #[test]
    fn half_a_visit_is_half_a_step() {
        let mut cell = CellValue::default();
        cell.learn(1.0, 0.5, &PolicyParams::default());
        assert!((cell.visits() - 0.5).abs() < 1e-12);
        assert!((cell.value(0.0) - 0.5 / 30.0).abs() < 1e-12);
    }

    #[test]
    fn the_step_size_falls_no_further_than_the_cap() {
        let params = PolicyParams::default();
        let mut cell = CellValue::default();
        for _ in 0..1000 {
            cell.learn(0.0, 1.0, &params);
        }
        cell.learn(60.0, 1.0, &params);
        assert!((cell.value(0.0) - 1.0).abs() < 1e-9);
    }
}
