//! The money of a registry: its settings, what the fleet can afford, who gets at it first, and what is left held.
//!
//! The arithmetic is `crate::capital`.

pub(in crate::registry) mod budget_report;
pub(in crate::registry) mod capital_settings;
pub(in crate::registry) mod fleet_capital;
pub(in crate::registry) mod fleet_money;
pub(in crate::registry) mod left_holds;

pub use capital_settings::CapitalSettings;
pub use fleet_capital::{FleetCapital, FleetEnergy};
