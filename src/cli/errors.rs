//! Clap's errors in the shape of ours: what is wrong, then hints that can be typed.

use std::error::Error as _;
use std::ffi::OsString;

use clap::ValueEnum;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::cli::{Color, Format, GlobalArgs};
use crate::error::Failure;

/// Why a command line leads to no command.
#[derive(Debug)]
pub enum Refused {
    /// Help or the version was asked for.
    Told(Told),
    /// No command was named: help is the best answer, but nothing was done.
    NoCommand(Told),
    /// It cannot be understood.
    Wrong(Failure),
}

/// A text for people, with colours and without.
#[derive(Debug)]
pub struct Told {
    /// Without.
    pub plain: String,
    /// With.
    pub colored: String,
}

/// Turns clap's answer into ours.
#[must_use]
pub fn refused(error: &clap::Error, arguments: &[OsString]) -> Refused {
    let told = || Told {
        plain: error.render().to_string(),
        colored: error.render().ansi().to_string(),
    };
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Refused::Told(told()),
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => Refused::NoCommand(told()),
        _ => Refused::Wrong(failure_of(error, arguments)),
    }
}

/// Returns the global options as far as they can be told from a command line that could not be understood.
#[must_use]
pub fn global_args_in(arguments: &[OsString]) -> GlobalArgs {
    let words: Vec<&str> = arguments
        .iter()
        .filter_map(|word| word.to_str())
        .take_while(|word| *word != "--")
        .collect();
    let value = |name: &str| {
        words.iter().enumerate().find_map(|(index, word)| {
            let rest = word.strip_prefix(name)?;
            match rest.strip_prefix('=') {
                Some(value) => Some(value),
                None if rest.is_empty() => words.get(index + 1).copied(),
                None => None,
            }
        })
    };
    GlobalArgs {
        data_dir: None,
        registry: None,
        format: value("--format").and_then(|value| Format::from_str(value, false).ok()),
        quiet: false,
        color: value("--color")
            .and_then(|value| Color::from_str(value, false).ok())
            .unwrap_or(Color::Auto),
    }
}

fn failure_of(error: &clap::Error, arguments: &[OsString]) -> Failure {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let texts = |kind| match error.get(kind) {
        Some(ContextValue::Strings(texts)) => texts.clone(),
        Some(ContextValue::String(text)) => vec![text.clone()],
        _ => Vec::new(),
    };
    let argument = text(ContextKind::InvalidArg).map(one_line);
    let value = text(ContextKind::InvalidValue).map(one_line);
    let message = match (error.kind(), &argument, &value) {
        (ErrorKind::InvalidSubcommand, _, _) => format!(
            "no command `{}`",
            one_line(text(ContextKind::InvalidSubcommand).unwrap_or_default())
        ),
        (ErrorKind::UnknownArgument, Some(argument), _) => format!("unexpected `{argument}`"),
        (ErrorKind::InvalidValue, Some(argument), Some(value)) if value.is_empty() => {
            format!("`{argument}` needs a value")
        }
        (ErrorKind::InvalidValue | ErrorKind::ValueValidation, Some(argument), Some(value)) => {
            let why = error.source().map(|why| format!(": {why}"));
            format!(
                "`{argument}` cannot be `{value}`{}",
                why.unwrap_or_default()
            )
        }
        (ErrorKind::MissingRequiredArgument, _, _) => {
            let missing: Vec<String> = texts(ContextKind::InvalidArg)
                .iter()
                .map(|name| format!("`{}`", one_line(name)))
                .collect();
            format!("{} is missing", missing.join(" and "))
        }
        (ErrorKind::ArgumentConflict, Some(argument), _) => {
            let others = texts(ContextKind::PriorArg);
            match others.first() {
                Some(other) if other == argument => format!("`{argument}` stands there twice"),
                Some(other) => format!("`{argument}` cannot be used with `{}`", one_line(other)),
                None => format!("`{argument}` cannot be used with the other options"),
            }
        }
        // A second name where a command stands beside its subcommands, as in `sie modules alpha beta`.
        (ErrorKind::ArgumentConflict, None, _)
            if text(ContextKind::InvalidSubcommand).is_some() =>
        {
            let typed = text(ContextKind::InvalidSubcommand).unwrap_or_default();
            format!("unexpected `{}`", one_line(typed))
        }
        (ErrorKind::InvalidUtf8, _, _) => {
            "an argument is not UTF-8 text; only paths may be".to_owned()
        }
        _ => first_line(error),
    };
    let mut failure = Failure::usage(message);
    for kind in [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
    ] {
        if let Some(suggested) = texts(kind).first() {
            failure = failure.hint(format!("did you mean `{suggested}`?"));
        }
    }
    if let (Some(typed), true) = (
        text(ContextKind::InvalidSubcommand),
        failure.hints.is_empty() && error.kind() == ErrorKind::InvalidSubcommand,
    ) {
        // `sie help COMMAND` comes without clap's own suggestion.
        let known = super::command();
        let names = known.get_subcommands().map(clap::Command::get_name);
        failure = failure.did_you_mean(typed, names);
    }
    let possible = texts(ContextKind::ValidValue);
    if failure.hints.is_empty() && !possible.is_empty() {
        failure = failure.hint(format!("possible values are {}", possible.join(", ")));
    }
    failure.hint(format!("`{} --help` tells more", command_of(arguments)))
}

/// Returns the command that was typed, as far as it is one.
fn command_of(arguments: &[OsString]) -> String {
    let known = super::command();
    let mut command = &known;
    let mut typed = "sie".to_owned();
    for word in arguments.iter().skip(1).filter_map(|word| word.to_str()) {
        if let Some(sub) = command.find_subcommand(word) {
            command = sub;
            typed = format!("{typed} {word}");
        }
    }
    typed
}

fn first_line(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let line = text.lines().next().unwrap_or_default();
    one_line(line.trim_start_matches("error: "))
}

/// Keeps what was typed on one line and at a length that can be read.
fn one_line(text: &str) -> String {
    const MOST: usize = 120;
    let short: String = text.chars().take(MOST).collect();
    let dots = if text.chars().count() > MOST {
        "…"
    } else {
        ""
    };
    format!("{}{dots}", short.replace('\n', " "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::command;

    fn failure(line: &str) -> Failure {
        let words = shlex::split(line).expect("splits");
        let words: Vec<OsString> = words.into_iter().map(OsString::from).collect();
        let error = command().try_get_matches_from(&words).expect_err(line);
        match refused(&error, &words) {
            Refused::Wrong(failure) => failure,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn every_kind_of_mistake_is_named_in_one_line_with_a_hint() {
        for (line, message, hint) in [
            (
                "sie modules alpha beta",
                "unexpected `beta`",
                "`sie modules --help` tells more",
            ),
            (
                "sie cylce alpha",
                "no command `cylce`",
                "did you mean `cycle`?",
            ),
            ("sie help lsit", "no command `lsit`", "did you mean `list`?"),
            (
                "sie --quiet metrics record alpha",
                "`<KEY=VALUE>...` is missing",
                "`sie metrics record --help` tells more",
            ),
            (
                "sie run-all --froce",
                "unexpected `--froce`",
                "did you mean `--force`?",
            ),
            (
                "sie list --format jsno",
                "`--format <FORMAT>` cannot be `jsno`",
                "did you mean `json`?",
            ),
            (
                "sie run-all --jobs 0",
                "`--jobs <N>` cannot be `0`: use a whole number from 1",
                "`sie run-all --help` tells more",
            ),
            (
                "sie cycle",
                "`<NAME>` is missing",
                "`sie cycle --help` tells more",
            ),
            (
                "sie cycle a b",
                "unexpected `b`",
                "`sie cycle --help` tells more",
            ),
            (
                "sie run-all --halt later",
                "cannot be `later`: use `never`",
                "tells more",
            ),
            (
                "sie run-all --if-running wait=5",
                "cannot be `wait=5`",
                "tells more",
            ),
            (
                "sie register a --pipeline x --stage a=b",
                "cannot be used with",
                "tells more",
            ),
            (
                "sie list --format",
                "`--format <FORMAT>` needs a value",
                "table",
            ),
        ] {
            let failure = failure(line);
            assert!(failure.message.contains(message), "{line}: {failure:?}");
            assert!(!failure.message.contains('\n'), "{line}: {failure:?}");
            assert!(
                failure.hints.iter().any(|text| text.contains(hint)),
                "{line}: {failure:?}"
            );
        }
    }

    #[test]
    fn the_form_of_the_answer_is_found_even_in_a_line_that_makes_no_sense() {
        let words = |line: &str| line.split(' ').map(OsString::from).collect::<Vec<_>>();
        assert_eq!(
            global_args_in(&words("sie x --format json")).format,
            Some(Format::Json)
        );
        assert_eq!(
            global_args_in(&words("sie --format=jsonl --y")).format,
            Some(Format::Jsonl)
        );
        assert_eq!(
            global_args_in(&words("sie x -- --format json")).format,
            None
        );
        assert_eq!(
            global_args_in(&words("sie --color never x")).color,
            Color::Never
        );
    }
}
