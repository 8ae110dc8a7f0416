//! What happened to each engine: one typed report, from which tables, JSON and the exit code are computed.

use serde::Serialize;

use crate::diagnostics::{Condition, Issue};
use crate::engine::{
    Action, CycleReport, Decision, EnergyScaling, OnMissing, RecordedChoice, TriggerMode, check,
};
use crate::error::kind_of;
use crate::exit_code::ExitCode;
use crate::gate::{Answer, GateVerdict};
use crate::modules::ModuleReturns;
use crate::names::EngineName;
use crate::registry::entry::BadEntry;
use crate::registry::money::budget_report::BudgetReport;
use crate::registry::scaling::scale_report::StepReport;
use crate::store::{CycleState, Pause, PolicyUpdate};

/// What happened to one engine.
#[derive(Clone, Debug, Serialize)]
pub struct EngineReport {
    /// Its name.
    pub engine: EngineName,
    /// What was decided.
    pub action: Action,
    /// Why, as a reason code.
    pub reason: String,
    /// Who decides when to run.
    #[serde(skip)]
    pub mode: TriggerMode,
    /// In mode `learned`: what happens while metrics are missing.
    #[serde(skip)]
    pub on_missing: OnMissing,
    /// The choice of the policy, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<RecordedChoice>,
    /// The number of the cell it chose in.
    #[serde(skip)]
    pub policy_cell: Option<i64>,
    /// What the policy has learned with the decision.
    #[serde(skip)]
    pub policy_update: Option<Box<PolicyUpdate>>,
    /// How the energy of a run would come about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub energy_scaling: Option<EnergyScaling>,
    /// The comparisons behind it.
    pub conditions: Vec<Condition>,
    /// What `diagnose` commands reported.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reported: Vec<Issue>,
    /// The modules that bring nothing any more, if there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modules: Option<ModuleReturns>,
    /// For a skip that ends by itself: in how many seconds.
    pub due_in: Option<f64>,
    /// The pause of an engine that is paused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused: Option<Pause>,
    /// The processes that hold the lock of an engine that is busy.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub held_by: Vec<u32>,
    /// The cycle, if one was run.
    pub cycle: Option<Box<CycleReport>>,
    /// What its gates said.
    pub gates: Vec<GateVerdict>,
    /// Why the engine could not be looked after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The exit code that follows from the error.
    #[serde(skip)]
    pub error_code: ExitCode,
}

impl EngineReport {
    /// Makes the report of a decision that was not carried out (yet).
    #[must_use]
    pub fn decided(engine: &EngineName, decision: Decision) -> Self {
        Self {
            engine: engine.clone(),
            action: decision.action,
            reason: decision.reason.code().to_owned(),
            mode: decision.mode,
            on_missing: decision.on_missing,
            policy: decision.policy,
            policy_cell: decision.cell,
            policy_update: None,
            energy_scaling: decision.energy,
            conditions: decision.conditions,
            reported: decision.reported,
            modules: decision.modules,
            due_in: decision.due_in,
            paused: None,
            held_by: Vec::new(),
            cycle: None,
            gates: Vec::new(),
            error: None,
            error_code: ExitCode::Done,
        }
    }

    /// Makes the report of an engine that could not be looked after.
    #[must_use]
    pub fn failed(engine: &EngineName, error: &anyhow::Error) -> Self {
        Self {
            engine: engine.clone(),
            action: Action::Skip,
            reason: "error".to_owned(),
            mode: TriggerMode::default(),
            on_missing: OnMissing::default(),
            policy: None,
            policy_cell: None,
            policy_update: None,
            energy_scaling: None,
            conditions: Vec::new(),
            reported: Vec::new(),
            modules: None,
            due_in: None,
            paused: None,
            held_by: Vec::new(),
            cycle: None,
            gates: Vec::new(),
            error: Some(format!("{error:#}")),
            error_code: kind_of(error).exit_code(),
        }
    }

    /// Makes the report of a cycle that was run.
    #[must_use]
    pub fn ran(engine: &EngineName, cycle: Box<CycleReport>) -> Self {
        let mut report = Self::decided(engine, cycle.decision.clone());
        if let Some(left_undone) = &cycle.left_undone {
            report.error = Some(left_undone.clone());
            report.error_code = ExitCode::Unexpected;
        }
        report.cycle = Some(cycle);
        report
    }

    /// Returns the state of the cycle, if one was run.
    #[must_use]
    pub fn outcome(&self) -> Option<CycleState> {
        self.cycle.as_ref().map(|cycle| cycle.outcome)
    }

    /// Whether it was due and a budget kept it from running.
    #[must_use]
    pub fn is_kept_by_budget(&self) -> bool {
        let of_money = [check::BUDGET_EXHAUSTED, check::COST_UNKNOWN, check::OVERRUN];
        self.cycle.is_none() && of_money.contains(&self.reason.as_str())
    }

    /// Whether something is wrong with this engine.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.error.is_some() || self.outcome() == Some(CycleState::Failed)
    }
}

/// What came of the step of autoscaling that a run began with.
#[derive(Clone, Debug, Serialize)]
pub struct ScaledFirst {
    /// The step; none if it failed.
    pub step: Option<StepReport>,
    /// Why it failed. The run went on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The exit code that follows from the error.
    #[serde(skip)]
    pub error_code: ExitCode,
}

/// What happened to all engines looked at.
#[derive(Clone, Debug, Serialize)]
pub struct FleetReport {
    /// The version of this document.
    pub schema_version: u32,
    /// Whether nothing was run or written.
    pub dry_run: bool,
    /// What autoscaling did first, if it was asked to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub autoscale: Option<ScaledFirst>,
    /// Each engine, in the order of the registry.
    pub engines: Vec<EngineReport>,
    /// Entries of the registry that cannot be used.
    pub bad_entries: Vec<BadEntry>,
    /// In which order the engines that were due got at the money, and where it ended; none without a budget.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<BudgetReport>,
    /// Why the skips could not be recorded, if they could not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skips_not_recorded: Option<String>,
    /// What all gates said together, if there were any.
    pub verdict: Option<Answer>,
    /// Why there is a verdict although no engine was gated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict_why: Option<String>,
    /// Whether gates were asked for besides those of the engines.
    #[serde(skip)]
    pub has_gates: bool,
    /// Whether a busy engine is an error.
    #[serde(skip)]
    pub fails_if_busy: bool,
    /// The exit code that follows.
    pub exit_code: ExitCode,
}

impl FleetReport {
    /// Computes the exit code from everything else.
    #[must_use]
    pub fn with_exit_code(mut self) -> Self {
        let mut codes = vec![ExitCode::Done];
        if self.skips_not_recorded.is_some() {
            codes.push(ExitCode::Unexpected);
        }
        if !self.bad_entries.is_empty() {
            codes.push(ExitCode::Usage);
        }
        codes.extend(self.autoscale.as_ref().map(|scaled| scaled.error_code));
        for engine in &self.engines {
            let is_unrecorded = engine
                .cycle
                .as_ref()
                .is_some_and(|cycle| cycle.not_recorded.is_some());
            codes.push(engine.error_code);
            if is_unrecorded {
                codes.push(ExitCode::Unexpected);
            }
            if engine.outcome() == Some(CycleState::Failed) {
                codes.push(ExitCode::PipelineFailed);
            }
            if engine.is_kept_by_budget() {
                codes.push(ExitCode::BudgetExhausted);
            }
            if self.is_too_busy(engine) {
                codes.push(ExitCode::Busy);
            }
        }
        let verdicts = self.engines.iter().flat_map(|engine| &engine.gates);
        self.verdict = Answer::of_all(verdicts.map(|verdict| verdict.verdict));
        // Whoever asks for a gate must not take silence for a pass.
        self.verdict_why = (self.verdict.is_none() && self.has_gates)
            .then(|| "no engine was gated: none was run".to_owned());
        if self.verdict_why.is_some() {
            self.verdict = Some(Answer::Inconclusive);
        }
        codes.extend(self.verdict.map(|verdict| match verdict {
            Answer::Pass => ExitCode::Done,
            Answer::Fail => ExitCode::GateFailed,
            Answer::Inconclusive => ExitCode::GateInconclusive,
        }));
        self.exit_code = ExitCode::first_of(&codes);
        self
    }

    /// Whether an engine is busy although that was declared an error.
    #[must_use]
    pub fn is_too_busy(&self, engine: &EngineReport) -> bool {
        self.fails_if_busy && engine.reason == "busy"
    }

    /// Returns the signal that cancelled a cycle, if one did.
    #[must_use]
    pub fn signal(&self) -> Option<i32> {
        self.engines
            .iter()
            .find_map(|engine| engine.cycle.as_ref()?.signal)
    }
}
