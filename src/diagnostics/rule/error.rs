//! Why a rule could not be read, and where.

use std::fmt;

use crate::diagnostics::marked_text::MarkedText;

/// A fault in the text of a rule.
///
/// Displayed as a headline, the text, and a caret under the place. The hint stands apart, so that it can
/// be printed after the causes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    /// The rule as written.
    pub text: String,
    /// Where the fault is, in bytes from the start; at most the length of the text.
    pub offset: usize,
    /// What is wrong, as `expected a number`.
    pub message: String,
    /// What to write instead, as ``for example `mean(errors, 20) > 0.05` ``.
    pub hint: String,
}

impl RuleError {
    /// Returns where the fault is, in characters from the start, counted from 1.
    #[must_use]
    pub fn column(&self) -> usize {
        self.marked().column()
    }

    /// Returns the message with the rule's owner in the headline, followed by the text and a caret.
    ///
    /// Of a long rule only the surroundings of the fault are shown; control characters show as spaces.
    #[must_use]
    pub fn describe(&self, owner: Option<&str>) -> String {
        self.marked().describe("rule", owner, &self.message)
    }

    fn marked(&self) -> MarkedText<'_> {
        MarkedText {
            text: &self.text,
            offset: self.offset,
        }
    }
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe(None))
    }
}

impl std::error::Error for RuleError {}
