//! One comparison of a reading with a threshold, as evidence and in words.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How value and threshold are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Op {
    /// Value above threshold.
    #[serde(rename = ">")]
    Above,
    /// Value at or above threshold.
    #[serde(rename = ">=")]
    AtLeast,
    /// Value below threshold.
    #[serde(rename = "<")]
    Below,
    /// Value at or below threshold.
    #[serde(rename = "<=")]
    AtMost,
}

/// What a comparison is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Whether an engine may be added; all must hold.
    Add,
    /// Whether one should go: one of energy and trend, and the limit.
    Remove,
    /// Whether it is time to act at all.
    Pace,
}

/// One comparison with its numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inequality {
    /// What it is asked for.
    pub side: Side,
    /// What the value is, for example `energy`.
    pub label: String,
    /// The value.
    pub value: f64,
    /// How they are compared.
    pub op: Op,
    /// The threshold, tolerance included.
    pub threshold: f64,
    /// Where the threshold comes from, for example `create_energy`.
    pub threshold_name: String,
    /// True if the comparison holds.
    pub holds: bool,
}

impl Op {
    /// Returns true if the comparison holds; never for NaN.
    #[must_use]
    pub fn compare(self, value: f64, threshold: f64) -> bool {
        match self {
            Self::Above => value > threshold,
            Self::AtLeast => value >= threshold,
            Self::Below => value < threshold,
            Self::AtMost => value <= threshold,
        }
    }

    /// Returns the comparison that holds where this one does not.
    #[must_use]
    pub const fn negated(self) -> Self {
        match self {
            Self::Above => Self::AtMost,
            Self::AtLeast => Self::Below,
            Self::Below => Self::AtLeast,
            Self::AtMost => Self::Above,
        }
    }

    /// Returns the sign.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Above => ">",
            Self::AtLeast => ">=",
            Self::Below => "<",
            Self::AtMost => "<=",
        }
    }
}

impl Inequality {
    /// Compares a labelled value with a named threshold.
    #[must_use]
    pub fn new(
        side: Side,
        (label, value): (&str, f64),
        op: Op,
        (name, threshold): (&str, f64),
    ) -> Self {
        Self {
            side,
            label: label.to_owned(),
            value,
            op,
            threshold,
            threshold_name: name.to_owned(),
            holds: op.compare(value, threshold),
        }
    }
}

/// States what is the case: `energy 0.86 > 0.8 (create_energy)`, or `energy 0.7 <= 0.8 (create_energy)` where it does
/// not hold.
impl fmt::Display for Inequality {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            label,
            value,
            threshold,
            threshold_name,
            ..
        } = self;
        let sign = if self.holds {
            self.op
        } else {
            self.op.negated()
        }
        .sign();
        write!(
            formatter,
            "{label} {value} {sign} {threshold} ({threshold_name})"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_hold_as_written_below_at_and_above_the_threshold() {
        for (op, expected) in [
            (Op::Above, [false, false, true]),
            (Op::AtLeast, [false, true, true]),
            (Op::Below, [true, false, false]),
            (Op::AtMost, [true, true, false]),
        ] {
            let held = [0.9, 1.0, 1.1].map(|value| op.compare(value, 1.0));
            assert_eq!(held, expected, "{op:?}");
            let negated = [0.9, 1.0, 1.1].map(|value| !op.negated().compare(value, 1.0));
            assert_eq!(negated, expected, "{op:?} negated");
            assert!(!op.compare(f64::NAN, 1.0), "{op:?}");
        }
    }

    #[test]
    fn the_words_are_true_whether_it_holds_or_not() {
        let energy = |value| {
            Inequality::new(
                Side::Add,
                ("energy", value),
                Op::Above,
                ("create_energy", 0.8),
            )
            .to_string()
        };
        assert_eq!(energy(0.86), "energy 0.86 > 0.8 (create_energy)");
        assert_eq!(energy(0.8), "energy 0.8 <= 0.8 (create_energy)");
    }
}
