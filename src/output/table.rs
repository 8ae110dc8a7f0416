//! Rows and columns, laid out for a width or separated by tabs.

use comfy_table::{ColumnConstraint, ContentArrangement, Width, presets};

use crate::names::is_invisible;
use crate::output::cell::Cell;
use crate::output::records;

/// Marks a row that is a line across the table; nothing that is shown looks like it.
const RULE: char = '\u{fdd0}';

/// Makes a row that is a line across the table, for people only.
#[must_use]
pub fn rule(text: &str) -> Vec<Cell> {
    vec![Cell::both(format!("{RULE}{text}"), "")]
}

fn text_of_rule(row: &[Cell]) -> Option<&str> {
    row.first()?.pretty.strip_prefix(RULE)
}

/// A report as lines and rows.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Lines above the rows; for people only.
    pub before: Vec<String>,
    /// The names of the columns; none if the rows are for programs only.
    pub header: Vec<&'static str>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// Lines below the rows; for people only.
    pub after: Vec<String>,
}

impl Table {
    /// Lays the table out for people.
    ///
    /// Foreign text is made visible if `escapes`: on a terminal it could otherwise move the cursor. The header is bold
    /// if `colors`.
    #[must_use]
    pub fn to_text(&self, width: u16, escapes: bool, colors: bool) -> String {
        let show = |text: &str| {
            if escapes {
                visible(text)
            } else {
                text.to_owned()
            }
        };
        // A file has no width, and a terminal would break words.
        let fold = |line: &String| {
            let line = show(line);
            if escapes {
                records::folded(&line, width.into())
            } else {
                vec![line]
            }
        };
        let mut lines: Vec<String> = self.before.iter().flat_map(fold).collect();
        if !self.header.is_empty() && !self.rows.is_empty() {
            let rows: Vec<Vec<String>> = self
                .rows_in_columns()
                .map(|row| row.iter().map(|cell| show(&cell.pretty)).collect())
                .collect();
            let in_columns: Vec<Vec<Cell>> = self.rows_in_columns().cloned().collect();
            let least = records::least_widths(&self.header, &in_columns);
            let needed: usize = least.iter().map(|width| width + records::GAP).sum();
            let mut ruled = self.rows.iter().enumerate();
            let ruled = ruled.find_map(|(place, row)| Some((place, text_of_rule(row)?.to_owned())));
            let is_narrow = needed > usize::from(width) + records::GAP;
            lines.extend(match ruled {
                None if is_narrow => records::lines(&self.header, &rows, width.into()),
                None => self.columns(rows, &least, width, colors),
                Some((place, text)) if is_narrow => {
                    let (above, below) = rows.split_at(place.min(rows.len()));
                    let part = |rows| records::lines(&self.header, rows, width.into());
                    [part(above), fold(&text), part(below)].concat()
                }
                Some((place, text)) => {
                    let mut rows = rows;
                    rows.insert(place.min(rows.len()), vec![RULE.to_string()]);
                    let lines = self.columns(rows, &least, width, colors);
                    let is_rule = |line: &str| line.starts_with(RULE);
                    let shown = |line: String| {
                        if is_rule(&line) {
                            fold(&text)
                        } else {
                            vec![line]
                        }
                    };
                    lines.into_iter().flat_map(shown).collect()
                }
            });
        }
        lines.extend(self.after.iter().flat_map(fold));
        lines.iter().map(|line| format!("{line}\n")).collect()
    }

    /// Returns the rows that are no lines across the table.
    fn rows_in_columns(&self) -> impl Iterator<Item = &Vec<Cell>> {
        self.rows.iter().filter(|row| text_of_rule(row).is_none())
    }

    fn columns(
        &self,
        rows: Vec<Vec<String>>,
        least: &[usize],
        width: u16,
        colors: bool,
    ) -> Vec<String> {
        let mut table = comfy_table::Table::new();
        table
            .load_style(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(width)
            .set_header(self.header.iter().copied());
        for row in rows {
            table.add_row(row);
        }
        for (column, least) in table.column_iter_mut().zip(least) {
            let with_gap = u16::try_from(least + records::GAP).unwrap_or(u16::MAX);
            column
                .set_padding((0, 2))
                .set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(with_gap)));
        }
        let mut lines: Vec<String> = table
            .lines()
            .map(|line| line.trim_end().to_owned())
            .collect();
        // Painted after the layout: escape codes inside a cell would count as width.
        if let Some(header) = lines.first_mut().filter(|_| colors) {
            *header = format!("\u{1b}[1m{header}\u{1b}[0m");
        }
        lines
    }

    /// Separates the rows by commas, with the header where there is one; values as in [`Table::to_tsv`].
    #[must_use]
    pub fn to_csv(&self) -> String {
        let line = |cells: Vec<String>| cells.join(",") + "\n";
        let header = (!self.header.is_empty())
            .then(|| line(self.header.iter().map(|name| escape_csv(name)).collect()));
        let rows = self.rows_in_columns().map(|row| {
            let cells = row.iter().map(|cell| escape_csv(&cell.plain));
            line(cells.collect())
        });
        header.into_iter().chain(rows).collect()
    }

    /// Writes the table as Markdown, for files and code hosts; the lines around it as paragraphs.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut parts: Vec<String> = self.before.iter().map(|line| markdown_text(line)).collect();
        let header: Vec<String> = self.header.iter().map(|name| (*name).to_owned()).collect();
        let rows = self.rows.iter().map(|row| {
            let cells = row.iter().map(|cell| cell.pretty.clone());
            cells.collect()
        });
        parts.extend(markdown_table(&header, &rows.collect::<Vec<_>>()));
        parts.extend(self.after.iter().map(|line| markdown_text(line)));
        parts
            .iter()
            .map(|part| format!("{}\n\n", part.trim_end()))
            .collect::<String>()
            .trim_end()
            .to_owned()
            + "\n"
    }

    /// Separates the rows by tabs for programs: no header, nothing cut, absolute times.
    #[must_use]
    pub fn to_tsv(&self) -> String {
        let mut text = String::new();
        for row in self.rows_in_columns() {
            let cells: Vec<String> = row.iter().map(|cell| escape_tsv(&cell.plain)).collect();
            text.push_str(&cells.join("\t"));
            text.push('\n');
        }
        text
    }
}

/// Keeps a value in its cell as RFC 4180 says: quoted where it needs to be, quotes doubled.
fn escape_csv(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// Keeps a value in its cell: tabs, line ends and backslashes are escaped.
fn escape_tsv(text: &str) -> String {
    text.replace('\\', r"\\")
        .replace('\t', r"\t")
        .replace('\n', r"\n")
        .replace('\r', r"\r")
}

/// Writes a table of Markdown; none without rows.
#[must_use]
pub fn markdown_table(header: &[String], rows: &[Vec<String>]) -> Option<String> {
    if rows.is_empty() {
        return None;
    }
    let columns = rows
        .iter()
        .map(Vec::len)
        .max()
        .unwrap_or(0)
        .max(header.len());
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let padded = |cells: &[String]| {
        let cells = cells.iter().map(|cell| markdown_text(cell));
        let mut cells: Vec<String> = cells.collect();
        cells.resize(columns, String::new());
        line(cells)
    };
    let rule = line(vec!["---".to_owned(); columns]);
    let body: String = rows.iter().map(|row| padded(row)).collect();
    Some(padded(header) + &rule + &body)
}

/// Keeps a text from being read as markup, HTML or another cell; what cannot be seen is made visible.
#[must_use]
pub fn markdown_text(text: &str) -> String {
    let mut safe = String::new();
    for c in visible(text).chars() {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '~' | '#' => safe.extend(['\\', c]),
            _ => safe.push(c),
        }
    }
    safe
}

/// Escapes characters that could mislead on a terminal.
#[must_use]
pub fn visible(text: &str) -> String {
    text.chars()
        .map(|c| {
            if is_invisible(c) {
                c.escape_default().to_string()
            } else {
                c.to_string()
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        Table {
            before: vec!["two engines".to_owned()],
            header: vec!["ENGINE", "NOTE"],
            rows: vec![
                vec![
                    Cell::text("alpha"),
                    Cell::both("2h ago", "1970-01-01T00:00:00Z"),
                ],
                vec![Cell::text("beta"), Cell::text("\u{1b}[2Jgone\tback")],
            ],
            after: Vec::new(),
        }
    }

    #[test]
    fn a_terminal_gets_aligned_columns_and_no_control_characters() {
        let text = table().to_text(80, true, false);
        assert_eq!(
            text,
            "two engines\nENGINE  NOTE\nalpha   2h ago\nbeta    \\u{1b}[2Jgone\\tback\n"
        );
    }

    #[test]
    fn a_line_between_rows_is_for_people_and_moves_no_column() {
        let mut table = table();
        let line = "--- a line that is longer than any column of the table ---";
        table.rows.insert(1, rule(line));
        assert_eq!(
            table.to_text(80, true, false),
            format!(
                "two engines\nENGINE  NOTE\nalpha   2h ago\n{line}\nbeta    \\u{{1b}}[2Jgone\\tback\n"
            )
        );
        assert!(table.to_text(10, false, false).contains(line));
        assert_eq!(table.to_tsv().lines().count(), 2);
        assert_eq!(table.to_csv().lines().count(), 3);
    }

    #[test]
    fn colour_is_on_the_header_and_nowhere_else() {
        let plain = table().to_text(80, true, false);
        let painted = table().to_text(80, true, true);
        let unpainted = painted.replace("\u{1b}[1m", "").replace("\u{1b}[0m", "");
        assert_eq!(unpainted, plain);
        assert_eq!(painted.matches('\u{1b}').count(), 2);
    }

    #[test]
    fn a_spreadsheet_gets_a_header_and_quoted_values() {
        let mut table = table();
        table.rows = vec![vec![Cell::text("a,b"), Cell::text("say \"hi\"")]];
        assert_eq!(table.to_csv(), "ENGINE,NOTE\n\"a,b\",\"say \"\"hi\"\"\"\n");
    }

    #[test]
    fn markdown_is_a_table_in_which_no_cell_is_markup() {
        let mut table = table();
        table.rows = vec![vec![Cell::text("a|b"), Cell::text("<script>*\u{202e}")]];
        assert_eq!(
            table.to_markdown(),
            "two engines\n\n| ENGINE | NOTE |\n| --- | --- |\n| a\\|b | &lt;script&gt;\\*\\\\u{202e} |\n"
        );
    }

    #[test]
    fn a_pipe_gets_one_line_per_row_and_exact_values() {
        assert_eq!(
            table().to_tsv(),
            "alpha\t1970-01-01T00:00:00Z\nbeta\t\u{1b}[2Jgone\\tback\n"
        );
    }
}
