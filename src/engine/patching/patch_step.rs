//! The patch step of a cycle: after its beginning is on record, before its first stage.

use std::collections::BTreeSet;
use std::os::fd::BorrowedFd;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::engine::conductor::Conductor;
use crate::engine::learning::Begun;
use crate::engine::patching::applying::Applying;
use crate::engine::patching::git_tree::GitTree;
use crate::engine::patching::making::{Made, Workshop};
use crate::engine::patching::patch_report::PatchReport;
use crate::engine::patching::stored_patch::StoredPatch;
use crate::patch::{
    BASELINE_WINDOW, MAX_COPY_BYTES, MAX_COPY_FILES, MIN_BASELINE, PatchRecord, SelfCodingEngine,
};
use crate::store::{CopyProblem, SeparateCopy, patch_name};

/// What the patch step of a cycle left.
#[derive(Default)]
pub(in crate::engine) struct Patching {
    /// What to tell; none for an engine without a patch step.
    pub(in crate::engine) report: Option<PatchReport>,
    /// The patch that is in place now.
    pub(in crate::engine) on_trial: Option<StoredPatch>,
}

impl Patching {
    /// Returns the patch on trial as the stages are told of it, or nothing.
    pub(in crate::engine) fn id(&self) -> &str {
        let id = self.report.as_ref().and_then(|report| report.id.as_deref());
        id.filter(|_| self.on_trial.is_some()).unwrap_or_default()
    }

    fn not_made(why: impl Into<String>) -> Self {
        Self {
            report: Some(PatchReport::not_made(why)),
            on_trial: None,
        }
    }
}

impl Conductor<'_> {
    /// Returns what a patch of this engine is called.
    pub(super) fn patch_id(&self, number: i64) -> String {
        patch_name(self.name.as_str(), number)
    }

    /// Makes a patch and puts it in place, if one is wanted and none is on trial.
    ///
    /// Whatever goes wrong before a file is replaced, the pipeline runs unpatched.
    ///
    /// # Errors
    ///
    /// Fails if files were replaced and could not be restored: then the pipeline must not run.
    pub(in crate::engine) fn patch_step(
        &self,
        begun: &Begun<'_>,
        locks: &[BorrowedFd<'_>],
    ) -> Result<Patching> {
        let Some(settings) = &self.engine.patch else {
            return Ok(Patching::default());
        };
        let warn = |error: anyhow::Error| {
            (self.notes)(format!(
                "warning: {}: no patch was made: {error:#}",
                self.name
            ));
            Patching::not_made(format!("{error:#}"))
        };
        let folder = self.runs.path(begun.number).join("patch");
        let prepared = self.prepare_patch(settings, begun, &folder, locks);
        if let Err(error) = SeparateCopy::remove(&folder.join("copy")) {
            (self.notes)(format!("warning: {}: {error:#}", self.name));
        }
        let (baseline, made) = match prepared {
            Ok(Prepared::Done(patching)) => return Ok(*patching),
            Ok(Prepared::Made { baseline, made }) => (baseline, made),
            Err(error) => return Ok(warn(error)),
        };
        match made {
            Made::Nothing(why) => Ok(Patching::not_made(why)),
            Made::Cancelled => Ok(Patching::default()),
            Made::Refused(record, diff) => {
                let refused = self.record_refused(settings, begun.number, &record, &diff);
                Ok(refused.unwrap_or_else(warn))
            }
            Made::Ready(proposal, record) => {
                let applying = Applying {
                    settings,
                    baseline: &baseline,
                    cycle: begun.number,
                };
                match self.apply_patch(&applying, &proposal, *record)? {
                    Ok(on_trial) => Ok(Patching {
                        report: Some(PatchReport::of(
                            self.patch_id(on_trial.number),
                            &on_trial.record,
                        )),
                        on_trial: Some(on_trial),
                    }),
                    Err(error) => Ok(warn(error)),
                }
            }
        }
    }

    /// Does everything that replaces no file.
    fn prepare_patch(
        &self,
        settings: &SelfCodingEngine,
        begun: &Begun<'_>,
        folder: &Path,
        locks: &[BorrowedFd<'_>],
    ) -> Result<Prepared> {
        let done = |patching| Ok(Prepared::Done(Box::new(patching)));
        if let Some(row) = self.store.patch_in_place(&self.key)? {
            let patch = StoredPatch::of(row)?;
            return done(Patching {
                report: Some(PatchReport::of(self.patch_id(patch.number), &patch.record)),
                on_trial: Some(patch),
            });
        }
        let work_dir = self.real_work_dir()?;
        if let Some(other) = self.other_patch_in(&work_dir)? {
            return done(Patching::not_made(format!(
                "a patch of `{other}` is on trial in the same work dir"
            )));
        }
        let baseline = self.store.unpatched_deltas(&self.key, BASELINE_WINDOW)?;
        if !SelfCodingEngine::is_measurable(baseline.len()) {
            return done(Patching::not_made(format!(
                "waiting for {MIN_BASELINE} successful unpatched cycles to know the noise by; there are {}",
                baseline.len()
            )));
        }
        let git = GitTree::of(&work_dir, self.interrupt);
        if settings.commit {
            // Told before the trials are paid for, not after.
            let Some(git) = &git else {
                return done(Patching::not_made(format!(
                    "refused: {} is in no git work tree, so that nothing could be committed",
                    work_dir.display()
                )));
            };
            let dirty = git.dirty()?;
            if !dirty.is_empty() {
                return done(Patching::not_made(format!(
                    "refused: the git tree is dirty, so that nothing could be committed: {}",
                    dirty.join(", ")
                )));
            }
        }
        let root = folder.join("copy");
        let copy = self.copy_work_dir(settings, &work_dir, git.as_ref(), &root)?;
        let told = |problem| match problem {
            CopyProblem::TooLarge => anyhow::anyhow!("the copy is larger than what was copied"),
            CopyProblem::Broken(error) => error,
        };
        let original = copy
            .listing(MAX_COPY_FILES * 2, MAX_COPY_BYTES)
            .map_err(told)?;
        let workshop = Workshop {
            settings,
            work_dir: &work_dir,
            off_limits: &self.off_limits(settings, &work_dir),
            copy: &copy,
            original: &original,
            folder,
            locks,
            variables: &self.told_to_patch(begun, folder, &root)?,
        };
        let made = self.make_patch(&workshop)?;
        Ok(Prepared::Made { baseline, made })
    }

    fn other_patch_in(&self, work_dir: &Path) -> Result<Option<String>> {
        let path = work_dir.to_string_lossy();
        let own = self.store.other_patch_in(&path, &self.key)?;
        let in_fleet = || match self.fleet {
            Some(fleet) => fleet.other_patch_in(&path, &self.key),
            None => Ok(None),
        };
        own.map_or_else(in_fleet, |found| Ok(Some(found)))
    }

    /// Returns the real path of the engine's work dir.
    pub(super) fn real_work_dir(&self) -> Result<PathBuf> {
        let work_dir = self
            .engine
            .work_dir
            .as_deref()
            .unwrap_or(self.data_dir.root());
        std::fs::canonicalize(work_dir)
            .with_context(|| format!("cannot find the work dir {}", work_dir.display()))
    }

    /// Returns the work dirs in which the engine patches files, by their real paths.
    pub(in crate::engine) fn patched_dirs(&self) -> Result<BTreeSet<PathBuf>> {
        let in_place = self.store.patch_in_place(&self.key)?;
        let mut dirs: BTreeSet<PathBuf> = in_place
            .map(|row| PathBuf::from(row.work_dir))
            .into_iter()
            .collect();
        if self.engine.patch.is_some() {
            // Where there is none there is nothing to lock, and the pipeline says so.
            dirs.extend(self.real_work_dir().ok());
        }
        Ok(dirs)
    }

    fn record_refused(
        &self,
        settings: &SelfCodingEngine,
        cycle: i64,
        record: &PatchRecord,
        diff: &[u8],
    ) -> Result<Patching> {
        let number = self.store.next_patch_number(&self.key)?;
        let number = self.record_new_patch(
            &Applying {
                settings,
                baseline: &[],
                cycle,
            },
            number,
            record,
            &crate::engine::patching::stored_patch::Saved::default(),
            diff,
        )?;
        Ok(Patching {
            report: Some(PatchReport::of(self.patch_id(number), record)),
            on_trial: None,
        })
    }
}

/// What is known before a file is replaced.
enum Prepared {
    /// The step is over.
    Done(Box<Patching>),
    /// A patch was made, or not; the deltas it is to be judged against.
    Made { baseline: Vec<f64>, made: Made },
}
