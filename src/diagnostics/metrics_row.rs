//! One row of a bot's metrics.
//!
//! Does not validate: the store refuses non-finite values before they get here. A reader that meets
//! one all the same treats the metric as missing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Numbers measured for one bot at one time.
///
/// Slices of rows are ordered oldest to newest everywhere in this module.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MetricsRow {
    /// When the row was recorded for, in unix seconds.
    pub at: f64,
    /// The numbers by metric name.
    pub values: BTreeMap<String, f64>,
}

impl MetricsRow {
    /// Returns the finite value of `metric`, if the row has one.
    #[must_use]
    pub fn value(&self, metric: &str) -> Option<f64> {
        self.values
            .get(metric)
            .copied()
            .filter(|value| value.is_finite())
    }

    /// Returns revenue − expense, or `None` if the row has neither.
    ///
    /// A row with only one of the two counts the other as 0: a bot that only costs money books no
    /// revenue. Differences beyond the largest number are cut to it.
    #[must_use]
    pub fn roi(&self) -> Option<f64> {
        let revenue = self.value("revenue");
        let expense = self.value("expense");
        if revenue.is_none() && expense.is_none() {
            return None;
        }
        let roi = revenue.unwrap_or(0.0) - expense.unwrap_or(0.0);
        Some(roi.clamp(f64::MIN, f64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(values: &[(&str, f64)]) -> MetricsRow {
        MetricsRow {
            at: 0.0,
            values: values
                .iter()
                .map(|(metric, value)| ((*metric).to_owned(), *value))
                .collect(),
        }
    }

    #[test]
    fn roi_counts_a_missing_side_as_zero_and_a_row_with_neither_as_missing() {
        assert_eq!(row(&[("revenue", 5.0), ("expense", 2.0)]).roi(), Some(3.0));
        assert_eq!(row(&[("expense", 2.0)]).roi(), Some(-2.0));
        assert_eq!(row(&[("revenue", 5.0)]).roi(), Some(5.0));
        assert_eq!(row(&[("errors", 5.0)]).roi(), None);
    }

    #[test]
    fn roi_of_huge_amounts_stays_finite() {
        let row = row(&[("revenue", f64::MAX), ("expense", f64::MIN)]);
        assert_eq!(row.roi(), Some(f64::MAX));
    }

    #[test]
    fn a_non_finite_value_counts_as_missing() {
        assert_eq!(row(&[("errors", f64::NAN)]).value("errors"), None);
        assert_eq!(row(&[("errors", f64::INFINITY)]).value("errors"), None);
        assert_eq!(row(&[("errors", 1.0)]).value("errors"), Some(1.0));
    }
}
