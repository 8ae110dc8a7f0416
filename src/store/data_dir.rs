//! The data directory: where it is and what lies where in it.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use directories::ProjectDirs;

use crate::error::{Failure, Kind};
use crate::interrupt::Interrupt;
use crate::store::locks::FileLock;

/// How long a command waits for another one to finish changing the registry.
const REGISTRY_PATIENCE: Duration = Duration::from_secs(60);

/// The folder in which everything lies, except what an engine keeps elsewhere.
#[derive(Clone, Debug)]
pub struct DataDir {
    root: PathBuf,
}

impl DataDir {
    /// What the names of the locks of folders begin with in which files are patched.
    pub const WORK_DIR_LOCK: &str = "work-dir-";

    /// Uses a folder; creates nothing yet.
    ///
    /// # Errors
    ///
    /// Fails if the path is relative and the current folder is gone.
    pub fn new(root: &Path) -> Result<Self> {
        let root = std::path::absolute(root)
            .with_context(|| format!("cannot make the path {} absolute", root.display()))?;
        Ok(Self { root })
    }

    /// Uses the folder that the platform has for programs' data.
    ///
    /// # Errors
    ///
    /// Fails with a hint if there is no home directory.
    pub fn of_platform() -> Result<Self> {
        let folders = ProjectDirs::from("", "", "sie").ok_or_else(|| {
            Failure::usage("there is no home directory to keep data in")
                .hint("name a folder with `--data-dir DIR` or SIE_DATA_DIR")
        })?;
        Self::new(folders.data_dir())
    }

    /// Returns the folder itself.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Creates the folder and its subfolders if they do not exist, for nobody but the user.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be created, or if others may write to it.
    pub fn create(&self) -> Result<()> {
        let exists = self.root.is_dir();
        for folder in [self.root.clone(), self.locks(), self.runs()] {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(&folder)
                .with_context(|| format!("cannot create {}", folder.display()))?;
        }
        if exists {
            self.check_ownership()
        } else {
            Ok(())
        }
    }

    /// Whoever may write to the folder decides which programs run with the user's rights.
    fn check_ownership(&self) -> Result<()> {
        let metadata = fs::metadata(&self.root)
            .with_context(|| format!("cannot read {}", self.root.display()))?;
        let root = self.root.display();
        if metadata.permissions().mode() & 0o022 != 0 {
            return Err(Failure::new(
                Kind::Unusable,
                format!("others may write to the data directory {root}"),
            )
            .hint(format!("take the right from them: `chmod go-w '{root}'`"))
            .into());
        }
        let me = rustix::process::geteuid().as_raw();
        if metadata.uid() != me && me != 0 {
            return Err(Failure::new(
                Kind::Unusable,
                format!("the data directory {root} belongs to another user"),
            )
            .hint("use one of your own: `--data-dir DIR` or SIE_DATA_DIR")
            .into());
        }
        Ok(())
    }

    /// Returns where the registry lies unless it was moved.
    #[must_use]
    pub fn registry(&self) -> PathBuf {
        self.root.join("registry.json")
    }

    /// Returns where the store lies.
    #[must_use]
    pub fn store(&self) -> PathBuf {
        self.root.join("sie.db")
    }

    /// Returns everything of ours in the folder but the registry, which may have been moved.
    #[must_use]
    pub fn parts(&self) -> Vec<PathBuf> {
        let mut parts = vec![self.locks(), self.runs(), self.patches()];
        parts.extend(database_files(&self.store()));
        parts
    }

    /// Returns where the locks lie that belong to no database of an engine's own.
    #[must_use]
    pub fn locks(&self) -> PathBuf {
        self.root.join("locks")
    }

    /// Returns where results and logs of runs lie.
    #[must_use]
    pub fn runs(&self) -> PathBuf {
        self.root.join("runs")
    }

    /// Returns where the originals of patched files lie.
    #[must_use]
    pub fn patches(&self) -> PathBuf {
        self.root.join("patches")
    }

    /// Returns the lock file of a folder in which files are patched, by the digest of its real path.
    #[must_use]
    pub fn work_dir_lock(&self, real_path: &Path) -> PathBuf {
        let digest = super::digest_of(real_path.as_os_str().as_encoded_bytes());
        let short: String = digest.chars().take(32).collect();
        self.locks()
            .join(format!("{}{short}.lock", Self::WORK_DIR_LOCK))
    }

    /// Returns the lock file of an engine: beside its database if it has one of its own.
    ///
    /// The id is part of the name, so that engines of one name in two registries do not block each other.
    #[must_use]
    pub fn engine_lock(&self, name: &str, id: &str, own_database: Option<&Path>) -> PathBuf {
        let file_name = format!("{}-{id}.lock", name.to_ascii_lowercase());
        match own_database {
            Some(database) => {
                let mut beside = database.as_os_str().to_owned();
                beside.push(format!(".{file_name}"));
                PathBuf::from(beside)
            }
            None => self.locks().join(file_name),
        }
    }

    /// Takes the registry lock: for the milliseconds in which the registry or a store's tables change.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be had within a minute.
    pub fn lock_registry(&self, interrupt: &Interrupt) -> Result<FileLock> {
        self.create()?;
        FileLock::wait(
            &self.locks().join("registry.lock"),
            REGISTRY_PATIENCE,
            interrupt,
        )
    }

    /// Takes the lock of a folder in which a registry lies that was moved out of the data directory.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be had within a minute.
    pub fn lock_registry_folder(folder: &Path, interrupt: &Interrupt) -> Result<FileLock> {
        FileLock::wait_for_folder(folder, REGISTRY_PATIENCE, interrupt)
    }
}

/// Returns a database with the files that SQLite keeps beside it.
#[must_use]
pub fn database_files(path: &Path) -> [PathBuf; 3] {
    ["", "-wal", "-shm"].map(|ending| {
        let mut file = path.as_os_str().to_owned();
        file.push(ending);
        PathBuf::from(file)
    })
}
