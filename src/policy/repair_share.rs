//! β: which share of the staleness past cycles were seen to repair.
//!
//! A ridge regression of the reported gain on the staleness before the cycle, shrunk to 1. Cycles that report no gain
//! teach it nothing.

use serde::{Deserialize, Serialize};

/// Largest share believed; a cycle now and then repairs more than was known to be broken.
const LARGEST: f64 = 1.5;

/// Sums of the regression through the origin.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RepairShare {
    gain_by_staleness: f64,
    staleness_squared: f64,
}

impl RepairShare {
    /// Takes the `gain` a cycle reported and the staleness before it (counted from 0), both per row.
    pub fn observe(&mut self, gain: f64, staleness: f64) {
        let staleness = staleness.max(0.0);
        self.gain_by_staleness += gain * staleness;
        self.staleness_squared += staleness * staleness;
    }

    /// Returns β in 0..=1.5: (Σ gain·x + w) ÷ (Σ x² + w), where w is the weight of "all of it", in squared money.
    #[must_use]
    pub fn share(&self, weight: f64) -> f64 {
        let below = self.staleness_squared + weight;
        if below > 0.0 {
            ((self.gain_by_staleness + weight) / below).clamp(0.0, LARGEST)
        } else {
            1.0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_reports_a_cycle_is_expected_to_repair_all() {
        assert!((RepairShare::default().share(16.0) - 1.0).abs() < 1e-12);
        assert!((RepairShare::default().share(0.0) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn cycles_that_repair_half_bring_the_share_down_to_a_half() {
        let mut repair = RepairShare::default();
        for _ in 0..1000 {
            repair.observe(5.0, 10.0);
        }
        assert!((repair.share(4.0) - 0.5).abs() < 0.01);
    }

    #[test]
    fn the_share_stays_within_its_limits() {
        let mut repair = RepairShare::default();
        repair.observe(1e100, 1e100);
        repair.observe(-1e102, 1e100);
        assert!(repair.share(1.0).abs() <= 0.0);
        repair.observe(1e104, 1e100);
        assert!((repair.share(1.0) - 1.5).abs() < 1e-12);
    }
}
