//! Conducts cycles of one engine: takes its lock, mends, decides again, and begins what is due.

use std::os::fd::{AsFd, BorrowedFd};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

use crate::clock::Clock;
use crate::engine::beginning::Beginning;
use crate::engine::budget::Budget;
use crate::engine::cycle_report::{Attempt, CycleRequest};
use crate::engine::fleet_knowledge::FleetKnowledge;
use crate::engine::learning::Begun;
use crate::engine::module_record::ModuleRecord;
use crate::engine::patching::RegistryCommands;
use crate::engine::roster::Roster;
use crate::engine::self_improvement_engine::SelfImprovementEngine;
use crate::engine::signals::{CapitalSignal, News, Signals};
use crate::engine::state_file_sync::{self, StateFileNote};
use crate::events::CloudEvent;
use crate::interrupt::Interrupt;
use crate::names::EngineName;
use crate::pipeline::ProgressSink;
use crate::store::{
    DataDir, EngineKey, EngineState, FileLock, LockAttempt, RunDirs, Store, holders_of,
};

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
    /// The registry file, which no patch may touch.
    pub registry_path: &'a Path,
    /// The commands of the registry, whose scripts no patch may touch. They run in the folder of its file.
    pub registry_commands: RegistryCommands,
    /// Who knows whether it is still registered.
    pub roster: &'a dyn Roster,
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
    /// The budgets that hold, if there are any.
    pub budget: Option<Budget<'a>>,
    /// What the fleet can afford.
    pub capital: CapitalSignal,
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
        let locks = match self.lock_all(request.patience)? {
            Ok(locks) => locks,
            Err(busy) => return Ok(Attempt::Busy(holders_of(&busy))),
        };
        if !self.roster.has(&self.key, self.engine.database.as_deref()) {
            return Ok(Attempt::Unregistered);
        }
        let locks: Vec<BorrowedFd<'_>> = locks.iter().map(AsFd::as_fd).collect();
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
            let held = match self.begin(energy, &decision, update.as_ref())? {
                Beginning::Begun(held) => held,
                Beginning::PolicyMoved => continue,
                Beginning::Refused(conditions) => {
                    let decision = Box::new(decision.with_budget(conditions));
                    return Ok(Attempt::Skipped(decision, None, update.map(Box::new)));
                }
            };
            let drift = signals.acknowledged_drift();
            let begun = Begun {
                number: held.number,
                held: &held,
                energy,
                decision: &decision,
                drift: &drift,
                bot: &bot,
            };
            let report = self.run_cycle(request, &state, &begun, &locks)?;
            return Ok(Attempt::Ran(Box::new(report)));
        }
        anyhow::bail!(
            "cannot decide about `{}`: others record decisions about it all the time",
            self.name
        )
    }

    /// Takes the engine's lock, and those of the work dirs in which it patches files; returns a busy one, if one is.
    pub(super) fn lock_all(
        &self,
        patience: Duration,
    ) -> Result<std::result::Result<Vec<FileLock>, PathBuf>> {
        let path = self.lock_path();
        let Some(lock) = self.lock(&path, patience)? else {
            return Ok(Err(path));
        };
        let mut locks = vec![lock];
        for path in self.patched_dirs()? {
            let path = self.data_dir.work_dir_lock(&path);
            match self.lock(&path, patience)? {
                Some(lock) => locks.push(lock),
                None => return Ok(Err(path)),
            }
        }
        Ok(Ok(locks))
    }

    /// Takes a lock, waiting for a running cycle if that is wanted.
    fn lock(&self, path: &Path, patience: Duration) -> Result<Option<FileLock>> {
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
        if let Ok(_locks) = self.lock_all(Duration::ZERO)? {
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
        let mut signals = Signals::read(self.store, &news, &self.key, self.engine, &bot, state)?;
        // A record that cannot be read is no reason to leave the engine alone; `modules` says what is wrong with it.
        let modules = ModuleRecord::read(self.store, &self.key, self.engine);
        signals.modules = modules.ok().and_then(|modules| modules.returns());
        signals.capital = self.capital;
        Ok(signals)
    }

    fn lock_path(&self) -> PathBuf {
        let own_database = self.engine.database.as_deref();
        self.data_dir
            .engine_lock(self.name.as_str(), &self.key.engine_id, own_database)
    }

    pub(super) fn mend(&self) -> Result<()> {
        for note in self.recover()?.into_iter().chain(self.mend_patch()?) {
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
}
