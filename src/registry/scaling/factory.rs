//! How autoscaling makes new engines: one definition with places for the name of each.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::autoscale::Origin;
use crate::engine::SelfImprovementEngine;
use crate::error::Failure;
use crate::names::{BotName, EngineName};
use crate::registry::entry::RegisteredEngine;
use crate::registry::improvement_engine_registry::ImprovementEngineRegistry;
use crate::registry::registry_draft::raw_text;
use crate::registry::scaling::archive::AUTOSCALE;

/// The key of the section that holds the definition.
const FACTORY: &str = "factory";
/// Stands for the name of the new engine.
const ENGINE: &str = "{engine}";
/// Stands for the bot it improves.
const BOT: &str = "{bot}";

/// The definition of new engines.
///
/// In `bot`, `work_dir`, `database`, `state_path` and the values of `env`, `{engine}` and `{bot}` are replaced when an
/// engine is made; in commands they are when it runs, as in every engine.
#[derive(Clone, Debug, PartialEq)]
pub struct Factory {
    definition: SelfImprovementEngine,
}

impl Factory {
    /// Takes a definition as it stands in the registry.
    #[must_use]
    pub fn new(definition: SelfImprovementEngine) -> Self {
        Self { definition }
    }

    /// Makes a factory of engines like one that is registered, each with a bot and files of its own.
    ///
    /// Where the name of the engine stands in the name of a file or a folder, `{engine}` takes its place.
    ///
    /// # Errors
    ///
    /// As [`Factory::check`].
    pub fn like(registered: &RegisteredEngine) -> Result<Self> {
        let name = registered.name.as_str();
        let mut definition = registered.engine.clone();
        definition.id = None;
        definition.origin = Origin::default();
        let own_bot = BotName::from(&registered.name);
        definition.bot = match definition.bot.take() {
            Some(bot) if bot.as_str().eq_ignore_ascii_case(own_bot.as_str()) => None,
            Some(bot) => Some(BotName::parse(&with_place(bot.as_str(), name))?),
            None => None,
        };
        for path in paths_of(&mut definition) {
            let Some(file_name) = path.file_name().and_then(|it| it.to_str()) else {
                continue;
            };
            *path = path.with_file_name(with_place(file_name, name));
        }
        let factory = Self { definition };
        factory.check()?;
        Ok(factory)
    }

    /// Returns the definition, for the registry file and for people.
    #[must_use]
    pub fn definition(&self) -> &SelfImprovementEngine {
        &self.definition
    }

    /// Makes relative paths start from `folder`.
    pub fn resolve_paths(&mut self, folder: &Path) {
        self.definition.resolve_paths(folder);
    }

    /// Checks that engines can be made of it, none of which has a file of another.
    ///
    /// # Errors
    ///
    /// A usage failure says what all of them would share.
    pub fn check(&self) -> Result<()> {
        self.definition.check()?;
        let bot = self.definition.bot.as_ref();
        let bot_differs = bot.is_none_or(|bot| bot.as_str().contains(ENGINE));
        for (key, path) in [
            ("state_path", &self.definition.state_path),
            ("database", &self.definition.database),
        ] {
            let Some(path) = path else { continue };
            let text = path.to_string_lossy();
            if text.contains(ENGINE) || (bot_differs && text.contains(BOT)) {
                continue;
            }
            let shown = path.display();
            return Err(Failure::usage(format!(
                "all engines of the factory would share the `{key}` {shown}"
            ))
            .hint(format!(
                "name it by the engine, for example `{}`, in a definition for `sie autoscale factory --from FILE`",
                example(path)
            ))
            .into());
        }
        Ok(())
    }

    /// Makes the definition of an engine; relative paths start from `folder`.
    ///
    /// # Errors
    ///
    /// A usage failure if its working directory does not exist: it needs what the pipeline needs.
    pub fn make(&self, name: &EngineName, folder: &Path) -> Result<SelfImprovementEngine> {
        let mut engine = self.named(name)?;
        engine.resolve_paths(folder);
        engine.check()?;
        let work_dir = engine.work_dir.as_deref().unwrap_or(folder);
        if !work_dir.is_dir() {
            let shown = work_dir.display();
            return Err(Failure::usage(format!(
                "the working directory {shown} of the new engine `{name}` does not exist"
            ))
            .hint("create it with what its pipeline needs, or name one folder for all as `work_dir` of the factory")
            .into());
        }
        Ok(engine)
    }

    /// Returns the files that an engine of this name would have for itself.
    ///
    /// # Errors
    ///
    /// Fails if the name makes no bot.
    pub fn own_files(&self, name: &EngineName, folder: &Path) -> Result<Vec<PathBuf>> {
        let engine = self.named(name)?;
        let paths = [engine.database, engine.state_path].into_iter().flatten();
        Ok(paths.map(|path| folder.join(path)).collect())
    }

    fn named(&self, name: &EngineName) -> Result<SelfImprovementEngine> {
        let mut engine = self.definition.clone();
        engine.id = None;
        if let Some(bot) = &engine.bot {
            let bot = bot.as_str().replace(ENGINE, name.as_str());
            engine.bot = Some(BotName::parse(&bot).context("the bot of the factory")?);
        }
        let bot = engine.bot_or(name);
        let fill = |text: &str| fill(text, name.as_str(), bot.as_str());
        for path in paths_of(&mut engine) {
            if let Some(text) = path.to_str() {
                *path = PathBuf::from(fill(text));
            }
        }
        for value in engine.env.values_mut() {
            *value = fill(value);
        }
        Ok(engine)
    }
}

impl ImprovementEngineRegistry {
    /// Stores how new engines are made, in place of what is stored.
    ///
    /// # Errors
    ///
    /// Fails if the factory would make what cannot be used, or the file cannot be written.
    pub fn set_factory(&mut self, factory: &Factory) -> Result<()> {
        factory.check()?;
        let definition = raw_text(factory.definition(), "    ")?;
        self.change(|_, draft| draft.set_member(AUTOSCALE, FACTORY, &definition))
    }
}

fn paths_of(engine: &mut SelfImprovementEngine) -> impl Iterator<Item = &mut PathBuf> {
    let paths = [
        engine.work_dir.as_mut(),
        engine.database.as_mut(),
        engine.state_path.as_mut(),
    ];
    paths.into_iter().flatten()
}

/// Replaces both places in one pass, so that a bot whose name looks like a place stays as it is.
fn fill(text: &str, engine: &str, bot: &str) -> String {
    let parts = text.split(ENGINE).map(|part| part.replace(BOT, bot));
    parts.collect::<Vec<_>>().join(engine)
}

/// Puts `{engine}` where a name stands as a word: not within other letters or digits.
fn with_place(text: &str, name: &str) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(name) {
        let is_word_end = |c: char| !c.is_alphanumeric();
        let before_ends = match before.chars().next_back() {
            Some(last) => is_word_end(last),
            None => result.is_empty() || result.ends_with(ENGINE),
        };
        let is_word = before_ends && after.chars().next().is_none_or(is_word_end);
        result.push_str(before);
        result.push_str(if is_word { ENGINE } else { name });
        rest = after;
    }
    result.push_str(rest);
    result
}

/// Returns a path beside the one given that each engine would have for itself.
fn example(path: &Path) -> String {
    let extension = path.extension().and_then(|it| it.to_str());
    let file_name = extension.map_or(ENGINE.to_owned(), |it| format!("{ENGINE}.{it}"));
    path.with_file_name(file_name).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn factory(text: &str) -> Factory {
        Factory::new(serde_json::from_str(text).expect("a definition"))
    }

    fn name(text: &str) -> EngineName {
        EngineName::parse(text).expect("a name")
    }

    #[test]
    fn each_engine_gets_its_name_where_the_definition_has_a_place() {
        let folder = tempfile::tempdir().expect("folder");
        let engine = factory(
            r#"{"pipeline": "./t.sh {engine}", "bot": "{engine}-eu", "state_path": "state/{bot}.json",
                "database": "{engine}.db", "env": {"MODEL": "m-{engine}-{bot}"}, "id": "x"}"#,
        )
        .make(&name("engine4"), folder.path())
        .expect("made");
        assert_eq!(engine.bot.as_ref().map(BotName::as_str), Some("engine4-eu"));
        let path = |text: &str| Some(folder.path().join(text));
        assert_eq!(engine.state_path, path("state/engine4-eu.json"));
        assert_eq!(engine.database, path("engine4.db"));
        assert_eq!(engine.env["MODEL"], "m-engine4-engine4-eu");
        assert_eq!((engine.id, engine.work_dir), (None, path("")));
        assert_eq!(engine.pipeline.to_string(), "./t.sh {engine}");
    }

    #[test]
    fn what_all_engines_would_share_by_accident_is_refused() {
        for (text, shared) in [
            (
                r#"{"pipeline": "x", "state_path": "/s.json"}"#,
                "state_path",
            ),
            (r#"{"pipeline": "x", "database": "/d.db"}"#, "database"),
            (
                r#"{"pipeline": "x", "bot": "trader", "database": "/{bot}.db"}"#,
                "database",
            ),
        ] {
            let error = factory(text).check().expect_err(text);
            assert!(error.to_string().contains(shared), "{text}: {error}");
        }
        for text in [
            r#"{"pipeline": "x", "bot": "trader", "work_dir": "/all"}"#,
            r#"{"pipeline": "x", "database": "/{bot}.db"}"#,
        ] {
            factory(text).check().expect(text);
        }
    }

    #[test]
    fn a_working_directory_that_does_not_exist_is_refused_when_an_engine_is_made() {
        let folder = tempfile::tempdir().expect("folder");
        let factory = factory(r#"{"pipeline": "./t.sh", "work_dir": "bots/{engine}"}"#);
        let make = || factory.make(&name("engine1"), folder.path());
        let error = make().expect_err("no folder");
        assert!(
            error.to_string().contains("bots/engine1 of the new engine"),
            "{error}"
        );
        std::fs::create_dir_all(folder.path().join("bots/engine1")).expect("created");
        make().expect("made");
    }

    #[test]
    fn a_name_is_replaced_as_a_word_only() {
        for (text, expected) in [
            ("alpha", "{engine}"),
            ("alpha.json", "{engine}.json"),
            ("state-alpha-1.json", "state-{engine}-1.json"),
            ("alphabet.json", "alphabet.json"),
            ("2alpha", "2alpha"),
            ("alpha_alpha", "{engine}_{engine}"),
            ("alphaalpha", "alphaalpha"),
            ("all.db", "all.db"),
        ] {
            assert_eq!(with_place(text, "alpha"), expected, "{text}");
        }
    }
}
