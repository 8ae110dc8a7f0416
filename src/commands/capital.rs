//! `sie capital`.

use anyhow::{Context, Result};

use crate::capital::{Money, Zone};
use crate::cli::{
    BudgetArgs, CapitalCommand, CapitalHistoryArgs, EntryKind, InitArgs, LogArgs, values,
};
use crate::clock::UnixTime;
use crate::commands::{Ended, Session};
use crate::duration::HumanDuration;
use crate::error::Failure;
use crate::events::HookCommand;
use crate::exit_code::ExitCode;
use crate::names::is_invisible;
use crate::output::{
    CapitalSettingsDocument, CapitalStatusDocument, EntriesDocument, LoggedDocument,
};
use crate::registry::{CAPITAL, CapitalSettings, ImprovementEngineRegistry};
use crate::store::{Entry, NewEntry, Store};

/// The longest note in bytes.
const MAX_NOTE: usize = 1000;
/// How many overruns are listed.
const MOST_OVERRUNS: usize = 5;

pub fn run(command: &CapitalCommand, session: &Session) -> Result<Ended> {
    match command {
        CapitalCommand::Init(args) => init(args, session),
        CapitalCommand::Log(args) => log(args, session),
        CapitalCommand::Budget(args) => budget(args, session),
        CapitalCommand::Status => status(session),
        CapitalCommand::History(args) => history(args, session),
    }
}

fn init(args: &InitArgs, session: &Session) -> Result<Ended> {
    let given = CapitalSettings {
        unit: args.unit.clone(),
        target: args.target,
        zone: args
            .zone
            .as_deref()
            .map_or_else(|| Ok(Zone::default()), Zone::parse)?,
        energy_command: args
            .energy_command
            .as_deref()
            .map(HookCommand::parse)
            .transpose()
            .with_context(|| Failure::usage("`--energy-command` cannot be used"))?,
        energy_threshold: args.energy_threshold,
        ..CapitalSettings::default()
    };
    let define = |present: Option<&CapitalSettings>| {
        if present.is_some() && !args.replace {
            return Err(
                Failure::usage("the registry has a section `capital` already")
                    .hint("look at it with `sie capital status`, or change it with `--replace`")
                    .into(),
            );
        }
        let present = present.cloned().unwrap_or_default();
        Ok(CapitalSettings {
            budget: present.budget,
            overruns_since: present.overruns_since,
            ..given.clone()
        })
    };
    let next = "next: set a budget with `sie capital budget --per-day AMOUNT`, book money with `sie capital log \
                inflow AMOUNT`";
    change(define, "begun", Some(next), args.dry_run, session)
}

fn budget(args: &BudgetArgs, session: &Session) -> Result<Ended> {
    let now = session.workspace.clock.now();
    let define = |present: Option<&CapitalSettings>| {
        let mut settings = present.cloned().ok_or_else(|| {
            Failure::usage("the registry has no section `capital`")
                .hint("begin one with `sie capital init`, with `--target AMOUNT` to have capital in the energy score")
        })?;
        let caps = &mut settings.budget;
        for (cap, given) in [
            (&mut caps.per_cycle, args.per_cycle),
            (&mut caps.per_day, args.per_day),
            (&mut caps.fleet, args.fleet),
        ] {
            match given {
                None => {}
                Some(values::CapValue::None) => *cap = None,
                Some(values::CapValue::Amount(amount)) => *cap = Some(amount),
            }
        }
        settings.overruns_since = Some(now);
        Ok(settings)
    };
    change(define, "set", None, args.dry_run, session)
}

/// Changes the section of the registry, or says what would be written.
fn change(
    define: impl Fn(Option<&CapitalSettings>) -> Result<CapitalSettings>,
    change: &'static str,
    next: Option<&str>,
    dry_run: bool,
    session: &Session,
) -> Result<Ended> {
    let mut registry = session.registry()?;
    let settings = define(registry.capital())?;
    settings.check()?;
    if !dry_run {
        registry.change(|current, draft| {
            let settings = define(current.capital())?;
            draft.set_section(CAPITAL, &settings)
        })?;
    }
    let document = CapitalSettingsDocument {
        schema_version: 1,
        dry_run,
        change,
        capital: settings,
        next: next.filter(|_| !dry_run).map(str::to_owned),
    };
    session
        .ui
        .document(&document, session.workspace.clock.now())?;
    Ok(ExitCode::Done.into())
}

fn log(args: &LogArgs, session: &Session) -> Result<Ended> {
    let registry = session.registry()?;
    let now = session.workspace.clock.now();
    if args.amount <= Money::ZERO {
        return Err(Failure::usage("there is nothing to book")
            .hint("an amount is above 0; what was spent is an `expense`")
            .into());
    }
    let is_hidden = |note: &String| note.contains(is_invisible) || note.len() > MAX_NOTE;
    if args.note.as_ref().is_some_and(is_hidden) {
        return Err(Failure::usage(format!(
            "`--note` is not a text of up to {MAX_NOTE} bytes on one line"
        ))
        .into());
    }
    let engine = args
        .engine
        .as_deref()
        .map(|name| registry.engine(name))
        .transpose()?;
    let kind = match args.kind {
        EntryKind::Inflow => "inflow",
        EntryKind::Expense => "expense",
    };
    let entry = NewEntry {
        kind,
        amount: args.amount,
        engine: engine.map(|engine| &engine.key),
        note: args.note.as_deref(),
    };
    if !args.dry_run {
        session.workspace.data_dir.create()?;
        let store = session.workspace.open_store()?;
        store.log_entry(registry.id(), &entry, now)?;
    }
    let document = LoggedDocument {
        schema_version: 1,
        dry_run: args.dry_run,
        entry: Entry {
            at: now,
            kind: kind.to_owned(),
            amount: args.amount,
            state: "booked".to_owned(),
            engine_id: None,
            engine: engine.map(|engine| engine.name.to_string()),
            cycle: None,
            reserved: None,
            note: args.note.clone(),
        },
        unit: unit_of(&registry),
    };
    session.ui.document(&document, now)?;
    Ok(ExitCode::Done.into())
}

fn status(session: &Session) -> Result<Ended> {
    let registry = session.registry_to_read()?;
    let now = session.workspace.clock.now();
    let capital = registry.fleet_capital(now)?;
    let overruns = match Store::open_to_read(&session.workspace.data_dir.store())? {
        Some(store) => {
            let since = registry.capital().and_then(|it| it.overruns_since);
            store.overruns(registry.id(), since, MOST_OVERRUNS)?
        }
        None => Vec::new(),
    };
    let overruns = named(overruns, &registry);
    let document = CapitalStatusDocument::new(capital, overruns, now);
    session.ui.document(&document, now)?;
    Ok(ExitCode::Done.into())
}

fn history(args: &CapitalHistoryArgs, session: &Session) -> Result<Ended> {
    let registry = session.registry_to_read()?;
    let now = session.workspace.clock.now();
    let since = args.since.as_deref();
    let since = since.map(|text| since_when(text, now)).transpose()?;
    let entries = match Store::open_to_read(&session.workspace.data_dir.store())? {
        Some(store) => store.entries(registry.id(), since, args.limit)?,
        None => Vec::new(),
    };
    let document = EntriesDocument {
        schema_version: 1,
        unit: unit_of(&registry),
        entries: named(entries, &registry),
    };
    session.ui.document(&document, now)?;
    Ok(ExitCode::Done.into())
}

/// Reads a time, or how long ago that was.
fn since_when(text: &str, now: UnixTime) -> Result<UnixTime> {
    if let Ok(duration) = HumanDuration::parse(text) {
        return Ok(UnixTime(now.0 - duration.0.as_secs_f64()));
    }
    UnixTime::parse(text).map_err(|_| {
        Failure::usage(format!("`--since {text}` is neither a time nor a duration"))
            .hint("write it like `2026-11-23T00:00:00Z` or like `7d`")
            .into()
    })
}

/// Names the engines that bookings belong to; one that is not registered any more keeps its id.
fn named(mut entries: Vec<Entry>, registry: &ImprovementEngineRegistry) -> Vec<Entry> {
    for entry in &mut entries {
        let Some(id) = entry.engine_id.clone() else {
            continue;
        };
        let mut engines = registry.engines().iter();
        let found = engines.find(|engine| engine.key.engine_id == id);
        let name = found.map(|engine| engine.name.to_string());
        entry.engine = name.or(entry.engine.take()).or(Some(id));
    }
    entries
}

fn unit_of(registry: &ImprovementEngineRegistry) -> Option<String> {
    registry.capital().and_then(|it| it.unit.clone())
}
