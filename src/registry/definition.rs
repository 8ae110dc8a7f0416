//! A definition of one engine in a file of its own, as `show --format json` prints it under `definition`.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result};

use crate::autoscale::Origin;
use crate::engine::SelfImprovementEngine;
use crate::error::Failure;
use crate::registry::entry::explain;

/// The largest definition read, in bytes.
const MAX_BYTES: u64 = 1024 * 1024;

/// Reads a definition; unknown keys are errors with a suggestion.
///
/// # Errors
///
/// A usage failure names line and column.
pub fn read_definition(source: impl Read, shown: &str) -> Result<SelfImprovementEngine> {
    let mut text = String::new();
    source
        .take(MAX_BYTES + 1)
        .read_to_string(&mut text)
        .with_context(|| Failure::usage(format!("cannot read the definition in {shown}")))?;
    if text.len() as u64 > MAX_BYTES {
        let message = format!("the definition in {shown} has more than {MAX_BYTES} bytes");
        return Err(Failure::usage(message).into());
    }
    let mut engine: SelfImprovementEngine = serde_json::from_str(&text).map_err(|error| {
        let (problem, _, hints) = explain(&error);
        let mut failure = Failure::usage(format!(
            "{shown} line {}, column {}: {problem}",
            error.line(),
            error.column()
        ));
        failure.hints = hints;
        failure
    })?;
    // The registry gives each engine an id of its own; that of another one would mix up their data.
    engine.id = None;
    engine.origin = Origin::default();
    Ok(engine)
}

/// Reads a definition from a file.
///
/// # Errors
///
/// As [`read_definition`], and if the file cannot be opened.
pub fn read_definition_file(path: &Path) -> Result<SelfImprovementEngine> {
    let file = std::fs::File::open(path)
        .with_context(|| Failure::usage(format!("cannot open {}", path.display())))?;
    read_definition(file, &path.display().to_string())
}
