//! Opening a database file for those who only look: whatever is found there stays as it is.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use anyhow::Result;
use rusqlite::backup::Backup;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::store::database::{Store, file_id, take_steps, unusable};
use crate::store::schema;

/// How many pages of an older file are copied at a time.
const COPIED_PAGES: i32 = 1024;

/// Returns where SQLite keeps what is not in the file yet.
#[must_use]
pub fn log_of(path: &Path) -> PathBuf {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    PathBuf::from(log)
}

impl Store {
    /// Opens a store for reading, or returns `None` if there is none yet.
    ///
    /// Works in a folder that cannot be written to, and leaves every byte of the file as it is.
    ///
    /// # Errors
    ///
    /// Fails with kind `unusable` if the file is damaged, foreign or newer.
    pub fn open_to_read(path: &Path) -> Result<Option<Self>> {
        if !path.exists() {
            return Ok(None);
        }
        let store = Self::connect_to_look(path)
            .and_then(|store| store.version().map(|version| (store, version)));
        let (store, version) = match store {
            Ok(opened) => opened,
            Err(error) => match Self::connect_to_unchanging(path) {
                Ok(store) => store.version().map(|version| (store, version))?,
                Err(_) => return Err(error),
            },
        };
        if version == schema::VERSION {
            return Ok(Some(store));
        }
        if version != 0 {
            return store.migrated_in_memory(version).map(Some);
        }
        // Tables and version are committed together: tables seen before a version of 0 are not ours. Without tables
        // another process is creating it at this moment.
        if store.has_tables()? && store.version()? == 0 {
            return Err(store.foreign());
        }
        Ok(None)
    }

    /// Opens a file in such a way that closing it moves nothing from the log into it.
    pub(super) fn connect_to_look(path: &Path) -> Result<Self> {
        let has_log = std::fs::metadata(log_of(path)).is_ok_and(|log| log.len() > 0);
        let store = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        if has_log {
            store
                .connection()
                .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
                .map_err(|error| unusable(path, error))?;
        }
        Ok(store)
    }

    /// A write-ahead log needs a writable folder even to be read; a file that nobody can write to needs no log.
    pub(super) fn connect_to_unchanging(path: &Path) -> Result<Self> {
        let escaped = path
            .to_string_lossy()
            .replace('%', "%25")
            .replace('?', "%3f")
            .replace('#', "%23");
        let address = format!("file:{escaped}?immutable=1");
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let connection =
            Connection::open_with_flags(address, flags).map_err(|error| unusable(path, error))?;
        Ok(Self {
            connection: Mutex::new(connection),
            path: path.to_owned(),
            file: file_id(path),
        })
    }

    /// Reads an older file without changing it: what is read is a copy of it that was brought up to date.
    fn migrated_in_memory(&self, version: i32) -> Result<Self> {
        let copy = || {
            let mut memory = Connection::open_in_memory()?;
            Backup::new(&self.connection(), &mut memory)?.run_to_completion(
                COPIED_PAGES,
                Duration::ZERO,
                None,
            )?;
            take_steps(&mut memory, version)?;
            Ok(memory)
        };
        Ok(Self {
            connection: Mutex::new(copy().map_err(|error| unusable(&self.path, error))?),
            path: self.path.clone(),
            file: self.file,
        })
    }
}
