//! The policies that a history can be asked about.

use super::replay_step::ReplayStep;
use crate::policy::SelfImprovementPolicy;
use crate::policy::state_cell::StateCell;

/// Seconds by which a clock may come early: ticks are not exact.
const SLACK: f64 = 1.0;

/// Another policy.
#[derive(Clone, Debug, PartialEq)]
pub enum Candidate {
    /// Never runs.
    Never,
    /// Runs at every step.
    Always,
    /// Runs when this many seconds have passed since the last run.
    Cron(f64),
    /// Runs by the engine's interval, and when anything else than the policy asks: mode `any` without a policy.
    Any,
    /// Does what an exported policy prefers; it learns nothing on the way and explores nothing.
    Frozen(Box<SelfImprovementPolicy>),
}

impl Candidate {
    /// Whether it runs at a step, so many seconds after the last run, at an engine with this interval.
    #[must_use]
    pub fn wants_run(&self, step: &ReplayStep, elapsed: f64, interval: f64) -> bool {
        match self {
            Self::Never => false,
            Self::Always => true,
            Self::Cron(seconds) => elapsed + SLACK >= *seconds,
            Self::Any => step.is_asked || elapsed + SLACK >= interval,
            Self::Frozen(policy) => {
                policy.prefers_run(StateCell::from_index(step.cell), step.debt_in_prices)
            }
        }
    }
}
