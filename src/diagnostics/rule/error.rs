//! Why a rule could not be read, and where.

use std::fmt;

/// Most characters of a rule that a message shows.
const MAX_SHOWN: usize = 100;

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
        self.before().chars().count() + 1
    }

    /// Returns the message with the rule's owner in the headline, followed by the text and a caret.
    ///
    /// Of a long rule only the surroundings of the fault are shown; control characters show as spaces.
    #[must_use]
    pub fn describe(&self, owner: Option<&str>) -> String {
        let of = owner.map_or_else(String::new, |owner| format!(" of {owner}"));
        let (excerpt, caret) = self.excerpt();
        format!(
            "rule `{excerpt}`{of}: {}\n  {excerpt}\n  {:caret$}^",
            self.message, ""
        )
    }

    /// Returns the shown part of the text and how many of its characters stand before the fault.
    fn excerpt(&self) -> (String, usize) {
        let shown: Vec<char> = self
            .text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let caret = self.column() - 1;
        if shown.len() <= MAX_SHOWN {
            return (shown.into_iter().collect(), caret);
        }
        let start = caret.saturating_sub(MAX_SHOWN / 2);
        let middle: String = shown.iter().skip(start).take(MAX_SHOWN).collect();
        let head = if start > 0 { "…" } else { "" };
        let tail = if start + MAX_SHOWN < shown.len() {
            "…"
        } else {
            ""
        };
        let caret = caret - start + head.chars().count();
        (format!("{head}{middle}{tail}"), caret)
    }

    /// Returns the text before the fault.
    fn before(&self) -> &str {
        self.text.get(..self.offset).unwrap_or(&self.text)
    }
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe(None))
    }
}

impl std::error::Error for RuleError {}
