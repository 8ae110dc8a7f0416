//! All state on disk: the SQLite store, state files, run logs, locks and atomic replacement.
//!
//! The only place that writes state. Knows what is stored, not what it means: deciding and running live elsewhere.

mod attempts;
mod census;
mod checkup;
mod cycle_state;
mod cycles;
mod data_dir;
mod database;
mod decisions;
mod drift_rows;
mod engine_key;
mod engine_rows;
mod events;
mod glance;
mod ledger;
mod locks;
mod metrics;
mod metrics_writer;
mod pauses;
mod policies;
mod reading;
mod replace;
mod retention;
mod run_dirs;
mod run_listing;
mod schema;
mod state_file;
mod upkeep;

pub use attempts::{Attempt, Reservation};
pub use census::{KnownEngine, KnownHold};
pub use checkup::Checkup;
pub use cycle_state::CycleState;
pub use cycles::{Consequences, Cycle, CycleEnd, CycleFilter, NewCycle};
pub use data_dir::DataDir;
pub use database::Store;
pub use decisions::{DecisionRow, NewDecision, NewSkip, When};
pub use drift_rows::DriftState;
pub use engine_key::EngineKey;
pub use engine_rows::EngineState;
pub use events::{EventRow, NewEvent, Pending};
pub use glance::RecentSums;
pub use ledger::Booking;
pub use locks::{FileLock, LockAttempt, holders_of};
pub use metrics::NewMetrics;
pub use metrics_writer::MetricsWriter;
pub use pauses::Pause;
pub use policies::{PolicyMark, PolicyUpdate, TurningPoint};
pub use reading::log_of;
pub use replace::replace;
pub use retention::{Dropped, Keep};
pub use run_dirs::RunDirs;
pub use run_listing::RunDir;
pub use state_file::{StateFile, StateFileReading};
pub use upkeep::{leftover_of, remove_leftover, restrict};
