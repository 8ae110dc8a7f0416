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
        let change = self.change();
        format!("  {}  {word:<8}  {change}; {roi}{}", self.id, self.why)
    }

    /// Tells what it changed: `rate: 0.002 → 0.008` where one parameter got another value.
    fn change(&self) -> String {
        let shown = |lines: &[String]| {
            if lines.is_empty() {
                "nothing".to_owned()
            } else {
                lines.join(", ")
            }
        };
        if let ([old], [new]) = (self.removed.as_slice(), self.added.as_slice()) {
            let (name, old) = old.split_once(' ').unwrap_or((old, "none"));
            let (same, new) = new.split_once(' ').unwrap_or((new, "none"));
            if name == same {
                return format!("{name}: {old} → {new}");
            }
        }
        format!("{} → {}", shown(&self.removed), shown(&self.added))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(removed: &[&str], added: &[&str]) -> String {
        let owned = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
        DemoPatch {
            id: "tuned-p1".to_owned(),
            engine: "tuned".to_owned(),
            state: PatchState::Refused,
            removed: owned(removed),
            added: owned(added),
            trials: 0,
            roi_before: None,
            roi_after: None,
            why: "no".to_owned(),
        }
        .line()
    }

    #[test]
    fn one_parameter_is_named_once_and_anything_else_is_shown_as_it_is() {
        for (removed, added, words) in [
            (&["rate 1"][..], &["rate 4"][..], "rate: 1 → 4; no"),
            (&["groups a"], &["groups"], "groups: a → none; no"),
            (&["a 1", "b 2"], &["a 2", "b 3"], "a 1, b 2 → a 2, b 3; no"),
            (&[], &["rate 4"], "nothing → rate 4; no"),
        ] {
            let line = changed(removed, added);
            assert_eq!(line, format!("  tuned-p1  refused   {words}"));
        }
    }

    #[test]
    fn a_diff_is_split_into_what_goes_and_what_comes() {
        let diff = b"--- a/p\n+++ b/p\n@@ -1,2 +1,2 @@\n fresh 1\n-rate 1\n+rate 4\n";
        assert_eq!(lines_of(diff, LineKind::Remove), ["rate 1"]);
        assert_eq!(lines_of(diff, LineKind::Add), ["rate 4"]);
        assert!(lines_of(b"(too long)", LineKind::Add).is_empty());
    }
}
