//! Runs the engines that are due: decides on a snapshot, then conducts cycles, several at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;

use crate::diagnostics::Issue;
use crate::engine::{
    Asked, Attempt, Conductor, CycleRequest, Decision, Energy, News, Reason, Signals, decide,
    evidence,
};
use crate::error::{Failure, kind_of};
use crate::events::CloudEvent;
use crate::exit_code::ExitCode;
use crate::names::EngineName;
use crate::pipeline::{Progress, ProgressSink};
use crate::registry::entry::RegisteredEngine;
use crate::registry::improvement_engine_registry::ImprovementEngineRegistry;
use crate::registry::listeners::Listeners;
use crate::registry::questions;
use crate::registry::report::{EngineReport, FleetReport};
use crate::store::{EngineState, NewDecision, Pause, RunDirs, Store};

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
    /// How often a failed pipeline is tried again, unless as the engines say.
    pub retries: Option<u32>,
    /// What to do with a busy engine.
    pub if_running: IfRunning,
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
            retries: None,
            if_running: IfRunning::default(),
            halt_after: None,
            is_dry_run: false,
        }
    }
}

/// Somebody who watches engines being run.
pub trait FleetObserver: Sync {
    /// So many engines are about to be run.
    fn planned(&self, count: usize);
    /// An engine's cycle begins; it is expected to take so many seconds.
    fn started(&self, engine: &EngineName, typical_seconds: Option<f64>);
    /// A running engine says how far it is.
    fn progress(&self, engine: &EngineName, progress: &Progress);
    /// An engine is done with.
    fn finished(&self, report: &EngineReport);
    /// Something worth knowing that is no error.
    fn note(&self, text: &str);
}

/// Nobody.
pub struct Unobserved;

impl FleetObserver for Unobserved {
    fn planned(&self, _: usize) {}
    fn started(&self, _: &EngineName, _: Option<f64>) {}
    fn progress(&self, _: &EngineName, _: &Progress) {}
    fn finished(&self, _: &EngineReport) {}
    fn note(&self, _: &str) {}
}

/// One pass over engines of a registry.
pub struct FleetRun<'a> {
    /// The registry.
    pub registry: &'a ImprovementEngineRegistry,
    /// How to run them.
    pub options: FleetOptions,
    /// Who watches.
    pub observer: &'a dyn FleetObserver,
}

/// The store of the fleet, and those of engines that have one of their own.
struct Stores {
    fleet: Option<Store>,
    own: BTreeMap<PathBuf, Result<Option<Store>>>,
}

/// Who is told of what happens to one engine.
#[derive(Clone, Copy)]
struct Told<'a> {
    notes: &'a (dyn Fn(String) + Sync),
    hear: &'a (dyn Fn(Vec<CloudEvent>) + Sync),
}

/// An engine with what is known of it.
struct Candidate<'a> {
    index: usize,
    engine: &'a RegisteredEngine,
    typical_seconds: Option<f64>,
    reported: Vec<Issue>,
}

/// What was read of the shared store at once.
#[derive(Default)]
struct Snapshot {
    states: BTreeMap<String, EngineState>,
    running: BTreeSet<String>,
    news: News,
}

impl FleetRun<'_> {
    /// Decides on every engine given and runs those that are due.
    ///
    /// # Errors
    ///
    /// Fails if the store of the fleet cannot be used; what happens to single engines is in the report.
    pub fn run(&self, engines: &[&RegisteredEngine]) -> Result<FleetReport> {
        let stores = self.open_stores(engines)?;
        let (mut reports, candidates) = self.decide_all(engines, &stores)?;
        let mut skips_not_recorded = None;
        if !self.options.is_dry_run {
            self.observer.planned(candidates.len());
            let mut finished = self.run_candidates(&candidates, &stores);
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
            // Cycles were run: whatever happens now, their report must not get lost.
            if let Err(error) = self.record_skips(engines, &reports, &stores) {
                let problem = format!("{error:#}");
                self.observer.note(&format!(
                    "warning: the skips could not be recorded: {problem}"
                ));
                skips_not_recorded = Some(problem);
            }
        }
        let report = FleetReport {
            schema_version: 1,
            dry_run: self.options.is_dry_run,
            engines: reports.into_iter().flatten().collect(),
            bad_entries: self.registry.bad_entries().to_vec(),
            skips_not_recorded,
            fails_if_busy: self.options.if_running != IfRunning::Skip,
            exit_code: ExitCode::Done,
        };
        Ok(report.with_exit_code())
    }

    fn open_stores(&self, engines: &[&RegisteredEngine]) -> Result<Stores> {
        let workspace = self.registry.workspace();
        let open = |path: &Path| {
            if self.options.is_dry_run {
                Store::open_to_read(path)
            } else {
                workspace.open_store_at(path).map(Some)
            }
        };
        if !self.options.is_dry_run {
            workspace.data_dir.create()?;
        }
        let fleet = open(&workspace.data_dir.store())?;
        let paths: BTreeSet<&PathBuf> = engines
            .iter()
            .filter_map(|engine| engine.engine.database.as_ref())
            .collect();
        let own = paths
            .into_iter()
            .map(|path| (path.clone(), open(path)))
            .collect();
        Ok(Stores { fleet, own })
    }

    /// Decides on a snapshot; what is to be mended is mended first, as it may change the decision.
    fn decide_all<'e>(
        &self,
        engines: &[&'e RegisteredEngine],
        stores: &Stores,
    ) -> Result<(Vec<Option<EngineReport>>, Vec<Candidate<'e>>)> {
        let registry_id = self.registry.id();
        let snapshot = match &stores.fleet {
            Some(fleet) => Snapshot {
                states: fleet.engine_states(registry_id)?,
                running: fleet.engines_running(registry_id)?.into_iter().collect(),
                news: News::read(fleet, registry_id)?,
            },
            None => Snapshot::default(),
        };
        let mut reported = questions::ask_all(
            engines,
            &self.options,
            &self.registry.workspace().interrupt,
            self.observer,
        );
        let mut reports = Vec::with_capacity(engines.len());
        let mut candidates = Vec::new();
        for (index, engine) in engines.iter().enumerate() {
            let issues = reported.remove(&index).unwrap_or_default();
            let decided = self.decide_one(engine, stores, &snapshot, issues);
            reports.push(match decided {
                Ok((decision, state)) if decision.is_run() && !self.options.is_dry_run => {
                    candidates.push(Candidate {
                        index,
                        engine,
                        typical_seconds: state.typical_seconds,
                        reported: decision.reported,
                    });
                    None
                }
                Ok((decision, state)) => Some(skip_report(engine, decision, state.pause)),
                Err(error) => Some(EngineReport::failed(&engine.name, &error)),
            });
        }
        Ok((reports, candidates))
    }

    fn decide_one(
        &self,
        engine: &RegisteredEngine,
        stores: &Stores,
        snapshot: &Snapshot,
        reported: Vec<Issue>,
    ) -> Result<(Decision, EngineState)> {
        let id = &engine.key.engine_id;
        let store = stores.of(engine)?;
        let own_news;
        let (mut state, is_running, news) = match (&engine.engine.database, store) {
            (None, _) => (
                snapshot.states.get(id).cloned().unwrap_or_default(),
                snapshot.running.contains(id),
                &snapshot.news,
            ),
            (Some(_), Some(store)) => {
                own_news = News::of_engine(store, &engine.key, &engine.bot())?;
                (
                    store.engine_state(&engine.key)?,
                    store.running_cycle(&engine.key)?.is_some(),
                    &own_news,
                )
            }
            (Some(_), None) => (EngineState::default(), false, &snapshot.news),
        };
        if !self.options.is_dry_run {
            let notes = |text: String| self.observer.note(&text);
            let listeners = self.listeners(engine, &notes);
            let told = Told {
                notes: &notes,
                hear: &|events| listeners.hear(events),
            };
            let conductor = self.conductor(engine, stores, None, told)?;
            if conductor.needs_mending(&state, is_running)? {
                let mended = conductor.mend_if_free();
                listeners.tell();
                state = mended?;
            }
        }
        let definition = &engine.engine;
        let mut signals = match store {
            Some(store) if !news.is_empty() => {
                Signals::read(store, news, &engine.key, definition, &engine.bot(), &state)?
            }
            _ => Signals::default(),
        };
        signals.reported = reported;
        let now = self.registry.workspace().clock.now();
        let inputs = definition.trigger_inputs(&state, &signals, self.options.asked, now);
        Ok((decide(inputs), state))
    }

    fn run_candidates(
        &self,
        candidates: &[Candidate<'_>],
        stores: &Stores,
    ) -> BTreeMap<usize, EngineReport> {
        let failures = AtomicUsize::new(0);
        let is_halted = || {
            let failures = failures.load(Ordering::SeqCst);
            self.options
                .halt_after
                .is_some_and(|most| failures >= most.get())
        };
        let next = AtomicUsize::new(0);
        let reports = Mutex::new(BTreeMap::new());
        let work = || {
            while let Some(candidate) = candidates.get(next.fetch_add(1, Ordering::Relaxed)) {
                if self.registry.workspace().interrupt.signal().is_some() || is_halted() {
                    break;
                }
                let report = self.run_one(candidate, stores);
                if report.has_failed() {
                    failures.fetch_add(1, Ordering::SeqCst);
                }
                self.observer.finished(&report);
                reports
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .insert(candidate.index, report);
            }
        };
        let jobs = self.options.jobs.get().min(candidates.len());
        if jobs <= 1 {
            work();
        } else {
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
        }
        reports.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn run_one(&self, candidate: &Candidate<'_>, stores: &Stores) -> EngineReport {
        let engine = candidate.engine;
        self.observer
            .started(&engine.name, candidate.typical_seconds);
        let sink = EngineSink {
            observer: self.observer,
            engine: &engine.name,
        };
        let notes = |text: String| self.observer.note(&text);
        let request = CycleRequest {
            asked: self.options.asked,
            energy: self.options.energy,
            reported: candidate.reported.clone(),
            retries: self.options.retries,
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
            .conductor(engine, stores, Some(&sink), told)
            .and_then(|conductor| conductor.attempt(&request));
        // The engine's lock is free again: whoever a hook calls may use the engine.
        listeners.tell();
        match attempt {
            Ok(Attempt::Ran(cycle)) => EngineReport::ran(&engine.name, cycle),
            Ok(Attempt::Skipped(decision, pause)) => skip_report(engine, decision, pause),
            Ok(Attempt::Busy(held_by)) => {
                let mut report =
                    EngineReport::decided(&engine.name, Decision::busy(self.options.asked));
                report.held_by = held_by;
                report
            }
            Err(error) => EngineReport::failed(&engine.name, &error),
        }
    }

    fn record_skips(
        &self,
        engines: &[&RegisteredEngine],
        reports: &[Option<EngineReport>],
        stores: &Stores,
    ) -> Result<()> {
        let now = self.registry.workspace().clock.now();
        let mut shared = Vec::new();
        for (engine, report) in engines.iter().zip(reports) {
            let Some(report) = report
                .as_ref()
                .filter(|report| report.cycle.is_none() && report.error.is_none())
            else {
                continue;
            };
            let evidence = evidence::to_json(
                self.options.asked,
                &report.conditions,
                &engine.engine.rules.texts(),
                &report.reported,
                report.due_in,
            )?;
            shared.push((*engine, report, evidence));
        }
        let rows = |own: bool| {
            shared
                .iter()
                .filter(move |(engine, _, _)| engine.engine.database.is_some() == own)
                .map(|(engine, report, evidence)| {
                    let action = report.action.as_str();
                    (
                        *engine,
                        NewDecision {
                            action,
                            reason: &report.reason,
                            evidence,
                        },
                    )
                })
        };
        if let Some(fleet) = &stores.fleet {
            let of_fleet: Vec<_> = rows(false)
                .map(|(engine, decision)| (&engine.key, decision))
                .collect();
            if !of_fleet.is_empty() {
                fleet.record_skips(of_fleet, now)?;
            }
        }
        for (engine, decision) in rows(true) {
            if let Some(store) = stores.of(engine)? {
                store.record_skips([(&engine.key, decision)], now)?;
            }
        }
        Ok(())
    }

    fn listeners<'c>(
        &'c self,
        engine: &'c RegisteredEngine,
        notes: &'c (dyn Fn(String) + Sync),
    ) -> Listeners<'c> {
        let interrupt = &self.registry.workspace().interrupt;
        Listeners::new(engine, self.registry, interrupt, notes)
    }

    fn conductor<'c>(
        &'c self,
        engine: &'c RegisteredEngine,
        stores: &'c Stores,
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
            runs: RunDirs::of(&workspace.data_dir.runs(), &engine.name),
            clock: workspace.clock,
            interrupt: &workspace.interrupt,
            sink,
            hear: told.hear,
            notes: told.notes,
        })
    }
}

impl Stores {
    /// Returns the store in which an engine's rows lie.
    fn of(&self, engine: &RegisteredEngine) -> Result<Option<&Store>> {
        let Some(path) = &engine.engine.database else {
            return Ok(self.fleet.as_ref());
        };
        match self.own.get(path) {
            Some(Ok(store)) => Ok(store.as_ref()),
            // The error belongs to every engine that uses the file, so it is told to each anew.
            Some(Err(error)) => Err(Failure::new(kind_of(error), format!("{error:#}")).into()),
            None => Ok(None),
        }
    }
}

fn skip_report(
    engine: &RegisteredEngine,
    decision: Decision,
    pause: Option<Pause>,
) -> EngineReport {
    let pause = pause.filter(|_| decision.reason == Reason::Paused);
    let mut report = EngineReport::decided(&engine.name, decision);
    report.paused = pause;
    report
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
