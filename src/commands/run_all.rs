//! `sie run-all`.

use anyhow::Result;

use crate::cli::RunAllArgs;
use crate::commands::{Ended, Session};
use crate::engine::Asked;
use crate::output::{FleetDocument, quiet_report};
use crate::registry::{
    FleetOptions, FleetReport, FleetRun, ImprovementEngineRegistry, RegisteredEngine,
};
use crate::ui::ProgressDisplay;

pub fn run(args: &RunAllArgs, session: &mut Session) -> Result<Ended> {
    session.listen_for_signals()?;
    let registry = session.registry()?;
    session.tell_bad_entries(&registry);
    let options = FleetOptions {
        jobs: args.jobs,
        asked: if args.force {
            Asked::Force
        } else {
            Asked::IfDue
        },
        if_running: args.if_running.into(),
        is_dry_run: args.dry_run,
        ..FleetOptions::default()
    };
    let engines: Vec<&RegisteredEngine> = registry.engines().iter().collect();
    let report = run_engines(&registry, &engines, options, session)?;
    let document = FleetDocument(report);
    session
        .ui
        .document(&document, session.workspace.clock.now())?;
    Ok(ended(&document.0, "sie run-all", session))
}

/// Runs engines with progress on stderr.
pub fn run_engines(
    registry: &ImprovementEngineRegistry,
    engines: &[&RegisteredEngine],
    options: FleetOptions,
    session: &Session,
) -> Result<FleetReport> {
    let observer = ProgressDisplay::new(session.ui);
    FleetRun {
        registry,
        options,
        observer: &observer,
    }
    .run(engines)
}

/// Says on stderr what must be said even if quiet, and returns how the command ends.
pub fn ended(report: &FleetReport, command: &str, session: &Session) -> Ended {
    for engine in &report.engines {
        if let Some(cycle) = engine
            .cycle
            .as_ref()
            .filter(|cycle| cycle.not_recorded.is_some())
        {
            // The store does not have it: this line is the only record there is.
            match serde_json::to_string(cycle) {
                Ok(json) => session.ui.line(&json),
                Err(error) => session
                    .ui
                    .warning(&format!("the result cannot be written as JSON: {error}")),
            }
        }
    }
    if session.ui.is_quiet() {
        for line in quiet_report(report, command) {
            session.ui.line(&line);
        }
    }
    match report
        .signal()
        .or_else(|| session.workspace.interrupt.signal())
    {
        Some(signal) => Ended::BySignal(signal),
        None => report.exit_code.into(),
    }
}
