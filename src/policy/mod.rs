//! The learned run/skip policy: when is another paid cycle worth it?
//!
//! Everything here is pure: rows, reports, settings, fleet and seed in; a choice with its numbers out. No files, no
//! clock, no printing. Storing the state and recording choices belongs to `store`, deciding between this and the other
//! triggers to `engine`.
//!
//! The path of a row: [`Signal`] turns it into a loss, [`DebtBelief`] into debt and staleness, [`DebtCell`] into a named
//! cell, [`ValueTable`] into values of run and skip; [`SelfImprovementPolicy`] ties them together.

mod calibration;
mod cell_value;
mod choosing;
mod cycle_report;
mod debt_belief;
mod debt_cell;
mod fleet_table;
mod flip;
mod forecast;
mod inspect;
mod learning;
mod limits;
mod mean_reward;
mod noise_estimate;
mod noted_modules;
mod policy_choice;
mod policy_params;
mod policy_settings;
mod price_estimate;
mod repair_share;
pub mod replay;
mod results_cell;
mod rule_entry;
mod rule_table;
pub mod savings;
mod self_improvement_policy;
mod signal;
mod situation;
mod split_mix64;
mod state_cell;
mod step;
mod strategy;
mod update_rates;
pub mod update_rules;
mod value_table;

pub use calibration::{CalibrationGroup, CalibrationPair, calibration};
pub use cell_value::{Action, CellValue};
pub use cycle_report::{CycleReport, RunKind};
pub use debt_belief::DebtBelief;
pub use debt_cell::DebtCell;
pub use fleet_table::FleetTable;
pub use flip::Flip;
pub use forecast::{LEAST_CYCLES, RoiForecast};
pub use inspect::{InspectedCell, PolicyInspection, axes_of};
pub use mean_reward::MeanReward;
pub use noise_estimate::{NoiseEstimate, NoiseReading};
pub use noted_modules::{HASHED_BUCKETS, MODULE_BUCKETS, NotedModules};
pub use policy_choice::{Basis, Freshness, PolicyChoice, StatePart};
pub use policy_params::PolicyParams;
pub use policy_settings::{Evidence, PolicySettings};
pub use price_estimate::PriceEstimate;
pub use repair_share::RepairShare;
pub use results_cell::ResultsCell;
pub use rule_entry::{ActionValue, RuleEntry};
pub use rule_table::RuleTable;
pub use self_improvement_policy::SelfImprovementPolicy;
pub use signal::Signal;
pub use situation::{SITUATIONS, Situation, SituationReading};
pub use split_mix64::SplitMix64;
pub use state_cell::{BaseCell, CELLS, StateCell};
pub use strategy::Strategy;
pub use update_rates::UpdateRates;
pub use update_rules::RuleParams;
pub use value_table::ValueTable;
