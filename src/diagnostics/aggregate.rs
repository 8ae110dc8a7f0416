//! The eight ways a rule makes one number of a metric's newest rows.
//!
//! Does not compare the number with anything.

use std::fmt;

use crate::diagnostics::measurement::Measurement;
use crate::diagnostics::metrics_row::MetricsRow;
use crate::diagnostics::series;
use crate::diagnostics::trend::Trend;

/// Integers up to this magnitude are told apart by a float.
const LARGEST_WHOLE: f64 = 9_007_199_254_740_992.0;

/// How one number is made of the values of a metric.
///
/// The window is a number of rows; only those of them that have the metric count, and a window that
/// is not full yet is used as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aggregate {
    /// The newest value.
    Last,
    /// The arithmetic mean.
    Mean,
    /// The sum.
    Sum,
    /// The smallest value.
    Min,
    /// The largest value.
    Max,
    /// The population standard deviation; unknown under two values.
    Std,
    /// The relative change from the older to the newer half, see [`Trend`]; unknown under two values.
    Trend,
    /// The share, in 0..=1, of the rows that have the metric in which it is above 0.
    Share,
}

impl Aggregate {
    /// Every aggregate, in the order they are documented in.
    pub const ALL: [Self; 8] = [
        Self::Last,
        Self::Mean,
        Self::Sum,
        Self::Min,
        Self::Max,
        Self::Std,
        Self::Trend,
        Self::Share,
    ];

    /// Returns how it is written in a rule.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Last => "last",
            Self::Mean => "mean",
            Self::Sum => "sum",
            Self::Min => "min",
            Self::Max => "max",
            Self::Std => "std",
            Self::Trend => "trend",
            Self::Share => "share",
        }
    }

    /// Returns the aggregate written as `name`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|aggregate| aggregate.name() == name)
    }

    /// Returns whether it needs a window; only [`Last`](Self::Last) does without.
    #[must_use]
    pub fn needs_window(self) -> bool {
        self != Self::Last
    }

    /// Measures `metric` over the newest `window` rows (all of them without one).
    #[must_use]
    pub fn measure(self, rows: &[MetricsRow], metric: &str, window: Option<usize>) -> Measurement {
        let rows = series::newest(rows, window.unwrap_or(usize::MAX));
        let found: Vec<(f64, f64)> = rows
            .iter()
            .filter_map(|row| Some((row.at, row.value(metric)?)))
            .collect();
        let used = match self {
            Self::Last => series::newest(&found, 1),
            _ => &found,
        };
        let values: Vec<f64> = used.iter().map(|(_, value)| *value).collect();
        Measurement {
            value: self.of(&values),
            rows: values.len(),
            newest_at: used.last().map(|(at, _)| *at),
            is_whole: self.keeps_whole()
                && !values.is_empty()
                && values.iter().copied().all(is_whole),
        }
    }

    /// Returns the number made of `values`, ordered oldest to newest; `None` if there are too few.
    #[must_use]
    pub fn of(self, values: &[f64]) -> Option<f64> {
        match self {
            Self::Last => values.last().copied(),
            Self::Mean => series::mean(values),
            Self::Sum => (!values.is_empty()).then(|| series::sum(values)),
            Self::Min => values.iter().copied().reduce(f64::min),
            Self::Max => values.iter().copied().reduce(f64::max),
            Self::Std => series::population_std(values).filter(|_| values.len() >= 2),
            Self::Trend => (values.len() >= 2).then(|| Trend::of(values).change),
            Self::Share => {
                let above = values.iter().filter(|value| **value > 0.0).count();
                (!values.is_empty()).then(|| series::count(above) / series::count(values.len()))
            }
        }
    }

    /// Returns whether whole values make a whole number.
    fn keeps_whole(self) -> bool {
        matches!(self, Self::Last | Self::Sum | Self::Min | Self::Max)
    }
}

impl fmt::Display for Aggregate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Returns whether `value` is an integer that floats tell from its neighbours.
fn is_whole(value: f64) -> bool {
    value.fract() == 0.0 && value.abs() < LARGEST_WHOLE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(values: &[Option<f64>]) -> Vec<MetricsRow> {
        (0_u32..)
            .zip(values)
            .map(|(index, value)| MetricsRow {
                at: f64::from(index),
                values: value
                    .map(|value| ("x".to_owned(), value))
                    .into_iter()
                    .collect(),
            })
            .collect()
    }

    #[test]
    fn every_aggregate_makes_its_number_of_the_newest_rows() {
        let rows = rows(&[Some(99.0), Some(1.0), Some(0.0), Some(5.0), Some(2.0)]);
        let found = Aggregate::ALL.map(|agg| agg.measure(&rows, "x", Some(4)).value.unwrap());
        let expected = [2.0, 2.0, 8.0, 0.0, 5.0, 3.5_f64.sqrt(), 6.0, 0.75];
        for ((aggregate, found), expected) in Aggregate::ALL.iter().zip(found).zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{aggregate}: {found}");
        }
    }

    #[test]
    fn rows_without_the_metric_take_up_window_but_are_not_counted() {
        let rows = rows(&[Some(7.0), Some(1.0), None, None]);
        let mean = Aggregate::Mean.measure(&rows, "x", Some(3));
        assert_eq!(
            (mean.value, mean.rows, mean.newest_at),
            (Some(1.0), 1, Some(1.0))
        );
        assert_eq!(Aggregate::Mean.measure(&rows, "x", Some(2)).value, None);
        assert_eq!(
            Aggregate::Share.measure(&rows, "x", Some(4)).value,
            Some(1.0)
        );
    }

    #[test]
    fn last_without_a_window_looks_back_as_far_as_it_takes() {
        let rows = rows(&[Some(7.0), None, None]);
        assert_eq!(Aggregate::Last.measure(&rows, "x", None).value, Some(7.0));
        assert_eq!(Aggregate::Last.measure(&rows, "x", Some(2)).value, None);
    }

    #[test]
    fn spread_and_trend_of_a_single_value_are_unknown() {
        let rows = rows(&[Some(7.0)]);
        assert_eq!(Aggregate::Std.measure(&rows, "x", Some(9)).value, None);
        assert_eq!(Aggregate::Trend.measure(&rows, "x", Some(9)).value, None);
    }

    #[test]
    fn a_sum_of_counts_is_whole_and_a_mean_of_counts_is_not() {
        let counts = rows(&[Some(1.0), Some(2.0)]);
        assert!(Aggregate::Sum.measure(&counts, "x", None).is_whole);
        assert!(!Aggregate::Mean.measure(&counts, "x", None).is_whole);
        let rates = rows(&[Some(1.0), Some(0.5)]);
        assert!(!Aggregate::Sum.measure(&rates, "x", None).is_whole);
        assert!(!Aggregate::Sum.measure(&[], "x", None).is_whole);
    }

    #[test]
    fn names_read_back_as_themselves() {
        for aggregate in Aggregate::ALL {
            assert_eq!(Aggregate::from_name(aggregate.name()), Some(aggregate));
        }
        assert_eq!(Aggregate::from_name("median"), None);
    }
}
