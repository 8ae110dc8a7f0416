//! `sie cycle`.

use anyhow::{Context, Result};

use crate::cli::CycleArgs;
use crate::commands::ci::Outlets;
use crate::commands::run_all::{finish, run_engines};
use crate::commands::{Ended, Session, gating};
use crate::engine::{Asked, Energy, Reason};
use crate::error::Failure;
use crate::output::CycleDocument;
use crate::registry::{FleetOptions, FleetReport};

/// The command as reports name it.
const COMMAND: &str = "sie cycle";

pub fn run(args: &CycleArgs, session: &mut Session) -> Result<Ended> {
    let energy = args
        .energy
        .map(|energy| {
            Energy::new(energy).with_context(|| Failure::usage("`--energy` cannot be used"))
        })
        .transpose()?;
    let gates = gating::request(&args.gating)?;
    // Before anything else can fail: whatever does, no older report must be taken for this run's.
    let outlets = Outlets::open(&args.ci, COMMAND, session)?;
    session.listen_for_signals()?;
    let registry = session.registry()?;
    let engine = registry.engine(&args.name)?;
    let options = FleetOptions {
        asked: if args.if_due {
            Asked::IfDue
        } else {
            Asked::Cycle
        },
        energy,
        explore: args.exploring.probability(),
        retries: args.trouble.retries,
        if_running: args.trouble.if_running,
        gates,
        owes_cycle: true,
        is_dry_run: args.dry_run,
        ..FleetOptions::default()
    };
    let mut report = run_engines(&registry, &[engine], options, session)?;
    // The bad entries of others are none of this engine's business.
    report.bad_entries.clear();
    let report = report.with_exit_code();
    refuse_if_unregistered(&report)?;
    if !args.if_due {
        refuse_if_paused(&report)?;
    }
    finish(report, COMMAND, &outlets, session, CycleDocument)
}

/// Whoever names an engine that is taken out in that moment hears the same as a moment later.
fn refuse_if_unregistered(report: &FleetReport) -> Result<()> {
    let mut engines = report.engines.iter();
    let Some(engine) = engines.find(|engine| engine.reason == Reason::Unregistered.code()) else {
        return Ok(());
    };
    let why = Reason::Unregistered.words();
    Err(
        Failure::usage(format!("`{}` was not run: {why}", engine.engine))
            .hint("list the registered engines with `sie list`")
            .into(),
    )
}

/// Whoever asks for this very engine must hear that it is paused, not find out from a missing result.
fn refuse_if_paused(report: &FleetReport) -> Result<()> {
    let paused = report
        .engines
        .iter()
        .find(|engine| engine.reason == Reason::Paused.code());
    let Some(engine) = paused else {
        return Ok(());
    };
    let name = &engine.engine;
    let (reason, end) = match &engine.paused {
        Some(pause) => (
            format!(": {}", pause.reason),
            pause.until.map(|until| format!(" until {until}")),
        ),
        None => (String::new(), None),
    };
    let end = end.unwrap_or_default();
    Err(Failure::usage(format!("`{name}` is paused{end}{reason}"))
        .hint(format!("end the pause with `sie resume {name}`"))
        .into())
}
