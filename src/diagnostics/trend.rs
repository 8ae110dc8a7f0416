//! Relative change from the older to the newer half of a series, and of the return on investment.
//!
//! Follows the `intended` answers of the conformance vectors `roi_trend`, not the reference's, which
//! has the sign turned and the wrong half as denominator.

use crate::diagnostics::metrics_row::MetricsRow;
use crate::diagnostics::series;

/// Rows the trend of the return on investment looks at.
pub const ROI_WINDOW_ROWS: usize = 200;

/// The change between the two halves of a series.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Trend {
    /// (late − early) / |early|: 0.05 is a rise by 5 %. 0 if `early` is exactly 0 or under two values.
    pub change: f64,
    /// Mean of the older half (the smaller one of an odd number); 0 without values.
    pub early: f64,
    /// Mean of the newer half; 0 without values.
    pub late: f64,
    /// Values it rests on.
    pub values: usize,
    /// When the newest row behind it was recorded for, in unix seconds, if it was made of rows.
    pub newest_at: Option<f64>,
}

impl Trend {
    /// Returns the trend of `values`, ordered oldest to newest.
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        let (older, newer) = values.split_at(values.len() / 2);
        let late = series::mean(newer).unwrap_or_default();
        let early = series::mean(older).unwrap_or(late);
        Self {
            change: relative_change(early, late),
            early,
            late,
            values: values.len(),
            newest_at: None,
        }
    }

    /// Returns the trend of revenue − expense over the newest `limit` rows.
    ///
    /// Rows with neither take up window but are not counted, see [`MetricsRow::roi`].
    #[must_use]
    pub fn of_roi(rows: &[MetricsRow], limit: usize) -> Self {
        let found: Vec<(f64, f64)> = series::newest(rows, limit)
            .iter()
            .filter_map(|row| Some((row.at, row.roi()?)))
            .collect();
        let values: Vec<f64> = found.iter().map(|(_, roi)| *roi).collect();
        Self {
            newest_at: found.last().map(|(at, _)| *at),
            ..Self::of(&values)
        }
    }
}

/// Returns (late − early) / |early|, 0 if `early` is exactly 0, cut to the largest finite number.
fn relative_change(early: f64, late: f64) -> f64 {
    if early == 0.0 {
        return 0.0;
    }
    let change = (late - early) / early.abs();
    if change.is_finite() {
        return change;
    }
    (late / early.abs() - early.signum()).clamp(f64::MIN, f64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn rows(cells: &Value) -> Vec<MetricsRow> {
        let cells = cells.as_array().unwrap();
        (0_u32..)
            .zip(cells)
            .map(|(index, cell)| MetricsRow {
                at: f64::from(index),
                values: ["revenue", "expense"]
                    .into_iter()
                    .zip(cell.as_array().unwrap())
                    .map(|(metric, value)| (metric.to_owned(), value.as_f64().unwrap()))
                    .collect(),
            })
            .collect()
    }

    #[test]
    fn conformance_roi_trend() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/data/conformance/roi_trend.json"
        );
        let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let relative = file["tolerance"]["relative"].as_f64().unwrap();
        let absolute = file["tolerance"]["absolute"].as_f64().unwrap();
        let cases = file["cases"].as_array().unwrap();
        assert!(!cases.is_empty());
        for case in cases {
            let limit = usize::try_from(case["input"]["limit"].as_u64().unwrap()).unwrap();
            let found = Trend::of_roi(&rows(&case["input"]["rows"]), limit).change;
            let wanted = case["expected"]["intended"].as_f64().unwrap();
            assert!(
                (found - wanted).abs() <= absolute + relative * wanted.abs(),
                "{}: found {found}, wanted {wanted}",
                case["name"]
            );
        }
    }

    #[test]
    fn the_middle_of_an_odd_number_belongs_to_the_newer_half() {
        let trend = Trend::of(&[2.0, 4.0, 8.0]);
        assert_eq!((trend.early, trend.late, trend.change), (2.0, 6.0, 2.0));
    }

    #[test]
    fn rows_without_money_are_not_counted_and_age_is_that_of_the_newest_with() {
        let mut rows = rows(&serde_json::json!([[4.0, 0.0], [6.0, 0.0]]));
        rows.push(MetricsRow {
            at: 9.0,
            values: [("errors".to_owned(), 1.0)].into(),
        });
        let trend = Trend::of_roi(&rows, 200);
        assert_eq!((trend.values, trend.newest_at), (2, Some(1.0)));
        assert_eq!(trend.change.total_cmp(&0.5), std::cmp::Ordering::Equal);
    }

    #[test]
    fn a_flat_or_a_single_value_has_no_trend() {
        assert!(Trend::of(&[]).change == 0.0);
        assert!(Trend::of(&[3.0]).change == 0.0);
        assert!(Trend::of(&[3.0, 3.0]).change == 0.0);
    }

    proptest! {
        #[test]
        fn a_trend_is_always_finite(
            values in prop::collection::vec(prop::num::f64::ANY, 0..20)
        ) {
            let values: Vec<f64> = values.into_iter().filter(|value| value.is_finite()).collect();
            prop_assert!(Trend::of(&values).change.is_finite());
        }
    }
}
