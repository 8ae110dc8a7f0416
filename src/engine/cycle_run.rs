//! One cycle after its beginning was committed: run the pipeline, judge what came of it, commit the end.

use std::os::fd::BorrowedFd;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::capital::{self, Money};
use crate::engine::aftermath;
use crate::engine::attempts::{Attempts, RetryPlan, Tried};
use crate::engine::beginning::Held;
use crate::engine::budget::Price;
use crate::engine::conductor::Conductor;
use crate::engine::cycle_report::{CycleReport, CycleRequest};
use crate::engine::gating;
use crate::engine::learning::Begun;
use crate::engine::module_record::NewDeltas;
use crate::engine::patching::{Patching, Settled};
use crate::engine::state_file_sync;
use crate::gate::GateVerdict;
use crate::pipeline::{
    CycleResult, Failed, PipelineEnd, PipelineRun, StageEnvironment, redact, stopwatch,
};
use crate::store::{Consequences, CycleEnd, CycleState, EngineState, ModulesChange};

/// How many last lines of a log are shown for a failure.
const TAIL_LINES: usize = 3;

impl Conductor<'_> {
    pub(super) fn run_cycle(
        &self,
        request: &CycleRequest,
        state: &EngineState,
        begun: &Begun<'_>,
        locks: &[BorrowedFd<'_>],
    ) -> Result<CycleReport> {
        let Begun {
            number,
            energy,
            decision,
            ..
        } = *begun;
        let cycle = self.runs.cycle_name(number);
        let patching = self.patch_step(begun, locks);
        let started = stopwatch();
        let plan = RetryPlan {
            retries: request.retries.unwrap_or(self.engine.retries),
            first_delay: self.engine.retry_delay.0,
        };
        let (attempts, mut patching) = match patching {
            Ok(patching) => {
                let attempts = self.run_attempts(begun.held, plan, |attempt| {
                    self.run_once(begun, attempt, patching.id(), locks)
                });
                (attempts, patching)
            }
            Err(error) => (Attempts::prevented(&error), Patching::default()),
        };
        let seconds = started.elapsed().as_secs_f64();
        let mut end = self.judge(&attempts, seconds, begun.held.price)?;
        let overrun = self.settle_run(begun.held, &end)?;
        let pipeline_end = attempts.last.end;
        let gates = self.judge_gates(&request.gates, number, &pipeline_end, end.cost);
        end.gates = gating::to_record(&gates);
        let after = aftermath::after(state, &end);
        let result = match &pipeline_end {
            PipelineEnd::Succeeded(result) => Some(result.as_ref().clone()),
            _ => None,
        };
        let recorded = self
            .settle_patch(&mut patching, &end, GateVerdict::of_all(&gates))
            .and_then(|settled| {
                self.record(begun, &end, &after, result.as_ref(), &settled)?;
                Ok(settled.problem)
            });
        let left_undone = match &recorded {
            Ok(problem) => {
                self.commit_kept(&mut patching);
                self.prune_originals_after(&patching);
                let passed_on = self.pass_on(number, &end, result.as_ref());
                passed_on
                    .err()
                    .or_else(|| problem.clone().map(anyhow::Error::msg))
            }
            Err(_) => None,
        };
        let text = |error: anyhow::Error| format!("{error:#}");
        let not_recorded = recorded.err().map(text);
        let left_undone = left_undone.map(text);
        if let Err(error) = self.runs.prune() {
            (self.notes)(format!("warning: {error:#}"));
        }
        let failure = match &pipeline_end {
            PipelineEnd::Failed(failed) => Some(failed.clone()),
            _ => None,
        };
        let backoff = super::backoff(after.failures_in_row, self.engine.interval.0).as_secs_f64();
        Ok(CycleReport {
            cycle,
            outcome: end.state,
            trigger: decision.reason.clone(),
            decision: decision.clone(),
            energy,
            energy_given: request.energy.is_some(),
            energy_scaling: decision.energy,
            seconds,
            roi: end.roi,
            cost: end.cost,
            cost_assumed: end.cost_assumed,
            overrun,
            result,
            log_tail: failure
                .as_ref()
                .map(|failed| self.tail_of(failed))
                .unwrap_or_default(),
            failure,
            failures_in_row: after.failures_in_row,
            retry_in: (after.failures_in_row > 0).then_some(backoff),
            not_recorded,
            left_undone,
            flaky: end.is_flaky(),
            gate_failed: end.gate_failed(),
            gates,
            attempts: end.attempts,
            patch: patching.report,
            signal: match pipeline_end {
                PipelineEnd::Cancelled(signal) => Some(signal),
                _ => None,
            },
        })
    }

    fn run_once(
        &self,
        begun: &Begun<'_>,
        attempt: u32,
        patch: &str,
        locks: &[BorrowedFd<'_>],
    ) -> Tried {
        let number = begun.number;
        if let Some(signal) = self.interrupt.signal() {
            return Tried::never_began(signal);
        }
        let started = stopwatch();
        let work_dir = self
            .engine
            .work_dir
            .as_deref()
            .unwrap_or(self.data_dir.root());
        let bot = self.engine.bot_or(self.name);
        let run = PipelineRun {
            pipeline: &self.engine.pipeline,
            environment: StageEnvironment {
                engine: self.name.as_str(),
                bot: bot.as_str(),
                energy: &begun.energy.to_string(),
                cycle: &self.runs.cycle_name(number),
                result: &self.runs.attempt_result(number, attempt),
                trigger: begun.decision.reason.code(),
                work_dir,
                patch,
            },
            own_variables: &self.engine.env,
            clears_environment: self.engine.env_clear,
            run_dir: &self.runs.attempt_path(number, attempt),
            timeout: self.engine.timeout.0,
            grace: self.engine.grace.0,
            log_limit: self.engine.log_limit,
            locks,
            interrupt: self.interrupt,
            sink: self.sink,
        };
        let end = run.run();
        Tried {
            stated_cost: match &end {
                PipelineEnd::Succeeded(result) => result.cost,
                PipelineEnd::Deferred(_) => Some(0.0),
                PipelineEnd::Failed(_) | PipelineEnd::Cancelled(_) => run.stated_cost(),
            },
            end,
            seconds: started.elapsed().as_secs_f64(),
        }
    }

    /// Settles the cap of the command, and returns by how much the cycle cost more than was reserved for it.
    fn settle_run(&self, held: &Held, end: &CycleEnd) -> Result<Option<Money>> {
        let Some(budget) = &self.budget else {
            return Ok(None);
        };
        let spent = Money::from_micros(Self::millionths(end.cost)?);
        let reserved = held.amount.get();
        budget.run.inspect(|run| run.settle(reserved, spent));
        let overrun = capital::overrun(reserved, spent);
        if let Some(more) = overrun {
            (self.notes)(format!(
                "warning: {}: cycle {} cost {spent}, {more} more than was reserved; it does not run again before you \
                 register what it costs (`sie register {} --replace --cost {spent}`) or let it (`sie capital \
                 budget --forget-overruns`)",
                self.name,
                self.runs.cycle_name(held.number),
                self.name
            ));
        }
        Ok(overrun)
    }

    fn judge(&self, attempts: &Attempts, seconds: f64, price: Price) -> Result<CycleEnd> {
        let last = &attempts.last;
        // Each amount can be booked; their sum might not.
        let cost = (last.stated_cost.unwrap_or(price.or_nothing()) + attempts.spent_earlier())
            .min(CycleResult::MAX_AMOUNT);
        let (state, roi, reason, detail) = match &last.end {
            PipelineEnd::Succeeded(result) => {
                let detail = to_json(result.as_ref())?;
                (CycleState::Ok, Some(result.roi), None, detail)
            }
            PipelineEnd::Failed(failed) => {
                let reason = Some(failed.reason.clone());
                (CycleState::Failed, None, reason, to_json(failed)?)
            }
            PipelineEnd::Deferred(stage) => {
                let detail = to_json(&serde_json::json!({ "stage": stage }))?;
                let reason = Some("deferred".to_owned());
                (CycleState::Deferred, None, reason, detail)
            }
            PipelineEnd::Cancelled(signal) => {
                let detail = to_json(&serde_json::json!({ "signal": signal }))?;
                let reason = Some("cancelled".to_owned());
                (CycleState::Cancelled, None, reason, detail)
            }
        };
        // It ran for a while, and what it spent in that while only it can say.
        let is_guessed = state == CycleState::Cancelled || price.is_guessed();
        let cost_assumed = is_guessed && last.stated_cost.is_none();
        Ok(CycleEnd {
            state,
            ended_at: self.clock.now(),
            seconds: Some(seconds),
            roi,
            cost,
            cost_assumed,
            reason,
            detail: Some(detail),
            attempts: self.rows_of(attempts, price),
            gates: None,
        })
    }

    /// Commits the end of a cycle. If that fails, only the report knows what came of it.
    fn record(
        &self,
        begun: &Begun<'_>,
        end: &CycleEnd,
        after: &EngineState,
        result: Option<&CycleResult>,
        settled: &Settled,
    ) -> Result<()> {
        let number = begun.number;
        let bookings = Self::bookings(end, result)?;
        let learned = result.and_then(|result| self.learned(begun, result));
        let deltas = result
            .filter(|result| !result.modules.is_empty())
            .map(|result| {
                let modules = result.modules.iter();
                NewDeltas::of_cycle(
                    self.engine,
                    modules.map(|(name, delta)| (name.as_str(), *delta)),
                )
            });
        let consequences = Consequences {
            metrics: result.and_then(|result| self.metrics_of(result, begun.bot)),
            policy: learned.as_ref(),
            modules: deltas.as_ref().map(|deltas| deltas as &dyn ModulesChange),
            patch: settled.update.as_ref(),
            events: &settled.events,
            ..self.consequences(end.state, &bookings, begun.drift)
        };
        let was_running = self.end(number, end, after, &consequences)?;
        if let Some(deltas) = deltas {
            self.tell_of(deltas);
        }
        anyhow::ensure!(
            was_running,
            "the store {} does not know the cycle any more",
            self.store.path().display()
        );
        Ok(())
    }

    /// Settles the hold in the fleet's store and writes the state file, after the end was recorded.
    fn pass_on(&self, number: i64, end: &CycleEnd, result: Option<&CycleResult>) -> Result<()> {
        if let Some(fleet) = self.fleet {
            let bookings = Self::bookings(end, result)?;
            fleet.settle(&self.key, number, &bookings, end.ended_at)?;
        }
        match &self.engine.state_path {
            Some(path) => {
                state_file_sync::write_state_file(path, self.store, &self.key, end.ended_at)
            }
            None => Ok(()),
        }
    }

    fn tail_of(&self, failed: &Failed) -> Vec<String> {
        let Some(log) = &failed.log else {
            return Vec::new();
        };
        crate::pipeline::last_lines(log, TAIL_LINES)
            .into_iter()
            .map(|line| redact(&line, &self.engine.env))
            .collect()
    }
}

fn to_json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).context("cannot write the end of a cycle as JSON")
}
