//! Where something stands in a text, for messages.

/// A line and a column, both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl Place {
    /// Returns the place that is given relative to this one, as a parser of a part gives it.
    #[must_use]
    pub fn plus(self, line: usize, column: usize) -> Self {
        if line <= 1 {
            Self {
                line: self.line,
                column: self.column + column.saturating_sub(1),
            }
        } else {
            Self {
                line: self.line + line - 1,
                column: column.max(1),
            }
        }
    }
}

/// Returns where a part of a text begins.
#[must_use]
pub fn place_of(text: &str, part: &str) -> Place {
    let offset = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    let before = text.get(..offset).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    Place { line, column }
}
