//! One stage of a pipeline: a command and how to run it.

use std::fmt;

use anyhow::Result;
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::duration::HumanDuration;
use crate::error::Failure;
use crate::names::EngineName;

/// The name of a stage; also the name of its log files, so it follows the rules of engine names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageName(EngineName);

impl StageName {
    /// Checks a name.
    ///
    /// # Errors
    ///
    /// A usage failure says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self> {
        EngineName::parse(text).map(Self).map_err(|_| {
            let shown: String = text.escape_debug().take(80).collect();
            Failure::usage(format!("`{shown}` cannot name a stage"))
                .hint("use letters, digits, `.`, `_` and `-`, at most 64")
                .into()
        })
    }

    /// Returns the name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for StageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a stage executes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StageCommand {
    /// A program and its arguments, without a shell. Never empty.
    Words(Vec<String>),
    /// A line for `sh -c`.
    Shell(String),
}

impl StageCommand {
    /// Splits a command line once by shell-word rules.
    ///
    /// # Errors
    ///
    /// Fails if it is empty, or a quote is left open.
    pub fn split(line: &str) -> Result<Self> {
        let words = shlex::split(line).ok_or_else(|| {
            Failure::usage(format!(
                "cannot split the command `{line}`: a quote is left open"
            ))
        })?;
        Self::from_words(words)
    }

    fn from_words(words: Vec<String>) -> Result<Self> {
        if words.first().is_none_or(String::is_empty) {
            return Err(Failure::usage("the command is empty")
                .hint("for example `--pipeline './retrain.sh {energy}'`")
                .into());
        }
        Self::Words(words).without_nul()
    }

    fn from_shell_line(line: String) -> Result<Self> {
        if line.trim().is_empty() {
            return Err(Failure::usage("the command is empty").into());
        }
        Self::Shell(line).without_nul()
    }

    fn without_nul(self) -> Result<Self> {
        let has_nul = match &self {
            Self::Words(words) => words.iter().any(|word| word.contains('\0')),
            Self::Shell(line) => line.contains('\0'),
        };
        if has_nul {
            return Err(Failure::usage("the command has a NUL character").into());
        }
        Ok(self)
    }

    /// Returns the words to execute, with the placeholders replaced.
    ///
    /// In a shell line a placeholder becomes a reference to the variable that holds the same value: a bot's name
    /// pasted into a shell line could run as a command.
    #[must_use]
    pub fn argv(&self, placeholders: &[Placeholder<'_>]) -> Vec<String> {
        match self {
            Self::Words(words) => words
                .iter()
                .map(|word| substitute(word, placeholders, |p| p.value.to_owned()))
                .collect(),
            Self::Shell(line) => {
                let line = substitute(line, placeholders, |p| format!("${{{}}}", p.variable));
                vec!["sh".to_owned(), "-c".to_owned(), line]
            }
        }
    }
}

impl fmt::Display for StageCommand {
    /// Writes the words so that a shell would split them into the same words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(words) => {
                // Braces need no quotes and `{energy}` is easier to read without them.
                for (index, word) in words.iter().enumerate() {
                    let separator = if index == 0 { "" } else { " " };
                    let needs_no_quotes = word
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || "_-./{}=,:@%+".contains(c));
                    if needs_no_quotes && !word.is_empty() {
                        write!(f, "{separator}{word}")?;
                    } else {
                        write!(f, "{separator}'{}'", word.replace('\'', r"'\''"))?;
                    }
                }
                Ok(())
            }
            Self::Shell(line) => f.write_str(line),
        }
    }
}

/// A text such as `{energy}` that is replaced in the arguments of a stage.
#[derive(Clone, Copy, Debug)]
pub struct Placeholder<'a> {
    /// The name between the braces.
    pub name: &'a str,
    /// The environment variable that holds the same value.
    pub variable: &'a str,
    /// The value.
    pub value: &'a str,
}

/// Replaces placeholders in one pass, so that a value that looks like a placeholder stays as it is.
fn substitute(
    text: &str,
    placeholders: &[Placeholder<'_>],
    replacement: impl Fn(&Placeholder<'_>) -> String,
) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from_brace)) = rest.split_once('{') {
        result.push_str(before);
        let found = placeholders.iter().find_map(|placeholder| {
            let after = from_brace
                .strip_prefix(placeholder.name)?
                .strip_prefix('}')?;
            Some((placeholder, after))
        });
        if let Some((placeholder, after)) = found {
            result.push_str(&replacement(placeholder));
            rest = after;
        } else {
            result.push('{');
            rest = from_brace;
        }
    }
    result.push_str(rest);
    result
}

/// One command of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "StageFields", into = "StageFields")]
pub struct Stage {
    /// What it is called in logs and messages.
    pub name: StageName,
    /// What it executes.
    pub command: StageCommand,
    /// How long it may take, if not as long as the engine says.
    pub timeout: Option<HumanDuration>,
}

/// A stage as the registry writes it.
#[derive(Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a stage, an object with `name` and `command`"
)]
struct StageFields {
    name: StageName,
    command: LineOrWords,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    shell: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    timeout: Option<HumanDuration>,
}

impl TryFrom<StageFields> for Stage {
    type Error = anyhow::Error;

    fn try_from(fields: StageFields) -> Result<Self> {
        let command = match (fields.command, fields.shell) {
            (LineOrWords::Line(line), false) => StageCommand::split(&line)?,
            (LineOrWords::Words(words), false) => StageCommand::from_words(words)?,
            (LineOrWords::Line(line), true) => StageCommand::from_shell_line(line)?,
            (LineOrWords::Words(_), true) => {
                return Err(Failure::usage(
                    "a stage with `shell: true` needs its command as one line",
                )
                .into());
            }
        };
        Ok(Self {
            name: fields.name,
            command,
            timeout: fields.timeout,
        })
    }
}

impl From<Stage> for StageFields {
    fn from(stage: Stage) -> Self {
        let (command, shell) = match stage.command {
            StageCommand::Words(words) => (LineOrWords::Words(words), false),
            StageCommand::Shell(line) => (LineOrWords::Line(line), true),
        };
        Self {
            name: stage.name,
            command,
            shell,
            timeout: stage.timeout,
        }
    }
}

enum LineOrWords {
    Line(String),
    Words(Vec<String>),
}

impl Serialize for LineOrWords {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Line(line) => serializer.serialize_str(line),
            Self::Words(words) => words.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for LineOrWords {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LineOrWordsVisitor;

        impl<'de> Visitor<'de> for LineOrWordsVisitor {
            type Value = LineOrWords;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a command line or a list of words")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<LineOrWords, E> {
                Ok(LineOrWords::Line(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut words: A) -> Result<LineOrWords, A::Error> {
                let mut all = Vec::new();
                while let Some(word) = words.next_element()? {
                    all.push(word);
                }
                Ok(LineOrWords::Words(all))
            }
        }

        deserializer.deserialize_any(LineOrWordsVisitor)
    }
}

impl Serialize for StageName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for StageName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACEHOLDERS: [Placeholder<'static>; 2] = [
        Placeholder {
            name: "energy",
            variable: "SIE_ENERGY",
            value: "7",
        },
        Placeholder {
            name: "bot",
            variable: "SIE_BOT",
            value: "$(touch x) {energy}",
        },
    ];

    #[test]
    fn placeholders_are_replaced_once_and_stay_one_argument() {
        let command =
            StageCommand::split("./train.sh --effort={energy} {bot} '{print $1}'").expect("splits");
        let argv = command.argv(&PLACEHOLDERS);
        assert_eq!(
            argv,
            [
                "./train.sh",
                "--effort=7",
                "$(touch x) {energy}",
                "{print $1}"
            ]
        );
    }

    #[test]
    fn a_shell_line_gets_references_and_never_pasted_values() {
        let command = StageCommand::from_shell_line("train {energy} \"{bot}\" | tail".to_owned())
            .expect("valid");
        let argv = command.argv(&PLACEHOLDERS);
        assert_eq!(
            argv,
            ["sh", "-c", "train ${SIE_ENERGY} \"${SIE_BOT}\" | tail"]
        );
    }

    #[test]
    fn an_empty_command_and_an_open_quote_are_refused() {
        for line in ["", "  ", "'' x", "echo 'half"] {
            assert!(StageCommand::split(line).is_err(), "{line}");
        }
    }

    #[test]
    fn a_printed_command_splits_into_the_same_words() {
        for line in ["a b", "sh -c 'echo \"x y\" $1'", "x '' {energy}", r"it\'s"] {
            let command = StageCommand::split(line).expect(line);
            assert_eq!(
                StageCommand::split(&command.to_string()).expect("prints well"),
                command
            );
        }
    }

    #[test]
    fn a_stage_reads_a_line_or_words_and_names_what_it_does_not_know() {
        let line: Stage =
            serde_json::from_str(r#"{"name":"train","command":"a 'b c'"}"#).expect("a line");
        let words: Stage =
            serde_json::from_str(r#"{"name":"train","command":["a","b c"]}"#).expect("words");
        assert_eq!(line, words);
        let error = serde_json::from_str::<Stage>(r#"{"name":"train","comand":"a"}"#)
            .expect_err("unknown key");
        assert!(error.to_string().contains("comand"), "{error}");
    }
}
