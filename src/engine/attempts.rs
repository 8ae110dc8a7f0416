//! Trying a failed pipeline again within its cycle. Each attempt is recorded and charged.

use std::time::Duration;

use anyhow::Result;
use serde_json::value::RawValue;

use crate::capital::Money;
use crate::duration::HumanDuration;
use crate::engine::beginning::Held;
use crate::engine::budget::Price;
use crate::engine::conductor::Conductor;
use crate::error::Failure;
use crate::interrupt::Interrupt;
use crate::pipeline::{CycleResult, Failed, PipelineEnd};
use crate::store::{Attempt, BudgetAnswer, Reservation};

/// The longest wait between two attempts.
const LONGEST_DELAY: Duration = Duration::from_secs(600);
/// How often a wait is interrupted to see whether a signal came.
const TICK: Duration = Duration::from_millis(50);

/// How often a failed pipeline is tried again, and after which waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPlan {
    /// How many times at most.
    pub retries: u32,
    /// The first wait.
    pub first_delay: Duration,
}

impl RetryPlan {
    /// The most retries of a cycle.
    pub const MOST: u32 = 100;

    /// Checks how many retries are asked for.
    ///
    /// # Errors
    ///
    /// A usage failure if they are too many.
    pub fn check(retries: u32) -> Result<()> {
        if retries <= Self::MOST {
            return Ok(());
        }
        let most = Self::MOST;
        Err(Failure::usage(format!("`retries` is {retries}, not from 0 to {most}")).into())
    }

    /// Returns how long to wait after so many failed attempts: the first wait, doubled each time, at most 10 minutes.
    #[must_use]
    pub fn delay_after(&self, failed_attempts: u32) -> Duration {
        let doublings = failed_attempts.saturating_sub(1);
        let factor = 2_u32.checked_pow(doublings).unwrap_or(u32::MAX);
        self.first_delay.saturating_mul(factor).min(LONGEST_DELAY)
    }
}

/// An attempt that ended.
#[derive(Debug)]
pub struct Tried {
    /// How.
    pub end: PipelineEnd,
    /// The cost its result states, even if it failed.
    pub stated_cost: Option<f64>,
    /// How many seconds it took.
    pub seconds: f64,
}

impl Tried {
    /// Returns what stands for an attempt that a signal prevented: nothing was spawned, so nothing was spent.
    pub(super) fn never_began(signal: i32) -> Self {
        Self {
            end: PipelineEnd::Cancelled(signal),
            stated_cost: Some(0.0),
            seconds: 0.0,
        }
    }
}

/// All attempts of a cycle.
#[derive(Debug)]
pub struct Attempts {
    /// The one that decides how the cycle ends.
    pub last: Tried,
    /// Those before it.
    pub earlier: Vec<Attempt>,
}

impl Attempts {
    /// Returns what stands for all attempts where none could be begun: nothing was spawned, so nothing was spent.
    pub(super) fn prevented(error: &anyhow::Error) -> Self {
        let failed = Failed {
            reason: "half_patched".to_owned(),
            message: format!("the pipeline was not started: {error:#}"),
            stage: None,
            exit_code: None,
            signal: None,
            log: None,
        };
        Self {
            last: Tried {
                end: PipelineEnd::Failed(failed),
                stated_cost: Some(0.0),
                seconds: 0.0,
            },
            earlier: Vec::new(),
        }
    }

    /// Returns what the attempts before the last one cost.
    #[must_use]
    pub fn spent_earlier(&self) -> f64 {
        self.earlier.iter().map(|attempt| attempt.cost).sum()
    }
}

impl Conductor<'_> {
    /// Runs attempts until one succeeds, defers, is cancelled, or the plan has no more.
    pub(super) fn run_attempts(
        &self,
        held: &Held,
        plan: RetryPlan,
        mut run: impl FnMut(u32) -> Tried,
    ) -> Attempts {
        let mut earlier = Vec::new();
        let mut attempt = 1;
        loop {
            let last = run(attempt);
            let failed = match &last.end {
                PipelineEnd::Failed(failed) if attempt <= plan.retries && may_pass(failed) => {
                    failed
                }
                _ => return Attempts { last, earlier },
            };
            let delay = plan.delay_after(attempt);
            (self.notes)(format!(
                "{}: attempt {attempt} of {} failed: {}; trying again in {}",
                self.name,
                plan.retries.saturating_add(1),
                failed.message,
                HumanDuration::rough(delay.as_secs_f64()),
            ));
            let ended = self.attempt_row(attempt, &last, held.price);
            if let Some(signal) = wait(delay, self.interrupt) {
                earlier.push(ended);
                let last = Tried::never_began(signal);
                return Attempts { last, earlier };
            }
            if let Err(error) = self.prepare(held, &earlier, &ended) {
                (self.notes)(format!(
                    "warning: {}: no further attempt: {error:#}",
                    self.name
                ));
                return Attempts { last, earlier };
            }
            earlier.push(ended);
            attempt += 1;
        }
    }

    /// Records an attempt and reserves what the next one may cost; only after that it may be spawned.
    ///
    /// Fails, and has reserved nothing more, if a budget does not allow it.
    fn prepare(&self, held: &Held, earlier: &[Attempt], ended: &Attempt) -> Result<()> {
        let spent: f64 = earlier.iter().map(|attempt| attempt.cost).sum();
        if self.budget.is_some()
            && Self::millionths(spent + ended.cost)? > held.amount.get().micros()
        {
            anyhow::bail!("what was reserved is overrun already");
        }
        let reserved = spent + ended.cost + held.price.or_nothing();
        let amount = Self::millionths(reserved.min(CycleResult::MAX_AMOUNT))?;
        let (before, after) = (held.amount.get(), Money::from_micros(amount));
        let run = self.budget.as_ref().and_then(|budget| budget.run);
        if let Some(Err(evidence)) = run.map(|run| run.reserve(before, after)) {
            anyhow::bail!("{evidence}");
        }
        if let Err(error) = self.raise_hold(held, amount, ended) {
            run.map(|run| run.reserve(after, before));
            return Err(error);
        }
        held.amount.set(after);
        self.runs.create_attempt(held.number, ended.number + 1)
    }

    fn raise_hold(&self, held: &Held, amount: i64, ended: &Attempt) -> Result<()> {
        let guard = self.budget.as_ref();
        let guard = guard.map(|budget| budget.guard(self.engine, held.at));
        let allowed = |refused: Option<BudgetAnswer>| match refused {
            Some(over) => Err(anyhow::anyhow!("{over}")),
            None => Ok(()),
        };
        if let Some(fleet) = self.fleet {
            allowed(fleet.change_hold(&self.key, held.number, amount, guard.as_ref())?)?;
        }
        let reservation = Reservation {
            amount,
            books_here: self.fleet.is_none(),
            guard,
        };
        let key = &self.key;
        allowed(
            self.store
                .begin_next_attempt(key, held.number, ended, reservation)?,
        )
    }

    /// Returns every attempt as it is recorded, or none if there was only one.
    pub(super) fn rows_of(&self, attempts: &Attempts, price: Price) -> Vec<Attempt> {
        let mut rows = attempts.earlier.clone();
        let number = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        // Cancelled while it waited, the last one never began.
        let never_began =
            matches!(attempts.last.end, PipelineEnd::Cancelled(_)) && attempts.last.seconds <= 0.0;
        if !rows.is_empty() && !never_began {
            rows.push(self.attempt_row(number.saturating_add(1), &attempts.last, price));
        }
        rows
    }

    fn attempt_row(&self, number: u32, tried: &Tried, price: Price) -> Attempt {
        let (reason, failed) = match &tried.end {
            PipelineEnd::Succeeded(_) => (None, None),
            PipelineEnd::Failed(failed) => (Some(failed.reason.as_str()), Some(failed)),
            PipelineEnd::Deferred(_) => (Some("deferred"), None),
            PipelineEnd::Cancelled(_) => (Some("cancelled"), None),
        };
        Attempt {
            number,
            reason: reason.map(str::to_owned),
            ended_at: self.clock.now(),
            seconds: tried.seconds,
            cost: tried.stated_cost.unwrap_or(price.or_nothing()),
            detail: failed
                .and_then(|failed| serde_json::to_string(failed).ok())
                .and_then(|text| RawValue::from_string(text).ok()),
        }
    }
}

/// Whether another attempt could end differently.
fn may_pass(failed: &Failed) -> bool {
    !matches!(failed.reason.as_str(), "not_started" | "wants_terminal")
}

/// Waits, and returns the signal that ended the wait early.
fn wait(delay: Duration, interrupt: &Interrupt) -> Option<i32> {
    let mut left = delay;
    while interrupt.signal().is_none() && !left.is_zero() {
        let step = left.min(TICK);
        std::thread::sleep(step);
        left = left.saturating_sub(step);
    }
    interrupt.signal()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_ten_minutes() {
        let plan = RetryPlan {
            retries: 20,
            first_delay: Duration::from_secs(10),
        };
        let seconds: Vec<u64> = [1, 2, 3, 7, 50]
            .map(|failed| plan.delay_after(failed).as_secs())
            .to_vec();
        assert_eq!(seconds, [10, 20, 40, 600, 600]);
    }

    #[test]
    fn what_cannot_pass_is_not_tried_again() {
        let failed = |reason: &str| Failed {
            reason: reason.to_owned(),
            message: String::new(),
            stage: None,
            exit_code: None,
            signal: None,
            log: None,
        };
        assert!(may_pass(&failed("exited")) && may_pass(&failed("timed_out")));
        assert!(!may_pass(&failed("not_started")) && !may_pass(&failed("wants_terminal")));
    }
}
