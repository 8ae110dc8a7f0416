//! A place in the text of a rule that moves forward word by word.
//!
//! Knows spaces and words, not what a rule means.

/// A fault at a byte offset, before the text and the hint are added.
pub(super) struct Fault {
    /// Where, in bytes from the start.
    pub(super) offset: usize,
    /// What is wrong.
    pub(super) message: String,
}

impl Fault {
    /// Creates a fault at `offset`.
    pub(super) fn at(offset: usize, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { offset, message }
    }
}

/// What is left to read of a text.
pub(super) struct Cursor<'t> {
    text: &'t str,
    /// Offset in bytes of what comes next; always between characters.
    at: usize,
}

impl<'t> Cursor<'t> {
    /// Creates a cursor at the start of `text`.
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// Returns the whole text.
    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    /// Goes back to an offset that [`start`](Self::start) returned.
    pub(super) fn back_to(&mut self, offset: usize) {
        self.at = offset;
    }

    /// Skips spaces and returns where the next thing starts.
    pub(super) fn start(&mut self) -> usize {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
        self.at
    }

    /// Returns what is left, spaces first.
    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Takes `token` if it comes next.
    pub(super) fn take(&mut self, token: &str) -> bool {
        self.start();
        let is_next = self.rest().starts_with(token);
        if is_next {
            self.at += token.len();
        }
        is_next
    }

    /// Takes `keyword` if it comes next as a whole word.
    pub(super) fn keyword(&mut self, keyword: &str) -> bool {
        let begin = self.start();
        let is_next = self.word(is_name_character) == keyword;
        if !is_next {
            self.at = begin;
        }
        is_next
    }

    /// Takes the longest run of characters that `belongs` accepts, perhaps none.
    pub(super) fn word(&mut self, belongs: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    /// Returns a fault at what comes next; where nothing does, right after the last thing written.
    pub(super) fn expected(&mut self, what: &str) -> Fault {
        let offset = self.start().min(self.text.trim_end().len());
        Fault::at(offset, format!("expected {what}"))
    }
}

/// Returns whether `c` may stand in a name; a keyword ends where no such character follows.
pub(super) fn is_name_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_.:/-".contains(c)
}
