//! The registry: the named engines, kept in a file that people may edit.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::value::RawValue;

use crate::engine::SelfImprovementEngine;
use crate::error::{Failure, Kind};
use crate::events::Hooks;
use crate::names::EngineName;
use crate::registry::claims::Claims;
use crate::registry::document::{DocumentToWrite, RegistryDocument, entry_text};
use crate::registry::entry::{self, BadEntry, EntryContext, RegisteredEngine};
use crate::registry::identity;
use crate::registry::registry_file::{read_text, real_path};
use crate::registry::workspace::Workspace;
use crate::store::{DataDir, FileLock, LockAttempt, replace};

/// How strictly a registry is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leniency {
    /// A newer format is refused.
    Strict,
    /// A newer format is read as far as it is known. Only for commands that change nothing.
    ReadsNewer,
}

/// What `register` does with a name that is taken or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Registration {
    /// A taken name is an error.
    New,
    /// A taken name is changed; its data stay.
    Replace,
    /// The engine carries on with the data kept under this id.
    Revive(String),
}

/// The named engines.
#[derive(Debug)]
pub struct ImprovementEngineRegistry {
    workspace: Workspace,
    id: String,
    is_newer: bool,
    hooks: Hooks,
    engines: Vec<RegisteredEngine>,
    bad_entries: Vec<BadEntry>,
}

impl ImprovementEngineRegistry {
    /// Opens the registry in a data directory; no file means no engines yet.
    ///
    /// # Errors
    ///
    /// Fails with kind `unusable` if the file cannot be used as a whole.
    pub fn open(data_dir: &Path) -> Result<Self> {
        Self::load(Workspace::in_folder(data_dir)?, Leniency::Strict)
    }

    /// Loads the registry of a workspace.
    ///
    /// # Errors
    ///
    /// As [`ImprovementEngineRegistry::open`].
    pub fn load(workspace: Workspace, leniency: Leniency) -> Result<Self> {
        let text = read_text(&workspace.registry_path)?;
        Self::from_text(workspace, text.as_deref(), leniency)
    }

    fn from_text(workspace: Workspace, text: Option<&str>, leniency: Leniency) -> Result<Self> {
        let path = real_path(&workspace.registry_path);
        let derived_id = identity::of_file(&path);
        let Some(text) = text else {
            return Ok(Self {
                workspace,
                id: derived_id,
                is_newer: false,
                hooks: Hooks::default(),
                engines: Vec::new(),
                bad_entries: Vec::new(),
            });
        };
        let shown = path.display().to_string();
        let document = RegistryDocument::parse(text, &shown, leniency == Leniency::ReadsNewer)?;
        let is_newer = document.format_version > super::document::FORMAT_VERSION;
        let id = document.id.unwrap_or(derived_id);
        let context = EntryContext {
            text,
            path: &path,
            registry_id: &id,
            ignores_unknown_keys: is_newer,
        };
        let mut engines: Vec<RegisteredEngine> = Vec::new();
        let mut bad_entries = Vec::new();
        let mut claims = Claims::new(&path, &workspace.data_dir.store());
        for (name, raw) in &document.engines {
            let read = entry::read(name, raw, &context).and_then(|engine| {
                let claimed = claims.claim(&engine);
                claimed.map_or_else(
                    |problem| Err(context.bad_entry(name, raw, problem)),
                    |()| Ok(engine),
                )
            });
            match read {
                Ok(engine) => engines.push(engine),
                Err(bad) => bad_entries.push(bad),
            }
        }
        Ok(Self {
            workspace,
            id,
            is_newer,
            hooks: document.hooks,
            engines,
            bad_entries,
        })
    }

    /// Returns where the registry and its data lie.
    #[must_use]
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// Returns the id by which the registry's rows are keyed.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether the file was written by a newer version.
    #[must_use]
    pub fn is_newer(&self) -> bool {
        self.is_newer
    }

    /// Returns the hooks that are told of the events of all engines.
    #[must_use]
    pub fn hooks(&self) -> &Hooks {
        &self.hooks
    }

    /// Returns the engines that can be used, in the order of the file.
    #[must_use]
    pub fn engines(&self) -> &[RegisteredEngine] {
        &self.engines
    }

    /// Returns the entries that cannot be used.
    #[must_use]
    pub fn bad_entries(&self) -> &[BadEntry] {
        &self.bad_entries
    }

    /// Returns the engine of a name, without regard to case.
    ///
    /// # Errors
    ///
    /// A usage failure with a suggestion if there is none, or if its entry cannot be used.
    pub fn engine(&self, name: &str) -> Result<&RegisteredEngine> {
        let found = self
            .engines
            .iter()
            .find(|engine| engine.name.as_str().eq_ignore_ascii_case(name));
        if let Some(engine) = found {
            return Ok(engine);
        }
        if let Some(bad) = self
            .bad_entries
            .iter()
            .find(|bad| bad.engine.eq_ignore_ascii_case(name))
        {
            return Err(bad.failure(&self.workspace.registry_path).into());
        }
        let shown: String = name.escape_debug().take(80).collect();
        let known = self.engines.iter().map(|engine| engine.name.as_str());
        Err(Failure::usage(format!("no engine `{shown}`"))
            .did_you_mean(name, known)
            .hint("list the registered engines with `sie list`")
            .into())
    }

    /// Registers an engine under a name and writes the file.
    ///
    /// # Errors
    ///
    /// Fails if the name is taken, the definition cannot be used, or the file cannot be written.
    pub fn register_engine(&mut self, name: &str, engine: SelfImprovementEngine) -> Result<()> {
        let name = EngineName::parse(name)?;
        self.register(&name, &Registration::New, |_| Ok(engine))
    }

    /// Registers or changes an engine under the registry lock.
    ///
    /// `define` gets the definition that stands there now and returns the one to write.
    ///
    /// # Errors
    ///
    /// As [`ImprovementEngineRegistry::register_engine`].
    pub fn register(
        &mut self,
        name: &EngineName,
        registration: &Registration,
        define: impl FnOnce(Option<&SelfImprovementEngine>) -> Result<SelfImprovementEngine>,
    ) -> Result<()> {
        let _locks = self.lock()?;
        let text = self.changed_text(name, registration, define)?;
        let _old_lock = self.lock_if_moved(name, &text)?;
        self.write(&text)
    }

    /// Takes the lock of an engine whose lock is about to lie elsewhere, as its database does.
    ///
    /// A cycle that holds the old lock would not keep a second one from starting under the new.
    fn lock_if_moved(&self, name: &EngineName, changed: &str) -> Result<Option<FileLock>> {
        let of = |text: Option<&str>| -> Result<Option<RegisteredEngine>> {
            let registry = Self::from_text(self.workspace.clone(), text, Leniency::Strict)?;
            let found = |engine: &RegisteredEngine| engine.name.folded() == name.folded();
            Ok(registry.engines.into_iter().find(found))
        };
        let text = read_text(&self.workspace.registry_path)?;
        let (Some(old), Some(new)) = (of(text.as_deref())?, of(Some(changed))?) else {
            return Ok(None);
        };
        if old.engine.database == new.engine.database {
            return Ok(None);
        }
        let path = self.workspace.data_dir.engine_lock(
            old.name.as_str(),
            &old.key.engine_id,
            old.engine.database.as_deref(),
        );
        // Nobody holds a lock that was never made.
        if !path.exists() {
            return Ok(None);
        }
        match FileLock::try_lock(&path)? {
            LockAttempt::Locked(lock) => Ok(Some(lock)),
            LockAttempt::Busy => Err(Failure::new(
                Kind::Busy,
                format!("a cycle of `{name}` is running; its database cannot be changed now"),
            )
            .hint("try again when it has ended; `sie status` shows it")
            .into()),
        }
    }

    /// Returns what [`ImprovementEngineRegistry::register`] would register, and writes nothing.
    ///
    /// # Errors
    ///
    /// As [`ImprovementEngineRegistry::register_engine`].
    pub fn preview(
        &self,
        name: &EngineName,
        registration: &Registration,
        define: impl FnOnce(Option<&SelfImprovementEngine>) -> Result<SelfImprovementEngine>,
    ) -> Result<RegisteredEngine> {
        let text = self.changed_text(name, registration, define)?;
        let changed = Self::from_text(self.workspace.clone(), Some(&text), Leniency::Strict)?;
        changed.engine(name.as_str()).cloned()
    }

    /// Returns the text of the file as it is to be after an engine was registered or changed.
    fn changed_text(
        &self,
        name: &EngineName,
        registration: &Registration,
        define: impl FnOnce(Option<&SelfImprovementEngine>) -> Result<SelfImprovementEngine>,
    ) -> Result<String> {
        let text = read_text(&self.workspace.registry_path)?;
        let current = Self::from_text(self.workspace.clone(), text.as_deref(), Leniency::Strict)?;
        let found = current
            .engines
            .iter()
            .find(|engine| engine.name.folded() == name.folded());
        let is_bad = current
            .bad_entries
            .iter()
            .any(|bad| bad.engine.eq_ignore_ascii_case(name.as_str()));
        if (found.is_some() || is_bad) && *registration != Registration::Replace {
            let taken = found.map_or(name, |engine| &engine.name);
            return Err(Failure::usage(format!("the name `{taken}` is taken"))
                .hint(format!(
                    "change it with `sie register {taken} --replace …`, or choose another name"
                ))
                .into());
        }
        let mut engine = define(found.map(|found| &found.engine))?;
        engine.id = Some(match (registration, found) {
            (Registration::Revive(id), _) => id.clone(),
            (_, Some(found)) => found.key.engine_id.clone(),
            (_, None) => identity::random()?,
        });
        engine.check()?;
        let path = real_path(&self.workspace.registry_path);
        engine.resolve_paths(path.parent().unwrap_or(Path::new("/")));
        // A file without an id keeps the one made from its path: its rows are keyed by it already.
        let id = if text.is_some() {
            current.id.clone()
        } else {
            identity::random()?
        };
        let (members, hooks) = members_of(text.as_deref())?;
        let entry = entry_text(&engine)?;
        let mut engines: Vec<(&str, &RawValue)> = members
            .iter()
            .map(|(other, raw)| (other.as_str(), *raw))
            .collect();
        match engines
            .iter_mut()
            .find(|(other, _)| other.eq_ignore_ascii_case(name.as_str()))
        {
            Some((_, raw)) => *raw = &entry,
            None => engines.push((name.as_str(), &entry)),
        }
        let changed = DocumentToWrite {
            id: &id,
            hooks,
            engines,
        }
        .to_text()?;
        // What is about to be written must be usable: its state file, for one, may belong to another engine.
        let written = Self::from_text(self.workspace.clone(), Some(&changed), Leniency::Strict)?;
        let was_bad = |new: &BadEntry| {
            let mut before = current.bad_entries.iter();
            before.any(|bad| bad.engine == new.engine && bad.problem == new.problem)
        };
        // Neither it nor, because of it, another one may be unusable that was usable before.
        match written.bad_entries.iter().find(|bad| !was_bad(bad)) {
            Some(bad) => Err(Failure::usage(format!(
                "engine `{name}` cannot be registered: `{}` could not be used: {}",
                bad.engine, bad.problem
            ))
            .into()),
            None => Ok(changed),
        }
    }

    /// Returns the keys that an engine's entry in the file has.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read any more.
    pub fn given_keys(&self, engine: &RegisteredEngine) -> Result<Vec<String>> {
        let text = read_text(&self.workspace.registry_path)?;
        let (members, _) = members_of(text.as_deref())?;
        let entry = members
            .iter()
            .find(|(name, _)| name == engine.name.as_str());
        let Some((_, raw)) = entry else {
            return Ok(Vec::new());
        };
        let keys: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(raw.get()).context("cannot read the entry")?;
        Ok(keys.into_iter().map(|(key, _)| key).collect())
    }

    /// Takes an engine out of the file. Its data stay.
    ///
    /// # Errors
    ///
    /// Fails if there is no such engine, or the file cannot be written.
    pub fn unregister(&mut self, name: &str) -> Result<()> {
        let _locks = self.lock()?;
        let text = read_text(&self.workspace.registry_path)?;
        let current = Self::from_text(self.workspace.clone(), text.as_deref(), Leniency::Strict)?;
        let is_bad = current
            .bad_entries
            .iter()
            .any(|bad| bad.engine.eq_ignore_ascii_case(name));
        if !is_bad {
            current.engine(name)?;
        }
        let (members, hooks) = members_of(text.as_deref())?;
        let engines = members
            .iter()
            .filter(|(other, _)| !other.eq_ignore_ascii_case(name))
            .map(|(other, raw)| (other.as_str(), *raw))
            .collect();
        let changed = DocumentToWrite {
            id: &current.id,
            hooks,
            engines,
        }
        .to_text()?;
        self.write(&changed)
    }

    fn lock(&self) -> Result<Vec<FileLock>> {
        let Workspace {
            data_dir,
            registry_path,
            interrupt,
            ..
        } = &self.workspace;
        let mut locks = vec![data_dir.lock_registry(interrupt)?];
        // Two data directories may share a registry that was moved: its folder is what they have in common.
        let real = real_path(registry_path);
        if let Some(folder) = real.parent().filter(|folder| *folder != data_dir.root()) {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot create {}", folder.display()))?;
            locks.push(DataDir::lock_registry_folder(folder, interrupt)?);
        }
        Ok(locks)
    }

    fn write(&mut self, text: &str) -> Result<()> {
        replace(&self.workspace.registry_path, text.as_bytes())
            .context("cannot save the registry")?;
        *self = Self::from_text(self.workspace.clone(), Some(text), Leniency::Strict)?;
        Ok(())
    }
}

/// What a change of the file must keep: its entries, good and bad, in their order, and its hooks.
type Members<'a> = (Vec<(String, &'a RawValue)>, Option<&'a RawValue>);

fn members_of(text: Option<&str>) -> Result<Members<'_>> {
    match text {
        Some(text) => {
            let document = RegistryDocument::parse(text, "the registry", true)?;
            Ok((document.engines, document.raw_hooks))
        }
        None => Ok((Vec::new(), None)),
    }
}
