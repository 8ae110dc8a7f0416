//! The operator's own diagnostics: `ID: AGG(METRIC, WINDOW) OP NUMBER [@critical]`, combined with `and`,
//! `or`, `not` and parentheses.
//!
//! `share(METRIC, WINDOW)` is the share of the rows with the metric in which it is above 0. Does not
//! choose the rows: a rule sees what it is given. A metric without a value is unknown, and unknown
//! never raises.

mod draft;
mod error;
mod expression;
mod parse;

use std::fmt;
use std::str::FromStr;

pub use error::RuleError;

use crate::diagnostics::condition::Condition;
use crate::diagnostics::figure::Figure;
use crate::diagnostics::issue::{Issue, Severity};
use crate::diagnostics::metrics_row::MetricsRow;
use crate::diagnostics::truth::Truth;
use expression::Expression;

/// A rule that was read without fault.
///
/// Prints in one canonical form, which reads back as the same rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    id: String,
    expression: Expression,
    severity: Severity,
}

/// What a rule found in some rows.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleOutcome {
    /// The rule's id.
    pub id: String,
    /// How urgent the rule is.
    pub severity: Severity,
    /// Whether the rule holds; it is raised on `Yes` alone.
    pub result: Truth,
    /// Every comparison of the rule in the order written, whether or not it decided.
    pub evidence: Vec<Condition>,
}

impl RuleOutcome {
    /// Returns the readings that could not be measured, in the order written.
    #[must_use]
    pub fn unknown_readings(&self) -> Vec<&str> {
        self.evidence
            .iter()
            .filter(|condition| condition.result == Truth::Unknown)
            .map(|condition| condition.reading.as_str())
            .collect()
    }

    /// Returns the issue if the rule is raised.
    #[must_use]
    pub fn issue(&self) -> Option<Issue> {
        self.result.is_yes().then(|| Issue {
            id: self.id.clone(),
            severity: self.severity,
            message: self.sentence(),
            evidence: self.evidence.clone(),
        })
    }

    /// Returns what the rule saw, in one sentence.
    fn sentence(&self) -> String {
        let seen: Vec<String> = self
            .evidence
            .iter()
            .filter_map(|condition| {
                let value = Figure(condition.value?);
                let limit = Figure(condition.threshold);
                let holds = if condition.is_raised() { "" } else { "not " };
                Some(format!(
                    "{} is {value}, {holds}{} {limit}",
                    condition.reading, condition.op
                ))
            })
            .collect();
        format!("rule {} holds: {}", self.id, seen.join("; "))
    }
}

impl Rule {
    /// Reads a rule as the operator wrote it.
    ///
    /// # Errors
    ///
    /// Says what was expected where, with an example made of what could be read.
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        parse::rule(text)
    }

    /// Returns the id that issues of this rule carry.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns how urgent an issue of this rule is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// Returns the metrics the rule reads, each once, in the order written.
    #[must_use]
    pub fn metrics(&self) -> Vec<&str> {
        let mut metrics = Vec::new();
        for leaf in self.expression.leaves() {
            if !metrics.contains(&leaf.metric.as_str()) {
                metrics.push(leaf.metric.as_str());
            }
        }
        metrics
    }

    /// Returns how many of the newest rows it looks at; `None` if a comparison looks back as far as it takes.
    #[must_use]
    pub fn longest_window(&self) -> Option<usize> {
        let mut windows = self.expression.leaves().into_iter().map(|leaf| leaf.window);
        windows.try_fold(0, |longest, window| Some(longest.max(window?)))
    }

    /// Judges `rows`, ordered oldest to newest.
    #[must_use]
    pub fn evaluate(&self, rows: &[MetricsRow]) -> RuleOutcome {
        let evidence: Vec<Condition> = self
            .expression
            .leaves()
            .into_iter()
            .map(|leaf| leaf.judge(&self.id, rows))
            .collect();
        RuleOutcome {
            id: self.id.clone(),
            severity: self.severity,
            result: self.judge(&evidence),
            evidence,
        }
    }

    /// Judges conditions as [`evaluate`](Self::evaluate) lists them, recorded or with changed values.
    ///
    /// Conditions that are missing at the end count as unknown.
    #[must_use]
    pub fn judge(&self, evidence: &[Condition]) -> Truth {
        let mut results = evidence.iter().map(|condition| condition.result);
        self.expression.judge(&mut results)
    }
}

impl FromStr for Rule {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.id, self.expression)?;
        match self.severity {
            Severity::Warning => Ok(()),
            Severity::Critical => f.write_str(" @critical"),
        }
    }
}

#[cfg(test)]
mod tests;
