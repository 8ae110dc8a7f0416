//! What the patch step of a cycle did, for people and machines.

use serde::{Deserialize, Serialize};

use crate::patch::{
    CheckRecord, ComplexityChange, FileRecord, PatchRecord, PatchState, Refusal, Verdict,
};

/// How the patch step of a cycle ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PatchOutcome {
    /// No patch was made.
    NotMade,
    /// A patch was made and never reached the pipeline.
    Refused,
    /// A patch is in place, on trial.
    Applied,
    /// It stays for good.
    Kept,
    /// The originals are back.
    Reverted,
}

impl From<PatchState> for PatchOutcome {
    fn from(state: PatchState) -> Self {
        match state {
            PatchState::Refused => Self::Refused,
            PatchState::Applied => Self::Applied,
            PatchState::Kept => Self::Kept,
            PatchState::Reverted | PatchState::RevertedByHand | PatchState::Interrupted => {
                Self::Reverted
            }
        }
    }
}

/// What came of committing a kept patch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommitNote {
    /// The commit.
    Committed(String),
    /// Why there is none.
    Failed(String),
}

/// What the patch step of a cycle did.
#[derive(Clone, Debug, Serialize)]
pub struct PatchReport {
    /// The patch, for example `alpha-p3`; none if none was made.
    pub id: Option<String>,
    /// How the step ended.
    pub outcome: PatchOutcome,
    /// Why, in one line.
    pub why: String,
    /// The files of the patch.
    pub files: Vec<FileRecord>,
    /// What it did that it may not do.
    pub refusals: Vec<Refusal>,
    /// The checks that ran.
    pub checks: Vec<CheckRecord>,
    /// Lines and branches of its files together.
    pub complexity: Option<ComplexityChange>,
    /// ROI deltas of its trials, in order.
    pub trials: Vec<f64>,
    /// The verdict of its last trial, with the numbers.
    pub verdict: Option<Verdict>,
    /// Files that are neither original nor patch, so that they were left alone.
    pub left_alone: Vec<String>,
    /// What came of committing it.
    pub commit: Option<CommitNote>,
}

impl PatchReport {
    /// Makes the report of a step that made no patch.
    #[must_use]
    pub fn not_made(why: impl Into<String>) -> Self {
        Self {
            id: None,
            outcome: PatchOutcome::NotMade,
            why: why.into(),
            files: Vec::new(),
            refusals: Vec::new(),
            checks: Vec::new(),
            complexity: None,
            trials: Vec::new(),
            verdict: None,
            left_alone: Vec::new(),
            commit: None,
        }
    }

    /// Makes the report of a patch as it stands in its record.
    #[must_use]
    pub fn of(id: String, record: &PatchRecord) -> Self {
        Self {
            id: Some(id),
            outcome: record.state.into(),
            why: record.why.clone(),
            files: record.files.clone(),
            refusals: record.refusals.clone(),
            checks: record.checks.clone(),
            complexity: Some(record.complexity),
            trials: record.trials.clone(),
            verdict: record.verdict.clone(),
            left_alone: Vec::new(),
            commit: None,
        }
    }
}
