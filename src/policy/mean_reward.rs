//! The mean reward per row, which is taken off every reward before it is learned from.
//!
//! Reward centring (Naik, Wan, Tomar, Sutton: Reward Centering, 2024): a constant taken off all rewards shifts all
//! discounted values alike, by it ÷ (1 − γ), and so changes no decision in the end; but the values need not first sink
//! there from their start, each cell and action at its own pace. It knows nothing of cells or actions.

use serde::{Deserialize, Serialize};

/// Horizons 1 ÷ (1 − γ) over which the mean is taken: long for a mean, short enough to follow a new price.
const HORIZONS: f64 = 10.0;

/// Mean reward of what was really done, in prices per row.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct MeanReward {
    mean: f64,
    rows: f64,
}

impl MeanReward {
    /// Takes the reward of one row: mean += (reward − mean) ÷ rows, rows counted up to ten horizons of γ.
    pub fn observe(&mut self, reward: f64, gamma: f64) {
        self.rows = (self.rows + 1.0).min(HORIZONS / (1.0 - gamma));
        self.mean += (reward - self.mean) / self.rows;
    }

    /// Returns the mean, in prices; 0 before the first row.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Whether the stored numbers can be what learning left behind.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.mean.abs() <= 2.0 * super::limits::PRICES_LIMIT && self.rows >= 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rows_are_averaged_plainly() {
        let mut mean_reward = MeanReward::default();
        for reward in [-1.0, 0.0, -0.5] {
            mean_reward.observe(reward, 0.99);
        }
        assert!((mean_reward.mean() + 0.5).abs() < 1e-12);
    }

    #[test]
    fn rewards_of_long_ago_fade() {
        let mut mean_reward = MeanReward::default();
        for _ in 0..100_000 {
            mean_reward.observe(-5.0, 0.99);
        }
        for _ in 0..5_000 {
            mean_reward.observe(-1.0, 0.99);
        }
        assert!((mean_reward.mean() + 1.0).abs() < 0.1);
    }
}
