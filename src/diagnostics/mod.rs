//! Checks of the recorded metrics: readings, conditions, issues, and what would have changed them.
//!
//! Everything in here is pure: rows in, findings with their evidence out. Nothing is read from disk,
//! printed or timed, and nothing decides whether an engine runs; that is the trigger's business.

pub mod aggregate;
pub mod anomalies;
pub mod averages;
pub mod comparison;
pub mod condition;
pub mod drift;
pub mod figure;
pub mod flip;
pub mod issue;
pub mod manager;
pub mod measurement;
pub mod metrics_row;
pub mod rule;
pub mod series;
pub mod settings;
pub mod trend;
pub mod truth;

pub use aggregate::Aggregate;
pub use comparison::Comparison;
pub use condition::Condition;
pub use drift::PageHinkley;
pub use flip::Flip;
pub use issue::{Issue, Severity};
pub use manager::{Diagnosis, DiagnosticManager, Readings};
pub use measurement::Measurement;
pub use metrics_row::MetricsRow;
pub use rule::{Rule, RuleError, RuleOutcome};
pub use settings::DiagnosticSettings;
pub use trend::{ROI_WINDOW_ROWS, Trend};
pub use truth::Truth;
