//! What an inspection reads once, for all checks. Changes nothing.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::clock::UnixTime;
use crate::doctor::checks::CHECKS;
use crate::doctor::finding::Finding;
use crate::registry::{ImprovementEngineRegistry, Leniency, RegisteredEngine, Workspace};
use crate::store::{Checkup, EngineKey, FileLock, KnownEngine, KnownHold, Store};

/// A database, and what it says.
pub struct StoreFacts {
    /// The file.
    pub path: PathBuf,
    /// The engines whose own database it is; none if it is that of the fleet.
    pub owners: Vec<String>,
    /// How the file is; none if there is none.
    pub checkup: Result<Option<Checkup>>,
    /// The store, if it can be read.
    pub store: Option<Store>,
    /// The engines on record there.
    pub engines: Vec<KnownEngine>,
    /// What is held there.
    pub holds: Vec<KnownHold>,
}

impl StoreFacts {
    fn read(path: PathBuf, owners: Vec<String>) -> Self {
        let checkup = Store::check_up(&path);
        let is_ours = matches!(&checkup, Ok(Some(found))
            if !found.is_foreign && found.version <= Checkup::NEWEST);
        let store = if is_ours {
            Store::open_to_read(&path).ok().flatten()
        } else {
            None
        };
        // What a damaged file does not tell is told by its checkup.
        let read = |store: &Store| {
            let engines = store.known_engines().unwrap_or_default();
            (engines, store.known_holds().unwrap_or_default())
        };
        let (engines, holds) = store.as_ref().map(read).unwrap_or_default();
        Self {
            path,
            owners,
            checkup,
            store,
            engines,
            holds,
        }
    }

    /// Returns the database if it is an engine's own.
    fn own_path(&self) -> Option<&Path> {
        (!self.owners.is_empty()).then_some(self.path.as_path())
    }
}

/// Everything that the checks look at.
pub struct Inspection<'a> {
    /// Where things lie.
    pub workspace: &'a Workspace,
    /// The registry, as far as it can be read.
    pub registry: Result<ImprovementEngineRegistry>,
    /// The databases, that of the fleet first.
    pub stores: Vec<StoreFacts>,
    /// Where programs are looked for (`PATH`).
    pub search_path: Option<OsString>,
    /// The present time.
    pub now: UnixTime,
}

impl<'a> Inspection<'a> {
    /// Reads the registry and the databases.
    #[must_use]
    pub fn of(workspace: &'a Workspace, search_path: Option<OsString>) -> Self {
        let registry = ImprovementEngineRegistry::load(workspace.clone(), Leniency::ReadsNewer);
        let mut stores = vec![StoreFacts::read(workspace.data_dir.store(), Vec::new())];
        let mut own: Vec<(PathBuf, Vec<String>)> = Vec::new();
        for engine in registry.iter().flat_map(ImprovementEngineRegistry::engines) {
            let Some(path) = &engine.engine.database else {
                continue;
            };
            match own.iter_mut().find(|(other, _)| other == path) {
                Some((_, owners)) => owners.push(engine.name.to_string()),
                None => own.push((path.clone(), vec![engine.name.to_string()])),
            }
        }
        stores.extend(
            own.into_iter()
                .map(|(path, owners)| StoreFacts::read(path, owners)),
        );
        Self {
            workspace,
            registry,
            stores,
            search_path,
            now: workspace.clock.now(),
        }
    }

    /// Runs all checks.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        CHECKS.iter().flat_map(|check| check(self)).collect()
    }

    /// Returns the engines of the registry; none if it cannot be read.
    #[must_use]
    pub fn engines(&self) -> &[RegisteredEngine] {
        self.registry
            .as_ref()
            .map_or(&[], ImprovementEngineRegistry::engines)
    }

    /// Returns the engine of a key, if the registry has it.
    #[must_use]
    pub fn registered(&self, key: &EngineKey) -> Option<&RegisteredEngine> {
        self.engines()
            .iter()
            .find(|engine| engine.key.engine_id == key.engine_id)
            .filter(|engine| engine.key.registry_id == key.registry_id)
    }

    /// Whether an engine on record belongs to the registry that is looked at, named there or not.
    #[must_use]
    pub fn is_of_this_registry(&self, key: &EngineKey) -> bool {
        self.registry
            .as_ref()
            .is_ok_and(|registry| registry.id() == key.registry_id)
    }

    /// Whether engines may be mended: only by who knows all there is to know of them.
    #[must_use]
    pub fn may_mend_engines(&self) -> bool {
        self.registry
            .as_ref()
            .is_ok_and(|registry| !registry.is_newer())
    }

    /// Returns the database of an engine of the registry.
    #[must_use]
    pub fn store_of(&self, engine: &RegisteredEngine) -> Option<&Store> {
        let path = engine.store_path(&self.workspace.data_dir);
        let facts = self.stores.iter().find(|facts| facts.path == path)?;
        facts.store.as_ref()
    }

    /// Returns the lock of an engine on record.
    #[must_use]
    pub fn lock_of(&self, engine: &KnownEngine, facts: &StoreFacts) -> PathBuf {
        let (name, id) = (&engine.key.name, &engine.key.engine_id);
        let data_dir = &self.workspace.data_dir;
        data_dir.engine_lock(name, id, facts.own_path())
    }

    /// Returns the lock of an engine of the registry.
    #[must_use]
    pub fn lock_of_registered(&self, engine: &RegisteredEngine) -> PathBuf {
        let own_database = engine.engine.database.as_deref();
        let (name, id) = (engine.name.as_str(), &engine.key.engine_id);
        self.workspace.data_dir.engine_lock(name, id, own_database)
    }

    /// Whether somebody holds the lock of an engine on record; where that cannot be told, somebody does.
    #[must_use]
    pub fn is_busy(&self, engine: &KnownEngine, facts: &StoreFacts) -> bool {
        FileLock::is_held(&self.lock_of(engine, facts)).unwrap_or(true)
    }

    /// Returns every engine on record with the database it is in.
    pub fn known(&self) -> impl Iterator<Item = (&KnownEngine, &StoreFacts)> {
        self.stores
            .iter()
            .flat_map(|facts| facts.engines.iter().map(move |engine| (engine, facts)))
    }
}
