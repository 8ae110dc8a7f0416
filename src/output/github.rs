//! What GitHub Actions is told of a run: step outputs, annotations, and a summary for whoever reviews.

mod annotations;
mod step_outputs;
mod step_summary;

pub use annotations::annotations;
pub use step_outputs::step_outputs;
pub use step_summary::{SUMMARY_LIMIT, step_summary};
