//! `sie doctor`.

use anyhow::Result;

use crate::cli::DoctorArgs;
use crate::clock::UnixTime;
use crate::commands::{Ended, Session};
use crate::doctor::{Inspection, Limits, Retention, Sizes, mend};
use crate::env;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::{DoctorDocument, RetentionDocument};
use crate::store::Keep;

/// Seconds of a day.
const DAY: f64 = 86_400.0;

pub fn run(args: &DoctorArgs, session: &Session) -> Result<Ended> {
    if args.gc {
        return drop_old(args, session);
    }
    if args.dry_run && !args.fix {
        return Err(Failure::usage(
            "`--dry-run` without `--fix` or `--gc`: looking changes nothing anyway",
        )
        .hint("sie doctor --fix --dry-run")
        .into());
    }
    let workspace = &session.workspace;
    let inspect = || Inspection::of(workspace, env::search_path());
    let mut inspection = inspect();
    let mut findings = inspection.findings();
    let mut mended = Vec::new();
    if args.fix {
        let registry = inspection.registry.as_ref().ok();
        mended = mend(&findings, workspace, registry, args.dry_run);
        if !args.dry_run && !mended.is_empty() {
            // Those who looked must not keep what was looked at open: a log can be emptied only then.
            drop(inspection);
            inspection = inspect();
            findings = inspection.findings();
        }
    }
    let exit_code = DoctorDocument::code_of(&findings);
    let document = DoctorDocument {
        schema_version: 1,
        dry_run: args.dry_run,
        data_dir: workspace.data_dir.root().to_string_lossy().into_owned(),
        findings,
        mended,
        sizes: Sizes::of(&inspection),
        exit_code,
    };
    session.ui.document(&document, inspection.now)?;
    let problems = document.problems();
    if session.ui.is_quiet() {
        for line in &problems {
            session.ui.line(line);
        }
    }
    if exit_code != ExitCode::Done {
        let message = problems.first().map_or("", |line| line.trim());
        session
            .ui
            .exit_error(exit_code, exit_code.code_name(), message, &[]);
    }
    Ok(exit_code.into())
}

fn drop_old(args: &DoctorArgs, session: &Session) -> Result<Ended> {
    if args.keep_days.is_none() && args.keep_cycles.is_none() && args.max_bytes.is_none() {
        return Err(Failure::usage("`--gc` has to be told what to keep")
            .hint("for example `sie doctor --gc --keep-days 90 --dry-run`")
            .into());
    }
    // Who cannot read the registry does not know which engines may be running.
    session.registry()?;
    let workspace = &session.workspace;
    let inspection = Inspection::of(workspace, None);
    let since = |days: u32| UnixTime(inspection.now.0 - f64::from(days) * DAY);
    let limits = Limits {
        keep: Keep {
            since: args.keep_days.map(since),
            cycles: args.keep_cycles,
        },
        max_bytes: args.max_bytes.map(|size| size.0),
    };
    let retention = Retention::carry_out(&inspection, limits, args.dry_run)?;
    let asked = (args.keep_days, args.keep_cycles, limits.max_bytes);
    session.ui.document(
        &RetentionDocument::new(retention, args.dry_run, asked),
        inspection.now,
    )?;
    Ok(ExitCode::Done.into())
}
