//! What every report has in common: one value, several forms.

use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::Value;

use crate::cli::Format;
use crate::clock::UnixTime;
use crate::error::Failure;
use crate::output::diff::painted;
use crate::output::table::Table;
use crate::output::tint::Tinted;

/// A report of a command. Its serialization is the JSON document.
pub trait Document: Serialize {
    /// The key under which the JSON document lists its rows.
    const ROWS: &'static str;

    /// Which words are coloured by their meaning, on a terminal that has colours. The text makes sense without.
    const TINTED: Option<Tinted> = None;

    /// Returns the report as lines and rows.
    fn table(&self, now: UnixTime) -> Table;

    /// Returns the report as Markdown.
    fn markdown(&self, now: UnixTime) -> String {
        let mut text = self.table(now).to_markdown();
        if let Some(diff) = self.diff() {
            // Indented it is code, whatever it says.
            text.push('\n');
            text.extend(diff.lines().map(|line| format!("    {line}\n")));
        }
        text
    }

    /// Returns the report as a page for a browser.
    ///
    /// # Errors
    ///
    /// A usage failure if there is none.
    fn page(&self) -> Result<String> {
        Err(no_page())
    }

    /// Returns a unified diff that belongs below the table, for people.
    fn diff(&self) -> Option<&str> {
        None
    }

    /// Returns what to tell if there are no rows.
    fn nothing(&self) -> Option<String> {
        None
    }
}

/// How a report is to look.
#[derive(Clone, Copy, Debug)]
pub struct Rendering {
    /// The form.
    pub format: Format,
    /// The width of tables, in columns.
    pub width: u16,
    /// Whether colour may be used.
    pub colors: bool,
    /// Whether foreign text is made visible, as on a terminal.
    pub escapes: bool,
    /// The present time, for relative times.
    pub now: UnixTime,
}

/// Renders a report.
///
/// # Errors
///
/// Fails if it cannot be written as JSON.
pub fn render<D: Document>(document: &D, rendering: Rendering) -> Result<String> {
    let as_json = || "cannot write the report as JSON";
    match rendering.format {
        Format::Table => {
            let (width, escapes, colors) = (rendering.width, rendering.escapes, rendering.colors);
            let text = document
                .table(rendering.now)
                .to_text(width, escapes, colors);
            let mut text = match D::TINTED {
                Some(tinted) if colors => tinted.paint(&text),
                _ => text,
            };
            let diff = document.diff().unwrap_or_default();
            text.push_str(&painted(diff, escapes, colors));
            Ok(text)
        }
        Format::Tsv => Ok(document.table(rendering.now).to_tsv()),
        Format::Csv => Ok(document.table(rendering.now).to_csv()),
        Format::Md => Ok(document.markdown(rendering.now)),
        Format::Html => document.page(),
        Format::Json => {
            let mut text = serde_json::to_string_pretty(document).with_context(as_json)?;
            text.push('\n');
            Ok(text)
        }
        Format::Jsonl => {
            let value = serde_json::to_value(document).with_context(as_json)?;
            let rows = match value.get(D::ROWS) {
                Some(Value::Array(rows)) => rows.as_slice(),
                Some(row) => std::slice::from_ref(row),
                None => &[],
            };
            Ok(rows.iter().map(|row| format!("{row}\n")).collect())
        }
    }
}

/// Refuses to make a page of what has none.
pub fn no_page() -> anyhow::Error {
    Failure::usage("there is no `--format html` of this")
        .hint("`sie report -o report.html` makes a page; otherwise use table, tsv, csv, json, jsonl or md")
        .into()
}
