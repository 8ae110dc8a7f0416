//! Runs the engines that are due: decides on a snapshot, then conducts cycles, several at a time.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;

use crate::capital::{Money, RunBudget};
use crate::engine::{
    Asked, Attempt, Conductor, CycleRequest, Decision, Energy, FleetKnowledge, Reason,
};
use crate::events::CloudEvent;
use crate::exit_code::ExitCode;
use crate::gate::GateRequest;
use crate::names::EngineName;
use crate::pipeline::{Progress, ProgressSink};
use crate::registry::deciding::skip_report;
use crate::registry::entry::RegisteredEngine;
use crate::registry::gated;
use crate::registry::improvement_engine_registry::ImprovementEngineRegistry;
use crate::registry::listeners::Listeners;
use crate::registry::money::fleet_money::FleetMoney;
use crate::registry::report::{EngineReport, FleetReport};
use crate::registry::skips::record_skips;
use crate::registry::stores::Stores;
use crate::store::{EngineState, PolicyUpdate, RunDirs};

/// What to do with an engine whose cycle is running.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IfRunning {
    /// Note it and go on.
    #[default]
    Skip,
    /// Note it, go on, and say so with the exit code.
    Fail,
    /// Wait this long for it to end; after that as [`IfRunning::Fail`].
    Wait(Duration),
}

/// How engines are run.
#[derive(Clone, Debug)]
pub struct FleetOptions {
    /// How many cycles run at a time.
    pub jobs: NonZeroUsize,
    /// Who asks.
    pub asked: Asked,
    /// Exactly this energy, unscaled.
    pub energy: Option<Energy>,
    /// Exploration of the policies other than as the engines say.
    pub explore: Option<f64>,
    /// How often a failed pipeline is tried again, unless as the engines say.
    pub retries: Option<u32>,
    /// What to do with a busy engine.
    pub if_running: IfRunning,
    /// The most that the cycles may cost together, on top of the budgets of the fleet.
    pub budget: Option<Money>,
    /// Gates besides those of the engines.
    pub gates: GateRequest,
    /// Whether an engine that is not due owes a cycle to the gates asked for, as one that was named does.
    pub owes_cycle: bool,
    /// After how many failures no further cycle is started.
    pub halt_after: Option<NonZeroUsize>,
    /// Whether to decide only: nothing is run or written.
    pub is_dry_run: bool,
}

impl Default for FleetOptions {
    fn default() -> Self {
        Self {
            jobs: NonZeroUsize::MIN,
            asked: Asked::IfDue,
            energy: None,
            explore: None,
            retries: None,
            if_running: IfRunning::default(),
            budget: None,
            gates: GateRequest::default(),
            owes_cycle: false,
            halt_after: None,
            is_dry_run: false,
        }
    }
}

/// Somebody who watches engines being run; unless they say so, nothing of it interests them.
pub trait FleetObserver: Sync {
    /// So many engines are about to be run.
    fn planned(&self, _count: usize) {}
    /// An engine's cycle begins; it is expected to take so many seconds.
    fn started(&self, _engine: &EngineName, _typical_seconds: Option<f64>) {}
    /// A running engine says how far it is.
    fn progress(&self, _engine: &EngineName, _progress: &Progress) {}
    /// An engine is done with.
    fn finished(&self, _report: &EngineReport) {}
    /// Something worth knowing that is no error.
    fn note(&self, _text: &str) {}
}

/// Nobody.
pub struct Unobserved;

impl FleetObserver for Unobserved {}

/// One pass over engines of a registry.
pub struct FleetRun<'a> {
    /// The registry.
    pub registry: &'a ImprovementEngineRegistry,
    /// How to run them.
    pub options: FleetOptions,
    /// Who watches.
    pub observer: &'a dyn FleetObserver,
}

/// Who is told of what happens to one engine.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) notes: &'a (dyn Fn(String) + Sync),
    pub(super) hear: &'a (dyn Fn(Vec<CloudEvent>) + Sync),
}

/// An engine that is due, with what is known of it.
pub(super) struct Candidate<'a> {
    pub(super) index: usize,
    pub(super) engine: &'a RegisteredEngine,
    pub(super) state: EngineState,
    pub(super) decision: Decision,
    pub(super) update: Option<Box<PolicyUpdate>>,
}

impl FleetRun<'_> {
    /// Decides on every engine given and runs those that are due.
    ///
    /// # Errors
    ///
    /// Fails if the store of the fleet cannot be used; what happens to single engines is in the report.
    pub fn run(&self, engines: &[&RegisteredEngine]) -> Result<FleetReport> {
        let stores = Stores::open(self.registry.workspace(), engines, self.options.is_dry_run)?;
        let knowledge = FleetKnowledge::new(stores.fleet.as_ref(), self.registry.id());
        let run_budget = self.options.budget.map(RunBudget::new);
        let money = FleetMoney::read(self, &stores, run_budget.as_ref())?;
        if !self.options.is_dry_run {
            self.settle_what_others_left(&stores, &knowledge, &money)?;
        }
        let (mut reports, mut candidates) =
            self.decide_all(engines, &stores, &knowledge, &money)?;
        let ranking = money.rank(&mut candidates, &stores)?;
        let (mut finished, rehearsed) = if self.options.is_dry_run {
            money.rehearse(&candidates, &stores)?
        } else {
            self.observer.planned(candidates.len());
            let finished = self.run_candidates(&candidates, &stores, &knowledge, &money);
            (finished, Money::ZERO)
        };
        let budget =
            ranking.map(|ranking| money.report(ranking, (&finished, rehearsed), engines, &stores));
        for candidate in &candidates {
            let report = finished.remove(&candidate.index).unwrap_or_else(|| {
                EngineReport::decided(
                    &candidate.engine.name,
                    Decision::not_started(self.options.asked),
                )
            });
            if let Some(place) = reports.get_mut(candidate.index) {
                *place = Some(report);
            }
        }
        let mut skips_not_recorded = None;
        if !self.options.is_dry_run {
            // Cycles were run: whatever happens now, their report must not get lost.
            let now = self.registry.workspace().clock.now();
            let asked = self.options.asked;
            if let Err(error) = record_skips(engines, &reports, &stores, asked, now) {
                let problem = format!("{error:#}");
                self.observer.note(&format!(
                    "warning: the skips could not be recorded: {problem}"
                ));
                skips_not_recorded = Some(problem);
            }
        }
        for (engine, report) in engines.iter().zip(&mut reports) {
            if let Some(report) = report {
                report.gates = gated::verdicts(engine, report, &self.options);
            }
        }
        let report = FleetReport {
            schema_version: 1,
            dry_run: self.options.is_dry_run,
            autoscale: None,
            engines: reports.into_iter().flatten().collect(),
            bad_entries: self.registry.bad_entries().to_vec(),
            budget: budget.transpose()?,
            skips_not_recorded,
            verdict: None,
            verdict_why: None,
            has_gates: !self.options.gates.gates.is_empty(),
            fails_if_busy: self.options.if_running != IfRunning::Skip,
            exit_code: ExitCode::Done,
        };
        Ok(report.with_exit_code())
    }

    fn run_candidates(
        &self,
        candidates: &[Candidate<'_>],
        stores: &Stores,
        knowledge: &FleetKnowledge<'_>,
        money: &FleetMoney<'_>,
    ) -> BTreeMap<usize, EngineReport> {
        let failures = AtomicUsize::new(0);
        let is_halted = || {
            let failures = failures.load(Ordering::SeqCst);
            self.options
                .halt_after
                .is_some_and(|most| failures >= most.get())
        };
        let next = AtomicUsize::new(0);
        let jobs = self.options.jobs.get().min(candidates.len());
        let is_parallel = jobs > 1;
        let reports = Mutex::new(BTreeMap::new());
        let waiting = Mutex::new(Vec::new());
        let work = || {
            while let Some(candidate) = candidates.get(next.fetch_add(1, Ordering::Relaxed)) {
                if self.registry.workspace().interrupt.signal().is_some() || is_halted() {
                    break;
                }
                self.observer
                    .started(&candidate.engine.name, candidate.state.typical_seconds);
                let report = self.run_one(candidate, stores, knowledge, money);
                // What is held for cycles that run beside it is more than they may cost in the end.
                if is_parallel && report.reason == Reason::BudgetExhausted.code() {
                    locked(&waiting).push((candidate, report));
                    continue;
                }
                if report.has_failed() {
                    failures.fetch_add(1, Ordering::SeqCst);
                }
                self.observer.finished(&report);
                locked(&reports).insert(candidate.index, report);
            }
        };
        if is_parallel {
            std::thread::scope(|scope| {
                for _ in 1..jobs {
                    let spawned = std::thread::Builder::new().spawn_scoped(scope, work);
                    // Where no more threads can be had, fewer do the work.
                    if spawned.is_err() {
                        break;
                    }
                }
                work();
            });
        } else {
            work();
        }
        let mut reports = reports.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut waiting = waiting.into_inner().unwrap_or_else(PoisonError::into_inner);
        let place = |wanted: &Candidate<'_>| {
            let mut all = candidates.iter();
            all.position(|candidate| candidate.index == wanted.index)
        };
        waiting.sort_by_key(|(candidate, _)| place(candidate));
        for (candidate, refused) in waiting {
            let is_ended = self.registry.workspace().interrupt.signal().is_some() || is_halted();
            let report = if is_ended {
                refused
            } else {
                self.run_one(candidate, stores, knowledge, money)
            };
            if report.has_failed() {
                failures.fetch_add(1, Ordering::SeqCst);
            }
            self.observer.finished(&report);
            reports.insert(candidate.index, report);
        }
        reports
    }

    fn run_one(
        &self,
        candidate: &Candidate<'_>,
        stores: &Stores,
        knowledge: &FleetKnowledge<'_>,
        money: &FleetMoney<'_>,
    ) -> EngineReport {
        let engine = candidate.engine;
        let sink = EngineSink {
            observer: self.observer,
            engine: &engine.name,
        };
        let notes = |text: String| self.observer.note(&text);
        let request = CycleRequest {
            asked: self.options.asked,
            energy: self.options.energy,
            reported: candidate.decision.reported.clone(),
            explore: self.options.explore,
            retries: self.options.retries,
            gates: self.options.gates.clone(),
            patience: match self.options.if_running {
                IfRunning::Wait(patience) => patience,
                IfRunning::Skip | IfRunning::Fail => Duration::ZERO,
            },
        };
        let listeners = self.listeners(engine, &notes);
        let told = Told {
            notes: &notes,
            hear: &|events| listeners.hear(events),
        };
        let attempt = self
            .conductor(engine, stores, (knowledge, money), Some(&sink), told)
            .and_then(|conductor| conductor.attempt(&request));
        // The engine's lock is free again: whoever a hook calls may use the engine.
        listeners.tell();
        match attempt {
            Ok(Attempt::Ran(cycle)) => EngineReport::ran(&engine.name, cycle),
            Ok(Attempt::Skipped(decision, pause, update)) => {
                skip_report(engine, *decision, pause, update)
            }
            Ok(Attempt::Busy(held_by)) => {
                let mut report =
                    EngineReport::decided(&engine.name, Decision::busy(self.options.asked));
                report.held_by = held_by;
                report
            }
            Ok(Attempt::Unregistered) => {
                EngineReport::decided(&engine.name, Decision::unregistered(self.options.asked))
            }
            Err(error) => EngineReport::failed(&engine.name, &error),
        }
    }

    pub(super) fn listeners<'c>(
        &'c self,
        engine: &'c RegisteredEngine,
        notes: &'c (dyn Fn(String) + Sync),
    ) -> Listeners<'c> {
        let interrupt = &self.registry.workspace().interrupt;
        Listeners::new(engine, self.registry, interrupt, notes)
    }

    pub(super) fn conductor<'c>(
        &'c self,
        engine: &'c RegisteredEngine,
        stores: &'c Stores,
        (knowledge, money): (&'c FleetKnowledge<'c>, &'c FleetMoney<'c>),
        sink: Option<&'c dyn ProgressSink>,
        told: Told<'c>,
    ) -> Result<Conductor<'c>> {
        let workspace = self.registry.workspace();
        let missing = || anyhow::anyhow!("the store is not open");
        let fleet = stores.fleet.as_ref().ok_or_else(missing)?;
        Ok(Conductor {
            name: &engine.name,
            engine: &engine.engine,
            key: engine.key.clone(),
            store: stores.of(engine)?.ok_or_else(missing)?,
            fleet: engine.engine.database.as_ref().map(|_| fleet),
            data_dir: &workspace.data_dir,
            registry_path: &workspace.registry_path,
            registry_commands: self.registry.commands(),
            roster: self.registry,
            runs: RunDirs::of(&workspace.data_dir.runs(), &engine.name),
            clock: workspace.clock,
            knowledge,
            seed: workspace.seed,
            interrupt: &workspace.interrupt,
            budget: money.budget.clone(),
            capital: money.signal_for(&engine.engine),
            sink,
            hear: told.hear,
            notes: told.notes,
        })
    }
}

impl ImprovementEngineRegistry {
    /// Runs one cycle of every engine that is due, one after the other.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be used; what happens to single engines is in the report.
    pub fn run_all_cycles(&self) -> Result<FleetReport> {
        let engines: Vec<&RegisteredEngine> = self.engines().iter().collect();
        FleetRun {
            registry: self,
            options: FleetOptions::default(),
            observer: &Unobserved,
        }
        .run(&engines)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Passes the progress of one engine on to the observer of the fleet.
struct EngineSink<'a> {
    observer: &'a dyn FleetObserver,
    engine: &'a EngineName,
}

impl ProgressSink for EngineSink<'_> {
    fn progress(&self, progress: &Progress) {
        self.observer.progress(self.engine, progress);
    }
}
