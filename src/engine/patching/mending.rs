//! Mending a patch between cycles, under the engine's lock: one that a killed command left halfway, or that was edited.

use anyhow::Result;

use crate::engine::conductor::Conductor;
use crate::engine::patching::restoring::{Presence, Restored, presence};
use crate::engine::patching::stored_patch::StoredPatch;
use crate::patch::{PatchRecord, PatchState};
use crate::store::{NewEvent, PatchUpdate};

impl Conductor<'_> {
    /// Restores the patch of an interrupted cycle and returns what is to be committed with the cycle's record.
    ///
    /// # Errors
    ///
    /// Fails if a file cannot be restored; then nothing may be recorded.
    pub(in crate::engine) fn restore_interrupted(
        &self,
        cycle: &str,
    ) -> Result<Option<(PatchUpdate, NewEvent, String)>> {
        let Some(row) = self.store.patch_in_place(&self.key)? else {
            return Ok(None);
        };
        let patch = StoredPatch::of(row)?;
        let (state, why) = ended_by_hand(&patch).unwrap_or_else(|| {
            (
                PatchState::Interrupted,
                format!("cycle {cycle} was interrupted before a verdict; the originals are back"),
            )
        });
        let Restored { record, pause, .. } = self.restore(&patch, state, &why)?;
        let update = PatchUpdate {
            number: patch.number,
            state: state.as_str(),
            restoring: None,
            record: serde_json::to_string(&record)?,
            pause,
        };
        let event = self.patch_event(patch.number, &record)?;
        let note = format!("patch {}: {}", self.patch_id(patch.number), record.why);
        Ok(Some((update, event, note)))
    }

    /// Looks after a patch on trial before the next cycle, and returns what to tell.
    ///
    /// # Errors
    ///
    /// Fails if a file cannot be restored.
    pub(in crate::engine) fn mend_patch(&self) -> Result<Option<String>> {
        let Some(row) = self.store.patch_in_place(&self.key)? else {
            return Ok(None);
        };
        let patch = StoredPatch::of(row)?;
        let Some((state, why)) =
            ended_by_hand(&patch).map_or_else(|| self.why_to_end(&patch), |it| Ok(Some(it)))?
        else {
            return Ok(None);
        };
        let record: PatchRecord = self.take_out(&patch, state, &why)?;
        Ok(Some(format!(
            "patch {}: {}",
            self.patch_id(patch.number),
            record.why
        )))
    }

    /// Returns why a patch on trial cannot go on, if it cannot.
    pub(super) fn why_to_end(&self, patch: &StoredPatch) -> Result<Option<(PatchState, String)>> {
        let interrupted = |why: &str| Ok(Some((PatchState::Interrupted, why.to_owned())));
        if self.engine.patch.is_none() {
            return interrupted("its engine has no patch step any more; the originals are back");
        }
        if !patch.work_dir.is_dir() {
            return interrupted("the folder it was in is gone");
        }
        let is_elsewhere = self
            .real_work_dir()
            .is_ok_and(|path| path != patch.work_dir);
        if is_elsewhere {
            return interrupted("its engine works in another folder now; the originals are back");
        }
        match presence(patch)? {
            Presence::InPlace => Ok(None),
            Presence::Gone => interrupted("somebody brought the originals back"),
            Presence::Partly => {
                interrupted("somebody brought some of the originals back; now all are")
            }
            Presence::Edited(_) => interrupted("its files were edited while it was on trial"),
        }
    }
}

/// Returns what was about to become of a patch when a command was killed.
fn ended_by_hand(patch: &StoredPatch) -> Option<(PatchState, String)> {
    let state = patch.restoring?;
    let why = match state {
        PatchState::RevertedByHand => "taken back by hand".to_owned(),
        PatchState::Reverted => patch.record.why.clone(),
        _ => "taken out before a verdict; the originals are back".to_owned(),
    };
    Some((state, why))
}
