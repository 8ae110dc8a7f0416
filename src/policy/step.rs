//! The step under way: one metrics row's time, from its arrival to the next.
//!
//! Small records of the policy's state; no behaviour beyond reading them.

use serde::{Deserialize, Serialize};

use super::cell_value::Action;
use super::state_cell::StateCell;

/// The step under way: a cell, and what was done there so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Step {
    pub(super) cell: StateCell,
    /// β·max(0, x) in prices when the step began.
    pub(super) staleness_in_prices: f64,
    pub(super) has_run: bool,
    pub(super) is_decided: bool,
}

/// The last unforced action.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct LastAction {
    pub(super) run: bool,
    /// Probability with which it was taken.
    pub(super) probability: f64,
    pub(super) is_explored: bool,
}

/// Sums for predicted against realised, in prices.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Comparison {
    pub(super) predicted: f64,
    pub(super) realised: f64,
    pub(super) runs: u32,
}

impl Step {
    /// Returns what was done in this step: a run if any cycle finished, whatever had been chosen.
    pub(super) fn action(&self) -> Action {
        if self.has_run {
            Action::Run
        } else {
            Action::Skip
        }
    }
}
