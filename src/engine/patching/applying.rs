//! Putting a patch in place: originals saved, its row committed, then file after file replaced.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::engine::conductor::Conductor;
use crate::engine::patching::proposal::Proposal;
use crate::engine::patching::stored_patch::{Saved, StoredPatch};
use crate::events::{self, CloudEvent};
use crate::patch::{MAX_COPY_BYTES, PatchRecord, PatchState, SelfCodingEngine};
use crate::store::{NewEvent, NewPatch, PatchDirs, WorkTree};

/// What a patch is made by and judged against.
pub(super) struct Applying<'a> {
    pub(super) settings: &'a SelfCodingEngine,
    pub(super) baseline: &'a [f64],
    /// The cycle that makes it.
    pub(super) cycle: i64,
}

impl Conductor<'_> {
    /// Returns where the originals of the engine's patches lie.
    pub(super) fn patch_dirs(&self) -> PatchDirs {
        PatchDirs::of(
            &self.data_dir.patches(),
            self.name.as_str(),
            &self.key.engine_id,
        )
    }

    /// Puts a patch in place. What fails before the first file is replaced is the inner error.
    ///
    /// # Errors
    ///
    /// Fails if files were replaced and could not be restored.
    pub(super) fn apply_patch(
        &self,
        applying: &Applying<'_>,
        proposal: &Proposal,
        record: PatchRecord,
    ) -> Result<Result<StoredPatch>> {
        let recorded = self.record_applied(applying, proposal, record);
        let (patch, tree) = match recorded {
            Ok(recorded) => recorded,
            Err(error) => return Ok(Err(error)),
        };
        let replaced = proposal
            .files
            .iter()
            .try_for_each(|file| match &file.after {
                Some(bytes) => tree.write(file.as_path(), bytes, file.mode),
                None => tree.remove(file.as_path()),
            });
        let Err(error) = replaced else {
            return Ok(Ok(patch));
        };
        let why = format!("it could not be put in place: {error:#}");
        self.take_out(&patch, PatchState::Interrupted, &why)
            .with_context(|| {
                format!(
                    "patch {} is in place in part and cannot be taken out",
                    self.patch_id(patch.number)
                )
            })?;
        Ok(Err(error))
    }

    /// Saves the originals and commits the row: from now on every command can restore them.
    fn record_applied(
        &self,
        applying: &Applying<'_>,
        proposal: &Proposal,
        record: PatchRecord,
    ) -> Result<(StoredPatch, WorkTree)> {
        let work_dir = self.real_work_dir()?;
        let tree = WorkTree::open(&work_dir)?;
        let mut folders: Vec<PathBuf> = Vec::new();
        for file in &proposal.files {
            // The checks took their time: what somebody has edited meanwhile is not overwritten.
            let now = tree.read(file.as_path(), MAX_COPY_BYTES)?;
            anyhow::ensure!(
                now.as_ref().map(|file| &file.bytes)
                    == file.before.as_ref().map(|file| &file.bytes),
                "{} was changed in the work dir while the patch was made",
                file.path
            );
            let missing = tree.missing_folders(file.as_path());
            folders.extend(missing.into_iter().filter(|_| file.after.is_some()));
        }
        folders.sort();
        folders.dedup();
        let saved = Saved {
            modes: proposal
                .files
                .iter()
                .map(|file| file.before.as_ref().map(|file| file.mode))
                .collect(),
            folders,
        };
        let originals: Vec<Option<&[u8]>> =
            proposal.files.iter().map(|file| file.old_bytes()).collect();
        let dirs = self.patch_dirs();
        let next = self.store.next_patch_number(&self.key)?;
        let number = dirs.save(next, &originals)?;
        let diff = proposal.diff();
        self.record_new_patch(applying, number, &record, &saved, &diff)
            .inspect_err(|_| dirs.discard(number))?;
        let patch = StoredPatch {
            number,
            cycle: applying.cycle,
            made_at: self.clock.now(),
            settled_at: None,
            work_dir,
            record,
            settings: applying.settings.clone(),
            baseline: applying.baseline.to_vec(),
            diff,
            commit: None,
            restoring: None,
            saved,
        };
        Ok((patch, tree))
    }

    /// Commits the row of a new patch and publishes it.
    pub(super) fn record_new_patch(
        &self,
        applying: &Applying<'_>,
        number: i64,
        record: &PatchRecord,
        saved: &Saved,
        diff: &[u8],
    ) -> Result<i64> {
        let work_dir = self.real_work_dir()?;
        let new = NewPatch {
            number,
            cycle: applying.cycle,
            state: record.state.as_str(),
            work_dir: utf8(&work_dir)?,
            record: &serde_json::to_string(record)?,
            settings: &serde_json::to_string(applying.settings)?,
            baseline: &serde_json::to_string(applying.baseline)?,
            saved: &serde_json::to_string(saved)?,
            diff,
        };
        let now = self.clock.now();
        let event = self.patch_event(number, record)?;
        let published = events::publish(&self.key, &[event], |events| {
            self.store.record_patch(&self.key, &new, events, now)
        })?;
        self.tell_of_patch(published);
        Ok(number)
    }

    pub(super) fn tell_of_patch(&self, published: Vec<CloudEvent>) {
        (self.hear)(published);
    }

    /// Returns the event that tells where a patch stands.
    pub(super) fn patch_event(&self, number: i64, record: &PatchRecord) -> Result<NewEvent> {
        let topic = match record.state {
            PatchState::Refused => events::PATCH_REFUSED,
            PatchState::Applied => events::PATCH_APPLIED,
            PatchState::Kept => events::PATCH_KEPT,
            PatchState::Reverted | PatchState::RevertedByHand | PatchState::Interrupted => {
                events::PATCH_REVERTED
            }
        };
        let files: Vec<&str> = record
            .files
            .iter()
            .map(|file| file.path.as_str())
            .take(100)
            .collect();
        events::event(
            topic,
            &serde_json::json!({
                "patch": self.patch_id(number),
                "state": record.state,
                "why": record.why,
                "files": files,
                "trials": record.trials.len(),
                "roi_before": record.roi_before,
                "roi_after": record.roi_after,
            }),
        )
    }
}

fn utf8(path: &Path) -> Result<&str> {
    path.to_str()
        .with_context(|| format!("the path {} is not UTF-8", path.display()))
}
