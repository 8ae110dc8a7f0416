//! `sie demo`.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::cli::{DemoArgs, RegisterArgs};
use crate::commands::register::register;
use crate::commands::run_all::{ended, run_engines};
use crate::commands::{Ended, Session};
use crate::demo::{self, DemoEngine};
use crate::exit_code::ExitCode;
use crate::output::{DemoDocument, DemoEngineReport};
use crate::registry::{FleetOptions, FleetReport, RegisteredEngine};
use crate::store::{CycleState, DataDir};

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
    let mut end = Ended::With(ExitCode::Done);
    let registry = session.registry()?;
    let engines: Vec<&RegisteredEngine> = registry.engines().iter().collect();
    for round in 1..=args.rounds {
        session
            .ui
            .note(&format!("round {round} of {}", args.rounds));
        let report = run_engines(&registry, &engines, FleetOptions::default(), session)?;
        take(&mut document, &report);
        end = ended(&report, "sie demo", session);
        if end != Ended::With(ExitCode::Done) {
            break;
        }
    }
    session
        .ui
        .document(&document, session.workspace.clock.now())?;
    Ok(end)
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
        // Due at every tick, so that `run-all` always has something to show.
        interval: Some("0s".to_owned()),
        replace: true,
        ..RegisterArgs::default()
    }
}

fn empty_report(engine: &DemoEngine) -> DemoEngineReport {
    DemoEngineReport {
        engine: engine.name.to_owned(),
        what: engine.what.to_owned(),
        ..DemoEngineReport::default()
    }
}

/// Adds what the pipelines measured in a round.
fn take(document: &mut DemoDocument, report: &FleetReport) {
    for engine in &report.engines {
        let found = document
            .engines
            .iter_mut()
            .find(|known| known.engine == engine.engine.as_str());
        let (Some(known), Some(cycle)) = (found, engine.cycle.as_deref()) else {
            continue;
        };
        known.cost += cycle.cost;
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
