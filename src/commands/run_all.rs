//! `sie run-all`.

use anyhow::Result;

use crate::cli::RunAllArgs;
use crate::commands::{Ended, Session};
use crate::engine::Asked;
use crate::error::Kind;
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
    let ended = ended(&report, "sie run-all", session);
    session
        .ui
        .document(&FleetDocument(report), session.workspace.clock.now())?;
    Ok(ended)
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

/// Says on stderr what must be said even if quiet or if stdout is gone, and returns how the command ends.
pub fn ended(report: &FleetReport, command: &str, session: &Session) -> Ended {
    let cycles = report
        .engines
        .iter()
        .filter_map(|engine| engine.cycle.as_deref());
    for cycle in cycles {
        if let Some(problem) = &cycle.not_recorded {
            // The store does not have it: this line is the only record there is.
            let kind = Kind::NotRecorded;
            let line = serde_json::json!({
                "message_type": "exit_error",
                "code": kind.exit_code().number(),
                "kind": kind.code_name(),
                "message": format!("the end of cycle {} could not be recorded: {problem}", cycle.cycle),
                "hints": [],
                "cycle": cycle,
            });
            session.ui.line(&line.to_string());
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
