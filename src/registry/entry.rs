//! Entries of the registry: engines that can be used, and entries that cannot.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::value::RawValue;

use crate::engine::SelfImprovementEngine;
use crate::error::{Failure, closest};
use crate::names::{BotName, EngineName};
use crate::registry::identity;
use crate::registry::place::{Place, place_of};
use crate::store::{DataDir, EngineKey};

/// An engine of the registry, with absolute paths.
#[derive(Clone, Debug)]
pub struct RegisteredEngine {
    /// Its name.
    pub name: EngineName,
    /// By what its rows are keyed.
    pub key: EngineKey,
    /// Its definition.
    pub engine: SelfImprovementEngine,
}

impl RegisteredEngine {
    /// Returns where its data lie: in a database of its own, or in that of the fleet.
    #[must_use]
    pub fn store_path(&self, data_dir: &DataDir) -> PathBuf {
        self.engine
            .database
            .clone()
            .unwrap_or_else(|| data_dir.store())
    }

    /// Returns the bot it improves.
    #[must_use]
    pub fn bot(&self) -> BotName {
        self.engine.bot_or(&self.name)
    }
}

/// An entry of the registry that cannot be used. The other engines work.
#[derive(Clone, Debug, Serialize)]
pub struct BadEntry {
    /// Its name, as it stands there.
    pub engine: String,
    /// The line in the registry file, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// What is wrong.
    pub problem: String,
    /// What can be done about it.
    pub hints: Vec<String>,
}

impl BadEntry {
    /// Returns the failure to show.
    #[must_use]
    pub fn failure(&self, registry: &Path) -> Failure {
        let file = registry
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let mut failure = Failure::usage(format!(
            "engine `{}`, {file} line {}, column {}: {}",
            self.engine, self.line, self.column, self.problem
        ));
        failure.hints.clone_from(&self.hints);
        failure
    }
}

/// Where and by whom entries are read.
pub struct EntryContext<'a> {
    /// The whole text of the registry file.
    pub text: &'a str,
    /// Its real path.
    pub path: &'a Path,
    /// The id of the registry.
    pub registry_id: &'a str,
    /// Whether unknown keys are passed over, as in a newer file.
    pub ignores_unknown_keys: bool,
}

impl EntryContext<'_> {
    /// Describes an entry that cannot be used as a whole.
    #[must_use]
    pub fn bad_entry(&self, name: &str, raw: &RawValue, problem: String) -> BadEntry {
        bad_entry_at(name, place_of(self.text, raw.get()), problem, Vec::new())
    }
}

fn bad_entry_at(name: &str, place: Place, problem: String, hints: Vec<String>) -> BadEntry {
    let engine = name.escape_debug().take(80).collect();
    BadEntry {
        engine,
        line: place.line,
        column: place.column,
        problem,
        hints,
    }
}

/// Reads an entry.
///
/// # Errors
///
/// Returns the bad entry with its place.
pub fn read(
    name: &str,
    raw: &RawValue,
    context: &EntryContext<'_>,
) -> Result<RegisteredEngine, BadEntry> {
    // Finding a place means counting lines from the beginning: only for entries that are bad.
    let start = || place_of(context.text, raw.get());
    let bad = |error: &anyhow::Error| {
        let hints = error
            .downcast_ref::<Failure>()
            .map(|failure| failure.hints.clone())
            .unwrap_or_default();
        bad_entry_at(name, start(), error.to_string(), hints)
    };
    let engine_name = EngineName::parse(name).map_err(|error| bad(&error))?;
    let parsed = if context.ignores_unknown_keys {
        parse_leniently(raw.get())
    } else {
        serde_json::from_str(raw.get())
    };
    let mut engine: SelfImprovementEngine = parsed.map_err(|error| {
        let (problem, unknown, hints) = explain(&error);
        let mut place = start().plus(error.line(), error.column());
        if let Some(key) = unknown {
            // The parser stops behind the key; a reader looks for its beginning.
            place.column = place.column.saturating_sub(key.len() + 1).max(1);
        }
        bad_entry_at(name, place, problem, hints)
    })?;
    engine.check().map_err(|error| bad(&error))?;
    engine.resolve_paths(context.path.parent().unwrap_or(Path::new("/")));
    let engine_id = engine
        .id
        .clone()
        .unwrap_or_else(|| identity::of_engine(context.path, name));
    let key = EngineKey {
        registry_id: context.registry_id.to_owned(),
        engine_id,
        name: engine_name.as_str().to_owned(),
    };
    Ok(RegisteredEngine {
        name: engine_name,
        key,
        engine,
    })
}

/// Reads an entry of a newer file, leaving out keys this version does not know.
fn parse_leniently(text: &str) -> serde_json::Result<SelfImprovementEngine> {
    let mut value: serde_json::Value = serde_json::from_str(text)?;
    loop {
        let error = match serde_json::from_value(value.clone()) {
            Ok(engine) => return Ok(engine),
            Err(error) => error,
        };
        let removed = match (explain(&error).1, value.as_object_mut()) {
            (Some(key), Some(fields)) => fields.remove(&key),
            _ => None,
        };
        if removed.is_none() {
            return Err(error);
        }
    }
}

/// Turns serde's message into ours: the problem, the unknown key if that is it, and hints.
pub fn explain(error: &serde_json::Error) -> (String, Option<String>, Vec<String>) {
    let message = error.to_string();
    // serde_json appends the place, counted from the beginning of the entry.
    let message = message
        .split(" at line ")
        .next()
        .unwrap_or(&message)
        .to_owned();
    let mut quoted = message.split('`').skip(1).step_by(2);
    match quoted.next() {
        Some(key) if message.starts_with("unknown field") => {
            let known: Vec<&str> = quoted.collect();
            let hint = match closest(key, known.iter().copied()) {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("known keys are {}", known.join(", ")),
            };
            (
                format!("unknown key `{key}`"),
                Some(key.to_owned()),
                vec![hint],
            )
        }
        _ => (message, None, Vec::new()),
    }
}
