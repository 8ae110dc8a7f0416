//! The four update rules as plain arithmetic on numbers.
//!
//! Each is the textbook formula (Sutton & Barto, Reinforcement Learning, 2nd ed., 6.4, 6.5, 12.10, 13.5); tables, traces
//! and rates are kept by `rule_table`, `update_rates` and `value_table`. No rule bootstraps at a terminal step: the
//! value of "no next state" is 0.

use super::strategy::Strategy;

/// Constants of an update rule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RuleParams {
    /// Which rule.
    pub strategy: Strategy,
    /// Step size α at first, 0..=1.
    pub alpha: f64,
    /// Discount γ at first, 0..1.
    pub gamma: f64,
    /// Decay λ of traces, 0..=1; only `q_lambda` reads it.
    pub lambda: f64,
    /// Whether α and γ follow the updates.
    pub is_adaptive: bool,
}

/// Returns the Q-learning target: r + γ·max Q(s′,·), also the one of Q(λ).
#[must_use]
pub fn q_learning_target(reward: f64, gamma: f64, best_next: f64) -> f64 {
    reward + gamma * best_next
}

/// Returns the SARSA target: r + γ·Q(s′, a), with the same action in the next state.
#[must_use]
pub fn sarsa_target(reward: f64, gamma: f64, same_action_next: f64) -> f64 {
    reward + gamma * same_action_next
}

/// Returns the critic's difference: r + γ·V(s′) − V(s); actor and critic both move by α times it.
#[must_use]
pub fn actor_critic_difference(reward: f64, gamma: f64, next_value: f64, value: f64) -> f64 {
    reward + gamma * next_value - value
}

/// Returns `value` moved by α towards `target`: Q + α·(target − Q).
#[must_use]
pub fn towards(value: f64, target: f64, alpha: f64) -> f64 {
    value + alpha * (target - value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_size_of_one_replaces_the_value_by_the_target() {
        assert!((towards(3.0, q_learning_target(1.0, 0.5, 4.0), 1.0) - 3.0).abs() < 1e-12);
    }

    #[test]
    fn rules_differ_only_in_what_they_expect_of_the_next_state() {
        assert!((q_learning_target(1.0, 0.9, 2.0) - 2.8).abs() < 1e-12);
        assert!((sarsa_target(1.0, 0.9, -2.0) + 0.8).abs() < 1e-12);
        assert!((actor_critic_difference(1.0, 0.9, 2.0, 0.5) - 2.3).abs() < 1e-12);
    }
}
