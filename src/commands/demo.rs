//! `sie demo`.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread::available_parallelism;

use anyhow::{Context, Result};

use crate::cli::{DemoArgs, PatchingArgs, RegisterArgs};
use crate::commands::patch::patches_of;
use crate::commands::register::register;
use crate::commands::run_all::ended;
use crate::commands::{Ended, Session};
use crate::demo::{self, DemoEngine, DemoPatchStep};
use crate::engine::PatchOutcome;
use crate::exit_code::ExitCode;
use crate::output::{DemoDocument, DemoEngineReport, DemoPatch};
use crate::registry::{
    FleetOptions, FleetReport, FleetRun, ImprovementEngineRegistry, RegisteredEngine,
};
use crate::store::{CycleState, DataDir, patch_name};
use crate::ui::ProgressDisplay;

pub fn run(args: &DemoArgs, session: &mut Session) -> Result<Ended> {
    let folder = folder(args, session)?;
    let data_dir = DataDir::new(&folder.join("sie"))?;
    session.workspace.registry_path = data_dir.registry();
    session.workspace.data_dir = data_dir;
    let mut document = DemoDocument {
        schema_version: 1,
        dry_run: args.dry_run,
        data_dir: session.workspace.data_dir.root().to_owned(),
        folder,
        engines: demo::ENGINES.iter().map(empty_report).collect(),
        patches: Vec::new(),
        no_patch: None,
    };
    if args.dry_run {
        session
            .ui
            .document(&document, session.workspace.clock.now())?;
        return Ok(ExitCode::Done.into());
    }
    session.listen_for_signals()?;
    demo::unpack(&document.folder)?;
    for engine in demo::ENGINES {
        register(&registration(&engine, &document), session)?;
    }
    let registry = session.registry()?;
    let mut seen = BTreeSet::new();
    let end = run_rounds(args.rounds, &registry, &mut document, &mut seen, session)?;
    document.patches = patches(&registry, &seen, session)?;
    session
        .ui
        .document(&document, session.workspace.clock.now())?;
    Ok(end)
}

/// Runs the rounds, and adds the ids of the patches that were there to `seen`.
fn run_rounds(
    rounds: u32,
    registry: &ImprovementEngineRegistry,
    document: &mut DemoDocument,
    seen: &mut BTreeSet<String>,
    session: &Session,
) -> Result<Ended> {
    let display = ProgressDisplay::new(session.ui);
    let options = FleetOptions {
        // No figure depends on who runs beside whom: a cycle is seeded by its own id.
        jobs: available_parallelism().unwrap_or(NonZeroUsize::MIN),
        ..FleetOptions::default()
    };
    let engines: Vec<&RegisteredEngine> = registry.engines().iter().collect();
    for round in 1..=rounds {
        display.round(round, rounds);
        let report = FleetRun {
            registry,
            options: options.clone(),
            observer: &display,
        }
        .run(&engines)?;
        take(document, &report, seen);
        let end = ended(&report, "sie demo", session);
        if end != Ended::With(ExitCode::Done) {
            return Ok(end);
        }
    }
    Ok(ExitCode::Done.into())
}

/// Reads the patches with these ids, oldest first.
fn patches(
    registry: &ImprovementEngineRegistry,
    ids: &BTreeSet<String>,
    session: &Session,
) -> Result<Vec<DemoPatch>> {
    let mut found = Vec::new();
    for engine in registry.engines() {
        let of_engine = patches_of(registry, engine, session)?;
        found.extend(of_engine.into_iter().rev().filter_map(|patch| {
            let id = patch_name(engine.name.as_str(), patch.number);
            ids.contains(&id)
                .then(|| DemoPatch::new(&engine.name, id, &patch))
        }));
    }
    Ok(found)
}

/// Returns the folder of the demo: beside the user's data, never in it.
fn folder(args: &DemoArgs, session: &Session) -> Result<PathBuf> {
    let folder = if let Some(folder) = &args.dir {
        folder.clone()
    } else {
        let mut beside = session.workspace.data_dir.root().as_os_str().to_owned();
        beside.push("-demo");
        PathBuf::from(beside)
    };
    std::path::absolute(&folder)
        .with_context(|| format!("cannot use the folder {}", folder.display()))
}

fn registration(engine: &DemoEngine, document: &DemoDocument) -> RegisterArgs {
    RegisterArgs {
        name: engine.name.to_owned(),
        pipeline: Some(engine.pipeline.to_owned()),
        energy: Some(engine.energy),
        work_dir: Some(document.folder.clone()),
        patching: engine.patch.map(patching).unwrap_or_default(),
        // Due at every tick, so that `run-all` always has something to show.
        interval: Some("0s".to_owned()),
        replace: true,
        ..RegisterArgs::default()
    }
}

fn patching(step: DemoPatchStep) -> PatchingArgs {
    PatchingArgs {
        patch: Some(step.generate.to_owned()),
        patch_target: vec![step.target.to_owned()],
        patch_check: vec![step.check.to_owned()],
        patch_copy: step.copy.iter().map(|glob| (*glob).to_owned()).collect(),
        patch_trials: Some(step.trials),
        ..PatchingArgs::default()
    }
}

fn empty_report(engine: &DemoEngine) -> DemoEngineReport {
    DemoEngineReport {
        engine: engine.name.to_owned(),
        what: engine.what.to_owned(),
        ..DemoEngineReport::default()
    }
}

/// Adds what the pipelines measured in a round, and which patches were there.
fn take(document: &mut DemoDocument, report: &FleetReport, seen: &mut BTreeSet<String>) {
    for engine in &report.engines {
        let found = document
            .engines
            .iter_mut()
            .find(|known| known.engine == engine.engine.as_str());
        let (Some(known), Some(cycle)) = (found, engine.cycle.as_deref()) else {
            continue;
        };
        known.cost += cycle.cost;
        if let Some(patch) = &cycle.patch {
            seen.extend(patch.id.clone());
            document.no_patch = (patch.outcome == PatchOutcome::NotMade)
                .then(|| format!("{}: {}", engine.engine, patch.why));
        }
        if cycle.outcome != CycleState::Ok {
            continue;
        }
        known.rounds += 1;
        known.roi += cycle.roi.unwrap_or(0.0);
        if let Some(result) = &cycle.result {
            known.loss.extend(result.metrics.get("loss"));
            known.improved += usize::from(result.gain.is_some_and(|gain| gain > 0.0));
        }
    }
}
