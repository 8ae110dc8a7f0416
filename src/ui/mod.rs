//! The only place that touches stdout and stderr.

mod import_bar;
mod progress;
mod prompt;
mod screen;
mod terminal;

pub use import_bar::ImportBar;
pub use progress::ProgressDisplay;
pub use screen::Screen;
pub use terminal::{Settings, Ui};
