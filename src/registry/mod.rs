//! All engines: the registry file, and running those that are due.

mod changes;
mod claims;
mod deciding;
mod definition;
mod document;
mod entry;
mod event_bus;
mod fleet_run;
mod identity;
mod improvement_engine_registry;
mod listeners;
mod mending;
mod place;
mod questions;
mod registry_draft;
mod registry_file;
mod report;
mod skips;
mod stores;
mod workspace;

pub use changes::Registration;
pub use definition::{read_definition, read_definition_file};
pub use entry::{BadEntry, RegisteredEngine};
pub use event_bus::EventBus;
pub use fleet_run::{FleetObserver, FleetOptions, FleetRun, IfRunning};
pub use improvement_engine_registry::{ImprovementEngineRegistry, Leniency};
pub use listeners::Listeners;
pub use report::{EngineReport, FleetReport};
pub use workspace::Workspace;
