//! All engines: the registry file, and running those that are due.

mod changes;
mod claims;
mod deciding;
mod definition;
mod document;
mod entry;
mod event_bus;
mod fleet_run;
mod gated;
mod identity;
mod improvement_engine_registry;
mod listeners;
mod mending;
mod money;
mod patching;
mod place;
mod questions;
mod registry_draft;
mod registry_file;
mod report;
mod roster;
mod scaling;
mod skips;
mod stores;
mod workspace;

pub use changes::Registration;
pub use definition::{read_definition, read_definition_file};
pub use document::CAPITAL;
pub use entry::{BadEntry, RegisteredEngine};
pub use event_bus::EventBus;
pub use fleet_run::{FleetObserver, FleetOptions, FleetRun, IfRunning};
pub use identity::random as random_id;
pub use improvement_engine_registry::{ImprovementEngineRegistry, Leniency};
pub use listeners::Listeners;
pub use money::{CapitalSettings, FleetCapital, FleetEnergy};
pub use report::{EngineReport, FleetReport, ScaledFirst};
pub use scaling::{
    Consent, ConsentWay, Factory, ScaleOutcome, ScaleReadings, ScaleReport, ScaleRequest,
    ask_command,
};
pub use stores::Stores;
pub use workspace::Workspace;
