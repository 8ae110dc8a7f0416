//! When a module counts as diminishing: its newest deltas are near zero and hardly differ.
//!
//! Pure arithmetic over a slice of deltas; knows neither names nor stores.

use serde::{Deserialize, Serialize};

/// The limits within which the newest deltas of a module count as diminishing returns.
///
/// The defaults are in prices (one price = the cost of one cycle): threshold 0.02, spread 0.02, consecutive 3.
/// `scaled_by` turns them into the unit of the deltas.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DiminishingRule {
    /// Largest absolute mean that still counts as no gain; equality counts. A negative threshold never flags.
    pub threshold: f64,
    /// Population standard deviation the deltas must stay strictly below.
    pub spread: f64,
    /// How many of the newest deltas are looked at, 1..=`RECENT_DELTAS`. 0 and more than are kept never flag.
    pub consecutive: u32,
}

/// Mean and spread of the newest deltas, as evidence beside the limits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Window {
    /// Mean of the deltas, in their unit.
    pub mean: f64,
    /// Population standard deviation of the deltas, in their unit.
    pub spread: f64,
}

impl Default for DiminishingRule {
    fn default() -> Self {
        Self {
            threshold: 0.02,
            spread: 0.02,
            consecutive: 3,
        }
    }
}

impl DiminishingRule {
    /// Returns the rule with threshold and spread multiplied by `size`.
    ///
    /// Judging raw deltas by the scaled rule is the same as dividing every delta by `size` first, and keeps the
    /// recorded deltas in the operator's unit.
    #[must_use]
    pub fn scaled_by(self, size: f64) -> Self {
        Self {
            threshold: self.threshold * size,
            spread: self.spread * size,
            ..self
        }
    }

    /// Returns true if the newest `consecutive` of `deltas` (oldest first) are within the limits.
    #[must_use]
    pub fn holds_for(&self, deltas: &[f64]) -> bool {
        self.window(deltas).is_some_and(|window| {
            window.mean.abs() <= self.threshold && window.spread < self.spread
        })
    }

    /// Returns mean and spread of the newest `consecutive` deltas, or nothing if there are fewer.
    ///
    /// mean = Σd/n, spread = √(Σ(d − mean)²/n). Both are computed on deltas divided by the largest of them, so that
    /// neither the sum nor the squares of numbers near the end of the range overflow.
    #[must_use]
    pub fn window(&self, deltas: &[f64]) -> Option<Window> {
        let wanted = usize::try_from(self.consecutive)
            .ok()
            .filter(|wanted| *wanted > 0)?;
        let newest = deltas.get(deltas.len().checked_sub(wanted)?..)?;
        let largest = newest
            .iter()
            .fold(0.0_f64, |largest, delta| largest.max(delta.abs()));
        if largest <= 0.0 {
            return Some(Window {
                mean: 0.0,
                spread: 0.0,
            });
        }
        let count = f64::from(self.consecutive);
        let mean = newest.iter().map(|delta| delta / largest).sum::<f64>() / count;
        let squares = newest
            .iter()
            .map(|delta| (delta / largest - mean).powi(2))
            .sum::<f64>();
        Some(Window {
            mean: mean * largest,
            spread: (squares / count).sqrt() * largest,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(threshold: f64, spread: f64, consecutive: u32) -> DiminishingRule {
        DiminishingRule {
            threshold,
            spread,
            consecutive,
        }
    }

    #[test]
    fn the_mean_may_equal_the_threshold_and_the_spread_may_not() {
        assert!(rule(0.25, 1e-3, 3).holds_for(&[0.25, 0.25, 0.25]));
        assert!(!rule(0.249, 1e-3, 3).holds_for(&[0.25, 0.25, 0.25]));
        assert!(rule(0.0, 1.01, 2).holds_for(&[1.0, -1.0]));
        assert!(!rule(0.0, 1.0, 2).holds_for(&[1.0, -1.0]));
    }

    #[test]
    fn fewer_deltas_than_asked_for_are_no_evidence() {
        assert!(!rule(1.0, 1.0, 3).holds_for(&[0.0, 0.0]));
        assert!(!rule(1.0, 1.0, 0).holds_for(&[0.0, 0.0]));
    }

    #[test]
    fn only_the_newest_deltas_count() {
        assert!(rule(0.0, 1e-3, 2).holds_for(&[9.0, 0.0, 0.0]));
        assert!(!rule(0.0, 1e-3, 2).holds_for(&[0.0, 0.0, 9.0]));
    }

    #[test]
    fn a_rule_scaled_by_the_price_judges_as_if_deltas_were_divided_by_it() {
        let deltas = [1.0, 3.0, 2.0];
        let in_prices = deltas.map(|delta| delta / 100.0);
        let rule = DiminishingRule::default();
        assert!(rule.holds_for(&in_prices));
        assert!(rule.scaled_by(100.0).holds_for(&deltas));
        assert!(!rule.holds_for(&deltas));
    }

    #[test]
    fn deltas_near_the_end_of_the_range_have_finite_mean_and_spread() {
        let window = rule(0.0, 0.0, 4).window(&[1e308, -1e308, 1e308, -1e308]);
        let window = window.expect("four deltas");
        assert!(window.mean.abs() < 1.0, "{window:?}");
        assert!((window.spread / 1e308 - 1.0).abs() < 1e-12, "{window:?}");
        let same = rule(f64::MAX, 1.0, 2)
            .window(&[f64::MAX, f64::MAX])
            .expect("two deltas");
        assert!(same.mean.is_finite() && same.spread < 1.0, "{same:?}");
    }

    #[test]
    fn limits_that_are_not_numbers_never_flag() {
        assert!(!rule(f64::NAN, 1.0, 1).holds_for(&[0.0]));
        assert!(!rule(1.0, f64::NAN, 1).holds_for(&[0.0]));
    }
}
