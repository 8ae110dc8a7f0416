//! A unified diff of several files, applied strictly to contents in memory.
//!
//! Touches no files. Which paths may be touched at all is for `SelfCodingEngine::review`.

use std::collections::{BTreeMap, BTreeSet};

use super::diff_parser::DiffParser;
use super::hunk::apply_hunks;
use super::{DiffError, DiffProblem, Hunk, TargetPath};

/// What happens to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiffAction {
    /// It exists before and after.
    Edit,
    /// It exists after only.
    Create,
    /// It exists before only.
    Delete,
}

/// The changes of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDiff {
    /// The file.
    pub path: TargetPath,
    /// What happens to it.
    pub action: DiffAction,
    /// Its hunks in order; none if an empty file comes or goes.
    pub hunks: Vec<Hunk>,
}

/// A parsed diff; every path appears once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnifiedDiff {
    files: Vec<FileDiff>,
}

impl UnifiedDiff {
    /// Parses a diff as `diff -u`, `git diff` and `git format-patch` print it.
    ///
    /// Text before the first file header is skipped, as is a mail signature. Renames, copies, binary changes, modes and
    /// links are refused.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line.
    pub fn parse(text: &[u8]) -> Result<Self, DiffError> {
        let files = DiffParser::new(text).files()?;
        let mut seen = BTreeSet::new();
        for file in &files {
            if !seen.insert(&file.path) {
                return Err(DiffProblem::Twice.of(file.path.as_str()));
            }
        }
        Ok(Self { files })
    }

    /// Returns true if some line begins like a file header, so that the text is meant as a diff.
    #[must_use]
    pub fn is_meant(text: &[u8]) -> bool {
        let mut lines = text.split(|byte| *byte == b'\n').peekable();
        while let Some(line) = lines.next() {
            let next_is_new = lines.peek().is_some_and(|next| next.starts_with(b"+++ "));
            if line.starts_with(b"diff --git ") || (line.starts_with(b"--- ") && next_is_new) {
                return true;
            }
        }
        false
    }

    /// Returns the changed files in the order of the diff.
    #[must_use]
    pub fn files(&self) -> &[FileDiff] {
        &self.files
    }

    /// Applies the diff to contents by path and returns the new content of every file it names; nothing = deleted.
    ///
    /// A file that does not exist is not in `old`. All or nothing: the first file that does not fit refuses the diff.
    ///
    /// # Errors
    /// The file, and why its hunks do not fit.
    pub fn apply(
        &self,
        old: &BTreeMap<TargetPath, Vec<u8>>,
    ) -> Result<BTreeMap<TargetPath, Option<Vec<u8>>>, DiffError> {
        self.files
            .iter()
            .map(|file| {
                let content = old.get(&file.path).map(Vec::as_slice);
                let new = file
                    .apply(content)
                    .map_err(|problem| problem.of(file.path.as_str()))?;
                Ok((file.path.clone(), new))
            })
            .collect()
    }
}

impl FileDiff {
    /// Applies the changes to one content; nothing = the file does not exist.
    ///
    /// # Errors
    /// Why they do not fit.
    pub fn apply(&self, old: Option<&[u8]>) -> Result<Option<Vec<u8>>, DiffProblem> {
        match (self.action, old) {
            (DiffAction::Create, Some(_)) => Err(DiffProblem::Exists),
            (DiffAction::Edit | DiffAction::Delete, None) => Err(DiffProblem::Missing),
            (DiffAction::Create, None) => apply_hunks(&self.hunks, b"").map(Some),
            (DiffAction::Edit, Some(old)) => apply_hunks(&self.hunks, old).map(Some),
            (DiffAction::Delete, Some(old)) => {
                let rest = apply_hunks(&self.hunks, old)?;
                if rest.is_empty() {
                    Ok(None)
                } else {
                    Err(DiffProblem::NotEmptied)
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "unified_diff_tests.rs"]
mod tests;
