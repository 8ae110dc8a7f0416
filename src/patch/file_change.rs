//! A file that differs after `generate`, and why it may not.
//!
//! Filled in by the caller, who looked at both trees without following links. Modes are no part of a patch: an existing
//! file keeps its own, so they are not compared here.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{PathRefusal, WhyOffLimits};

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileState {
    /// Nothing.
    Absent,
    /// A regular file with one name.
    Regular {
        /// Its size.
        bytes: u64,
    },
    /// A regular file with several names, so that a write here is seen there.
    HardLink,
    /// A symbolic link.
    Link,
    /// A device, socket, pipe, or a folder where a file was.
    Other,
}

/// A path whose content or kind differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// Relative to the work dir, as found.
    pub path: String,
    /// Before `generate`.
    pub before: FileState,
    /// After it.
    pub after: FileState,
}

/// Something a patch did that it may not do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// The path; none if it is about the patch as a whole.
    pub path: Option<String>,
    /// What is wrong.
    pub reason: RefusalReason,
}

/// What a patch may not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalReason {
    /// The path leads out, or is none.
    Path(PathRefusal),
    /// No target matches.
    NotATarget,
    /// The path is off limits.
    OffLimits(WhyOffLimits),
    /// A symbolic link, before or after.
    Link,
    /// A hard link, before or after.
    HardLink,
    /// A device, socket, pipe or folder, before or after.
    NotRegular,
    /// A file over `MAX_FILE_BYTES`.
    FileTooLarge,
    /// Over `MAX_PATCH_BYTES` together.
    PatchTooLarge,
    /// Over `MAX_PATCH_FILES` files.
    TooManyFiles,
}

impl FileState {
    /// Returns why no file of this kind is taken, if it is not.
    pub(super) fn refusal(self) -> Option<RefusalReason> {
        match self {
            Self::Absent | Self::Regular { .. } => None,
            Self::HardLink => Some(RefusalReason::HardLink),
            Self::Link => Some(RefusalReason::Link),
            Self::Other => Some(RefusalReason::NotRegular),
        }
    }
}

/// One line: `train.sh: it is a script of the pipeline`.
impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(formatter, "{}: ", path.escape_debug())?;
        }
        self.reason.fmt(formatter)
    }
}

impl fmt::Display for RefusalReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Path(refusal) => return refusal.fmt(formatter),
            Self::OffLimits(why) => return write!(formatter, "it is {why}"),
            Self::NotATarget => "no target of the patch matches it",
            Self::Link => "symbolic links are not taken",
            Self::HardLink => "files with several names are not taken",
            Self::NotRegular => "only regular files are taken",
            Self::FileTooLarge => "the file is over 16 MiB",
            Self::PatchTooLarge => "the patched files are over 64 MiB together",
            Self::TooManyFiles => "the patch changes over 1,000 files",
        };
        formatter.write_str(text)
    }
}
