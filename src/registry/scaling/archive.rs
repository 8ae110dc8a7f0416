//! Engines that autoscaling took out of the fleet, with their definitions, so that they can come back with their data.

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::clock::UnixTime;
use crate::registry::claims::Claims;
use crate::registry::entry::{self, EntryContext, RegisteredEngine};
use crate::registry::registry_draft::RegistryDraft;
use crate::registry::scaling::autoscale_section::ArchivedEntry;

/// The section of the registry file.
pub const AUTOSCALE: &str = "autoscale";
/// The key in it that lists archived engines.
const ARCHIVED: &str = "archived";

/// An archived engine.
#[derive(Clone, Debug)]
pub struct ArchivedEngine {
    /// Its name, as it stands there.
    pub name: String,
    /// When it was archived, RFC 3339.
    pub archived_at: String,
    /// What it was, or why it cannot come back now.
    pub engine: Result<RegisteredEngine, String>,
}

/// The archived engines in the order of archiving.
#[derive(Clone, Debug, Default)]
pub struct Archive(Vec<ArchivedEngine>);

impl Archive {
    /// Reads archived entries. What the fleet has taken meanwhile, such as an id or a state file, they cannot have.
    pub fn read(
        entries: &[ArchivedEntry<'_>],
        context: &EntryContext<'_>,
        claims: &mut Claims,
    ) -> Self {
        // Who was archived last comes back first, and so claims first.
        let mut archived: Vec<ArchivedEngine> = entries
            .iter()
            .rev()
            .map(|archived| ArchivedEngine {
                name: archived.engine.clone(),
                archived_at: archived.archived_at.clone(),
                engine: read_one(archived, context, claims),
            })
            .collect();
        archived.reverse();
        Self(archived)
    }

    /// Returns all of them, in the order of archiving.
    #[must_use]
    pub fn all(&self) -> &[ArchivedEngine] {
        &self.0
    }

    /// Returns those that can come back, in the order of archiving.
    pub fn revivable(&self) -> impl DoubleEndedIterator<Item = &RegisteredEngine> {
        self.0.iter().filter_map(|one| one.engine.as_ref().ok())
    }

    /// Returns the one of a name that would come back first, without regard to case.
    #[must_use]
    pub fn last_of(&self, name: &str) -> Option<&RegisteredEngine> {
        self.revivable()
            .rev()
            .find(|engine| engine.name.as_str().eq_ignore_ascii_case(name))
    }

    /// Whether an engine of this id is archived.
    #[must_use]
    pub fn has(&self, engine_id: &str) -> bool {
        self.revivable()
            .any(|engine| engine.key.engine_id == engine_id)
    }
}

fn read_one(
    archived: &ArchivedEntry<'_>,
    context: &EntryContext<'_>,
    claims: &mut Claims,
) -> Result<RegisteredEngine, String> {
    let engine =
        entry::read(&archived.engine, archived.definition, context).map_err(|bad| bad.problem)?;
    if engine.engine.id.is_none() {
        return Err("its definition has no `id` to find its data by".to_owned());
    }
    claims.claim(&engine).map(|()| engine)
}

/// The part of an archived entry that is needed to find it.
#[derive(Deserialize)]
struct Found<'a> {
    #[serde(borrow)]
    definition: &'a RawValue,
}

#[derive(Deserialize)]
struct WithId {
    id: Option<String>,
}

fn id_in(raw: &RawValue) -> Option<String> {
    serde_json::from_str::<WithId>(raw.get()).ok()?.id
}

/// Moves an entry of the draft into its archive.
///
/// # Errors
///
/// Fails if the section is no object, or there is no such entry.
pub fn archive(
    draft: &mut RegistryDraft<'_>,
    engine: &RegisteredEngine,
    at: UnixTime,
) -> Result<()> {
    let name = engine.name.as_str();
    let raw = draft
        .engine(name)
        .with_context(|| format!("there is no entry `{name}` to archive"))?;
    // An id that was made from the place of the file has to stay the same wherever the file goes.
    let definition = if id_in(raw).is_some() {
        raw.get().to_owned()
    } else {
        let mut with_id = engine.engine.clone();
        with_id.id = Some(engine.key.engine_id.clone());
        serde_json::to_string_pretty(&with_id)?.replace('\n', "\n        ")
    };
    let entry = format!(
        "{{\n        \"engine\": {},\n        \"archived_at\": {},\n        \"definition\": {definition}\n      }}",
        serde_json::to_string(name)?,
        serde_json::to_string(&at)?,
    );
    let mut entries = entries_of(draft)?;
    entries.push(entry);
    set_entries(draft, &entries)?;
    draft.remove_engine(name);
    Ok(())
}

/// Takes an archived engine out of the archive and puts its entry back among the engines.
///
/// # Errors
///
/// Fails if the section is no object, or the engine is not archived.
pub fn unarchive(draft: &mut RegistryDraft<'_>, engine: &RegisteredEngine) -> Result<()> {
    let definition = take(draft, &engine.key.engine_id)?
        .with_context(|| format!("`{}` is not archived", engine.name))?;
    draft.set_engine_text(engine.name.as_str(), definition);
    Ok(())
}

/// Takes the entry of an id out of the archive, if it is there, and returns its definition.
///
/// # Errors
///
/// Fails if the section is no object.
pub fn take(draft: &mut RegistryDraft<'_>, engine_id: &str) -> Result<Option<Box<RawValue>>> {
    let mut entries = entries_of(draft)?;
    let definition_of = |entry: &String| {
        let found: Found<'_> = serde_json::from_str(entry).ok()?;
        Some(found.definition.to_owned())
    };
    let is_it = |entry: &String| {
        definition_of(entry).and_then(|raw| id_in(&raw)).as_deref() == Some(engine_id)
    };
    let Some(place) = entries.iter().position(is_it) else {
        return Ok(None);
    };
    let definition = definition_of(&entries.remove(place));
    set_entries(draft, &entries)?;
    Ok(definition)
}

/// Returns the archived entries as they stand there.
fn entries_of(draft: &RegistryDraft<'_>) -> Result<Vec<String>> {
    let Some(raw) = draft.member(AUTOSCALE, ARCHIVED)? else {
        return Ok(Vec::new());
    };
    let entries: Vec<&RawValue> =
        serde_json::from_str(raw.get()).context("the archive is no list")?;
    Ok(entries
        .into_iter()
        .map(|entry| entry.get().to_owned())
        .collect())
}

fn set_entries(draft: &mut RegistryDraft<'_>, entries: &[String]) -> Result<()> {
    let text = if entries.is_empty() {
        "[]".to_owned()
    } else {
        format!("[\n      {}\n    ]", entries.join(",\n      "))
    };
    draft.set_member(AUTOSCALE, ARCHIVED, &RawValue::from_string(text)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::{ImprovementEngineRegistry, Leniency, Workspace};

    const TEXT: &str = r#"{
  "id": "r",
  "autoscale": { "max_engines" : 6 },
  "engines": {
    "alpha": { "pipeline": "./a.sh" },
    "Beta": { "id": "b",   "pipeline":
        "./b.sh" }
  }
}
"#;

    fn read(folder: &std::path::Path, text: &str) -> ImprovementEngineRegistry {
        let workspace = Workspace::in_folder(folder).expect("a workspace");
        ImprovementEngineRegistry::from_text(workspace, Some(text), Leniency::Strict)
            .expect("a registry")
    }

    #[test]
    fn an_entry_goes_into_the_archive_and_comes_back_with_every_byte_and_its_id() {
        let folder = tempfile::tempdir().expect("folder");
        let registry = read(folder.path(), TEXT);
        let mut draft = RegistryDraft::of(Some(TEXT), "r").expect("a draft");
        for engine in registry.engines().iter().rev() {
            archive(&mut draft, engine, UnixTime(0.0)).expect("archived");
        }
        let text = draft.to_text().expect("text");
        let archived = read(folder.path(), &text);
        assert!(archived.engines().is_empty());
        let of = |engines: &ImprovementEngineRegistry| -> Vec<String> {
            let engines = engines.archive().revivable();
            engines.map(|engine| engine.name.to_string()).collect()
        };
        assert_eq!(of(&archived), ["Beta", "alpha"]);
        assert!(archived.archive().has("b") && text.contains("\"max_engines\": 6"));
        // Made from the file's path before: it must not change if the file moves.
        assert_eq!(
            archived
                .archive()
                .last_of("ALPHA")
                .map(|engine| &engine.key.engine_id),
            registry
                .engine("alpha")
                .ok()
                .map(|engine| &engine.key.engine_id)
        );

        let mut draft = RegistryDraft::of(Some(&text), "r").expect("a draft");
        let beta = archived.archive().last_of("beta").expect("archived");
        unarchive(&mut draft, beta).expect("revived");
        let text = draft.to_text().expect("text");
        assert!(
            text.contains("\"Beta\": { \"id\": \"b\",   \"pipeline\":\n        \"./b.sh\" }"),
            "{text}"
        );
        let revived = read(folder.path(), &text);
        assert_eq!(of(&revived), ["alpha"]);
        assert_eq!(revived.engine("beta").expect("there").key.engine_id, "b");
    }

    #[test]
    fn what_cannot_come_back_is_told_and_never_hides_the_rest() {
        let folder = tempfile::tempdir().expect("folder");
        let text = r#"{"engines": {"a": {"id": "1", "pipeline": "x"}}, "autoscale": {"archived": [
            {"engine": "b", "archived_at": "t", "definition": {"id": "2", "pipelne": "x"}},
            {"engine": "c", "archived_at": "t", "definition": {"id": "1", "pipeline": "x"}},
            {"engine": "d", "archived_at": "t", "definition": {"id": "4", "pipeline": "x"}},
            {"engine": "d", "archived_at": "t", "definition": {"id": "5", "pipeline": "x"}}]}}"#;
        let registry = read(folder.path(), text);
        let ids: Vec<&str> = registry
            .archive()
            .revivable()
            .map(|it| it.key.engine_id.as_str())
            .collect();
        assert_eq!(ids, ["5"]);
        let problems: Vec<&String> = registry
            .archive()
            .all()
            .iter()
            .filter_map(|it| it.engine.as_ref().err())
            .collect();
        assert_eq!(problems[0], "unknown key `pipelne`");
        assert_eq!(problems[1], "it has the id of `a` above");
        assert_eq!(problems[2], "the name is taken by `d` above");
    }
}
