//! One numeric condition with everything needed to explain it, raised or not.
//!
//! Holds what was found; it does not look at rows again, so a recorded condition can be replayed.

use serde::{Deserialize, Serialize};

use crate::diagnostics::comparison::Comparison;
use crate::diagnostics::measurement::Measurement;
use crate::diagnostics::truth::Truth;

/// A reading compared with a threshold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// Code of the check or rule it belongs to, as `error_rate`.
    pub check: String,
    /// What was read, as `mean(response_time, 20)`; equal texts are the same reading.
    pub reading: String,
    /// The number read, or `None` if it could not be measured.
    pub value: Option<f64>,
    /// How it is compared.
    pub op: Comparison,
    /// What it is compared with.
    pub threshold: f64,
    /// Whether it holds.
    pub result: Truth,
    /// How many rows the reading rests on.
    pub rows: usize,
    /// When the newest of these rows was recorded for, in unix seconds; its age is the caller's sum.
    pub newest_at: Option<f64>,
    /// Whether the reading can only be a whole number.
    pub is_whole: bool,
}

impl Condition {
    /// Judges a measurement.
    #[must_use]
    pub fn judge(
        check: &str,
        reading: String,
        measurement: Measurement,
        op: Comparison,
        threshold: f64,
    ) -> Self {
        let value = measurement.value.filter(|value| value.is_finite());
        Self {
            check: check.to_owned(),
            reading,
            value,
            op,
            threshold,
            result: value.map_or(Truth::Unknown, |value| op.holds(value, threshold).into()),
            rows: measurement.rows,
            newest_at: measurement.newest_at,
            is_whole: measurement.is_whole,
        }
    }

    /// Returns whether it holds for certain.
    #[must_use]
    pub fn is_raised(&self) -> bool {
        self.result.is_yes()
    }

    /// Returns the same condition as if `value` had been read.
    #[must_use]
    pub fn with_value(&self, value: f64) -> Self {
        Self {
            value: Some(value),
            result: self.op.holds(value, self.threshold).into(),
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(value: f64) -> Condition {
        let measurement = Measurement::of_number(value);
        Condition::judge("c", "r".to_owned(), measurement, Comparison::Above, 2.0)
    }

    #[test]
    fn a_condition_is_judged_below_at_and_above_its_threshold() {
        let results = [1.0, 2.0, 3.0].map(|value| judged(value).result);
        assert_eq!(results, [Truth::No, Truth::No, Truth::Yes]);
        assert!(judged(3.0).is_raised() && !judged(2.0).is_raised());
    }

    #[test]
    fn what_could_not_be_measured_is_unknown_and_not_raised() {
        let condition = judged(f64::INFINITY);
        assert_eq!((condition.value, condition.result), (None, Truth::Unknown));
        assert!(!condition.is_raised());
    }

    #[test]
    fn another_value_is_judged_anew() {
        assert_eq!(judged(1.0).with_value(2.5), judged(2.5));
    }

    #[test]
    fn a_condition_survives_being_stored() {
        let condition = judged(f64::INFINITY);
        let stored = serde_json::to_string(&condition).unwrap();
        assert_eq!(
            serde_json::from_str::<Condition>(&stored).unwrap(),
            condition
        );
    }
}
