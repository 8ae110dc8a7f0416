//! The line on an engine that is done with, while others still run.

use crate::duration::HumanDuration;
use crate::output::cell::signed;
use crate::output::fleet::{note, result_words};
use crate::registry::EngineReport;

/// Returns the line that tells that an engine is done with: `beta ok 4.1s`.
#[must_use]
pub fn finished_line(report: &EngineReport) -> String {
    let result = result_words(report);
    if let Some(cycle) = report.cycle.as_deref() {
        let roi = cycle
            .roi
            .map(|roi| format!("  ROI {}", signed(roi)))
            .unwrap_or_default();
        let why = cycle
            .failure
            .as_ref()
            .map(|failed| format!("  {}", failed.message))
            .unwrap_or_default();
        format!(
            "{} {result} {}{roi}{why}",
            report.engine,
            HumanDuration::rough(cycle.seconds)
        )
    } else {
        let note = note(report);
        let separator = if note.is_empty() { "" } else { "  " };
        format!(
            "{} {result} ({}){separator}{note}",
            report.engine, report.reason
        )
    }
}
