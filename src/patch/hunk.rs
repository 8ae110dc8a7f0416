//! One hunk of a unified diff, and how it is applied to the lines of a file.
//!
//! Strict: the stated line, the exact bytes. A patch that fits elsewhere was made for other bytes, and what was checked
//! and measured must be what is applied. Reads no diff text; that is `diff_parser`.

use super::DiffProblem;

/// What a line of a hunk does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// Stays.
    Context,
    /// Goes.
    Remove,
    /// Comes.
    Add,
}

/// A line of a hunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HunkLine {
    /// What it does.
    pub kind: LineKind,
    /// Its bytes with the line end; without one only at the end of a file.
    pub bytes: Vec<u8>,
}

/// Lines that change together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk {
    /// First old line from 1; if there are no old lines, the line after which the hunk goes.
    pub old_start: usize,
    /// First new line, in the same way.
    pub new_start: usize,
    /// The lines in the order of the diff.
    pub lines: Vec<HunkLine>,
}

impl Hunk {
    /// Returns the number of lines the hunk covers in the old file.
    #[must_use]
    pub fn old_count(&self) -> usize {
        self.lines
            .iter()
            .filter(|line| line.kind != LineKind::Add)
            .count()
    }

    /// Returns the number of lines the hunk covers in the new file.
    #[must_use]
    pub fn new_count(&self) -> usize {
        self.lines
            .iter()
            .filter(|line| line.kind != LineKind::Remove)
            .count()
    }
}

/// Applies hunks in order and returns the new lines joined.
pub(super) fn apply_hunks(hunks: &[Hunk], old: &[u8]) -> Result<Vec<u8>, DiffProblem> {
    let mut old_lines = old.split_inclusive(|byte| *byte == b'\n');
    let mut new = Lines::default();
    let mut at = 0;
    for (hunk, number) in hunks.iter().zip(1..) {
        let start = before(hunk.old_start, hunk.old_count())
            .filter(|start| *start >= at)
            .ok_or(DiffProblem::HunkOrder(number))?;
        while at < start {
            let line = old_lines.next().ok_or(DiffProblem::BeyondEnd {
                hunk: number,
                lines: at,
            })?;
            new.push(line)?;
            at += 1;
        }
        if before(hunk.new_start, hunk.new_count()) != Some(new.count) {
            return Err(DiffProblem::NewLineNumber(number));
        }
        for line in &hunk.lines {
            if line.kind != LineKind::Add {
                let found = old_lines.next().ok_or(DiffProblem::BeyondEnd {
                    hunk: number,
                    lines: at,
                })?;
                at += 1;
                if found != line.bytes.as_slice() {
                    return Err(DiffProblem::Mismatch {
                        hunk: number,
                        line: at,
                    });
                }
            }
            if line.kind != LineKind::Remove {
                new.push(&line.bytes)?;
            }
        }
    }
    for line in old_lines {
        new.push(line)?;
    }
    Ok(new.bytes)
}

/// Returns how many lines lie before a range as a hunk header states it, if it can be.
fn before(start: usize, count: usize) -> Option<usize> {
    if count == 0 {
        Some(start)
    } else {
        start.checked_sub(1)
    }
}

/// The new file as it grows.
#[derive(Default)]
struct Lines {
    bytes: Vec<u8>,
    count: usize,
}

impl Lines {
    fn push(&mut self, line: &[u8]) -> Result<(), DiffProblem> {
        // Two lines would become one.
        if self.bytes.last().is_some_and(|byte| *byte != b'\n') {
            return Err(DiffProblem::NoNewlineInside);
        }
        self.bytes.extend_from_slice(line);
        self.count += 1;
        Ok(())
    }
}
