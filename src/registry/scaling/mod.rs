//! Autoscaling of the registry: what it is decided from, who approves, and how the fleet is changed and archived.
//!
//! The decision itself is `crate::autoscale`.

mod approval_command;
pub(in crate::registry) mod archive;
pub(in crate::registry) mod autoscale_section;
mod consent;
mod factory;
mod scale_carrying;
mod scale_inputs;
mod scale_readings;
pub(in crate::registry) mod scale_report;
mod scale_request;
mod scale_step;

pub use approval_command::ask_command;
pub use consent::{Consent, ConsentWay};
pub use factory::Factory;
pub use scale_readings::ScaleReadings;
pub use scale_report::{ScaleOutcome, ScaleReport};
pub use scale_request::ScaleRequest;
