//! How much effort a cycle may spend: one pure function, every stage kept for the explanation.
//!
//! Where the energy score, the prediction and the forecast come from is not its business, nor is the exact energy an
//! operator hands over with `--energy`.

use serde::{Deserialize, Serialize};

use crate::engine::energy::Energy;

/// Whole numbers beyond this are not told apart: energy ends at 100 long before.
const SATURATION: f64 = 1e15;

/// Energy per unit of the energy score.
const ENERGY_PER_SCORE: f64 = 5.0;

/// What the base energy comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum EnergyBase {
    /// A capital source exists and gave this score, 0..=1.
    CapitalScore(f64),
    /// A capital source exists and its lookup failed: base 1.
    CapitalFailed,
    /// No capital source: the engine's own `energy`.
    Configured(i64),
}

/// A forecast and how it scales energy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ForecastFactor {
    /// Expected ROI of the next cycle.
    pub roi: f64,
    /// Growth of the factor per unit of (roi + bias) above 0.
    pub scale: f64,
    /// Added to the forecast.
    pub bias: f64,
    /// Largest factor; 0 is none.
    pub cap: f64,
}

/// All that energy depends on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EnergyInputs {
    /// Where the base comes from.
    pub base: EnergyBase,
    /// Q(run) − Q(skip) in prices; none without a policy.
    pub predicted: Option<f64>,
    /// Forecast; none without one.
    pub forecast: Option<ForecastFactor>,
}

/// The stages of one energy, each rounded to nearest, ties to even.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EnergyScaling {
    /// Before any factor.
    pub base: i64,
    /// After × (1 + max(0, predicted)), at least 1 where a policy exists.
    pub after_policy: i64,
    /// After the forecast factor, at least 1 where a forecast exists.
    pub after_forecast: i64,
    /// What the pipeline gets, 1..=100.
    #[serde(rename = "final")]
    pub granted: Energy,
    /// The factor of the policy.
    pub policy_factor: f64,
    /// The factor of the forecast.
    pub forecast_factor: f64,
}

impl EnergyScaling {
    /// Works out the energy of a cycle.
    #[must_use]
    pub fn of(inputs: &EnergyInputs) -> Self {
        let base = match inputs.base {
            EnergyBase::CapitalScore(score) if !score.is_nan() => whole(score * ENERGY_PER_SCORE),
            EnergyBase::CapitalScore(_) | EnergyBase::CapitalFailed => 1.0,
            // Beyond ±100 the last digits cannot matter, so the wide range is cut before it becomes a float.
            EnergyBase::Configured(energy) => {
                f64::from(i32::try_from(energy).unwrap_or(if energy < 0 {
                    i32::MIN
                } else {
                    i32::MAX
                }))
            }
        };
        let policy_factor = inputs
            .predicted
            .map_or(1.0, |predicted| finite(1.0 + predicted.max(0.0)));
        let after_policy = inputs
            .predicted
            .map_or(base, |_| whole(base * policy_factor).max(1.0));
        let forecast_factor = inputs.forecast.map_or(1.0, ForecastFactor::factor);
        let after_forecast = inputs.forecast.map_or(after_policy, |_| {
            whole(after_policy * forecast_factor).max(1.0)
        });
        Self {
            base: integer(base),
            after_policy: integer(after_policy),
            after_forecast: integer(after_forecast),
            granted: Energy::clamped(integer(after_forecast)),
            policy_factor,
            forecast_factor,
        }
    }
}

impl ForecastFactor {
    /// Returns 1 + max(0, roi + bias) · scale, limited to the cap unless that is 0.
    fn factor(self) -> f64 {
        let factor =
            finite(1.0 + (finite(self.roi) + finite(self.bias)).max(0.0) * finite(self.scale));
        if self.cap.abs() > 0.0 {
            factor.min(finite(self.cap))
        } else {
            factor
        }
    }
}

fn finite(value: f64) -> f64 {
    if value.is_nan() {
        0.0
    } else {
        value.clamp(-f64::MAX / 4.0, f64::MAX / 4.0)
    }
}

fn whole(value: f64) -> f64 {
    if value.is_nan() {
        0.0
    } else {
        value.round_ties_even().clamp(-SATURATION, SATURATION)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "`whole` has limited the value to ±1e15, exact in both types"
)]
fn integer(value: f64) -> i64 {
    value as i64
}

#[cfg(test)]
#[path = "energy_scaling_tests.rs"]
mod tests;
