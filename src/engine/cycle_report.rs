//! What a cycle is asked for with, and what came of it.

use std::time::Duration;

use serde::Serialize;

use crate::capital::Money;
use crate::diagnostics::Issue;
use crate::engine::asked::Asked;
use crate::engine::decision::{Decision, Reason};
use crate::engine::energy::Energy;
use crate::engine::energy_scaling::EnergyScaling;
use crate::engine::patching::PatchReport;
use crate::gate::{GateRequest, GateVerdict};
use crate::pipeline::{CycleResult, Failed};
use crate::store::{Attempt as AttemptRow, CycleState, Pause, PolicyUpdate};

/// What a cycle is asked for with.
#[derive(Clone, Debug)]
pub struct CycleRequest {
    /// Who asks.
    pub asked: Asked,
    /// Exactly this energy, unscaled.
    pub energy: Option<Energy>,
    /// Exploration of the policy other than as registered.
    pub explore: Option<f64>,
    /// How often a failed pipeline is tried again, unless as the engine says.
    pub retries: Option<u32>,
    /// How long to wait for a cycle of the engine that is running.
    pub patience: Duration,
    /// What `diagnose` commands reported before the lock was taken.
    pub reported: Vec<Issue>,
    /// Gates besides those of the engine.
    pub gates: GateRequest,
}

/// What came of asking for a cycle.
#[derive(Debug)]
pub enum Attempt {
    /// A cycle was run.
    Ran(Box<CycleReport>),
    /// It is not due after all; the pause, if there is one, and what the policy has learned.
    Skipped(Box<Decision>, Option<Pause>, Option<Box<PolicyUpdate>>),
    /// A cycle of the engine is running; the processes that hold its lock.
    Busy(Vec<u32>),
    /// It was taken out of the registry, or given another database, since the registry was read.
    Unregistered,
}

/// What happened in a cycle, for people and machines.
#[derive(Clone, Debug, Serialize)]
pub struct CycleReport {
    /// The cycle, for example `alpha-148`.
    pub cycle: String,
    /// How it ended.
    pub outcome: CycleState,
    /// The reason code of the decision.
    pub trigger: Reason,
    /// The decision that started it, taken under the engine's lock.
    #[serde(skip)]
    pub decision: Decision,
    /// The energy handed to the pipeline.
    pub energy: Energy,
    /// Whether the operator gave the energy.
    pub energy_given: bool,
    /// How the energy came about, unless it was given.
    pub energy_scaling: Option<EnergyScaling>,
    /// How many seconds it took.
    pub seconds: f64,
    /// Its ROI delta, if it succeeded.
    pub roi: Option<f64>,
    /// What it cost.
    pub cost: f64,
    /// Whether the cost is assumed.
    pub cost_assumed: bool,
    /// By how much it cost more than was reserved for it under a budget, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overrun: Option<Money>,
    /// What the pipeline reported.
    pub result: Option<CycleResult>,
    /// Why it failed.
    pub failure: Option<Failed>,
    /// The last lines of the log that tells why.
    pub log_tail: Vec<String>,
    /// Failures in a row, this one included.
    pub failures_in_row: u32,
    /// In how many seconds it is tried again, if it backs off.
    pub retry_in: Option<f64>,
    /// Why the end could not be recorded, if it could not.
    pub not_recorded: Option<String>,
    /// What could not be brought up to date after the end was recorded; the next cycle does it.
    #[serde(skip)]
    pub left_undone: Option<String>,
    /// Whether it succeeded only after an attempt that failed.
    pub flaky: bool,
    /// Whether one of its gates failed.
    pub gate_failed: bool,
    /// What its gates said; shown beside the cycle.
    #[serde(skip)]
    pub gates: Vec<GateVerdict>,
    /// Its attempts, if it took more than one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<AttemptRow>,
    /// What its patch step did, if the engine has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patch: Option<PatchReport>,
    /// The signal that cancelled it.
    #[serde(skip)]
    pub signal: Option<i32>,
}
