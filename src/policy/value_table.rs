//! Values of run and skip in every cell, shrunk: prior → fleet → own base cell → own situation.
//!
//! With a signal all base cells share one value of a run ([`StateCell::valued_in`]); what differs is that of a skip.
//! A base cell (debt and staleness) starts from the prior blended with the fleet and learns as Q-learning does, from base
//! values alone: that is the part that was measured. A situation remembers by how much its targets surprised the base,
//! and moves a choice only by what in that differs significantly from the base's other situations, shrunk by its visits.
//! So the further state costs nothing where it says nothing, and its chance differences never feed on themselves.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::cell_value::{Action, CellValue};
use super::fleet_table::FleetTable;
use super::policy_choice::Basis;
use super::policy_params::PolicyParams;
use super::situation::SITUATIONS;
use super::state_cell::{BaseCell, StateCell};

/// What was learned, skip before run in every pair.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ValueTable {
    /// Values by base cell.
    bases: BTreeMap<u16, [CellValue; 2]>,
    /// Surprises (target − base value) by whole cell.
    surprises: BTreeMap<u32, [CellValue; 2]>,
}

impl ValueTable {
    /// Returns the value of `action` in `cell`, in prices.
    #[must_use]
    pub fn value(
        &self,
        cell: StateCell,
        action: Action,
        fleet: &FleetTable,
        params: &PolicyParams,
    ) -> f64 {
        self.base_value(cell, action, fleet, params) + self.difference(cell, action, params)
    }

    /// Returns the value of `action` in the base of `cell`, in prices, whatever the situation.
    #[must_use]
    pub fn base_value(
        &self,
        cell: StateCell,
        action: Action,
        fleet: &FleetTable,
        params: &PolicyParams,
    ) -> f64 {
        let cell = cell.valued_in(action);
        let (prior_share, fleet_mean) = start_of(cell, action, fleet, params);
        let start = prior_share * cell.prior(action, params) + (1.0 - prior_share) * fleet_mean;
        self.base(cell, action).value(start)
    }

    /// Returns the larger of both base values: what a next state is worth.
    #[must_use]
    pub fn best(&self, cell: StateCell, fleet: &FleetTable, params: &PolicyParams) -> f64 {
        let value = |action| self.base_value(cell, action, fleet, params);
        value(Action::Skip).max(value(Action::Run))
    }

    /// Moves the value of `action` in `cell` towards `target` by `share` of a visit.
    pub fn learn(
        &mut self,
        (cell, action): (StateCell, Action),
        target: f64,
        share: f64,
        fleet: &FleetTable,
        params: &PolicyParams,
    ) {
        let place = usize::from(action.code());
        let surprise = target - self.base_value(cell, action, fleet, params);
        let base = cell.valued_in(action).base;
        if let Some(value) = self.bases.entry(base).or_default().get_mut(place) {
            value.learn(target, share, params);
        }
        if let Some(value) = self
            .surprises
            .entry(cell.index())
            .or_default()
            .get_mut(place)
        {
            value.learn(surprise, share, params);
        }
    }

    /// Returns which part weighs most in the value of `action`: prior, fleet or own cell.
    #[must_use]
    pub fn basis(
        &self,
        cell: StateCell,
        action: Action,
        fleet: &FleetTable,
        params: &PolicyParams,
    ) -> Basis {
        let (prior_share, _) = start_of(cell.valued_in(action), action, fleet, params);
        let own = self.base(cell, action).own_weight();
        let (prior, fleet) = ((1.0 - own) * prior_share, (1.0 - own) * (1.0 - prior_share));
        if own > prior && own > fleet {
            Basis::Cell
        } else if fleet > prior {
            Basis::Fleet
        } else {
            Basis::Prior
        }
    }

    /// Returns the own visits behind the base value of `action` in `cell`.
    #[must_use]
    pub fn visits(&self, cell: StateCell, action: Action) -> f64 {
        self.base(cell, action).visits()
    }

    /// Returns how often the base of `cell` was learned in.
    ///
    /// With a signal every row in a cell teaches it its skip, taken or not, so these are its rows.
    #[must_use]
    pub fn cell_visits(&self, cell: StateCell) -> f64 {
        let skips = self.visits(cell, Action::Skip);
        match cell.base_cell() {
            BaseCell::Debt(_) => skips,
            BaseCell::Results(_) => skips + self.visits(cell, Action::Run),
        }
    }

    /// Returns the visited base cells, in the plainest situation, with their visits, by number.
    pub fn visited_bases(&self) -> impl Iterator<Item = (StateCell, f64)> {
        let cells = self.bases.keys().map(|base| StateCell {
            base: *base,
            situation: 0,
        });
        cells
            .map(|cell| (cell, self.cell_visits(cell)))
            .filter(|(_, visits)| *visits > 0.0)
    }

    /// Returns how many whole cells, situation included, were ever visited.
    #[must_use]
    pub fn visited_cells(&self) -> usize {
        self.surprises.len()
    }

    /// Returns what this engine gives to the fleet.
    #[must_use]
    pub fn fleet_part(&self) -> FleetTable {
        let mut part = FleetTable::default();
        for (base, values) in &self.bases {
            part.insert(*base, values);
        }
        part
    }

    /// Whether all stored numbers can be what learning left behind.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.bases
            .values()
            .chain(self.surprises.values())
            .flatten()
            .all(CellValue::is_sound)
    }

    fn base(&self, cell: StateCell, action: Action) -> CellValue {
        self.bases
            .get(&cell.valued_in(action).base)
            .and_then(|values| values.get(usize::from(action.code())))
            .copied()
            .unwrap_or_default()
    }

    /// Returns by how much the situation of `cell` is known to move the value of `action`.
    fn difference(&self, cell: StateCell, action: Action, params: &PolicyParams) -> f64 {
        let place = usize::from(action.code());
        let own = self
            .surprises
            .get(&cell.index())
            .and_then(|values| values.get(place))
            .copied()
            .unwrap_or_default();
        let first = StateCell {
            situation: 0,
            ..cell
        }
        .index();
        let siblings = self.surprises.range(first..first + u32::from(SITUATIONS));
        let others = siblings
            .filter(|(index, _)| **index != cell.index())
            .filter_map(|(_, values)| values.get(place));
        let (visits, sum) = others.fold((0.0, 0.0), |(visits, sum), other| {
            (visits + other.visits(), sum + other.visits() * other.mean())
        });
        // Both sides of a comparison need what the prior itself counts as: nothing lighter may overrule it.
        if visits.min(own.visits()) < params.prior_visits {
            return 0.0;
        }
        let all = (sum + own.visits() * own.mean()) / (visits + own.visits());
        let difference = own.mean() - all;
        let significant =
            (difference.abs() - params.situation_errors * own.standard_error()).max(0.0);
        own.own_weight() * significant.copysign(difference)
    }
}

/// Returns the prior's share of the start, 0..=1, and the fleet's mean.
fn start_of(
    cell: StateCell,
    action: Action,
    fleet: &FleetTable,
    params: &PolicyParams,
) -> (f64, f64) {
    let (visits, mean) = fleet.value(cell.base, action);
    let fleet_visits = visits.min(params.fleet_visits);
    (
        params.prior_visits / (params.prior_visits + fleet_visits),
        mean,
    )
}

#[cfg(test)]
#[path = "value_table_tests.rs"]
mod tests;
