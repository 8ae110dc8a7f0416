//! What a budget did to a fleet run: who came first, and where the money ended.

use std::fmt;

use serde::Serialize;

use crate::capital::{Cap, CapEvidence, Money};
use crate::names::EngineName;

/// An engine that was due, in the order in which engines got at the money.
#[derive(Clone, Debug, Serialize)]
pub struct Ranked {
    /// Its name.
    pub engine: EngineName,
    /// What a cycle is expected to gain per unit of what it costs; none if nobody knows, infinity is not written.
    pub gain_per_cost: Option<f64>,
    /// What is reserved for a cycle; none if nobody knows.
    pub cost: Option<Money>,
    /// Its place among the engines looked at.
    #[serde(skip)]
    pub index: usize,
    /// Whether the budget kept it from running.
    pub is_kept: bool,
}

/// Where the money ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BudgetEnd {
    /// The first engine for which it did not reach.
    pub engine: EngineName,
    /// The cap that was in the way.
    pub cap: Cap,
    /// Its amount.
    pub limit: Money,
    /// What was left under it; negative after an overrun.
    pub left: Money,
    /// What the engine wants.
    pub wanted: Money,
}

impl BudgetEnd {
    /// Makes it of the numbers of a cap.
    #[must_use]
    pub fn of(engine: &EngineName, evidence: &CapEvidence) -> Self {
        Self {
            engine: engine.clone(),
            cap: evidence.kind,
            limit: evidence.cap,
            left: evidence.left,
            wanted: evidence.wanted,
        }
    }
}

/// One line: `budget ends here: 3.20 of 10.00 left (per day), beta wants 4.00`.
impl fmt::Display for BudgetEnd {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "budget ends here: {} of {} left ({}), {} wants {}",
            self.left,
            self.limit,
            self.cap.in_words(),
            self.engine,
            self.wanted
        )
    }
}

/// What a budget did to a fleet run.
#[derive(Clone, Debug, Serialize)]
pub struct BudgetReport {
    /// The engines that were due, by expected gain per unit of cost.
    pub order: Vec<Ranked>,
    /// Where the money ended, if it did.
    pub ended: Option<BudgetEnd>,
}
