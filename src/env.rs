//! Every environment variable `sie` reads, declared once. The only place that reads the environment.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::Result;

use crate::error::Failure;

/// A variable and what it does, as the man page and the README list it.
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub meaning: &'static str,
}

/// The variables, in the order in which they are documented.
pub const VARIABLES: [Variable; 15] = [
    Variable {
        name: "SIE_DATA_DIR",
        meaning: "data directory, unless `--data-dir` is given",
    },
    Variable {
        name: "SIE_REGISTRY",
        meaning: "registry file, unless `--registry` is given",
    },
    Variable {
        name: "SIE_NOW",
        meaning: "replaces the wall clock (RFC 3339), for rehearsals and tests",
    },
    Variable {
        name: "SIE_TOPIC",
        meaning: "set for hooks; no hook is told of what is done where it is set",
    },
    Variable {
        name: "SIE_SEED",
        meaning: "whole number that replaces the random seed of policies that begin, for rehearsals and tests",
    },
    Variable {
        name: "SIE_NO_PROGRESS",
        meaning: "true: plain lines instead of progress bars",
    },
    Variable {
        name: "NO_COLOR",
        meaning: "not empty: no colour",
    },
    Variable {
        name: "CLICOLOR_FORCE",
        meaning: "neither empty nor `0`: colour even in a pipe",
    },
    Variable {
        name: "COLUMNS",
        meaning: "width of tables where the terminal does not tell",
    },
    Variable {
        name: "COMPLETE",
        meaning: "`bash`, `zsh` or `fish`: print the live completion script of that shell",
    },
    Variable {
        name: "PATH",
        meaning: "where `sie doctor` looks for the commands of engines, as running them does",
    },
    Variable {
        name: "CI",
        meaning: "true: plain lines instead of progress bars",
    },
    Variable {
        name: "GITHUB_ACTIONS",
        meaning: "true: `--ci auto` tells GitHub Actions",
    },
    Variable {
        name: "GITHUB_OUTPUT",
        meaning: "file that `--ci github` appends step outputs to",
    },
    Variable {
        name: "GITHUB_STEP_SUMMARY",
        meaning: "file that `--ci github` appends a summary to",
    },
];

/// What GitHub Actions says of the step in which the program runs.
#[derive(Clone, Debug, Default)]
pub struct GitHub {
    /// Whether `GITHUB_ACTIONS` is true.
    pub is_there: bool,
    /// `GITHUB_OUTPUT`.
    pub output: Option<PathBuf>,
    /// `GITHUB_STEP_SUMMARY`.
    pub step_summary: Option<PathBuf>,
}

/// The environment as read once at the start.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `SIE_DATA_DIR`.
    pub data_dir: Option<PathBuf>,
    /// `SIE_REGISTRY`.
    pub registry: Option<PathBuf>,
    /// `SIE_NOW`, not yet parsed.
    pub now: Option<String>,
    /// Whether `SIE_TOPIC` is set, as it is for hooks.
    pub is_in_hook: bool,
    /// `SIE_SEED`.
    pub seed: Option<u64>,
    /// Whether `SIE_NO_PROGRESS` or `CI` forbids progress bars.
    pub forbids_progress: bool,
    /// Whether `NO_COLOR` is set.
    pub forbids_color: bool,
    /// Whether `CLICOLOR_FORCE` is set.
    pub forces_color: bool,
    /// `COLUMNS`.
    pub columns: Option<u16>,
    /// Whether `TERM` is `dumb` or missing.
    pub has_dumb_terminal: bool,
    /// What GitHub Actions says.
    pub github: GitHub,
}

/// Returns the shell that asks for completions (`COMPLETE`).
///
/// Read by itself: whatever is wrong with the other variables, a shell must not hear of it.
#[must_use]
pub fn completing_shell() -> Option<PathBuf> {
    raw("COMPLETE").map(PathBuf::from)
}

/// Returns where programs are looked for (`PATH`). Only whoever inspects asks.
#[must_use]
pub fn search_path() -> Option<OsString> {
    raw("PATH")
}

impl Environment {
    /// Reads the environment of the process.
    ///
    /// # Errors
    ///
    /// A usage failure names the variable whose value cannot be understood.
    pub fn read() -> Result<Self> {
        // CI systems set CI to words of their own; anything but a clear "no" counts.
        let runs_in_ci = text("CI").is_some_and(|value| value != "0" && value != "false");
        Ok(Self {
            data_dir: raw("SIE_DATA_DIR").map(PathBuf::from),
            registry: raw("SIE_REGISTRY").map(PathBuf::from),
            now: text("SIE_NOW"),
            is_in_hook: raw("SIE_TOPIC").is_some(),
            seed: seed()?,
            forbids_progress: boolean("SIE_NO_PROGRESS")? || runs_in_ci,
            forbids_color: raw("NO_COLOR").is_some(),
            forces_color: text("CLICOLOR_FORCE").is_some_and(|value| value != "0"),
            columns: text("COLUMNS").and_then(|value| value.parse().ok()),
            has_dumb_terminal: text("TERM").is_none_or(|value| value == "dumb"),
            github: GitHub {
                is_there: text("GITHUB_ACTIONS").is_some_and(|value| value == "true"),
                output: raw("GITHUB_OUTPUT").map(PathBuf::from),
                step_summary: raw("GITHUB_STEP_SUMMARY").map(PathBuf::from),
            },
        })
    }
}

fn raw(name: &str) -> Option<OsString> {
    #[expect(clippy::disallowed_methods, reason = "this is the place that reads it")]
    std::env::var_os(name).filter(|value| !value.is_empty())
}

fn text(name: &str) -> Option<String> {
    raw(name).map(|value| value.to_string_lossy().into_owned())
}

fn seed() -> Result<Option<u64>> {
    let Some(value) = text("SIE_SEED") else {
        return Ok(None);
    };
    let seed = value.parse().map_err(|_| {
        Failure::usage(format!("SIE_SEED is not a whole number from 0: `{value}`"))
            .hint("for example `SIE_SEED=7`")
    })?;
    Ok(Some(seed))
}

fn boolean(name: &str) -> Result<bool> {
    match text(name).as_deref() {
        None | Some("0" | "false" | "no") => Ok(false),
        Some("1" | "true" | "yes") => Ok(true),
        Some(value) => Err(
            Failure::usage(format!("{name} is neither true nor false: `{value}`"))
                .hint(format!("use `{name}=1` or `{name}=0`"))
                .into(),
        ),
    }
}
