//! The folders of runs: `runs/NAME/CYCLE/`, with the result and the logs. Bounded in number and size.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result};

use crate::names::EngineName;

/// The runs of one engine name.
#[derive(Clone, Debug)]
pub struct RunDirs {
    folder: PathBuf,
    name: String,
}

impl RunDirs {
    /// How many runs are kept for each engine.
    pub const MAX_RUNS: usize = 100;
    /// How many bytes the kept runs of an engine may have together; the newest is always kept.
    pub const MAX_BYTES: u64 = 1024 * 1024 * 1024;

    /// Names the folder of an engine's runs; creates nothing yet.
    #[must_use]
    pub fn of(runs: &Path, name: &EngineName) -> Self {
        Self {
            folder: runs.join(name.as_str()),
            name: name.as_str().to_owned(),
        }
    }

    /// Returns what a cycle is called, for example `alpha-148`.
    #[must_use]
    pub fn cycle_name(&self, number: i64) -> String {
        format!("{}-{number}", self.name)
    }

    /// Returns the folder of a run.
    #[must_use]
    pub fn path(&self, number: i64) -> PathBuf {
        self.folder.join(self.cycle_name(number))
    }

    /// Returns the folder of an attempt: the first one has that of the run.
    #[must_use]
    pub fn attempt_path(&self, number: i64, attempt: u32) -> PathBuf {
        match attempt {
            0 | 1 => self.path(number),
            _ => self.path(number).join(format!("attempt-{attempt}")),
        }
    }

    /// Returns where the pipeline of an attempt writes its result.
    #[must_use]
    pub fn attempt_result(&self, number: i64, attempt: u32) -> PathBuf {
        self.attempt_path(number, attempt).join("result.json")
    }

    /// Creates the folder of a further attempt of a run.
    ///
    /// # Errors
    ///
    /// Fails if the folder cannot be created.
    pub fn create_attempt(&self, number: i64, attempt: u32) -> Result<()> {
        let path = self.attempt_path(number, attempt);
        DirBuilder::new()
            .mode(0o700)
            .create(&path)
            .with_context(|| format!("cannot create {}", path.display()))
    }

    /// Creates the folder of a new run and returns its number: `number`, or the next one that is free.
    ///
    /// A folder that is already there belongs to a run whose record was lost; its result must not be taken for ours.
    ///
    /// # Errors
    ///
    /// Fails if the folder cannot be created.
    pub fn create(&self, mut number: i64) -> Result<i64> {
        let creating = || format!("cannot create a folder in {}", self.folder.display());
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder)
            .with_context(creating)?;
        loop {
            match DirBuilder::new().mode(0o700).create(self.path(number)) {
                Ok(()) => return Ok(number),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(error).with_context(creating),
            }
        }
    }

    /// Removes the folder of a run that was never started.
    pub fn discard(&self, number: i64) {
        let _ = fs::remove_dir(self.path(number));
    }

    /// Whether a run has left anything: its stages create their logs before they are spawned.
    #[must_use]
    pub fn was_started(&self, number: i64) -> bool {
        fs::read_dir(self.path(number)).is_ok_and(|mut entries| entries.next().is_some())
    }

    /// Removes the oldest runs beyond the limits.
    ///
    /// # Errors
    ///
    /// Fails if a folder cannot be read or removed.
    pub fn prune(&self) -> Result<()> {
        let mut runs: Vec<(SystemTime, PathBuf)> = fs::read_dir(&self.folder)
            .with_context(|| format!("cannot read {}", self.folder.display()))?
            .flatten()
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect();
        runs.sort();
        let (mut kept, mut bytes) = (0, 0);
        for (_, run) in runs.iter().rev() {
            bytes += size_of(run);
            kept += 1;
            if kept > 1 && (kept > Self::MAX_RUNS || bytes > Self::MAX_BYTES) {
                remove(run)
                    .with_context(|| format!("cannot remove the old run {}", run.display()))?;
            }
        }
        Ok(())
    }
}

fn size_of(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else {
        return 0;
    };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            // Folders of further attempts; pipelines may leave deeper ones, which are theirs.
            Ok(metadata) if metadata.is_dir() => bytes_in(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}

fn bytes_in(folder: &Path) -> u64 {
    fs::read_dir(folder).map_or(0, |entries| {
        entries
            .flatten()
            .filter_map(|entry| entry.metadata().ok())
            .map(|metadata| metadata.len())
            .sum()
    })
}

/// Removes a run; what a pipeline put beside the runs goes the same way.
fn remove(run: &Path) -> io::Result<()> {
    match fs::symlink_metadata(run) {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(run),
        _ => fs::remove_file(run),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_left_by_a_forgotten_run_is_never_used_again() {
        let runs = tempfile::tempdir().expect("folder");
        let dirs = RunDirs::of(runs.path(), &EngineName::parse("alpha").expect("valid"));
        assert_eq!(dirs.create(1).expect("created"), 1);
        assert_eq!(dirs.create(1).expect("created"), 2);
        assert!(!dirs.was_started(2));
        dirs.discard(2);
        assert!(!dirs.path(2).exists());
    }

    #[test]
    fn only_the_newest_runs_are_kept() {
        let runs = tempfile::tempdir().expect("folder");
        let dirs = RunDirs::of(runs.path(), &EngineName::parse("alpha").expect("valid"));
        for number in 1..=105 {
            dirs.create(number).expect("created");
        }
        dirs.prune().expect("pruned");
        assert_eq!(
            fs::read_dir(runs.path().join("alpha"))
                .expect("there")
                .count(),
            RunDirs::MAX_RUNS
        );
    }
}
