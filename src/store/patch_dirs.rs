//! The originals of patched files: `patches/NAME-ID/pN/`, kept until the patch is done with.
//!
//! Not among the runs: those are pruned by number and size, and a trial may last longer.

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The originals of one engine.
#[derive(Clone, Debug)]
pub struct PatchDirs {
    folder: PathBuf,
}

impl PatchDirs {
    /// For how many kept patches the originals are kept, so that they can be taken back.
    pub const MOST_KEPT: i64 = 20;

    /// Names the folder of an engine; creates nothing yet.
    #[must_use]
    pub fn of(patches: &Path, name: &str, id: &str) -> Self {
        Self {
            folder: patches.join(format!("{}-{id}", name.to_ascii_lowercase())),
        }
    }

    /// Returns the folder of a patch.
    #[must_use]
    pub fn path(&self, number: i64) -> PathBuf {
        self.folder.join(format!("p{number}"))
    }

    /// Saves the originals of a patch durably and returns its number: `number`, or the next one that is free.
    ///
    /// A folder that is already there belongs to a patch whose record was never made or was lost.
    ///
    /// # Errors
    ///
    /// Fails if they cannot be written; then nothing is left.
    pub fn save(&self, mut number: i64, originals: &[Option<&[u8]>]) -> Result<i64> {
        let saving = || format!("cannot save originals in {}", self.folder.display());
        let create = |folder: &Path| DirBuilder::new().mode(0o700).create(folder);
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder)
            .with_context(saving)?;
        loop {
            match create(&self.path(number)) {
                Ok(()) => break,
                Err(error) if error.kind() == ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(error).with_context(saving),
            }
        }
        let folder = self.path(number);
        let saved = originals
            .iter()
            .enumerate()
            .filter_map(|(index, bytes)| Some((index, (*bytes)?)))
            .try_for_each(|(index, bytes)| {
                let mut file = File::create_new(folder.join(index.to_string()))?;
                file.write_all(bytes)?;
                file.sync_all()
            })
            .and_then(|()| {
                // What is not found after a power cut was not saved: the folders on the way count.
                let mut way = folder.ancestors().take(4);
                way.try_for_each(|folder| File::open(folder)?.sync_all())
            });
        if saved.is_err() {
            self.discard(number);
        }
        saved.with_context(saving)?;
        Ok(number)
    }

    /// Reads an original.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be read.
    pub fn original(&self, number: i64, index: usize) -> Result<Vec<u8>> {
        let path = self.path(number).join(index.to_string());
        fs::read(&path).with_context(|| format!("cannot read the original {}", path.display()))
    }

    /// Removes the originals of a patch.
    pub fn discard(&self, number: i64) {
        let _ = fs::remove_dir_all(self.path(number));
    }

    /// Removes the originals of all patches but these.
    pub fn prune(&self, keep: &BTreeSet<i64>) {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return;
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let number = name
                .to_str()
                .and_then(|name| name.strip_prefix('p')?.parse().ok());
            if number.is_some_and(|number| !keep.contains(&number)) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn originals_are_saved_under_a_free_number_and_absent_files_are_not() {
        let folder = tempfile::tempdir().expect("folder");
        let dirs = PatchDirs::of(folder.path(), "Alpha", "id");
        let originals = [Some(&b"one"[..]), None, Some(&b""[..])];
        assert_eq!(dirs.save(3, &originals).expect("saved"), 3);
        assert_eq!(dirs.save(3, &originals).expect("saved"), 4);
        assert_eq!(dirs.original(3, 0).expect("there"), b"one");
        assert!(dirs.original(3, 1).is_err());
        dirs.prune(&BTreeSet::from([4]));
        assert!(!dirs.path(3).exists() && dirs.path(4).exists());
    }
}
