//! The recorded form of a decision: everything needed to take it again, as short JSON.
//!
//! Short, because an idle fleet writes one per engine and tick. Action and reason stand beside it in the record.

use std::borrow::Cow;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::diagnostics::{Comparison, Condition, Issue, Truth};
use crate::engine::decision::{Action, Decision, Reason};
use crate::engine::trigger::Asked;

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
    due_in: Option<f64>,
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

/// Writes what a decision rests on.
///
/// # Errors
///
/// Fails if it cannot be written as JSON.
pub fn to_json(
    asked: Asked,
    conditions: &[Condition],
    rules: &[String],
    reported: &[Issue],
    due_in: Option<f64>,
) -> Result<String> {
    let rows = |it: &Condition| {
        let has_rows = it.rows > 0 || it.newest_at.is_some() || it.is_whole;
        has_rows.then_some((it.rows, it.newest_at, it.is_whole))
    };
    let conditions = conditions
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
        asked,
        conditions,
        rules: Cow::Borrowed(rules),
        reported: Cow::Borrowed(reported),
        due_in,
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
        due_in: recorded.due_in,
    })
}
