//! Reads the text of a unified diff.
//!
//! Checks form only; whether it fits a file is found out by applying it.

use super::diff_path::{git_names, header_name, resolved};
use super::{DiffAction, DiffError, DiffProblem, FileDiff, Hunk, HunkLine, LineKind};

/// A reader of diff lines.
pub(super) struct DiffParser<'a> {
    lines: Vec<&'a [u8]>,
    /// Lines read so far.
    at: usize,
    path: Option<String>,
}

/// What git's lines before `---` say about a file.
#[derive(Default)]
struct GitHeader {
    action: Option<DiffAction>,
}

impl<'a> DiffParser<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self {
            lines: text.split_inclusive(|byte| *byte == b'\n').collect(),
            at: 0,
            path: None,
        }
    }

    /// Reads all files.
    pub(super) fn files(mut self) -> Result<Vec<FileDiff>, DiffError> {
        let mut files = Vec::new();
        let mut is_prose = true;
        while let Some(line) = self.peek() {
            if let Some(names) = line.strip_prefix(b"diff --git ") {
                files.push(self.git_file(names)?);
                is_prose = false;
            } else if self.is_at_header() {
                files.push(self.plain_file(None)?);
                is_prose = false;
            } else if line.starts_with(b"@@ -") {
                return Err(self.error(DiffProblem::Unexpected));
            } else if line == b"-- " {
                // What follows is the signature of a mail.
                is_prose = true;
                self.at += 1;
            } else if !is_prose && matches!(line.first(), Some(b'+' | b'-' | b' ' | b'\\')) {
                return Err(self.error(DiffProblem::HunkLong));
            } else if is_prose || is_between_files(line) {
                self.at += 1;
            } else {
                let is_binary = line.starts_with(b"Binary files ");
                let problem = if is_binary {
                    DiffProblem::Binary
                } else {
                    DiffProblem::Unexpected
                };
                return Err(self.error(problem));
            }
        }
        if files.is_empty() {
            self.path = None;
            return Err(self.error(DiffProblem::NoFiles));
        }
        Ok(files)
    }

    /// Reads a file with git's header; the current line is `diff --git`.
    fn git_file(&mut self, names: &[u8]) -> Result<FileDiff, DiffError> {
        // Renames differ here already, and are reported by their own lines.
        let names = git_names(names);
        self.path = names.as_ref().ok().map(|path| path.as_str().to_owned());
        self.at += 1;
        let mut header = GitHeader::default();
        while let Some(line) = self.peek() {
            match header.read(line) {
                Ok(true) => self.at += 1,
                Ok(false) => break,
                Err(problem) => return Err(self.error(problem)),
            }
        }
        if self.is_at_header() {
            return self.plain_file(header.action);
        }
        let path = names.map_err(|problem| self.error(problem))?;
        match header.action {
            // An empty file has no lines to show.
            Some(action) => Ok(FileDiff {
                path,
                action,
                hunks: Vec::new(),
            }),
            None => Err(self.error(DiffProblem::NoChange)),
        }
    }

    /// Reads `---`, `+++` and the hunks.
    fn plain_file(&mut self, stated: Option<DiffAction>) -> Result<FileDiff, DiffError> {
        let old = self.name(b"--- ")?;
        let new = self.name(b"+++ ")?;
        let (path, action) =
            resolved(old.as_deref(), new.as_deref()).map_err(|problem| self.error(problem))?;
        self.path = Some(path.as_str().to_owned());
        if stated.is_some_and(|stated| stated != action) {
            return Err(self.error(DiffProblem::Unexpected));
        }
        let hunks = self.hunks()?;
        if hunks.is_empty() {
            return Err(self.error(DiffProblem::NoChange));
        }
        Ok(FileDiff {
            path,
            action,
            hunks,
        })
    }

    fn name(&mut self, prefix: &[u8]) -> Result<Option<String>, DiffError> {
        let line = self.peek().and_then(|line| line.strip_prefix(prefix));
        let text = line.ok_or_else(|| self.error(DiffProblem::Unexpected))?;
        let name = header_name(text).map_err(|problem| self.error(problem))?;
        self.at += 1;
        Ok(name)
    }

    fn hunks(&mut self) -> Result<Vec<Hunk>, DiffError> {
        let mut hunks = Vec::new();
        while let Some(header) = self.peek().filter(|line| line.starts_with(b"@@ -")) {
            let ranges = ranges(header).ok_or_else(|| self.error(DiffProblem::HunkHeader))?;
            self.at += 1;
            hunks.push(self.hunk(ranges)?);
        }
        Ok(hunks)
    }

    fn hunk(&mut self, (old, new): (Range, Range)) -> Result<Hunk, DiffError> {
        let (mut old_left, mut new_left) = (old.count, new.count);
        let mut lines: Vec<HunkLine> = Vec::new();
        while old_left > 0 || new_left > 0 {
            let line = self.lines.get(self.at).copied().unwrap_or_default();
            let (kind, bytes) = match line.split_first() {
                Some((b' ', bytes)) => (LineKind::Context, bytes),
                Some((b'-', bytes)) => (LineKind::Remove, bytes),
                Some((b'+', bytes)) => (LineKind::Add, bytes),
                // Mailers and editors strip the blank of an empty context line; git reads it so, too.
                Some((b'\n', _)) => (LineKind::Context, line),
                _ => return Err(self.error(DiffProblem::HunkShort)),
            };
            let takes_old = usize::from(kind != LineKind::Add);
            let takes_new = usize::from(kind != LineKind::Remove);
            let left = old_left
                .checked_sub(takes_old)
                .zip(new_left.checked_sub(takes_new));
            (old_left, new_left) = left.ok_or_else(|| self.error(DiffProblem::HunkShort))?;
            let mut bytes = bytes.to_vec();
            if !bytes.ends_with(b"\n") {
                return Err(self.error(DiffProblem::Truncated));
            }
            self.at += 1;
            if self.peek().is_some_and(|next| next.starts_with(b"\\ ")) {
                bytes.pop();
                self.at += 1;
            }
            lines.push(HunkLine { kind, bytes });
        }
        Ok(Hunk {
            old_start: old.start,
            new_start: new.start,
            lines,
        })
    }

    /// Returns true at a `--- ` line with a `+++ ` line after it.
    fn is_at_header(&self) -> bool {
        let next = self.lines.get(self.at.saturating_add(1));
        self.peek().is_some_and(|line| line.starts_with(b"--- "))
            && next.is_some_and(|line| line.starts_with(b"+++ "))
    }

    /// Returns the current line without its end, also without that of a diff which went through a CRLF mailer.
    fn peek(&self) -> Option<&'a [u8]> {
        let line = self.lines.get(self.at)?;
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    }

    fn error(&self, problem: DiffProblem) -> DiffError {
        DiffError {
            line: Some(self.at.saturating_add(1).min(self.lines.len().max(1))),
            path: self.path.clone(),
            problem,
        }
    }
}

impl GitHeader {
    /// Takes in a line; false if it is none of git's.
    fn read(&mut self, line: &[u8]) -> Result<bool, DiffProblem> {
        if let Some(mode) = line.strip_prefix(b"new file mode ") {
            self.action = Some(DiffAction::Create);
            regular(mode)?;
            // Whether a file can be executed is not for a patch to say.
            return if mode == b"100644" {
                Ok(true)
            } else {
                Err(DiffProblem::Mode)
            };
        }
        if let Some(mode) = line.strip_prefix(b"deleted file mode ") {
            self.action = Some(DiffAction::Delete);
            return regular(mode).map(|()| true);
        }
        if let Some(index) = line.strip_prefix(b"index ") {
            let mode = index.split(|byte| *byte == b' ').nth(1);
            return mode.map_or(Ok(()), regular).map(|()| true);
        }
        let starts = |prefixes: &[&str]| {
            prefixes
                .iter()
                .any(|prefix| line.starts_with(prefix.as_bytes()))
        };
        if starts(&["old mode ", "new mode "]) {
            Err(DiffProblem::Mode)
        } else if starts(&["rename ", "copy ", "similarity index "]) {
            Err(DiffProblem::Rename)
        } else if starts(&["GIT binary patch", "Binary files "]) {
            Err(DiffProblem::Binary)
        } else {
            Ok(starts(&["dissimilarity index "]))
        }
    }
}

fn regular(mode: &[u8]) -> Result<(), DiffProblem> {
    match mode {
        b"100644" | b"100755" => Ok(()),
        _ => Err(DiffProblem::Link),
    }
}

/// Returns true for lines that tools print between files and that change nothing.
fn is_between_files(line: &[u8]) -> bool {
    let known = ["diff ", "Index: ", "======"];
    line.is_empty()
        || known
            .iter()
            .any(|prefix| line.starts_with(prefix.as_bytes()))
}

/// One side of a hunk header.
struct Range {
    start: usize,
    count: usize,
}

/// Reads `@@ -1,3 +1,4 @@ …`; a missing count is 1.
fn ranges(header: &[u8]) -> Option<(Range, Range)> {
    let header = header.strip_prefix(b"@@ -")?;
    let end = header.windows(3).position(|three| three == b" @@")?;
    let text = str::from_utf8(header.get(..end)?).ok()?;
    let (old, new) = text.split_once(" +")?;
    Some((range(old)?, range(new)?))
}

fn range(text: &str) -> Option<Range> {
    let number = |digits: &str| {
        let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit());
        digits
            .parse::<u32>()
            .ok()
            .filter(|_| is_plain)
            .and_then(|number| usize::try_from(number).ok())
    };
    let (start, count) = text.split_once(',').unwrap_or((text, "1"));
    Some(Range {
        start: number(start)?,
        count: number(count)?,
    })
}
