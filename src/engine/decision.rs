//! A decision: run or skip, the reason, and the numbers it rests on. Its recorded form is in `evidence`.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use crate::diagnostics::{Condition, Issue};
use crate::engine::asked::Asked;
use crate::engine::energy_scaling::EnergyScaling;
use crate::engine::learning_keys::{OnMissing, TriggerMode};
use crate::engine::recorded_choice::RecordedChoice;
use crate::modules::ModuleReturns;

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Run a cycle.
    Run,
    /// Leave the engine alone.
    Skip,
}

impl Action {
    /// Returns the word stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Skip => "skip",
        }
    }
}

/// Why it was decided so. The codes are stable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The operator paused the engine.
    Paused,
    /// Too soon after failures.
    BackingOff,
    /// Too soon after the last cycle.
    MinInterval,
    /// Somebody asked for it.
    Forced,
    /// An event asks for it.
    EvolveRequested,
    /// The wait after a failure is over.
    RetryAfterFailure,
    /// There was no cycle yet.
    NeverRun,
    /// The interval is over.
    IntervalOver,
    /// The policy values running higher than skipping.
    Policy,
    /// The forecast lies above its bias.
    Forecast,
    /// The greatest interval is over.
    MaxInterval,
    /// There are no metrics to learn from.
    MetricsMissing,
    /// A diagnostic asks for it: a built-in check, a rule of the operator or a `diagnose` command, by its code.
    Diagnostic(String),
    /// Something asks for it, but the energy score is too low.
    LowEnergy,
    /// It would run, but the budget does not reach for it.
    BudgetExhausted,
    /// It would run, but there is a budget and nobody knows what it costs.
    CostUnknown,
    /// It would run, but an earlier cycle cost more than was reserved for it.
    Overrun,
    /// Nothing asks for it.
    NotNeeded,
    /// A cycle of the engine is running.
    Busy,
    /// It was taken out of the registry, or given another database, before its turn.
    Unregistered,
    /// It was due, but the run was ended before its turn.
    NotStarted,
}

impl Reason {
    /// Every reason that is not named after a diagnostic.
    const PLAIN: [Self; 19] = [
        Self::Paused,
        Self::BackingOff,
        Self::MinInterval,
        Self::Forced,
        Self::EvolveRequested,
        Self::RetryAfterFailure,
        Self::NeverRun,
        Self::IntervalOver,
        Self::Policy,
        Self::Forecast,
        Self::MaxInterval,
        Self::MetricsMissing,
        Self::LowEnergy,
        Self::BudgetExhausted,
        Self::CostUnknown,
        Self::Overrun,
        Self::NotNeeded,
        Self::Busy,
        Self::Unregistered,
    ];

    /// Returns the stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Paused => "paused",
            Self::BackingOff => "backing_off",
            Self::MinInterval => "min_interval",
            Self::Forced => "forced",
            Self::EvolveRequested => "evolve_requested",
            Self::RetryAfterFailure => "retry_after_failure",
            Self::NeverRun => "never_run",
            Self::IntervalOver => "interval_over",
            Self::Policy => "policy",
            Self::Forecast => "forecast",
            Self::MaxInterval => "max_interval",
            Self::MetricsMissing => "metrics_missing",
            Self::Diagnostic(code) => code,
            Self::LowEnergy => "low_energy",
            Self::BudgetExhausted => "budget_exhausted",
            Self::CostUnknown => "cost_unknown",
            Self::Overrun => "cost_overrun",
            Self::NotNeeded => "not_needed",
            Self::Busy => "busy",
            Self::Unregistered => "unregistered",
            Self::NotStarted => "not_started",
        }
    }

    /// Returns the reason of a code; one that is not ours is that of a diagnostic.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        Self::PLAIN
            .into_iter()
            .find(|reason| reason.code() == code)
            .unwrap_or_else(|| Self::Diagnostic(code.to_owned()))
    }

    /// Returns what the code means, for people.
    #[must_use]
    pub fn words(&self) -> Cow<'static, str> {
        let words = match self {
            Self::Paused => "paused",
            Self::BackingOff => "backing off after failures",
            Self::MinInterval => "minimum interval not over",
            Self::Forced => "asked for",
            Self::EvolveRequested => "an event asks for it",
            Self::RetryAfterFailure => "retry after failure",
            Self::NeverRun => "never run",
            Self::IntervalOver => "interval over",
            Self::Policy => "the policy values running higher",
            Self::Forecast => "the forecast is above its bias",
            Self::MaxInterval => "the greatest interval is over",
            Self::MetricsMissing => "there are no fresh metrics to learn from",
            Self::Diagnostic(code) => return format!("`{code}` asks for it").into(),
            Self::LowEnergy => "too little energy",
            Self::BudgetExhausted => "the budget does not reach for it",
            Self::CostUnknown => "there is a budget, and nobody knows what it costs",
            Self::Overrun => "an earlier cycle cost more than was reserved for it",
            Self::NotNeeded => "nothing asks for it",
            Self::Busy => "a cycle is running",
            Self::Unregistered => {
                "it was taken out of the registry, or given another database, before its turn"
            }
            Self::NotStarted => "the run was ended before its turn",
        };
        words.into()
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Run or skip, and why. Everything needed to take it again stands in it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Decision {
    /// What was decided.
    pub action: Action,
    /// The first reason that applied.
    pub reason: Reason,
    /// Who asked.
    pub asked: Asked,
    /// Who decides when to run.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mode: TriggerMode,
    /// In mode `learned`: what happens while metrics are missing.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on_missing: OnMissing,
    /// The choice of the policy, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<RecordedChoice>,
    /// The number of the cell it chose in; it stands in the choice already.
    #[serde(skip)]
    pub cell: Option<i64>,
    /// How the energy of a run came about, unless it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub energy: Option<EnergyScaling>,
    /// Every condition looked at; those that forbid come first, the others in the order in which they decide.
    pub conditions: Vec<Condition>,
    /// The operator's rules, by which their conditions are put together.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// What `diagnose` commands reported.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reported: Vec<Issue>,
    /// The modules that brought nothing any more, if there were any: part of the policy's state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modules: Option<ModuleReturns>,
    /// For a skip that ends by itself: in how many seconds.
    pub due_in: Option<f64>,
}

impl Decision {
    /// Whether a cycle is to be run.
    #[must_use]
    pub fn is_run(&self) -> bool {
        self.action == Action::Run
    }

    /// Returns the skip that stands for an engine whose cycle is running.
    #[must_use]
    pub fn busy(asked: Asked) -> Self {
        Self::skip(Reason::Busy, asked)
    }

    /// Returns the skip that stands for an engine that is not registered any more as it was read.
    #[must_use]
    pub fn unregistered(asked: Asked) -> Self {
        Self::skip(Reason::Unregistered, asked)
    }

    /// Returns the skip that stands for an engine that was due when the run was ended.
    #[must_use]
    pub fn not_started(asked: Asked) -> Self {
        Self::skip(Reason::NotStarted, asked)
    }

    fn skip(reason: Reason, asked: Asked) -> Self {
        Self {
            action: Action::Skip,
            reason,
            asked,
            mode: TriggerMode::default(),
            on_missing: OnMissing::default(),
            policy: None,
            cell: None,
            energy: None,
            conditions: Vec::new(),
            rules: Vec::new(),
            reported: Vec::new(),
            modules: None,
            due_in: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_reads_back_from_its_code() {
        for reason in Reason::PLAIN {
            assert_eq!(Reason::from_code(reason.code()), reason);
        }
        let rule = Reason::Diagnostic("slow".to_owned());
        assert_eq!(Reason::from_code(rule.code()), rule);
    }
}
