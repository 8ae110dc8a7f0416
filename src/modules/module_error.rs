//! What can be wrong with a module's name, delta or stored record.
//!
//! Says what is wrong only; which engine, cycle or file it was is added by the caller, who knows.

use std::fmt;

use super::{MAX_MODULES, MAX_NAME_BYTES};

/// A delta or a stored record that cannot be taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModuleError {
    /// The name is empty, too long or holds control characters.
    BadName(String),
    /// The delta is infinite or not a number.
    NotFinite {
        /// The module the delta was meant for.
        name: String,
    },
    /// Two stored records have the same name.
    NameTwice(String),
    /// Two stored records have the same index.
    IndexTwice(u32),
    /// There are as many modules as are kept.
    TooMany,
}

impl fmt::Display for ModuleError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadName(name) => write!(
                formatter,
                "module name `{}` is empty, longer than {MAX_NAME_BYTES} bytes or holds control characters",
                name.escape_debug()
            ),
            Self::NotFinite { name } => {
                write!(
                    formatter,
                    "the delta of module `{}` is not a finite number",
                    name.escape_debug()
                )
            }
            Self::NameTwice(name) => {
                write!(
                    formatter,
                    "module `{}` is stored twice",
                    name.escape_debug()
                )
            }
            Self::IndexTwice(index) => {
                write!(formatter, "two stored modules have the index {index}")
            }
            Self::TooMany => write!(formatter, "an engine has at most {MAX_MODULES} modules"),
        }
    }
}

impl std::error::Error for ModuleError {}
