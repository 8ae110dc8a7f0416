//! What an operator says about learning: the keys of a definition that concern the policy and the mode `learned`.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::engine::energy_scaling::ForecastFactor;
use crate::engine::self_improvement_engine::SelfImprovementEngine;
use crate::error::Failure;
use crate::policy::{Evidence, PolicySettings, Signal, Strategy};

/// Who decides when to run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriggerMode {
    /// Every reason asks for a cycle.
    #[default]
    Any,
    /// The policy, between a least and a greatest interval; critical diagnostics and events ask as well.
    Learned,
}

/// What happens in mode `learned` while there are no metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnMissing {
    /// Nothing is run until they come, not even when the greatest interval is over.
    #[default]
    Hold,
    /// The engine runs by its interval.
    Run,
    /// The policy counts as choosing to skip; the greatest interval holds.
    Skip,
}

/// A policy's name: one of the strategies, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyName(pub Option<Strategy>);

impl PolicyName {
    /// What stands for no policy.
    pub const NONE: &'static str = "none";

    /// Reads a name.
    ///
    /// # Errors
    ///
    /// A usage failure lists the known names.
    pub fn parse(name: &str) -> Result<Self, Failure> {
        if name == Self::NONE {
            return Ok(Self(None));
        }
        let known = || {
            let strategies = Strategy::ALL.into_iter().map(Strategy::name);
            strategies.chain([Self::NONE])
        };
        Strategy::parse(name).map(|it| Self(Some(it))).map_err(|_| {
            let list: Vec<&str> = known().collect();
            Failure::usage(format!("there is no policy `{name}`"))
                .did_you_mean(name, known())
                .hint(format!("known policies are {}", list.join(", ")))
        })
    }

    /// Returns the name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0.map_or(Self::NONE, Strategy::name)
    }
}

impl Serialize for PolicyName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for PolicyName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::parse(&name).map_err(|failure| {
            let hints = failure.hints.join("; ");
            serde::de::Error::custom(format!("{failure}; {hints}"))
        })
    }
}

/// How the forecast of the next cycle's ROI is used.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ForecastSettings {
    /// Growth of the energy per unit of (forecast + bias) above 0.
    pub scale: f64,
    /// A forecast above this asks for a cycle in mode `any`; it is also added to the forecast where energy is scaled.
    pub bias: f64,
    /// Largest factor of the energy; 0 is none.
    pub cap: f64,
}

impl Default for ForecastSettings {
    fn default() -> Self {
        Self {
            scale: 1.0,
            bias: 0.0,
            cap: 0.0,
        }
    }
}

impl ForecastSettings {
    /// Returns the factor of a forecast.
    #[must_use]
    pub fn factor(self, roi: f64) -> ForecastFactor {
        ForecastFactor {
            roi,
            scale: self.scale,
            bias: self.bias,
            cap: self.cap,
        }
    }
}

/// The signal that stands for none: the policy learns from the results of cycles alone.
pub const NO_SIGNAL: &str = "none";

impl SelfImprovementEngine {
    /// Returns the strategy of its policy, if it has one.
    #[must_use]
    pub fn strategy(&self) -> Option<Strategy> {
        match (self.policy, self.trigger) {
            (Some(name), _) => name.0,
            (None, TriggerMode::Learned) => Some(Strategy::default()),
            (None, TriggerMode::Any) => None,
        }
    }

    /// Returns what its policy learns from.
    #[must_use]
    pub fn policy_evidence(&self) -> Evidence {
        if self.signal.as_deref() == Some(NO_SIGNAL) {
            Evidence::Results
        } else {
            Evidence::Rows
        }
    }

    /// Returns how a metrics row becomes a loss.
    #[must_use]
    pub fn loss_signal(&self) -> Signal {
        match self.signal.as_deref() {
            None | Some(NO_SIGNAL) => Signal::default(),
            Some(name) => Signal::Metric {
                name: name.to_owned(),
                value: self.value.unwrap_or(1.0),
            },
        }
    }

    /// Returns the settings of its policy; a given exploration goes before the registered one.
    #[must_use]
    pub fn policy_settings(&self, strategy: Strategy, explore: Option<f64>) -> PolicySettings {
        PolicySettings {
            strategy,
            evidence: self.policy_evidence(),
            cost: self.cost,
            explore: explore.unwrap_or(self.explore),
        }
    }

    /// Checks the keys that concern learning.
    ///
    /// # Errors
    ///
    /// A usage failure says which cannot be used and why.
    pub fn check_learning(&self) -> Result<(), Failure> {
        let bad = |text: String| Err(Failure::usage(text));
        if self.trigger == TriggerMode::Learned && self.strategy().is_none() {
            return bad("`trigger` is learned, but `policy` is none".to_owned());
        }
        if let Some(signal) = &self.signal
            && (signal.is_empty() || signal.len() > 128)
        {
            return bad("`signal` is not the name of a metric".to_owned());
        }
        match self.value {
            Some(value) if !value.is_finite() || value.abs() < f64::MIN_POSITIVE => {
                return bad(format!(
                    "`value` is {value}: every row would be worth nothing"
                ));
            }
            Some(_) if self.signal.as_deref().is_none_or(|it| it == NO_SIGNAL) => {
                return bad(
                    "`value` needs a `signal`: it is the worth of one unit of that metric"
                        .to_owned(),
                );
            }
            _ => {}
        }
        if !(0.0..=0.5).contains(&self.explore) {
            return bad(format!("`explore` is {}, not from 0 to 0.5", self.explore));
        }
        if let Some(most) = self.max_interval
            && (most.0.is_zero() || most < self.min_interval)
        {
            return bad(format!(
                "`max_interval` is {most}, not above `min_interval`, {}",
                self.min_interval
            ));
        }
        if self.stale_after.is_some_and(|it| it.0.is_zero()) {
            return bad("`stale_after` is 0s: metrics would always be missing".to_owned());
        }
        if let Some(forecast) = &self.forecast {
            let numbers = [forecast.scale, forecast.bias, forecast.cap];
            if !numbers.iter().all(|number| number.is_finite()) || forecast.cap < 0.0 {
                return bad("`forecast` needs finite numbers, and a `cap` not below 0".to_owned());
            }
        }
        Ok(())
    }
}
