//! Where rows come from: `key=value` pairs, JSON, files with a row per line. Each yields one row at a time.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use anyhow::{Context, Result};
use serde::de::DeserializeSeed;

use crate::clock::UnixTime;
use crate::error::Failure;
use crate::metrics::json::RowSeed;
use crate::metrics::row::{self, AT, Row, shown};

/// The longest line of a file in bytes.
const MAX_LINE: u64 = 1024 * 1024;

/// What some programs write before the first character of a file.
pub(super) const BYTE_ORDER_MARK: char = '\u{feff}';

/// Yields rows.
pub trait RowSource {
    /// Reads the next row into `row`; returns whether there was one.
    ///
    /// # Errors
    ///
    /// A usage failure names the row that cannot be read.
    fn next(&mut self, row: &mut Row) -> Result<bool>;

    /// Returns where the row just read stands: `line 7`.
    fn place(&self) -> String;

    /// Returns how many bytes were read so far.
    fn bytes(&self) -> u64 {
        0
    }
}

/// Reads a time: RFC 3339, or unix seconds.
///
/// # Errors
///
/// A usage failure shows the text.
pub fn time_of(text: &str) -> Result<f64> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds.is_finite() => Ok(seconds),
        _ => UnixTime::parse(text).map(|time| time.0),
    }
}

pub(super) fn bad(place: &str, problem: impl std::fmt::Display) -> anyhow::Error {
    Failure::usage(format!("{place}: {problem}")).into()
}

/// One row from `key=value` arguments.
pub struct Pairs<'a>(pub Option<&'a [String]>);

impl RowSource for Pairs<'_> {
    fn next(&mut self, row: &mut Row) -> Result<bool> {
        let Some(pairs) = self.0.take() else {
            return Ok(false);
        };
        row.clear();
        for pair in pairs {
            let (name, value) = pair.split_once('=').ok_or_else(|| {
                Failure::usage(format!("`{}` has no `=`", shown(pair)))
                    .hint("write it like `errors=0.02`")
            })?;
            let number = number_of(value).ok_or_else(|| {
                bad(
                    "row 1",
                    format!("`{}` is not a number: `{}`", shown(name), shown(value)),
                )
            })?;
            row.push(name, number);
        }
        Ok(true)
    }

    fn place(&self) -> String {
        "row 1".to_owned()
    }
}

/// Parses a number; NaN and infinity are none.
fn number_of(text: &str) -> Option<f64> {
    text.trim()
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite())
}

/// The lines of a file.
struct Lines {
    reader: BufReader<File>,
    line: Vec<u8>,
    number: u64,
    bytes: u64,
}

impl Lines {
    fn open(path: &Path) -> Result<Self> {
        let file = File::open(path)
            .with_context(|| Failure::usage(format!("cannot read {}", path.display())))?;
        // The store is locked while the file is read: a pipe could take for ever.
        if !file.metadata().is_ok_and(|metadata| metadata.is_file()) {
            return Err(Failure::usage(format!("{} is not a file", path.display()))
                .hint("rows from a pipe are read with `--json -`")
                .into());
        }
        Ok(Self {
            reader: BufReader::with_capacity(256 * 1024, file),
            line: Vec::new(),
            number: 0,
            bytes: 0,
        })
    }

    /// Returns whether there is another line with something in it.
    fn next(&mut self) -> Result<bool> {
        loop {
            self.line.clear();
            let reader = self.reader.by_ref();
            let length = reader
                .take(MAX_LINE + 1)
                .read_until(b'\n', &mut self.line)?;
            if length == 0 {
                return Ok(false);
            }
            self.number += 1;
            self.bytes += length as u64;
            if length as u64 > MAX_LINE {
                return Err(bad(
                    &self.place(),
                    format!("it is longer than {MAX_LINE} bytes"),
                ));
            }
            if !self.line.trim_ascii().is_empty() {
                return Ok(true);
            }
        }
    }

    fn text(&self) -> Result<&str> {
        let text = std::str::from_utf8(&self.line)
            .map_err(|_| bad(&self.place(), "it is not UTF-8 text"))?;
        let text = text.trim_end_matches(['\r', '\n']);
        // Some editors and spreadsheets begin a file with a mark that is no text.
        Ok(if self.number == 1 {
            text.trim_start_matches(BYTE_ORDER_MARK)
        } else {
            text
        })
    }

    fn place(&self) -> String {
        format!("line {}", self.number)
    }
}

/// A file with comma-separated values: names in the first line, an optional column `at`, empty cells for nothing.
pub struct Csv {
    lines: Lines,
    names: Vec<String>,
}

impl Csv {
    /// Opens a file and reads the names.
    ///
    /// # Errors
    ///
    /// A usage failure if there is no such file, or it is empty.
    pub fn open(path: &Path) -> Result<Self> {
        let mut lines = Lines::open(path)?;
        if !lines.next()? {
            return Err(Failure::usage(format!("{} is empty", path.display())).into());
        }
        let place = lines.place();
        let names = cells(lines.text()?)
            .map(|name| Ok(name?.trim().to_owned()))
            .collect::<Result<Vec<String>, &str>>()
            .map_err(|problem| bad(&place, problem))?;
        // A file without rows is no excuse for names that could never have any.
        let metrics = names.iter().map(String::as_str).filter(|name| *name != AT);
        row::check_names(metrics).map_err(|problem| bad(&place, problem))?;
        if names.iter().filter(|name| *name == AT).count() > 1 {
            return Err(bad(&place, format!("`{AT}` stands there twice")));
        }
        Ok(Self { lines, names })
    }
}

impl RowSource for Csv {
    fn next(&mut self, row: &mut Row) -> Result<bool> {
        if !self.lines.next()? {
            return Ok(false);
        }
        row.clear();
        let mut found = 0;
        for cell in cells(self.lines.text()?) {
            let place = || self.lines.place();
            let cell = cell.map_err(|problem| bad(&place(), problem))?;
            let Some(name) = self.names.get(found) else {
                let width = self.names.len();
                return Err(bad(
                    &place(),
                    format!("it has more cells than the first line, which has {width}"),
                ));
            };
            found += 1;
            let cell = cell.trim();
            if name == AT {
                if !cell.is_empty() {
                    row.at = Some(time_of(cell).map_err(|error| bad(&place(), error))?);
                }
            } else if cell.is_empty() {
                row.push(name, f64::NAN);
            } else {
                let number = number_of(cell).ok_or_else(|| {
                    bad(
                        &place(),
                        format!("`{}` is not a number: `{}`", shown(name), shown(cell)),
                    )
                })?;
                row.push(name, number);
            }
        }
        if found < self.names.len() {
            let width = self.names.len();
            return Err(bad(
                &self.lines.place(),
                format!("it has too few cells: {found}, the first line has {width}"),
            ));
        }
        Ok(true)
    }

    fn place(&self) -> String {
        self.lines.place()
    }

    fn bytes(&self) -> u64 {
        self.lines.bytes
    }
}

/// Splits a line at its commas; a cell in quotes may contain them. What is wrong with a cell is told in its place.
fn cells(line: &str) -> impl Iterator<Item = Result<Cow<'_, str>, &'static str>> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let text = rest?;
        if let Some(quoted) = text.strip_prefix('"') {
            let Some((cell, after)) = unquoted(quoted) else {
                rest = None;
                return Some(Err("a quote is never closed"));
            };
            let (between, next) = match after.split_once(',') {
                Some((between, next)) => (between, Some(next)),
                None => (after, None),
            };
            rest = next;
            return Some(if between.trim().is_empty() {
                Ok(Cow::Owned(cell))
            } else {
                Err("text follows a closing quote")
            });
        }
        let (cell, next) = match text.split_once(',') {
            Some((cell, next)) => (cell, Some(next)),
            None => (text, None),
        };
        rest = next;
        Some(Ok(Cow::Borrowed(cell)))
    })
}

/// Returns a cell up to its closing quote, two of which stand for one, and what follows it.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut cell = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('"') {
        cell.push_str(before);
        let Some(more) = after.strip_prefix('"') else {
            return Some((cell, after));
        };
        cell.push('"');
        rest = more;
    }
    None
}

/// A file with one JSON object per line.
pub struct JsonLines(Lines);

impl JsonLines {
    /// Opens a file.
    ///
    /// # Errors
    ///
    /// A usage failure if there is no such file.
    pub fn open(path: &Path) -> Result<Self> {
        Lines::open(path).map(Self)
    }
}

impl RowSource for JsonLines {
    fn next(&mut self, row: &mut Row) -> Result<bool> {
        if !self.0.next()? {
            return Ok(false);
        }
        row.clear();
        let mut deserializer = serde_json::Deserializer::from_str(self.0.text()?);
        RowSeed(row)
            .deserialize(&mut deserializer)
            .and_then(|()| deserializer.end())
            .map_err(|error| {
                let text = error.to_string();
                let problem = text.split(" at line ").next().unwrap_or(&text);
                let place = format!("{}, column {}", self.0.place(), error.column());
                bad(&place, problem)
            })?;
        Ok(true)
    }

    fn place(&self) -> String {
        self.0.place()
    }

    fn bytes(&self) -> u64 {
        self.0.bytes
    }
}

#[cfg(test)]
#[path = "sources_tests.rs"]
mod tests;
