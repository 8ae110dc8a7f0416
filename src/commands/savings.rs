//! `sie report savings`.

use anyhow::{Context, Result};

use crate::capital::Money;
use crate::cli::SavingsArgs;
use crate::commands::since::since;
use crate::commands::{Ended, Session};
use crate::duration::HumanDuration;
use crate::engine::SavingsRecord;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::{EngineSavings, SavingsDocument};
use crate::policy::savings::savings;
use crate::registry::RegisteredEngine;
use crate::store::Store;

pub fn run(args: &SavingsArgs, session: &Session) -> Result<Ended> {
    let registry = session.registry_to_read()?;
    let engines: Vec<&RegisteredEngine> = match &args.name {
        Some(name) => vec![registry.engine(name)?],
        None => registry.engines().iter().collect(),
    };
    let schedule = args.against.as_deref().map(schedule).transpose()?;
    let now = session.workspace.clock.now();
    let from = since(args.since.as_deref(), now)?;
    let fleet = Store::open_to_read(&session.workspace.data_dir.store())?;
    let mut document = SavingsDocument::new(now);
    for engine in engines {
        let own = match &engine.engine.database {
            Some(path) => Store::open_to_read(path)?,
            None => None,
        };
        let store = if engine.engine.database.is_some() {
            own.as_ref()
        } else {
            fleet.as_ref()
        };
        let Some(store) = store else { continue };
        let record = SavingsRecord::read(store, &engine.key, &engine.engine, &engine.bot(), from)?;
        // Nothing ran and nothing was measured: there is nothing to compare.
        let Some(begun) = record.since else { continue };
        let (spent, assumed) = match &fleet {
            Some(fleet) => fleet.spent_since(&engine.key, from)?,
            None => (0, 0),
        };
        let interval = schedule.unwrap_or(engine.engine.interval);
        if interval.0.is_zero() {
            let name = &engine.name;
            return Err(Failure::usage(format!(
                "`{name}` has an interval of 0s, which is no schedule"
            ))
            .hint("compare with another one, for example `--against cron:1d`")
            .into());
        }
        let price = record.price.unwrap_or(0.0);
        document.add(EngineSavings {
            engine: engine.name.to_string(),
            since: begun,
            schedule: interval,
            spent: Money::from_micros(spent).to_f64(),
            assumed: Money::from_micros(assumed).to_f64(),
            inferred: savings(&record.rows, price, interval.as_secs_f64()),
            record,
        });
    }
    session
        .ui
        .document(&document, now)
        .context("cannot report the savings")?;
    Ok(ExitCode::Done.into())
}

fn schedule(text: &str) -> Result<HumanDuration> {
    let duration = text.strip_prefix("cron:").ok_or_else(|| {
        Failure::usage(format!("`--against {text}` is no schedule"))
            .hint("write it like `cron:6h` or `cron:7d`")
    })?;
    let duration = HumanDuration::parse(duration)?;
    if duration.0.is_zero() {
        return Err(Failure::usage("`--against cron:0s` never waits")
            .hint("write it like `cron:6h`")
            .into());
    }
    Ok(duration)
}
