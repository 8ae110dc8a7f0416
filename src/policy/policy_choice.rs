//! A choice of the policy with all that explains it.
//!
//! Pure data, meant to be recorded as it is; wording for people and exit codes are made elsewhere from it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::flip::Flip;
use super::state_cell::StateCell;

/// The part that weighs most in a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The built-in prior: ski rental.
    Prior,
    /// What the other engines saw.
    Fleet,
    /// What this engine saw in this cell.
    Cell,
}

/// Whether a choice rests on something new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Freshness {
    /// A step since the last choice: decided anew.
    NewRow,
    /// No step since: the last unforced action again, until it has been carried out.
    NoNewRow,
    /// Nothing recorded yet: nothing to decide on, so no run.
    NoRowYet,
}

/// One part of the state in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatePart {
    /// What it is, such as `debt`.
    pub name: String,
    /// Where it stands, such as `1.1 - 1.5 × price`.
    pub word: String,
}

impl StatePart {
    /// Returns a part from its name and word.
    #[must_use]
    pub fn new(name: &str, word: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            word: word.into(),
        }
    }
}

impl fmt::Display for StatePart {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.name, self.word)
    }
}

/// Run or skip, with the numbers it came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PolicyChoice {
    /// Whether to run.
    pub run: bool,
    /// Value of running, in prices.
    pub q_run: f64,
    /// Value of skipping, in prices.
    pub q_skip: f64,
    /// Own visits behind the value of running; with a signal all cells share that value, taught by every row.
    pub visits_run: f64,
    /// Own visits behind the value of skipping in this cell.
    pub visits_skip: f64,
    /// The cell, by its stored numbers; none before the first row.
    pub cell: Option<StateCell>,
    /// The cell in words.
    pub state: Vec<StatePart>,
    /// What the choice mostly rests on here; with a signal what the value of skipping does, as that of a run is shared.
    pub basis: Basis,
    /// Probability that this action was taken, in 0.5..=1 for the preferred one; 1 without exploration.
    pub probability: f64,
    /// Whether there was a new step to decide on.
    pub freshness: Freshness,
    /// Whether exploration took the action that is not the preferred one.
    pub is_explored: bool,
    /// Whether the debt was so high that values were not asked.
    pub is_certain: bool,
    /// β · A ÷ price.
    pub debt_in_prices: f64,
    /// Staleness per row ÷ price, not below 0.
    pub staleness_in_prices: f64,
    /// The price decided with, in money.
    pub price: f64,
    /// The single change that would have changed the choice; none where no single one does.
    pub flip: Option<Flip>,
}

impl PolicyChoice {
    /// Returns Q(run) − Q(skip), in prices: what energy scales with.
    #[must_use]
    pub fn predicted(&self) -> f64 {
        self.q_run - self.q_skip
    }

    /// Returns the state as one line of words.
    #[must_use]
    pub fn state_words(&self) -> String {
        self.state
            .iter()
            .map(StatePart::to_string)
            .collect::<Vec<_>>()
            .join(", ")
    }
}
