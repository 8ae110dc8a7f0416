//! Colour by meaning: painted after the layout, as escape codes inside a cell would count as width.

/// What a word says to whoever glances at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tint {
    /// Nothing to do.
    Good,
    /// Something is going on, or worth a look.
    Attention,
    /// Something failed.
    Bad,
    /// Left alone on purpose.
    Quiet,
}

impl Tint {
    /// Returns the SGR code.
    fn code(self) -> &'static str {
        match self {
            Self::Good => "32",
            Self::Attention => "33",
            Self::Bad => "31",
            Self::Quiet => "2",
        }
    }
}

/// Which words of a report are coloured.
#[derive(Clone, Copy, Debug)]
pub struct Tinted {
    /// The column; none if it is the first word of each line.
    pub column: Option<&'static str>,
    /// What a word means.
    pub meaning: fn(&str) -> Option<Tint>,
}

impl Tinted {
    /// Paints the words of a report that is laid out.
    #[must_use]
    pub fn paint(&self, text: &str) -> String {
        let mut start = self.column.is_none().then_some(0);
        let mut painted = String::with_capacity(text.len() + 64);
        for line in text.lines() {
            let header = self.column.and_then(|title| start_of(line, title));
            if header.is_some() {
                start = header;
                painted.push_str(line);
            } else {
                // Where rows are lines of a title and a value, the value stands behind its title.
                let titled = self.column.filter(|_| start.is_none()).and_then(|title| {
                    let rest = line.strip_prefix(title)?;
                    let gap = rest.chars().take_while(|c| *c == ' ').count();
                    (gap > 0).then(|| title.chars().count() + gap)
                });
                match start.or(titled) {
                    Some(start) => painted.push_str(&self.paint_at(line, start)),
                    None => painted.push_str(line),
                }
            }
            painted.push('\n');
        }
        painted
    }

    /// Paints the text that begins at a column and goes on to the gap before the next one.
    fn paint_at(&self, line: &str, start: usize) -> String {
        let Some((at, _)) = line.char_indices().nth(start) else {
            return line.to_owned();
        };
        let (before, rest) = line.split_at(at);
        let end = rest.find("  ").unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        match (self.meaning)(word) {
            Some(tint) if !word.is_empty() => {
                format!("{before}\u{1b}[{}m{word}\u{1b}[0m{after}", tint.code())
            }
            _ => line.to_owned(),
        }
    }
}

/// Returns in which column a title stands in the header, which is bold where there are colours.
fn start_of(line: &str, title: &str) -> Option<usize> {
    let header = line.strip_prefix("\u{1b}[1m")?;
    let before = header.get(..header.find(title)?)?;
    Some(before.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(word: &str) -> Option<Tint> {
        (word == "ok").then_some(Tint::Good)
    }

    #[test]
    fn a_word_is_painted_in_its_column_and_nowhere_else() {
        let tinted = Tinted {
            column: Some("RESULT"),
            meaning,
        };
        let text =
            "\u{1b}[1mENGINE  RESULT  NOTE\u{1b}[0m\nok      ok      ok\nbeta    failed  ok\n";
        let painted = tinted.paint(text);
        assert_eq!(
            painted,
            "\u{1b}[1mENGINE  RESULT  NOTE\u{1b}[0m\nok      \u{1b}[32mok\u{1b}[0m      ok\nbeta    failed  ok\n"
        );
        let records = "ENGINE  ok\nRESULT  ok\n";
        assert_eq!(
            tinted.paint(records),
            "ENGINE  ok\nRESULT  \u{1b}[32mok\u{1b}[0m\n"
        );
    }

    #[test]
    fn the_first_word_of_a_line_is_painted_where_there_are_no_columns() {
        let tinted = Tinted {
            column: None,
            meaning,
        };
        assert_eq!(
            tinted.paint("ok  all  ok\n    ok\n"),
            "\u{1b}[32mok\u{1b}[0m  all  ok\n    ok\n"
        );
    }
}
