//! Self-coding: what a patch may touch, how a diff is applied, and whether the patch stays.
//!
//! Pure: bytes and numbers in, verdicts out. Copying the work dir, running `generate` and `check`, replacing targets,
//! recovery and the store are the caller's business.

mod code_text;
mod complexity;
mod diff_error;
mod diff_parser;
mod diff_path;
mod diff_writer;
mod file_change;
mod hunk;
mod line_diff;
mod off_limits;
mod patch_record;
mod path_glob;
mod rank_distribution;
mod robust_spread;
mod self_coding_engine;
mod settings_error;
mod source_language;
mod stage_scripts;
mod target_path;
mod trial_plan;
mod unified_diff;
mod verdict;
mod verdict_reason;

#[cfg(test)]
mod diff_properties;
#[cfg(test)]
mod simulations;

pub use complexity::{Complexity, ComplexityChange};
pub use diff_error::{DiffError, DiffProblem};
pub use diff_writer::write_diff;
pub use file_change::{FileChange, FileState, Refusal, RefusalReason};
pub use hunk::{Hunk, HunkLine, LineKind};
pub use line_diff::{Change, MAX_EDITS, changes};
pub use off_limits::{OffLimits, WhyOffLimits};
pub use patch_record::{CheckRecord, FileRecord, PatchRecord, PatchState, SuccessRate};
pub use path_glob::{GlobError, PathGlob};
pub use robust_spread::{median, robust_spread};
pub use self_coding_engine::{
    DEFAULT_TRIALS, MAX_COPY_BYTES, MAX_COPY_FILES, MAX_FILE_BYTES, MAX_PATCH_BYTES,
    MAX_PATCH_FILES, MAX_TRIALS, SelfCodingEngine,
};
pub use settings_error::PatchSettingsError;
pub use source_language::SourceLanguage;
pub use stage_scripts::{scripts_of_line, scripts_of_words};
pub use target_path::{PathRefusal, TargetPath};
pub use trial_plan::{CHAIN_ERROR, CHAIN_LENGTH, Method, TrialPlan};
pub use unified_diff::{DiffAction, FileDiff, UnifiedDiff};
pub use verdict::{Answer, BASELINE_WINDOW, MIN_BASELINE, Verdict, VerdictEvidence, judge};
pub use verdict_reason::VerdictReason;
