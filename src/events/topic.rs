//! Topics of events, and patterns of them.

use std::fmt;

use anyhow::Result;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::error::Failure;
use crate::glob;
use crate::store::CycleState;

/// Asks an engine for a cycle.
pub const EVOLVE: &str = "evolve:self_improve";
/// Tells an engine that something does not add up.
pub const DISCREPANCY: &str = "discrepancy";
/// Tells that metrics rows of the engine's bot were recorded.
pub const METRICS_NEW: &str = "metrics:new";
/// Tells that a module of the engine brings nothing any more; once per module.
pub const MODULE_DIMINISHING: &str = "module:diminishing";
/// Tells that a patch is in place, on trial.
pub const PATCH_APPLIED: &str = "patch:applied";
/// Tells that a patch stays for good.
pub const PATCH_KEPT: &str = "patch:kept";
/// Tells that the originals of a patch are back.
pub const PATCH_REVERTED: &str = "patch:reverted";
/// Tells that a patch never reached the pipeline.
pub const PATCH_REFUSED: &str = "patch:refused";
/// What the topics of cycles begin with.
pub const CYCLE: &str = "cycle:";

/// Prefixes of topics that only engines publish.
const OWN: [&str; 4] = [CYCLE, "metrics:", "module:", "patch:"];
/// The longest topic in bytes.
const MAX_LENGTH: usize = 128;

/// Returns the topics that only engines publish.
fn own_topics() -> impl Iterator<Item = &'static str> {
    let of_cycles = CycleState::ALL.into_iter().map(CycleState::topic);
    of_cycles.chain([
        METRICS_NEW,
        MODULE_DIMINISHING,
        PATCH_APPLIED,
        PATCH_KEPT,
        PATCH_REVERTED,
        PATCH_REFUSED,
    ])
}

/// Whether an event of this topic waits for an answer of the engine.
#[must_use]
pub fn waits(topic: &str) -> bool {
    [EVOLVE, DISCREPANCY].contains(&topic)
}

/// Checks the topic of an event that somebody outside publishes.
pub(super) fn check_outside(topic: &str) -> Result<()> {
    let is_plain = topic
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "._:/-".contains(c));
    if topic.is_empty() || topic.len() > MAX_LENGTH || !is_plain {
        let shown: String = topic.escape_debug().take(80).collect();
        return Err(Failure::usage(format!("`{shown}` cannot be a topic"))
            .hint(format!(
                "use up to {MAX_LENGTH} letters, digits, `.`, `_`, `:`, `/` and `-`, for example `{EVOLVE}`"
            ))
            .into());
    }
    if OWN.iter().any(|prefix| topic.starts_with(prefix)) {
        return Err(
            Failure::usage(format!("only engines themselves publish `{topic}`"))
                .hint(format!("ask for a cycle with `{EVOLVE}`"))
                .into(),
        );
    }
    Ok(())
}

/// A pattern of topics, with `*`, `?` and `[a-c]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicGlob(String);

impl TopicGlob {
    /// Checks a pattern.
    ///
    /// # Errors
    ///
    /// A usage failure if it could never match a topic.
    pub fn parse(text: &str) -> Result<Self> {
        let is_plain = text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._:/-*?[]!^".contains(c));
        if text.is_empty() || text.len() > MAX_LENGTH || !is_plain {
            let shown: String = text.escape_debug().take(80).collect();
            return Err(Failure::usage(format!("`{shown}` cannot match any topic"))
                .hint(format!("for example `{CYCLE}*` or `{METRICS_NEW}`"))
                .into());
        }
        let pattern = Self(text.to_owned());
        // A typo would otherwise show itself only by a hook that never hears of anything.
        if OWN.iter().any(|prefix| text.starts_with(prefix))
            && !own_topics().any(|topic| pattern.matches(topic))
        {
            return Err(Failure::usage(format!("engines publish no topic `{text}`"))
                .did_you_mean(text, own_topics())
                .into());
        }
        Ok(pattern)
    }

    /// Whether it matches a topic.
    #[must_use]
    pub fn matches(&self, topic: &str) -> bool {
        glob::matches(&self.0, topic)
    }
}

impl fmt::Display for TopicGlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for TopicGlob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for TopicGlob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_that_can_match_nothing_is_refused() {
        for text in [
            "",
            "a b",
            "cycle:finshed",
            "cycle:x*",
            "metrics:old",
            "module:new",
        ] {
            assert!(TopicGlob::parse(text).is_err(), "{text}");
        }
        for (text, topic) in [
            ("*", "cycle:started"),
            ("cycle:*", "cycle:failed"),
            ("cycle:f*", "cycle:finished"),
            ("metrics:*", METRICS_NEW),
            ("module:*", MODULE_DIMINISHING),
            ("deploy/*", "deploy/done"),
        ] {
            let pattern = TopicGlob::parse(text).expect(text);
            assert!(pattern.matches(topic), "{text} {topic}");
            assert!(!pattern.matches("other") || text == "*", "{text}");
        }
    }
}
