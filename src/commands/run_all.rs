//! `sie run-all`.

use anyhow::Result;

use crate::cli::{ApprovalArgs, Halt, RunAllArgs};
use crate::commands::ci::Outlets;
use crate::commands::{Ended, Session, autoscale, gating};
use crate::engine::Asked;
use crate::error::{Failure, Kind, kind_of};
use crate::exit_code::ExitCode;
use crate::gate::Answer;
use crate::glob;
use crate::output::{Document, FleetDocument, gates, headline, quiet_report};
use crate::registry::{
    EngineReport, FleetOptions, FleetReport, FleetRun, ImprovementEngineRegistry, RegisteredEngine,
    ScaleOutcome, ScaledFirst,
};
use crate::ui::ProgressDisplay;

/// The command as reports name it.
const COMMAND: &str = "sie run-all";

pub fn run(args: &RunAllArgs, session: &mut Session) -> Result<Ended> {
    let gates = gating::request(&args.gating)?;
    // Before anything else can fail: whatever does, no older report must be taken for this run's.
    let outlets = Outlets::open(&args.ci, COMMAND, session)?;
    let (autoscale, signal) = if args.autoscale {
        autoscale::listen_if_asked(session)?;
        scale_first(args, session)?
    } else {
        (None, None)
    };
    if let Some(ended) = signal {
        return Ok(ended);
    }
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
        budget: args.budget,
        gates,
        halt_after: match args.halt {
            Halt::Never => None,
            Halt::AfterFailures(count) => Some(count),
        },
        is_dry_run: args.dry_run,
        ..FleetOptions::default()
    };
    let engines = engines_of(&registry, &args.only)?;
    let mut report = run_engines(&registry, &engines, options, session)?;
    report.autoscale = autoscale;
    report
        .bad_entries
        .retain(|bad| is_wanted(&bad.engine, &args.only));
    let report = report.with_exit_code();
    finish(report, COMMAND, &outlets, session, FleetDocument)
}

/// Shows a report everywhere: on stderr, on stdout, and to whoever else waits for it.
pub fn finish<D: Document>(
    report: FleetReport,
    command: &str,
    outlets: &Outlets,
    session: &Session,
    document: impl FnOnce(FleetReport) -> D,
) -> Result<Ended> {
    tell_people(&report, command, session);
    let told = report.clone();
    let shown = session
        .ui
        .document(&document(report), session.workspace.clock.now());
    let ended = end_of(&told, session);
    let written = outlets.write(&told, ended, session);
    match ended {
        // A signal that ended us is the answer, whatever could not be written.
        Ended::BySignal(_) => Ok(ended),
        Ended::With(_) => {
            shown.and(written)?;
            tell_programs(&told, session);
            Ok(ended)
        }
    }
}

/// Takes one step of autoscaling before anything is run; whatever comes of it, the run goes on unless a signal ends it.
fn scale_first(
    args: &RunAllArgs,
    session: &Session,
) -> Result<(Option<ScaledFirst>, Option<Ended>)> {
    // A slip in a pattern must not come to light after the fleet was changed.
    engines_of(&session.registry()?, &args.only)?;
    let approval = ApprovalArgs {
        yes: args.yes,
        ..ApprovalArgs::default()
    };
    let (registry, report) = match autoscale::first_step(&approval, args.dry_run, session) {
        Ok(done) => done,
        Err(error) if matches!(kind_of(&error), Kind::Signal(_)) => return Err(error),
        Err(error) => {
            let problem = format!("{error:#}");
            session
                .ui
                .warning(&format!("autoscaling failed, the run goes on: {problem}"));
            let failed = ScaledFirst {
                step: None,
                error: Some(problem),
                error_code: kind_of(&error).exit_code(),
            };
            return Ok((Some(failed), None));
        }
    };
    if let Some(ended) = autoscale::interrupted(&report, session) {
        return Ok((None, Some(ended)));
    }
    autoscale::warn_of(&report, session);
    session
        .ui
        .note(&format!("autoscale: {}", headline(&report)));
    if matches!(report.step.outcome, ScaleOutcome::NotApproved(_)) {
        session
            .ui
            .note("hint: approve it with `sie autoscale --yes`, or set `approval_command` in the registry");
    }
    let heard = report.published.as_ref();
    let heard = heard.map(|(engine, event)| (engine, vec![event.clone()]));
    let told = super::tell(&registry, heard, session)?;
    let scaled = ScaledFirst {
        step: Some(report.step),
        error: None,
        error_code: ExitCode::Done,
    };
    let signal = Some(told).filter(|ended| matches!(ended, Ended::BySignal(_)));
    Ok((Some(scaled), signal))
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
    let hints = gates::hints(report);
    let hints: Vec<&String> = hints.iter().collect();
    session
        .ui
        .exit_error(code, code.code_name(), &message, &hints);
}

/// Says on stderr what the gates said where stdout does not: rows have no room for it.
fn tell_verdict(report: &FleetReport, command: &str, session: &Session) {
    if session.ui.shows_tables() {
        return;
    }
    for line in gates::lines(report, command == COMMAND) {
        if report.verdict == Some(Answer::Pass) {
            session.ui.note(&line);
        } else {
            session.ui.line(&line);
        }
    }
}

/// Says on stderr what must be said even if quiet or if stdout is gone, and returns how the command ends.
pub fn ended(report: &FleetReport, command: &str, session: &Session) -> Ended {
    tell_people(report, command, session);
    let ended = end_of(report, session);
    if let Ended::With(_) = ended {
        tell_programs(report, session);
    }
    ended
}

fn tell_people(report: &FleetReport, command: &str, session: &Session) {
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
                "gates": cycle.gates,
            });
            session.ui.line(&line.to_string());
        }
    }
    if session.ui.is_quiet() {
        for line in quiet_report(report, command) {
            session.ui.line(&line);
        }
    }
    tell_verdict(report, command, session);
}

/// Returns how a command ends with a report.
fn end_of(report: &FleetReport, session: &Session) -> Ended {
    let signal = report
        .signal()
        .or_else(|| session.workspace.interrupt.signal());
    if let Some(signal) = signal {
        return Ended::BySignal(signal);
    }
    report.exit_code.into()
}
