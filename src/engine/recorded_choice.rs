//! A choice of the policy as it stands in a record: kept as text, read only where somebody looks at it.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::policy::PolicyChoice;

/// A choice as JSON. An idle fleet repeats its choices at every tick; reading each would cost more than deciding.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordedChoice(Box<RawValue>);

impl PartialEq for RecordedChoice {
    fn eq(&self, other: &Self) -> bool {
        self.0.get() == other.0.get()
    }
}

impl RecordedChoice {
    /// Writes a choice.
    ///
    /// # Errors
    ///
    /// Fails only if a number is not finite, which no choice has.
    pub fn of(choice: &PolicyChoice) -> Result<Self> {
        let text = serde_json::to_string(choice).context("cannot write a choice")?;
        Self::from_json(text).context("cannot write a choice")
    }

    /// Takes over a choice that was written before; nothing if it is no JSON.
    #[must_use]
    pub fn from_json(text: String) -> Option<Self> {
        RawValue::from_string(text).ok().map(Self)
    }

    /// Reads it; nothing if it was written by a version that chose in another way.
    #[must_use]
    pub fn choice(&self) -> Option<PolicyChoice> {
        serde_json::from_str(self.0.get()).ok()
    }

    /// Returns the JSON.
    #[must_use]
    pub fn text(&self) -> &str {
        self.0.get()
    }
}
