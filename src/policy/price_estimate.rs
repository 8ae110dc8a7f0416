//! What a cycle costs, as far as results have told.
//!
//! A configured cost goes before all of this; budgets and the ledger are not its business.

use serde::{Deserialize, Serialize};

use super::limits::money;

/// Newest results that shape the mean: old prices of a pipeline fade with a twentieth per result.
const MEMORY: f64 = 20.0;

/// Mean of the costs that cycles reported.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PriceEstimate {
    mean: f64,
    reports: f64,
}

impl PriceEstimate {
    /// Takes the cost of one cycle, ≥ 0.
    pub fn report(&mut self, cost: f64) {
        self.reports = (self.reports + 1.0).min(MEMORY);
        self.mean += (money(cost).max(0.0) - self.mean) / self.reports;
    }

    /// Returns the mean reported cost; none before the first report.
    #[must_use]
    pub fn learned(&self) -> Option<f64> {
        (self.reports > 0.0).then_some(self.mean)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_price_is_unknown_before_the_first_report() {
        assert_eq!(PriceEstimate::default().learned(), None);
    }

    #[test]
    fn the_first_report_is_taken_whole_and_later_ones_are_averaged() {
        let mut price = PriceEstimate::default();
        price.report(4.0);
        assert!((price.learned().unwrap() - 4.0).abs() < 1e-12);
        price.report(8.0);
        assert!((price.learned().unwrap() - 6.0).abs() < 1e-12);
    }
}
