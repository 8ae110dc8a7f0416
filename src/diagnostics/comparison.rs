//! The six ways a reading is compared with a threshold.
//!
//! Compares exactly; a tolerance is the rule's business, not the operator's.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

/// How a reading is compared with a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Comparison {
    /// Strictly above.
    #[serde(rename = ">")]
    Above,
    /// At or above.
    #[serde(rename = ">=")]
    AtLeast,
    /// Strictly below.
    #[serde(rename = "<")]
    Below,
    /// At or below.
    #[serde(rename = "<=")]
    AtMost,
    /// Equal.
    #[serde(rename = "==")]
    Equal,
    /// Different.
    #[serde(rename = "!=")]
    NotEqual,
}

impl Comparison {
    /// Every comparison; one whose symbol begins another's comes after it.
    pub const ALL: [Self; 6] = [
        Self::AtLeast,
        Self::Above,
        Self::AtMost,
        Self::Below,
        Self::Equal,
        Self::NotEqual,
    ];

    /// Returns how it is written in a rule.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Above => ">",
            Self::AtLeast => ">=",
            Self::Below => "<",
            Self::AtMost => "<=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
        }
    }

    /// Returns whether `value` compares so with `threshold`; false if either is not a number.
    #[must_use]
    pub fn holds(self, value: f64, threshold: f64) -> bool {
        let Some(order) = value.partial_cmp(&threshold) else {
            return false;
        };
        match self {
            Self::Above => order == Ordering::Greater,
            Self::AtLeast => order != Ordering::Less,
            Self::Below => order == Ordering::Less,
            Self::AtMost => order != Ordering::Greater,
            Self::Equal => order == Ordering::Equal,
            Self::NotEqual => order != Ordering::Equal,
        }
    }

    /// Returns the comparison that holds exactly when this one does not.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::Above => Self::AtMost,
            Self::AtLeast => Self::Below,
            Self::Below => Self::AtLeast,
            Self::AtMost => Self::Above,
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.symbol())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_comparison_is_right_below_at_and_above_its_threshold() {
        let expected = [
            (Comparison::Above, [false, false, true]),
            (Comparison::AtLeast, [false, true, true]),
            (Comparison::Below, [true, false, false]),
            (Comparison::AtMost, [true, true, false]),
            (Comparison::Equal, [false, true, false]),
            (Comparison::NotEqual, [true, false, true]),
        ];
        for (comparison, results) in expected {
            let found = [1.0, 2.0, 3.0].map(|value| comparison.holds(value, 2.0));
            assert_eq!(found, results, "{comparison}");
            let opposite = [1.0, 2.0, 3.0].map(|value| !comparison.opposite().holds(value, 2.0));
            assert_eq!(opposite, results, "opposite of {comparison}");
        }
    }

    #[test]
    fn nothing_holds_for_what_is_not_a_number() {
        for comparison in Comparison::ALL {
            assert!(!comparison.holds(f64::NAN, 2.0), "{comparison}");
        }
    }

    #[test]
    fn a_comparison_is_stored_as_its_symbol() {
        for comparison in Comparison::ALL {
            let stored = serde_json::to_value(comparison).unwrap();
            assert_eq!(stored, comparison.symbol());
        }
    }
}
