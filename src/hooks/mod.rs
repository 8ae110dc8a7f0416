//! Commands of the operator that are told of what happens: JSON on stdin, a short timeout, no lock.
//!
//! A hook that is broken is a warning, never a failed cycle. Knows nothing of engines or the store.

mod command;
mod delivery;
mod event;

pub use command::{HookCommand, Hooks, Moment};
pub use delivery::Delivery;
pub use event::Event;
