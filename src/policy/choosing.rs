//! How the policy chooses: preference, exploration, repetition, and what would have flipped it.
//!
//! Learning is in `learning`; this changes nothing but the step's mark, the random stream and the count of decisions.

use super::cell_value::Action;
use super::fleet_table::FleetTable;
use super::flip::Flip;
use super::policy_choice::{Freshness, PolicyChoice};
use super::policy_settings::Evidence;
use super::self_improvement_policy::SelfImprovementPolicy;
use super::situation::SituationReading;
use super::state_cell::StateCell;
use super::step::LastAction;

/// Difference in prices that is none: far above rounding, far below any meaning.
const TIE: f64 = 1e-9;

impl SelfImprovementPolicy {
    /// Chooses between run and skip and takes note of the choice.
    ///
    /// Without a new step since the last choice the last unforced action is repeated and nothing changes; a run that
    /// has been carried out since is not repeated. Nothing is learned here from rows, only, without a metric signal,
    /// that waiting led from one cell to the next.
    pub fn decide(&mut self, reading: &SituationReading, fleet: &FleetTable) -> PolicyChoice {
        if !self.enter_step(reading, fleet) {
            return self.without_new_step(reading, fleet);
        }
        let Some(cell) = self.step.as_ref().map(|step| step.cell) else {
            return self.without_new_step(reading, fleet);
        };
        let prefers_run = self.would_run(cell, self.debt_in_prices(), fleet);
        let floor = self.settings.exploration_floor();
        // A run that the interval forbids is not explored either.
        let can_explore = floor > 0.0 && cell.may_run();
        let is_explored = can_explore && self.random.next_share() < floor;
        let probability = match (can_explore, is_explored) {
            (false, _) => 1.0,
            (true, true) => floor,
            (true, false) => 1.0 - floor,
        };
        let action = LastAction {
            run: prefers_run != is_explored,
            probability,
            is_explored,
        };
        if let Some(step) = self.step.as_mut() {
            step.is_decided = true;
        }
        self.decisions += 1;
        let mut choice = self.choice(cell, &action, Freshness::NewRow, fleet);
        if !is_explored {
            choice.flip = self.flip(cell, action.run, reading, fleet);
        }
        self.last_action = Some(action);
        choice
    }

    /// Returns the choice when nothing new was recorded.
    fn without_new_step(&self, reading: &SituationReading, fleet: &FleetTable) -> PolicyChoice {
        let nothing = LastAction {
            run: false,
            probability: 1.0,
            is_explored: false,
        };
        let Some(step) = &self.step else {
            // The cell after a cycle stands in where none is known: only its prior is shown.
            let cell = self.cell_of(reading);
            let mut choice = self.choice(cell, &nothing, Freshness::NoRowYet, fleet);
            choice.cell = None;
            return choice;
        };
        let mut action = self.last_action.clone().unwrap_or(nothing);
        action.run &= !step.has_run;
        self.choice(step.cell, &action, Freshness::NoNewRow, fleet)
    }

    fn choice(
        &self,
        cell: StateCell,
        action: &LastAction,
        freshness: Freshness,
        fleet: &FleetTable,
    ) -> PolicyChoice {
        let better = if self.advantage(cell, fleet) > TIE {
            Action::Run
        } else {
            Action::Skip
        };
        let debt_in_prices = self.debt_in_prices();
        PolicyChoice {
            run: action.run,
            q_run: self.value(cell, Action::Run, fleet),
            q_skip: self.value(cell, Action::Skip, fleet),
            visits_run: self.visits(cell, Action::Run),
            visits_skip: self.visits(cell, Action::Skip),
            cell: Some(cell),
            state: cell.words(&self.modules),
            basis: self.basis(cell, better, fleet),
            probability: action.probability,
            freshness,
            is_explored: action.is_explored,
            is_certain: self.is_certain(debt_in_prices),
            debt_in_prices,
            staleness_in_prices: self.staleness_in_prices(),
            price: self.price(),
            flip: None,
        }
    }

    fn flip(
        &self,
        cell: StateCell,
        is_run: bool,
        reading: &SituationReading,
        fleet: &FleetTable,
    ) -> Option<Flip> {
        let would_run = |other: StateCell| self.advantage(other, fleet) > TIE;
        match self.settings.evidence {
            Evidence::Rows => {
                let certain = self.params.theta * self.params.certain_thetas;
                Flip::along_debt(cell, self.debt_in_prices(), certain, is_run, would_run)
            }
            Evidence::Results => Flip::along_waiting(cell, reading.waiting_in_intervals, would_run),
        }
    }

    /// Whether the policy as it stands, by its own values alone and unexplored, runs in `cell` with this debt in prices.
    #[must_use]
    pub fn prefers_run(&self, cell: StateCell, debt_in_prices: f64) -> bool {
        self.would_run(cell, debt_in_prices, &FleetTable::default())
    }

    /// Whether the policy, unexplored, runs in `cell` with this debt.
    pub(super) fn would_run(
        &self,
        cell: StateCell,
        debt_in_prices: f64,
        fleet: &FleetTable,
    ) -> bool {
        cell.may_run() && (self.is_certain(debt_in_prices) || self.advantage(cell, fleet) > TIE)
    }

    fn is_certain(&self, debt_in_prices: f64) -> bool {
        let certain = self.params.theta * self.params.certain_thetas;
        self.settings.evidence == Evidence::Rows && debt_in_prices > certain + TIE
    }
}
