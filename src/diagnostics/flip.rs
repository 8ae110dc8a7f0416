//! The single smallest change of one reading that would have turned a decision.
//!
//! Works on recorded conditions alone. It changes one reading at a time: readings of the same text move
//! together, other readings of the same metric do not follow. It knows neither triggers nor policies;
//! the caller says how conditions make a decision.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::diagnostics::comparison::Comparison;
use crate::diagnostics::condition::Condition;
use crate::diagnostics::figure::Figure;

/// Share of the way to a threshold by which a readable value may lie beyond it.
const OVERSHOOT: f64 = 0.1;

/// Decimals tried for a readable value just beyond a threshold.
const MAX_DECIMALS: usize = 17;

/// A change of one reading that turns a decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flip {
    /// The reading, as `mean(response_time, 20)`.
    pub reading: String,
    /// What was read.
    pub from: f64,
    /// What would have turned the decision, at the threshold or just beyond it.
    pub to: f64,
    /// Whether the reading moves in whole steps, as a sum of counts does.
    pub is_whole: bool,
}

impl Flip {
    /// Returns the reading half of the way, rounded towards `from`; the decision stays as it was.
    ///
    /// A whole reading rounds to whole numbers, any other to a number that floats tell from `to`.
    #[must_use]
    pub fn halfway(&self) -> f64 {
        let half = self.to / 2.0 - self.from / 2.0;
        let step = if self.is_whole { half.trunc() } else { half };
        let value = self.from + step;
        if value.total_cmp(&self.to).is_eq() {
            self.from
        } else {
            value
        }
    }

    /// Returns the size of the change relative to the larger of both magnitudes, in 0..=2.
    #[must_use]
    pub fn effort(&self) -> f64 {
        let size = self.from.abs().max(self.to.abs());
        if size == 0.0 {
            return 0.0;
        }
        (self.to / size - self.from / size).abs()
    }
}

impl fmt::Display for Flip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = (Figure(self.from), Figure(self.to));
        write!(f, "{} {from} → {to}", self.reading)
    }
}

/// Returns the value nearest to the reading that turns this one condition.
///
/// The threshold itself where that does, else a readable number just beyond it. `None` if the reading
/// could not be measured, or there is no finite number beyond.
#[must_use]
pub fn flip_value(condition: &Condition) -> Option<f64> {
    candidates(condition).into_iter().next()
}

/// Returns the smallest change, relative to the magnitudes, of one reading that turns the decision
/// which `decide` makes of the conditions; `None` if no single change does.
///
/// Half of the change leaves the decision as it was. Of equally small changes the first condition's
/// wins.
#[must_use]
pub fn smallest_flip(
    conditions: &[Condition],
    decide: impl Fn(&[Condition]) -> bool,
) -> Option<Flip> {
    let now = decide(conditions);
    let decide_with = |reading: &str, value: f64| -> bool {
        let changed: Vec<Condition> = conditions
            .iter()
            .map(|condition| {
                if condition.reading == reading && condition.value.is_some() {
                    condition.with_value(value)
                } else {
                    condition.clone()
                }
            })
            .collect();
        decide(&changed)
    };
    let mut best: Option<Flip> = None;
    for condition in conditions {
        let Some(from) = condition.value else {
            continue;
        };
        let turning = candidates(condition)
            .into_iter()
            .map(|to| Flip {
                reading: condition.reading.clone(),
                from,
                to,
                is_whole: condition.is_whole,
            })
            .find(|flip| {
                decide_with(&flip.reading, flip.to) != now
                    && decide_with(&flip.reading, flip.halfway()) == now
            });
        if let Some(flip) = turning
            && best
                .as_ref()
                .is_none_or(|best| flip.effort() < best.effort())
        {
            best = Some(flip);
        }
    }
    best
}

/// Returns the values worth trying for one condition: the readable one first, then the nearest one,
/// which also hits a band too narrow for the readable one.
fn candidates(condition: &Condition) -> Vec<f64> {
    let Some(from) = condition.value.filter(|value| value.is_finite()) else {
        return Vec::new();
    };
    let threshold = condition.threshold;
    let holds = condition.op.holds(from, threshold);
    // What has to become true, so that only the side of the threshold is left to tell.
    let wanted = if holds {
        condition.op.opposite()
    } else {
        condition.op
    };
    let is_upward = match wanted {
        Comparison::AtLeast | Comparison::AtMost | Comparison::Equal => None,
        Comparison::Above | Comparison::NotEqual => Some(true),
        Comparison::Below => Some(false),
    };
    let found = if condition.is_whole {
        vec![whole_beyond(threshold, wanted)]
    } else if let Some(is_upward) = is_upward {
        let next = if is_upward {
            threshold.next_up()
        } else {
            threshold.next_down()
        };
        let readable = readable_beyond(threshold, from, is_upward);
        readable.into_iter().chain([next]).collect()
    } else {
        vec![threshold]
    };
    found
        .into_iter()
        .filter(|to| to.is_finite() && wanted.holds(*to, threshold))
        .filter(|to| !condition.is_whole || to.fract() == 0.0)
        .collect()
}

/// Returns the whole number nearest to `threshold` for which `wanted` holds, where there is one.
fn whole_beyond(threshold: f64, wanted: Comparison) -> f64 {
    match wanted {
        Comparison::Above | Comparison::NotEqual => threshold.floor() + 1.0,
        Comparison::AtLeast => threshold.ceil(),
        Comparison::Below => threshold.ceil() - 1.0,
        Comparison::AtMost => threshold.floor(),
        Comparison::Equal => threshold,
    }
}

/// Returns the number of fewest decimals beyond `threshold` that overshoots the way from `from` by a
/// tenth at most, if floats have one.
fn readable_beyond(threshold: f64, from: f64, is_upward: bool) -> Option<f64> {
    let reach = (threshold / 2.0 - from / 2.0).abs() * 2.0 * OVERSHOOT;
    let mut step = 1.0;
    for decimals in 0..=MAX_DECIMALS {
        let exact = if is_upward {
            threshold + step
        } else {
            threshold - step
        };
        let rounded: f64 = format!("{exact:.decimals$}").parse().ok()?;
        let overshoot = if is_upward {
            rounded - threshold
        } else {
            threshold - rounded
        };
        if overshoot > 0.0 && overshoot <= reach {
            return Some(rounded);
        }
        step /= 10.0;
    }
    None
}

#[cfg(test)]
mod tests;
