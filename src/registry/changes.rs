//! Changing the registry file: one engine is registered, changed or taken out, under the registry lock.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::autoscale::Origin;
use crate::engine::SelfImprovementEngine;
use crate::error::{Failure, Kind};
use crate::names::EngineName;
use crate::registry::entry::{BadEntry, RegisteredEngine};
use crate::registry::identity;
use crate::registry::improvement_engine_registry::{ImprovementEngineRegistry, Leniency};
use crate::registry::registry_draft::RegistryDraft;
use crate::registry::registry_file::{read_text, real_path};
use crate::registry::scaling::archive;
use crate::registry::workspace::Workspace;
use crate::store::{DataDir, FileLock, LockAttempt, replace};

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

impl ImprovementEngineRegistry {
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
            let registry = Self::from_text(self.workspace().clone(), text, Leniency::Strict)?;
            let found = |engine: &RegisteredEngine| engine.name.folded() == name.folded();
            Ok(registry
                .engines()
                .iter()
                .find(|engine| found(engine))
                .cloned())
        };
        let text = read_text(&self.workspace().registry_path)?;
        let (Some(old), Some(new)) = (of(text.as_deref())?, of(Some(changed))?) else {
            return Ok(None);
        };
        if old.engine.database == new.engine.database {
            return Ok(None);
        }
        let path = self.workspace().data_dir.engine_lock(
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
        let changed = Self::from_text(self.workspace().clone(), Some(&text), Leniency::Strict)?;
        changed.engine(name.as_str()).cloned()
    }

    /// Returns the text of the file as it is to be after an engine was registered or changed.
    fn changed_text(
        &self,
        name: &EngineName,
        registration: &Registration,
        define: impl FnOnce(Option<&SelfImprovementEngine>) -> Result<SelfImprovementEngine>,
    ) -> Result<String> {
        let text = read_text(&self.workspace().registry_path)?;
        let current = Self::from_text(self.workspace().clone(), text.as_deref(), Leniency::Strict)?;
        let found = current
            .engines()
            .iter()
            .find(|engine| engine.name.folded() == name.folded());
        let is_bad = current
            .bad_entries()
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
        let archived = match registration {
            Registration::Revive(id) => {
                let mut archived = current.archive().revivable();
                archived.find(|engine| engine.key.engine_id == *id)
            }
            Registration::New | Registration::Replace => None,
        };
        let mut engine = define(found.or(archived).map(|found| &found.engine))?;
        // Who is registered by hand is the operator's, whoever it was made by.
        engine.origin = found.map_or(Origin::default(), |found| found.engine.origin);
        engine.id = Some(match (registration, found) {
            (Registration::Revive(id), _) => id.clone(),
            (_, Some(found)) => found.key.engine_id.clone(),
            (_, None) => identity::random()?,
        });
        engine.check()?;
        let path = real_path(&self.workspace().registry_path);
        engine.resolve_paths(path.parent().unwrap_or(Path::new("/")));
        // A file without an id keeps the one made from its path: its rows are keyed by it already.
        let id = if text.is_some() {
            current.id().to_owned()
        } else {
            identity::random()?
        };
        let mut draft = RegistryDraft::of(text.as_deref(), &id)?;
        draft.set_engine(name.as_str(), &engine)?;
        if let Registration::Revive(id) = registration {
            archive::take(&mut draft, id)?;
        }
        current
            .usable(&draft)
            .with_context(|| Failure::usage(format!("engine `{name}` cannot be registered")))
    }

    /// Changes the file under the registry lock; `change` gets the registry as it stands there now.
    ///
    /// # Errors
    ///
    /// Fails if `change` does, if an entry could not be used any more, or if the file cannot be written.
    pub fn change(
        &mut self,
        change: impl FnOnce(&Self, &mut RegistryDraft<'_>) -> Result<()>,
    ) -> Result<()> {
        let nothing_else = |(): &()| Ok(());
        self.change_after(
            |current, draft| change(current, draft).map(Some),
            nothing_else,
        )
        .map(drop)
    }

    /// As [`ImprovementEngineRegistry::change`], with something that has to be done right before the file is written,
    /// when it is certain that it can be used. What `change` returns, such as a lock, is held until it is written;
    /// nothing is written if that is `None`.
    pub(super) fn change_after<T, U>(
        &mut self,
        change: impl FnOnce(&Self, &mut RegistryDraft<'_>) -> Result<Option<T>>,
        before: impl FnOnce(&T) -> Result<U>,
    ) -> Result<Option<(T, U)>> {
        let _locks = self.lock()?;
        let text = read_text(&self.workspace().registry_path)?;
        let current = Self::from_text(self.workspace().clone(), text.as_deref(), Leniency::Strict)?;
        let mut draft = RegistryDraft::of(text.as_deref(), current.id())?;
        let Some(changed) = change(&current, &mut draft)? else {
            return Ok(None);
        };
        let text = current.usable(&draft)?;
        let done_before = before(&changed)?;
        self.write(&text)?;
        Ok(Some((changed, done_before)))
    }

    /// Returns the text of a draft of this file if no entry is unusable in it that was usable before.
    fn usable(&self, draft: &RegistryDraft<'_>) -> Result<String> {
        let text = draft.to_text()?;
        let written = Self::from_text(self.workspace().clone(), Some(&text), Leniency::Strict)?;
        let was_bad = |new: &BadEntry| {
            let mut before = self.bad_entries().iter();
            before.any(|bad| bad.engine == new.engine && bad.problem == new.problem)
        };
        match written.bad_entries().iter().find(|bad| !was_bad(bad)) {
            Some(bad) => Err(Failure::usage(format!(
                "`{}` could not be used: {}",
                bad.engine, bad.problem
            ))
            .into()),
            None => Ok(text),
        }
    }

    /// Returns the keys that an engine's entry in the file has.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read any more.
    pub fn given_keys(&self, engine: &RegisteredEngine) -> Result<Vec<String>> {
        let text = read_text(&self.workspace().registry_path)?;
        let draft = RegistryDraft::of(text.as_deref(), self.id())?;
        let Some(raw) = draft.engine(engine.name.as_str()) else {
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
        self.change(|current, draft| {
            let mut bad_entries = current.bad_entries().iter();
            if !bad_entries.any(|bad| bad.engine.eq_ignore_ascii_case(name)) {
                current.engine(name)?;
            }
            draft.remove_engine(name);
            Ok(())
        })
    }

    fn lock(&self) -> Result<Vec<FileLock>> {
        let Workspace {
            data_dir,
            registry_path,
            interrupt,
            ..
        } = self.workspace();
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
        replace(&self.workspace().registry_path, text.as_bytes())
            .context("cannot save the registry")?;
        *self = Self::from_text(self.workspace().clone(), Some(text), Leniency::Strict)?;
        Ok(())
    }
}
