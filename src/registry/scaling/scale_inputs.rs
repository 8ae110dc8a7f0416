//! Collects what one autoscaling decision rests on: the fleet, the archive, kept names and earlier actions.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::Result;

use crate::autoscale::{
    Answer, AutoscaleSettings, Direction, EngineState, Origin, PastAction, ScaleInputs, next_name,
};
use crate::clock::UnixTime;
use crate::names::EngineName;
use crate::registry::entry::RegisteredEngine;
use crate::registry::improvement_engine_registry::ImprovementEngineRegistry;
use crate::registry::scaling::factory::Factory;
use crate::registry::scaling::scale_readings::ScaleReadings;
use crate::registry::stores::Stores;
use crate::store::{ActionState, AutoscaleAction, FileLock, Store};

/// How many actions are looked through for those that were carried out.
const NEWEST_ACTIONS: usize = 1000;

/// Collects the inputs; creates and changes nothing.
///
/// # Errors
///
/// Fails if the store of the fleet cannot be read.
pub fn scale_inputs(
    registry: &ImprovementEngineRegistry,
    readings: &ScaleReadings,
    settings: &AutoscaleSettings,
    (answer, has_own_factory): (Answer, bool),
    now: UnixTime,
) -> Result<ScaleInputs> {
    let engines: Vec<&RegisteredEngine> = registry.engines().iter().collect();
    let stores = Stores::open(registry.workspace(), &engines, true)?;
    let factory = registry.autoscaling().factory.as_ref();
    let mut inputs = ScaleInputs {
        registry: registry.id().to_owned(),
        energy: readings.energy.clone(),
        trend: readings.trend.clone(),
        budget_left: readings.budget_left.clone(),
        engines: fleet(registry, &engines, &stores)?,
        archived: registry
            .archive()
            .revivable()
            .map(|engine| engine.name.to_string())
            .collect(),
        reserved: BTreeSet::new(),
        has_factory: has_own_factory || factory.is_some(),
        actions: past_actions(registry, &stores, settings)?,
        answer,
        now_unix_secs: whole_secs(now),
    };
    inputs.reserved = kept_names(registry, &engines, &stores)?
        .into_iter()
        .filter(|name| {
            !inputs
                .engines
                .iter()
                .any(|engine| engine.name.eq_ignore_ascii_case(name))
        })
        .filter(|name| {
            !inputs
                .archived
                .iter()
                .any(|other| other.eq_ignore_ascii_case(name))
        })
        .collect();
    if let Some(factory) = factory.filter(|_| !has_own_factory) {
        reserve_names_with_files(registry, factory, &mut inputs)?;
    }
    Ok(inputs)
}

/// Whether an action was carried out; of one that was begun and not ended the registry tells.
pub fn has_happened(action: &AutoscaleAction, registry: &ImprovementEngineRegistry) -> bool {
    match action.state {
        ActionState::Done => true,
        ActionState::Abandoned => false,
        ActionState::Begun if action.action == "remove" => {
            registry.archive().has(&action.engine_id)
        }
        ActionState::Begun => {
            let mut engines = registry.engines().iter();
            engines.any(|engine| engine.key.engine_id == action.engine_id)
        }
    }
}

impl ImprovementEngineRegistry {
    /// Returns the newest actions of autoscaling, newest first, each with whether it was carried out.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn autoscale_history(&self, store: &Store, most: usize) -> Result<Vec<AutoscaleAction>> {
        let mut actions = store.actions(self.id(), most)?;
        for action in &mut actions {
            action.state = if has_happened(action, self) {
                ActionState::Done
            } else {
                ActionState::Abandoned
            };
        }
        Ok(actions)
    }
}

fn fleet(
    registry: &ImprovementEngineRegistry,
    engines: &[&RegisteredEngine],
    stores: &Stores,
) -> Result<Vec<EngineState>> {
    let (mut means, mut running) = (BTreeMap::new(), BTreeSet::new());
    for store in stores.all() {
        means.extend(store.mean_rois(registry.id())?);
        running.extend(store.engines_running(registry.id())?);
        // The trial of a patch runs over several cycles: if its engine went, nobody would take it out any more.
        running.extend(store.engines_on_trial(registry.id())?);
    }
    let data_dir = &registry.workspace().data_dir;
    let state = |engine: &&RegisteredEngine| {
        let id = &engine.key.engine_id;
        let database = engine.engine.database.as_deref();
        let lock = data_dir.engine_lock(engine.name.as_str(), id, database);
        // A cycle that was killed still has its cost held: the next cycle or run-all settles that, and only then the
        // engine may go. Nor may one whose state cannot be read.
        let is_running = running.contains(id)
            || FileLock::is_held(&lock).unwrap_or(true)
            || stores.of(engine).is_err();
        EngineState {
            name: engine.name.to_string(),
            origin: engine.engine.origin,
            mean_roi: means.get(id).copied(),
            is_running,
        }
    };
    let mut fleet: Vec<EngineState> = engines.iter().map(state).collect();
    // An entry with a mistake is an engine all the same: it counts, and nobody takes it out but its operator.
    fleet.extend(registry.bad_entries().iter().map(|bad| EngineState {
        name: bad.engine.clone(),
        origin: Origin::Registered,
        mean_roi: None,
        is_running: true,
    }));
    Ok(fleet)
}

/// Returns names of the form that new engines get, by which data are kept: of engines, of bots and of runs.
fn kept_names(
    registry: &ImprovementEngineRegistry,
    engines: &[&RegisteredEngine],
    stores: &Stores,
) -> Result<BTreeSet<String>> {
    let mut names: Vec<String> = engines
        .iter()
        .map(|engine| engine.bot().to_string())
        .collect();
    let archived = registry.archive().all().iter();
    names.extend(archived.map(|archived| archived.name.clone()));
    for store in stores.all() {
        names.extend(store.names_with_data(registry.id())?);
    }
    // Engines with a database of their own may have left nothing else behind.
    let runs = fs::read_dir(registry.workspace().data_dir.runs());
    let runs = runs.into_iter().flatten().flatten();
    names.extend(runs.map(|run| run.file_name().to_string_lossy().into_owned()));
    let is_numbered = |name: &String| {
        let number = name.to_ascii_lowercase();
        let number = number.strip_prefix("engine").unwrap_or_default();
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    Ok(names.into_iter().filter(is_numbered).collect())
}

/// Reserves names whose engines would find files of their own already there, left by somebody else.
fn reserve_names_with_files(
    registry: &ImprovementEngineRegistry,
    factory: &Factory,
    inputs: &mut ScaleInputs,
) -> Result<()> {
    loop {
        let fleet = inputs.engines.iter().map(|engine| engine.name.as_str());
        let kept = inputs.archived.iter().chain(&inputs.reserved);
        let name = next_name(inputs.count(), fleet.chain(kept.map(String::as_str)));
        let files = factory.own_files(&EngineName::parse(&name)?, &registry.folder())?;
        if !files.iter().any(|file| file.exists()) {
            return Ok(());
        }
        inputs.reserved.insert(name);
    }
}

/// Returns as many of the newest actions as a decision can depend on, oldest first. How many does not depend on the
/// time, or a plan would grow stale by waiting.
fn past_actions(
    registry: &ImprovementEngineRegistry,
    stores: &Stores,
    settings: &AutoscaleSettings,
) -> Result<Vec<PastAction>> {
    let Some(fleet) = &stores.fleet else {
        return Ok(Vec::new());
    };
    let most = settings.rate_limit.map_or(1, |limit| limit.actions.max(1));
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let recorded = fleet.actions(registry.id(), NEWEST_ACTIONS)?;
    let mut actions: Vec<PastAction> = recorded
        .iter()
        .filter(|action| has_happened(action, registry))
        .take(most)
        .map(|action| PastAction {
            at_unix_secs: whole_secs(action.at),
            direction: if action.action == "remove" {
                Direction::Down
            } else {
                Direction::Up
            },
        })
        .collect();
    actions.reverse();
    Ok(actions)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a cast cuts to the range, and seconds beyond it are no times"
)]
fn whole_secs(time: UnixTime) -> i64 {
    time.0.floor() as i64
}
