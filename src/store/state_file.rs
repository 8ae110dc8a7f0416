//! The state file of an engine: `{"roi_history": [...], "last_run": unix seconds}`, exactly these keys.
//!
//! Parsing and writing only; whether a file is believed is decided by the engine.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::store::replace::replace;

/// What a state file says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StateFile {
    /// ROI deltas, oldest first; at most the newest 1,000.
    #[serde(default)]
    pub roi_history: Vec<f64>,
    /// When the last cycle ended, seconds since the epoch; 0 if there was none.
    #[serde(default)]
    pub last_run: f64,
}

/// What was found at the path of a state file.
#[derive(Debug)]
pub enum StateFileReading {
    /// No file.
    Missing,
    /// A file with this content and this digest.
    Read(StateFile, String),
    /// A file that cannot be understood, and why.
    Damaged(String),
}

impl StateFile {
    /// How many ROI deltas are kept.
    pub const MAX_HISTORY: usize = 1_000;
    /// The largest file read, in bytes.
    const MAX_BYTES: u64 = 1024 * 1024;

    /// Parses a state file. A missing key means its default; other keys are ignored.
    ///
    /// # Errors
    ///
    /// Says what cannot be understood.
    pub fn parse(text: &[u8]) -> Result<Self, String> {
        // A list would be read as the two fields in order.
        if text.trim_ascii_start().first() != Some(&b'{') {
            return Err("it is not a JSON object".to_owned());
        }
        let mut state: Self = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        let surplus = state.roi_history.len().saturating_sub(Self::MAX_HISTORY);
        state.roi_history.drain(..surplus);
        Ok(state)
    }

    /// Returns the text of the file.
    ///
    /// # Errors
    ///
    /// Fails if a number is not finite.
    pub fn to_text(&self) -> Result<String> {
        serde_json::to_string(self).context("cannot write the state as JSON")
    }

    /// Returns the digest by which an unchanged file is known.
    #[must_use]
    pub fn digest(text: &[u8]) -> String {
        Sha256::digest(text)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// Reads a state file.
    ///
    /// # Errors
    ///
    /// Fails if the file is there but cannot be read.
    pub fn read(path: &Path) -> Result<StateFileReading> {
        let reading = || format!("cannot read the state file {}", path.display());
        match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(StateFileReading::Missing);
            }
            Err(error) => return Err(error).with_context(reading),
            Ok(metadata) if !metadata.is_file() || metadata.len() > Self::MAX_BYTES => {
                return Ok(StateFileReading::Damaged(
                    "it is not a file of at most 1 MiB".to_owned(),
                ));
            }
            Ok(_) => {}
        }
        let text = fs::read(path).with_context(reading)?;
        Ok(match Self::parse(&text) {
            Ok(state) => StateFileReading::Read(state, Self::digest(&text)),
            Err(problem) => StateFileReading::Damaged(problem),
        })
    }

    /// Writes a state file, creating its folder.
    ///
    /// # Errors
    ///
    /// Fails with what could not be written; an old file is then untouched.
    pub fn write(path: &Path, text: &str) -> Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot create {}", folder.display()))?;
        }
        replace(path, text.as_bytes())
            .with_context(|| format!("cannot write the state file {}", path.display()))
    }

    /// Moves a damaged file aside as `PATH.damaged-TIME` and returns where it went.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be renamed.
    pub fn move_aside(path: &Path, seconds: f64) -> Result<std::path::PathBuf> {
        for attempt in 0_u32.. {
            let mut aside = path.as_os_str().to_owned();
            aside.push(format!(".damaged-{seconds:.0}"));
            if attempt > 0 {
                aside.push(format!("-{attempt}"));
            }
            let aside = std::path::PathBuf::from(aside);
            // An earlier damaged file is evidence, too.
            if aside.symlink_metadata().is_err() {
                fs::rename(path, &aside)
                    .with_context(|| format!("cannot move aside {}", path.display()))?;
                return Ok(aside);
            }
        }
        anyhow::bail!("there is no free name to move {} to", path.display())
    }
}
