//! `sie status`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Result;

use crate::commands::{Ended, Session};
use crate::engine::{Asked, FleetKnowledge, Learner, ModuleRecord, News, Signals};
use crate::output::{EngineStatus, SPARKLINE_CYCLES, StatusDocument, metrics_warnings};
use crate::registry::RegisteredEngine;
use crate::store::{Cycle, CycleFilter, CycleState, EngineState, FileLock, Store, patch_name};

pub fn run(session: &Session) -> Result<Ended> {
    let registry = session.registry_to_read()?;
    let fleet = Store::open_to_read(&session.workspace.data_dir.store())?;
    let knowledge = FleetKnowledge::new(fleet.as_ref(), registry.id());
    let mut stores: BTreeMap<PathBuf, Option<Store>> = BTreeMap::new();
    let mut engines = Vec::new();
    for engine in registry.engines() {
        let path = engine
            .engine
            .database
            .clone()
            .unwrap_or_else(|| session.workspace.data_dir.store());
        if !stores.contains_key(&path) {
            stores.insert(path.clone(), Store::open_to_read(&path)?);
        }
        let store = stores.get(&path).and_then(Option::as_ref);
        engines.push(status_of(engine, store, &knowledge, session)?);
    }
    let document = StatusDocument {
        schema_version: 1,
        engines,
        bad_entries: registry.bad_entries().to_vec(),
    };
    session
        .ui
        .document(&document, session.workspace.clock.now())?;
    Ok(session.tell_bad_entries(&registry).into())
}

fn status_of(
    engine: &RegisteredEngine,
    store: Option<&Store>,
    knowledge: &FleetKnowledge<'_>,
    session: &Session,
) -> Result<EngineStatus> {
    let now = session.workspace.clock.now();
    let (state, last, roi) = match store {
        None => (EngineState::default(), None, Vec::new()),
        Some(store) => (
            store.engine_state(&engine.key)?,
            store
                .cycles(&CycleFilter {
                    key: &engine.key,
                    most: 1,
                })?
                .pop(),
            store.roi_history(&engine.key, SPARKLINE_CYCLES)?,
        ),
    };
    let mut signals = match store {
        // Commands that diagnose are not run here: a look at the fleet should be quick and without effects.
        Some(store) => {
            let bot = engine.bot();
            let news = News::of_engine(store, &engine.key, &bot)?;
            Signals::read(store, &news, &engine.key, &engine.engine, &bot, &state)?
        }
        None => Signals::default(),
    };
    if let Some(store) = store {
        signals.modules = ModuleRecord::read(store, &engine.key, &engine.engine)?.returns();
    }
    let step = match store {
        Some(store) => Learner {
            store,
            key: &engine.key,
            engine: &engine.engine,
            bot: &engine.bot(),
            fleet: knowledge,
            explore: None,
            seed: session.workspace.seed,
        }
        .step(
            None,
            &state,
            signals.newest_row(),
            || signals.has_issues(&engine.engine),
            now,
        )?,
        None => None,
    };
    let next = engine
        .engine
        .decide(&state, &signals, step.as_ref(), Asked::IfDue, now);
    let warning = metrics_warnings(&next.conditions, now).into_iter().next();
    let diminishing = next.modules.as_ref();
    let diminishing = diminishing.map(|modules| format!("{}: diminishing", modules.names()));
    let (result, note) = match &last {
        Some(cycle) if cycle.state == CycleState::Running => running(engine, cycle, session),
        Some(cycle) => (
            Some(cycle.state.as_str().to_owned()),
            note_of(cycle, &state),
        ),
        None => (None, None),
    };
    let paused = state.pause.clone().filter(|pause| pause.holds_at(now));
    // Why it is left alone matters more than how its last cycle went.
    let note = match &paused {
        Some(pause) => Some(pause.reason.clone()),
        None => note,
    };
    let in_place = match store {
        Some(store) => store.patch_in_place(&engine.key)?,
        None => None,
    };
    let on_trial = in_place.map(|patch| {
        let id = patch_name(engine.name.as_str(), patch.number);
        format!("patch {id} is on trial")
    });
    Ok(EngineStatus {
        engine: engine.name.to_string(),
        paused,
        last_run: state.last_run,
        failure: last.as_ref().and_then(|cycle| cycle.reason.clone()),
        result,
        roi_total: state.roi_total,
        roi,
        next,
        note: note.or(on_trial).or(warning).or(diminishing),
    })
}

/// A cycle on record as running is running only if somebody holds the engine's lock.
fn running(
    engine: &RegisteredEngine,
    cycle: &Cycle,
    session: &Session,
) -> (Option<String>, Option<String>) {
    let own_database = engine.engine.database.as_deref();
    let data_dir = &session.workspace.data_dir;
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

fn note_of(cycle: &Cycle, state: &EngineState) -> Option<String> {
    let reason = cycle.reason.as_deref()?;
    Some(match state.failures_in_row {
        0 | 1 => format!("{reason}; see `sie history {}`", cycle.engine),
        count => format!(
            "{reason}, {count} in a row; see `sie history {}`",
            cycle.engine
        ),
    })
}
