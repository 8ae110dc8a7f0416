//! Why a gate could not be read, and where.

use std::fmt;

use crate::diagnostics::marked_text::MarkedText;

/// A fault in the text of a gate, displayed as a headline, the text, and a caret under the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateError {
    /// The gate as written.
    pub text: String,
    /// Where the fault is, in bytes from the start; at most the length of the text.
    pub offset: usize,
    /// What is wrong, as `expected a number`.
    pub message: String,
    /// What to write instead, as ``for example `roi >= 0` ``.
    pub hint: String,
}

impl GateError {
    /// Returns where the fault is, in characters from the start, counted from 1.
    #[must_use]
    pub fn column(&self) -> usize {
        self.marked().column()
    }

    fn marked(&self) -> MarkedText<'_> {
        MarkedText {
            text: &self.text,
            offset: self.offset,
        }
    }
}

impl fmt::Display for GateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.marked().describe("gate", None, &self.message))
    }
}

impl std::error::Error for GateError {}
