//! `sie modules`.

use std::io::Read;

use anyhow::{Context, Result};

use crate::cli::{ModulesArgs, ModulesCommand, ModulesRecordArgs};
use crate::commands::{Ended, Session};
use crate::engine::{DeltasOutcome, ModuleRecord, NewDeltas};
use crate::error::Failure;
use crate::events;
use crate::exit_code::ExitCode;
use crate::modules::{delta_of_pair, deltas_of_json};
use crate::output::{EngineModules, ModulesDocument, RecordedDelta, RecordedDeltasDocument};
use crate::registry::RegisteredEngine;
use crate::store::{ModulesRow, Store};

/// The most bytes of JSON: as much as the result of a cycle may have.
const MAX_JSON: u64 = 1024 * 1024;

pub fn run(args: &ModulesArgs, session: &Session) -> Result<Ended> {
    match &args.command {
        Some(ModulesCommand::Record(args)) => record(args, session),
        None => show(args.name.as_deref(), session),
    }
}

fn show(name: Option<&str>, session: &Session) -> Result<Ended> {
    let registry = session.registry_to_read()?;
    let engines: Vec<&RegisteredEngine> = match name {
        Some(name) => vec![registry.engine(name)?],
        None => registry.engines().iter().collect(),
    };
    let shared = Store::open_to_read(&session.workspace.data_dir.store())?;
    let mut listed = Vec::new();
    for engine in engines {
        let own = match &engine.engine.database {
            Some(path) => Store::open_to_read(path)?,
            None => None,
        };
        let store = match &engine.engine.database {
            Some(_) => own.as_ref(),
            None => shared.as_ref(),
        };
        let record = match store {
            Some(store) => ModuleRecord::read(store, &engine.key, &engine.engine)
                .with_context(|| format!("the modules of `{}`", engine.name))?,
            None => ModuleRecord::default(),
        };
        listed.push(EngineModules::new(engine.name.to_string(), &record));
    }
    let document = ModulesDocument::new(listed, name.is_some());
    let now = session.workspace.clock.now();
    session.ui.document(&document, now)?;
    Ok(ExitCode::Done.into())
}

fn record(args: &ModulesRecordArgs, session: &Session) -> Result<Ended> {
    let registry = session.registry()?;
    let engine = registry.engine(&args.name)?;
    let given = deltas_of(args)?;
    let deltas = given.iter().map(|(name, delta)| (name.as_str(), *delta));
    let deltas = NewDeltas::by_hand(&engine.engine, deltas);
    let now = session.workspace.clock.now();
    let path = engine.store_path(&session.workspace.data_dir);
    let (outcome, published) = if args.dry_run {
        let present = match Store::open_to_read(&path)? {
            Some(store) => store.modules(&engine.key)?,
            None => ModulesRow::default(),
        };
        (deltas.preview(&present)?, Vec::new())
    } else {
        let store = session.workspace.open_store_at(&path)?;
        let published = events::publish(&engine.key, &[], |_| {
            let rows = store.change_modules(&engine.key, &deltas, now)?;
            Ok(rows.unwrap_or_default())
        })?;
        let outcome = deltas.outcome().context("no delta was recorded")??;
        (outcome, published)
    };
    if let Some((place, error)) = outcome.refused.first() {
        let message = format!("delta {}: {error}; nothing was recorded", place + 1);
        return Err(Failure::usage(message).into());
    }
    let document = document(engine, &given, &outcome, args.dry_run);
    let shown = session.ui.document(&document, now);
    let ended = super::tell(&registry, [(engine, published)], session)?;
    shown.map(|()| ended)
}

/// Reads the deltas of a command line, or of the file it names.
fn deltas_of(args: &ModulesRecordArgs) -> Result<Vec<(String, f64)>> {
    let Some(path) = &args.json else {
        let read = |(index, pair): (usize, &String)| {
            delta_of_pair(pair).map_err(|problem| {
                let message = format!("delta {}: {problem}; nothing was recorded", index + 1);
                Failure::usage(message)
                    .hint("write it like `parser.py=2.1`")
                    .into()
            })
        };
        return args.pairs.iter().enumerate().map(read).collect();
    };
    let shown = path.display();
    let mut text = Vec::new();
    super::metrics::open(path)?
        .take(MAX_JSON + 1)
        .read_to_end(&mut text)
        .with_context(|| Failure::usage(format!("cannot read {shown}")))?;
    if text.len() as u64 > MAX_JSON {
        return Err(Failure::usage("there is more than 1 MiB of JSON")
            .hint("record it in several parts")
            .into());
    }
    let deltas = deltas_of_json(&text).map_err(|problem| {
        Failure::usage(format!("{problem}; nothing was recorded"))
            .hint("write it like `{\"parser.py\": 2.1, \"ranker.py\": -0.3}`")
    })?;
    // A command that failed prints nothing: that is not the same as no deltas.
    if deltas.is_empty() {
        return Err(Failure::usage("there are no deltas to read").into());
    }
    Ok(deltas)
}

fn document(
    engine: &RegisteredEngine,
    given: &[(String, f64)],
    outcome: &DeltasOutcome,
    dry_run: bool,
) -> RecordedDeltasDocument {
    let scale = outcome.record.scale();
    let recorded = given.iter().filter_map(|(name, delta)| {
        let module = outcome.record.trends.get(name)?;
        Some(RecordedDelta {
            module: name.clone(),
            delta: *delta,
            total: module.total,
            diminishing: scale.judge(module).is_some(),
        })
    });
    let new = outcome.newly_diminishing.iter();
    RecordedDeltasDocument {
        schema_version: 1,
        dry_run,
        engine: engine.name.to_string(),
        recorded: recorded.collect(),
        newly_diminishing: new.map(|it| it.module.clone()).collect(),
    }
}
