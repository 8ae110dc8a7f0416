//! How single engines are, from what was read of each store at once.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Result;

use crate::autoscale::Reading;
use crate::clock::UnixTime;
use crate::engine::{
    Asked, Decision, FleetKnowledge, Learner, ModuleRecord, News, Reason, Signals,
};
use crate::output::{EngineCondition, EngineStatus, SPARKLINE_CYCLES, metrics_warnings};
use crate::registry::{CapitalSettings, ImprovementEngineRegistry, RegisteredEngine, Workspace};
use crate::store::{
    Cycle, CycleState, DataDir, EngineState, FileLock, PolicyMark, RecentSums, Store, patch_name,
};

/// Seconds of the 7 days that are added up.
const WEEK: f64 = 7.0 * 86_400.0;

/// A look at the engines of a registry.
pub struct Glance<'a> {
    knowledge: &'a FleetKnowledge<'a>,
    registry_id: &'a str,
    workspace: &'a Workspace,
    energy: Option<(&'a CapitalSettings, Reading)>,
    now: UnixTime,
    stores: BTreeMap<PathBuf, Option<Snapshot>>,
}

/// What was read of a store in a few scans, whatever the number of engines.
struct Snapshot {
    store: Store,
    states: BTreeMap<String, EngineState>,
    last: BTreeMap<String, Cycle>,
    news: News,
    policies: BTreeMap<String, PolicyMark>,
}

impl Snapshot {
    fn read(store: Store, registry_id: &str) -> Result<Self> {
        Ok(Self {
            states: store.engine_states(registry_id)?,
            last: store.last_cycles(registry_id)?,
            news: News::read(&store, registry_id)?,
            policies: store.policy_marks(registry_id)?,
            store,
        })
    }
}

impl<'a> Glance<'a> {
    /// Reads what the fleet can afford, and nothing of its engines yet.
    ///
    /// # Errors
    ///
    /// Fails if the store of the fleet cannot be read.
    pub fn new(
        registry: &'a ImprovementEngineRegistry,
        knowledge: &'a FleetKnowledge<'a>,
    ) -> Result<Self> {
        let workspace = registry.workspace();
        let now = workspace.clock.now();
        let energy = match registry.capital() {
            // Commands are not run here: a look at the fleet should be quick and without effects.
            Some(settings) if settings.energy_command.is_none() => {
                Some((settings, registry.fleet_capital(now)?.energy.reading))
            }
            _ => None,
        };
        Ok(Self {
            knowledge,
            registry_id: registry.id(),
            workspace,
            energy,
            now,
            stores: BTreeMap::new(),
        })
    }

    /// Says how an engine is and what would be decided about it. Runs nothing and writes nothing.
    ///
    /// # Errors
    ///
    /// Fails if its store cannot be read.
    pub fn status_of(&mut self, engine: &RegisteredEngine) -> Result<EngineStatus> {
        let path = engine.store_path(&self.workspace.data_dir);
        if !self.stores.contains_key(&path) {
            let snapshot = Store::open_to_read(&path)?
                .map(|store| Snapshot::read(store, self.registry_id))
                .transpose()?;
            self.stores.insert(path.clone(), snapshot);
        }
        let snapshot = self.stores.get(&path).and_then(Option::as_ref);
        let id = &engine.key.engine_id;
        let state = snapshot
            .and_then(|snapshot| snapshot.states.get(id).cloned())
            .unwrap_or_default();
        let last = snapshot.and_then(|snapshot| snapshot.last.get(id));
        let next = self.decide(engine, &state, snapshot)?;
        let sums = match (snapshot, last) {
            (Some(snapshot), Some(_)) => {
                let since = UnixTime(self.now.0 - WEEK);
                snapshot.store.sums_since(&engine.key, since)?
            }
            _ => RecentSums::default(),
        };
        let roi = match snapshot {
            Some(snapshot) => snapshot.store.roi_history(&engine.key, SPARKLINE_CYCLES)?,
            None => Vec::new(),
        };
        let on_trial = match snapshot {
            // A trial begins with a cycle that knows its patch.
            Some(snapshot) if last.is_some_and(|cycle| cycle.patch.is_some()) => {
                let in_place = snapshot.store.patch_in_place(&engine.key)?;
                in_place.map(|patch| patch_name(engine.name.as_str(), patch.number))
            }
            _ => None,
        };
        let mut status = self
            .describe(engine, &state, last, roi, next)
            .with_sums(sums);
        status.note = status.note.or_else(|| {
            let on_trial = on_trial.map(|id| format!("patch {id} is on trial"));
            on_trial.or_else(|| note_of_decision(&status.next, self.now))
        });
        Ok(status)
    }

    fn decide(
        &self,
        engine: &RegisteredEngine,
        state: &EngineState,
        snapshot: Option<&Snapshot>,
    ) -> Result<Decision> {
        let definition = &engine.engine;
        let (mut signals, mut step) = (Signals::default(), None);
        if let Some(Snapshot {
            store,
            news,
            policies,
            ..
        }) = snapshot
        {
            let bot = engine.bot();
            // Commands that diagnose are not run here, either.
            signals = Signals::read(store, news, &engine.key, definition, &bot, state)?;
            signals.modules = ModuleRecord::read(store, &engine.key, definition)?.returns();
            let learner = Learner {
                store,
                key: &engine.key,
                engine: definition,
                bot: &bot,
                fleet: self.knowledge,
                explore: None,
                seed: self.workspace.seed,
            };
            step = learner.step(
                policies.get(&engine.key.engine_id),
                state,
                signals.newest_row(),
                || signals.has_issues(definition),
                self.now,
            )?;
        }
        if let Some((settings, reading)) = &self.energy {
            signals.capital = settings.signal_for(reading, definition);
        }
        Ok(definition.decide(state, &signals, step.as_ref(), Asked::IfDue, self.now))
    }

    fn describe(
        &self,
        engine: &RegisteredEngine,
        state: &EngineState,
        last: Option<&Cycle>,
        roi: Vec<f64>,
        next: Decision,
    ) -> EngineStatus {
        let now = self.now;
        let (result, note) = match last {
            Some(cycle) if cycle.state == CycleState::Running => {
                running(engine, cycle, &self.workspace.data_dir)
            }
            Some(cycle) if cycle.gate_failed => {
                (Some("gate_failed".to_owned()), note_of(cycle, state))
            }
            Some(cycle) => (Some(cycle.state.as_str().to_owned()), note_of(cycle, state)),
            None => (None, None),
        };
        let paused = state.pause.clone().filter(|pause| pause.holds_at(now));
        // Why it is left alone matters more than how its last cycle went.
        let note = match &paused {
            Some(pause) => Some(pause.reason.clone()),
            None => note,
        };
        EngineStatus {
            engine: engine.name.to_string(),
            states: conditions(result.as_deref(), paused.is_some(), &next),
            paused,
            last_run: state.last_run,
            failure: last.and_then(|cycle| cycle.reason.clone()),
            failures_in_row: state.failures_in_row,
            result,
            roi_total: state.roi_total,
            roi_7d: 0.0,
            spent_7d: 0.0,
            roi,
            next,
            note,
        }
    }
}

/// Says in one word each how an engine is.
fn conditions(result: Option<&str>, is_paused: bool, next: &Decision) -> Vec<EngineCondition> {
    let is_running = result == Some("running");
    let mut conditions = Vec::new();
    let holds = [
        (EngineCondition::Due, next.is_run() && !is_running),
        (EngineCondition::Running, is_running),
        (EngineCondition::Paused, is_paused),
        (
            EngineCondition::Failed,
            matches!(result, Some("failed" | "gate_failed" | "interrupted")),
        ),
        (
            EngineCondition::BackingOff,
            next.reason == Reason::BackingOff,
        ),
    ];
    for (condition, holds) in holds {
        if holds {
            conditions.push(condition);
        }
    }
    if conditions.is_empty() {
        conditions.push(EngineCondition::Waiting);
    }
    conditions
}

/// A cycle on record as running is running only if somebody holds the engine's lock.
fn running(
    engine: &RegisteredEngine,
    cycle: &Cycle,
    data_dir: &DataDir,
) -> (Option<String>, Option<String>) {
    let own_database = engine.engine.database.as_deref();
    let path = data_dir.engine_lock(engine.name.as_str(), &engine.key.engine_id, own_database);
    // Where that cannot be told, the record is what there is.
    if FileLock::is_held(&path).unwrap_or(true) {
        let note = format!(
            "cycle {}-{}, process {}",
            cycle.engine, cycle.number, cycle.pid
        );
        (Some("running".to_owned()), Some(note))
    } else {
        let note = "its `sie` died; the next run records that".to_owned();
        (Some("interrupted".to_owned()), Some(note))
    }
}

/// Returns what is worth knowing of what would be decided.
fn note_of_decision(next: &Decision, now: UnixTime) -> Option<String> {
    let warning = metrics_warnings(&next.conditions, now).into_iter().next();
    let modules = next.modules.as_ref();
    warning.or_else(|| modules.map(|modules| format!("{}: diminishing", modules.names())))
}

fn note_of(cycle: &Cycle, state: &EngineState) -> Option<String> {
    if cycle.gate_failed {
        let (name, number) = (&cycle.engine, cycle.number);
        return Some(format!(
            "stopped by a gate; see `sie why {name} --at {name}-{number}`"
        ));
    }
    let reason = cycle.reason.as_deref()?;
    Some(match state.failures_in_row {
        0 | 1 => format!("{reason}; see `sie history {}`", cycle.engine),
        count => format!(
            "{reason}, {count} in a row; see `sie history {}`",
            cycle.engine
        ),
    })
}
