//! Taking a kept patch back by hand, unless its files have changed since.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

use crate::engine::conductor::Conductor;
use crate::engine::patching::restoring::{Presence, presence};
use crate::engine::patching::stored_patch::StoredPatch;
use crate::error::{Failure, Kind};
use crate::patch::PatchState;
use crate::store::holders_of;

impl Conductor<'_> {
    /// Takes a patch back, or says why it cannot be; changes nothing if `is_dry_run`. Mends first.
    ///
    /// One that is on trial ends without a verdict.
    ///
    /// # Errors
    ///
    /// Fails if the engine is busy, the patch is not in place, its files have changed since, or cannot be restored.
    pub fn take_back(&self, number: i64, is_dry_run: bool) -> Result<StoredPatch> {
        let id = self.patch_id(number);
        let locks = match self.lock_all(Duration::ZERO)? {
            Ok(locks) => locks,
            Err(path) => return Err(self.busy(&path)),
        };
        if !is_dry_run {
            self.mend()?;
        }
        let row = self.store.patch(&self.key, number)?;
        let Some(row) = row else {
            return Err(Failure::usage(format!("no patch `{id}`"))
                .hint(format!("list them with `sie patch list {}`", self.name))
                .into());
        };
        let mut patch = StoredPatch::of(row)?;
        let state = match patch.record.state {
            PatchState::Kept => PatchState::RevertedByHand,
            PatchState::Applied => PatchState::Interrupted,
            state => {
                let word = state.as_str().replace('_', " ");
                return Err(
                    Failure::usage(format!("patch `{id}` is not in place: it was {word}")).into(),
                );
            }
        };
        let in_place = self.store.patch_in_place(&self.key)?;
        if let Some(other) = in_place.filter(|other| other.number != number) {
            let other = self.patch_id(other.number);
            return Err(Failure::usage(format!(
                "patch `{other}` is on trial, and is measured with `{id}` in place"
            ))
            .hint(format!("end the trial first: `sie patch revert {other}`"))
            .into());
        }
        match presence(&patch)? {
            Presence::InPlace => {}
            Presence::Gone => {
                return Err(Failure::usage(format!(
                    "nothing to take back: the files of patch `{id}` are the originals"
                ))
                .into());
            }
            Presence::Partly => return Err(changed(&id, &originals_among(&patch)?)),
            Presence::Edited(files) => return Err(changed(&id, &files)),
        }
        let needs_originals = patch.record.files.iter().any(|file| file.before.is_some());
        let folder: PathBuf = self.patch_dirs().path(number);
        if needs_originals && !folder.is_dir() {
            let most = crate::store::PatchDirs::MOST_KEPT;
            return Err(Failure::usage(format!(
                "the originals of patch `{id}` are gone: they are kept for the newest {most} kept patches"
            ))
            .hint(format!("its diff is in `sie patch show {id}`"))
            .into());
        }
        if !is_dry_run {
            patch.record = self.take_out(&patch, state, "taken back by hand")?;
        }
        drop(locks);
        Ok(patch)
    }

    fn busy(&self, lock: &Path) -> anyhow::Error {
        let pids: Vec<String> = holders_of(lock).iter().map(ToString::to_string).collect();
        let message = format!(
            "a cycle of `{}` or in its work dir is running: process {}",
            self.name,
            pids.join(", ")
        );
        Failure::new(Kind::Busy, message).into()
    }
}

/// Returns the files that are originals although others are patched.
fn originals_among(patch: &StoredPatch) -> Result<Vec<String>> {
    let mut originals = Vec::new();
    for file in &patch.record.files {
        let mut alone = patch.clone();
        alone.record.files = vec![file.clone()];
        if presence(&alone)? == Presence::Gone {
            originals.push(file.path.clone());
        }
    }
    Ok(originals)
}

fn changed(id: &str, files: &[String]) -> anyhow::Error {
    Failure::usage(format!(
        "patch `{id}` is not taken back: changed since: {}",
        files.join(", ")
    ))
    .hint(format!("see what it did with `sie patch show {id}`"))
    .into()
}
