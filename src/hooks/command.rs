//! Which commands are told of what, as the registry writes it.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::pipeline::{LineOrWords, StageCommand};

/// A command line, or a list of words; run without a shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookCommand(StageCommand);

impl HookCommand {
    /// Splits a command line once by shell-word rules.
    ///
    /// # Errors
    ///
    /// Fails if it is empty, or a quote is left open.
    pub fn parse(line: &str) -> anyhow::Result<Self> {
        StageCommand::split(line).map(Self)
    }

    /// Returns the words to execute.
    #[must_use]
    pub fn argv(&self) -> Vec<String> {
        self.0.argv(&[])
    }
}

impl fmt::Display for HookCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for HookCommand {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for HookCommand {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match LineOrWords::deserialize(deserializer)? {
            LineOrWords::Line(line) => StageCommand::split(&line),
            LineOrWords::Words(words) => StageCommand::from_words(words),
        }
        .map(Self)
        .map_err(de::Error::custom)
    }
}

/// A moment in the life of a cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Its beginning is on record and its pipeline is about to be spawned.
    Start,
    /// It succeeded, and that is on record.
    Success,
    /// It failed, and that is on record.
    Failure,
}

impl Moment {
    /// Returns the key in the registry.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Start => "on_start",
            Self::Success => "on_success",
            Self::Failure => "on_failure",
        }
    }

    /// Returns the type of the event.
    #[must_use]
    pub fn event_type(self) -> &'static str {
        match self {
            Self::Start => "sie.cycle.started",
            Self::Success => "sie.cycle.succeeded",
            Self::Failure => "sie.cycle.failed",
        }
    }
}

/// The hooks of an engine, or of all engines of a registry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_field_names,
    reason = "the keys as they stand in the registry"
)]
pub struct Hooks {
    /// Told when a cycle begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_start: Option<HookCommand>,
    /// Told when a cycle succeeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_success: Option<HookCommand>,
    /// Told when a cycle failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_failure: Option<HookCommand>,
}

impl Hooks {
    /// Returns the command for a moment.
    #[must_use]
    pub fn at(&self, moment: Moment) -> Option<&HookCommand> {
        match moment {
            Moment::Start => self.on_start.as_ref(),
            Moment::Success => self.on_success.as_ref(),
            Moment::Failure => self.on_failure.as_ref(),
        }
    }

    /// Whether nobody is told of anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hook_is_a_line_or_words_and_reads_back_the_same() {
        let line: Hooks =
            serde_json::from_str(r#"{"on_failure": "notify 'the team'"}"#).expect("a line");
        let words: Hooks =
            serde_json::from_str(r#"{"on_failure": ["notify", "the team"]}"#).expect("words");
        assert_eq!(line, words);
        let json = serde_json::to_string(&line).expect("serializes");
        assert_eq!(
            serde_json::from_str::<Hooks>(&json).expect("reads back"),
            line
        );
        assert!(serde_json::from_str::<Hooks>(r#"{"on_end": "x"}"#).is_err());
        assert!(serde_json::from_str::<Hooks>(r#"{"on_start": ""}"#).is_err());
    }
}
