//! Every threshold of autoscaling, with its default.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::ApprovalRule;

/// The settings of autoscaling.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AutoscaleSettings {
    /// Energy score an addition must exceed; above 1 never, below 0 always. Default 0.8.
    pub create_energy: f64,
    /// Energy score at or below which an engine is removed; below 0 never, 1 or more always. Default 0.3.
    pub remove_energy: f64,
    /// ROI trend an addition must exceed and below which an engine is removed. Default 0.
    pub roi_threshold: f64,
    /// ROI trend that covers one more engine, 0.05 = +5 %; equality covers. Default 0.
    pub cost_per_engine: f64,
    /// Removals stop here. Default 1.
    pub min_engines: u32,
    /// Additions stop here. Default 5.
    pub max_engines: u32,
    /// A second cap on additions, for what the machine or a licence allows. Default none.
    pub max_instances: Option<u32>,
    /// How far a reading must lie beyond its threshold before it counts, in the reading's unit, 0 or more. Default 0.
    pub tolerance: f64,
    /// Time after any action in which nothing is done, in seconds. Default 0.
    pub cooldown_secs: u64,
    /// Most actions in a stretch of time. Default none.
    pub rate_limit: Option<RateLimit>,
    /// Whether additions need an approval. Default required.
    pub approval: ApprovalRule,
}

/// At most so many actions in so many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// Actions of both kinds together; 0 allows none.
    pub actions: u32,
    /// Length of the stretch that ends now, in seconds, 1 or more.
    pub per_secs: u64,
}

/// A setting that makes no sense.
#[derive(Debug, Clone, PartialEq)]
pub enum SettingsError {
    /// The named setting is infinite or not a number.
    NotFinite(&'static str),
    /// The tolerance is below zero.
    NegativeTolerance(f64),
    /// `min_engines` is above `max_engines`.
    MinAboveMax {
        /// The lower limit.
        min_engines: u32,
        /// The upper limit.
        max_engines: u32,
    },
    /// The rate limit's stretch of time is 0.
    EmptyRateWindow,
}

impl Default for AutoscaleSettings {
    fn default() -> Self {
        Self {
            create_energy: 0.8,
            remove_energy: 0.3,
            roi_threshold: 0.0,
            cost_per_engine: 0.0,
            min_engines: 1,
            max_engines: 5,
            max_instances: None,
            tolerance: 0.0,
            cooldown_secs: 0,
            rate_limit: None,
            approval: ApprovalRule::Required,
        }
    }
}

impl AutoscaleSettings {
    /// Checks that the settings make sense together.
    ///
    /// # Errors
    /// The first thing that does not; see `SettingsError`.
    pub fn check(&self) -> Result<(), SettingsError> {
        let numbers = [
            ("create_energy", self.create_energy),
            ("remove_energy", self.remove_energy),
            ("roi_threshold", self.roi_threshold),
            ("cost_per_engine", self.cost_per_engine),
            ("tolerance", self.tolerance),
        ];
        if let Some((name, _)) = numbers.into_iter().find(|(_, number)| !number.is_finite()) {
            return Err(SettingsError::NotFinite(name));
        }
        if self.tolerance < 0.0 {
            return Err(SettingsError::NegativeTolerance(self.tolerance));
        }
        if self.min_engines > self.max_engines {
            let (min_engines, max_engines) = (self.min_engines, self.max_engines);
            return Err(SettingsError::MinAboveMax {
                min_engines,
                max_engines,
            });
        }
        if self.rate_limit.is_some_and(|limit| limit.per_secs == 0) {
            return Err(SettingsError::EmptyRateWindow);
        }
        Ok(())
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFinite(name) => write!(formatter, "`{name}` is not a finite number"),
            Self::NegativeTolerance(tolerance) => {
                write!(formatter, "`tolerance` {tolerance} is below 0")
            }
            Self::MinAboveMax {
                min_engines,
                max_engines,
            } => {
                write!(
                    formatter,
                    "`min_engines` {min_engines} is above `max_engines` {max_engines}"
                )
            }
            Self::EmptyRateWindow => write!(formatter, "`rate_limit.per_secs` is 0"),
        }
    }
}

impl std::error::Error for SettingsError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_left_out_of_json_have_their_defaults_and_unknown_ones_are_refused() {
        let some: AutoscaleSettings =
            serde_json::from_str(r#"{"max_engines": 6}"#).expect("good settings");
        assert_eq!(
            some,
            AutoscaleSettings {
                max_engines: 6,
                ..AutoscaleSettings::default()
            }
        );
        assert!(serde_json::from_str::<AutoscaleSettings>(r#"{"max_engine": 6}"#).is_err());
    }

    #[test]
    fn settings_that_make_no_sense_are_named() {
        let good = AutoscaleSettings::default;
        assert_eq!(good().check(), Ok(()));
        assert_eq!(
            AutoscaleSettings {
                create_energy: -1.0,
                remove_energy: 2.0,
                ..good()
            }
            .check(),
            Ok(())
        );
        let wrong = [
            (
                AutoscaleSettings {
                    create_energy: f64::NAN,
                    ..good()
                },
                "`create_energy` is not a finite number",
            ),
            (
                AutoscaleSettings {
                    tolerance: -0.1,
                    ..good()
                },
                "`tolerance` -0.1 is below 0",
            ),
            (
                AutoscaleSettings {
                    min_engines: 6,
                    ..good()
                },
                "`min_engines` 6 is above `max_engines` 5",
            ),
            (
                AutoscaleSettings {
                    rate_limit: Some(RateLimit {
                        actions: 1,
                        per_secs: 0,
                    }),
                    ..good()
                },
                "`rate_limit.per_secs` is 0",
            ),
        ];
        for (settings, message) in wrong {
            assert_eq!(settings.check().expect_err(message).to_string(), message);
        }
    }
}
