//! Whether a cycle is due: turns numbers into conditions and has them judged. Reads nothing, changes nothing.

use std::time::Duration;

use crate::diagnostics::{Comparison, Condition, Issue, Measurement, Rule, Truth};
use crate::engine::asked::Asked;
use crate::engine::backoff::backoff;
use crate::engine::decision::{Decision, Reason};
use crate::engine::learning_keys::{OnMissing, TriggerMode};
use crate::engine::policy_step::PolicyWish;
use crate::engine::verdict::{Evidence, check};

/// A number and the limit it is compared with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limited {
    /// The number.
    pub value: f64,
    /// The limit.
    pub limit: f64,
}

/// What a decision in mode `learned` depends on besides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LearnedInputs {
    /// Seconds since the last cycle ended, or since registration if there was none.
    pub since: f64,
    /// The interval after which a cycle is due whatever the policy says.
    pub max_interval: Option<Duration>,
    /// Whether metrics are missing; none where none are needed.
    pub metrics: Option<MetricsPresence>,
    /// What happens while they are.
    pub on_missing: OnMissing,
}

/// Whether there are metrics to learn from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MetricsPresence {
    /// The age of the newest row in seconds; none before the first, or where no age matters.
    pub age: Option<f64>,
    /// The age above which it counts as missing.
    pub limit: Option<f64>,
    /// Whether there is any row.
    pub has_rows: bool,
}

impl MetricsPresence {
    fn condition(self) -> Condition {
        let age = if self.has_rows { self.age } else { None };
        let limit = self.limit.unwrap_or(0.0);
        let op = Comparison::Above;
        let result = match (self.has_rows, self.age, self.limit) {
            (false, _, _) => Truth::Yes,
            (true, Some(age), Some(limit)) => op.holds(age, limit).into(),
            _ => Truth::No,
        };
        let measurement = Measurement::of_number(age.unwrap_or(f64::INFINITY));
        Condition {
            result,
            ..plain(
                check::METRICS_MISSING,
                "newest_row_age",
                measurement,
                op,
                limit,
            )
        }
    }
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
    /// What the policy wants; none without one.
    pub policy: Option<PolicyWish>,
    /// What else counts in mode `learned`; none in mode `any`.
    pub learned: Option<LearnedInputs>,
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
        match self.learned {
            None => conditions.push(self.interval_condition()),
            Some(learned) => {
                // Rows that never grow too old leave nothing to judge.
                let judged = |it: &MetricsPresence| !it.has_rows || it.limit.is_some();
                let metrics = learned.metrics.filter(judged);
                conditions.extend(metrics.map(MetricsPresence::condition));
            }
        }
        if let Some(LearnedInputs {
            on_missing: OnMissing::Run,
            ..
        }) = self.learned
        {
            conditions.push(self.interval_condition());
        }
        conditions.extend(self.policy.as_ref().map(policy_condition));
        if let Some(LearnedInputs {
            since,
            max_interval: Some(most),
            ..
        }) = self.learned
        {
            let (op, most) = (Comparison::AtLeast, most.as_secs_f64());
            conditions.push(seconds(check::MAX_INTERVAL, "since", Some(since), op, most));
        }
        if let Some(Limited { value, limit }) = self.forecast {
            let roi = Measurement::of_number(value);
            let op = Comparison::Above;
            conditions.push(plain(check::FORECAST, "forecast_roi", roi, op, limit));
        }
        conditions.append(&mut self.diagnosis);
        conditions
    }

    fn interval_condition(&self) -> Condition {
        let check = if self.elapsed.is_none() {
            check::NEVER_RUN
        } else {
            check::INTERVAL
        };
        let elapsed = self.elapsed.or(Some(f64::INFINITY));
        let interval = self.interval.as_secs_f64();
        seconds(check, "elapsed", elapsed, Comparison::AtLeast, interval)
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
            Reason::MinInterval | Reason::NotNeeded if self.learned.is_some() => {
                let learned = self.learned?;
                let most = learned.max_interval?.as_secs_f64();
                Some(most - learned.since)
            }
            Reason::MinInterval | Reason::NotNeeded => Some(interval.max(min_interval) - elapsed),
            _ => None,
        }
    }
}

/// Decides whether to run a cycle: the first reason that applies, in the order that `verdict` writes down.
///
/// Backing off does not hold against `--force`; the minimum interval does.
#[must_use]
pub fn decide(mut inputs: TriggerInputs<'_>) -> Decision {
    let conditions = inputs.conditions();
    let (mode, on_missing) = match inputs.learned {
        None => (TriggerMode::Any, OnMissing::default()),
        Some(learned) => (TriggerMode::Learned, learned.on_missing),
    };
    let (action, reason) = Evidence {
        asked: inputs.asked,
        mode,
        on_missing,
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
        mode,
        on_missing,
        policy: None,
        cell: None,
        energy: None,
        conditions,
        rules: inputs.rules.iter().map(ToString::to_string).collect(),
        reported: inputs.reported,
        modules: None,
    }
}

/// Puts the wish of the policy as a condition: the number at which it turns, where there is one.
fn policy_condition(wish: &PolicyWish) -> Condition {
    if let Some(turn) = &wish.turns_at {
        let found = Measurement::of_number(turn.value);
        let op = Comparison::AtLeast;
        return plain(check::POLICY, &turn.reading, found, op, turn.threshold);
    }
    // Not a number that one could change.
    let found = Measurement::of_number(f64::INFINITY);
    Condition {
        result: wish.wants_run.into(),
        ..plain(check::POLICY, "policy", found, Comparison::Above, 0.0)
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
