//! A plain value table under one of the four update rules.
//!
//! Values start at 0 unless seeded. Entries keep their first-insertion order, which breaks ties and is what is stored;
//! the hash index only finds them and is never iterated. Named states, priors and shrinkage are not here.

use std::collections::HashMap;
use std::hash::Hash;

use serde::{Deserialize, Serialize};

use super::limits::money;
use super::rule_entry::{ActionValue, RuleEntry};
use super::strategy::Strategy;
use super::update_rates::UpdateRates;
use super::update_rules::{
    RuleParams, actor_critic_difference, q_learning_target, sarsa_target, towards,
};

/// Traces weaker than this are dropped.
const WEAKEST_TRACE: f64 = 1e-6;

/// A live eligibility trace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Trace {
    entry: usize,
    action: u8,
    strength: f64,
}

/// Values of (state, action) learned by one update rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    from = "StoredRuleTable<K>",
    bound(deserialize = "K: Deserialize<'de> + Eq + Hash + Clone")
)]
pub struct RuleTable<K: Eq + Hash> {
    strategy: Strategy,
    lambda: f64,
    rates: UpdateRates,
    entries: Vec<RuleEntry<K>>,
    traces: Vec<Trace>,
    #[serde(skip)]
    index: HashMap<K, usize>,
}

/// The stored form: everything but the index, which is rebuilt.
#[derive(Deserialize)]
struct StoredRuleTable<K> {
    strategy: Strategy,
    lambda: f64,
    rates: UpdateRates,
    entries: Vec<RuleEntry<K>>,
    traces: Vec<Trace>,
}

impl<K: Eq + Hash + Clone> From<StoredRuleTable<K>> for RuleTable<K> {
    fn from(stored: StoredRuleTable<K>) -> Self {
        let StoredRuleTable {
            strategy,
            lambda,
            rates,
            entries,
            traces,
        } = stored;
        let index = entries
            .iter()
            .enumerate()
            .map(|(place, entry)| (entry.state.clone(), place))
            .collect();
        Self {
            strategy,
            lambda,
            rates,
            entries,
            traces,
            index,
        }
    }
}

impl<K: Eq + Hash + Clone> RuleTable<K> {
    /// Starts an empty table.
    #[must_use]
    pub fn new(params: RuleParams) -> Self {
        Self {
            strategy: params.strategy,
            lambda: params.lambda,
            rates: UpdateRates::new(params.alpha, params.gamma, params.is_adaptive),
            entries: Vec::new(),
            traces: Vec::new(),
            index: HashMap::new(),
        }
    }

    /// Learns from one step and returns the updated value of (`state`, `action`); `next_state` is none at a terminal step.
    pub fn update(&mut self, state: &K, action: u8, reward: f64, next_state: Option<&K>) -> f64 {
        let reward = money(reward);
        let next = next_state.and_then(|next_state| self.entry(next_state));
        let (best_next, same_next, next_value) = match next {
            Some(next) => (
                next.best(),
                next.value(action).unwrap_or(0.0),
                next.state_value,
            ),
            None => (0.0, 0.0, 0.0),
        };
        let place = self.place(state);
        let UpdateRates { alpha, gamma, .. } = self.rates;
        let mut updated = 0.0;
        if let Some(entry) = self.entries.get_mut(place) {
            let old = entry.value(action).unwrap_or(0.0);
            updated = money(match self.strategy {
                Strategy::QLearning => {
                    towards(old, q_learning_target(reward, gamma, best_next), alpha)
                }
                Strategy::Sarsa => towards(old, sarsa_target(reward, gamma, same_next), alpha),
                Strategy::QLambda => old,
                Strategy::ActorCritic => {
                    let difference =
                        actor_critic_difference(reward, gamma, next_value, entry.state_value);
                    entry.state_value = money(entry.state_value + alpha * difference);
                    old + alpha * difference
                }
            });
            entry.set(action, updated);
            entry.count_visit(action);
            if self.strategy == Strategy::QLambda {
                updated = self.follow_traces(
                    place,
                    action,
                    q_learning_target(reward, gamma, best_next) - old,
                );
            }
        }
        self.rates.after_update(reward);
        updated
    }

    /// Gives a (`state`, `action`) that was never updated a first `value`; a stored one stays.
    pub fn seed(&mut self, state: &K, action: u8, value: f64) {
        let place = self.place(state);
        if let Some(entry) = self.entries.get_mut(place)
            && entry.value(action).is_none()
        {
            entry.set(action, money(value));
            entry.state_value = entry.best();
        }
    }

    /// Returns the stored value of (`state`, `action`), if there is one.
    #[must_use]
    pub fn value(&self, state: &K, action: u8) -> Option<f64> {
        self.entry(state).and_then(|entry| entry.value(action))
    }

    /// Returns how often (`state`, `action`) itself was updated.
    #[must_use]
    pub fn visits(&self, state: &K, action: u8) -> u32 {
        let stored = self
            .entry(state)
            .and_then(|entry| entry.values.iter().find(|stored| stored.action == action));
        stored.map_or(0, |stored| stored.visits)
    }

    /// Returns the largest stored value of `state`, 0 for a state never updated.
    #[must_use]
    pub fn score(&self, state: &K) -> f64 {
        self.entry(state).map_or(0.0, RuleEntry::best)
    }

    /// Returns the action of the largest value; a tie goes to the one stored first, an unknown state gives action 0.
    #[must_use]
    pub fn greedy_action(&self, state: &K) -> u8 {
        let Some(entry) = self.entry(state) else {
            return 0;
        };
        let mut best: Option<&ActionValue> = None;
        for stored in &entry.values {
            if best.is_none_or(|best| stored.value > best.value) {
                best = Some(stored);
            }
        }
        best.map_or(0, |best| best.action)
    }

    /// Returns all entries in first-insertion order.
    #[must_use]
    pub fn entries(&self) -> &[RuleEntry<K>] {
        &self.entries
    }

    /// Returns the rates the next update will use.
    #[must_use]
    pub fn rates(&self) -> &UpdateRates {
        &self.rates
    }

    /// Returns the live traces as (state, action, strength).
    pub fn traces(&self) -> impl Iterator<Item = (&K, u8, f64)> {
        self.traces.iter().filter_map(|trace| {
            self.entries
                .get(trace.entry)
                .map(|entry| (&entry.state, trace.action, trace.strength))
        })
    }

    /// Strengthens the trace of this step, moves every traced value by α·difference·e, then fades all by γ·λ.
    fn follow_traces(&mut self, place: usize, action: u8, difference: f64) -> f64 {
        match self
            .traces
            .iter_mut()
            .find(|trace| trace.entry == place && trace.action == action)
        {
            Some(trace) => trace.strength += 1.0,
            None => self.traces.push(Trace {
                entry: place,
                action,
                strength: 1.0,
            }),
        }
        let (alpha, fade) = (self.rates.alpha, self.rates.gamma * self.lambda);
        for trace in &mut self.traces {
            if let Some(entry) = self.entries.get_mut(trace.entry) {
                let old = entry.value(trace.action).unwrap_or(0.0);
                entry.set(
                    trace.action,
                    money(old + alpha * difference * trace.strength),
                );
            }
            trace.strength *= fade;
        }
        self.traces.retain(|trace| trace.strength >= WEAKEST_TRACE);
        self.entries
            .get(place)
            .and_then(|entry| entry.value(action))
            .unwrap_or(0.0)
    }

    fn entry(&self, state: &K) -> Option<&RuleEntry<K>> {
        self.index
            .get(state)
            .and_then(|&place| self.entries.get(place))
    }

    fn place(&mut self, state: &K) -> usize {
        if let Some(&place) = self.index.get(state) {
            return place;
        }
        let place = self.entries.len();
        self.entries.push(RuleEntry {
            state: state.clone(),
            values: Vec::new(),
            state_value: 0.0,
        });
        self.index.insert(state.clone(), place);
        place
    }
}

#[cfg(test)]
#[path = "rule_table_tests.rs"]
mod tests;
