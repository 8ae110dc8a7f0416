//! The git work tree that an engine's work dir lies in, asked by the `git` command.

use std::ops::ControlFlow;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::interrupt::Interrupt;
use crate::pipeline::{Ending, ProcessLimits, SideCommand, in_words, last_lines};

/// How long git may take; a commit may run hooks.
const LIMITS: ProcessLimits = ProcessLimits {
    timeout: Duration::from_secs(120),
    grace: Duration::from_secs(2),
    output_bytes: 64 << 20,
};

/// Variables by which git is told of a tree, an index or a way to read paths: called from a git hook we would be told of
/// those of somebody else.
pub(super) const OTHER_TREE: &[&str] = &[
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GLOB_PATHSPECS",
    "GIT_GRAFT_FILE",
    "GIT_ICASE_PATHSPECS",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// A work tree of git.
pub(super) struct GitTree<'a> {
    work_dir: &'a Path,
    interrupt: &'a Interrupt,
}

impl<'a> GitTree<'a> {
    /// Returns the work tree of a folder; none if git does not know it, or there is no git.
    pub(super) fn of(work_dir: &'a Path, interrupt: &'a Interrupt) -> Option<Self> {
        let tree = Self {
            work_dir,
            interrupt,
        };
        let answer = tree.ask(&["rev-parse", "--is-inside-work-tree"]).ok()?;
        (answer.trim_ascii() == b"true").then_some(tree)
    }

    /// Returns the tracked files below the folder, relative to it; some may be gone from disk.
    pub(super) fn tracked(&self) -> Result<Vec<PathBuf>> {
        let mut paths: Vec<PathBuf> = self
            .ask(&["ls-files", "-z"])?
            .split(|byte| *byte == 0)
            .filter(|path| !path.is_empty())
            .map(|path| PathBuf::from(std::ffi::OsString::from_vec(path.to_vec())))
            .collect();
        // A file that is being merged is listed several times.
        paths.dedup();
        Ok(paths)
    }

    /// Returns the tracked files of the whole tree that are not as committed.
    pub(super) fn dirty(&self) -> Result<Vec<String>> {
        let status = self.ask(&["status", "--porcelain", "-z", "--untracked-files=no"])?;
        let mut entries = status
            .split(|byte| *byte == 0)
            .filter(|entry| !entry.is_empty());
        let mut paths = Vec::new();
        while let Some(entry) = entries.next() {
            let (kind, path) = entry.split_at(entry.len().min(3));
            paths.push(String::from_utf8_lossy(path).into_owned());
            if kind.first().is_some_and(|kind| b"RC".contains(kind)) {
                // Behind a rename stands the old name.
                entries.next();
            }
        }
        Ok(paths)
    }

    /// Commits exactly these files and returns the commit.
    pub(super) fn commit(&self, paths: &[String], message: &str) -> Result<String> {
        let with = |words: &[&str]| -> Result<Vec<u8>> {
            let paths = paths.iter().map(String::as_str);
            let all: Vec<&str> = words.iter().copied().chain(["--"]).chain(paths).collect();
            self.ask(&all)
        };
        let committed = with(&["add", "--all"])
            .and_then(|_| with(&["commit", "--quiet", "--message", message, "--only"]));
        if committed.is_err() {
            // What is staged is as it was before.
            let _ = with(&["reset", "--quiet"]);
        }
        committed?;
        let commit = self.ask(&["rev-parse", "HEAD"])?;
        Ok(String::from_utf8_lossy(commit.trim_ascii()).into_owned())
    }

    fn ask(&self, words: &[&str]) -> Result<Vec<u8>> {
        let folder = tempfile::tempdir().context("no temporary folder")?;
        let [stdout, stderr] = ["stdout", "stderr"].map(|name| folder.path().join(name));
        let argv: Vec<String> = ["git"]
            .into_iter()
            .chain(words.iter().copied())
            .map(str::to_owned)
            .collect();
        let variables = [
            ("GIT_LITERAL_PATHSPECS", "1"),
            ("GIT_OPTIONAL_LOCKS", "0"),
            ("GIT_TERMINAL_PROMPT", "0"),
            ("GIT_EDITOR", "true"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let command = SideCommand {
            argv: &argv,
            work_dir: self.work_dir,
            variables: &variables,
            clears_environment: false,
            without: OTHER_TREE,
            stdout: &stdout,
            stderr: &stderr,
            limits: LIMITS,
            locks: &[],
        };
        let ending = command.run(self.interrupt, || ControlFlow::Continue(()))?;
        if ending != Ending::Exited(0) {
            let said = last_lines(&stderr, 3).join(" ");
            let what = words.first().copied().unwrap_or_default();
            anyhow::bail!("`git {what}`: {}: {said}", in_words(&ending));
        }
        std::fs::read(&stdout).context("cannot read what git says")
    }
}
