//! `sie event`.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result};

use crate::cli::{EventCommand, EventListArgs, PublishArgs};
use crate::commands::{Ended, Session};
use crate::error::Failure;
use crate::events;
use crate::exit_code::ExitCode;
use crate::output::{EventsDocument, ListedEvent, PublishedDocument};
use crate::registry::RegisteredEngine;

pub fn run(command: &EventCommand, session: &Session) -> Result<Ended> {
    match command {
        EventCommand::Publish(args) => publish(args, session),
        EventCommand::List(args) => list(args, session),
    }
}

fn publish(args: &PublishArgs, session: &Session) -> Result<Ended> {
    let registry = session.registry()?;
    let engine = registry.engine(&args.name)?;
    let data = args.json.as_deref().map(read_text).transpose()?;
    let bus = registry.event_bus_of(engine);
    let event = if args.dry_run {
        bus.preview(&args.topic, data.as_deref())?
    } else {
        bus.publish(&args.topic, data.as_deref())?
    };
    let pending = events::waits(&event.topic);
    let next = pending.then(|| {
        format!(
            "`sie run-all` answers it; see why with `sie why {}`",
            engine.name
        )
    });
    let now = session.workspace.clock.now();
    let document = PublishedDocument {
        schema_version: 1,
        dry_run: args.dry_run,
        event,
        pending,
        next: next.filter(|_| !args.dry_run),
    };
    let shown = session.ui.document(&document, now);
    let heard = (!args.dry_run).then_some((engine, vec![document.event]));
    let ended = super::tell(&registry, heard, session)?;
    shown.map(|()| ended)
}

fn list(args: &EventListArgs, session: &Session) -> Result<Ended> {
    let registry = session.registry_to_read()?;
    let engines: Vec<&RegisteredEngine> = match &args.name {
        Some(name) => vec![registry.engine(name)?],
        None => registry.engines().iter().collect(),
    };
    let mut listed = Vec::new();
    for engine in engines {
        let events = registry
            .event_bus_of(engine)
            .newest(args.topic.as_deref(), args.limit)?;
        listed.extend(
            events
                .into_iter()
                .map(|(event, pending)| ListedEvent { event, pending }),
        );
    }
    // Within an engine the order of the record holds; the sort is stable and only merges engines.
    if args.name.is_none() {
        listed.sort_by(|a, b| b.event.time.0.total_cmp(&a.event.time.0));
    }
    listed.truncate(args.limit);
    let document = EventsDocument {
        schema_version: 1,
        events: listed,
    };
    session
        .ui
        .document(&document, session.workspace.clock.now())?;
    Ok(ExitCode::Done.into())
}

fn read_text(path: &Path) -> Result<String> {
    let most = events::MAX_DATA as u64 + 1;
    let mut bytes = Vec::new();
    super::metrics::open(path)?
        .take(most)
        .read_to_end(&mut bytes)
        .with_context(|| Failure::usage(format!("cannot read {}", path.display())))?;
    String::from_utf8(bytes)
        .map_err(|_| Failure::usage("the data of the event are not UTF-8 text").into())
}
