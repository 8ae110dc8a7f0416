//! `sie report`.

use std::path::Path;

use anyhow::{Context, Result};

use crate::cli::{Format, ReportArgs, ReportCommand};
use crate::clock::UnixTime;
use crate::commands::savings;
use crate::commands::since::since;
use crate::commands::{Ended, Session};
use crate::engine::{FleetKnowledge, ModuleRecord};
use crate::error::Failure;
use crate::modules::ModuleTrend;
use crate::output::ReportDocument;
use crate::policy::{PolicyInspection, SelfImprovementPolicy};
use crate::registry::{ImprovementEngineRegistry, RegisteredEngine, Stores};
use crate::report::{Budget, EngineRecords, FleetChange, ModuleTotal, Records, Report};
use crate::store::{ActionState, AutoscaleAction, OutputFile, Store};
use crate::ui::Ui;

pub fn run(args: &ReportArgs, session: &Session) -> Result<Ended> {
    match &args.command {
        None => of_fleet(args, session),
        Some(_) if args.since.is_some() || args.out.is_some() => Err(Failure::usage(
            "`--since` and `--out` before another report are not for that",
        )
        .hint("write its options behind its name: `sie report savings --since 30d`")
        .into()),
        Some(ReportCommand::Savings(args)) => savings::run(args, session),
    }
}

fn of_fleet(args: &ReportArgs, session: &Session) -> Result<Ended> {
    let now = session.workspace.clock.now();
    let since = match &args.since {
        Some(text) => Some(since(Some(text), now)?),
        None => None,
    };
    let out = args.out.as_deref().filter(|path| *path != Path::new("-"));
    let format = format_of(args, session)?;
    // Before the work: a bad path fails first.
    let file = out.map(OutputFile::begin).transpose()?;
    let registry = session.registry_to_read()?;
    let records = records(&registry, since, now, session)?;
    let document = ReportDocument(Report::of(&records));
    match file {
        None => session.ui.document_as(&document, format, now)?,
        Some(file) => {
            let text = Ui::rendered(&document, format, now)?;
            file.write(text.as_bytes())?;
            if let Some(out) = out {
                session.ui.note(&format!("wrote {}", out.display()));
            }
        }
    }
    if format == Format::Table && args.out.is_none() && session.ui.is_on_terminal() {
        session
            .ui
            .note("the charts: `sie report -o report.html`, then open that file in a browser");
    }
    Ok(session.tell_bad_entries(&registry).into())
}

/// Finds the form: as asked for, else by the name of the file, else a page, or a table on a terminal.
fn format_of(args: &ReportArgs, session: &Session) -> Result<Format> {
    let to_terminal = args.out.is_none() && session.ui.is_on_terminal();
    let Some(asked) = session.ui.asked_format() else {
        let extension = args.out.as_deref().and_then(Path::extension);
        return Ok(match extension.and_then(|it| it.to_str()) {
            Some("md") => Format::Md,
            Some("json") => Format::Json,
            _ if to_terminal => Format::Table,
            _ => Format::Html,
        });
    };
    if asked == Format::Html && to_terminal {
        return Err(
            Failure::usage("a page is for a browser, not for a terminal")
                .hint("write it into a file: `sie report -o report.html`")
                .hint("or print it all the same: `sie report --format html -o -`")
                .into(),
        );
    }
    Ok(asked)
}

/// Gathers the record of the fleet.
fn records(
    registry: &ImprovementEngineRegistry,
    since: Option<UnixTime>,
    now: UnixTime,
    session: &Session,
) -> Result<Records> {
    let engines: Vec<&RegisteredEngine> = registry.engines().iter().collect();
    let stores = Stores::open(&session.workspace, &engines, true)?;
    let fleet = stores.fleet.as_ref();
    let knowledge = FleetKnowledge::new(fleet, registry.id());
    let mut records = Records {
        now,
        since,
        engines: Vec::new(),
        costs: match fleet {
            Some(fleet) => fleet.cost_rows(registry.id())?,
            None => Vec::new(),
        },
        budget: registry
            .capital()
            .map_or_else(Budget::default, |capital| Budget {
                unit: capital.unit.clone(),
                caps: capital.budget,
                zone: capital.zone.clone(),
            }),
        fleet: Vec::new(),
    };
    for engine in engines {
        let Some(store) = stores.of(engine)? else {
            records.engines.push(EngineRecords {
                engine: engine.name.to_string(),
                ..EngineRecords::default()
            });
            continue;
        };
        records.fleet.extend(came(store, engine)?);
        records
            .engines
            .push(of_engine(engine, store, since, &knowledge)?);
    }
    if let Some(fleet) = fleet {
        records.fleet.extend(autoscaled(registry, fleet)?);
    }
    Ok(records)
}

fn came(store: &Store, engine: &RegisteredEngine) -> Result<Option<FleetChange>> {
    let registered_at = store.engine_state(&engine.key)?.registered_at;
    Ok(registered_at.map(|at| FleetChange { at, by: 1 }))
}

/// Returns when archived engines came, and how often autoscaling archived and revived whom there still is.
fn autoscaled(registry: &ImprovementEngineRegistry, fleet: &Store) -> Result<Vec<FleetChange>> {
    let mut changes = Vec::new();
    for engine in registry.archive().revivable() {
        changes.extend(came(fleet, engine)?);
    }
    let is_known = |action: &AutoscaleAction| {
        let mut engines = registry.engines().iter();
        registry.archive().has(&action.engine_id)
            || engines.any(|engine| engine.key.engine_id == action.engine_id)
    };
    let actions = fleet.actions(registry.id(), usize::MAX)?;
    changes.extend(
        actions
            .iter()
            .filter(|action| is_known(action))
            .filter_map(|action| {
                let by = match (action.state, action.action.as_str()) {
                    (ActionState::Done, "remove") => -1,
                    (ActionState::Done, "revive") => 1,
                    // What was added was registered then.
                    _ => return None,
                };
                Some(FleetChange { at: action.at, by })
            }),
    );
    Ok(changes)
}

fn of_engine(
    engine: &RegisteredEngine,
    store: &Store,
    since: Option<UnixTime>,
    knowledge: &FleetKnowledge<'_>,
) -> Result<EngineRecords> {
    let from = since.unwrap_or(UnixTime(f64::MIN));
    Ok(EngineRecords {
        engine: engine.name.to_string(),
        cycles: store.cycle_rows(&engine.key, from)?,
        decisions: store.decision_spans(&engine.key, from)?,
        modules: modules(engine, store)?,
        policy: policy(engine, store, knowledge)?,
    })
}

fn modules(engine: &RegisteredEngine, store: &Store) -> Result<Vec<ModuleTotal>> {
    let record = ModuleRecord::read(store, &engine.key, &engine.engine)
        .with_context(|| format!("the modules of `{}`", engine.name))?;
    let scale = record.scale();
    let total = |module: &ModuleTrend| ModuleTotal {
        module: module.name.clone(),
        total: module.total,
        count: module.count,
        is_diminishing: scale.judge(module).is_some(),
    };
    Ok(record.trends.modules().iter().map(total).collect())
}

fn policy(
    engine: &RegisteredEngine,
    store: &Store,
    knowledge: &FleetKnowledge<'_>,
) -> Result<Option<PolicyInspection>> {
    let Some(strategy) = engine.engine.strategy() else {
        return Ok(None);
    };
    let Some((_, Some(state))) = store.policy_and_state(&engine.key)? else {
        return Ok(None);
    };
    let mut policy = SelfImprovementPolicy::from_json(&state).with_context(|| {
        format!(
            "what the policy of `{}` has learned cannot be read",
            engine.name
        )
    })?;
    policy.configure(engine.engine.policy_settings(strategy, None));
    let others = knowledge.without(&engine.key.engine_id)?;
    Ok(Some(policy.inspect(&others)))
}
