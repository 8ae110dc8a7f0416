//! What is believed about the deployed version: attainable level, staleness, debt.
//!
//! A Gaussian belief over the three, moved by a Kalman filter: loss = attainable + staleness + noise, debt = sum of the
//! staleness since the last cycle. Because the three are correlated, a lower attainable level found later revises the
//! past debt too. It does not know prices, actions or time.

use serde::{Deserialize, Serialize};

use super::noise_estimate::NoiseReading;
use super::policy_params::PolicyParams;

/// The belief, in units of the price; variances in squared units of it.
///
/// Until the noise is settled, variances are kept in multiples of it (the gains do not depend on its size), and are
/// made money once it is. Before the first row there is no belief.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct DebtBelief {
    is_started: bool,
    is_scaled: bool,
    attainable: f64,
    staleness: f64,
    debt: f64,
    /// What clipping kept back of the newest row's surprise.
    held_back: f64,
    var_attainable: f64,
    var_staleness: f64,
    var_debt: f64,
    cov_attainable_staleness: f64,
    cov_attainable_debt: f64,
    cov_staleness_debt: f64,
}

impl DebtBelief {
    /// Returns the loss per row of the best version a cycle could give now.
    #[must_use]
    pub fn attainable(&self) -> f64 {
        self.attainable
    }

    /// Returns how much worse than attainable the deployed version is per row; below 0 means the level was too high.
    #[must_use]
    pub fn staleness(&self) -> f64 {
        self.staleness
    }

    /// Returns the debt the policy acts on: D + `rows_ahead`·x less `deviations` of it, not below 0.
    #[must_use]
    pub fn bounded_debt(&self, noise: NoiseReading, params: &PolicyParams) -> f64 {
        let ahead = params.rows_ahead;
        let variance = self.var_debt
            + 2.0 * ahead * self.cov_staleness_debt
            + ahead * ahead * self.var_staleness;
        let deviation = self.money_deviation(variance, noise);
        (self.debt + ahead * self.staleness - params.deviations * deviation).max(0.0)
    }

    /// Takes the loss of one row; `noise` already knows of it.
    pub fn row(&mut self, loss: f64, noise: NoiseReading, params: &PolicyParams) {
        if !self.is_started {
            self.start(loss, params);
            return;
        }
        let unit = self.unit(noise);
        self.var_attainable += params.attainable_growth * unit;
        self.var_staleness += params.staleness_growth * unit;
        self.debt += self.staleness;
        self.var_debt += 2.0 * self.cov_staleness_debt + self.var_staleness;
        self.cov_attainable_debt += self.cov_attainable_staleness;
        self.cov_staleness_debt += self.var_staleness;

        let to_attainable = self.var_attainable + self.cov_attainable_staleness;
        let to_staleness = self.cov_attainable_staleness + self.var_staleness;
        let to_debt = self.cov_attainable_debt + self.cov_staleness_debt;
        let total = to_attainable + to_staleness + unit;
        if total > 0.0 {
            let most = params.row_clip * self.money_deviation(total, noise);
            let whole = loss - self.attainable - self.staleness;
            let surprise = whole.clamp(-most, most);
            self.held_back = whole - surprise;
            self.attainable += to_attainable / total * surprise;
            self.staleness += to_staleness / total * surprise;
            self.debt += to_debt / total * surprise;
            self.var_attainable -= to_attainable * to_attainable / total;
            self.var_staleness -= to_staleness * to_staleness / total;
            self.var_debt -= to_debt * to_debt / total;
            self.cov_attainable_staleness -= to_attainable * to_staleness / total;
            self.cov_attainable_debt -= to_attainable * to_debt / total;
            self.cov_staleness_debt -= to_staleness * to_debt / total;
        }
        self.pull_up_negative_staleness(params);
    }

    /// Takes a finished cycle: a fresh version, whose staleness is near 0, and no debt.
    ///
    /// A reported `gain` (old less new staleness, plus noise) says how much was repairable: near 0 the rise is
    /// irreducible and the attainable level goes up. Not reported is not 0: then nothing is concluded.
    pub fn cycle(&mut self, gain: Option<f64>, noise: NoiseReading, params: &PolicyParams) {
        if !self.is_started {
            return;
        }
        let unit = self.unit(noise);
        let held_back = std::mem::take(&mut self.held_back);
        let (old, var_old, cov_old) = (
            self.staleness,
            self.var_staleness,
            self.cov_attainable_staleness,
        );
        self.staleness = 0.0;
        self.var_staleness = params.fresh_staleness * unit;
        self.cov_attainable_staleness = 0.0;
        self.debt = 0.0;
        self.var_debt = 0.0;
        self.cov_attainable_debt = 0.0;
        self.cov_staleness_debt = 0.0;
        let total = var_old + self.var_staleness + params.gain_noise * unit;
        let Some(gain) = gain.filter(|_| total > 0.0) else {
            return;
        };
        let most = params.gain_clip * self.money_deviation(total, noise);
        let surprise = explained(gain - old, held_back).clamp(-most, most);
        let (attainable_share, staleness_share) = (cov_old / total, -self.var_staleness / total);
        self.attainable += attainable_share * surprise;
        self.staleness += staleness_share * surprise;
        self.var_attainable -= attainable_share * cov_old;
        self.cov_attainable_staleness = -attainable_share * staleness_share * total;
        self.var_staleness -= staleness_share * staleness_share * total;
        self.pull_up_negative_staleness(params);
    }

    fn start(&mut self, loss: f64, params: &PolicyParams) {
        *self = Self {
            is_started: true,
            attainable: loss,
            var_attainable: params.first_attainable,
            var_staleness: params.fresh_staleness,
            cov_attainable_staleness: -params.fresh_staleness,
            ..Self::default()
        };
    }

    /// A version cannot be better than attainable: the attainable level was too high, and with it the past debt too low.
    fn pull_up_negative_staleness(&mut self, params: &PolicyParams) {
        if self.staleness >= 0.0 || self.var_staleness <= 0.0 {
            return;
        }
        let correction = -params.negative_share * self.staleness;
        self.staleness += correction;
        self.attainable += self.cov_attainable_staleness / self.var_staleness * correction;
        self.debt += self.cov_staleness_debt / self.var_staleness * correction;
    }

    /// Returns the noise variance in the unit of the stored variances, after settling that unit if it can be.
    fn unit(&mut self, noise: NoiseReading) -> f64 {
        if self.is_scaled {
            return noise.variance;
        }
        if !noise.is_settled || noise.variance <= 0.0 {
            return 1.0;
        }
        self.is_scaled = true;
        for stored in [
            &mut self.var_attainable,
            &mut self.var_staleness,
            &mut self.var_debt,
            &mut self.cov_attainable_staleness,
            &mut self.cov_attainable_debt,
            &mut self.cov_staleness_debt,
        ] {
            *stored *= noise.variance;
        }
        noise.variance
    }

    fn money_deviation(&self, variance: f64, noise: NoiseReading) -> f64 {
        let scale = if self.is_scaled { 1.0 } else { noise.variance };
        (variance * scale).max(0.0).sqrt()
    }
}

/// Returns what is left of a gain's `surprise` after what rows had said already and clipping had kept back.
///
/// A row far off might have been a single wild one; a gain that agrees with it says that it was not. The staleness is
/// then larger, and nothing follows from that part for the attainable level. Without this a clear jump, repaired before
/// the clipped level has caught up with it, would put the attainable level far below what any version reaches.
fn explained(surprise: f64, held_back: f64) -> f64 {
    surprise - held_back.clamp(surprise.min(0.0), surprise.max(0.0))
}

#[cfg(test)]
#[path = "debt_belief_tests.rs"]
mod tests;
