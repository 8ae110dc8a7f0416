//! What a gate said, with the numbers behind it.

use serde::{Deserialize, Serialize};

use crate::diagnostics::Comparison;
use crate::gate::answer::Answer;
use crate::gate::expression::Gate;
use crate::gate::shortfall::Shortfall;

/// Where a value was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A key of the result.
    Result,
    /// The metrics of the result.
    Metrics,
    /// Recorded metrics rows.
    Recorded,
    /// The newest cycles.
    Cycles,
}

/// What a gate said. Its numbers are finite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GateVerdict {
    /// The gate, in its canonical form.
    pub gate: String,
    /// The name whose value was compared.
    pub name: String,
    /// How it was compared.
    pub op: Comparison,
    /// The answer.
    pub verdict: Answer,
    /// The value, if there is one.
    pub value: Option<f64>,
    /// What it was compared with, if that could be told.
    pub bound: Option<f64>,
    /// The median of what earlier cycles had, if the gate names `base`.
    pub base: Option<f64>,
    /// How many cycles that rests on.
    pub base_cycles: Option<u64>,
    /// How many samples the value rests on; none where it is counted, not sampled.
    pub samples: Option<u64>,
    /// How many are wanted.
    pub min_samples: u64,
    /// Where the value was found.
    pub source: Option<Source>,
    /// How old it is in seconds, if it was recorded before.
    pub age: Option<f64>,
    /// Why it is inconclusive, as a code.
    pub reason: Option<Shortfall>,
    /// Why it is inconclusive, in words.
    pub why: Option<String>,
}

impl GateVerdict {
    /// Makes the verdict of a gate for which there is nothing to judge.
    #[must_use]
    pub fn unmeasured(
        gate: &Gate,
        min_samples: u64,
        reason: Shortfall,
        why: impl Into<String>,
    ) -> Self {
        Self {
            gate: gate.to_string(),
            name: gate.name().to_owned(),
            op: gate.op(),
            verdict: Answer::Inconclusive,
            value: None,
            bound: None,
            base: None,
            base_cycles: None,
            samples: None,
            min_samples,
            source: None,
            age: None,
            reason: Some(reason),
            why: Some(why.into()),
        }
    }

    /// Returns the answer of several verdicts together; none if there are none.
    #[must_use]
    pub fn of_all(verdicts: &[Self]) -> Option<Answer> {
        Answer::of_all(verdicts.iter().map(|verdict| verdict.verdict))
    }

    /// Whether one of the gates has failed: then what the cycle brought must not stay.
    #[must_use]
    pub fn any_failed(verdicts: &[Self]) -> bool {
        Self::of_all(verdicts) == Some(Answer::Fail)
    }

    /// Returns what can be typed so that the gate can be measured next time.
    #[must_use]
    pub fn hint(&self, engine: &str) -> Option<String> {
        let name = &self.name;
        let lower = "lower --min-samples";
        Some(match (self.reason?, self.source) {
            (Shortfall::TooFewSamples, Some(Source::Recorded)) => {
                let more = self.min_samples.saturating_sub(self.samples.unwrap_or(0));
                let rows = if more == 1 { "row" } else { "rows" };
                format!(
                    "record {more} more {rows} with `sie metrics record {engine} {name}=…`, or {lower}"
                )
            }
            (Shortfall::TooFewSamples, Some(Source::Cycles)) => {
                format!("run more cycles with `sie cycle {engine}`, or {lower}")
            }
            (Shortfall::TooFewSamples, _) => format!(
                "let the pipeline report how many samples its result rests on as `samples`, or {lower}"
            ),
            (Shortfall::Missing, _) => format!(
                "let the pipeline report `{name}`, or record it with `sie metrics record {engine} {name}=…`"
            ),
            (Shortfall::Stale, _) => format!(
                "record a new value with `sie metrics record {engine} {name}=…`, or raise --max-age"
            ),
            (Shortfall::NotANumber, Some(Source::Recorded)) => {
                format!("record a number with `sie metrics record {engine} {name}=…`")
            }
            (Shortfall::TooFewCycles, _) => format!(
                "`base` rests on at least 3 successful cycles before this one: run `sie cycle {engine}` again"
            ),
            _ => return None,
        })
    }
}
