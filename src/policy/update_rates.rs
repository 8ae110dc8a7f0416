//! Step size and discount of an update rule, fixed or adaptive.
//!
//! Adaptive rates follow the number of updates and the spread of the newest rewards, as `conformance/q_learning.json`
//! words them. Nothing here touches values.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// Rewards whose spread the adaptive discount looks at.
const REWARD_WINDOW: usize = 100;

/// The rates in force for the next update.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UpdateRates {
    /// Step size α, 0..=1.
    pub alpha: f64,
    /// Discount γ, 0..1.
    pub gamma: f64,
    is_adaptive: bool,
    updates: u32,
    rewards: VecDeque<f64>,
}

impl UpdateRates {
    /// Starts with `alpha` and `gamma`; with `is_adaptive` they change after every update.
    #[must_use]
    pub fn new(alpha: f64, gamma: f64, is_adaptive: bool) -> Self {
        Self {
            alpha,
            gamma,
            is_adaptive,
            updates: 0,
            rewards: VecDeque::new(),
        }
    }

    /// Takes note of an update that used `reward` and sets the rates for the next one.
    ///
    /// α = max(0.1, 1 ÷ (1 + updates)); from the second update on γ = 0.9 ÷ (1 + population variance of the newest 100
    /// rewards), limited to 0.5..=0.99.
    pub fn after_update(&mut self, reward: f64) {
        if !self.is_adaptive {
            return;
        }
        self.updates = self.updates.saturating_add(1);
        if self.rewards.len() == REWARD_WINDOW {
            self.rewards.pop_front();
        }
        self.rewards.push_back(reward);
        self.alpha = (1.0 / (1.0 + f64::from(self.updates))).max(0.1);
        if self.updates > 1 {
            self.gamma = (0.9 / (1.0 + self.reward_variance())).clamp(0.5, 0.99);
        }
    }

    fn reward_variance(&self) -> f64 {
        let count = self.rewards.iter().map(|_| 1.0).sum::<f64>().max(1.0);
        let mean = self
            .rewards
            .iter()
            .map(|reward| reward / count)
            .sum::<f64>();
        self.rewards
            .iter()
            .map(|reward| (reward - mean).powi(2) / count)
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_rates_never_change() {
        let mut rates = UpdateRates::new(0.3, 0.8, false);
        let before = rates.clone();
        rates.after_update(5.0);
        assert_eq!(rates, before);
    }

    #[test]
    fn the_discount_stays_within_its_limits_when_rewards_are_wild() {
        let mut rates = UpdateRates::new(0.5, 0.9, true);
        for reward in [1e308, -1e308, 0.0] {
            rates.after_update(reward);
        }
        assert!((rates.gamma - 0.5).abs() < 1e-12);
        assert!((rates.alpha - 0.25).abs() < 1e-12);
    }
}
