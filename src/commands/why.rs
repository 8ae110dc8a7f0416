//! `sie why`.

use anyhow::{Context, Result};

use crate::cli::WhyArgs;
use crate::clock::UnixTime;
use crate::commands::{Ended, Session};
use crate::engine::evidence;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::WhyDocument;
use crate::registry::RegisteredEngine;
use crate::store::{Store, When};

pub fn run(args: &WhyArgs, session: &Session) -> Result<Ended> {
    let registry = session.registry_to_read()?;
    let engine = registry.engine(&args.name)?;
    let when = args
        .at
        .as_deref()
        .map_or(Ok(When::Last), |text| when_of(text, engine))?;
    let path = engine.store_path(&session.workspace.data_dir);
    let store = Store::open_to_read(&path)?;
    let row = match &store {
        Some(store) => store.decision(&engine.key, when)?,
        None => None,
    };
    let row = row.ok_or_else(|| {
        let name = &engine.name;
        match when {
            When::Last => Failure::usage(format!("nothing was decided about `{name}` yet"))
                .hint("decide with `sie run-all`"),
            When::Cycle(number) => {
                Failure::usage(format!("no decision started a cycle {name}-{number}"))
                    .hint(format!("list its cycles with `sie history {name}`"))
            }
            When::At(time) => {
                Failure::usage(format!("nothing was decided about `{name}` by {time}"))
            }
        }
    })?;
    let decision = evidence::from_json(&row.action, &row.reason, &row.evidence)?;
    let cycle = match (&store, row.cycle) {
        (Some(store), Some(number)) => store.cycle(&engine.key, number)?,
        _ => None,
    };
    let gates = match cycle.and_then(|cycle| cycle.gates) {
        Some(gates) => {
            serde_json::from_str(gates.get()).context("the record of the gates cannot be read")?
        }
        None => Vec::new(),
    };
    let document = WhyDocument::new(engine.name.to_string(), &row, decision, gates);
    session
        .ui
        .document(&document, session.workspace.clock.now())?;
    Ok(ExitCode::Done.into())
}

/// Reads `148`, `alpha-148`, or a time.
fn when_of(text: &str, engine: &RegisteredEngine) -> Result<When> {
    let name = engine.name.as_str();
    let number = text
        .get(name.len()..)
        .filter(|_| {
            text.to_ascii_lowercase()
                .starts_with(&name.to_ascii_lowercase())
        })
        .and_then(|rest| rest.strip_prefix('-'))
        .unwrap_or(text);
    if let Ok(number) = number.parse() {
        return Ok(When::Cycle(number));
    }
    UnixTime::parse(text).map(When::At).map_err(|_| {
        Failure::usage(format!(
            "`{text}` is neither a cycle of `{name}` nor a time"
        ))
        .hint(format!(
            "for example `{name}-148` or `2026-11-23T08:00:00Z`"
        ))
        .into()
    })
}
