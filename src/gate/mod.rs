//! Gates: what a cycle must show to be let through, and whether it did. Three answers: pass, fail, inconclusive.
//!
//! Everything in here is pure: evidence in, verdicts with their numbers out. Evidence that is missing, stale, too
//! little or no finite number is inconclusive and never a pass.

mod answer;
mod bound;
mod evidence;
mod expression;
mod gate_error;
mod gate_verdict;
mod gates;
mod judge;
mod limits;
mod measured;
mod shortfall;

pub use answer::Answer;
pub use bound::Bound;
pub use evidence::{Evidence, NEWEST_CYCLES, Reading};
pub use expression::Gate;
pub use gate_error::GateError;
pub use gate_verdict::{GateVerdict, Source};
pub use gates::Gates;
pub use limits::{GateLimits, GateRequest};
pub use measured::{Measured, Samples};
pub use shortfall::Shortfall;

#[cfg(test)]
mod properties;
