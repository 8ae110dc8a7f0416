//! A decision written down for later: the plan document of `--out` and `--apply`.
//!
//! Keeps every input the decision rests on and names those that have moved since. Reads and writes no files.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{AutoscaleSettings, EngineState, RateLimit, ScaleDecision, ScaleInputs, decide};

/// Version of the document that this release writes.
const SCHEMA_VERSION: u32 = 1;

/// Inputs that are expected to differ between plan and now: the time, and who approved in the meantime.
const FREE_TO_MOVE: [&str; 2] = ["now_unix_secs", "answer"];

/// A plan with all it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScalePlan {
    /// Version of the document, 1.
    pub schema_version: u32,
    /// What was decided; `wanted` is what applying it does.
    pub decision: ScaleDecision,
    /// What it was decided on.
    pub inputs: ScaleInputs,
    /// The settings of that moment.
    pub settings: AutoscaleSettings,
    /// Names of the settings that whoever planned gave by hand. They are part of the plan: whoever applies it need not
    /// give them again.
    #[serde(default)]
    pub overridden: BTreeSet<String>,
}

/// One input that is not what it was.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MovedInput {
    /// Which one, for example `energy`, `engines.beta.mean_roi` or `settings.max_engines`.
    pub name: String,
    /// What the plan rests on; null if it was not there.
    pub planned: Value,
    /// What it is now; null if it is no longer there.
    pub now: Value,
}

/// A document that is no plan this release can apply.
#[derive(Debug)]
pub enum PlanError {
    /// Written by a newer release.
    Newer(u64),
    /// Not a plan; line and column are in the cause.
    Unreadable(serde_json::Error),
}

impl ScalePlan {
    /// Decides and writes the decision down.
    #[must_use]
    pub fn new(inputs: ScaleInputs, settings: AutoscaleSettings) -> Self {
        let decision = decide(&inputs, &settings);
        Self {
            schema_version: SCHEMA_VERSION,
            decision,
            inputs,
            settings,
            overridden: BTreeSet::new(),
        }
    }

    /// Returns the settings that hold when it is applied: those of the registry, with what was given by hand.
    #[must_use]
    pub fn settings_over(&self, registry: &AutoscaleSettings) -> AutoscaleSettings {
        registry.with_named_of(&self.settings, &self.overridden)
    }

    /// Reads a plan document.
    ///
    /// # Errors
    /// `Newer` for a later version of the document, `Unreadable` for anything that is no plan.
    pub fn parse(text: &str) -> Result<Self, PlanError> {
        // The version first: a newer document may have keys that are unknown here.
        let version: Version = serde_json::from_str(text).map_err(PlanError::Unreadable)?;
        if version.schema_version > u64::from(SCHEMA_VERSION) {
            return Err(PlanError::Newer(version.schema_version));
        }
        serde_json::from_str(text).map_err(PlanError::Unreadable)
    }

    /// Names every input that differs between the plan and now; empty if the plan may be applied.
    ///
    /// The time and the approval may differ. Whether an engine runs, and what it earned, counts only in a plan that
    /// removes one. Where nothing moved but the same inputs no longer lead to the planned step (the document was
    /// edited, or another release decides differently), `decision` is named.
    #[must_use]
    pub fn moved(&self, inputs: &ScaleInputs, settings: &AutoscaleSettings) -> Vec<MovedInput> {
        let mut moved = Vec::new();
        compare(
            "settings.",
            &object(&self.settings),
            &object(settings),
            &mut moved,
        );
        let (planned, now) = (without_engines(&self.inputs), without_engines(inputs));
        compare("", &planned, &now, &mut moved);
        self.compare_engines(&inputs.engines, &mut moved);
        let again = decide(inputs, settings).wanted;
        if moved.is_empty() && again != self.decision.wanted {
            moved.push(MovedInput {
                name: "decision".to_owned(),
                planned: Value::from(self.decision.wanted.to_string()),
                now: Value::from(again.to_string()),
            });
        }
        moved
    }

    fn compare_engines(&self, now: &[EngineState], moved: &mut Vec<MovedInput>) {
        let planned = &self.inputs.engines;
        if names(planned) != names(now) {
            let (planned, now) = (Value::from(names(planned)), Value::from(names(now)));
            moved.push(MovedInput {
                name: "engines".to_owned(),
                planned,
                now,
            });
            return;
        }
        if self.decision.wanted.is_addition() {
            return;
        }
        for (planned, now) in planned.iter().zip(now) {
            let place = format!("engines.{}.", planned.name);
            compare(&place, &object(planned), &object(now), moved);
        }
    }
}

/// Returns the inputs that are compared as a whole.
fn without_engines(inputs: &ScaleInputs) -> Map<String, Value> {
    let mut inputs = object(inputs);
    inputs.retain(|name, _| name != "engines" && !FREE_TO_MOVE.contains(&name.as_str()));
    inputs
}

/// The one key that every version of the document has.
#[derive(Deserialize)]
struct Version {
    schema_version: u64,
}

fn names(engines: &[EngineState]) -> Vec<String> {
    engines.iter().map(|engine| engine.name.clone()).collect()
}

/// Returns the fields of a struct by name, so that a new field is compared without being listed here.
fn object(fields: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(fields) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

fn compare(
    place: &str,
    planned: &Map<String, Value>,
    now: &Map<String, Value>,
    moved: &mut Vec<MovedInput>,
) {
    let only_now = now.keys().filter(|name| !planned.contains_key(*name));
    for name in planned.keys().chain(only_now) {
        let value = |fields: &Map<String, Value>| fields.get(name).cloned().unwrap_or(Value::Null);
        let (planned, now) = (value(planned), value(now));
        if planned != now {
            moved.push(MovedInput {
                name: format!("{place}{name}"),
                planned,
                now,
            });
        }
    }
}

/// In words: `energy was 0.86, is 0.42`.
impl fmt::Display for MovedInput {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} was {}, is {}",
            self.name,
            in_words(&self.planned),
            in_words(&self.now)
        )
    }
}

/// Shows a reading by its number, a list by its names or its length, and what is absent by a word.
fn in_words(value: &Value) -> String {
    match value {
        Value::Null => "absent".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) => {
            let names: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
            names.map_or_else(|| items.len().to_string(), |names| names.join(", "))
        }
        Value::Object(fields) => {
            let reading = |key: &str| fields.get(key);
            if let Some(number) = reading("value") {
                return number.to_string();
            }
            match reading("missing").or(reading("failed")) {
                Some(why) => format!("unknown ({})", in_words(why)),
                None => match serde_json::from_value::<RateLimit>(value.clone()) {
                    Ok(limit) => limit.to_string(),
                    Err(_) => value.to_string(),
                },
            }
        }
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

impl fmt::Display for PlanError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Newer(version) => write!(
                formatter,
                "the plan has schema version {version}, this release reads up to {SCHEMA_VERSION}"
            ),
            Self::Unreadable(_) => write!(formatter, "the document is not an autoscale plan"),
        }
    }
}

impl std::error::Error for PlanError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Newer(_) => None,
            Self::Unreadable(cause) => Some(cause),
        }
    }
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
