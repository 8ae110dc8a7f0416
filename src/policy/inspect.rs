//! What a policy has learned, as plain data for people and programs.
//!
//! Layout, widths and formats are made elsewhere from it; it changes nothing.

use serde::{Deserialize, Serialize};

use super::cell_value::Action;
use super::debt_cell;
use super::fleet_table::FleetTable;
use super::policy_choice::{Basis, StatePart};
use super::policy_settings::Evidence;
use super::results_cell::{self, ResultsCell};
use super::self_improvement_policy::SelfImprovementPolicy;
use super::situation::SITUATIONS;
use super::state_cell::{BaseCell, CELLS, StateCell};
use super::strategy::Strategy;

/// One visited cell of debt × staleness (or last delta × waiting).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InspectedCell {
    /// First part of the base, such as debt `1.1 - 1.5 × price`.
    pub first: StatePart,
    /// Second part of the base, such as staleness `high`.
    pub second: StatePart,
    /// Value of running, in prices.
    pub q_run: f64,
    /// Value of skipping, in prices.
    pub q_skip: f64,
    /// Own visits; with a signal the rows spent there.
    pub visits: f64,
    /// What the choice mostly rests on here.
    pub basis: Basis,
    /// Whether the policy runs there.
    pub run: bool,
}

/// Where the policy stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InspectedNow {
    /// The state in words; empty before the first row.
    pub state: Vec<StatePart>,
    /// Value of running, in prices.
    pub q_run: f64,
    /// Value of skipping, in prices.
    pub q_skip: f64,
    /// Own visits of this cell; with a signal the rows spent there.
    pub visits: f64,
    /// What the choice mostly rests on here.
    pub basis: Basis,
    /// Whether the policy, unexplored, would run.
    pub run: bool,
    /// β · A ÷ price.
    pub debt_in_prices: f64,
    /// Staleness per row ÷ price, not below 0.
    pub staleness_in_prices: f64,
    /// Loss per row of the best version a cycle could give, in money.
    pub attainable: f64,
    /// β: share of the staleness that cycles repair.
    pub repair_share: f64,
    /// Price of a cycle in money, configured, learned or guessed.
    pub price: f64,
}

/// A policy laid open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PolicyInspection {
    /// Update rule.
    pub strategy: Strategy,
    /// Step size in words: `1/visits` or a number.
    pub alpha: String,
    /// Discount per row.
    pub gamma: f64,
    /// Decisions on a new step.
    pub decisions: u64,
    /// Cycles learned from, forced ones included.
    pub runs: u64,
    /// Those of them that something else than the policy started.
    pub forced_runs: u64,
    /// Number of cells there are: bases × situations.
    pub cells: u32,
    /// Number of bases (debt × staleness).
    pub base_cells: u32,
    /// Number of situations per base.
    pub situations: u16,
    /// Cells ever visited.
    pub visited_cells: usize,
    /// Module names that share a bucket with an earlier one.
    pub module_collisions: usize,
    /// Exploration floor, 0 where it is off.
    pub explore: f64,
    /// Where it stands.
    pub now: InspectedNow,
    /// Visited bases, most visits first, then by number.
    pub by_visits: Vec<InspectedCell>,
    /// Mean predicted advantage of the runs, in prices; none without runs.
    pub mean_predicted: Option<f64>,
    /// Mean realised ROI of the same runs, in prices.
    pub mean_realised: Option<f64>,
    /// Number of runs compared.
    pub compared_runs: u32,
}

/// Returns all words of the first and of the second part of a base, the least first, by the name of the first part.
#[must_use]
pub fn axes_of(first: &str) -> (&'static [&'static str], &'static [&'static str]) {
    if first == "debt" {
        (&debt_cell::DEBT_WORDS, &debt_cell::STALENESS_WORDS)
    } else {
        (&results_cell::DELTA_WORDS, &results_cell::WAITING_WORDS)
    }
}

impl SelfImprovementPolicy {
    /// Lays the policy open.
    #[must_use]
    pub fn inspect(&self, fleet: &FleetTable) -> PolicyInspection {
        let base_cells = match self.settings.evidence {
            Evidence::Rows => CELLS / u32::from(SITUATIONS),
            Evidence::Results => u32::from(ResultsCell::COUNT),
        };
        let mean =
            |sum: f64| (self.comparison.runs > 0).then(|| sum / f64::from(self.comparison.runs));
        PolicyInspection {
            strategy: self.settings.strategy,
            alpha: self.rules.as_ref().map_or("1/visits".to_owned(), |rules| {
                format!("{:.3}", rules.rates().alpha)
            }),
            gamma: self
                .rules
                .as_ref()
                .map_or(self.gamma(), |rules| rules.rates().gamma),
            decisions: self.decisions,
            runs: self.runs,
            forced_runs: self.forced_runs,
            cells: base_cells * u32::from(SITUATIONS),
            base_cells,
            situations: SITUATIONS,
            visited_cells: self
                .rules
                .as_ref()
                .map_or(self.values.visited_cells(), |rules| rules.entries().len()),
            module_collisions: self.modules.collisions(),
            explore: self.settings.exploration_floor(),
            now: self.inspect_now(fleet),
            by_visits: self.inspect_bases(fleet),
            mean_predicted: mean(self.comparison.predicted),
            mean_realised: mean(self.comparison.realised),
            compared_runs: self.comparison.runs,
        }
    }

    fn inspect_now(&self, fleet: &FleetTable) -> InspectedNow {
        let debt_in_prices = self.debt_in_prices();
        let step = self.step.as_ref().map(|step| step.cell);
        let cell = step.unwrap_or(StateCell {
            base: 0,
            situation: 0,
        });
        let (q_run, q_skip) = (
            self.value(cell, Action::Run, fleet),
            self.value(cell, Action::Skip, fleet),
        );
        InspectedNow {
            state: step
                .map(|cell| cell.words(&self.modules))
                .unwrap_or_default(),
            q_run,
            q_skip,
            visits: self.cell_visits(cell),
            basis: self.basis(
                cell,
                if q_run > q_skip {
                    Action::Run
                } else {
                    Action::Skip
                },
                fleet,
            ),
            run: step.is_some() && self.would_run(cell, debt_in_prices, fleet),
            debt_in_prices,
            staleness_in_prices: self.staleness_in_prices(),
            attainable: self.belief.attainable(),
            repair_share: self.repair_share(),
            price: self.price(),
        }
    }

    fn inspect_bases(&self, fleet: &FleetTable) -> Vec<InspectedCell> {
        let mut cells: Vec<(StateCell, InspectedCell)> = match &self.rules {
            None => self
                .values
                .visited_bases()
                .map(|(cell, visits)| {
                    let value = |action| self.values.base_value(cell, action, fleet, &self.params);
                    (
                        cell,
                        self.inspected(
                            cell,
                            value(Action::Run),
                            value(Action::Skip),
                            visits,
                            fleet,
                        ),
                    )
                })
                .collect(),
            Some(rules) => rules
                .entries()
                .iter()
                .map(|entry| {
                    let value = |action| self.value(entry.state, action, fleet);
                    let visits = entry
                        .values
                        .iter()
                        .map(|stored| f64::from(stored.visits))
                        .sum();
                    (
                        entry.state,
                        self.inspected(
                            entry.state,
                            value(Action::Run),
                            value(Action::Skip),
                            visits,
                            fleet,
                        ),
                    )
                })
                .collect(),
        };
        cells.sort_by(|(one, a), (other, b)| b.visits.total_cmp(&a.visits).then(one.cmp(other)));
        cells.into_iter().map(|(_, cell)| cell).collect()
    }

    fn inspected(
        &self,
        cell: StateCell,
        q_run: f64,
        q_skip: f64,
        visits: f64,
        fleet: &FleetTable,
    ) -> InspectedCell {
        let run = q_run > q_skip && cell.may_run();
        let (first, second) = match cell.base_cell() {
            BaseCell::Debt(debt) => (
                StatePart::new("debt", debt.debt_words()),
                StatePart::new("staleness", debt.staleness_words()),
            ),
            BaseCell::Results(results) => (
                StatePart::new("last delta", results.delta_words()),
                StatePart::new("waited", results.waiting_words()),
            ),
        };
        let better = if q_run > q_skip {
            Action::Run
        } else {
            Action::Skip
        };
        let basis = self.basis(cell, better, fleet);
        InspectedCell {
            first,
            second,
            q_run,
            q_skip,
            visits,
            basis,
            run,
        }
    }
}

#[cfg(test)]
#[path = "inspect_tests.rs"]
mod tests;
