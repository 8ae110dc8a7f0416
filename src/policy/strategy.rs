//! The names of the four update rules.
//!
//! The arithmetic is in `update_rules`; this only reads and writes names.

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};

/// One of the four update rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// Off-policy: the target uses the best value of the next state. The default, and the one with the named state.
    #[default]
    QLearning,
    /// On-policy: the target uses the value of the same action in the next state.
    Sarsa,
    /// Q-learning whose differences also move recently visited cells, along decaying traces.
    QLambda,
    /// A state value beside the action values; both move by the same difference.
    ActorCritic,
}

impl Strategy {
    /// All strategies, in the order in which they are listed to people.
    pub const ALL: [Self; 4] = [
        Self::QLearning,
        Self::Sarsa,
        Self::QLambda,
        Self::ActorCritic,
    ];

    /// Returns the name as it is written in the registry.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::QLearning => "q_learning",
            Self::Sarsa => "sarsa",
            Self::QLambda => "q_lambda",
            Self::ActorCritic => "actor_critic",
        }
    }

    /// Reads a name; case, `-` and `_` do not matter (`SARSA`, `QLambda`, `actor-critic`).
    ///
    /// # Errors
    ///
    /// An unknown name is an error that lists the known ones; a misspelt policy must never silently become another.
    pub fn parse(name: &str) -> Result<Self> {
        let plain = |name: &str| name.to_lowercase().replace(['-', '_'], "");
        let wanted = plain(name);
        match Self::ALL
            .into_iter()
            .find(|strategy| plain(strategy.name()) == wanted)
        {
            Some(strategy) => Ok(strategy),
            None => bail!(
                "unknown policy `{name}`: expected one of {}",
                Self::ALL.map(Self::name).join(", ")
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_policy_is_an_error_that_lists_the_known_ones() {
        let message = Strategy::parse("dqn").unwrap_err().to_string();
        assert_eq!(
            message,
            "unknown policy `dqn`: expected one of q_learning, sarsa, q_lambda, actor_critic"
        );
    }

    #[test]
    fn every_strategy_is_read_back_from_its_name() {
        for strategy in Strategy::ALL {
            assert_eq!(Strategy::parse(strategy.name()).unwrap(), strategy);
        }
    }
}
