//! The recorded form of a decision: everything needed to take it again, as short JSON.
//!
//! Short, because an idle fleet writes one per engine and tick. Action and reason stand beside it in the record.

use std::borrow::Cow;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::diagnostics::{Comparison, Condition, Issue, Truth};
use crate::engine::asked::Asked;
use crate::engine::decision::{Action, Decision, Reason};
use crate::engine::energy_scaling::EnergyScaling;
use crate::engine::learning_keys::{OnMissing, TriggerMode};
use crate::engine::recorded_choice::RecordedChoice;
use crate::modules::ModuleReturns;

/// A decision without action and reason.
#[derive(Serialize, Deserialize)]
struct Recorded<'a> {
    asked: Asked,
    #[serde(borrow)]
    conditions: Vec<RecordedCondition<'a>>,
    #[serde(default, skip_serializing_if = "is_empty")]
    rules: Cow<'a, [String]>,
    #[serde(default, skip_serializing_if = "is_empty")]
    reported: Cow<'a, [Issue]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    modules: Option<Cow<'a, ModuleReturns>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due_in: Option<f64>,
    #[serde(default, skip_serializing_if = "is_default")]
    mode: TriggerMode,
    #[serde(default, skip_serializing_if = "is_default")]
    on_missing: OnMissing,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    policy: Option<RecordedChoice>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    energy: Option<EnergyScaling>,
}

/// Check, reading, value, comparison, threshold, result, and what rows it rests on, if any.
#[derive(Serialize, Deserialize)]
struct RecordedCondition<'a>(
    Cow<'a, str>,
    Cow<'a, str>,
    Option<f64>,
    Comparison,
    f64,
    Truth,
    Option<(usize, Option<f64>, bool)>,
);

fn is_empty<T: Clone>(list: &[T]) -> bool {
    list.is_empty()
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Writes what a decision rests on.
///
/// # Errors
///
/// Fails if it cannot be written as JSON.
pub fn to_json(decision: &Decision) -> Result<String> {
    let rows = |it: &Condition| {
        let has_rows = it.rows > 0 || it.newest_at.is_some() || it.is_whole;
        has_rows.then_some((it.rows, it.newest_at, it.is_whole))
    };
    let conditions = decision
        .conditions
        .iter()
        .map(|it| {
            RecordedCondition(
                Cow::Borrowed(&it.check),
                Cow::Borrowed(&it.reading),
                it.value,
                it.op,
                it.threshold,
                it.result,
                rows(it),
            )
        })
        .collect();
    serde_json::to_string(&Recorded {
        asked: decision.asked,
        conditions,
        rules: Cow::Borrowed(&decision.rules),
        reported: Cow::Borrowed(&decision.reported),
        modules: decision.modules.as_ref().map(Cow::Borrowed),
        due_in: decision.due_in,
        mode: decision.mode,
        on_missing: decision.on_missing,
        policy: decision.policy.clone(),
        energy: decision.energy,
    })
    .context("cannot write the evidence as JSON")
}

/// Reads a decision back from its record.
///
/// # Errors
///
/// Fails if the record is not one of ours.
pub fn from_json(action: &str, reason: &str, evidence: &str) -> Result<Decision> {
    let recorded: Recorded<'_> =
        serde_json::from_str(evidence).context("the record of the decision cannot be read")?;
    let condition = |it: RecordedCondition<'_>| {
        let (rows, newest_at, is_whole) = it.6.unwrap_or_default();
        Condition {
            check: it.0.into_owned(),
            reading: it.1.into_owned(),
            value: it.2,
            op: it.3,
            threshold: it.4,
            result: it.5,
            rows,
            newest_at,
            is_whole,
        }
    };
    Ok(Decision {
        action: if action == Action::Run.as_str() {
            Action::Run
        } else {
            Action::Skip
        },
        reason: Reason::from_code(reason),
        asked: recorded.asked,
        conditions: recorded.conditions.into_iter().map(condition).collect(),
        rules: recorded.rules.into_owned(),
        reported: recorded.reported.into_owned(),
        modules: recorded.modules.map(Cow::into_owned),
        due_in: recorded.due_in,
        mode: recorded.mode,
        on_missing: recorded.on_missing,
        policy: recorded.policy,
        cell: None,
        energy: recorded.energy,
    })
}
