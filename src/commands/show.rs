//! `sie show`.

use anyhow::{Context, Result};

use crate::cli::NameArgs;
use crate::commands::{Ended, Session};
use crate::exit_code::ExitCode;
use crate::output::ShowDocument;

pub fn run(args: &NameArgs, session: &Session) -> Result<Ended> {
    let registry = session.registry_to_read()?;
    let registered = registry.engine(&args.name)?;
    let given = registry.given_keys(registered)?;
    let path = session.workspace.registry_path.display().to_string();
    let document = ShowDocument::new(path, registered, &given)
        .context("cannot write the definition as JSON")?;
    session
        .ui
        .document(&document, session.workspace.clock.now())?;
    Ok(ExitCode::Done.into())
}
