//! Asking a person, where there is one.

use std::io::{self, BufRead, IsTerminal, Write};

use anyhow::{Context, Result};

use crate::ui::terminal::Ui;

impl Ui {
    /// Whether a person can be asked: stdin and stderr are terminals.
    #[must_use]
    pub fn can_ask() -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Asks a question on stderr, whatever `--quiet` says, and returns the line typed; none at the end of input.
    ///
    /// # Errors
    ///
    /// Fails if the answer cannot be read.
    pub fn ask(question: &str) -> Result<Option<String>> {
        let mut stderr = io::stderr().lock();
        // Nobody could be told that stderr cannot be written to.
        let _ = write!(stderr, "{question}").and_then(|()| stderr.flush());
        let mut line = String::new();
        let read = io::stdin().lock().read_line(&mut line);
        if read.context("cannot read the answer")? == 0 {
            let _ = writeln!(stderr);
            return Ok(None);
        }
        Ok(Some(line.trim().to_owned()))
    }
}
