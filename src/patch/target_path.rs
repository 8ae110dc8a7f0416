//! A file inside the work dir, by its relative path; everything that could lead out of it is refused here.
//!
//! Text only: whether the file exists, or is a link, is for the caller to look at (`FileState`).

use std::fmt;

use serde::{Deserialize, Serialize};

/// Longest path in bytes.
const MAX_BYTES: usize = 4096;

/// A relative path with `/` between its components, none of them empty, `.`, `..` or `.git`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TargetPath(String);

/// Why a path is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PathRefusal {
    /// Nothing is left of it.
    Empty,
    /// It starts at the root.
    Absolute,
    /// A component is `..`.
    Parent,
    /// A component is empty or `.`.
    NotPlain,
    /// A control character.
    Control,
    /// Over 4096 bytes.
    TooLong,
    /// Inside `.git`, in any spelling of its case.
    Git,
}

impl TargetPath {
    /// Checks a path; `./` in front is dropped.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn parse(text: &str) -> Result<Self, PathRefusal> {
        let plain = text.strip_prefix("./").unwrap_or(text);
        if plain.is_empty() {
            return Err(PathRefusal::Empty);
        }
        if plain.starts_with('/') {
            return Err(PathRefusal::Absolute);
        }
        if plain.len() > MAX_BYTES {
            return Err(PathRefusal::TooLong);
        }
        if plain.chars().any(char::is_control) {
            return Err(PathRefusal::Control);
        }
        for component in plain.split('/') {
            match component {
                ".." => return Err(PathRefusal::Parent),
                "" | "." => return Err(PathRefusal::NotPlain),
                _ if component.eq_ignore_ascii_case(".git") => return Err(PathRefusal::Git),
                _ => {}
            }
        }
        Ok(Self(plain.to_owned()))
    }

    /// Returns the path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TargetPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<TargetPath> for String {
    fn from(path: TargetPath) -> Self {
        path.0
    }
}

impl TryFrom<String> for TargetPath {
    type Error = PathRefusal;

    fn try_from(text: String) -> Result<Self, PathRefusal> {
        Self::parse(&text)
    }
}

impl fmt::Display for PathRefusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Empty => "the path is empty",
            Self::Absolute => "the path is absolute, not inside the work dir",
            Self::Parent => "the path leads out with `..`",
            Self::NotPlain => "the path has an empty or `.` component",
            Self::Control => "the path holds control characters",
            Self::TooLong => "the path is longer than 4096 bytes",
            Self::Git => "the path lies in `.git`",
        })
    }
}

impl std::error::Error for PathRefusal {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_could_lead_out_of_the_work_dir_is_refused() {
        for (text, refusal) in [
            ("", PathRefusal::Empty),
            ("./", PathRefusal::Empty),
            ("/etc/passwd", PathRefusal::Absolute),
            (".//etc/passwd", PathRefusal::Absolute),
            ("../x", PathRefusal::Parent),
            ("a/../../x", PathRefusal::Parent),
            ("a/..", PathRefusal::Parent),
            ("a//b", PathRefusal::NotPlain),
            ("a/./b", PathRefusal::NotPlain),
            ("a/", PathRefusal::NotPlain),
            ("a\nb", PathRefusal::Control),
            ("a\0b", PathRefusal::Control),
            (".git/hooks/pre-commit", PathRefusal::Git),
            ("sub/.GIT", PathRefusal::Git),
        ] {
            assert_eq!(TargetPath::parse(text), Err(refusal), "{text:?}");
        }
        assert_eq!(
            TargetPath::parse(&"a".repeat(4097)),
            Err(PathRefusal::TooLong)
        );
    }

    #[test]
    fn plain_paths_pass_and_lose_a_leading_dot() {
        for text in [
            "params",
            "./params",
            ".gitignore",
            "a/..b/c...",
            "ein ä/mit leer",
        ] {
            let path = TargetPath::parse(text).expect(text);
            assert_eq!(path.as_str(), text.trim_start_matches("./"));
        }
    }
}
