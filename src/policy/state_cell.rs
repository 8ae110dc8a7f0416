//! A cell of the policy's state: a base (debt × staleness, or last delta × waiting) and a situation.
//!
//! Only numbering and words; values are in [`ValueTable`](super::ValueTable).

use serde::{Deserialize, Serialize};

use super::cell_value::Action;
use super::debt_cell::DebtCell;
use super::noted_modules::NotedModules;
use super::policy_choice::StatePart;
use super::policy_params::PolicyParams;
use super::results_cell::ResultsCell;
use super::situation::{SITUATIONS, Situation};

/// Number of cells of an engine with a metric signal: 36 of debt and staleness × 96 situations. Without one it is
/// 16 × 96.
pub const CELLS: u32 = 36 * 96;

/// What the base of a cell is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BaseCell {
    /// Debt and staleness, from metrics rows.
    Debt(DebtCell),
    /// Last ROI delta and waiting time, from results alone.
    Results(ResultsCell),
}

/// A cell, as two stored numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StateCell {
    /// Base: 0..36 with a signal, 36..52 without.
    pub base: u16,
    /// Situation, 0..96.
    pub situation: u16,
}

impl StateCell {
    /// Returns the cell of a base and a situation.
    #[must_use]
    pub fn new(base: BaseCell, situation: Situation) -> Self {
        let base = match base {
            BaseCell::Debt(cell) => cell.index(),
            BaseCell::Results(cell) => DebtCell::COUNT + cell.index(),
        };
        Self {
            base,
            situation: situation.index(),
        }
    }

    /// Returns one number for the whole cell.
    #[must_use]
    pub fn index(self) -> u32 {
        u32::from(self.base) * u32::from(SITUATIONS) + u32::from(self.situation)
    }

    /// Returns the cell of a number that [`index`](Self::index) gave.
    #[must_use]
    pub fn from_index(index: u32) -> Self {
        let part = |number: u32| u16::try_from(number).unwrap_or(u16::MAX);
        Self {
            base: part(index / u32::from(SITUATIONS)),
            situation: part(index % u32::from(SITUATIONS)),
        }
    }

    /// Returns this cell with another base of debt and staleness.
    #[must_use]
    pub fn with_debt(self, cell: DebtCell) -> Self {
        Self {
            base: cell.index(),
            ..self
        }
    }

    /// Returns this cell with another base of results.
    #[must_use]
    pub fn with_results(self, cell: ResultsCell) -> Self {
        Self {
            base: DebtCell::COUNT + cell.index(),
            ..self
        }
    }

    /// Returns what the base is made of.
    #[must_use]
    pub fn base_cell(self) -> BaseCell {
        match self.base.checked_sub(DebtCell::COUNT) {
            None => BaseCell::Debt(DebtCell::from_index(self.base)),
            Some(results) => BaseCell::Results(ResultsCell::from_index(results)),
        }
    }

    /// Whether a run is open here at all: without a signal only once the interval is over.
    #[must_use]
    pub fn may_run(self) -> bool {
        match self.base_cell() {
            BaseCell::Debt(_) => true,
            BaseCell::Results(results) => results.is_interval_over(),
        }
    }

    /// Returns the cell whose base value of `action` is this one's: for a run with a signal the one after a cycle.
    ///
    /// A cycle leaves neither debt nor staleness, so a run is worth the same wherever it starts and is learned once, by
    /// every row; how bad it is to go on instead is the skip's value, which every cell has for itself.
    #[must_use]
    pub fn valued_in(self, action: Action) -> Self {
        match (action, self.base_cell()) {
            (Action::Run, BaseCell::Debt(_)) => self.with_debt(DebtCell::FRESH),
            _ => self,
        }
    }

    /// Returns the prior value of an action, in prices; without a signal that of a skip is 0.
    #[must_use]
    pub fn prior(self, action: Action, params: &PolicyParams) -> f64 {
        match (action, self.base_cell()) {
            (action, BaseCell::Debt(cell)) => cell.prior(action, params),
            (Action::Skip, BaseCell::Results(_)) => 0.0,
            (Action::Run, BaseCell::Results(cell)) => cell.prior_run(params),
        }
    }

    /// Returns the cell in named words, most telling first.
    #[must_use]
    pub fn words(self, modules: &NotedModules) -> Vec<StatePart> {
        let situation = Situation::from_index(self.situation);
        let mut parts = match self.base_cell() {
            BaseCell::Debt(cell) => vec![
                StatePart::new("debt", format!("{} × price", cell.debt_words())),
                StatePart::new("staleness", cell.staleness_words()),
            ],
            BaseCell::Results(cell) => vec![
                StatePart::new("last delta", cell.delta_words()),
                StatePart::new("waited", format!("{} × interval", cell.waiting_words())),
            ],
        };
        parts.push(StatePart::new("trend", situation.trend_words()));
        parts.push(StatePart::new("diagnostics", situation.diagnostics_words()));
        parts.push(StatePart::new("returns", situation.returns_words()));
        parts.push(StatePart::new(
            "module",
            modules.words(situation.module_bucket()),
        ));
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_number_of_cells_is_the_number_of_cells() {
        assert_eq!(CELLS, u32::from(DebtCell::COUNT) * u32::from(SITUATIONS));
        let last = StateCell {
            base: DebtCell::COUNT - 1,
            situation: SITUATIONS - 1,
        };
        assert_eq!(last.index(), CELLS - 1);
    }

    #[test]
    fn a_cell_is_read_back_from_its_numbers() {
        let debt = BaseCell::Debt(DebtCell::of(1.2, 0.2));
        let results = BaseCell::Results(ResultsCell::of(Some(2.0), 3.0));
        for base in [debt, results] {
            assert_eq!(StateCell::new(base, Situation::default()).base_cell(), base);
        }
    }

    #[test]
    fn a_cell_reads_as_words() {
        let cell = StateCell::new(BaseCell::Debt(DebtCell::of(1.2, 0.2)), Situation::default());
        let words: Vec<String> = cell
            .words(&NotedModules::default())
            .iter()
            .map(StatePart::to_string)
            .collect();
        assert_eq!(
            words.join(", "),
            "debt 1.1 - 1.5 × price, staleness high, trend flat, diagnostics none, returns steady, module none"
        );
    }
}
