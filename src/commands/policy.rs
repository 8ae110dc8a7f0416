//! `sie policy`.

use std::io::{BufRead, Read};
use std::path::Path;

use anyhow::{Context, Result};

use crate::cli::{ExportArgs, ImportArgs, InspectArgs, PolicyCommand, ResetArgs, SimulateArgs};
use crate::commands::{Ended, Session, replay};
use crate::engine::{
    EnergyBase, ExportedPolicy, FleetKnowledge, NO_SIGNAL, PolicyName, Simulation,
    SimulationSettings, calibration_pairs, fleet_part, simulated_situation,
};
use crate::error::{Failure, Kind};
use crate::exit_code::ExitCode;
use crate::output::{InspectDocument, PolicyChangeDocument};
use crate::policy::{Evidence, PolicySettings, SelfImprovementPolicy, Signal, calibration};
use crate::registry::RegisteredEngine;
use crate::store::{FileLock, LockAttempt, PolicyMark, PolicyUpdate, Store, holders_of, replace};
use crate::ui::Ui;

pub fn run(command: &PolicyCommand, session: &Session) -> Result<Ended> {
    match command {
        PolicyCommand::Inspect(args) => inspect(args, session),
        PolicyCommand::Export(args) => export(args, session),
        PolicyCommand::Import(args) => import(args, session),
        PolicyCommand::Reset(args) => reset(args, session),
        PolicyCommand::Simulate(args) => simulate(args, session),
        PolicyCommand::Replay(args) => replay::run(args, session),
    }
}

/// What an engine's policy has learned so far.
struct Learned {
    policy: SelfImprovementPolicy,
    state: String,
    mark: PolicyMark,
}

fn inspect(args: &InspectArgs, session: &Session) -> Result<Ended> {
    let registry = session.registry_to_read()?;
    let engines: Vec<&RegisteredEngine> = match &args.name {
        Some(name) => vec![registry.engine(name)?],
        None => registry.engines().iter().collect(),
    };
    let older = args.diff.as_deref().map(read_export).transpose()?;
    let fleet = Store::open_to_read(&session.workspace.data_dir.store())?;
    let knowledge = FleetKnowledge::new(fleet.as_ref(), registry.id());
    let mut document = InspectDocument::new(args.name.is_none(), args.diff.is_some());
    for engine in engines {
        let mut learned = match (learned(engine, session)?, &args.name) {
            (Some(learned), _) => learned,
            (None, Some(_)) => return Err(nothing_learned(engine)),
            (None, None) => continue,
        };
        // What the registry says now holds from the next decision on, and is what the reader wants to see.
        if let Some(strategy) = engine.engine.strategy() {
            let settings = engine.engine.policy_settings(strategy, None);
            learned.policy.configure(settings);
        }
        let table = knowledge.without(&engine.key.engine_id)?;
        let older = match &older {
            Some(export) => Some(export.policy()?.inspect(&table)),
            None => None,
        };
        let inspection = learned.policy.inspect(&table);
        let pairs = match Store::open_to_read(&engine.store_path(&session.workspace.data_dir))? {
            Some(store) => calibration_pairs(&store, &engine.key)?,
            None => Vec::new(),
        };
        let name = engine.name.as_str();
        document.add(name, inspection, older.as_ref(), args.top)?;
        document.add_calibration(name, &calibration(pairs))?;
    }
    session
        .ui
        .document(&document, session.workspace.clock.now())?;
    Ok(ExitCode::Done.into())
}

fn export(args: &ExportArgs, session: &Session) -> Result<Ended> {
    let registry = session.registry_to_read()?;
    let engine = registry.engine(&args.name)?;
    let learned = learned(engine, session)?.ok_or_else(|| nothing_learned(engine))?;
    let now = session.workspace.clock.now();
    let export = ExportedPolicy::new(
        &engine.key,
        &learned.state,
        learned.mark.last_row,
        now.to_string(),
    )?;
    let mut text = serde_json::to_string_pretty(&export)?;
    text.push('\n');
    match &args.out {
        None if !args.dry_run => Ui::text(&text)?,
        out => {
            if let Some(path) = out.as_deref().filter(|_| !args.dry_run) {
                replace(&std::path::absolute(path)?, text.as_bytes())
                    .context(Failure::usage("`--out` cannot be used"))?;
            }
            let to = out
                .as_ref()
                .map_or("stdout".to_owned(), |path| path.display().to_string());
            tell(
                engine,
                "exported",
                &learned.policy,
                args.dry_run,
                format!(", to {to}"),
                session,
            )?;
        }
    }
    Ok(ExitCode::Done.into())
}

fn import(args: &ImportArgs, session: &Session) -> Result<Ended> {
    let registry = session.registry()?;
    let engine = registry.engine(&args.name)?;
    let export = read_export(&args.file)?;
    let Some(strategy) = engine.engine.strategy() else {
        return Err(Failure::usage(format!("`{}` has no policy", engine.name))
            .hint(format!(
                "give it one with `sie register {} --replace --policy q_learning`",
                engine.name
            ))
            .into());
    };
    let mut policy = export.policy()?;
    if policy.strategy() != strategy {
        let theirs = policy.strategy().name();
        return Err(Failure::usage(format!(
            "the export was learned by {theirs}, and `{}` learns by {}",
            engine.name,
            strategy.name()
        ))
        .hint(format!(
            "let it learn by the same rule: `sie register {} --replace --policy {theirs}`",
            engine.name
        ))
        .into());
    }
    if !args.dry_run {
        policy.configure(engine.engine.policy_settings(strategy, None));
        let _lock = lock(engine, session)?;
        let store = session
            .workspace
            .open_store_at(&engine.store_path(&session.workspace.data_dir))?;
        let newest = newest_row(engine, &store)?;
        let present = store.policy_mark(&engine.key)?;
        let update = PolicyUpdate {
            mark: PolicyMark {
                revision: present.map_or(0, |mark| mark.revision),
                // Of rows of another engine it knows nothing; its own that came after the export are yet to be learned.
                last_row: export
                    .last_row_of(&engine.key)
                    .map_or(newest, |last| last.min(newest)),
                wants_run: false,
                turns_at: None,
                moment: None,
                cell: None,
                choice: String::new(),
            },
            state: policy.to_json()?,
            fleet: fleet_part(&policy)?,
        };
        let now = session.workspace.clock.now();
        if !store.replace_policy(&engine.key, &update, now)? {
            let message = format!(
                "the policy of `{}` was changed at the same time",
                engine.name
            );
            return Err(Failure::new(Kind::Unexpected, message)
                .hint("try again")
                .into());
        }
    }
    let note = format!(", from {}", export.engine);
    tell(engine, "imported", &policy, args.dry_run, note, session)
}

fn reset(args: &ResetArgs, session: &Session) -> Result<Ended> {
    let registry = session.registry()?;
    let engine = registry.engine(&args.name)?;
    let path = engine.store_path(&session.workspace.data_dir);
    let learned = match Store::open_to_read(&path)? {
        Some(store) => store.policy_and_state(&engine.key)?,
        None => None,
    };
    let Some((_, state)) = learned else {
        return Err(nothing_learned(engine));
    };
    // What cannot be read can be forgotten all the same.
    let policy = state.and_then(|text| SelfImprovementPolicy::from_json(&text).ok());
    let policy = policy.unwrap_or_else(|| SelfImprovementPolicy::new(PolicySettings::default(), 0));
    if !args.dry_run {
        let _lock = lock(engine, session)?;
        let store = session.workspace.open_store_at(&path)?;
        store.reset_policy(&engine.key, newest_row(engine, &store)?)?;
    }
    tell(
        engine,
        "reset",
        &policy,
        args.dry_run,
        " forgotten".to_owned(),
        session,
    )
}

fn simulate(args: &SimulateArgs, session: &Session) -> Result<Ended> {
    let Some(strategy) = PolicyName::parse(&args.policy)?.0 else {
        return Err(Failure::usage("`--policy none` has nothing to simulate").into());
    };
    let is_by_results = args.signal.as_deref() == Some(NO_SIGNAL);
    let signal = match args.signal.as_deref() {
        None | Some(NO_SIGNAL) => Signal::default(),
        Some(name) => Signal::Metric {
            name: name.to_owned(),
            value: args.value.unwrap_or(1.0),
        },
    };
    let settings = SimulationSettings {
        policy: PolicySettings {
            strategy,
            evidence: if is_by_results {
                Evidence::Results
            } else {
                Evidence::Rows
            },
            cost: args.cost,
            explore: args.exploring.probability().unwrap_or(0.0),
        },
        signal,
        energy: EnergyBase::Configured(1),
        forecast: None,
        seed: session.workspace.seed.map_or_else(random_seed, Ok)?,
    };
    let mut simulation = Simulation::new(settings, simulated_situation);
    for (index, line) in std::io::stdin().lock().lines().enumerate() {
        let line = line.map_err(|error| {
            Failure::usage(format!("line {} of the simulation: {error}", index + 1))
        })?;
        let answer = simulation
            .line(&line)
            .map_err(|error| Failure::usage(format!("{error:#}")))?;
        if let Some(answer) = answer {
            Ui::text(&format!("{answer}\n"))?;
        }
    }
    Ok(ExitCode::Done.into())
}

fn random_seed() -> Result<u64> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no random seed: {error}"))?;
    Ok(u64::from_le_bytes(bytes))
}

/// Reads what the policy of an engine has learned; none if it has not begun.
fn learned(engine: &RegisteredEngine, session: &Session) -> Result<Option<Learned>> {
    let path = engine.store_path(&session.workspace.data_dir);
    let Some(store) = Store::open_to_read(&path)? else {
        return Ok(None);
    };
    let Some((mark, Some(state))) = store.policy_and_state(&engine.key)? else {
        return Ok(None);
    };
    let policy = SelfImprovementPolicy::from_json(&state).with_context(|| {
        format!(
            "what the policy of `{}` has learned cannot be read",
            engine.name
        )
    })?;
    Ok(Some(Learned {
        policy,
        state,
        mark,
    }))
}

fn nothing_learned(engine: &RegisteredEngine) -> anyhow::Error {
    let name = &engine.name;
    let failure = Failure::usage(format!("the policy of `{name}` has learned nothing yet"));
    if engine.engine.strategy().is_some() {
        failure.hint("it learns with every decision: `sie run-all`")
    } else {
        failure.hint(format!(
            "it has none; give it one with `sie register {name} --replace --policy q_learning`"
        ))
    }
    .into()
}

/// Takes the engine's lock: a cycle that is running learns from where it began.
fn lock(engine: &RegisteredEngine, session: &Session) -> Result<FileLock> {
    let database = engine.engine.database.as_deref();
    let path = session.workspace.data_dir.engine_lock(
        engine.name.as_str(),
        &engine.key.engine_id,
        database,
    );
    match FileLock::try_lock(&path)? {
        LockAttempt::Locked(lock) => Ok(lock),
        LockAttempt::Busy => {
            let pids: Vec<String> = holders_of(&path).iter().map(ToString::to_string).collect();
            let message = format!(
                "a cycle of `{}` is running: process {}",
                engine.name,
                pids.join(", ")
            );
            Err(Failure::new(Kind::Busy, message).into())
        }
    }
}

fn newest_row(engine: &RegisteredEngine, store: &Store) -> Result<i64> {
    let rows = store.bot_rows(&engine.key.registry_id, engine.bot().as_str())?;
    Ok(rows.map_or(0, |rows| rows.newest_row))
}

pub(super) fn read_export(path: &Path) -> Result<ExportedPolicy> {
    let mut text = String::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().read_to_string(&mut text)
    } else {
        std::fs::File::open(path).and_then(|mut file| file.read_to_string(&mut text))
    };
    read.with_context(|| Failure::usage(format!("cannot read {}", path.display())))?;
    ExportedPolicy::parse(&text)
        .with_context(|| Failure::usage(format!("{} cannot be used", path.display())))
}

fn tell(
    engine: &RegisteredEngine,
    change: &'static str,
    policy: &SelfImprovementPolicy,
    dry_run: bool,
    note: String,
    session: &Session,
) -> Result<Ended> {
    let inspection = policy.inspect(&crate::policy::FleetTable::default());
    let document = PolicyChangeDocument {
        schema_version: 1,
        dry_run,
        change,
        engine: engine.name.to_string(),
        decisions: inspection.decisions,
        runs: inspection.runs,
        note,
    };
    session
        .ui
        .document(&document, session.workspace.clock.now())?;
    Ok(ExitCode::Done.into())
}
