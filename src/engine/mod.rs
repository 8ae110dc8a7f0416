//! One engine: when its cycle is due, how one is run, and how an interrupted one is mended.

mod aftermath;
mod attempts;
mod backoff;
mod conductor;
mod decision;
mod ending;
mod energy;
mod energy_scaling;
mod recovery;
mod reported;
mod rules;
mod self_improvement_engine;
mod signals;
mod simulation;
mod state_file_sync;
mod trigger;
mod verdict;

pub use backoff::backoff;
pub use conductor::{Attempt, Conductor, CycleReport, CycleRequest, StartedCycle};
pub use decision::{Action, Decision, Reason};
pub use energy::Energy;
pub use energy_scaling::{EnergyBase, EnergyInputs, EnergyScaling, ForecastFactor};
pub use reported::reported;
pub use rules::Rules;
pub use self_improvement_engine::SelfImprovementEngine;
pub use signals::{News, Signals};
pub use simulation::{Simulation, SimulationHistory, SimulationSettings};
pub use trigger::{Asked, decide};
pub use verdict::check;
