//! All state on disk: the SQLite store, state files, run logs, locks and atomic replacement.
//!
//! The only place that writes state. Knows what is stored, not what it means: deciding and running live elsewhere.

mod attempts;
mod balance;
mod cycle_state;
mod cycles;
mod data_dir;
mod database;
mod decisions;
mod drift_rows;
mod engine_key;
mod engine_rows;
mod events;
mod ledger;
mod locks;
mod metrics;
mod metrics_writer;
mod modules;
mod output_file;
mod pauses;
mod policies;
mod policy_steps;
mod replace;
mod report_rows;
mod run_dirs;
mod runs;
mod schema;
mod state_file;

pub use attempts::{Attempt, Reservation};
pub use balance::Balance;
pub use cycle_state::CycleState;
pub use cycles::{Consequences, Cycle, CycleEnd, CycleFilter, NewCycle};
pub use data_dir::DataDir;
pub use database::Store;
pub use decisions::{DecisionRow, NewDecision, NewSkip, When};
pub use drift_rows::DriftState;
pub use engine_key::EngineKey;
pub use engine_rows::EngineState;
pub use events::{EventRow, NewEvent, Pending};
pub use ledger::Booking;
pub use locks::{FileLock, LockAttempt, holders_of};
pub use metrics::NewMetrics;
pub use metrics_writer::MetricsWriter;
pub use modules::{ModulesChange, ModulesRow, NewModules};
pub use output_file::OutputFile;
pub use pauses::Pause;
pub use policies::{PolicyMark, PolicyUpdate, TurningPoint};
pub use policy_steps::{NewPolicyStep, PolicyStepRow};
pub use replace::replace;
pub use report_rows::{CostRow, CycleRow, DecisionSpan};
pub use run_dirs::RunDirs;
pub use runs::RunRow;
pub use state_file::{StateFile, StateFileReading};
