//! `sie pause` and `sie resume`.

use anyhow::{Context, Result};

use crate::cli::{PauseArgs, ResumeArgs};
use crate::clock::UnixTime;
use crate::commands::{Ended, Session};
use crate::duration::HumanDuration;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::names::is_invisible;
use crate::output::PauseDocument;
use crate::registry::RegisteredEngine;
use crate::store::{EngineState, Pause, Store};

/// The longest reason in bytes.
const MAX_REASON: usize = 1000;

pub fn pause(args: &PauseArgs, session: &Session) -> Result<Ended> {
    let registry = session.registry()?;
    let engine = registry.engine(&args.name)?;
    let now = session.workspace.clock.now();
    let is_hidden = args.reason.contains(is_invisible);
    if args.reason.trim().is_empty() || args.reason.len() > MAX_REASON || is_hidden {
        return Err(Failure::usage(format!(
            "`--reason` needs a text of 1 to {MAX_REASON} bytes on one line"
        ))
        .hint("say why, for example `--reason 'vendor outage'`")
        .into());
    }
    let until = args
        .until
        .as_deref()
        .map(|text| end_of(text, now))
        .transpose()?;
    let pause = Pause {
        reason: args.reason.clone(),
        since: now,
        until,
    };
    if !args.dry_run {
        store_of(engine, session)?.pause(&engine.key, &pause)?;
    }
    tell(engine, "paused", Some(pause), args.dry_run, session)
}

pub fn resume(args: &ResumeArgs, session: &Session) -> Result<Ended> {
    let registry = session.registry()?;
    let engine = registry.engine(&args.name)?;
    let present = state_of(engine, session)?.pause;
    if present.is_none() {
        session.ui.note(&format!("{} was not paused", engine.name));
    } else if !args.dry_run {
        store_of(engine, session)?.resume(&engine.key)?;
    }
    tell(engine, "resumed", None, args.dry_run, session)
}

/// Reads when a pause ends: a time, or a duration from now.
fn end_of(text: &str, now: UnixTime) -> Result<UnixTime> {
    let end = match HumanDuration::parse(text) {
        Ok(duration) => now.plus(duration.0),
        Err(_) => UnixTime::parse(text).map_err(|_| {
            Failure::usage(format!("`--until {text}` is neither a time nor a duration"))
                .hint("write it like `2026-11-23T18:00:00Z` or like `4h`")
        })?,
    };
    if end <= now {
        return Err(Failure::usage(format!("`--until {text}` is over already")).into());
    }
    Ok(end)
}

fn path_of(engine: &RegisteredEngine, session: &Session) -> std::path::PathBuf {
    let own = engine.engine.database.clone();
    own.unwrap_or_else(|| session.workspace.data_dir.store())
}

fn store_of(engine: &RegisteredEngine, session: &Session) -> Result<Store> {
    session.workspace.data_dir.create()?;
    session
        .workspace
        .open_store_at(&path_of(engine, session))
        .with_context(|| format!("cannot change the pause of `{}`", engine.name))
}

fn state_of(engine: &RegisteredEngine, session: &Session) -> Result<EngineState> {
    match Store::open_to_read(&path_of(engine, session))? {
        Some(store) => store.engine_state(&engine.key),
        None => Ok(EngineState::default()),
    }
}

fn tell(
    engine: &RegisteredEngine,
    change: &'static str,
    paused: Option<Pause>,
    dry_run: bool,
    session: &Session,
) -> Result<Ended> {
    let document = PauseDocument {
        schema_version: 1,
        dry_run,
        change,
        engine: engine.name.to_string(),
        paused,
    };
    session
        .ui
        .document(&document, session.workspace.clock.now())?;
    Ok(ExitCode::Done.into())
}
