//! One module's record: what it brought in all, on average and lately.
//!
//! Does not know other modules; order, ranking and numbering are in `module_trends`.

use serde::{Deserialize, Serialize};

use super::{DiminishingRule, ModuleError};

/// How many of the newest deltas of a module are kept; totals go on counting beyond it.
pub const RECENT_DELTAS: usize = 64;

/// Longest module name, in bytes.
pub const MAX_NAME_BYTES: usize = 256;

/// What is recorded of one module of one engine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModuleTrend {
    /// Number of the module in first-seen order, from 0; never given to another module.
    pub index: u32,
    /// Name as the pipeline or the operator gave it, 1..=256 bytes.
    pub name: String,
    /// Sum of all deltas, in the operator's unit; stays at the end of the range instead of overflowing.
    pub total: f64,
    /// Mean of all deltas, in the operator's unit.
    pub mean: f64,
    /// Number of deltas recorded.
    pub count: u32,
    /// The newest deltas, oldest first, at most `RECENT_DELTAS`.
    pub recent: Vec<f64>,
    /// Number of the engine's delta that was recorded for this module last, from 1; 0 if there is none.
    pub last_record: u64,
    /// True once the module was reported as diminishing; it is never reported again.
    pub reported: bool,
}

impl ModuleTrend {
    /// Returns an empty record.
    ///
    /// # Errors
    /// `BadName` for a name that is empty, longer than 256 bytes or holds control characters.
    pub fn new(index: u32, name: &str) -> Result<Self, ModuleError> {
        check_name(name)?;
        Ok(Self {
            index,
            name: name.to_owned(),
            total: 0.0,
            mean: 0.0,
            count: 0,
            recent: Vec::new(),
            last_record: 0,
            reported: false,
        })
    }

    /// Adds one delta, the engine's `record_number`th.
    ///
    /// # Errors
    /// `NotFinite` for an infinite delta or none at all; the record is unchanged then.
    pub fn add(&mut self, delta: f64, record_number: u64) -> Result<(), ModuleError> {
        if !delta.is_finite() {
            return Err(ModuleError::NotFinite {
                name: self.name.clone(),
            });
        }
        self.count = self.count.saturating_add(1);
        self.total = (self.total + delta).clamp(-f64::MAX, f64::MAX);
        // Dividing before subtracting keeps opposite huge deltas in range.
        let count = f64::from(self.count);
        self.mean += delta / count - self.mean / count;
        self.recent.push(delta);
        let surplus = self.recent.len().saturating_sub(RECENT_DELTAS);
        self.recent.drain(..surplus);
        self.last_record = record_number;
        Ok(())
    }

    /// Returns true if the newest deltas are within the rule's limits; a new rise beyond them clears it.
    #[must_use]
    pub fn is_diminishing(&self, rule: &DiminishingRule) -> bool {
        rule.holds_for(&self.recent)
    }

    /// Refuses a stored record that could not have been written by `add`.
    pub(super) fn check(&self) -> Result<(), ModuleError> {
        check_name(&self.name)?;
        let mut numbers = self.recent.iter().chain([&self.total, &self.mean]);
        if numbers.all(|number| number.is_finite()) {
            Ok(())
        } else {
            Err(ModuleError::NotFinite {
                name: self.name.clone(),
            })
        }
    }
}

fn check_name(name: &str) -> Result<(), ModuleError> {
    let is_good =
        !name.is_empty() && name.len() <= MAX_NAME_BYTES && !name.chars().any(char::is_control);
    if is_good {
        Ok(())
    } else {
        Err(ModuleError::BadName(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_keeps_total_mean_and_count_beyond_the_kept_deltas() {
        let mut trend = ModuleTrend::new(0, "core.py").expect("good name");
        for number in 1..=100 {
            trend.add(2.0, number).expect("finite");
        }
        assert_eq!(
            (trend.count, trend.recent.len(), trend.last_record),
            (100, RECENT_DELTAS, 100)
        );
        assert!(
            (trend.total - 200.0).abs() < 1e-9 && (trend.mean - 2.0).abs() < 1e-12,
            "{trend:?}"
        );
    }

    #[test]
    fn the_oldest_delta_goes_first() {
        let mut trend = ModuleTrend::new(0, "core.py").expect("good name");
        for number in 0..=64_u32 {
            trend.add(f64::from(number), 1).expect("finite");
        }
        assert_eq!(
            trend.recent.first().map(|delta| delta.to_bits()),
            Some(1.0_f64.to_bits())
        );
    }

    #[test]
    fn huge_deltas_stay_in_range() {
        let mut trend = ModuleTrend::new(0, "core.py").expect("good name");
        for delta in [1e308, 1e308, 1e308] {
            trend.add(delta, 1).expect("finite");
        }
        assert!(
            trend.total.is_finite() && (trend.mean / 1e308 - 1.0).abs() < 1e-12,
            "{trend:?}"
        );
        let mut swing = ModuleTrend::new(0, "core.py").expect("good name");
        for delta in [f64::MAX, -f64::MAX, -f64::MAX, f64::MAX] {
            swing.add(delta, 1).expect("finite");
            assert!(
                swing.total.is_finite() && swing.mean.is_finite(),
                "{swing:?}"
            );
        }
    }

    #[test]
    fn a_delta_that_is_no_number_changes_nothing() {
        let mut trend = ModuleTrend::new(0, "core.py").expect("good name");
        for delta in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(trend.add(delta, 1).is_err());
        }
        assert_eq!(trend, ModuleTrend::new(0, "core.py").expect("good name"));
    }

    #[test]
    fn names_are_bounded_printable_text() {
        assert!(ModuleTrend::new(0, &"x".repeat(256)).is_ok());
        assert!(ModuleTrend::new(0, "größe/模块.py").is_ok());
        for name in ["", "a\nb", "\u{7f}"] {
            assert!(ModuleTrend::new(0, name).is_err(), "{name:?}");
        }
        assert!(ModuleTrend::new(0, &"x".repeat(257)).is_err());
    }
}
