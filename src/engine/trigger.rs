//! Whether a cycle is due: turns numbers into conditions and has them judged. Reads nothing, changes nothing.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::diagnostics::{Comparison, Condition, Issue, Measurement, Rule, Truth};
use crate::engine::backoff::backoff;
use crate::engine::decision::{Decision, Reason};
use crate::engine::verdict::{Evidence, check};

/// Who asks for a cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// Nobody: it runs if it is due.
    IfDue,
    /// `run-all --force`: it runs unless its minimum interval is not over.
    Force,
    /// `cycle NAME`: it runs.
    Cycle,
}

/// A number and the limit it is compared with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limited {
    /// The number.
    pub value: f64,
    /// The limit.
    pub limit: f64,
}

/// What the decision depends on.
#[derive(Clone, Debug, PartialEq)]
pub struct TriggerInputs<'a> {
    /// If the operator paused the engine: how many seconds are left, infinity if only `resume` ends it.
    pub paused_for: Option<f64>,
    /// Seconds since the last cycle ended; infinity if the clock was set back, `None` if there was none.
    pub elapsed: Option<f64>,
    /// The interval after which a cycle is due.
    pub interval: Duration,
    /// The interval before which no cycle may run.
    pub min_interval: Duration,
    /// Failures in a row.
    pub failures_in_row: u32,
    /// Seconds since backing off is counted; infinity if the clock was set back.
    pub since_failure: f64,
    /// Who asks.
    pub asked: Asked,
    /// The energy score and the threshold below which it forbids; none without a capital source.
    pub energy: Option<Limited>,
    /// How many events ask for a cycle.
    pub requests: u64,
    /// By how much the policy values running higher than skipping; none without a policy.
    pub policy_advantage: Option<f64>,
    /// The forecast ROI and the bias it has to exceed; none without a forecaster.
    pub forecast: Option<Limited>,
    /// What the diagnostics found, built-in checks first, then rules.
    pub diagnosis: Vec<Condition>,
    /// The operator's rules.
    pub rules: &'a [Rule],
    /// What `diagnose` commands reported.
    pub reported: Vec<Issue>,
}

impl TriggerInputs<'_> {
    fn backoff_seconds(&self) -> f64 {
        backoff(self.failures_in_row, self.interval).as_secs_f64()
    }

    /// Returns every condition; those that forbid come first, then those that ask, in their order.
    fn conditions(&mut self) -> Vec<Condition> {
        let mut conditions = Vec::with_capacity(2 + self.diagnosis.len());
        if self.paused_for.is_some() {
            let paused = Measurement::of_count(1);
            let op = Comparison::Above;
            conditions.push(plain(check::PAUSED, "paused", paused, op, 0.0));
        }
        if self.failures_in_row > 0 {
            // Where both are counted from the same moment they are one reading.
            let reading = if self
                .elapsed
                .is_some_and(|it| it.total_cmp(&self.since_failure).is_eq())
            {
                "elapsed"
            } else {
                "since_failure"
            };
            let wait = self.backoff_seconds();
            conditions.push(seconds(
                check::BACKING_OFF,
                reading,
                Some(self.since_failure),
                Comparison::Below,
                wait,
            ));
        }
        if !self.min_interval.is_zero() {
            conditions.push(seconds(
                check::MIN_INTERVAL,
                "elapsed",
                // What never ran is not too soon.
                self.elapsed.or(Some(f64::INFINITY)),
                Comparison::Below,
                self.min_interval.as_secs_f64(),
            ));
        }
        if let Some(Limited { value, limit }) = self.energy {
            let score = Measurement::of_number(value);
            let op = Comparison::Below;
            conditions.push(plain(check::LOW_ENERGY, "energy_score", score, op, limit));
        }
        if self.requests > 0 {
            let requests = Measurement::of_count(self.requests);
            let op = Comparison::Above;
            conditions.push(plain(
                check::EVOLVE_REQUESTED,
                "requests",
                requests,
                op,
                0.0,
            ));
        }
        let interval_check = if self.elapsed.is_none() {
            check::NEVER_RUN
        } else {
            check::INTERVAL
        };
        conditions.push(seconds(
            interval_check,
            "elapsed",
            self.elapsed.or(Some(f64::INFINITY)),
            Comparison::AtLeast,
            self.interval.as_secs_f64(),
        ));
        if let Some(advantage) = self.policy_advantage {
            let advantage = Measurement::of_number(advantage);
            let op = Comparison::Above;
            conditions.push(plain(check::POLICY, "policy_advantage", advantage, op, 0.0));
        }
        if let Some(Limited { value, limit }) = self.forecast {
            let roi = Measurement::of_number(value);
            let op = Comparison::Above;
            conditions.push(plain(check::FORECAST, "forecast_roi", roi, op, limit));
        }
        conditions.append(&mut self.diagnosis);
        conditions
    }

    /// Returns in how many seconds a skip ends by itself, if it does.
    fn due_in(&self, reason: &Reason) -> Option<f64> {
        let min_interval = self.min_interval.as_secs_f64();
        let interval = self.interval.as_secs_f64();
        let elapsed = self.elapsed.unwrap_or(f64::INFINITY);
        let wait = || self.backoff_seconds() - self.since_failure;
        match reason {
            Reason::Paused => self.paused_for.filter(|seconds| seconds.is_finite()),
            Reason::BackingOff => Some(wait().max(min_interval - elapsed)),
            // After failures it is due as soon as nothing forbids it.
            Reason::MinInterval if self.failures_in_row > 0 => Some(min_interval - elapsed),
            Reason::MinInterval | Reason::NotNeeded => Some(interval.max(min_interval) - elapsed),
            _ => None,
        }
    }
}

/// Decides whether to run a cycle: the first reason that applies, in the order of design §7, mode `any`.
///
/// Backing off does not hold against `--force` (design §5); the minimum interval does.
#[must_use]
pub fn decide(mut inputs: TriggerInputs<'_>) -> Decision {
    let conditions = inputs.conditions();
    let (action, reason) = Evidence {
        asked: inputs.asked,
        conditions: &conditions,
        rules: inputs.rules,
        reported: &inputs.reported,
    }
    .verdict();
    Decision {
        action,
        due_in: inputs.due_in(&reason),
        reason,
        asked: inputs.asked,
        conditions,
        rules: inputs.rules.iter().map(ToString::to_string).collect(),
        reported: inputs.reported,
    }
}

fn plain(
    check: &str,
    reading: &str,
    measurement: Measurement,
    op: Comparison,
    threshold: f64,
) -> Condition {
    Condition::judge(check, reading.to_owned(), measurement, op, threshold)
}

/// Judges a time. Infinity is one: it stands for "longer than anything", and only has no number to show.
fn seconds(
    check: &str,
    reading: &str,
    value: Option<f64>,
    op: Comparison,
    threshold: f64,
) -> Condition {
    let result = value.map_or(Truth::Unknown, |value| op.holds(value, threshold).into());
    let measurement = Measurement::of_number(value.unwrap_or(f64::INFINITY));
    Condition {
        result,
        ..plain(check, reading, measurement, op, threshold)
    }
}

#[cfg(test)]
#[path = "trigger_tests.rs"]
mod tests;
