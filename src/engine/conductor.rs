//! Conducts one cycle of one engine: decide under its lock, commit the beginning, run, judge, commit the end.

use std::time::Duration;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::clock::Clock;
use crate::engine::aftermath;
use crate::engine::attempts::{Attempts, RetryPlan, Tried};
use crate::engine::cycle_report::{Attempt, CycleReport, CycleRequest};
use crate::engine::decision::Decision;
use crate::engine::energy::Energy;
use crate::engine::fleet_knowledge::FleetKnowledge;
use crate::engine::learning::Begun;
use crate::engine::self_improvement_engine::SelfImprovementEngine;
use crate::engine::signals::{News, Signals};
use crate::engine::state_file_sync::{self, StateFileNote};
use crate::events::CloudEvent;
use crate::interrupt::Interrupt;
use crate::names::EngineName;
use crate::pipeline::{
    CycleResult, Failed, PipelineEnd, PipelineRun, ProgressSink, StageEnvironment, redact,
    stopwatch,
};
use crate::store::{
    Consequences, CycleEnd, CycleState, DataDir, EngineKey, EngineState, FileLock, LockAttempt,
    RunDirs, Store, holders_of,
};

/// How many last lines of a log are shown for a failure.
const TAIL_LINES: usize = 3;
/// How often a decision is taken again because another process has taught the policy in between.
const MOST_DECISIONS: usize = 100;

/// Everything needed to run cycles of one engine.
pub struct Conductor<'a> {
    /// The engine's name.
    pub name: &'a EngineName,
    /// Its definition, with absolute paths.
    pub engine: &'a SelfImprovementEngine,
    /// By what its rows are keyed.
    pub key: EngineKey,
    /// Where its rows lie.
    pub store: &'a Store,
    /// The store of the fleet, if the engine has a database of its own.
    pub fleet: Option<&'a Store>,
    /// The folder everything lies in.
    pub data_dir: &'a DataDir,
    /// Its runs.
    pub runs: RunDirs,
    /// The present time.
    pub clock: Clock,
    /// What the policies of the fleet have learned.
    pub knowledge: &'a FleetKnowledge<'a>,
    /// The seed of a policy that begins, unless a random one.
    pub seed: Option<u64>,
    /// The signals that ask us to stop.
    pub interrupt: &'a Interrupt,
    /// Who wants to see progress.
    pub sink: Option<&'a dyn ProgressSink>,
    /// Who hears of events, once they are on record.
    pub hear: &'a (dyn Fn(Vec<CloudEvent>) + Sync),
    /// Who is told what is worth knowing and is no error.
    pub notes: &'a (dyn Fn(String) + Sync),
}

impl Conductor<'_> {
    /// Takes the engine's lock, mends what is to be mended, decides again and runs the cycle if it is due.
    ///
    /// # Errors
    ///
    /// Fails if the lock, the store or the run's folder cannot be used; then nothing was spawned.
    pub fn attempt(&self, request: &CycleRequest) -> Result<Attempt> {
        let lock_path = self.lock_path();
        let Some(lock) = self.lock(&lock_path, request.patience)? else {
            return Ok(Attempt::Busy(holders_of(&lock_path)));
        };
        self.mend()?;
        let bot = self.engine.bot_or(self.name);
        for _ in 0..MOST_DECISIONS {
            let state = self.store.engine_state(&self.key)?;
            let now = self.clock.now();
            let mut signals = self.signals(&state)?;
            signals.reported.clone_from(&request.reported);
            let step = self.learner(&bot, request.explore).step(
                None,
                &state,
                signals.newest_row(),
                || signals.has_issues(self.engine),
                now,
            )?;
            let mut decision =
                self.engine
                    .decide(&state, &signals, step.as_ref(), request.asked, now);
            let update = step.and_then(|step| step.update);
            if !decision.is_run() {
                let update = update.map(Box::new);
                return Ok(Attempt::Skipped(Box::new(decision), state.pause, update));
            }
            let energy = request.energy.or(decision.energy.map(|it| it.granted));
            let energy = energy.unwrap_or_default();
            decision.energy = decision.energy.filter(|_| request.energy.is_none());
            let Some(number) = self.begin(energy, &decision, update.as_ref())? else {
                continue;
            };
            let drift = signals.acknowledged_drift();
            let begun = Begun {
                number,
                energy,
                decision: &decision,
                drift: &drift,
                bot: &bot,
            };
            let report = self.run_cycle(request, &state, &begun, &lock)?;
            return Ok(Attempt::Ran(Box::new(report)));
        }
        anyhow::bail!(
            "cannot decide about `{}`: others record decisions about it all the time",
            self.name
        )
    }

    /// Takes the engine's lock, waiting for a running cycle if that is wanted.
    fn lock(&self, path: &std::path::Path, patience: Duration) -> Result<Option<FileLock>> {
        let mut attempt = FileLock::try_lock(path)?;
        if matches!(attempt, LockAttempt::Busy) && !patience.is_zero() {
            let pids: Vec<String> = holders_of(path).iter().map(ToString::to_string).collect();
            (self.notes)(format!(
                "waiting for {}: its cycle is running, {} {}",
                self.name,
                if pids.len() == 1 {
                    "process"
                } else {
                    "processes"
                },
                pids.join(", ")
            ));
            attempt = FileLock::try_lock_for(path, patience, self.interrupt)?;
        }
        Ok(match attempt {
            LockAttempt::Locked(lock) => Some(lock),
            LockAttempt::Busy => None,
        })
    }

    /// Mends what is to be mended if nobody holds the engine's lock, and returns the state after it.
    ///
    /// # Errors
    ///
    /// Fails if the store or the state file cannot be used.
    pub fn mend_if_free(&self) -> Result<EngineState> {
        if let LockAttempt::Locked(_lock) = FileLock::try_lock(&self.lock_path())? {
            self.mend()?;
        }
        self.store.engine_state(&self.key)
    }

    /// Whether there is something to mend: an interrupted cycle, or a state file from elsewhere.
    ///
    /// # Errors
    ///
    /// Fails if the state file is there but cannot be read.
    pub fn needs_mending(&self, state: &EngineState, has_running_cycle: bool) -> Result<bool> {
        if has_running_cycle {
            return Ok(true);
        }
        match &self.engine.state_path {
            Some(path) => state_file_sync::has_changed(path, state),
            None => Ok(false),
        }
    }

    /// Reads what was recorded since the last cycle started.
    fn signals(&self, state: &EngineState) -> Result<Signals> {
        let bot = self.engine.bot_or(self.name);
        let news = News::of_engine(self.store, &self.key, &bot)?;
        Signals::read(self.store, &news, &self.key, self.engine, &bot, state)
    }

    fn lock_path(&self) -> std::path::PathBuf {
        let own_database = self.engine.database.as_deref();
        self.data_dir
            .engine_lock(self.name.as_str(), &self.key.engine_id, own_database)
    }

    fn mend(&self) -> Result<()> {
        for note in self.recover()? {
            (self.notes)(note);
        }
        if let Some(path) = &self.engine.state_path {
            let note =
                state_file_sync::sync_state_file(path, self.store, &self.key, self.clock.now())?;
            if let Some(note) = note {
                let warning = matches!(note, StateFileNote::Damaged(_));
                let prefix = if warning { "warning: " } else { "" };
                (self.notes)(format!("{prefix}{}: {}", self.name, note.text()));
            }
        }
        Ok(())
    }

    fn run_cycle(
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
        let learned = result
            .map(|result| self.learned(begun, result))
            .unwrap_or_default();
        let consequences = Consequences {
            metrics: result.and_then(|result| self.metrics_of(result, begun.bot)),
            policy: learned.policy.as_ref(),
            modules: learned.modules.as_deref(),
            ..self.consequences(end.state, &bookings, begun.drift)
        };
        let was_running = self.end(number, end, after, &consequences)?;
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
