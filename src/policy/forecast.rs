//! A plain estimate of the next cycle's ROI from the recorded ones, with an interval.
//!
//! It reads nothing but the ROI deltas of successful cycles, oldest first, and says nothing about when to run.

use serde::{Deserialize, Serialize};

use super::limits::money;

/// Cycles needed before anything is said: fewer give an interval too wide to act on.
pub const LEAST_CYCLES: usize = 5;

/// Weight of a cycle over that of the next newer one: the last ten carry two thirds.
const FADE: f64 = 0.9;

/// The 97.5 % point of the normal distribution.
const NORMAL: f64 = 1.959_963_985;

/// Expected ROI of the next cycle and where it will lie 95 times in 100.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RoiForecast {
    /// Expected ROI delta, in the operator's unit.
    pub roi: f64,
    /// Lower end of the 95 % interval.
    pub low: f64,
    /// Upper end of the 95 % interval.
    pub high: f64,
    /// Cycles it rests on, faded ones counted by their weight.
    pub effective_cycles: f64,
}

impl RoiForecast {
    /// Returns the forecast from the ROI deltas of past cycles, oldest first; none under [`LEAST_CYCLES`].
    ///
    /// With weights w = 0.9^age: mean = Σwr ÷ Σw, n = (Σw)² ÷ Σw² (Kish, Survey Sampling, 1965), unbiased variance
    /// s² = Σw(r − mean)² ÷ (Σw · (1 − 1/n)), interval mean ± t(0.975, n − 1) · s · √(1 + 1/n), that of one further
    /// draw.
    #[must_use]
    pub fn of(deltas: &[f64]) -> Option<Self> {
        if deltas.len() < LEAST_CYCLES {
            return None;
        }
        let weighted = || {
            let weights = std::iter::successors(Some(1.0), |weight| Some(weight * FADE));
            deltas.iter().rev().map(|delta| money(*delta)).zip(weights)
        };
        let total: f64 = weighted().map(|(_, weight)| weight).sum();
        let squares: f64 = weighted().map(|(_, weight)| weight * weight).sum();
        let effective_cycles = total * total / squares;
        let roi = weighted()
            .map(|(delta, weight)| delta * (weight / total))
            .sum::<f64>();
        let spread = weighted()
            .map(|(delta, weight)| weight / total * (delta - roi).powi(2))
            .sum::<f64>();
        let variance = spread / (1.0 - 1.0 / effective_cycles);
        let reach = student_point(effective_cycles - 1.0)
            * (variance * (1.0 + 1.0 / effective_cycles)).sqrt();
        Some(Self {
            roi,
            low: roi - reach,
            high: roi + reach,
            effective_cycles,
        })
    }
}

/// Returns the 97.5 % point of Student's t, `freedom` ≥ 3, by Abramowitz & Stegun 26.7.5.
pub(super) fn student_point(freedom: f64) -> f64 {
    let z = NORMAL;
    let first = (z.powi(3) + z) / 4.0;
    let second = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0;
    let third = (3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z) / 384.0;
    z + first / freedom + second / freedom.powi(2) + third / freedom.powi(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_than_five_cycles_forecast_nothing() {
        assert_eq!(RoiForecast::of(&[1.0; 4]), None);
        assert!(RoiForecast::of(&[1.0; 5]).is_some());
    }

    #[test]
    fn equal_cycles_forecast_themselves_with_no_spread() {
        let forecast = RoiForecast::of(&[2.5; 8]).unwrap();
        assert!((forecast.roi - 2.5).abs() < 1e-12);
        assert!(forecast.high - forecast.low < 1e-6);
    }

    #[test]
    fn newer_cycles_weigh_more() {
        assert!(
            RoiForecast::of(&[0.0, 0.0, 0.0, 4.0, 4.0, 4.0])
                .unwrap()
                .roi
                > 2.0
        );
    }

    #[test]
    fn student_points_match_the_tables() {
        for (freedom, point) in [(4.0, 2.776), (10.0, 2.228), (30.0, 2.042)] {
            assert!((student_point(freedom) - point).abs() < 0.01, "{freedom}");
        }
    }

    #[test]
    fn the_interval_covers_about_as_often_as_it_says() {
        let mut random = crate::policy::SplitMix64::new(11);
        // The sum of twelve uniform draws less 6 is close to normal.
        let mut draw = || (0..12).map(|_| random.next_share()).sum::<f64>() - 6.0;
        let covered = (0..2000)
            .filter(|_| {
                let deltas: Vec<f64> = (0..12).map(|_| draw()).collect();
                let forecast = RoiForecast::of(&deltas).unwrap();
                (forecast.low..=forecast.high).contains(&draw())
            })
            .count();
        assert!((1860..=1940).contains(&covered), "{covered} of 2000");
    }

    #[test]
    fn wild_cycles_keep_the_forecast_finite() {
        let forecast = RoiForecast::of(&[1e308, -1e308, 5e-324, f64::NAN, f64::INFINITY]).unwrap();
        assert!(forecast.roi.is_finite() && forecast.low.is_finite() && forecast.high.is_finite());
    }
}
