//! Energy: how much effort a pipeline is to spend.

use std::fmt;

use anyhow::Result;
use serde::{Deserialize, Deserializer, Serialize};

use crate::error::Failure;

/// A whole number from 1 to 100 that is handed to the pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Energy(u8);

impl Energy {
    /// The least energy, and the default.
    pub const LEAST: Self = Self(1);
    /// The most energy.
    pub const MOST: Self = Self(100);

    /// Checks a number.
    ///
    /// # Errors
    ///
    /// A usage failure if it is not from 1 to 100.
    pub fn new(number: i64) -> Result<Self> {
        u8::try_from(number)
            .ok()
            .filter(|number| (Self::LEAST.0..=Self::MOST.0).contains(number))
            .map(Self)
            .ok_or_else(|| {
                Failure::usage(format!("the energy {number} is not from 1 to 100")).into()
            })
    }

    /// Limits a number to 1..=100.
    #[must_use]
    pub fn clamped(number: i64) -> Self {
        let limited = number.clamp(i64::from(Self::LEAST.0), i64::from(Self::MOST.0));
        u8::try_from(limited).map_or(Self::LEAST, Self)
    }

    /// Returns the number.
    #[must_use]
    pub fn number(self) -> u8 {
        self.0
    }
}

impl Default for Energy {
    fn default() -> Self {
        Self::LEAST
    }
}

impl fmt::Display for Energy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for Energy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = i64::deserialize(deserializer)?;
        Self::new(number).map_err(serde::de::Error::custom)
    }
}
