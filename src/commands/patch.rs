//! `sie patch`.

use anyhow::Result;

use crate::cli::{PatchCommand, PatchListArgs, PatchRevertArgs, PatchShowArgs};
use crate::commands::{Ended, Session};
use crate::engine::StoredPatch;
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::{ListedPatch, PatchRevertDocument, PatchShowDocument, PatchesDocument};
use crate::patch::SuccessRate;
use crate::registry::{FleetObserver, ImprovementEngineRegistry, RegisteredEngine};
use crate::store::Store;
use crate::ui::Ui;

pub fn run(command: &PatchCommand, session: &Session) -> Result<Ended> {
    match command {
        PatchCommand::List(args) => list(args, session),
        PatchCommand::Show(args) => show(args, session),
        PatchCommand::Revert(args) => revert(args, session),
    }
}

fn list(args: &PatchListArgs, session: &Session) -> Result<Ended> {
    let registry = session.registry_to_read()?;
    let engines: Vec<&RegisteredEngine> = match &args.name {
        Some(name) => vec![registry.engine(name)?],
        None => registry.engines().iter().collect(),
    };
    let mut patches = Vec::new();
    let mut rate = SuccessRate::default();
    for engine in engines {
        let of_engine = patches_of(&registry, engine, session)?;
        let one = SuccessRate::of(of_engine.iter().map(|patch| &patch.record));
        rate.raised += one.raised;
        rate.judged += one.judged;
        let listed = of_engine.into_iter();
        patches.extend(listed.map(|patch| ListedPatch::new(&engine.name, patch)));
    }
    // Within an engine the order of the record holds; the sort is stable and only merges engines.
    if args.name.is_none() {
        patches.sort_by(|a, b| b.made_at.0.total_cmp(&a.made_at.0));
    }
    patches.truncate(args.limit);
    let document = PatchesDocument::new(patches, rate);
    session
        .ui
        .document(&document, session.workspace.clock.now())?;
    Ok(ExitCode::Done.into())
}

fn show(args: &PatchShowArgs, session: &Session) -> Result<Ended> {
    let registry = session.registry_to_read()?;
    let (engine, number) = engine_of(&registry, &args.id)?;
    let found = patches_of(&registry, engine, session)?
        .into_iter()
        .find(|patch| patch.number == number);
    let patch = found.ok_or_else(|| unknown(&args.id, Some(engine)))?;
    let document = PatchShowDocument::new(&engine.name, patch);
    session
        .ui
        .document(&document, session.workspace.clock.now())?;
    Ok(ExitCode::Done.into())
}

fn revert(args: &PatchRevertArgs, session: &Session) -> Result<Ended> {
    let registry = session.registry()?;
    let (engine, number) = engine_of(&registry, &args.id)?;
    // Before the store is opened for writing: an id that never was is no reason to make one.
    let database = engine.store_path(&session.workspace.data_dir);
    let known = match Store::open_to_read(&database)? {
        Some(store) => store.patch(&engine.key, number)?,
        None => None,
    };
    if known.is_none() {
        return Err(unknown(&args.id, Some(engine)));
    }
    let notes = Notes(session.ui);
    let patch = registry.take_back_patch(engine, number, args.dry_run, &notes)?;
    let document = PatchRevertDocument::new(&engine.name, patch, args.dry_run);
    session
        .ui
        .document(&document, session.workspace.clock.now())?;
    Ok(ExitCode::Done.into())
}

/// Reads the patches of an engine, newest first, after mending what a killed command left.
pub(super) fn patches_of(
    registry: &ImprovementEngineRegistry,
    engine: &RegisteredEngine,
    session: &Session,
) -> Result<Vec<StoredPatch>> {
    if !registry.is_newer() {
        registry.mend_patch_of(engine, &Notes(session.ui))?;
    }
    let database = engine.store_path(&session.workspace.data_dir);
    let Some(store) = Store::open_to_read(&database)? else {
        return Ok(Vec::new());
    };
    let rows = store.patches(&engine.key)?;
    rows.into_iter().map(StoredPatch::of).collect()
}

/// Returns the engine and the number that an id like `alpha-p3` names.
fn engine_of<'r>(
    registry: &'r ImprovementEngineRegistry,
    id: &str,
) -> Result<(&'r RegisteredEngine, i64)> {
    let parts = id
        .rsplit_once("-p")
        .and_then(|(name, number)| Some((name, number.parse().ok()?)));
    let Some((name, number)) = parts else {
        return Err(unknown(id, None));
    };
    Ok((registry.engine(name)?, number))
}

fn unknown(id: &str, engine: Option<&RegisteredEngine>) -> anyhow::Error {
    let shown: String = id.escape_debug().take(80).collect();
    let list = match engine {
        Some(engine) => format!("sie patch list {}", engine.name),
        None => "sie patch list".to_owned(),
    };
    Failure::usage(format!("no patch `{shown}`"))
        .hint(format!("list them with `{list}`"))
        .into()
}

/// Shows notes, and nothing else of what happens.
struct Notes(Ui);

impl FleetObserver for Notes {
    fn note(&self, text: &str) {
        match text.strip_prefix("warning: ") {
            Some(warning) => self.0.warning(warning),
            None => self.0.note(text),
        }
    }
}
