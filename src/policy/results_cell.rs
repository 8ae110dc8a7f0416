//! The named cell of an engine without a metric signal: last ROI delta × time since the last cycle, 4 × 4.
//!
//! Used only with [`Evidence::Results`](super::Evidence::Results). ROI trend and modules are in the situation, as with a
//! signal.

use super::limits::bin;
use super::policy_params::PolicyParams;

/// Lower edges of the delta bins 2 and 3, in prices; bin 0 is "no delta yet", bin 1 a loss.
///
/// A cycle that returned at least another whole price is a clear gain; the delta is net of its cost.
const DELTA_EDGES: [f64; 2] = [0.0, 1.0];

/// Delta bins in words.
pub(super) const DELTA_WORDS: [&str; 4] = ["none yet", "a loss", "a small gain", "a clear gain"];

/// Lower edges of the waiting bins 1..=3, in intervals; each doubles, as after failures.
const WAITING_EDGES: [f64; 3] = [1.0, 2.0, 4.0];

/// Waiting a bin stands for, in intervals.
const WAITING_MIDDLES: [f64; 4] = [0.5, 1.5, 3.0, 5.0];

/// Waiting bins in words.
pub(super) const WAITING_WORDS: [&str; 4] = ["< 1", "1 - 2", "2 - 4", "≥ 4"];

/// A bin of the last ROI delta and a bin of the time since the last cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResultsCell {
    delta_bin: u16,
    waiting_bin: u16,
}

impl ResultsCell {
    /// Number of cells: 4 bins of the last delta × 4 of waiting.
    pub const COUNT: u16 = 16;

    /// Returns the cell of the last cycle's ROI delta in prices and of the time since in intervals.
    #[must_use]
    pub fn of(last_delta_in_prices: Option<f64>, waiting_in_intervals: f64) -> Self {
        let delta_bin = last_delta_in_prices.map_or(0, |delta| 1 + bin(&DELTA_EDGES, delta));
        Self {
            delta_bin,
            waiting_bin: bin(&WAITING_EDGES, waiting_in_intervals),
        }
    }

    /// Returns the cell's number, 0..16.
    #[must_use]
    pub fn index(self) -> u16 {
        self.delta_bin * 4 + self.waiting_bin
    }

    /// Returns the cell of a stored number; one past the last counts as the last.
    #[must_use]
    pub fn from_index(index: u16) -> Self {
        let index = index.min(Self::COUNT - 1);
        Self {
            delta_bin: index / 4,
            waiting_bin: index % 4,
        }
    }

    /// Whether the interval is over: without a signal a run needs that.
    #[must_use]
    pub fn is_interval_over(self) -> bool {
        self.waiting_bin > 0
    }

    /// Returns the cell once the interval is over.
    #[must_use]
    pub fn when_over(self) -> Self {
        Self {
            waiting_bin: self.waiting_bin.max(1),
            ..self
        }
    }

    /// Returns the prior value of a run, in prices: slope · (intervals waited − 1).
    ///
    /// Ski rental with the interval as its debt: before anything is known a run is worth it once the interval is over,
    /// and the more so the longer nothing was tried.
    #[must_use]
    pub fn prior_run(self, params: &PolicyParams) -> f64 {
        let waited = WAITING_MIDDLES
            .get(usize::from(self.waiting_bin))
            .copied()
            .unwrap_or(0.0);
        params.prior_slope * (waited - 1.0)
    }

    /// Returns the last delta in words.
    #[must_use]
    pub fn delta_words(self) -> &'static str {
        DELTA_WORDS
            .get(usize::from(self.delta_bin))
            .copied()
            .unwrap_or("a clear gain")
    }

    /// Returns the waiting time in intervals, such as `1 - 2`.
    #[must_use]
    pub fn waiting_words(self) -> &'static str {
        WAITING_WORDS
            .get(usize::from(self.waiting_bin))
            .copied()
            .unwrap_or("≥ 4")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_over_at_it_and_not_before() {
        assert!(!ResultsCell::of(None, 0.99).is_interval_over());
        assert!(ResultsCell::of(None, 1.0).is_interval_over());
        assert!(ResultsCell::of(None, f64::INFINITY).is_interval_over());
    }

    #[test]
    fn a_loss_no_delta_and_gains_are_different_cells() {
        let words = |delta| ResultsCell::of(delta, 1.0).delta_words();
        assert_eq!(words(None), "none yet");
        assert_eq!(words(Some(-0.1)), "a loss");
        assert_eq!(words(Some(0.0)), "a small gain");
        assert_eq!(words(Some(1.0)), "a clear gain");
    }

    #[test]
    fn every_number_is_a_cell_and_back() {
        for index in 0..ResultsCell::COUNT {
            assert_eq!(ResultsCell::from_index(index).index(), index);
        }
    }
}
