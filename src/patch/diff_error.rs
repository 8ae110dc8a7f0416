//! What can be wrong with a diff: where, and what.
//!
//! Says what is wrong only; which command printed the diff is added by the caller.

use std::fmt;

use super::PathRefusal;

/// A diff that is not applied, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffError {
    /// Line of the diff from 1; none if the diff reads well and does not fit.
    pub line: Option<usize>,
    /// The file it is about, if known.
    pub path: Option<String>,
    /// What is wrong.
    pub problem: DiffProblem,
}

/// What is wrong with a diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DiffProblem {
    /// No file header anywhere.
    NoFiles,
    /// A file header without a change.
    NoChange,
    /// A line that belongs to nothing.
    Unexpected,
    /// The hunk header cannot be read.
    HunkHeader,
    /// The hunk has fewer lines than its header says.
    HunkShort,
    /// The hunk has more lines than its header says.
    HunkLong,
    /// The diff ends in the middle of a line.
    Truncated,
    /// Names that cannot be read, or that are not UTF-8.
    BadName,
    /// A path that is refused.
    Path(PathRefusal),
    /// The old and the new name differ.
    Rename,
    /// A binary change.
    Binary,
    /// A change of a file's mode.
    Mode,
    /// A symbolic link or a submodule.
    Link,
    /// The file appears twice.
    Twice,
    /// The file to change or delete does not exist.
    Missing,
    /// The file to create exists.
    Exists,
    /// The file to delete has lines that the diff does not remove.
    NotEmptied,
    /// The numbered hunk starts before the one before it ends.
    HunkOrder(usize),
    /// The numbered hunk's place in the new file is not where it ends up.
    NewLineNumber(usize),
    /// The file is too short.
    BeyondEnd {
        /// Number of the hunk, from 1.
        hunk: usize,
        /// Lines the file has.
        lines: usize,
    },
    /// A line of the file is not what the diff says.
    Mismatch {
        /// Number of the hunk, from 1.
        hunk: usize,
        /// Line of the file, from 1.
        line: usize,
    },
    /// A line without an end is followed by another.
    NoNewlineInside,
}

impl DiffProblem {
    /// Returns the error with the file it is about.
    pub(super) fn of(self, path: &str) -> DiffError {
        DiffError {
            line: None,
            path: Some(path.to_owned()),
            problem: self,
        }
    }
}

/// One line: `params: hunk 2 does not fit: line 14 is another`.
impl fmt::Display for DiffError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(formatter, "{}: ", path.escape_debug())?;
        }
        if let Some(line) = self.line {
            write!(formatter, "line {line} of the diff: ")?;
        }
        self.problem.fmt(formatter)
    }
}

impl fmt::Display for DiffProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::NoFiles => "no file header (`--- a/FILE`, `+++ b/FILE`)",
            Self::NoChange => "a file header without a change",
            Self::Unexpected => "a line that belongs to no file and no hunk",
            Self::HunkHeader => "a hunk header that cannot be read",
            Self::HunkShort => "the hunk has fewer lines than its header says",
            Self::HunkLong => "the hunk has more lines than its header says",
            Self::Truncated => "the diff ends in the middle of a line",
            Self::BadName => "a file name that cannot be read as UTF-8",
            Self::Path(refusal) => return refusal.fmt(formatter),
            Self::Rename => {
                "renames and copies are not applied; delete one file and create the other"
            }
            Self::Binary => "binary changes are not applied",
            Self::Mode => "changes of a file's mode are not applied",
            Self::Link => "symbolic links and submodules are not applied",
            Self::Twice => "the file appears twice",
            Self::Missing => "the file does not exist",
            Self::Exists => "the file to create exists already",
            Self::NotEmptied => "the file to delete has lines that the diff does not remove",
            Self::HunkOrder(hunk) => {
                return write!(
                    formatter,
                    "hunk {hunk} starts before the hunk before it ends"
                );
            }
            Self::NewLineNumber(hunk) => {
                return write!(formatter, "hunk {hunk} states a wrong line of the new file");
            }
            Self::BeyondEnd { hunk, lines } => {
                return write!(
                    formatter,
                    "hunk {hunk} does not fit: the file has {lines} lines only"
                );
            }
            Self::Mismatch { hunk, line } => {
                return write!(
                    formatter,
                    "hunk {hunk} does not fit: line {line} is another"
                );
            }
            Self::NoNewlineInside => "a line without an end is followed by another",
        };
        formatter.write_str(text)
    }
}

impl std::error::Error for DiffError {}
