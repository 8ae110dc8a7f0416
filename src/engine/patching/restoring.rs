//! Bringing back the originals of a patch: every byte, mode and absence. Doing it twice changes nothing.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::engine::conductor::Conductor;
use crate::engine::patching::patch_step::Patching;
use crate::engine::patching::stored_patch::StoredPatch;
use crate::events;
use crate::patch::{FileRecord, MAX_COPY_BYTES, PatchRecord, PatchState};
use crate::store::{FileNow, PatchUpdate, Pause, WorkTree, digest_of};

/// How the files of a patch stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    /// All are patched.
    InPlace,
    /// None is patched any more, and all are as before.
    Gone,
    /// Some are patched and the others as before, as a kill leaves them.
    Partly,
    /// These are neither.
    Edited(Vec<String>),
}

/// What stands in place of one file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Original,
    Patched,
    Neither,
}

/// What restoring the originals of a patch came to.
pub(super) struct Restored {
    /// The record as it is to be committed.
    pub(super) record: PatchRecord,
    /// Files that are neither original nor patch.
    pub(super) left_alone: Vec<String>,
    /// Set if a person has to look at them.
    pub(super) pause: Option<Pause>,
}

impl Conductor<'_> {
    /// Restores the originals and commits it, in two steps if no cycle's end does: first the intention, then the state.
    ///
    /// # Errors
    ///
    /// Fails if a file cannot be restored; the next command tries again.
    pub(super) fn take_out(
        &self,
        patch: &StoredPatch,
        state: PatchState,
        why: &str,
    ) -> Result<PatchRecord> {
        let intention = PatchUpdate {
            number: patch.number,
            state: patch.record.state.as_str(),
            restoring: Some(state.as_str()),
            record: serde_json::to_string(&patch.record)?,
            pause: None,
        };
        let now = self.clock.now();
        self.store.update_patch(&self.key, &intention, &[], now)?;
        let Restored { record, pause, .. } = self.restore(patch, state, why)?;
        let update = PatchUpdate {
            number: patch.number,
            state: state.as_str(),
            restoring: None,
            record: serde_json::to_string(&record)?,
            pause,
        };
        let event = self.patch_event(patch.number, &record)?;
        let published = events::publish(&self.key, &[event], |events| {
            self.store.update_patch(&self.key, &update, events, now)
        })?;
        self.tell_of_patch(published);
        self.prune_originals();
        Ok(record)
    }

    /// Restores the originals and returns what is to be committed.
    ///
    /// A file that is neither original nor patch is left alone.
    pub(super) fn restore(
        &self,
        patch: &StoredPatch,
        state: PatchState,
        why: &str,
    ) -> Result<Restored> {
        let left_alone = self.restore_files(patch)?;
        let mut record = patch.record.clone();
        record.state = state;
        why.clone_into(&mut record.why);
        if left_alone.is_empty() {
            return Ok(Restored {
                record,
                left_alone,
                pause: None,
            });
        }
        let names = left_alone.join(", ");
        let id = self.patch_id(patch.number);
        record.why = format!("{why}; left alone, since somebody edited it: {names}");
        let pause = Pause {
            reason: format!("patch {id} was taken back, but somebody edited {names}"),
            since: self.clock.now(),
            until: None,
        };
        let originals = self.patch_dirs().path(patch.number);
        (self.notes)(format!(
            "warning: {}: {names} is neither the original nor patch {id}, so it was left alone and the engine is paused; \
             the originals are in {}; go on with `sie resume {}`",
            self.name,
            originals.display(),
            self.name
        ));
        Ok(Restored {
            record,
            left_alone,
            pause: Some(pause),
        })
    }

    fn restore_files(&self, patch: &StoredPatch) -> Result<Vec<String>> {
        let files: Vec<_> = patch.record.files.iter().zip(&patch.saved.modes).collect();
        let mut left_alone = Vec::new();
        // With its folder a patch is gone, too: an engine that works elsewhere now must not be stuck.
        if files.is_empty() || !patch.work_dir.is_dir() {
            return Ok(left_alone);
        }
        let tree = WorkTree::open(&patch.work_dir)?;
        for (index, (file, mode)) in files.into_iter().enumerate() {
            let at = Path::new(&file.path);
            tree.clear_leftover(at);
            let now = content(&tree, at);
            match side(file, now.as_ref()) {
                Side::Neither => left_alone.push(file.path.clone()),
                Side::Original => {
                    if let (Some(Some(now)), Some(mode)) = (&now, mode)
                        && now.mode != *mode
                    {
                        tree.set_mode(at, *mode)?;
                    }
                }
                Side::Patched => match (&file.before, mode) {
                    (Some(digest), Some(mode)) => {
                        let original = self.patch_dirs().original(patch.number, index)?;
                        anyhow::ensure!(
                            digest_of(&original) == *digest,
                            "the saved original of {} is damaged",
                            file.path
                        );
                        tree.write(at, &original, *mode)?;
                    }
                    _ => tree.remove(at)?,
                },
            }
        }
        // The innermost first; one in which something else lies stays.
        for folder in patch.saved.folders.iter().rev() {
            tree.clear_leftover(&folder.join("any"));
            tree.remove_empty_folder(folder)?;
        }
        Ok(left_alone)
    }

    /// Removes originals that no patch needs any more. What remains is removed by the next patch.
    pub(in crate::engine) fn prune_originals(&self) {
        let most = crate::store::PatchDirs::MOST_KEPT;
        if let Ok(needed) = self.store.patches_with_originals(&self.key, most) {
            self.patch_dirs().prune(&needed.into_iter().collect());
        }
    }

    /// As above, where a patch was just settled.
    pub(in crate::engine) fn prune_originals_after(&self, patching: &Patching) {
        if patching.on_trial.is_some() {
            self.prune_originals();
        }
    }

    /// Removes the separate copy that a killed cycle left behind.
    pub(in crate::engine) fn clear_copy(&self, cycle: i64) {
        let copy: PathBuf = self.runs.path(cycle).join("patch").join("copy");
        let _ = crate::store::SeparateCopy::remove(&copy);
    }
}

/// Returns how the files of a patch stand.
///
/// # Errors
///
/// Fails if the work dir cannot be opened.
pub(super) fn presence(patch: &StoredPatch) -> Result<Presence> {
    let tree = WorkTree::open(&patch.work_dir)
        .with_context(|| "the files of a patch cannot be looked at")?;
    let sides: Vec<(Side, &FileRecord)> = patch
        .record
        .files
        .iter()
        .map(|file| {
            (
                side(file, content(&tree, Path::new(&file.path)).as_ref()),
                file,
            )
        })
        .collect();
    let of = |wanted: Side| sides.iter().filter(move |(side, _)| *side == wanted);
    let edited: Vec<String> = of(Side::Neither)
        .map(|(_, file)| file.path.clone())
        .collect();
    Ok(if !edited.is_empty() {
        Presence::Edited(edited)
    } else if of(Side::Original).next().is_none() {
        Presence::InPlace
    } else if of(Side::Patched).next().is_none() {
        Presence::Gone
    } else {
        Presence::Partly
    })
}

/// Returns what stands at a path: none if it cannot be read as a regular file.
#[expect(
    clippy::option_option,
    reason = "no file is a state of its own, and so is one that cannot be read"
)]
fn content(tree: &WorkTree, path: &Path) -> Option<Option<FileNow>> {
    tree.read(path, MAX_COPY_BYTES).ok()
}

fn side(file: &FileRecord, now: Option<&Option<FileNow>>) -> Side {
    let Some(now) = now else {
        return Side::Neither;
    };
    let digest = now.as_ref().map(|now| digest_of(&now.bytes));
    if digest == file.before {
        Side::Original
    } else if digest == file.after {
        Side::Patched
    } else {
        Side::Neither
    }
}
