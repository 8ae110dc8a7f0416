//! What GitHub Actions is told of a run: step outputs, annotations, and a summary for whoever reviews.

mod annotations;
mod step_outputs;
mod step_summary;

use crate::registry::FleetReport;

/// A run that is over, as a step of GitHub Actions ends with it.
#[derive(Clone, Copy, Debug)]
pub struct FinishedRun<'a> {
    /// What happened.
    pub report: &'a FleetReport,
    /// The command as reports name it.
    pub command: &'a str,
    /// The signal that ended it.
    pub signal: Option<i32>,
}

impl FinishedRun<'_> {
    /// Returns the exit code as a shell sees it.
    #[must_use]
    pub fn exit_code(&self) -> i32 {
        let code = i32::from(self.report.exit_code.number());
        self.signal.map_or(code, |signal| 128 + signal)
    }
}

pub use annotations::annotations;
pub use step_outputs::step_outputs;
pub use step_summary::{SUMMARY_LIMIT, step_summary};
