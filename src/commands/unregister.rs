//! `sie unregister`.

use anyhow::Result;

use crate::cli::UnregisterArgs;
use crate::commands::{Ended, Session};
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::output::RegistrationDocument;
use crate::registry::RegisteredEngine;
use crate::store::{Store, patch_name};

pub fn run(args: &UnregisterArgs, session: &Session) -> Result<Ended> {
    let mut registry = session.registry()?;
    if let Ok(engine) = registry.engine(&args.name) {
        refuse_on_trial(engine, session)?;
    }
    if args.dry_run {
        registry.engine(&args.name)?;
    } else {
        registry.unregister(&args.name)?;
    }
    let document = RegistrationDocument {
        schema_version: 1,
        dry_run: args.dry_run,
        change: "unregistered",
        engine: args.name.clone(),
        summary: "; its data stay".to_owned(),
        next: (!args.dry_run).then(|| {
            format!(
                "bring it back with `sie register {} --revive --pipeline 'CMD'`",
                args.name
            )
        }),
    };
    session
        .ui
        .document(&document, session.workspace.clock.now())?;
    Ok(ExitCode::Done.into())
}

/// A patch on trial would stay in place, and nobody would look after it any more.
fn refuse_on_trial(engine: &RegisteredEngine, session: &Session) -> Result<()> {
    let database = engine.store_path(&session.workspace.data_dir);
    let in_place = match Store::open_to_read(&database)? {
        Some(store) => store.patch_in_place(&engine.key)?,
        None => None,
    };
    let Some(patch) = in_place else {
        return Ok(());
    };
    let id = patch_name(engine.name.as_str(), patch.number);
    Err(
        Failure::usage(format!("patch `{id}` of `{}` is on trial", engine.name))
            .hint(format!("take it back first: `sie patch revert {id}`"))
            .into(),
    )
}
