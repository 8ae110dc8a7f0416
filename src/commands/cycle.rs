//! `sie cycle`.

use anyhow::{Context, Result};

use crate::cli::{CycleArgs, IfRunningArg};
use crate::commands::run_all::{ended, run_engines};
use crate::commands::{Ended, Session};
use crate::engine::{Asked, Energy};
use crate::error::Failure;
use crate::output::CycleDocument;
use crate::registry::{FleetOptions, IfRunning};

pub fn run(args: &CycleArgs, session: &mut Session) -> Result<Ended> {
    let energy = args
        .energy
        .map(|energy| {
            Energy::new(energy).with_context(|| Failure::usage("`--energy` cannot be used"))
        })
        .transpose()?;
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
        if_running: args.if_running.into(),
        is_dry_run: args.dry_run,
        ..FleetOptions::default()
    };
    let mut report = run_engines(&registry, &[engine], options, session)?;
    // The bad entries of others are none of this engine's business.
    report.bad_entries.clear();
    let report = report.with_exit_code();
    let ended = ended(&report, "sie cycle", session);
    session
        .ui
        .document(&CycleDocument(report), session.workspace.clock.now())?;
    Ok(ended)
}

impl From<IfRunningArg> for IfRunning {
    fn from(arg: IfRunningArg) -> Self {
        match arg {
            IfRunningArg::Skip => Self::Skip,
            IfRunningArg::Fail => Self::Fail,
        }
    }
}
