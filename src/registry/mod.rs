//! All engines: the registry file, and running those that are due.

mod claims;
mod cycle_hooks;
mod deciding;
mod definition;
mod document;
mod entry;
mod fleet_run;
mod identity;
mod improvement_engine_registry;
mod questions;
mod registry_file;
mod report;
mod skips;
mod stores;

pub use definition::{read_definition, read_definition_file};
pub use entry::{BadEntry, RegisteredEngine};
pub use fleet_run::{FleetObserver, FleetOptions, FleetRun, IfRunning};
pub use improvement_engine_registry::{
    ImprovementEngineRegistry, Leniency, Registration, Workspace,
};
pub use report::{EngineReport, FleetReport};
