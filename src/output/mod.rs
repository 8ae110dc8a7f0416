//! Reports as people and programs read them: tables, tab-separated rows, JSON. Writes nothing itself.

mod calibration;
mod capital;
mod cell;
mod conditions;
mod demo;
mod diff;
mod document;
mod events;
mod fleet;
mod history;
mod listing;
mod metrics;
mod modules;
mod patches;
mod pause;
mod policy;
mod records;
mod registration;
mod replay;
mod report;
mod savings;
mod sparkline;
mod status;
mod table;
mod why;

pub use capital::{
    CapitalSettingsDocument, CapitalStatusDocument, EntriesDocument, LoggedDocument,
};
pub use conditions::metrics_warnings;
pub use demo::{DemoDocument, DemoEngineReport};
pub use document::{Document, Rendering, no_page, render};
pub use events::{EventsDocument, ListedEvent, PublishedDocument};
pub use fleet::{CycleDocument, FleetDocument, finished_line, quiet_report};
pub use history::HistoryDocument;
pub use listing::{HIDDEN, ListDocument, ShowDocument};
pub use metrics::{MetricsDocument, RecordedDocument, RecordedIn};
pub use modules::{EngineModules, ModulesDocument, RecordedDelta, RecordedDeltasDocument};
pub use patches::{ListedPatch, PatchRevertDocument, PatchShowDocument, PatchesDocument};
pub use pause::PauseDocument;
pub use policy::{InspectDocument, PolicyChangeDocument};
pub use registration::RegistrationDocument;
pub use replay::{ReplayDocument, ReplayQuestion};
pub use report::ReportDocument;
pub use savings::{EngineSavings, SavingsDocument};
pub use status::{EngineStatus, SPARKLINE_CYCLES, StatusDocument};
pub use table::visible;
pub use why::WhyDocument;
