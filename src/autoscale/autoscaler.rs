//! The autoscaler: checked settings that decide.

use super::{AutoscaleSettings, ScaleDecision, ScaleInputs, ScalePlan, SettingsError, decide};

/// Decides about adding and removing engines by settings that were checked once.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Autoscaler {
    settings: AutoscaleSettings,
}

impl Autoscaler {
    /// Takes over settings.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn new(settings: AutoscaleSettings) -> Result<Self, SettingsError> {
        settings.check()?;
        Ok(Self { settings })
    }

    /// Returns the settings.
    #[must_use]
    pub fn settings(&self) -> &AutoscaleSettings {
        &self.settings
    }

    /// Decides what to do now; see `decide`.
    #[must_use]
    pub fn decide(&self, inputs: &ScaleInputs) -> ScaleDecision {
        decide(inputs, &self.settings)
    }

    /// Returns a plan that somebody else can apply later.
    #[must_use]
    pub fn plan(&self, inputs: ScaleInputs) -> ScalePlan {
        ScalePlan::new(inputs, self.settings.clone())
    }
}
