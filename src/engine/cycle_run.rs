//! One cycle after its beginning was committed: run the pipeline, judge what came of it, commit the end.

use anyhow::{Context, Result};
use serde::Serialize;

use crate::engine::aftermath;
use crate::engine::attempts::{Attempts, RetryPlan, Tried};
use crate::engine::conductor::Conductor;
use crate::engine::cycle_report::{CycleReport, CycleRequest};
use crate::engine::decision::Decision;
use crate::engine::energy::Energy;
use crate::engine::learning::Begun;
use crate::engine::module_record::NewDeltas;
use crate::engine::state_file_sync;
use crate::pipeline::{
    CycleResult, Failed, PipelineEnd, PipelineRun, StageEnvironment, redact, stopwatch,
};
use crate::store::{Consequences, CycleEnd, CycleState, EngineState, FileLock, ModulesChange};

/// How many last lines of a log are shown for a failure.
const TAIL_LINES: usize = 3;

impl Conductor<'_> {
    pub(super) fn run_cycle(
        &self,
        request: &CycleRequest,
        state: &EngineState,
        begun: &Begun<'_>,
        lock: &FileLock,
    ) -> Result<CycleReport> {
        let Begun {
            number,
            energy,
            decision,
            ..
        } = *begun;
        let cycle = self.runs.cycle_name(number);
        let started = stopwatch();
        let plan = RetryPlan {
            retries: request.retries.unwrap_or(self.engine.retries),
            first_delay: self.engine.retry_delay.0,
        };
        let attempts = self.run_attempts(number, plan, |attempt| {
            self.run_once(number, attempt, energy, decision, lock)
        });
        let seconds = started.elapsed().as_secs_f64();
        let end = self.judge(&attempts, seconds)?;
        let pipeline_end = attempts.last.end;
        let after = aftermath::after(state, &end);
        let result = match &pipeline_end {
            PipelineEnd::Succeeded(result) => Some(result.as_ref().clone()),
            _ => None,
        };
        let recorded = self.record(begun, &end, &after, result.as_ref());
        let left_undone = match &recorded {
            Ok(()) => self.pass_on(number, &end, result.as_ref()).err(),
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
            attempts: end.attempts,
            signal: match pipeline_end {
                PipelineEnd::Cancelled(signal) => Some(signal),
                _ => None,
            },
        })
    }

    fn run_once(
        &self,
        number: i64,
        attempt: u32,
        energy: Energy,
        decision: &Decision,
        lock: &FileLock,
    ) -> Tried {
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
                energy: &energy.to_string(),
                cycle: &self.runs.cycle_name(number),
                result: &self.runs.attempt_result(number, attempt),
                trigger: decision.reason.code(),
                work_dir,
                patch: "",
            },
            own_variables: &self.engine.env,
            clears_environment: self.engine.env_clear,
            run_dir: &self.runs.attempt_path(number, attempt),
            timeout: self.engine.timeout.0,
            grace: self.engine.grace.0,
            log_limit: self.engine.log_limit,
            lock: Some(std::os::fd::AsFd::as_fd(lock)),
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

    fn judge(&self, attempts: &Attempts, seconds: f64) -> Result<CycleEnd> {
        let last = &attempts.last;
        let configured = self.engine.cost.unwrap_or(0.0);
        // Each amount can be booked; their sum might not.
        let cost = (last.stated_cost.unwrap_or(configured) + attempts.spent_earlier())
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
        let cost_assumed = state == CycleState::Cancelled && last.stated_cost.is_none();
        Ok(CycleEnd {
            state,
            ended_at: self.clock.now(),
            seconds: Some(seconds),
            roi,
            cost,
            cost_assumed,
            reason,
            detail: Some(detail),
            attempts: self.rows_of(attempts),
        })
    }

    /// Commits the end of a cycle. If that fails, only the report knows what came of it.
    fn record(
        &self,
        begun: &Begun<'_>,
        end: &CycleEnd,
        after: &EngineState,
        result: Option<&CycleResult>,
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
