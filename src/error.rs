//! What can go wrong, in words a person can act on. Does not print.

use std::fmt;

use crate::exit_code::ExitCode;

/// What kind of failure this is; decides the exit code and the `kind` of the JSON error line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Something unforeseen, or an operating system error.
    Unexpected,
    /// A cycle ended but its end could not be committed.
    NotRecorded,
    /// Bad usage or configuration.
    Usage,
    /// An engine is busy and `--if-running fail` was given.
    Busy,
    /// The registry or the store is unusable as a whole, or written by a newer version.
    Unusable,
    /// A signal asked the program to stop; the number of the signal.
    Signal(i32),
}

impl Kind {
    /// Returns the stable name used in JSON.
    #[must_use]
    pub fn code_name(self) -> &'static str {
        match self {
            Self::Unexpected => "unexpected",
            Self::NotRecorded => "not_recorded",
            Self::Usage => "usage",
            Self::Busy => "busy",
            Self::Unusable => "unusable",
            Self::Signal(_) => "signal",
        }
    }

    /// Returns the exit code of this kind.
    #[must_use]
    pub fn exit_code(self) -> ExitCode {
        match self {
            Self::Unexpected | Self::NotRecorded | Self::Signal(_) => ExitCode::Unexpected,
            Self::Usage => ExitCode::Usage,
            Self::Busy => ExitCode::Busy,
            Self::Unusable => ExitCode::Unusable,
        }
    }
}

/// A failure with its kind and hints that can be typed.
///
/// Travels inside [`anyhow::Error`]; the outermost one decides the kind.
#[derive(Debug)]
pub struct Failure {
    /// What kind of failure this is.
    pub kind: Kind,
    /// What was tried and why it failed: lower case, no full stop.
    pub message: String,
    /// What the reader can do about it.
    pub hints: Vec<String>,
}

impl Failure {
    /// Makes a failure without hints.
    #[must_use]
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            hints: Vec::new(),
        }
    }

    /// Makes a usage failure without hints.
    #[must_use]
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// Adds a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds a "did you mean" hint if one of `known` is close to `typed`.
    #[must_use]
    pub fn did_you_mean<'a>(self, typed: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        match closest(typed, known) {
            Some(name) => self.hint(format!("did you mean `{name}`?")),
            None => self,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

/// Returns the kind of an error: that of the outermost [`Failure`] in its chain.
#[must_use]
pub fn kind_of(error: &anyhow::Error) -> Kind {
    failure_in(error).map_or(Kind::Unexpected, |failure| failure.kind)
}

/// Returns the outermost [`Failure`] in the chain of an error.
#[must_use]
pub fn failure_in(error: &anyhow::Error) -> Option<&Failure> {
    // Looking through the chain finds a failure that was only added as context, too.
    error
        .downcast_ref::<Failure>()
        .or_else(|| error.chain().find_map(|cause| cause.downcast_ref()))
}

/// Returns the known name closest to what was typed, if it is close enough to be a slip.
#[must_use]
pub fn closest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_lowercase();
    known
        .into_iter()
        .map(|name| {
            let similarity = strsim::jaro_winkler(&typed, &name.to_lowercase());
            (name, similarity)
        })
        .filter(|(_, similarity)| *similarity > 0.8)
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outermost_failure_decides_the_kind() {
        let error = anyhow::Error::new(Failure::usage("inner"))
            .context(Failure::new(Kind::Unusable, "outer"));
        assert_eq!(kind_of(&error), Kind::Unusable);
    }

    #[test]
    fn a_slip_of_two_letters_is_suggested_and_a_stranger_is_not() {
        assert_eq!(closest("alhpa", ["alpha", "beta"]), Some("alpha"));
        assert_eq!(closest("omega", ["xyzzy", "qwert"]), None);
    }
}
