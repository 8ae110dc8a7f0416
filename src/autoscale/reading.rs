//! A number that may be missing or may have failed to be read: the third answer besides yes and no.

use serde::{Deserialize, Serialize};

/// One reading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// What was read. A value that is infinite or not a number counts as failed.
    Value(f64),
    /// There is nothing to read, and why.
    Missing(String),
    /// Reading failed, and how.
    Failed(String),
}

impl Reading {
    /// Returns the reading of a measured number; one that is infinite or not a number has failed.
    #[must_use]
    pub fn of(value: f64) -> Self {
        if value.is_finite() {
            Self::Value(value)
        } else {
            Self::Failed(format!("{value} is not a finite number"))
        }
    }

    /// Returns the value, if there is a finite one.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        match self {
            Self::Value(value) => Some(*value).filter(|value| value.is_finite()),
            Self::Missing(_) | Self::Failed(_) => None,
        }
    }

    /// Returns why there is no value, for a message.
    #[must_use]
    pub fn complaint(&self) -> String {
        match self {
            Self::Value(value) => format!("{value} is not a finite number"),
            Self::Missing(why) | Self::Failed(why) => why.clone(),
        }
    }
}
