//! How much the loss jumps from row to row for no reason.
//!
//! Robust by construction: half of the differences may be anything. It knows nothing of levels, drift or cycles beyond
//! "this row is the first of a new version".

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// Newest differences looked at; those across a cycle take no place, so frequent cycles do not thin the sample.
const WINDOW: usize = 40;

/// Differences within one version needed before their median is trusted.
const ENOUGH: usize = 4;

/// Turns a median absolute difference into a deviation: 1.4826 ÷ √2, as both rows carry the noise.
const DEVIATION_PER_MEDIAN: f64 = 1.05;

/// Smallest deviation, in prices.
///
/// Debts are compared with whole prices over tens of rows: noise under a fiftieth of the price per row cannot hide a
/// difference that matters, and without any floor a metric that stood still would make its first stir certain.
const FLOOR_IN_PRICES: f64 = 0.02;

/// Smallest deviation as a share of the largest difference or the typical loss, where there is no price either.
const FLOOR_IN_LOSSES: f64 = 0.01;

/// Rows that shape the typical loss.
const TYPICAL_ROWS: f64 = 40.0;

/// The noise of one row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NoiseReading {
    /// r: variance of a row's loss around its level, ≥ 0, in squared units of the price; 0 while nothing ever moved.
    pub variance: f64,
    /// Whether the variance rests on enough differences to be kept.
    pub is_settled: bool,
}

/// The newest differences and the noise they show.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct NoiseEstimate {
    newest: Option<f64>,
    /// Absolute differences between neighbouring rows of one version, oldest first.
    differences: VecDeque<f64>,
    /// The largest difference so far, across versions too; read only where the others say too little.
    largest: f64,
    /// Mean size of a loss, the newest 40 rows weighing most.
    typical_loss: f64,
    /// Rows so far, up to the window.
    rows: f64,
}

impl NoiseEstimate {
    /// Takes one row's loss; `is_first_of_version` leaves out its difference to the row before.
    pub fn observe(&mut self, loss: f64, is_first_of_version: bool) {
        if let Some(before) = self.newest.replace(loss) {
            let difference = (loss - before).abs();
            self.largest = self.largest.max(difference);
            if !is_first_of_version {
                if self.differences.len() == WINDOW {
                    self.differences.pop_front();
                }
                self.differences.push_back(difference);
            }
        }
        self.rows = (self.rows + 1.0).min(TYPICAL_ROWS);
        self.typical_loss += (loss.abs() - self.typical_loss) / self.rows;
    }

    /// Returns the noise at `price`: (1.05 · median absolute difference)² with a floor.
    ///
    /// Before four differences within one version it is the largest difference of all, across versions too: noise
    /// taken for too large only delays a run, noise taken for too small makes the first jump look certain.
    #[must_use]
    pub fn reading(&self, price: f64) -> NoiseReading {
        let mut deviation = self.deviation().max(FLOOR_IN_PRICES * price);
        if deviation <= 0.0 {
            // Free runs of a metric that stands still: any jump it made, or else its size, gives the scale.
            deviation = FLOOR_IN_LOSSES
                * if self.largest > 0.0 {
                    self.largest
                } else {
                    self.typical_loss
                };
        }
        NoiseReading {
            variance: deviation * deviation,
            is_settled: self.is_settled(),
        }
    }

    /// Returns the deviation of a row without any floor, 0 while nothing ever moved.
    #[must_use]
    pub fn deviation(&self) -> f64 {
        DEVIATION_PER_MEDIAN
            * if self.is_settled() {
                self.median()
            } else {
                self.largest
            }
    }

    fn is_settled(&self) -> bool {
        self.differences.len() >= ENOUGH
    }

    fn median(&self) -> f64 {
        let mut differences: Vec<f64> = self.differences.iter().copied().collect();
        let count = differences.len();
        if count == 0 {
            return 0.0;
        }
        // Asked for several times per row, and only the middle matters.
        let (smaller, upper, _) = differences.select_nth_unstable_by(count / 2, f64::total_cmp);
        let lower = if count.is_multiple_of(2) {
            smaller.iter().copied().fold(0.0, f64::max)
        } else {
            *upper
        };
        f64::midpoint(lower, *upper)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimate(losses: &[f64]) -> NoiseEstimate {
        let mut noise = NoiseEstimate::default();
        for loss in losses {
            noise.observe(*loss, false);
        }
        noise
    }

    #[test]
    fn the_median_difference_gives_the_variance_and_an_outlier_does_not_move_it() {
        let noise = estimate(&[0.0, 2.0, 0.0, 2.0, 0.0, 1e100]);
        let reading = noise.reading(1.0);
        assert!(reading.is_settled);
        assert!((reading.variance - (1.05_f64 * 2.0).powi(2)).abs() < 1e-9);
    }

    #[test]
    fn the_difference_across_a_cycle_is_left_out() {
        let mut noise = estimate(&[10.0, 11.0, 10.0, 11.0]);
        noise.observe(50.0, true);
        assert!(!noise.reading(1.0).is_settled);
        noise.observe(51.0, false);
        assert!((noise.reading(1.0).variance - 1.05_f64.powi(2)).abs() < 1e-9);
    }

    #[test]
    fn few_rows_show_the_largest_difference() {
        assert!(
            (estimate(&[5.0, 6.0, 9.0]).reading(1.0).variance - (1.05_f64 * 3.0).powi(2)).abs()
                < 1e-9
        );
    }

    #[test]
    fn a_still_metric_has_a_fiftieth_of_the_price_as_noise() {
        assert!((estimate(&[5.0; 9]).reading(10.0).variance - 0.04).abs() < 1e-12);
    }

    #[test]
    fn nothing_but_zeros_without_a_price_is_no_noise_at_all() {
        assert!(estimate(&[0.0; 9]).reading(0.0).variance <= 0.0);
    }
}
