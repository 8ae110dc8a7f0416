//! The stores that the engines of a registry use, opened once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::error::{Failure, kind_of};
use crate::registry::entry::RegisteredEngine;
use crate::registry::workspace::Workspace;
use crate::store::Store;

/// The store of the fleet, and those of engines that have one of their own.
pub struct Stores {
    /// That of the fleet; none if there is none yet and nothing may be written.
    pub fleet: Option<Store>,
    own: BTreeMap<PathBuf, Result<Option<Store>>>,
}

impl Stores {
    /// Opens them; where nothing may be written, none is created.
    ///
    /// # Errors
    ///
    /// Fails if the store of the fleet cannot be used.
    pub fn open(
        workspace: &Workspace,
        engines: &[&RegisteredEngine],
        is_dry_run: bool,
    ) -> Result<Self> {
        let open = |path: &Path| {
            if is_dry_run {
                Store::open_to_read(path)
            } else {
                workspace.open_store_at(path).map(Some)
            }
        };
        if !is_dry_run {
            workspace.data_dir.create()?;
        }
        let fleet = open(&workspace.data_dir.store())?;
        let paths: BTreeSet<&PathBuf> = engines
            .iter()
            .filter_map(|engine| engine.engine.database.as_ref())
            .collect();
        let own = paths
            .into_iter()
            .map(|path| (path.clone(), open(path)))
            .collect();
        Ok(Self { fleet, own })
    }

    /// Returns all stores that can be used, that of the fleet first.
    pub fn all(&self) -> impl Iterator<Item = &Store> {
        let own = self.own.values().filter_map(|store| store.as_ref().ok());
        self.fleet.iter().chain(own.flatten())
    }

    /// Returns the store in which an engine's rows lie.
    ///
    /// # Errors
    ///
    /// Fails if it is one of its own that cannot be used.
    pub fn of(&self, engine: &RegisteredEngine) -> Result<Option<&Store>> {
        let Some(path) = &engine.engine.database else {
            return Ok(self.fleet.as_ref());
        };
        match self.own.get(path) {
            Some(Ok(store)) => Ok(store.as_ref()),
            // The error belongs to every engine that uses the file, so it is told to each anew.
            Some(Err(error)) => Err(Failure::new(kind_of(error), format!("{error:#}")).into()),
            None => Ok(None),
        }
    }
}
