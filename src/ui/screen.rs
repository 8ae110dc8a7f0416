//! A screen of its own on the terminal, which shows what was there before when it is closed.

use std::fmt;
use std::io::{self, Write};

use anyhow::{Context, Result};

/// Another screen, and no cursor.
const OPEN: &str = "\u{1b}[?1049h\u{1b}[?25l";
/// The cursor, and the screen that was there before.
const CLOSE: &str = "\u{1b}[?25h\u{1b}[?1049l";
/// How many lines a terminal has that does not tell.
const DEFAULT_HEIGHT: u16 = 24;

/// The terminal while something is drawn on it again and again.
#[derive(Debug)]
pub struct Screen(());

impl Screen {
    /// Opens one.
    ///
    /// # Errors
    ///
    /// Fails if the terminal cannot be written to.
    pub fn open() -> Result<Self> {
        let screen = Self(());
        write(OPEN)?;
        Ok(screen)
    }

    /// Draws a text over what is there; what does not fit is left out, and so said.
    ///
    /// # Errors
    ///
    /// Fails if the terminal cannot be written to.
    #[expect(clippy::unused_self, reason = "only an open screen can be drawn on")]
    pub fn draw(&self, text: &str) -> Result<()> {
        let height = rustix::termios::tcgetwinsize(io::stdout())
            .ok()
            .map(|size| size.ws_row)
            .filter(|rows| *rows > 0);
        write(&frame(text, height.unwrap_or(DEFAULT_HEIGHT).into()))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // Where it cannot be written to, nobody sees it either.
        let _ = write(CLOSE);
    }
}

/// Returns what draws a text from the upper left corner on, without a line too many: that would scroll.
fn frame(text: &str, height: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let room = if lines.len() > height {
        height.saturating_sub(1)
    } else {
        height
    };
    let mut frame = String::from("\u{1b}[H");
    for (number, line) in lines.iter().take(room).enumerate() {
        if number > 0 {
            frame.push_str("\r\n");
        }
        frame.push_str(line);
        // Whatever an earlier frame left on the line.
        frame.push_str("\u{1b}[K");
    }
    let left_out = lines.len().saturating_sub(room);
    if left_out > 0 {
        // Writing to a String cannot fail.
        let _ = fmt::Write::write_fmt(
            &mut frame,
            format_args!("\r\n… {left_out} more lines\u{1b}[K"),
        );
    }
    frame.push_str("\u{1b}[J");
    frame
}

fn write(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .context("cannot write to stdout")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_never_has_more_lines_than_the_terminal() {
        let lines = |text: &str, height| frame(text, height).split("\r\n").count();
        assert_eq!(lines("a\nb\n", 3), 2);
        assert_eq!(lines("a\nb\nc\n", 3), 3);
        assert_eq!(lines("a\nb\nc\nd\n", 3), 3);
        assert!(frame("a\nb\nc\nd\n", 3).contains("… 2 more lines"));
    }
}
