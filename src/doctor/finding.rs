//! One thing that a check found.

use std::borrow::Cow;
use std::path::Path;

use serde::Serialize;

use crate::doctor::mending::Mending;
use crate::exit_code::ExitCode;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// All is well.
    Ok,
    /// Worth knowing; nothing has to be done.
    Note,
    /// Something does not work, or will not.
    Problem,
}

impl Severity {
    /// Returns the word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Problem => "problem",
        }
    }
}

/// What a check found, and what mends it.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// The check, a stable `snake_case` word.
    pub check: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The engine it is about.
    pub engine: Option<String>,
    /// What was found, one sentence.
    pub what: String,
    /// The file or folder it is about.
    #[serde(rename = "where")]
    pub place: Option<String>,
    /// The command that mends it, or what to do.
    pub hint: Option<String>,
    /// Whether `--fix` mends it.
    pub fixable: bool,
    /// The exit code that a problem leads to.
    pub exit_code: Option<ExitCode>,
    /// How `--fix` mends it.
    #[serde(skip)]
    pub mending: Option<Mending>,
}

impl Finding {
    fn new(check: &'static str, severity: Severity, what: impl Into<String>) -> Self {
        Self {
            check,
            severity,
            engine: None,
            what: what.into(),
            place: None,
            hint: None,
            fixable: false,
            exit_code: None,
            mending: None,
        }
    }

    /// Says that a check found nothing wrong.
    #[must_use]
    pub fn ok(check: &'static str, what: impl Into<String>) -> Self {
        Self::new(check, Severity::Ok, what)
    }

    /// Makes a finding that is worth knowing.
    #[must_use]
    pub fn note(check: &'static str, what: impl Into<String>) -> Self {
        Self::new(check, Severity::Note, what)
    }

    /// Makes a finding that leads to an exit code.
    #[must_use]
    pub fn problem(check: &'static str, code: ExitCode, what: impl Into<String>) -> Self {
        Self {
            exit_code: Some(code),
            ..Self::new(check, Severity::Problem, what)
        }
    }

    /// Says which engine it is about.
    #[must_use]
    pub fn of(mut self, engine: &impl ToString) -> Self {
        self.engine = Some(engine.to_string());
        self
    }

    /// Says which file or folder it is about.
    #[must_use]
    pub fn at(mut self, path: &Path) -> Self {
        self.place = Some(path.to_string_lossy().into_owned());
        self
    }

    /// Says what can be typed or done.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says how `--fix` mends it.
    #[must_use]
    pub fn mended_by(mut self, mending: Mending) -> Self {
        self.fixable = true;
        self.hint
            .get_or_insert_with(|| "sie doctor --fix".to_owned());
        self.mending = Some(mending);
        self
    }
}

/// Returns the findings, or that all is well if there are none.
#[must_use]
pub fn or_ok(
    findings: Vec<Finding>,
    check: &'static str,
    what: impl FnOnce() -> String,
) -> Vec<Finding> {
    if findings.is_empty() {
        vec![Finding::ok(check, what())]
    } else {
        findings
    }
}

/// Returns a path as a word of a shell.
#[must_use]
pub fn shell_word(path: &Path) -> String {
    let path = path.to_string_lossy();
    shlex::try_quote(&path).map_or_else(|_| path.to_string(), Cow::into_owned)
}

/// Returns a number with its noun: `1 engine`, `2 engines`.
#[must_use]
pub fn count_of(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}
