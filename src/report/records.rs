//! What a report is computed from.

use crate::capital::{BudgetCaps, Zone};
use crate::clock::UnixTime;
use crate::policy::PolicyInspection;
use crate::store::{CostRow, CycleRow, DecisionSpan};

/// The record of a fleet, as far as a report looks at it.
#[derive(Clone, Debug)]
pub struct Records {
    /// The present time.
    pub now: UnixTime,
    /// From when on the report looks; none if from the beginning.
    pub since: Option<UnixTime>,
    /// The registered engines, in the order of the registry.
    pub engines: Vec<EngineRecords>,
    /// What all cycles cost, those before `since` included.
    pub costs: Vec<CostRow>,
    /// What may be spent.
    pub budget: Budget,
    /// Engines that came and went, in any order.
    pub fleet: Vec<FleetChange>,
}

/// The record of one engine.
#[derive(Clone, Debug, Default)]
pub struct EngineRecords {
    /// Its name.
    pub engine: String,
    /// Its cycles since the report begins, oldest first.
    pub cycles: Vec<CycleRow>,
    /// The decisions on it since the report begins, oldest first.
    pub decisions: Vec<DecisionSpan>,
    /// Its modules, from the beginning.
    pub modules: Vec<ModuleTotal>,
    /// What its policy has learned, from the beginning.
    pub policy: Option<PolicyInspection>,
}

/// The record of one module.
#[derive(Clone, Debug)]
pub struct ModuleTotal {
    /// Its name.
    pub module: String,
    /// The sum of its ROI deltas.
    pub total: f64,
    /// How many there are.
    pub count: u32,
    /// Whether its returns diminish.
    pub is_diminishing: bool,
}

/// What may be spent.
#[derive(Clone, Debug, Default)]
pub struct Budget {
    /// What amounts are counted in.
    pub unit: Option<String>,
    /// The caps.
    pub caps: BudgetCaps,
    /// The zone whose midnights begin the days.
    pub zone: Zone,
}

/// An engine that came or went.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FleetChange {
    /// When.
    pub at: UnixTime,
    /// How many engines more there were; negative if they became fewer.
    pub by: i64,
}
