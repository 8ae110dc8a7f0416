//! The named cell of debt and staleness: 9 × 4, the part of the state that carries the decision.
//!
//! The edges were measured on streams kept apart from the benchmark; both are counted in prices, so a cell means the same for
//! every engine. What else is known about the moment is a [`Situation`](super::Situation).

use super::cell_value::Action;
use super::limits::bin;
use super::policy_params::PolicyParams;

/// Lower edges of the debt bins 1..=8, in prices; bin 0 starts at 0.
const DEBT_EDGES: [f64; 8] = [0.15, 0.35, 0.6, 0.85, 1.1, 1.5, 2.0, 3.0];

/// Debt a bin stands for, in prices: the middle of each, and 3.5 for the open last one.
const DEBT_MIDDLES: [f64; 9] = [0.075, 0.25, 0.475, 0.725, 0.975, 1.3, 1.75, 2.5, 3.5];

/// Debt bins in words.
pub(super) const DEBT_WORDS: [&str; 9] = [
    "< 0.15",
    "0.15 - 0.35",
    "0.35 - 0.6",
    "0.6 - 0.85",
    "0.85 - 1.1",
    "1.1 - 1.5",
    "1.5 - 2",
    "2 - 3",
    "≥ 3",
];

/// Lower edges of the staleness bins 1..=3, in prices per [`STALENESS_ROWS`].
const STALENESS_EDGES: [f64; 3] = [0.3, 1.5, 6.0];

/// Staleness bins in words.
pub(super) const STALENESS_WORDS: [&str; 4] = ["none", "low", "high", "severe"];

/// Rows over which staleness is counted for its bin.
pub const STALENESS_ROWS: f64 = 10.0;

/// A bin of debt and a bin of staleness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DebtCell {
    debt_bin: u16,
    staleness_bin: u16,
}

impl DebtCell {
    /// Number of cells: 9 bins of debt × 4 of staleness.
    pub const COUNT: u16 = 36;

    /// The cell right after a cycle: no debt, no staleness.
    pub const FRESH: Self = Self {
        debt_bin: 0,
        staleness_bin: 0,
    };

    /// Returns the cell of a debt and of a staleness per row, both in prices.
    #[must_use]
    pub fn of(debt_in_prices: f64, staleness_in_prices: f64) -> Self {
        Self {
            debt_bin: bin(&DEBT_EDGES, debt_in_prices),
            staleness_bin: bin(&STALENESS_EDGES, STALENESS_ROWS * staleness_in_prices),
        }
    }

    /// Returns the cell's number, 0..36, as it is stored.
    #[must_use]
    pub fn index(self) -> u16 {
        self.debt_bin * 4 + self.staleness_bin
    }

    /// Returns the cell of a stored number; one past the last counts as the last.
    #[must_use]
    pub fn from_index(index: u16) -> Self {
        let index = index.min(Self::COUNT - 1);
        Self {
            debt_bin: index / 4,
            staleness_bin: index % 4,
        }
    }

    /// Returns the prior value of an action here, in prices: skip −slope · bin middle, run −slope · θ.
    ///
    /// As if ski rental had been seen before: run once the debt has reached θ prices, with slope · (bin middle − θ) as
    /// the advantage. All of the slope is in the skip: after a run the debt is gone, so what a run is worth does not
    /// depend on it. Were it in the run, the next state of a skip would look the better the more is owed, and waiting
    /// would be learned from the prior alone.
    #[must_use]
    pub fn prior(self, action: Action, params: &PolicyParams) -> f64 {
        let debt = match action {
            Action::Run => params.theta,
            Action::Skip => DEBT_MIDDLES
                .get(usize::from(self.debt_bin))
                .copied()
                .unwrap_or(0.0),
        };
        -params.prior_slope * debt
    }

    /// Returns the debt bin in prices, such as `1.1 - 1.5`.
    #[must_use]
    pub fn debt_words(self) -> &'static str {
        DEBT_WORDS
            .get(usize::from(self.debt_bin))
            .copied()
            .unwrap_or("≥ 3")
    }

    /// Returns the staleness bin in words.
    #[must_use]
    pub fn staleness_words(self) -> &'static str {
        STALENESS_WORDS
            .get(usize::from(self.staleness_bin))
            .copied()
            .unwrap_or("severe")
    }

    /// Returns the cells of more debt at the same staleness with the debt at which each begins, nearest first.
    pub fn more_indebted(self) -> impl Iterator<Item = (Self, f64)> {
        (self.debt_bin + 1..9).filter_map(move |debt_bin| {
            let begins = DEBT_EDGES.get(usize::from(debt_bin).checked_sub(1)?)?;
            Some((Self { debt_bin, ..self }, *begins))
        })
    }

    /// Returns the cells of less debt at the same staleness with the debt below which each begins, nearest first.
    pub fn less_indebted(self) -> impl Iterator<Item = (Self, f64)> {
        (0..self.debt_bin).rev().filter_map(move |debt_bin| {
            Some((
                Self { debt_bin, ..self },
                *DEBT_EDGES.get(usize::from(debt_bin))?,
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_debt_below_at_and_above_an_edge_falls_into_the_right_bin() {
        assert_eq!(DebtCell::of(1.099, 0.0).debt_words(), "0.85 - 1.1");
        assert_eq!(DebtCell::of(1.1, 0.0).debt_words(), "1.1 - 1.5");
        assert_eq!(DebtCell::of(1.101, 0.0).debt_words(), "1.1 - 1.5");
        assert_eq!(DebtCell::of(1e9, 0.0).debt_words(), "≥ 3");
    }

    #[test]
    fn staleness_is_binned_over_ten_rows_and_a_negative_one_is_none() {
        assert_eq!(DebtCell::of(0.0, -4.0).staleness_words(), "none");
        assert_eq!(DebtCell::of(0.0, 0.03).staleness_words(), "low");
        assert_eq!(DebtCell::of(0.0, 0.15).staleness_words(), "high");
        assert_eq!(DebtCell::of(0.0, 0.6).staleness_words(), "severe");
    }

    #[test]
    fn every_number_is_a_cell_and_back() {
        for index in 0..DebtCell::COUNT {
            assert_eq!(DebtCell::from_index(index).index(), index);
        }
        assert_eq!(DebtCell::from_index(9999).index(), 35);
    }

    #[test]
    fn the_prior_runs_from_the_bin_whose_middle_is_above_theta() {
        let params = PolicyParams::default();
        let advantage = |debt| {
            let cell = DebtCell::of(debt, 0.0);
            cell.prior(Action::Run, &params) - cell.prior(Action::Skip, &params)
        };
        assert!(advantage(0.9) < 0.0 && advantage(1.2) > 0.0);
    }

    #[test]
    fn under_the_prior_no_state_of_more_debt_is_worth_more() {
        let params = PolicyParams::default();
        let best = |debt| {
            let cell = DebtCell::of(debt, 0.0);
            let value = |action| cell.prior(action, &params);
            value(Action::Run).max(value(Action::Skip))
        };
        let debts = [0.0, 0.2, 0.4, 0.7, 1.0, 1.2, 1.6, 2.5, 9.0];
        assert!(debts.windows(2).all(|pair| best(pair[0]) >= best(pair[1])));
    }

    #[test]
    fn neighbours_come_nearest_first_with_the_edge_towards_them() {
        let cell = DebtCell::of(1.2, 0.2);
        let up: Vec<f64> = cell.more_indebted().map(|(_, edge)| edge).collect();
        let down: Vec<f64> = cell.less_indebted().map(|(_, edge)| edge).collect();
        assert_eq!(up, [1.5, 2.0, 3.0]);
        assert_eq!(down, [1.1, 0.85, 0.6, 0.35, 0.15]);
    }
}
