//! Reports as people and programs read them: tables, tab-separated rows, JSON. Writes nothing itself.

mod cell;
mod conditions;
mod demo;
mod doctor;
mod document;
mod events;
mod fleet;
mod history;
mod listing;
mod metrics;
mod pause;
mod policy;
mod records;
mod registration;
mod retention;
mod sparkline;
mod status;
mod table;
mod tint;
mod why;

pub use conditions::metrics_warnings;
pub use demo::{DemoDocument, DemoEngineReport};
pub use doctor::DoctorDocument;
pub use document::{Document, Rendering, render};
pub use events::{EventsDocument, ListedEvent, PublishedDocument};
pub use fleet::{CycleDocument, FleetDocument, finished_line, quiet_report};
pub use history::HistoryDocument;
pub use listing::{HIDDEN, ListDocument, ShowDocument};
pub use metrics::{MetricsDocument, RecordedDocument, RecordedIn};
pub use pause::PauseDocument;
pub use policy::{InspectDocument, PolicyChangeDocument};
pub use registration::RegistrationDocument;
pub use retention::RetentionDocument;
pub use status::{EngineStatus, SPARKLINE_CYCLES, StatusDocument};
pub use table::visible;
pub use why::WhyDocument;
