//! `sie list`.

use anyhow::Result;

use crate::commands::{Ended, Session};
use crate::output::ListDocument;

pub fn run(session: &Session) -> Result<Ended> {
    let registry = session.registry_to_read()?;
    let path = session.workspace.registry_path.display().to_string();
    let document = ListDocument::new(path, registry.engines(), registry.bad_entries());
    session
        .ui
        .document(&document, session.workspace.clock.now())?;
    Ok(session.tell_bad_entries(&registry).into())
}
