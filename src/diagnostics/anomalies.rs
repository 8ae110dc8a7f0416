//! Values that stand out of a series: the plain upper rule and the robust two-sided one.
//!
//! The plain rule is the one the conformance vectors pin; a single outlier hides itself from it in up
//! to 10 values. The engine uses the robust one. Neither decides what share is too much.

use crate::diagnostics::series;

/// Values the robust rule needs before it says anything.
pub const MIN_VALUES: usize = 10;

/// Robust standard deviations from the median above which a value is an anomaly.
pub const ROBUST_THRESHOLD: f64 = 3.5;

/// Scales a median absolute deviation to a standard deviation of normal noise.
const MAD_TO_STD: f64 = 1.4826;

/// Scales a mean absolute deviation to a standard deviation of normal noise, √(π/2).
const MEAN_DEVIATION_TO_STD: f64 = 1.253_314_137_315_500_3;

/// The values of a series that stand out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Anomalies {
    /// Their positions, ascending.
    pub indices: Vec<usize>,
    /// Their share of all values, in 0..=1; 0 of nothing.
    pub rate: f64,
}

impl Anomalies {
    /// Returns the values strictly above mean + `threshold` × population standard deviation.
    ///
    /// A deviation of exactly 0 is taken as 1.
    #[must_use]
    pub fn above_mean(values: &[f64], threshold: f64) -> Self {
        let mean = series::mean(values).unwrap_or_default();
        let std = series::population_std(values).unwrap_or_default();
        let std = if std == 0.0 { 1.0 } else { std };
        let limit = mean + threshold * std;
        Self::matching(values, |value| value > limit)
    }

    /// Returns the values further than 3.5 robust standard deviations from the median, either way;
    /// `None` under [`MIN_VALUES`] values.
    ///
    /// A robust standard deviation is 1.4826 × the median absolute deviation (MAD). Where more than half
    /// of the values are equal the MAD is 0, and every other value would stand out; then 1.2533 × the mean
    /// absolute deviation takes its place (B. Iglewicz and D. Hoaglin, "How to Detect and Handle
    /// Outliers", 1993), by which one odd value among twenty stands out and eight do not. If all values
    /// are equal none does.
    #[must_use]
    pub fn robust(values: &[f64]) -> Option<Self> {
        if values.len() < MIN_VALUES {
            return None;
        }
        let median = series::median(values)?;
        let distances = series::distances(values, median);
        let mad = series::median(&distances)?;
        let std = if mad > 0.0 {
            mad * MAD_TO_STD
        } else {
            series::mean(&distances)? * MEAN_DEVIATION_TO_STD
        };
        // Divided, because a limit of 3.5 deviations could overflow where a distance does not.
        Some(Self::matching(&distances, |distance| {
            distance > 0.0 && distance / ROBUST_THRESHOLD > std
        }))
    }

    /// Collects the positions of the values that `stands_out` picks.
    fn matching(values: &[f64], stands_out: impl Fn(f64) -> bool) -> Self {
        let indices: Vec<usize> = values
            .iter()
            .enumerate()
            .filter(|(_, value)| stands_out(**value))
            .map(|(index, _)| index)
            .collect();
        let rate = if values.is_empty() {
            0.0
        } else {
            series::count(indices.len()) / series::count(values.len())
        };
        Self { indices, rate }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    #[test]
    fn conformance_anomalies() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/data/conformance/anomalies.json"
        );
        let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let cases = file["cases"].as_array().unwrap();
        assert!(!cases.is_empty());
        for case in cases {
            let values: Vec<f64> = serde_json::from_value(case["input"]["values"].clone()).unwrap();
            let threshold = case["input"]["threshold"].as_f64().unwrap();
            let found = Anomalies::above_mean(&values, threshold);
            let indices: Vec<usize> =
                serde_json::from_value(case["expected"]["indices"].clone()).unwrap();
            assert_eq!(found.indices, indices, "{}", case["name"]);
            let rate = case["expected"]["rate"].as_f64().unwrap();
            assert!(
                (found.rate - rate).abs() < 1e-12,
                "{}: {found:?}",
                case["name"]
            );
        }
    }

    /// Ten values around 10 with a median absolute deviation of 1, and two more.
    fn around_ten(first: f64, second: f64) -> Vec<f64> {
        let mut values = vec![9.0, 9.0, 9.0, 9.0, 10.0, 10.0, 11.0, 11.0, 11.0, 11.0];
        values.extend([first, second]);
        values
    }

    #[test]
    fn the_robust_rule_flags_both_sides_strictly_beyond_its_limit() {
        let limit = 3.5 * 1.4826;
        let inside = Anomalies::robust(&around_ten(10.0 - limit + 1e-9, 10.0 + limit - 1e-9));
        assert_eq!(inside.unwrap().indices, Vec::<usize>::new());
        let outside = Anomalies::robust(&around_ten(10.0 - limit - 1e-9, 10.0 + limit + 1e-9));
        let outside = outside.unwrap();
        assert_eq!(outside.indices, [10, 11]);
        assert!((outside.rate - 2.0 / 12.0).abs() < 1e-12);
    }

    #[test]
    fn the_robust_rule_says_nothing_under_ten_values() {
        let values = around_ten(0.0, 99.0);
        assert_eq!(Anomalies::robust(&values[3..]), None);
        assert!(Anomalies::robust(&values[2..]).is_some());
    }

    #[test]
    fn among_mostly_equal_values_few_others_stand_out_and_many_do_not() {
        let mut values = vec![0.0; 19];
        values.push(1.0);
        assert_eq!(Anomalies::robust(&values).unwrap().indices, [19]);
        values[..8].fill(1.0);
        assert!(Anomalies::robust(&values).unwrap().indices.is_empty());
        assert!(Anomalies::robust(&[7.0; 20]).unwrap().indices.is_empty());
    }

    proptest! {
        #[test]
        fn at_most_half_of_the_values_stand_out_however_large(
            values in prop::collection::vec(prop::num::f64::NORMAL | prop::num::f64::ZERO, 10..40)
        ) {
            let found = Anomalies::robust(&values).unwrap();
            prop_assert!(found.rate <= 0.5, "{:?}", found);
            prop_assert!(Anomalies::above_mean(&values, 3.0).rate.is_finite());
        }
    }
}
