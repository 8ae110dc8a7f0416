//! Page–Hinkley drift of one metric, in both directions, on any scale.
//!
//! Each value is first expressed in standard deviations from what the metric was before, so the same
//! two parameters fit every metric. The state is bounded and can be stored, so that an engine feeds
//! new rows only. Rows are taken as independent: a metric with a daily cycle drifts every day.

use serde::{Deserialize, Serialize};

use crate::diagnostics::series;

/// Rows that form the first idea of mean and spread; nothing is raised on them.
pub const WARM_UP_ROWS: usize = 20;

/// Deviations up to this many standard deviations count as noise (δ of Page–Hinkley).
///
/// Half of the smallest step worth finding is the best choice for that step; 0.75 looks for steps of
/// 1.5 standard deviations and up.
pub const TOLERANCE: f64 = 0.75;

/// Accumulated deviation, in standard deviations, above which drift is raised (λ of Page–Hinkley).
///
/// By Siegmund's approximation for normal rows, ARL = (exp(2·δ·b) − 2·δ·b − 1) / (2·δ²) with
/// b = λ + 1.166, this is far more than a million rows between false alarms, which leaves room for
/// estimated baselines and heavy tails; a step of 2 standard deviations takes about λ / (2 − δ) = 13.
pub const THRESHOLD: f64 = 16.0;

/// Accumulated deviation above which rows no longer refine the baseline.
///
/// Rows of a possible drift would pull the mean towards themselves and hide a step that follows soon
/// after the warm-up; the baseline goes on learning once the deviation has drained away.
const SUSPICION: f64 = 3.0;

/// A single row counts for at most this many standard deviations, so that no outlier is a drift.
const CLIP: f64 = 4.0;

/// Largest magnitude a deviation is followed to; four times it is still finite.
const LARGEST: f64 = f64::MAX / 8.0;

/// Scales a median absolute deviation to a standard deviation of normal noise.
const MAD_TO_STD: f64 = 1.4826;

/// Where a metric drifted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Towards higher values.
    Up,
    /// Towards lower values.
    Down,
}

/// One drift found in a slice of values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DriftAlarm {
    /// Position of the value that raised it.
    pub index: usize,
    /// Where the metric went.
    pub direction: Direction,
    /// The accumulated deviation that crossed [`THRESHOLD`], in standard deviations.
    pub statistic: f64,
}

/// A resumable two-sided Page–Hinkley test that standardises by itself.
///
/// E. S. Page, "Continuous inspection schemes", 1954; D. V. Hinkley, "Inference about the change-point
/// from cumulative sum tests", 1971, in the equivalent recursive form g ← max(0, g + z − δ). The first
/// [`WARM_UP_ROWS`] values, winsorised around their median, give mean and spread; later values refine
/// both, winsorised too. After an alarm the test starts anew with a fresh warm-up: the new level is the
/// new normal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PageHinkley {
    warm_up: Vec<f64>,
    rows: u32,
    mean: f64,
    std: f64,
    rise: f64,
    fall: f64,
    alarms: u32,
    peak: Option<f64>,
    peak_direction: Option<Direction>,
}

impl PageHinkley {
    /// Takes in the next value and returns where the metric drifted to, if this value shows it.
    ///
    /// A non-finite value is ignored.
    pub fn update(&mut self, value: f64) -> Option<Direction> {
        if !value.is_finite() {
            return None;
        }
        if self.rows == 0 {
            self.warm_up.push(value);
            if self.warm_up.len() >= WARM_UP_ROWS {
                self.learn_baseline();
            }
            return None;
        }
        let score = self.standardise(value);
        if self.rise.max(self.fall) <= SUSPICION {
            self.refine_baseline(value);
        }
        self.rise = (self.rise + score - TOLERANCE).max(0.0);
        self.fall = (self.fall - score - TOLERANCE).max(0.0);
        let (statistic, direction) = if self.rise >= self.fall {
            (self.rise, Direction::Up)
        } else {
            (self.fall, Direction::Down)
        };
        if self.peak.is_none_or(|peak| statistic > peak) {
            self.peak = Some(statistic);
            self.peak_direction = Some(direction);
        }
        if statistic <= THRESHOLD {
            return None;
        }
        *self = Self {
            alarms: self.alarms.saturating_add(1),
            peak: self.peak,
            peak_direction: self.peak_direction,
            ..Self::default()
        };
        Some(direction)
    }

    /// Returns the highest accumulated deviation since the last [`acknowledge`](Self::acknowledge), in
    /// standard deviations; `None` if only warm-up rows came.
    ///
    /// Above [`THRESHOLD`] means that drift was raised.
    #[must_use]
    pub fn peak(&self) -> Option<f64> {
        self.peak
    }

    /// Returns where the metric went when [`peak`](Self::peak) was reached.
    #[must_use]
    pub fn peak_direction(&self) -> Option<Direction> {
        self.peak_direction
    }

    /// Returns how many drifts were raised since the state was created.
    #[must_use]
    pub fn alarms(&self) -> u32 {
        self.alarms
    }

    /// Returns the rows that the present mean and spread rest on.
    #[must_use]
    pub fn rows(&self) -> usize {
        usize::try_from(self.rows)
            .unwrap_or(usize::MAX)
            .max(self.warm_up.len())
    }

    /// Forgets the peak, as a cycle does when it starts, so that one drift asks for one run.
    pub fn acknowledge(&mut self) {
        self.peak = None;
        self.peak_direction = None;
    }

    /// Turns the warm-up rows into the first mean and spread.
    fn learn_baseline(&mut self) {
        let values = std::mem::take(&mut self.warm_up);
        let centre = series::median(&values).unwrap_or_default();
        let reach = series::median(&series::distances(&values, centre)).unwrap_or_default()
            * (MAD_TO_STD * CLIP);
        // More than half of the rows are equal: nothing says what an outlier is, so all rows count.
        let reach = if reach > 0.0 {
            reach.min(LARGEST)
        } else {
            LARGEST
        };
        let kept: Vec<f64> = values
            .iter()
            .map(|value| {
                value
                    .clamp(centre - reach, centre + reach)
                    .clamp(-LARGEST, LARGEST)
            })
            .collect();
        self.mean = series::mean(&kept).unwrap_or_default();
        self.std = series::population_std(&kept).unwrap_or_default();
        self.rows = u32::try_from(kept.len()).unwrap_or(u32::MAX);
    }

    /// Returns how many standard deviations `value` lies from the mean, at most [`CLIP`] of them.
    fn standardise(&self, value: f64) -> f64 {
        let deviation = value - self.mean;
        if deviation == 0.0 {
            return 0.0;
        }
        (deviation / self.scale()).clamp(-CLIP, CLIP)
    }

    /// Returns the standard deviation, but not less than rounding noise of the mean.
    fn scale(&self) -> f64 {
        self.std.max(self.mean.abs() * 1e-12)
    }

    /// Updates mean and spread (Welford 1962, population form, kept as a deviation so that squares
    /// neither overflow nor vanish).
    fn refine_baseline(&mut self, value: f64) {
        // A metric that never moved has no scale yet; its first move is taken in whole.
        let reach = if self.std > self.mean.abs() * 1e-12 {
            CLIP * self.std
        } else {
            LARGEST
        };
        let deviation = (value - self.mean).clamp(-reach, reach);
        self.rows = self.rows.saturating_add(1);
        let rows = f64::from(self.rows);
        self.mean = (self.mean + deviation / rows).clamp(-LARGEST, LARGEST);
        self.std = (self.std * ((rows - 1.0) / rows).sqrt())
            .hypot(deviation * (rows - 1.0).sqrt() / rows)
            .min(LARGEST);
    }
}

/// Returns every drift in `values`, ordered oldest to newest, starting without any knowledge.
#[must_use]
pub fn drift_alarms(values: &[f64]) -> Vec<DriftAlarm> {
    let mut test = PageHinkley::default();
    let mut alarms = Vec::new();
    for (index, value) in values.iter().enumerate() {
        test.acknowledge();
        if let Some(direction) = test.update(*value) {
            alarms.push(DriftAlarm {
                index,
                direction,
                statistic: test.peak().unwrap_or_default(),
            });
        }
    }
    alarms
}

#[cfg(test)]
mod tests;
