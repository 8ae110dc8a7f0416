//! One engine: when its cycle is due, how one is run, and how an interrupted one is mended.

mod aftermath;
mod attempts;
mod backoff;
mod conductor;
mod decision;
mod energy;
mod energy_scaling;
mod recovery;
mod self_improvement_engine;
mod state_file_sync;
mod trigger;

pub use backoff::backoff;
pub use conductor::{Attempt, Conductor, CycleReport, CycleRequest, StartedCycle};
pub use decision::{Action, Condition, Decision, Reason};
pub use energy::Energy;
pub use energy_scaling::{EnergyBase, EnergyInputs, EnergyScaling, ForecastFactor};
pub use self_improvement_engine::SelfImprovementEngine;
pub use trigger::{Asked, decide};
