//! A text with a place in it, shown with a caret under that place.

/// Most characters of a text that a message shows.
const MAX_SHOWN: usize = 100;

/// A text in which something is wrong at a place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MarkedText<'t> {
    /// The text as written.
    pub(crate) text: &'t str,
    /// The place, in bytes from the start.
    pub(crate) offset: usize,
}

impl MarkedText<'_> {
    /// Returns where the place is, in characters from the start, counted from 1.
    pub(crate) fn column(&self) -> usize {
        let before = self.text.get(..self.offset).unwrap_or(self.text);
        before.chars().count() + 1
    }

    /// Returns a message about the text with its owner in the headline, followed by the text and a caret.
    ///
    /// Of a long text only the surroundings of the place are shown; control characters show as spaces.
    pub(crate) fn describe(&self, kind: &str, owner: Option<&str>, message: &str) -> String {
        let of = owner.map_or_else(String::new, |owner| format!(" of {owner}"));
        let (excerpt, caret) = self.excerpt();
        format!(
            "{kind} `{excerpt}`{of}: {message}\n  {excerpt}\n  {:caret$}^",
            ""
        )
    }

    /// Returns the shown part of the text and how many of its characters stand before the place.
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
}
