//! What a patch must show at each of its trials, laid down before the first one.
//!
//! Sees no deltas; only how many there are and will be. `verdict` compares them with it.
//!
//! **Level.** A patch that does nothing may be kept with probability at most `CHAIN_ERROR / CHAIN_LENGTH` = 0.001, so
//! that among any 50 patches in a row one that does nothing is kept with probability at most 0.05 (Bonferroni, so it
//! holds although the patches share a baseline). The schedule is flat on purpose: it needs no memory of earlier
//! patches, the hundredth is judged as the first, and unlike alpha investing it cannot run dry.
//!
//! **Looks.** After trial k of n, 0.001 · (k/n)³ may have been spent in total (the power family of Kim and `DeMets`,
//! 1987, ρ = 3); what a look cannot use is left to the next. Levels of looks add up (union bound), so nothing is
//! assumed about how they hang together.
//!
//! **Method.** Ranks, if they can reach the level: the noise may then look like anything. One to three trials against
//! few deltas cannot (1 in C(m + n, n) orders is the rarest there is), so they are judged by spread: the noise is taken
//! to be as wild as Student's t with 2 degrees of freedom, and only a large improvement is kept.

use serde::{Deserialize, Serialize};

use super::rank_distribution::RankDistribution;

/// In at most this share of chains of `CHAIN_LENGTH` patches that do nothing is any kept.
pub const CHAIN_ERROR: f64 = 0.05;

/// Number of patches over which `CHAIN_ERROR` holds.
pub const CHAIN_LENGTH: u32 = 50;

/// Variance of a median over the variance of a mean, normal noise: π/2.
const MEDIAN_VARIANCE: f64 = std::f64::consts::FRAC_PI_2;

/// How trials are compared with the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Mann–Whitney count, exact.
    Ranks,
    /// Distance in robust spreads.
    Spread,
}

/// What the next look asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Bound {
    /// U must be at least this.
    Count(u32),
    /// The estimate must exceed this many spreads.
    Spreads(f64),
    /// Nothing can convince yet.
    OutOfReach,
}

/// The bounds of all looks for one number of baseline deltas and one number of trials.
#[derive(Debug, Clone, PartialEq)]
pub struct TrialPlan {
    baseline: u32,
    trials: u32,
    method: Method,
    /// One entry per look: the bound, and the level it spends.
    looks: Vec<(Bound, f64)>,
}

impl TrialPlan {
    /// Lays down the bounds for `baseline` deltas of unpatched cycles and at most `trials` trials.
    #[must_use]
    pub fn new(baseline: u32, trials: u32) -> Self {
        let level = CHAIN_ERROR / f64::from(CHAIN_LENGTH);
        let distribution = RankDistribution::new(baseline, trials);
        let by_ranks = distribution.critical(trials, level).is_some();
        let mut spent = 0.0;
        let looks = (1..=trials)
            .map(|trial| {
                let allowed = level * (f64::from(trial) / f64::from(trials)).powi(3) - spent;
                let (bound, used) = if by_ranks {
                    distribution
                        .critical(trial, allowed)
                        .map_or((Bound::OutOfReach, 0.0), |(count, used)| {
                            (Bound::Count(count), used)
                        })
                } else {
                    (Bound::Spreads(spreads(baseline, trial, allowed)), allowed)
                };
                spent += used;
                (bound, used)
            })
            .collect();
        let method = if by_ranks {
            Method::Ranks
        } else {
            Method::Spread
        };
        Self {
            baseline,
            trials,
            method,
            looks,
        }
    }

    /// Returns the number of baseline deltas the plan is for.
    #[must_use]
    pub fn baseline(&self) -> u32 {
        self.baseline
    }

    /// Returns the number of trials after which there is no other.
    #[must_use]
    pub fn trials(&self) -> u32 {
        self.trials
    }

    /// Returns how trials are compared with the baseline.
    #[must_use]
    pub fn method(&self) -> Method {
        self.method
    }

    /// Returns the probability spent at a look (from 1) on keeping a patch that does nothing; 0 if it cannot be kept.
    #[must_use]
    pub fn level(&self, trial: u32) -> f64 {
        self.look(trial).1
    }

    /// Returns the bound of a look, from 1.
    pub(super) fn bound(&self, trial: u32) -> Bound {
        self.look(trial).0
    }

    fn look(&self, trial: u32) -> (Bound, f64) {
        usize::try_from(trial)
            .ok()
            .and_then(|trial| trial.checked_sub(1))
            .and_then(|place| self.looks.get(place))
            .map_or((Bound::OutOfReach, 0.0), |look| *look)
    }
}

/// Returns q · √(1/k + (π/2)/m), q the quantile at 1 − `level` of Student's t with 2 degrees of freedom.
///
/// Its quantile has a closed form: t(p) = (2p − 1) / √(2p(1 − p)).
fn spreads(baseline: u32, trials: u32, level: f64) -> f64 {
    let quantile = (1.0 - 2.0 * level) / (2.0 * level * (1.0 - level)).sqrt();
    quantile * (1.0 / f64::from(trials) + MEDIAN_VARIANCE / f64::from(baseline)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_looks_together_never_spend_more_than_one_in_a_thousand() {
        for baseline in [10, 17, 20, 30] {
            for trials in 1..=20 {
                let plan = TrialPlan::new(baseline, trials);
                let mut spent = 0.0;
                for trial in 1..=trials {
                    spent += plan.level(trial);
                    let allowed = 0.001 * (f64::from(trial) / f64::from(trials)).powi(3);
                    assert!(
                        spent <= allowed * (1.0 + 1e-8),
                        "{baseline}, {trial}/{trials}"
                    );
                }
                assert!(
                    spent > 0.0,
                    "{baseline}, {trials}: the last look can convince"
                );
            }
        }
    }

    #[test]
    fn ranks_judge_wherever_they_can_reach_the_level() {
        for (baseline, trials, method) in [
            (30, 1, Method::Spread),
            (30, 2, Method::Spread),
            (16, 3, Method::Spread),
            (17, 3, Method::Ranks),
            (10, 4, Method::Ranks),
            (20, 10, Method::Ranks),
        ] {
            let found = TrialPlan::new(baseline, trials).method();
            assert_eq!(found, method, "{baseline} deltas, {trials} trials");
        }
    }

    #[test]
    fn one_trial_against_ten_deltas_must_lie_24_spreads_above() {
        let Bound::Spreads(wanted) = TrialPlan::new(10, 1).bound(1) else {
            panic!("judged by spread");
        };
        assert!((wanted - 24.01).abs() < 0.01, "{wanted}");
    }

    #[test]
    fn a_look_outside_the_plan_convinces_nobody() {
        let plan = TrialPlan::new(20, 10);
        assert_eq!(plan.bound(0), Bound::OutOfReach);
        assert_eq!(plan.bound(11), Bound::OutOfReach);
        assert_eq!((plan.baseline(), plan.trials()), (20, 10));
    }
}
