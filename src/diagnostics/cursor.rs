//! A place in the text of a rule or a gate that moves forward word by word.
//!
//! Knows spaces, words, comparisons and numbers, not what they mean together.

use crate::diagnostics::comparison::Comparison;

/// A fault at a byte offset, before the text and the hint are added.
pub(crate) struct Fault {
    /// Where, in bytes from the start.
    pub(crate) offset: usize,
    /// What is wrong.
    pub(crate) message: String,
}

impl Fault {
    /// Creates a fault at `offset`.
    pub(crate) fn at(offset: usize, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { offset, message }
    }
}

/// What is left to read of a text.
pub(crate) struct Cursor<'t> {
    text: &'t str,
    /// Offset in bytes of what comes next; always between characters.
    at: usize,
}

impl<'t> Cursor<'t> {
    /// Creates a cursor at the start of `text`.
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// Returns the whole text.
    pub(crate) fn text(&self) -> &'t str {
        self.text
    }

    /// Goes back to an offset that [`start`](Self::start) returned.
    pub(crate) fn back_to(&mut self, offset: usize) {
        self.at = offset;
    }

    /// Skips spaces and returns where the next thing starts.
    pub(crate) fn start(&mut self) -> usize {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
        self.at
    }

    /// Returns what is left, spaces first.
    pub(crate) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Takes `token` if it comes next.
    pub(crate) fn take(&mut self, token: &str) -> bool {
        self.start();
        let is_next = self.rest().starts_with(token);
        if is_next {
            self.at += token.len();
        }
        is_next
    }

    /// Takes `keyword` if it comes next as a whole word.
    pub(crate) fn keyword(&mut self, keyword: &str) -> bool {
        let begin = self.start();
        let is_next = self.word(is_name_character) == keyword;
        if !is_next {
            self.at = begin;
        }
        is_next
    }

    /// Takes the longest run of characters that `belongs` accepts, perhaps none.
    pub(crate) fn word(&mut self, belongs: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    /// Reads one of the six comparisons.
    pub(crate) fn comparison(&mut self) -> Result<Comparison, Fault> {
        Comparison::ALL
            .into_iter()
            .find(|op| self.take(op.symbol()))
            .ok_or_else(|| self.expected("one of > >= < <= == !="))
    }

    /// Reads a finite number.
    pub(crate) fn number(&mut self) -> Result<f64, Fault> {
        let begin = self.start();
        let word = self.word(|c| c.is_alphanumeric() || "+-._%".contains(c));
        let is_number = word.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c))
            && word
                .chars()
                .all(|c| c.is_ascii_digit() || "+-.eE".contains(c));
        let number = word.parse::<f64>().ok().filter(|_| is_number);
        let Some(number) = number else {
            self.back_to(begin);
            return Err(self.expected("a number"));
        };
        if number.is_finite() {
            return Ok(number);
        }
        Err(Fault::at(
            begin,
            format!("expected a number of at most {:e}", f64::MAX),
        ))
    }

    /// Returns a fault at what comes next; where nothing does, right after the last thing written.
    pub(crate) fn expected(&mut self, what: &str) -> Fault {
        let offset = self.start().min(self.text.trim_end().len());
        Fault::at(offset, format!("expected {what}"))
    }
}

/// Returns whether `c` may stand in a name; a keyword ends where no such character follows.
pub(crate) fn is_name_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_.:/-".contains(c)
}
