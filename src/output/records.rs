//! Rows one below the other, for terminals in which the columns would break words.

use crate::output::cell::Cell;

/// A word longer than this is broken rather than respected: a path would need the whole terminal.
const LONGEST_WORD: usize = 16;
/// Spaces behind a column.
pub const GAP: usize = 2;

/// Returns the least width of each column in which no word has to be broken.
#[must_use]
pub fn least_widths(header: &[&str], rows: &[Vec<Cell>]) -> Vec<usize> {
    let width = |text: &str| text.chars().count();
    let longest_word = |text: &str| text.split_whitespace().map(width).max().unwrap_or(0);
    header
        .iter()
        .enumerate()
        .map(|(index, title)| {
            let cells = rows.iter().filter_map(|row| row.get(index));
            let words = cells.map(|cell| longest_word(&cell.pretty).min(LONGEST_WORD));
            words.chain([longest_word(title)]).max().unwrap_or(0)
        })
        .collect()
}

/// Lays out each row as lines of a title and a value; what is empty is left out.
#[must_use]
pub fn lines(header: &[&str], rows: &[Vec<String>], width: usize) -> Vec<String> {
    let titles = header.iter().map(|title| title.chars().count()).max();
    let indent = titles.unwrap_or(0) + GAP;
    let mut lines = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        if number > 0 {
            lines.push(String::new());
        }
        for (title, value) in header.iter().zip(row) {
            if value.trim().is_empty() || value == "-" {
                continue;
            }
            let room = width.saturating_sub(indent).max(LONGEST_WORD);
            for (part_number, part) in wrapped(value, room).into_iter().enumerate() {
                let title = if part_number == 0 { title } else { "" };
                lines.push(format!("{title:<indent$}{part}"));
            }
        }
    }
    lines
}

/// Breaks a line between words where it is too long, and indents what follows; a long word is left as it is.
#[must_use]
pub fn folded(line: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = line.to_owned();
    let margin = line.chars().take_while(|c| *c == ' ').count() + GAP;
    while rest.chars().count() > width {
        let start = rest.len() - rest.trim_start().len();
        let room = rest
            .char_indices()
            .nth(width)
            .map_or(rest.len(), |(at, _)| at);
        let spaces = rest.match_indices(' ').map(|(at, _)| at);
        let last = spaces
            .skip_while(|at| *at <= start)
            .take_while(|at| *at <= room)
            .last();
        let Some(at) = last else { break };
        let (before, after) = rest.split_at(at);
        lines.push(before.trim_end().to_owned());
        rest = format!("{:margin$}{}", "", after.trim_start());
    }
    lines.push(rest);
    lines
}

/// Breaks a text between words, and a word only if it is longer than a line.
fn wrapped(text: &str, room: usize) -> Vec<String> {
    let mut parts = vec![String::new()];
    for word in text.split_whitespace() {
        let letters: Vec<char> = word.chars().collect();
        for piece in letters.chunks(room) {
            let piece: String = piece.iter().collect();
            match parts.last_mut() {
                Some(part) if part.is_empty() => *part = piece,
                Some(part) if part.chars().count() + 1 + piece.chars().count() <= room => {
                    part.push(' ');
                    part.push_str(&piece);
                }
                _ => parts.push(piece),
            }
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_becomes_lines_of_titles_and_values_without_the_empty_ones() {
        let row = ["alpha", "-", "an outage of the vendor that takes its time"].map(str::to_owned);
        let lines = lines(&["ENGINE", "ROI", "NOTE"], &[row.to_vec()], 30);
        assert_eq!(
            lines,
            [
                "ENGINE  alpha",
                "NOTE    an outage of the",
                "        vendor that takes its",
                "        time",
            ]
        );
    }

    #[test]
    fn a_word_that_fits_no_line_is_broken() {
        assert_eq!(wrapped("abcdef gh", 4), ["abcd", "ef", "gh"]);
        assert_eq!(wrapped("", 4), [""]);
    }
    #[test]
    fn a_line_that_is_too_long_is_folded_between_words() {
        assert_eq!(folded("short", 20), ["short"]);
        assert_eq!(
            folded("  slow  unknown  mean(response_time, 20)  > 2", 24),
            ["  slow  unknown", "    mean(response_time,", "    20)  > 2"]
        );
        let long = "a-word-that-fits-nowhere b";
        assert_eq!(folded(long, 5), [long]);
        assert_eq!(folded("é é é", 3), ["é é", "  é"]);
        for width in 0..9 {
            assert!(folded("  a b  c   d", width).len() < 9, "{width}");
        }
    }
}
