//! Whether a cycle is due: a pure function of numbers (design §7). Reads nothing, changes nothing.

use std::time::Duration;

use crate::engine::backoff::backoff;
use crate::engine::decision::{Action, Condition, Decision, Reason};

/// Who asks for a cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Nobody: it runs if it is due.
    IfDue,
    /// `run-all --force`: it runs unless its minimum interval is not over.
    Force,
    /// `cycle NAME`: it runs.
    Cycle,
}

/// What the decision depends on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TriggerInputs {
    /// If an operator paused the engine: how many seconds are left, infinity if only `resume` ends it.
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
}

/// Decides whether to run a cycle: the first reason that applies, in the order of design §7.
///
/// Backing off does not hold against `--force` (design §5); the minimum interval does.
#[must_use]
pub fn decide(inputs: &TriggerInputs) -> Decision {
    let wait = backoff(inputs.failures_in_row, inputs.interval).as_secs_f64();
    let is_backing_off = inputs.failures_in_row > 0 && inputs.since_failure < wait;
    let min_interval = inputs.min_interval.as_secs_f64();
    let is_too_soon = inputs.elapsed.is_some_and(|elapsed| elapsed < min_interval);
    let interval = inputs.interval.as_secs_f64();
    let is_over = inputs.elapsed.is_none_or(|elapsed| elapsed >= interval);

    let (action, reason) = match inputs.asked {
        // Whoever paused it had a reason that no `--force` knows of.
        _ if inputs.paused_for.is_some() => (Action::Skip, Reason::Paused),
        Asked::Cycle => (Action::Run, Reason::Forced),
        Asked::IfDue if is_backing_off => (Action::Skip, Reason::BackingOff),
        _ if is_too_soon => (Action::Skip, Reason::MinInterval),
        Asked::Force => (Action::Run, Reason::Forced),
        Asked::IfDue if inputs.failures_in_row > 0 => (Action::Run, Reason::RetryAfterFailure),
        Asked::IfDue if inputs.elapsed.is_none() => (Action::Run, Reason::NeverRun),
        Asked::IfDue if is_over => (Action::Run, Reason::IntervalOver),
        Asked::IfDue => (Action::Skip, Reason::NotNeeded),
    };
    let elapsed = inputs.elapsed.unwrap_or(f64::INFINITY);
    let due_in = match reason {
        Reason::Paused => inputs.paused_for.filter(|seconds| seconds.is_finite()),
        Reason::BackingOff => Some((wait - inputs.since_failure).max(min_interval - elapsed)),
        // After failures it is due as soon as nothing forbids it.
        Reason::MinInterval if inputs.failures_in_row > 0 => Some(min_interval - elapsed),
        Reason::MinInterval | Reason::NotNeeded => Some(interval.max(min_interval) - elapsed),
        _ => None,
    };
    let mut conditions = Vec::with_capacity(3);
    if inputs.failures_in_row > 0 {
        conditions.push(seconds(
            "backing_off",
            Some(inputs.since_failure),
            "<",
            wait,
            is_backing_off,
        ));
    }
    if !inputs.min_interval.is_zero() {
        conditions.push(seconds(
            "min_interval",
            inputs.elapsed,
            "<",
            min_interval,
            is_too_soon,
        ));
    }
    conditions.push(seconds("interval", inputs.elapsed, ">=", interval, is_over));
    Decision {
        action,
        reason,
        conditions,
        due_in,
    }
}

fn seconds(
    name: &'static str,
    value: Option<f64>,
    op: &'static str,
    threshold: f64,
    holds: bool,
) -> Condition {
    // Infinity stands for a clock set back: there is no number to show.
    let value = value.filter(|value| value.is_finite());
    Condition {
        name,
        value,
        op,
        threshold,
        unit: "s",
        holds,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inputs(elapsed: Option<f64>) -> TriggerInputs {
        TriggerInputs {
            paused_for: None,
            elapsed,
            interval: Duration::from_secs(3600),
            min_interval: Duration::ZERO,
            failures_in_row: 0,
            since_failure: 0.0,
            asked: Asked::IfDue,
        }
    }

    fn verdict(inputs: &TriggerInputs) -> (Action, Reason) {
        let decision = decide(inputs);
        (decision.action, decision.reason)
    }

    #[test]
    fn an_engine_that_never_ran_runs_and_then_waits_for_its_interval() {
        assert_eq!(verdict(&inputs(None)), (Action::Run, Reason::NeverRun));
        assert_eq!(
            verdict(&inputs(Some(3599.9))),
            (Action::Skip, Reason::NotNeeded)
        );
        assert_eq!(
            verdict(&inputs(Some(3600.0))),
            (Action::Run, Reason::IntervalOver)
        );
        assert_eq!(
            verdict(&inputs(Some(f64::INFINITY))),
            (Action::Run, Reason::IntervalOver)
        );
    }

    #[test]
    fn a_skip_says_when_it_ends() {
        assert_eq!(decide(&inputs(Some(600.0))).due_in, Some(3000.0));
        let held = TriggerInputs {
            min_interval: Duration::from_secs(7200),
            ..inputs(Some(600.0))
        };
        assert_eq!(decide(&held).due_in, Some(6600.0));
    }

    #[test]
    fn failures_are_waited_out_and_then_retried_before_the_interval_is_over() {
        let failed = TriggerInputs {
            failures_in_row: 1,
            since_failure: 599.0,
            ..inputs(Some(599.0))
        };
        assert_eq!(verdict(&failed), (Action::Skip, Reason::BackingOff));
        let over = TriggerInputs {
            since_failure: 600.0,
            elapsed: Some(600.0),
            ..failed
        };
        assert_eq!(verdict(&over), (Action::Run, Reason::RetryAfterFailure));
        let interrupted_twice = TriggerInputs {
            elapsed: None,
            ..failed
        };
        assert_eq!(
            verdict(&interrupted_twice),
            (Action::Skip, Reason::BackingOff)
        );
    }

    #[test]
    fn force_ends_backing_off_and_respects_the_minimum_interval_and_cycle_respects_neither() {
        let failed = TriggerInputs {
            failures_in_row: 3,
            min_interval: Duration::from_secs(60),
            asked: Asked::Force,
            ..inputs(Some(100.0))
        };
        assert_eq!(verdict(&failed), (Action::Run, Reason::Forced));
        let soon = TriggerInputs {
            elapsed: Some(59.0),
            ..failed
        };
        assert_eq!(verdict(&soon), (Action::Skip, Reason::MinInterval));
        assert_eq!(
            verdict(&TriggerInputs {
                asked: Asked::Cycle,
                ..soon
            }),
            (Action::Run, Reason::Forced)
        );
    }

    #[test]
    fn paused_beats_everything_and_ends_when_it_says() {
        for asked in [Asked::IfDue, Asked::Force, Asked::Cycle] {
            let paused = TriggerInputs {
                paused_for: Some(f64::INFINITY),
                asked,
                ..inputs(None)
            };
            assert_eq!(verdict(&paused), (Action::Skip, Reason::Paused));
            assert_eq!(decide(&paused).due_in, None);
        }
        let for_a_while = TriggerInputs {
            paused_for: Some(90.0),
            ..inputs(None)
        };
        assert_eq!(decide(&for_a_while).due_in, Some(90.0));
    }

    #[test]
    fn every_comparison_is_in_the_evidence_whichever_decided() {
        let failed = TriggerInputs {
            failures_in_row: 1,
            min_interval: Duration::from_secs(60),
            ..inputs(Some(5.0))
        };
        let names: Vec<_> = decide(&failed)
            .conditions
            .iter()
            .map(|c| (c.name, c.holds))
            .collect();
        assert_eq!(
            names,
            [
                ("backing_off", true),
                ("min_interval", true),
                ("interval", false)
            ]
        );
    }
}
