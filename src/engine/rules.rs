//! The operator's rules in the registry: texts there, parsed here.

use std::collections::BTreeSet;

use anyhow::Result;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::diagnostics::{Rule, RuleError};
use crate::engine::decision::Reason;
use crate::engine::verdict::check;
use crate::error::Failure;

/// Codes of the built-in checks.
const BUILT_IN: [&str; 6] = [
    "high_response_time",
    "error_rate",
    "discrepancies_detected",
    "anomalies_detected",
    "roi_drop",
    "drift_detected",
];

/// The widest window of a rule, in rows: so many are held in memory for a decision.
pub const WIDEST: usize = 100_000;
/// The most rules of an engine.
const MOST: usize = 100;

/// Rules that were read without fault, in the operator's order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules(Vec<Rule>);

impl Rules {
    /// Reads rules as the operator of `engine` wrote them.
    ///
    /// # Errors
    ///
    /// A usage failure shows the rule with a caret under the fault.
    pub fn parse(texts: &[String], engine: &str) -> Result<Self> {
        let parse = |text: &String| {
            Rule::parse(text).map_err(|error| {
                Failure::usage(error.describe(Some(engine))).hint(error.hint.clone())
            })
        };
        let rules = texts.iter().map(parse).collect::<Result<_, _>>()?;
        Ok(Self(rules))
    }

    /// Returns the rules.
    #[must_use]
    pub fn as_slice(&self) -> &[Rule] {
        &self.0
    }

    /// Returns their texts, in the one form that reads back as the same rules.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Checks that a reason code tells which rule decided.
    ///
    /// # Errors
    ///
    /// A usage failure names the id that stands there twice or is ours.
    pub fn check(&self) -> Result<()> {
        if self.0.len() > MOST {
            let count = self.0.len();
            return Err(
                Failure::usage(format!("there are {count} rules, {MOST} are allowed")).into(),
            );
        }
        let mut seen = BTreeSet::new();
        for rule in &self.0 {
            let id = rule.id();
            if rule.longest_window().is_some_and(|window| window > WIDEST) {
                let problem = format!("rule `{id}` looks at more than {WIDEST} rows");
                return Err(Failure::usage(problem).into());
            }
            if is_reserved(id) {
                return Err(Failure::usage(format!(
                    "no rule can have the id `{id}`: it is a reason of our own"
                ))
                .hint(format!("for example `my_{id}: …`"))
                .into());
            }
            if !seen.insert(id) {
                return Err(Failure::usage(format!("two rules have the id `{id}`"))
                    .hint("give each an id of its own: it becomes the reason of a run")
                    .into());
            }
        }
        Ok(())
    }
}

/// Whether a code is one of our own reasons or checks, and so cannot name a rule or a reported issue.
#[must_use]
pub fn is_reserved(code: &str) -> bool {
    BUILT_IN.contains(&code)
        || check::ALL.contains(&code)
        || !matches!(Reason::from_code(code), Reason::Diagnostic(_))
}

impl Serialize for Rules {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.texts().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Rules {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        let parse = |text: String| {
            Rule::parse(&text)
                .map_err(|error: RuleError| de::Error::custom(format!("{error}\n  {}", error.hint)))
        };
        texts
            .into_iter()
            .map(parse)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_not_ours() {
        let check = |texts: &[&str]| {
            let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
            Rules::parse(&texts, "alpha").and_then(|rules| rules.check())
        };
        assert!(check(&["slow: last(x) > 1", "slower: last(x) > 2"]).is_ok());
        for reserved in ["error_rate", "interval", "interval_over", "not_needed"] {
            assert!(
                check(&[&format!("{reserved}: last(x) > 1")]).is_err(),
                "{reserved}"
            );
        }
        assert!(check(&["slow: last(x) > 1", "slow: last(y) > 1"]).is_err());
        assert!(check(&["wide: mean(x, 100000) > 1"]).is_ok());
        assert!(check(&["wide: mean(x, 100001) > 1"]).is_err());
    }

    #[test]
    fn rules_survive_the_registry() {
        let texts = vec!["slow: mean(x, 20) > 2 and not last(y) == 1 @critical".to_owned()];
        let rules = Rules::parse(&texts, "alpha").unwrap();
        let stored = serde_json::to_string(&rules).unwrap();
        assert_eq!(serde_json::from_str::<Rules>(&stored).unwrap(), rules);
    }
}
