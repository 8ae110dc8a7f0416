//! What lies in the folders of runs: how many, how old, how large. For those who look after all engines.

use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use anyhow::{Context, Result};

use crate::clock::UnixTime;

/// The folder of one run, or what a pipeline put in its place.
#[derive(Clone, Debug)]
pub struct RunDir {
    /// The name of the engine, as its folder has it.
    pub engine: String,
    /// The number of the cycle, if its name has one.
    pub number: Option<i64>,
    /// Where it is.
    pub path: PathBuf,
    /// When something was last put into it.
    pub modified: UnixTime,
    /// How many bytes its files have together.
    pub bytes: u64,
}

impl RunDir {
    /// Lists the runs of all engines, the oldest first. What cannot be read is left out.
    #[must_use]
    pub fn all(runs: &Path) -> Vec<Self> {
        let mut all: Vec<Self> = entries(runs)
            .flat_map(|folder| {
                let engine = folder.file_name().to_string_lossy().into_owned();
                entries(&folder.path())
                    .map(|run| Self::of(&engine, &run))
                    .collect::<Vec<_>>()
            })
            .collect();
        all.sort_by(|a, b| {
            let by_time = a.modified.0.total_cmp(&b.modified.0);
            by_time.then_with(|| (&a.engine, a.number).cmp(&(&b.engine, b.number)))
        });
        all
    }

    fn of(engine: &str, run: &DirEntry) -> Self {
        let path = run.path();
        let name = run.file_name().to_string_lossy().into_owned();
        let number = name
            .strip_prefix(engine)
            .and_then(|rest| rest.strip_prefix('-'))
            .and_then(|number| number.parse().ok());
        let modified = run
            .metadata()
            .and_then(|metadata| metadata.modified())
            .ok()
            .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
            .map_or(0.0, |since| since.as_secs_f64());
        Self {
            engine: engine.to_owned(),
            number,
            bytes: bytes_below(&path),
            path,
            modified: UnixTime(modified),
        }
    }

    /// Removes it, and the folder of its engine if that is empty then.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be removed.
    pub fn remove(&self) -> Result<()> {
        let removed = match fs::symlink_metadata(&self.path) {
            Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(&self.path),
            _ => fs::remove_file(&self.path),
        };
        match removed {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error)
                    .with_context(|| format!("cannot remove the run {}", self.path.display()));
            }
            _ => {}
        }
        if let Some(folder) = self.path.parent() {
            // One that is not empty stays, which is what this relies on.
            let _ = fs::remove_dir(folder);
        }
        Ok(())
    }
}

fn entries(folder: &Path) -> impl Iterator<Item = DirEntry> {
    fs::read_dir(folder).into_iter().flatten().flatten()
}

/// Adds up the sizes of all files below a path; links are not followed.
fn bytes_below(path: &Path) -> u64 {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => {
            entries(path).map(|entry| bytes_below(&entry.path())).sum()
        }
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    }
}
