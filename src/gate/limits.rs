//! How much evidence a gate needs, and what a command asks for.

use std::time::Duration;

use crate::gate::gates::Gates;

/// How much evidence a gate needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GateLimits {
    /// How old a recorded value may be.
    pub max_age: Duration,
    /// How many samples a value must rest on, at least 1.
    pub min_samples: u64,
}

impl Default for GateLimits {
    fn default() -> Self {
        Self {
            max_age: Duration::from_secs(3600),
            min_samples: 1,
        }
    }
}

/// The gates that whoever asks for cycles sets, besides those of the engines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GateRequest {
    /// The gates.
    pub gates: Gates,
    /// How old a recorded value may be, unless as the engine says.
    pub max_age: Option<Duration>,
    /// How many samples a value must rest on, unless as the engine says.
    pub min_samples: Option<u64>,
}

impl GateRequest {
    /// Returns the limits, given what the engine says.
    #[must_use]
    pub fn limits(&self, max_age: Option<Duration>, min_samples: Option<u64>) -> GateLimits {
        let default = GateLimits::default();
        GateLimits {
            max_age: self.max_age.or(max_age).unwrap_or(default.max_age),
            min_samples: self
                .min_samples
                .or(min_samples)
                .unwrap_or(default.min_samples),
        }
    }
}
