//! Autoscaling: whether the fleet should grow or shrink by one engine, and why.
//!
//! Pure: readings, settings, the time and who approved come in; a decision with its numbers comes out. Registering,
//! archiving and asking are done elsewhere.

mod approval;
mod autoscaler;
mod conditions;
mod decide;
mod decision;
mod inequality;
mod inputs;
mod naming;
mod overrides;
mod plan;
mod reading;
mod reason;
mod removal;
mod settings;

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod properties;

pub use approval::{Answer, Approval, ApprovalRule};
pub use autoscaler::Autoscaler;
pub use decide::decide;
pub use decision::{ScaleAction, ScaleDecision};
pub use inequality::{Inequality, Op, Side};
pub use inputs::{Direction, EngineState, Origin, PastAction, ScaleInputs};
pub use naming::next_name;
pub use overrides::ScaleOverrides;
pub use plan::{MovedInput, PlanError, ScalePlan};
pub use reading::Reading;
pub use reason::ScaleReason;
pub use removal::next_to_remove;
pub use settings::{AutoscaleSettings, RateLimit, SettingsError};
