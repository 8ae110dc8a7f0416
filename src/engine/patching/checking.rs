//! The checks a patch has to pass in the separate copy. None of them may change what it looks at.

use anyhow::Result;

use crate::engine::conductor::Conductor;
use crate::engine::patching::making::{Made, Workshop};
use crate::engine::patching::proposal::Proposal;
use crate::patch::{CheckRecord, MAX_COPY_BYTES, PatchRecord, PatchState};
use crate::pipeline::{Ending, in_words};
use crate::store::{CopyEntry, CopyListing};

/// What a check may add to the copy, for example what it builds: entries, and bytes on disk.
const CHECK_ADDS: (u64, u64) = (200_000, 4 << 30);

impl Conductor<'_> {
    /// Runs the checks in order until one does not pass.
    pub(super) fn check_patch_in_copy(
        &self,
        workshop: &Workshop<'_>,
        proposal: Proposal,
        after: &CopyListing,
    ) -> Result<Made> {
        let mut checks = Vec::new();
        let mut tampered = None;
        for (index, command) in workshop.settings.check.iter().enumerate() {
            let name = format!("check-{}", index + 1);
            let ending = self.run_in_copy(workshop, (&name, command), CHECK_ADDS)?;
            if matches!(ending, Ending::Interrupted(_)) {
                return Ok(Made::Cancelled);
            }
            let passed = ending == Ending::Exited(0);
            checks.push(CheckRecord {
                command: command.clone(),
                passed,
                ended: in_words(&ending),
            });
            if !passed {
                break;
            }
            // What was copied or patched is as it was: else a patch could rewrite itself, or the next check, by being run.
            tampered = changed_by_check(workshop, &proposal, after)?
                .map(|path| format!("{path} was changed while the check `{command}` ran"));
            if tampered.is_some() {
                break;
            }
        }
        let mut record = PatchRecord::new(
            proposal.records(),
            proposal.complexity(),
            checks,
            Vec::new(),
        );
        if let Some(why) = tampered {
            record.state = PatchState::Refused;
            record.why = format!("refused: {why}");
        }
        if record.state == PatchState::Refused {
            let diff = proposal.diff();
            return Ok(Made::Refused(Box::new(record), diff));
        }
        Ok(Made::Ready(proposal, Box::new(record)))
    }
}

/// Returns a path that is not as the patch left it. New files besides are what a check may build.
fn changed_by_check(
    workshop: &Workshop<'_>,
    proposal: &Proposal,
    after: &CopyListing,
) -> Result<Option<String>> {
    for (path, entry) in after {
        let now = workshop.copy.entry(path, MAX_COPY_BYTES)?;
        if now.as_ref().map(content) != Some(content(entry)) {
            return Ok(Some(path.display().to_string()));
        }
    }
    for file in proposal.files.iter().filter(|file| file.after.is_none()) {
        if workshop
            .copy
            .entry(file.as_path(), MAX_COPY_BYTES)?
            .is_some()
        {
            return Ok(Some(file.path.to_string()));
        }
    }
    Ok(None)
}

/// Returns an entry without its permission bits, which are no part of a patch.
fn content(entry: &CopyEntry) -> CopyEntry {
    match entry {
        CopyEntry::File { bytes, digest, .. } => CopyEntry::File {
            bytes: *bytes,
            digest: digest.clone(),
            is_executable: false,
        },
        other => other.clone(),
    }
}
