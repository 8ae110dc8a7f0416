//! The only place that touches stdout and stderr.

mod progress;
mod terminal;

pub use progress::ProgressDisplay;
pub use terminal::{Settings, Ui};
