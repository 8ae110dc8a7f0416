//! How a metrics row becomes a loss in the unit of the price.
//!
//! It does not store rows and does not decide which bot they belong to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::limits::money;

/// Where the loss of a row comes from.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// Expense − revenue.
    #[default]
    ExpenseLessRevenue,
    /// A metric times its value.
    Metric {
        /// Name of the metric; larger is worse, unless the value is negative.
        name: String,
        /// Units of the price per unit of the metric.
        value: f64,
    },
}

impl Signal {
    /// Returns the loss of a row; none where the row lacks what is needed (then it is no step).
    #[must_use]
    pub fn loss(&self, row: &BTreeMap<String, f64>) -> Option<f64> {
        let read = |name: &str| row.get(name).copied().filter(|number| number.is_finite());
        let loss = match self {
            Self::ExpenseLessRevenue => read("expense")? - read("revenue")?,
            Self::Metric { name, value } => read(name)? * value,
        };
        Some(money(loss))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(pairs: &[(&str, f64)]) -> BTreeMap<String, f64> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), *value))
            .collect()
    }

    #[test]
    fn the_default_loss_is_expense_less_revenue() {
        let loss = Signal::default().loss(&row(&[
            ("revenue", 39.5),
            ("expense", 10.5),
            ("errors", 0.2),
        ]));
        assert!((loss.unwrap() + 29.0).abs() < 1e-12);
    }

    #[test]
    fn a_named_metric_is_turned_into_the_unit_of_the_price() {
        let signal = Signal::Metric {
            name: "errors".to_owned(),
            value: 100.0,
        };
        assert!((signal.loss(&row(&[("errors", 0.21)])).unwrap() - 21.0).abs() < 1e-12);
    }

    #[test]
    fn a_row_without_the_signal_has_no_loss() {
        assert_eq!(Signal::default().loss(&row(&[("revenue", 1.0)])), None);
        assert_eq!(
            Signal::default().loss(&row(&[("revenue", 1.0), ("expense", f64::NAN)])),
            None
        );
    }

    #[test]
    fn a_loss_too_large_for_a_number_is_bounded() {
        let loss = Signal::default().loss(&row(&[("revenue", -1e308), ("expense", 1e308)]));
        assert!(loss.unwrap().is_finite());
    }
}
