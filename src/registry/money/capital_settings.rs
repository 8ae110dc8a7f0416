//! The section `capital` of the registry: what the fleet may spend and what its energy score is measured by.

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::autoscale::Reading;
use crate::capital::{BudgetCaps, Money, Zone};
use crate::clock::UnixTime;
use crate::engine::{CapitalSignal, Limited, SelfImprovementEngine};
use crate::error::Failure;
use crate::events::HookCommand;

/// The most characters of the label of the unit.
const LONGEST_UNIT: usize = 16;

/// What an operator says about the money of a fleet. That there is such a section makes a capital source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(
    default,
    deny_unknown_fields,
    expecting = "an object like {\"target\": 100}"
)]
pub struct CapitalSettings {
    /// What amounts are counted in, for example `EUR`; only shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The capital that is called enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Money>,
    /// The zone whose midnights begin the days of the budget.
    pub zone: Zone,
    /// The caps.
    #[serde(skip_serializing_if = "has_no_caps")]
    pub budget: BudgetCaps,
    /// Overruns of cycles that were begun before this stop nobody any more; written by `sie capital budget`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overruns_since: Option<UnixTime>,
    /// A command that prints the energy score, in place of the formula.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub energy_command: Option<HookCommand>,
    /// Below this score nothing runs but what somebody asks for; 0..=1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub energy_threshold: Option<f64>,
}

fn has_no_caps(caps: &BudgetCaps) -> bool {
    *caps == BudgetCaps::default()
}

impl CapitalSettings {
    /// The score below which nothing runs unless the operator says otherwise.
    pub const DEFAULT_THRESHOLD: f64 = 0.5;

    /// Checks what the types of the fields cannot.
    ///
    /// # Errors
    ///
    /// A usage failure says which key cannot be used and why.
    pub fn check(&self) -> Result<(), Failure> {
        if let Some(unit) = &self.unit
            && (unit.trim().is_empty()
                || unit.chars().count() > LONGEST_UNIT
                || unit.chars().any(char::is_control))
        {
            return Err(Failure::usage(format!(
                "`unit` is not a text of 1 to {LONGEST_UNIT} characters"
            ))
            .hint("for example `EUR`"));
        }
        if self.target.is_some_and(|target| target <= Money::ZERO) {
            return Err(Failure::usage("`target` is not above 0"));
        }
        let caps = [
            ("per_cycle", self.budget.per_cycle),
            ("per_day", self.budget.per_day),
            ("fleet", self.budget.fleet),
        ];
        if let Some((key, _)) = caps
            .into_iter()
            .find(|(_, cap)| cap.is_some_and(Money::is_negative))
        {
            return Err(Failure::usage(format!("`budget.{key}` is below 0"))
                .hint("0 lets nothing be spent; leave it out for no cap"));
        }
        Self::check_threshold(self.energy_threshold)
    }

    /// Checks a threshold of the energy score.
    ///
    /// # Errors
    ///
    /// A usage failure if it is no share.
    pub fn check_threshold(threshold: Option<f64>) -> Result<(), Failure> {
        match threshold {
            Some(threshold) if !(0.0..=1.0).contains(&threshold) => Err(Failure::usage(format!(
                "`energy_threshold` is {threshold}, not from 0 to 1"
            ))),
            _ => Ok(()),
        }
    }

    /// Returns what an engine is told of the energy score.
    #[must_use]
    pub fn signal_for(&self, reading: &Reading, engine: &SelfImprovementEngine) -> CapitalSignal {
        let of_fleet = self.energy_threshold.unwrap_or(Self::DEFAULT_THRESHOLD);
        reading.value().map_or(CapitalSignal::Failed, |value| {
            CapitalSignal::Score(Limited {
                value,
                limit: engine.energy_threshold.unwrap_or(of_fleet),
            })
        })
    }

    /// Whether anything limits what is spent.
    #[must_use]
    pub fn has_budget(&self) -> bool {
        !has_no_caps(&self.budget)
    }

    /// Returns what amounts are counted in, with a space before it; empty unless it is known.
    #[must_use]
    pub fn unit_suffix(&self) -> String {
        self.unit
            .as_ref()
            .map_or_else(String::new, |unit| format!(" {unit}"))
    }
}
