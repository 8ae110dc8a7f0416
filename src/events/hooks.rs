//! Which commands are told of which events, as the registry writes it.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::error::Failure;
use crate::events::topic::TopicGlob;
use crate::pipeline::{LineOrWords, StageCommand};
use crate::store::CycleState;

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

/// A command with the topics it is told of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventHook {
    /// One of these must match.
    pub topics: Vec<TopicGlob>,
    /// What is run.
    pub command: HookCommand,
}

impl EventHook {
    /// Reads `GLOB=CMD`.
    ///
    /// # Errors
    ///
    /// Fails if there is no `=`, or one of the two cannot be used.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let (topics, command) = text.split_once('=').ok_or_else(|| {
            Failure::usage(format!("`{text}` has no `=`"))
                .hint("write it like `--on-event 'metrics:*=./notify.sh'`")
        })?;
        Ok(Self {
            topics: vec![TopicGlob::parse(topics)?],
            command: HookCommand::parse(command)?,
        })
    }
}

/// The hooks of an engine, or of all engines of a registry: commands, each with a filter of topics.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_field_names,
    reason = "the keys as they stand in the registry"
)]
pub struct Hooks {
    /// Told of `cycle:started`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_start: Option<HookCommand>,
    /// Told of `cycle:finished`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_success: Option<HookCommand>,
    /// Told of `cycle:failed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_failure: Option<HookCommand>,
    /// Told of the topics they name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on_event: Vec<EventHook>,
}

impl Hooks {
    /// Returns the commands that are told of a topic, each with the key under which it stands.
    pub fn told_of<'h>(
        &'h self,
        topic: &'h str,
    ) -> impl Iterator<Item = (&'static str, &'h HookCommand)> {
        let of_cycles = self
            .of_cycles()
            .filter(move |(_, state, _)| state.topic() == topic)
            .map(|(key, _, command)| (key, command));
        let others = self
            .on_event
            .iter()
            .filter(move |hook| hook.topics.iter().any(|pattern| pattern.matches(topic)))
            .map(|hook| ("on_event", &hook.command));
        of_cycles.chain(others)
    }

    /// Returns each key that is set, the topics it is told of, and its command, for people.
    #[must_use]
    pub fn described(&self) -> Vec<(String, String)> {
        let of_cycles = self
            .of_cycles()
            .map(|(key, _, command)| (key.to_owned(), command.to_string()));
        let others = self.on_event.iter().map(|hook| {
            let topics: Vec<String> = hook.topics.iter().map(ToString::to_string).collect();
            let key = format!("on_event {}", topics.join(", "));
            (key, hook.command.to_string())
        });
        of_cycles.chain(others).collect()
    }

    /// Returns each command with the key under which it stands, whatever it is told of.
    pub fn commands(&self) -> impl Iterator<Item = (&'static str, &HookCommand)> {
        let of_cycles = self.of_cycles().map(|(key, _, command)| (key, command));
        let others = self.on_event.iter().map(|hook| ("on_event", &hook.command));
        of_cycles.chain(others)
    }

    /// Whether nobody is told of anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn of_cycles(&self) -> impl Iterator<Item = (&'static str, CycleState, &HookCommand)> {
        [
            ("on_start", CycleState::Running, &self.on_start),
            ("on_success", CycleState::Ok, &self.on_success),
            ("on_failure", CycleState::Failed, &self.on_failure),
        ]
        .into_iter()
        .filter_map(|(key, state, command)| Some((key, state, command.as_ref()?)))
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
    #[test]
    fn a_hook_is_told_of_the_topics_it_names_and_of_no_others() {
        let hooks: Hooks = serde_json::from_str(
            r#"{"on_success": "a", "on_event": [{"topics": ["cycle:f*", "metrics:*"], "command": "b"}]}"#,
        )
        .expect("hooks");
        let told = |topic: &str| -> Vec<String> {
            let told = hooks.told_of(topic);
            told.map(|(key, command)| format!("{key} {command}"))
                .collect()
        };
        assert_eq!(told("cycle:finished"), ["on_success a", "on_event b"]);
        assert_eq!(told("cycle:failed"), ["on_event b"]);
        assert_eq!(told("metrics:new"), ["on_event b"]);
        assert!(told("cycle:started").is_empty());
        for bad in [
            r#"{"on_event": [{"topics": ["cycle:finshed"], "command": "b"}]}"#,
            r#"{"on_event": [{"topics": ["x"]}]}"#,
            r#"{"on_event": [{"command": "x"}]}"#,
        ] {
            assert!(serde_json::from_str::<Hooks>(bad).is_err(), "{bad}");
        }
        assert!(EventHook::parse("metrics:*").is_err());
        let hook = EventHook::parse("metrics:*=notify --to=ops").expect("a hook");
        assert_eq!(hook.command.argv(), ["notify", "--to=ops"]);
    }
}
