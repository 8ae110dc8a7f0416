//! The state file of an engine: `{"roi_history": [...], "last_run": unix seconds}`, exactly these keys.
//!
//! Parsing and writing only; whether a file is believed is decided by the engine.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::clock::UnixTime;
use crate::error::Failure;
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
        if state == Self::default() && !is_ours(text) {
            return Err("it has neither `roi_history` nor `last_run`".to_owned());
        }
        let surplus = state.roi_history.len().saturating_sub(Self::MAX_HISTORY);
        state.roi_history.drain(..surplus);
        Ok(state)
    }

    /// Returns when the last cycle ended, if there was one.
    #[must_use]
    pub fn time_of_last_run(&self) -> Option<UnixTime> {
        // The file has no other way to say "never".
        (self.last_run.abs() > 0.0).then_some(UnixTime(self.last_run))
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
            Ok(metadata) if !metadata.is_file() => {
                // A folder, a pipe or a device is no damaged state file: it stays where it is.
                let problem = format!("the state path {} is not a file", path.display());
                return Err(Failure::usage(problem)
                    .hint("name another one with `--state-path FILE`")
                    .into());
            }
            Ok(metadata) if metadata.len() > Self::MAX_BYTES => {
                return Ok(StateFileReading::Damaged("it exceeds 1 MiB".to_owned()));
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

/// Whether an object could be a state file: it has one of its keys, or nothing at all.
fn is_ours(text: &[u8]) -> bool {
    let fields: Map<String, Value> = serde_json::from_slice(text).unwrap_or_default();
    fields.is_empty() || fields.contains_key("roi_history") || fields.contains_key("last_run")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cases(group: &str) -> Vec<Value> {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/data/conformance/state_file.json"
        );
        let vectors: Value =
            serde_json::from_slice(&fs::read(path).expect("readable")).expect("JSON");
        let cases = vectors["cases"].as_array().expect("cases").iter();
        cases
            .filter(|case| case["group"] == group)
            .cloned()
            .collect()
    }

    fn state_of(value: &Value, history: &str, last_run: &str) -> StateFile {
        let history = value[history].as_array().expect("a list").iter();
        StateFile {
            roi_history: history.map(|roi| roi.as_f64().expect("a number")).collect(),
            last_run: value[last_run].as_f64().expect("a number"),
        }
    }

    #[test]
    fn conformance_state_file_save() {
        let cases = cases("save");
        assert!(!cases.is_empty());
        for case in cases {
            let (name, expected) = (&case["name"], &case["expected"]);
            let state = state_of(&case["input"], "roi_history", "last_run");
            let folder = tempfile::tempdir().expect("folder");
            let path = folder.path().join("missing/parents/state.json");
            let text = state.to_text().expect("finite");
            let written: Value = serde_json::from_str(&text).expect("JSON");
            assert_eq!(written, expected["json"], "{name}");
            StateFile::write(&path, &text).expect("written");
            let StateFileReading::Read(reloaded, _) = StateFile::read(&path).expect("readable")
            else {
                panic!("{name} cannot be read back")
            };
            let expected = state_of(expected, "reloaded_roi_history", "reloaded_last_run");
            assert_eq!(reloaded, expected, "{name}");
        }
    }

    #[test]
    fn conformance_state_file_load() {
        let cases = cases("load");
        assert!(!cases.is_empty());
        for case in cases {
            let name = &case["name"];
            let folder = tempfile::tempdir().expect("folder");
            let path = folder.path().join("state.json");
            if let Some(text) = case["input"]["file_text"].as_str() {
                replace(&path, text.as_bytes()).expect("written");
            }
            let is_lenient = case["lenient"] == true;
            let expected = case.get("intended").unwrap_or(&case["expected"]);
            assert_eq!(expected["start_up_fails"], false, "{name}");
            // An engine starts from the defaults where there is nothing to read.
            let state = match StateFile::read(&path).expect("never fails on content") {
                StateFileReading::Read(state, _) => state,
                StateFileReading::Missing => StateFile::default(),
                StateFileReading::Damaged(_) if is_lenient => continue,
                StateFileReading::Damaged(_) => {
                    assert!(case.get("intended").is_some(), "{name} is refused");
                    StateFile::default()
                }
            };
            assert_eq!(
                state,
                state_of(expected, "roi_history", "last_run"),
                "{name}"
            );
        }
    }

    #[test]
    fn an_object_of_somebody_else_is_not_taken_for_an_empty_state() {
        assert!(StateFile::parse(b"{}").is_ok());
        assert!(StateFile::parse(br#"{"name": "app", "version": 3}"#).is_err());
        assert!(StateFile::parse(br#"{"last_run": 0, "other": 1}"#).is_ok());
    }

    #[test]
    fn only_the_newest_thousand_deltas_are_kept() {
        let all: Vec<f64> = (0..1200).map(f64::from).collect();
        let text = serde_json::json!({ "roi_history": all }).to_string();
        let state = StateFile::parse(text.as_bytes()).expect("valid");
        assert_eq!(state.roi_history, all[200..]);
    }
}
