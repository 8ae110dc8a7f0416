//! `sie policy replay`.

use std::path::Path;

use anyhow::Result;

use crate::cli::ReplayArgs;
use crate::commands::policy::read_export;
use crate::commands::since::since;
use crate::commands::{Ended, Session};
use crate::duration::HumanDuration;
use crate::engine::{ExportedPolicy, ReplayRecord};
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::{ReplayDocument, ReplayQuestion};
use crate::policy::Evidence;
use crate::policy::replay::{Candidate, ReplayHistory, replay};
use crate::registry::RegisteredEngine;
use crate::store::Store;

pub fn run(args: &ReplayArgs, session: &Session) -> Result<Ended> {
    let registry = session.registry_to_read()?;
    let (candidate, export) = candidate(&args.candidate)?;
    let now = session.workspace.clock.now();
    let from = since(args.since.as_deref(), now)?;
    let learns_by_rows = |it: &&RegisteredEngine| {
        it.engine.strategy().is_some() && it.engine.policy_evidence() == Evidence::Rows
    };
    let engines: Vec<&RegisteredEngine> = match &args.name {
        Some(name) => {
            let engine = registry.engine(name)?;
            if !learns_by_rows(&engine) {
                return Err(no_decisions_of(engine).into());
            }
            vec![engine]
        }
        None => registry.engines().iter().filter(learns_by_rows).collect(),
    };
    let mut histories: Vec<ReplayHistory> = Vec::new();
    let mut names = Vec::new();
    let mut has_learned_from_them = false;
    for engine in engines {
        let path = engine.store_path(&session.workspace.data_dir);
        let Some(store) = Store::open_to_read(&path)? else {
            continue;
        };
        let record = ReplayRecord::read(&store, &engine.key, &engine.engine, &engine.bot(), from)?;
        if record.history.steps.is_empty() {
            continue;
        }
        if !record.has_price {
            let name = &engine.name;
            let failure = Failure::usage(format!("nobody knows what a cycle of `{name}` costs"));
            return Err(failure
                .hint(format!(
                    "say so with `sie register {name} --replace --cost C`"
                ))
                .into());
        }
        let learned_to = export
            .as_ref()
            .and_then(|export| export.last_row_of(&engine.key));
        has_learned_from_them |= learned_to > record.first_row && learned_to.is_some();
        names.push(engine.name.to_string());
        histories.push(record.history);
    }
    let replay = replay(&histories, &candidate);
    let question = ReplayQuestion {
        candidate: args.candidate.clone(),
        engines: names,
        is_pool: args.pool,
        has_learned_from_them,
        explores: registry
            .engines()
            .iter()
            .filter(learns_by_rows)
            .filter(|it| {
                args.name
                    .as_deref()
                    .is_none_or(|name| it.name.as_str() == name)
            })
            .all(|it| it.engine.explore >= 0.1),
    };
    session
        .ui
        .document(&ReplayDocument::new(question, &histories, &replay), now)?;
    Ok(ExitCode::Done.into())
}

/// Reads the other policy; an export comes with where it is from.
fn candidate(text: &str) -> Result<(Candidate, Option<ExportedPolicy>)> {
    let plain = match text {
        "never" => Some(Candidate::Never),
        "always" => Some(Candidate::Always),
        "any" => Some(Candidate::Any),
        _ => match text.strip_prefix("cron:") {
            Some(duration) => Some(Candidate::Cron(
                HumanDuration::parse(duration)?.as_secs_f64(),
            )),
            None => None,
        },
    };
    if let Some(plain) = plain {
        return Ok((plain, None));
    }
    if text != "-" && !Path::new(text).exists() {
        return Err(Failure::usage(format!(
            "`--candidate {text}` is neither a policy nor a file"
        ))
        .did_you_mean(text, ["never", "always", "any"])
        .hint("write never, always, any, a schedule like `cron:1d`, or the file of `sie policy export NAME --out FILE`")
        .into());
    }
    let export = read_export(Path::new(text))?;
    let policy = export.policy()?;
    Ok((Candidate::Frozen(Box::new(policy)), Some(export)))
}

fn no_decisions_of(engine: &RegisteredEngine) -> Failure {
    let name = &engine.name;
    if engine.engine.strategy().is_some() {
        Failure::usage(format!(
            "`{name}` learns from results alone, so there are no losses to compare"
        ))
        .hint(format!(
            "name the metric that tells them with `sie register {name} --replace --signal METRIC`"
        ))
    } else {
        Failure::usage(format!("`{name}` has no policy, so no decision has a probability"))
            .hint(format!(
                "have them recorded from now on with `sie register {name} --replace --policy q_learning --explore 0.1`"
            ))
    }
}
