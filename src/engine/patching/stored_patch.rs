//! A patch as it lies in the store, read back.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::clock::UnixTime;
use crate::engine::patching::patch_report::CommitNote;
use crate::patch::{PatchRecord, PatchState, SelfCodingEngine};
use crate::store::PatchRow;

/// What restores the files of a patch besides their bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Saved {
    /// The permission bits of each file; none if there was no file.
    pub(super) modes: Vec<Option<u32>>,
    /// Folders that the patch made, the outermost first.
    pub(super) folders: Vec<PathBuf>,
}

/// A patch on record.
#[derive(Clone, Debug)]
pub struct StoredPatch {
    /// Its number, counted per engine.
    pub number: i64,
    /// The cycle that made it.
    pub cycle: i64,
    /// When it was made.
    pub made_at: UnixTime,
    /// When it was kept, reverted or refused.
    pub settled_at: Option<UnixTime>,
    /// Where its files lie.
    pub work_dir: PathBuf,
    /// What is remembered of it.
    pub record: PatchRecord,
    /// The settings it was made by.
    pub settings: SelfCodingEngine,
    /// The unpatched deltas it is judged against, oldest first.
    pub baseline: Vec<f64>,
    /// Its unified diff.
    pub diff: Vec<u8>,
    /// What came of committing it, if that was wanted.
    pub commit: Option<CommitNote>,
    /// The state it will have once its originals are back.
    pub(super) restoring: Option<PatchState>,
    pub(super) saved: Saved,
}

impl StoredPatch {
    /// Reads a row.
    ///
    /// # Errors
    ///
    /// Fails if a part of it was written by something else.
    pub fn of(row: PatchRow) -> Result<Self> {
        let reading = || format!("the record of patch {} cannot be read", row.number);
        let restoring = row
            .restoring
            .as_ref()
            .map(|word| serde_json::from_value(word.as_str().into()))
            .transpose();
        let commit = row.committed.as_deref().map(serde_json::from_str);
        Ok(Self {
            number: row.number,
            cycle: row.cycle,
            made_at: row.made_at,
            settled_at: row.settled_at,
            record: serde_json::from_str(&row.record).with_context(reading)?,
            settings: serde_json::from_str(&row.settings).with_context(reading)?,
            baseline: serde_json::from_str(&row.baseline).with_context(reading)?,
            saved: serde_json::from_str(&row.saved).with_context(reading)?,
            restoring: restoring.with_context(reading)?,
            commit: commit.transpose().with_context(reading)?,
            work_dir: PathBuf::from(row.work_dir),
            diff: row.diff,
        })
    }
}
