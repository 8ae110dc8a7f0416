//! Writing documents, notes and errors to the two streams.

use std::io::{self, ErrorKind, IsTerminal, Write};

use anyhow::{Context, Result};

use crate::cli::{Color, Format, GlobalArgs};
use crate::clock::UnixTime;
use crate::env::Environment;
use crate::error::{Failure, failure_in, kind_of};
use crate::exit_code::ExitCode;
use crate::output::{Document, Rendering, render, visible};

/// The width of tables where nobody tells.
const DEFAULT_WIDTH: u16 = 100;

/// How to write, as far as options and environment decide.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    format: Format,
    asked_format: Option<Format>,
    is_quiet: bool,
    colors_errors: bool,
    colors_documents: bool,
    width: u16,
    escapes: bool,
    can_draw: bool,
    shows_bars: bool,
}

impl Settings {
    /// Decides how to write.
    #[must_use]
    pub fn new(global: &GlobalArgs, environment: &Environment) -> Self {
        let (stdout, stderr) = (io::stdout().is_terminal(), io::stderr().is_terminal());
        let colors = |is_terminal: bool| match global.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto if environment.forbids_color => false,
            Color::Auto if environment.forces_color => true,
            Color::Auto => is_terminal && !environment.has_dumb_terminal,
        };
        let default_format = if stdout { Format::Table } else { Format::Tsv };
        let of_terminal = || {
            rustix::termios::tcgetwinsize(io::stdout())
                .ok()
                .map(|size| size.ws_col)
        };
        let width = if stdout { of_terminal() } else { None };
        Self {
            format: global.format.unwrap_or(default_format),
            asked_format: global.format,
            is_quiet: global.quiet,
            colors_errors: colors(stderr),
            colors_documents: colors(stdout),
            width: width
                .filter(|width| *width > 0)
                .or(environment.columns)
                .unwrap_or(DEFAULT_WIDTH)
                .max(20),
            escapes: stdout,
            can_draw: !environment.has_dumb_terminal,
            shows_bars: stderr
                && !global.quiet
                && !environment.forbids_progress
                && !environment.has_dumb_terminal,
        }
    }
}

/// The two streams.
#[derive(Clone, Copy, Debug)]
pub struct Ui {
    settings: Settings,
}

impl Ui {
    /// Makes one.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings }
    }

    /// Whether a person should see nothing unless something failed.
    #[must_use]
    pub fn is_quiet(self) -> bool {
        self.settings.is_quiet
    }

    /// Whether documents are written as tables for people.
    #[must_use]
    pub fn shows_tables(self) -> bool {
        self.settings.format == Format::Table && !self.settings.is_quiet
    }

    /// Whether progress bars may be drawn.
    #[must_use]
    pub fn shows_bars(self) -> bool {
        self.settings.shows_bars
    }

    /// Returns how many columns the terminal behind stderr has, as far as anybody tells.
    #[must_use]
    pub fn width_of_stderr(self) -> usize {
        let of_terminal = rustix::termios::tcgetwinsize(io::stderr())
            .ok()
            .map(|size| size.ws_col)
            .filter(|width| *width > 0);
        of_terminal.unwrap_or(self.settings.width).into()
    }

    /// Returns the form that was asked for, if one was.
    #[must_use]
    pub fn asked_format(self) -> Option<Format> {
        self.settings.asked_format
    }

    /// Whether stdout is a terminal.
    #[must_use]
    pub fn is_on_terminal(self) -> bool {
        self.settings.escapes
    }

    /// Writes the result of a command to stdout. `--quiet` silences the forms for people, not those for programs.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be written; a closed pipe is no failure.
    pub fn document<D: Document>(self, document: &D, now: UnixTime) -> Result<()> {
        self.document_as(document, self.settings.format, now)
    }

    /// As [`Ui::document`], in this form.
    ///
    /// # Errors
    ///
    /// As [`Ui::document`].
    pub fn document_as<D: Document>(
        self,
        document: &D,
        format: Format,
        now: UnixTime,
    ) -> Result<()> {
        let Settings {
            width,
            escapes,
            is_quiet,
            colors_documents,
            ..
        } = self.settings;
        if is_quiet && matches!(format, Format::Table | Format::Tsv | Format::Csv) {
            return Ok(());
        }
        Self::text(&render(
            document,
            Rendering {
                format,
                width,
                escapes,
                colors: colors_documents,
                now,
            },
        )?)?;
        if let Some(nothing) = document.nothing() {
            self.note(&nothing);
        }
        Ok(())
    }

    /// Renders the result of a command for a file.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be rendered in this form.
    pub fn rendered<D: Document>(document: &D, format: Format, now: UnixTime) -> Result<String> {
        let rendering = Rendering {
            format,
            width: DEFAULT_WIDTH,
            escapes: false,
            colors: false,
            now,
        };
        render(document, rendering)
    }

    /// Whether documents are tables for people, on a terminal that can be drawn on.
    #[must_use]
    pub fn draws_tables_on_a_terminal(self) -> bool {
        self.settings.escapes && self.settings.can_draw && self.settings.format == Format::Table
    }

    /// Returns a document as it would be written to the terminal, as wide as that is now.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be rendered.
    pub fn drawn<D: Document>(self, document: &D, now: UnixTime) -> Result<String> {
        let width = rustix::termios::tcgetwinsize(io::stdout()).ok();
        let width = width.map(|size| size.ws_col).filter(|width| *width > 0);
        let text = render(
            document,
            Rendering {
                format: Format::Table,
                width: width.unwrap_or(self.settings.width).max(20),
                escapes: true,
                colors: self.settings.colors_documents,
                now,
            },
        )?;
        Ok(text + &document.nothing().unwrap_or_default())
    }

    /// Writes a text to stdout as it is.
    ///
    /// # Errors
    ///
    /// As [`Ui::document`].
    pub fn text(text: &str) -> Result<()> {
        let mut stdout = io::stdout().lock();
        match stdout
            .write_all(text.as_bytes())
            .and_then(|()| stdout.flush())
        {
            // Whoever reads has seen enough.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            written => written.context("cannot write to stdout"),
        }
    }

    /// Writes help or the version to stdout, as it was asked for.
    ///
    /// # Errors
    ///
    /// As [`Ui::document`].
    pub fn help(self, plain: &str, colored: &str) -> Result<()> {
        Self::text(if self.settings.colors_documents {
            colored
        } else {
            plain
        })
    }

    /// Writes help to stderr because no command was named.
    pub fn usage(self, plain: &str, colored: &str) {
        let text = if self.settings.colors_errors {
            colored
        } else {
            plain
        };
        // Nobody could be told that stderr cannot be written to.
        let _ = write!(io::stderr().lock(), "{text}");
    }

    /// Writes a line to stderr that is worth knowing and no error.
    pub fn note(self, text: &str) {
        if !self.settings.is_quiet {
            self.line(text);
        }
    }

    /// Writes a warning to stderr.
    pub fn warning(self, text: &str) {
        self.line(&format!("{} {text}", self.paint("warning:", "33")));
    }

    /// Writes a line to stderr whatever `--quiet` says.
    pub fn line(self, text: &str) {
        let text = if io::stderr().is_terminal() {
            self.keep_paint(text)
        } else {
            text.to_owned()
        };
        // Nobody could be told that stderr cannot be written to.
        let _ = writeln!(io::stderr().lock(), "{text}");
    }

    /// Writes an error to stderr: what failed, what caused it, what can be done.
    pub fn error(self, error: &anyhow::Error) {
        let mut causes = error.chain().map(ToString::to_string);
        let message = causes.next().unwrap_or_default();
        self.line(&format!("{} {message}", self.paint("error:", "31;1")));
        for cause in causes.filter(|cause| *cause != message) {
            self.line(&format!("caused by: {cause}"));
        }
        let hints: Vec<&String> = error
            .chain()
            .filter_map(|cause| cause.downcast_ref::<Failure>())
            .chain(failure_in(error))
            .flat_map(|failure| &failure.hints)
            .collect();
        let mut shown: Vec<&String> = Vec::new();
        for hint in hints {
            if !shown.contains(&hint) {
                self.line(&format!("{} {hint}", self.paint("hint:", "36")));
                shown.push(hint);
            }
        }
        let kind = kind_of(error);
        self.exit_error(kind.exit_code(), kind.code_name(), &message, &shown);
    }

    /// Writes the line by which a program knows why a command failed, if it is a program that reads.
    pub fn exit_error(self, code: ExitCode, kind: &str, message: &str, hints: &[&String]) {
        if !matches!(self.settings.format, Format::Json | Format::Jsonl) {
            return;
        }
        let json = serde_json::json!({
            "message_type": "exit_error",
            "code": code.number(),
            "kind": kind,
            "message": message,
            "hints": hints,
        });
        self.line(&json.to_string());
    }

    fn paint(self, text: &str, code: &str) -> String {
        if self.settings.colors_errors {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    /// Escapes foreign text but leaves the colours that `paint` put at the beginning of a line.
    fn keep_paint(self, text: &str) -> String {
        let painted = text
            .strip_prefix("\u{1b}[")
            .and_then(|rest| rest.split_once("\u{1b}[0m"));
        match painted {
            Some((label, rest)) if self.settings.colors_errors => {
                format!("\u{1b}[{label}\u{1b}[0m{}", visible_lines(rest))
            }
            _ => visible_lines(text),
        }
    }
}

/// Escapes foreign text but keeps our own line ends.
fn visible_lines(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(visible).collect();
    lines.join("\n")
}
