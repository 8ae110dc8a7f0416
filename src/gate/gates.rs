//! The gates of an engine in the registry, or of a command: texts there, parsed here.

use anyhow::Result;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::error::Failure;
use crate::gate::expression::Gate;

/// The most gates of an engine.
const MOST: usize = 100;

/// Gates that were read without fault, in the operator's order, each once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gates(Vec<Gate>);

impl Gates {
    /// Reads gates as the operator wrote them.
    ///
    /// # Errors
    ///
    /// A usage failure shows the gate with a caret under the fault, or says that there are too many.
    pub fn parse(texts: &[String]) -> Result<Self> {
        let mut gates = Self::default();
        for text in texts {
            let gate = Gate::parse(text)
                .map_err(|error| Failure::usage(error.to_string()).hint(error.hint))?;
            gates.add(&gate);
        }
        gates.check()?;
        Ok(gates)
    }

    fn add(&mut self, gate: &Gate) {
        if !self.0.contains(gate) {
            self.0.push(gate.clone());
        }
    }

    /// Returns these gates and then others, each once.
    #[must_use]
    pub fn and(&self, others: &Self) -> Self {
        let mut all = self.clone();
        for gate in &others.0 {
            all.add(gate);
        }
        all
    }

    /// Checks that there are not too many.
    ///
    /// # Errors
    ///
    /// A usage failure says how many there are.
    pub fn check(&self) -> Result<()> {
        let count = self.0.len();
        if count > MOST {
            return Err(
                Failure::usage(format!("there are {count} gates, {MOST} are allowed")).into(),
            );
        }
        Ok(())
    }

    /// Returns the gates.
    #[must_use]
    pub fn as_slice(&self) -> &[Gate] {
        &self.0
    }

    /// Returns their texts, in the one form that reads back as the same gates.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Gates {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.texts().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Gates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut gates = Self::default();
        for text in Vec::<String>::deserialize(deserializer)? {
            let gate = Gate::parse(&text)
                .map_err(|error| de::Error::custom(format!("{error}\n  {}", error.hint)))?;
            gates.add(&gate);
        }
        Ok(gates)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gates_survive_the_registry_and_each_counts_once() {
        let texts = ["roi >= 0", "errors<=base*1.05", "roi>=0"].map(str::to_owned);
        let gates = Gates::parse(&texts).expect("gates");
        assert_eq!(gates.texts(), ["roi >= 0", "errors <= base*1.05"]);
        let stored = serde_json::to_string(&gates).expect("JSON");
        assert_eq!(
            serde_json::from_str::<Gates>(&stored).expect("gates"),
            gates
        );
        let more = Gates::parse(&["cost < 3".to_owned(), "roi >= 0".to_owned()]).expect("gates");
        assert_eq!(gates.and(&more).texts().len(), 3);
    }

    #[test]
    fn too_many_gates_are_refused() {
        let texts: Vec<String> = (0..=MOST).map(|index| format!("x{index} > 0")).collect();
        assert!(Gates::parse(&texts).is_err());
    }
}
