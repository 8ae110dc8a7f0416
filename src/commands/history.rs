//! `sie history`.

use anyhow::Result;

use crate::cli::HistoryArgs;
use crate::commands::{Ended, Session};
use crate::exit_code::ExitCode;
use crate::output::HistoryDocument;
use crate::registry::RegisteredEngine;
use crate::store::{Cycle, CycleFilter, Store};

pub fn run(args: &HistoryArgs, session: &Session) -> Result<Ended> {
    let registry = session.registry_to_read()?;
    let engines: Vec<&RegisteredEngine> = match &args.name {
        Some(name) => vec![registry.engine(name)?],
        None => registry.engines().iter().collect(),
    };
    let shared = Store::open_to_read(&session.workspace.data_dir.store())?;
    let mut cycles: Vec<Cycle> = Vec::new();
    for engine in engines {
        let filter = CycleFilter {
            key: &engine.key,
            most: args.limit,
        };
        let own = match &engine.engine.database {
            Some(path) => Store::open_to_read(path)?,
            None => None,
        };
        let store = if engine.engine.database.is_some() {
            own.as_ref()
        } else {
            shared.as_ref()
        };
        cycles.extend(
            store
                .map(|store| store.cycles(&filter))
                .transpose()?
                .unwrap_or_default(),
        );
    }
    // Within an engine the order of the record holds; the sort is stable and only merges engines.
    if args.name.is_none() {
        cycles.sort_by(|a, b| b.started_at.0.total_cmp(&a.started_at.0));
    }
    cycles.truncate(args.limit);
    session.ui.document(
        &HistoryDocument {
            schema_version: 1,
            cycles,
        },
        session.workspace.clock.now(),
    )?;
    Ok(ExitCode::Done.into())
}
