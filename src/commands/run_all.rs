//! `sie run-all`.

use anyhow::Result;

use crate::cli::{Halt, RunAllArgs};
use crate::commands::{Ended, Session};
use crate::engine::Asked;
use crate::error::{Failure, Kind};
use crate::exit_code::ExitCode;
use crate::glob;
use crate::output::{FleetDocument, quiet_report};
use crate::registry::{
    EngineReport, FleetOptions, FleetReport, FleetRun, ImprovementEngineRegistry, RegisteredEngine,
};
use crate::ui::ProgressDisplay;

pub fn run(args: &RunAllArgs, session: &mut Session) -> Result<Ended> {
    session.listen_for_signals()?;
    let registry = session.registry()?;
    session.tell_bad_entries_of(&registry, |name| is_wanted(name, &args.only));
    let options = FleetOptions {
        jobs: args.jobs,
        asked: if args.force {
            Asked::Force
        } else {
            Asked::IfDue
        },
        explore: args.exploring.probability(),
        retries: args.trouble.retries,
        if_running: args.trouble.if_running,
        halt_after: match args.halt {
            Halt::Never => None,
            Halt::AfterFailures(count) => Some(count),
        },
        is_dry_run: args.dry_run,
        ..FleetOptions::default()
    };
    let engines = engines_of(&registry, &args.only)?;
    let mut report = run_engines(&registry, &engines, options, session)?;
    report
        .bad_entries
        .retain(|bad| is_wanted(&bad.engine, &args.only));
    let report = report.with_exit_code();
    let ended = ended(&report, "sie run-all", session);
    session
        .ui
        .document(&FleetDocument(report), session.workspace.clock.now())?;
    Ok(ended)
}

/// Whether a name is one of those that are looked at.
pub fn is_wanted(name: &str, only: &[String]) -> bool {
    only.is_empty() || only.iter().any(|pattern| glob::matches(pattern, name))
}

/// Returns the engines to look at. A pattern that matches nothing is a slip, and a cron job would never tell.
pub fn engines_of<'a>(
    registry: &'a ImprovementEngineRegistry,
    only: &[String],
) -> Result<Vec<&'a RegisteredEngine>> {
    let names = || registry.engines().iter().map(|engine| engine.name.as_str());
    let bad = || registry.bad_entries().iter().map(|bad| bad.engine.as_str());
    for pattern in only {
        if !names()
            .chain(bad())
            .any(|name| glob::matches(pattern, name))
        {
            return Err(
                Failure::usage(format!("no engine matches `--only {pattern}`"))
                    .did_you_mean(pattern, names())
                    .hint("list the registered engines with `sie list`")
                    .into(),
            );
        }
    }
    let engines = registry.engines().iter();
    Ok(engines
        .filter(|engine| is_wanted(engine.name.as_str(), only))
        .collect())
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

/// Ends stderr with the line that tells a program why the exit code is not 0.
fn tell_programs(report: &FleetReport, session: &Session) {
    let is_told = |engine: &EngineReport| {
        let cycle = engine.cycle.as_deref();
        cycle.is_some_and(|cycle| cycle.not_recorded.is_some())
    };
    let code = report.exit_code;
    if code == ExitCode::Done || report.engines.iter().any(is_told) {
        return;
    }
    let failed = report.engines.iter().filter(|engine| engine.has_failed());
    let message = match (code, failed.count()) {
        (ExitCode::PipelineFailed | ExitCode::Unexpected, count) => {
            format!("{count} of {} engines failed", report.engines.len())
        }
        _ => code.meaning().to_owned(),
    };
    session.ui.exit_error(code, code.code_name(), &message, &[]);
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
    let signal = report
        .signal()
        .or_else(|| session.workspace.interrupt.signal());
    if let Some(signal) = signal {
        return Ended::BySignal(signal);
    }
    tell_programs(report, session);
    report.exit_code.into()
}
