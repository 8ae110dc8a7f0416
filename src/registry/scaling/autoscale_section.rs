//! The section `autoscale` of the registry file: thresholds, how new engines are made, and what is archived.

use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;

use crate::autoscale::{ApprovalRule, RateLimit, ScaleOverrides};
use crate::duration::HumanDuration;
use crate::engine::SelfImprovementEngine;
use crate::events::HookCommand;

/// The section as it stands in the file. Every key may be left out.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "an object of settings")]
pub struct AutoscaleSection<'a> {
    create_energy: Option<f64>,
    remove_energy: Option<f64>,
    roi_threshold: Option<f64>,
    cost_per_engine: Option<f64>,
    min_engines: Option<u32>,
    max_engines: Option<u32>,
    max_instances: Option<u32>,
    tolerance: Option<f64>,
    cooldown: Option<HumanDuration>,
    #[serde(deserialize_with = "rate_limit")]
    rate_limit: Option<RateLimit>,
    approval: Option<ApprovalRule>,
    /// The command that is asked for an approval.
    pub approval_command: Option<HookCommand>,
    /// The definition of new engines.
    pub factory: Option<SelfImprovementEngine>,
    /// The engines that autoscaling took out, in the order of archiving.
    #[serde(borrow)]
    pub archived: Vec<ArchivedEntry<'a>>,
}

/// An engine that autoscaling took out, with the entry it had.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArchivedEntry<'a> {
    /// Its name.
    pub engine: String,
    /// When it was taken out, RFC 3339.
    pub archived_at: String,
    /// Its entry; it names the id by which its data are kept.
    #[serde(borrow)]
    pub definition: &'a RawValue,
}

impl AutoscaleSection<'_> {
    /// Returns the settings that the section gives.
    #[must_use]
    pub fn overrides(&self) -> ScaleOverrides {
        ScaleOverrides {
            create_energy: self.create_energy,
            remove_energy: self.remove_energy,
            roi_threshold: self.roi_threshold,
            cost_per_engine: self.cost_per_engine,
            min_engines: self.min_engines,
            max_engines: self.max_engines,
            max_instances: self.max_instances,
            tolerance: self.tolerance,
            cooldown: self.cooldown,
            rate_limit: self.rate_limit,
            approval: self.approval,
        }
    }
}

fn rate_limit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<RateLimit>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    text.map(|text| text.parse().map_err(de::Error::custom))
        .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_are_those_of_the_options() {
        let text = r#"{"max_engines": 6, "cooldown": "1h", "rate_limit": "3/1d", "approval": "none",
            "approval_command": "./ask.sh", "factory": {"pipeline": "./train.sh"},
            "archived": [{"engine": "beta", "archived_at": "2026-11-23T08:00:00Z", "definition": { "id" : "x" }}]}"#;
        let section: AutoscaleSection<'_> = serde_json::from_str(text).expect("a section");
        let names: Vec<String> = section.overrides().names().into_iter().collect();
        assert_eq!(
            names,
            ["approval", "cooldown_secs", "max_engines", "rate_limit"]
        );
        let archived: Vec<&str> = section
            .archived
            .iter()
            .map(|one| one.definition.get())
            .collect();
        assert_eq!(archived, ["{ \"id\" : \"x\" }"]);
    }

    #[test]
    fn what_is_no_setting_is_refused() {
        for text in [
            r#"{"max_engine": 6}"#,
            r#"{"rate_limit": "3 a day"}"#,
            r#"{"cooldown": 60}"#,
            r#"{"min_engines": -1}"#,
            r#"{"approval": "maybe"}"#,
            r#"{"factory": {}}"#,
        ] {
            assert!(
                serde_json::from_str::<AutoscaleSection<'_>>(text).is_err(),
                "{text}"
            );
        }
    }
}
