//! A patch of the demo in one line: what it changed, what that brought, what became of it.

use serde::Serialize;

use crate::engine::StoredPatch;
use crate::names::EngineName;
use crate::output::cell::signed;
use crate::output::patches::state_words;
use crate::patch::{LineKind, PatchState, UnifiedDiff};

/// What one patch of the demo did.
#[derive(Debug, Serialize)]
pub struct DemoPatch {
    /// What it is called.
    pub id: String,
    /// Its engine.
    pub engine: String,
    /// What became of it.
    pub state: PatchState,
    /// The lines that went, without their ends.
    pub removed: Vec<String>,
    /// The lines that came.
    pub added: Vec<String>,
    /// On how many cycles it was tried.
    pub trials: usize,
    /// Median ROI delta of the unpatched cycles it was compared with.
    pub roi_before: Option<f64>,
    /// Median ROI delta of its trials.
    pub roi_after: Option<f64>,
    /// Why it stands where it does.
    pub why: String,
}

impl DemoPatch {
    /// Describes a patch on record.
    #[must_use]
    pub fn new(engine: &EngineName, id: String, patch: &StoredPatch) -> Self {
        let record = &patch.record;
        // The verdict in half a sentence; its numbers are in `patch show`.
        let why = record
            .verdict
            .as_ref()
            .map_or_else(|| record.why.clone(), |verdict| verdict.reason.to_string());
        Self {
            id,
            engine: engine.to_string(),
            state: record.state,
            removed: lines_of(&patch.diff, LineKind::Remove),
            added: lines_of(&patch.diff, LineKind::Add),
            trials: record.trials.len(),
            roi_before: record.roi_before,
            roi_after: record.roi_after,
            why,
        }
    }

    /// Tells it in one line.
    #[must_use]
    pub fn line(&self) -> String {
        let change = format!("{} → {}", self.removed.join(", "), self.added.join(", "));
        let roi = match (self.roi_before, self.roi_after) {
            (Some(before), Some(after)) => format!(
                "ROI {} → {} in {} trial{}: ",
                signed(before),
                signed(after),
                self.trials,
                if self.trials == 1 { "" } else { "s" }
            ),
            _ => String::new(),
        };
        let word = state_words(self.state);
        format!("  {}  {word:<8}  {change}; {roi}{}", self.id, self.why)
    }
}

/// Returns the lines of a diff that go or come; none of one that was cut.
fn lines_of(diff: &[u8], kind: LineKind) -> Vec<String> {
    let Ok(diff) = UnifiedDiff::parse(diff) else {
        return Vec::new();
    };
    let hunks = diff.files().iter().flat_map(|file| &file.hunks);
    hunks
        .flat_map(|hunk| &hunk.lines)
        .filter(|line| line.kind == kind)
        .map(|line| String::from_utf8_lossy(&line.bytes).trim_end().to_owned())
        .collect()
}
