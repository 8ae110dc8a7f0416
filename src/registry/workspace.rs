//! Where a registry and its data lie.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::clock::Clock;
use crate::interrupt::Interrupt;
use crate::store::{DataDir, Store};

/// Where a registry and its data lie, and what time it is there.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// The folder everything lies in.
    pub data_dir: DataDir,
    /// The registry file.
    pub registry_path: PathBuf,
    /// The present time.
    pub clock: Clock,
    /// The seed of policies that begin (`SIE_SEED`); a random one each unless given.
    pub seed: Option<u64>,
    /// The signals that ask us to stop.
    pub interrupt: Interrupt,
    /// Whether a hook called us; then no hook is told of what we do.
    pub is_in_hook: bool,
}

impl Workspace {
    /// Uses a data directory, with the registry in it and the operating system's clock.
    ///
    /// # Errors
    ///
    /// Fails if the path is relative and the current folder is gone.
    pub fn in_folder(folder: &Path) -> Result<Self> {
        let data_dir = DataDir::new(folder)?;
        Ok(Self {
            registry_path: data_dir.registry(),
            data_dir,
            clock: Clock::System,
            seed: None,
            interrupt: Interrupt::never(),
            is_in_hook: false,
        })
    }

    /// Opens the store of the fleet, creating it if there is none.
    ///
    /// # Errors
    ///
    /// Fails with kind `unusable` if it is damaged, foreign or newer.
    pub fn open_store(&self) -> Result<Store> {
        self.open_store_at(&self.data_dir.store())
    }

    /// Opens a store anywhere, creating it if there is none.
    ///
    /// # Errors
    ///
    /// As [`Workspace::open_store`].
    pub fn open_store_at(&self, path: &Path) -> Result<Store> {
        Store::open(path, || {
            // Before its subfolders, or it would not be for nobody but the user.
            self.data_dir.create()?;
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)
                    .with_context(|| format!("cannot create {}", folder.display()))?;
            }
            self.data_dir.lock_registry(&self.interrupt)
        })
    }
}
