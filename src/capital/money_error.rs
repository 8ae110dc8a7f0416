//! Why a text or a number is no amount.

use std::fmt;

/// An amount that cannot be taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MoneyError {
    /// The text is not a decimal number.
    NotANumber(String),
    /// The amount lies beyond ±9,223,372,036,854.775807 units.
    OutOfRange(String),
}

/// How much of a wrong text is shown.
const SHOWN_CHARS: usize = 40;

impl fmt::Display for MoneyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (text, complaint) = match self {
            Self::NotANumber(text) => (text, "is not a decimal number"),
            Self::OutOfRange(text) => (text, "is beyond 9223372036854.775807"),
        };
        let shown: String = text
            .chars()
            .take(SHOWN_CHARS)
            .flat_map(char::escape_debug)
            .collect();
        let more = if text.chars().nth(SHOWN_CHARS).is_some() {
            "…"
        } else {
            ""
        };
        write!(formatter, "amount `{shown}{more}` {complaint}")
    }
}

impl std::error::Error for MoneyError {}
