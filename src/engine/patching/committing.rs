//! Committing a kept patch where the work dir is git's.

use anyhow::Result;

use crate::engine::conductor::Conductor;
use crate::engine::patching::git_tree::GitTree;
use crate::engine::patching::patch_report::{CommitNote, PatchOutcome};
use crate::engine::patching::patch_step::Patching;
use crate::engine::patching::stored_patch::StoredPatch;

impl Conductor<'_> {
    /// Commits exactly the files of a patch that was just kept, if that is wanted. What fails is a warning and on record.
    pub(in crate::engine) fn commit_kept(&self, patching: &mut Patching) {
        let (Some(patch), Some(report)) = (&patching.on_trial, &mut patching.report) else {
            return;
        };
        if report.outcome != PatchOutcome::Kept || !patch.settings.commit {
            return;
        }
        let work_dir = &patch.work_dir;
        let committed = match GitTree::of(work_dir, self.interrupt) {
            Some(git) => {
                let id = self.patch_id(patch.number);
                commit_in(
                    &git,
                    patch,
                    &message(&id, &report.trials, report.verdict.as_ref()),
                )
            }
            None => Err(anyhow::anyhow!(
                "{} is in no git work tree",
                work_dir.display()
            )),
        };
        let note = match committed {
            Ok(commit) => CommitNote::Committed(commit),
            Err(error) => {
                let problem = format!("{error:#}");
                (self.notes)(format!(
                    "warning: {}: the kept patch is not committed: {problem}",
                    self.name
                ));
                CommitNote::Failed(problem)
            }
        };
        let noted = serde_json::to_string(&note)
            .map_err(anyhow::Error::from)
            .and_then(|text| self.store.note_commit(&self.key, patch.number, &text));
        if let Err(error) = noted {
            (self.notes)(format!(
                "warning: {}: the commit is not on record: {error:#}",
                self.name
            ));
        }
        report.commit = Some(note);
    }
}

fn commit_in(git: &GitTree<'_>, patch: &StoredPatch, message: &str) -> Result<String> {
    let files = patch.record.files.iter();
    let paths: Vec<String> = files.map(|file| file.path.clone()).collect();
    git.commit(&paths, message)
}

fn message(id: &str, trials: &[f64], verdict: Option<&crate::patch::Verdict>) -> String {
    let number = |value: Option<f64>| value.map_or("unknown".to_owned(), |it| it.to_string());
    let evidence = verdict.map(|verdict| &verdict.evidence);
    let before = number(evidence.and_then(|evidence| evidence.roi_before));
    let after = number(evidence.and_then(|evidence| evidence.roi_after));
    let trials = match trials.len() {
        1 => "1 trial".to_owned(),
        count => format!("{count} trials"),
    };
    format!(
        "Keep patch {id}: ROI {before} before, {after} after\n\nThe median ROI delta was {before} in unpatched cycles \
         and {after} in {trials}.\n"
    )
}
