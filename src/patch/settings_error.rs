//! What can be wrong with the settings of a patch step.
//!
//! Says what is wrong only; which engine it was is added by the caller.

use std::fmt;

use super::GlobError;
use super::self_coding_engine::{MAX_GLOBS, MAX_TRIALS};

/// A setting that makes no sense.
#[derive(Debug, Clone, PartialEq)]
pub enum PatchSettingsError {
    /// `generate` or a `check` is blank, or holds a null character.
    Command(&'static str),
    /// There is no target.
    NoTarget,
    /// A glob of `targets` or `copy` is refused.
    Glob {
        /// The setting.
        setting: &'static str,
        /// The glob as given.
        glob: String,
        /// Why.
        error: GlobError,
    },
    /// More globs or checks than anyone needs.
    TooMany(&'static str),
    /// `min_delta` is infinite or not a number.
    MinDelta,
    /// `trials` is outside its range.
    Trials(u32),
}

impl fmt::Display for PatchSettingsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(setting) => {
                write!(formatter, "`{setting}` of the patch step is no command")
            }
            Self::NoTarget => {
                formatter.write_str("the patch step has no target that it may change")
            }
            Self::Glob {
                setting,
                glob,
                error,
            } => write!(
                formatter,
                "`{}` in `{setting}`: {error}",
                glob.escape_debug()
            ),
            Self::TooMany(setting) => write!(formatter, "`{setting}` has over {MAX_GLOBS} entries"),
            Self::MinDelta => formatter.write_str("`min_delta` is not a finite number"),
            Self::Trials(trials) => {
                write!(formatter, "`trials` is 1 to {MAX_TRIALS}, not {trials}")
            }
        }
    }
}

impl std::error::Error for PatchSettingsError {}
