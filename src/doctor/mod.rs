//! What is wrong in a data directory, how to mend it, and what may be forgotten.
//!
//! An inspection reads and changes nothing. Each check lies in a file of its own in `checks` and turns what was read
//! into findings; mending and forgetting are steps of their own that somebody has to ask for.

mod checks;
mod finding;
mod inspection;
mod mending;
mod retention;
mod sizes;

pub use finding::{Finding, Severity};
pub use inspection::Inspection;
pub use mending::{Mended, mend};
pub use retention::{EngineRetention, Limits, Retention};
pub use sizes::Sizes;
