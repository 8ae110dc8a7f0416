//! The operator's settings of the patch step, and what follows from them alone.
//!
//! Runs no command and opens no file: the engine room copies, spawns, compares and replaces, and asks here what is
//! allowed and what becomes of the patch.

use serde::{Deserialize, Serialize};

use super::{
    BASELINE_WINDOW, FileChange, FileState, MIN_BASELINE, OffLimits, PatchSettingsError, PathGlob,
    PathRefusal, Refusal, RefusalReason, TargetPath, TrialPlan, Verdict, judge,
};

/// Trials after which a patch is decided at the latest, where the operator says nothing.
///
/// So that four in five improvements of two standard deviations are kept with 12 to 30 unpatched deltas and every shape
/// of noise in `simulations`. Most patches are decided long before: one that does nothing after 3 trials on average.
pub const DEFAULT_TRIALS: u32 = 16;

/// Most trials.
pub const MAX_TRIALS: u32 = 50;

/// Largest patched file, in bytes.
pub const MAX_FILE_BYTES: u64 = 16 << 20;

/// Most bytes of all patched files together.
pub const MAX_PATCH_BYTES: u64 = 64 << 20;

/// Most files a patch changes.
pub const MAX_PATCH_FILES: usize = 1_000;

/// Most bytes of the separate copy.
pub const MAX_COPY_BYTES: u64 = 256 << 20;

/// Most files of the separate copy.
pub const MAX_COPY_FILES: u64 = 50_000;

/// Most entries of `targets`, `copy` and `check`.
pub(super) const MAX_GLOBS: usize = 100;

/// The patch step of an engine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelfCodingEngine {
    /// Command that edits the targets, or prints a unified diff for them.
    pub generate: String,
    /// Globs inside the work dir: the files a patch may change. At least one.
    pub targets: Vec<String>,
    /// Commands that must pass on the patched copy. Default none.
    #[serde(default)]
    pub check: Vec<String>,
    /// Least improvement worth keeping, in the operator's unit of ROI. Default 0.
    #[serde(default)]
    pub min_delta: f64,
    /// Cycles on which a patch is tried at most, 1..=`MAX_TRIALS`. Default 16.
    #[serde(default = "default_trials")]
    pub trials: u32,
    /// Globs inside the work dir: what the separate copy holds. Default everything.
    #[serde(default)]
    pub copy: Vec<String>,
    /// Whether a kept patch is committed, where the work dir is git's. Default no.
    #[serde(default)]
    pub commit: bool,
}

fn default_trials() -> u32 {
    DEFAULT_TRIALS
}

impl SelfCodingEngine {
    /// Makes a patch step with the defaults.
    #[must_use]
    pub fn new(generate: &str, targets: &[&str]) -> Self {
        Self {
            generate: generate.to_owned(),
            targets: targets.iter().map(|target| (*target).to_owned()).collect(),
            check: Vec::new(),
            min_delta: 0.0,
            trials: DEFAULT_TRIALS,
            copy: Vec::new(),
            commit: false,
        }
    }

    /// Checks that the settings make sense.
    ///
    /// # Errors
    /// The first thing that does not.
    pub fn check(&self) -> Result<(), PatchSettingsError> {
        let is_command = |text: &str| !text.trim().is_empty() && !text.contains('\0');
        if !is_command(&self.generate) {
            return Err(PatchSettingsError::Command("generate"));
        }
        if !self.check.iter().all(|command| is_command(command)) {
            return Err(PatchSettingsError::Command("check"));
        }
        if self.targets.is_empty() {
            return Err(PatchSettingsError::NoTarget);
        }
        if self.check.len() > MAX_GLOBS {
            return Err(PatchSettingsError::TooMany("check"));
        }
        for (setting, globs) in [("targets", &self.targets), ("copy", &self.copy)] {
            if globs.len() > MAX_GLOBS {
                return Err(PatchSettingsError::TooMany(setting));
            }
            for glob in globs {
                PathGlob::parse(glob).map_err(|error| PatchSettingsError::Glob {
                    setting,
                    glob: glob.clone(),
                    error,
                })?;
            }
        }
        if !self.min_delta.is_finite() {
            return Err(PatchSettingsError::MinDelta);
        }
        if !(1..=MAX_TRIALS).contains(&self.trials) {
            return Err(PatchSettingsError::Trials(self.trials));
        }
        Ok(())
    }

    /// Returns true if some target matches.
    #[must_use]
    pub fn is_target(&self, path: &TargetPath) -> bool {
        any_matches(&self.targets, path)
    }

    /// Returns true if the separate copy holds the file: everything without `copy`, else what it matches and targets.
    #[must_use]
    pub fn is_copied(&self, path: &TargetPath) -> bool {
        self.copy.is_empty() || any_matches(&self.copy, path) || self.is_target(path)
    }

    /// Returns true if a copy of so many files and bytes is within the limits; equality is.
    #[must_use]
    pub fn copy_fits(files: u64, bytes: u64) -> bool {
        files <= MAX_COPY_FILES && bytes <= MAX_COPY_BYTES
    }

    /// Returns whether one path may be patched.
    ///
    /// # Errors
    /// Why it may not.
    pub fn admit(&self, path: &str, off_limits: &OffLimits) -> Result<TargetPath, RefusalReason> {
        // As found on disk a path has no `./`; here it would be a second name of a file.
        let found = TargetPath::parse(path).map_err(RefusalReason::Path)?;
        if found.as_str() != path {
            return Err(RefusalReason::Path(PathRefusal::NotPlain));
        }
        if let Some(why) = off_limits.why(&found) {
            return Err(RefusalReason::OffLimits(why));
        }
        if !self.is_target(&found) {
            return Err(RefusalReason::NotATarget);
        }
        Ok(found)
    }

    /// Returns everything that is wrong with the changes `generate` made; nothing = they may go to the checks.
    #[must_use]
    pub fn review(&self, changes: &[FileChange], off_limits: &OffLimits) -> Vec<Refusal> {
        let mut refusals = Vec::new();
        let mut bytes = 0_u64;
        for change in changes {
            if let FileState::Regular { bytes: size } = change.after {
                bytes = bytes.saturating_add(size);
            }
            let is_large =
                matches!(change.after, FileState::Regular { bytes } if bytes > MAX_FILE_BYTES);
            let reason = self
                .admit(&change.path, off_limits)
                .err()
                .or_else(|| change.before.refusal())
                .or_else(|| change.after.refusal())
                .or_else(|| is_large.then_some(RefusalReason::FileTooLarge));
            refusals.extend(reason.map(|reason| Refusal {
                path: Some(change.path.clone()),
                reason,
            }));
        }
        let whole = [
            (changes.len() > MAX_PATCH_FILES, RefusalReason::TooManyFiles),
            (bytes > MAX_PATCH_BYTES, RefusalReason::PatchTooLarge),
        ];
        refusals.extend(
            whole
                .into_iter()
                .filter(|(is_over, _)| *is_over)
                .map(|(_, reason)| Refusal { path: None, reason }),
        );
        refusals
    }

    /// Returns true if there are enough unpatched deltas to judge a patch; before, none should be generated.
    ///
    /// An engine that patched from its first cycle on would never learn what its noise is.
    #[must_use]
    pub fn is_measurable(unpatched_cycles: usize) -> bool {
        unpatched_cycles >= MIN_BASELINE
    }

    /// Judges a patch by the deltas of its trials against those of unpatched cycles, both oldest first.
    #[must_use]
    pub fn verdict(&self, baseline: &[f64], trials: &[f64]) -> Verdict {
        let window = baseline.len().min(BASELINE_WINDOW);
        let plan = TrialPlan::new(
            u32::try_from(window).unwrap_or(0),
            self.trials.min(MAX_TRIALS),
        );
        judge(&plan, baseline, trials, self.min_delta)
    }
}

/// Returns true if some glob matches; one that cannot be parsed matches nothing.
fn any_matches(globs: &[String], path: &TargetPath) -> bool {
    globs
        .iter()
        .filter_map(|glob| PathGlob::parse(glob).ok())
        .any(|glob| glob.matches(path))
}

#[cfg(test)]
#[path = "self_coding_engine_tests.rs"]
mod tests;
