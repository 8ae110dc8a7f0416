//! `sie unregister`.

use anyhow::Result;

use crate::cli::UnregisterArgs;
use crate::commands::{Ended, Session};
use crate::exit_code::ExitCode;
use crate::output::RegistrationDocument;

pub fn run(args: &UnregisterArgs, session: &Session) -> Result<Ended> {
    let mut registry = session.registry()?;
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
