//! What a fleet can afford, answered from numbers.

use super::{
    BudgetCaps, BudgetUse, BudgetVerdict, EnergyScore, Money, ScoreInputs, capital_ratio,
    check_budget,
};

/// The capital settings of a fleet: its budgets and how much capital it aims at.
#[derive(Clone, Debug, Default)]
pub struct CapitalManager {
    caps: BudgetCaps,
    target: Option<Money>,
}

impl CapitalManager {
    /// Makes one from budgets and the capital aimed at.
    ///
    /// ```
    /// use self_improvement_engine::capital::{BudgetCaps, BudgetUse, CapitalManager, Money, ScoreInputs};
    ///
    /// let caps = BudgetCaps { per_cycle: Some(Money::parse("3")?), ..BudgetCaps::default() };
    /// let manager = CapitalManager::new(caps, Some(Money::parse("100")?));
    /// assert!(!manager.check(&BudgetUse::default(), Money::parse("3.01")?).allowed);
    ///
    /// let inputs = ScoreInputs { success_rate: Some(0.9), ..ScoreInputs::default() };
    /// assert!(manager.energy_score(Money::parse("100")?, &inputs).value > 0.8);
    /// # Ok::<(), anyhow::Error>(())
    /// ```
    #[must_use]
    pub fn new(caps: BudgetCaps, target: Option<Money>) -> Self {
        Self { caps, target }
    }

    /// Returns the energy score, 0..=1, of a fleet with this capital; the other inputs come as they are.
    #[must_use]
    pub fn energy_score(&self, capital: Money, inputs: &ScoreInputs) -> EnergyScore {
        EnergyScore::of(&ScoreInputs {
            capital_ratio: capital_ratio(capital, self.target),
            ..*inputs
        })
    }

    /// Tells whether a cycle that wants this amount fits all budgets.
    #[must_use]
    pub fn check(&self, budget_use: &BudgetUse, wanted: Money) -> BudgetVerdict {
        check_budget(&self.caps, budget_use, wanted)
    }
}
