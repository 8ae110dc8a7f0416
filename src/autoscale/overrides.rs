//! Settings that somebody gave, by an option or in the registry; whatever is left out stays as it was.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value};

use super::{ApprovalRule, AutoscaleSettings, RateLimit};
use crate::duration::HumanDuration;

/// Settings to put over others, each by itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ScaleOverrides {
    /// See [`AutoscaleSettings::create_energy`].
    pub create_energy: Option<f64>,
    /// See [`AutoscaleSettings::remove_energy`].
    pub remove_energy: Option<f64>,
    /// See [`AutoscaleSettings::roi_threshold`].
    pub roi_threshold: Option<f64>,
    /// See [`AutoscaleSettings::cost_per_engine`].
    pub cost_per_engine: Option<f64>,
    /// See [`AutoscaleSettings::min_engines`].
    pub min_engines: Option<u32>,
    /// See [`AutoscaleSettings::max_engines`].
    pub max_engines: Option<u32>,
    /// See [`AutoscaleSettings::max_instances`].
    pub max_instances: Option<u32>,
    /// See [`AutoscaleSettings::tolerance`].
    pub tolerance: Option<f64>,
    /// See [`AutoscaleSettings::cooldown_secs`].
    pub cooldown: Option<HumanDuration>,
    /// See [`AutoscaleSettings::rate_limit`].
    pub rate_limit: Option<RateLimit>,
    /// See [`AutoscaleSettings::approval`].
    pub approval: Option<ApprovalRule>,
}

impl ScaleOverrides {
    /// Returns settings with these put over them.
    #[must_use]
    pub fn over(&self, settings: &AutoscaleSettings) -> AutoscaleSettings {
        AutoscaleSettings {
            create_energy: self.create_energy.unwrap_or(settings.create_energy),
            remove_energy: self.remove_energy.unwrap_or(settings.remove_energy),
            roi_threshold: self.roi_threshold.unwrap_or(settings.roi_threshold),
            cost_per_engine: self.cost_per_engine.unwrap_or(settings.cost_per_engine),
            min_engines: self.min_engines.unwrap_or(settings.min_engines),
            max_engines: self.max_engines.unwrap_or(settings.max_engines),
            max_instances: self.max_instances.or(settings.max_instances),
            tolerance: self.tolerance.unwrap_or(settings.tolerance),
            // Whole seconds, rounded up: nobody waits less than was asked for.
            cooldown_secs: self.cooldown.map_or(settings.cooldown_secs, whole_secs),
            rate_limit: self.rate_limit.or(settings.rate_limit),
            approval: self.approval.unwrap_or(settings.approval),
        }
    }

    /// Returns the names of the settings that are given, as [`AutoscaleSettings`] has them.
    #[must_use]
    pub fn names(&self) -> BTreeSet<String> {
        let given = [
            ("create_energy", self.create_energy.is_some()),
            ("remove_energy", self.remove_energy.is_some()),
            ("roi_threshold", self.roi_threshold.is_some()),
            ("cost_per_engine", self.cost_per_engine.is_some()),
            ("min_engines", self.min_engines.is_some()),
            ("max_engines", self.max_engines.is_some()),
            ("max_instances", self.max_instances.is_some()),
            ("tolerance", self.tolerance.is_some()),
            ("cooldown_secs", self.cooldown.is_some()),
            ("rate_limit", self.rate_limit.is_some()),
            ("approval", self.approval.is_some()),
        ];
        let given = given.into_iter().filter(|(_, is_given)| *is_given);
        given.map(|(name, _)| name.to_owned()).collect()
    }
}

impl AutoscaleSettings {
    /// Returns these settings with the named ones taken from others.
    #[must_use]
    pub fn with_named_of(&self, others: &Self, names: &BTreeSet<String>) -> Self {
        let fields = |settings: &Self| match serde_json::to_value(settings) {
            Ok(Value::Object(fields)) => fields,
            _ => Map::new(),
        };
        let (mut mixed, others) = (fields(self), fields(others));
        let taken = others.into_iter().filter(|(name, _)| names.contains(name));
        mixed.extend(taken);
        serde_json::from_value(Value::Object(mixed)).unwrap_or_else(|_| self.clone())
    }
}

fn whole_secs(duration: HumanDuration) -> u64 {
    let secs = duration.0.as_secs();
    secs + u64::from(duration.0.subsec_nanos() > 0)
}

impl FromStr for RateLimit {
    type Err = String;

    /// Reads `N/DURATION`, for example `3/1d`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || "use N/DURATION, for example `3/1d`: at most 3 actions a day".to_owned();
        let (actions, per) = text.split_once('/').ok_or_else(wrong)?;
        let per = HumanDuration::parse(per).map_err(|_| wrong())?;
        let per_secs = Some(whole_secs(per)).filter(|secs| *secs > 0);
        Ok(Self {
            actions: actions.parse().map_err(|_| wrong())?,
            per_secs: per_secs.ok_or_else(wrong)?,
        })
    }
}

/// As it is read: `3/1d`.
impl fmt::Display for RateLimit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let per = HumanDuration::from_secs(self.per_secs);
        write!(formatter, "{}/{per}", self.actions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_is_put_over_the_rest_and_named() {
        let overrides = ScaleOverrides {
            max_engines: Some(6),
            cooldown: HumanDuration::parse("1.5s").ok(),
            rate_limit: "3/1d".parse().ok(),
            ..ScaleOverrides::default()
        };
        let settings = overrides.over(&AutoscaleSettings::default());
        let expected = AutoscaleSettings {
            max_engines: 6,
            cooldown_secs: 2,
            rate_limit: Some(RateLimit {
                actions: 3,
                per_secs: 86_400,
            }),
            ..AutoscaleSettings::default()
        };
        assert_eq!(settings, expected);
        let names: Vec<String> = overrides.names().into_iter().collect();
        assert_eq!(names, ["cooldown_secs", "max_engines", "rate_limit"]);
        let mixed = AutoscaleSettings::default().with_named_of(&settings, &overrides.names());
        assert_eq!(mixed, settings);
    }

    #[test]
    fn every_setting_can_be_given() {
        let all = ScaleOverrides {
            create_energy: Some(0.5),
            remove_energy: Some(0.1),
            roi_threshold: Some(0.2),
            cost_per_engine: Some(0.3),
            min_engines: Some(2),
            max_engines: Some(9),
            max_instances: Some(8),
            tolerance: Some(0.05),
            cooldown: Some(HumanDuration::from_secs(60)),
            rate_limit: "1/1h".parse().ok(),
            approval: Some(ApprovalRule::None),
        };
        let value = |settings: &AutoscaleSettings| serde_json::to_value(settings).expect("JSON");
        let (default, given) = (
            value(&AutoscaleSettings::default()),
            value(&all.over(&AutoscaleSettings::default())),
        );
        for (name, default) in default.as_object().expect("fields") {
            assert!(all.names().contains(name), "{name}");
            assert_ne!(Some(default), given.get(name), "{name}");
        }
    }

    #[test]
    fn a_rate_limit_reads_as_it_prints() {
        for text in ["3/1d", "0/1h30m", "1/1s"] {
            let limit: RateLimit = text.parse().expect(text);
            assert_eq!(limit.to_string(), text);
        }
        for wrong in ["", "3", "3/", "/1d", "-1/1d", "3/0s", "3/day"] {
            assert!(wrong.parse::<RateLimit>().is_err(), "{wrong}");
        }
    }
}
