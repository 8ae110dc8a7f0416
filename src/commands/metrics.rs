//! `sie metrics`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;

use anyhow::{Context, Result};

use crate::cli::{MetricsCommand, MetricsShowArgs, RecordArgs};
use crate::clock::UnixTime;
use crate::commands::{Ended, Session};
use crate::error::Failure;
use crate::events::{self, CloudEvent};
use crate::exit_code::ExitCode;
use crate::metrics::{Batch, Batches, Csv, Json, JsonLines, Pairs, RowSource, time_of};
use crate::output::{MetricsDocument, RecordedDocument, RecordedIn};
use crate::registry::{ImprovementEngineRegistry, RegisteredEngine};
use crate::store::{MetricsWriter, NewEvent, Store};
use crate::ui::ImportBar;

/// How far in the future a row may lie, in seconds: clocks of two machines differ.
const TOLERANCE: f64 = 300.0;
/// How many batches are read ahead of the writers.
const AHEAD: usize = 4;

pub fn run(command: &MetricsCommand, session: &Session) -> Result<Ended> {
    match command {
        MetricsCommand::Record(args) => record(args, session),
        MetricsCommand::Show(args) => show(args, session),
    }
}

/// Engines that look at the same rows, and how many of these are kept.
struct Target<'r> {
    engines: Vec<&'r RegisteredEngine>,
    keeps: u64,
}

fn record(args: &RecordArgs, session: &Session) -> Result<Ended> {
    let registry = session.registry()?;
    let (bot, engines) = bot_of(&registry, &args.name)?;
    let workspace = &session.workspace;
    let now = workspace.clock.now();
    // Ordered by path, so that two commands never wait for each other.
    let mut targets: BTreeMap<PathBuf, Target<'_>> = BTreeMap::new();
    for engine in engines {
        let path = engine.store_path(&workspace.data_dir);
        let target = targets.entry(path).or_insert(Target {
            engines: Vec::new(),
            keeps: 0,
        });
        target.engines.push(engine);
        target.keeps = target.keeps.max(engine.engine.metrics_rows);
    }
    let default_at = match &args.at {
        Some(text) => time_of(text).context(Failure::usage("`--at` cannot be used"))?,
        None => now.0,
    };
    let source = source_of(args)?;
    let batches = Batches::new(source, default_at, now.0 + TOLERANCE);
    let bytes = args.file.as_deref().and_then(|path| path.metadata().ok());
    let bar = ImportBar::new(session.ui, bytes.map(|metadata| metadata.len()));
    let mut stores = Vec::new();
    if !args.dry_run {
        for path in targets.keys() {
            stores.push(workspace.open_store_at(path)?);
        }
    }
    let mut writers = Vec::new();
    for (store, target) in stores.iter().zip(targets.values()) {
        writers.push(MetricsWriter::begin(
            store,
            registry.id(),
            &bot,
            target.keeps,
        )?);
    }
    let count = copy(batches, &mut writers, &bar).context("nothing was recorded")?;
    drop(bar);
    let mut recorded = Vec::new();
    let mut published = Vec::new();
    let mut writers = writers.into_iter();
    for target in targets.values() {
        let dropped = match writers.next() {
            Some(writer) => finish(writer, target, count, now, &mut published)?,
            None => 0,
        };
        recorded.push(RecordedIn {
            engines: target
                .engines
                .iter()
                .map(|it| it.name.to_string())
                .collect(),
            rows: count,
            dropped,
            keeps: target.keeps,
        });
    }
    let document = RecordedDocument {
        schema_version: 1,
        dry_run: args.dry_run,
        bot,
        recorded,
    };
    let shown = session.ui.document(&document, now);
    let ended = super::tell(&registry, published, session)?;
    shown.map(|()| ended)
}

/// Hands every row to every writer, reading ahead while they write; returns how many rows there were.
fn copy(
    mut batches: Batches<'_>,
    writers: &mut [MetricsWriter<'_>],
    bar: &ImportBar,
) -> Result<u64> {
    let (sender, receiver) = mpsc::sync_channel(AHEAD);
    thread::scope(|scope| {
        let read = move || {
            while let Some(batch) = batches.next().transpose() {
                let is_last = batch.is_err();
                // Nobody listens any more: a writer failed, and says so itself.
                if sender.send(batch).is_err() || is_last {
                    break;
                }
            }
        };
        thread::Builder::new()
            .spawn_scoped(scope, read)
            .context("no thread to read the rows with")?;
        let mut count = 0;
        for batch in receiver {
            let batch: Batch = batch?;
            for writer in writers.iter_mut() {
                writer.push(&batch.names, &batch.ats, &batch.values)?;
            }
            count += batch.ats.len() as u64;
            bar.at(batch.bytes);
        }
        Ok(count)
    })
}

/// Commits the rows in one database and publishes them to its engines; returns how many old rows were dropped.
fn finish<'r>(
    writer: MetricsWriter<'_>,
    target: &Target<'r>,
    rows: u64,
    now: UnixTime,
    published: &mut Vec<(&'r RegisteredEngine, Vec<CloudEvent>)>,
) -> Result<u64> {
    let new: Vec<NewEvent> = if rows > 0 {
        vec![events::event(
            events::METRICS_NEW,
            &serde_json::json!({ "rows": rows }),
        )?]
    } else {
        Vec::new()
    };
    let of_engines: Vec<_> = target
        .engines
        .iter()
        .map(|engine| (&engine.key, new.as_slice()))
        .collect();
    let (written, rows) = writer.finish(&of_engines, now)?;
    for (engine, rows) in target.engines.iter().zip(rows) {
        let events = events::publish(&engine.key, &new, |_| Ok(rows))?;
        published.push((*engine, events));
    }
    Ok(written.dropped)
}

fn source_of(args: &RecordArgs) -> Result<Box<dyn RowSource + Send + '_>> {
    if let Some(path) = &args.json {
        return Ok(Box::new(Json::read(open(path)?)?));
    }
    let Some(path) = &args.file else {
        return Ok(Box::new(Pairs(Some(&args.pairs))));
    };
    let ending = path
        .extension()
        .map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    match ending.as_deref() {
        Some("csv") => Ok(Box::new(Csv::open(path)?)),
        Some("jsonl" | "ndjson") => Ok(Box::new(JsonLines::open(path)?)),
        _ => Err(Failure::usage(format!(
            "{} ends neither in .csv nor in .jsonl",
            path.display()
        ))
        .hint("rename it, or read JSON with `--json FILE`")
        .into()),
    }
}

/// Opens a file, or stdin for `-`.
pub fn open(path: &Path) -> Result<Box<dyn Read>> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    let file = File::open(path)
        .with_context(|| Failure::usage(format!("cannot read {}", path.display())))?;
    Ok(Box::new(file))
}

fn show(args: &MetricsShowArgs, session: &Session) -> Result<Ended> {
    let registry = session.registry_to_read()?;
    let (bot, engines) = bot_of(&registry, &args.name)?;
    // An engine's own rows, if one was named; else those of the first that has the bot.
    let engine = engines
        .iter()
        .find(|engine| engine.name.as_str().eq_ignore_ascii_case(&args.name))
        .or(engines.first());
    let path = engine.map(|engine| engine.store_path(&session.workspace.data_dir));
    let store = path
        .map(|path| Store::open_to_read(&path))
        .transpose()?
        .flatten();
    let (kept, rows) = match &store {
        Some(store) => (
            store.bot_rows(registry.id(), &bot)?.unwrap_or_default(),
            store.metrics_after(registry.id(), &bot, (0, 0), args.last)?,
        ),
        None => Default::default(),
    };
    let document = MetricsDocument::new(bot, kept.rows, kept.dropped, rows);
    session
        .ui
        .document(&document, session.workspace.clock.now())?;
    Ok(ExitCode::Done.into())
}

/// Returns the bot of an engine, or the bot itself, with all engines that improve it.
fn bot_of<'r>(
    registry: &'r ImprovementEngineRegistry,
    name: &str,
) -> Result<(String, Vec<&'r RegisteredEngine>)> {
    let with = |bot: &str| -> Vec<&RegisteredEngine> {
        let engines = registry.engines().iter();
        engines
            .filter(|engine| engine.bot().as_str() == bot)
            .collect()
    };
    match registry.engine(name) {
        Ok(engine) => {
            let bot = engine.bot().to_string();
            let engines = with(&bot);
            Ok((bot, engines))
        }
        Err(error) => match with(name) {
            engines if engines.is_empty() => Err(error),
            engines => Ok((name.to_owned(), engines)),
        },
    }
}
