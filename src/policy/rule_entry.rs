//! One state's row in a rule table: its action values in first-insertion order.
//!
//! How they change is in `rule_table`.

use serde::{Deserialize, Serialize};

/// The value of one action.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ActionValue {
    /// The action.
    pub action: u8,
    /// Its value.
    pub value: f64,
    /// Updates of this very action; those along traces are not counted.
    pub visits: u32,
}

/// All that is stored about one state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RuleEntry<K> {
    /// The state.
    pub state: K,
    /// Values by action, in first-insertion order.
    pub values: Vec<ActionValue>,
    /// V(s) of the critic; 0 under the other rules.
    pub state_value: f64,
}

impl<K> RuleEntry<K> {
    pub(super) fn value(&self, action: u8) -> Option<f64> {
        self.values
            .iter()
            .find(|stored| stored.action == action)
            .map(|stored| stored.value)
    }

    pub(super) fn set(&mut self, action: u8, value: f64) {
        match self
            .values
            .iter_mut()
            .find(|stored| stored.action == action)
        {
            Some(stored) => stored.value = value,
            None => self.values.push(ActionValue {
                action,
                value,
                visits: 0,
            }),
        }
    }

    pub(super) fn count_visit(&mut self, action: u8) {
        if let Some(stored) = self
            .values
            .iter_mut()
            .find(|stored| stored.action == action)
        {
            stored.visits = stored.visits.saturating_add(1);
        }
    }

    pub(super) fn best(&self) -> f64 {
        self.values
            .iter()
            .map(|stored| stored.value)
            .reduce(f64::max)
            .unwrap_or(0.0)
    }
}
