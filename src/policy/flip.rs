//! The single change that would have turned a choice.
//!
//! Looks only along the part of the state that an operator can see moving: the debt with a signal, the waiting time
//! without one.

use serde::{Deserialize, Serialize};

use super::state_cell::{BaseCell, StateCell};

/// "debt 0.4 → 1.1 × price would have made it run".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Flip {
    /// What would have to change: `debt_in_prices` or `waiting_in_intervals`.
    pub metric: String,
    /// Its value now.
    pub from: f64,
    /// The nearest value with the other choice: at it for a run, below it for a skip.
    pub to: f64,
    /// Whether the other choice is a run.
    pub would_run: bool,
}

impl Flip {
    /// Returns the flip along the debt of a choice made in `cell`; `would_run` tells the choice in another cell and
    /// `certain` is the debt above which a run is certain.
    #[must_use]
    pub fn along_debt(
        cell: StateCell,
        debt: f64,
        certain: f64,
        is_run: bool,
        would_run: impl Fn(StateCell) -> bool,
    ) -> Option<Self> {
        let BaseCell::Debt(now) = cell.base_cell() else {
            return None;
        };
        let metric = "debt_in_prices".to_owned();
        if !is_run {
            let to = now
                .more_indebted()
                .find(|(other, _)| would_run(cell.with_debt(*other)))
                .map_or(certain, |(_, edge)| edge.min(certain));
            return Some(Self {
                metric,
                from: debt,
                to,
                would_run: true,
            });
        }
        if debt > certain && !would_run(cell) {
            return Some(Self {
                metric,
                from: debt,
                to: certain,
                would_run: false,
            });
        }
        let (_, to) = now
            .less_indebted()
            .find(|(other, _)| !would_run(cell.with_debt(*other)))?;
        Some(Self {
            metric,
            from: debt,
            to,
            would_run: false,
        })
    }

    /// Returns the flip of a skip that only waits for its interval.
    #[must_use]
    pub fn along_waiting(
        cell: StateCell,
        waiting: f64,
        would_run: impl Fn(StateCell) -> bool,
    ) -> Option<Self> {
        let BaseCell::Results(now) = cell.base_cell() else {
            return None;
        };
        let is_waiting_all =
            !now.is_interval_over() && would_run(cell.with_results(now.when_over()));
        is_waiting_all.then(|| Self {
            metric: "waiting_in_intervals".to_owned(),
            from: waiting,
            to: 1.0,
            would_run: true,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{DebtCell, PolicyParams, ResultsCell, Situation, cell_value::Action};

    fn would_run(cell: StateCell) -> bool {
        let value = |action| cell.prior(action, &PolicyParams::default());
        value(Action::Run) > value(Action::Skip)
    }

    fn at(debt: f64) -> StateCell {
        StateCell::new(
            BaseCell::Debt(DebtCell::of(debt, 0.0)),
            Situation::default(),
        )
    }

    #[test]
    fn a_skip_names_the_debt_from_which_it_would_run() {
        let flip = Flip::along_debt(at(0.4), 0.4, 3.6, false, would_run).unwrap();
        assert!(flip.would_run && (flip.to - 1.1).abs() < 1e-12);
    }

    #[test]
    fn a_run_names_the_debt_below_which_it_would_skip() {
        let flip = Flip::along_debt(at(1.7), 1.7, 3.6, true, would_run).unwrap();
        assert!(!flip.would_run && (flip.to - 1.1).abs() < 1e-12);
    }

    #[test]
    fn where_no_cell_runs_the_certain_debt_does() {
        let skip = Flip::along_debt(at(0.4), 0.4, 3.6, false, |_| false).unwrap();
        assert!((skip.to - 3.6).abs() < 1e-12);
        let run = Flip::along_debt(at(5.0), 5.0, 3.6, true, |_| false).unwrap();
        assert!(!run.would_run && (run.to - 3.6).abs() < 1e-12);
        assert_eq!(Flip::along_debt(at(1.7), 1.7, 3.6, true, |_| true), None);
    }

    #[test]
    fn without_a_signal_only_the_wait_is_named() {
        let cell = |waiting| {
            StateCell::new(
                BaseCell::Results(ResultsCell::of(None, waiting)),
                Situation::default(),
            )
        };
        assert!(Flip::along_waiting(cell(0.5), 0.5, would_run).is_some());
        assert_eq!(Flip::along_waiting(cell(1.5), 1.5, would_run), None);
    }
}
