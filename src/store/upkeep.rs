//! Small repairs of files: rights that are too wide, and what a killed writer left behind.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::store::database::Store;
use crate::store::replace::LEFTOVER_SUFFIX;

/// Takes rights from others: of the mode only the bits in `kept` stay.
///
/// # Errors
///
/// Fails if the mode cannot be read or set.
pub fn restrict(path: &Path, kept: u32) -> Result<()> {
    let setting = || format!("cannot change the rights of {}", path.display());
    let mode = fs::metadata(path)
        .with_context(setting)?
        .permissions()
        .mode();
    fs::set_permissions(path, Permissions::from_mode(mode & kept)).with_context(setting)
}

/// Returns what replacing a file would have left behind if it was killed, if that is there.
#[must_use]
pub fn leftover_of(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_string_lossy();
    let leftover = path.with_file_name(format!(".{name}{LEFTOVER_SUFFIX}"));
    fs::symlink_metadata(&leftover).is_ok().then_some(leftover)
}

/// Removes what a killed writer left behind.
///
/// # Errors
///
/// Fails if it cannot be removed; that it is gone already is no failure.
pub fn remove_leftover(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

impl Store {
    /// Moves the log into the file and cuts it to nothing; returns whether somebody who reads kept that from ending.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be written.
    pub fn empty_log(&self) -> Result<bool> {
        self.read(|connection| {
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
        })
    }
}
