//! The rest of the state: ROI trend, diagnostics, diminishing flag and newest module, 96 combinations.
//!
//! It refines a cell of debt and staleness and never replaces it: see [`ValueTable`](super::ValueTable). It measures
//! nothing itself.

use serde::{Deserialize, Serialize};

use super::limits::reaches;
use super::noted_modules::MODULE_BUCKETS;

/// Number of situations: 3 trends × diagnostics raised or not × diminishing or not × 8 module buckets.
pub const SITUATIONS: u16 = 12 * MODULE_BUCKETS;

/// Trend from which on revenue less expense counts as rising or falling: the ROI drop diagnostic's own threshold.
const TREND_EDGE: f64 = 0.1;

/// What the caller measured about the moment of a decision.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SituationReading {
    /// Relative change of revenue − expense from the older to the newer half of the newest rows.
    pub roi_trend: f64,
    /// Whether any diagnostic is raised.
    pub has_issues: bool,
    /// Whether any module is in diminishing returns.
    pub is_diminishing: bool,
    /// Name of the module that changed last.
    pub newest_module: Option<String>,
    /// Time since the last cycle (or registration) over the interval; infinity where that is over for certain.
    pub waiting_in_intervals: f64,
}

/// A bounded, named situation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Situation {
    trend: u16,
    has_issues: bool,
    is_diminishing: bool,
    module_bucket: u16,
}

impl Situation {
    /// Returns the situation of a reading, with the bucket of its newest module.
    #[must_use]
    pub fn of(reading: &SituationReading, module_bucket: u16) -> Self {
        // Falling first: a reading that is not a number reaches no edge and counts as flat.
        let trend = if reaches(-reading.roi_trend, TREND_EDGE) {
            1
        } else if reaches(reading.roi_trend, TREND_EDGE) {
            2
        } else {
            0
        };
        Self {
            trend,
            has_issues: reading.has_issues,
            is_diminishing: reading.is_diminishing,
            module_bucket: module_bucket.min(MODULE_BUCKETS - 1),
        }
    }

    /// Returns the situation's number, 0..96.
    #[must_use]
    pub fn index(self) -> u16 {
        let flags = u16::from(self.has_issues) * 2 + u16::from(self.is_diminishing);
        (self.module_bucket * 4 + flags) * 3 + self.trend.min(2)
    }

    /// Returns the situation of a stored number; one past the last counts as the last.
    #[must_use]
    pub fn from_index(index: u16) -> Self {
        let index = index.min(SITUATIONS - 1);
        let flags = index / 3 % 4;
        Self {
            trend: index % 3,
            has_issues: flags / 2 == 1,
            is_diminishing: flags % 2 == 1,
            module_bucket: index / 12,
        }
    }

    /// Returns the trend in words.
    #[must_use]
    pub fn trend_words(self) -> &'static str {
        match self.trend {
            0 => "flat",
            1 => "falling",
            _ => "rising",
        }
    }

    /// Returns the diagnostics in words.
    #[must_use]
    pub fn diagnostics_words(self) -> &'static str {
        if self.has_issues { "raised" } else { "none" }
    }

    /// Returns the returns of modules in words.
    #[must_use]
    pub fn returns_words(self) -> &'static str {
        if self.is_diminishing {
            "diminishing"
        } else {
            "steady"
        }
    }

    /// Returns the bucket of the newest module, 0 for none.
    #[must_use]
    pub fn module_bucket(self) -> u16 {
        self.module_bucket
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_a_situation_and_back() {
        for index in 0..SITUATIONS {
            assert_eq!(Situation::from_index(index).index(), index);
        }
    }

    #[test]
    fn a_trend_below_at_and_above_a_tenth() {
        let words = |roi_trend| {
            Situation::of(
                &SituationReading {
                    roi_trend,
                    ..SituationReading::default()
                },
                0,
            )
            .trend_words()
        };
        assert_eq!(words(0.099), "flat");
        assert_eq!(words(0.1), "rising");
        assert_eq!(words(-0.1), "falling");
        assert_eq!(words(f64::NAN), "flat");
    }

    #[test]
    fn every_part_changes_the_situation() {
        let base = SituationReading::default();
        let plain = Situation::of(&base, 0).index();
        assert_ne!(
            Situation::of(
                &SituationReading {
                    has_issues: true,
                    ..base.clone()
                },
                0
            )
            .index(),
            plain
        );
        assert_ne!(
            Situation::of(
                &SituationReading {
                    is_diminishing: true,
                    ..base.clone()
                },
                0
            )
            .index(),
            plain
        );
        assert_ne!(Situation::of(&base, 3).index(), plain);
    }
}
