//! Which files the separate copy holds, and making it.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::engine::conductor::Conductor;
use crate::engine::patching::git_tree::GitTree;
use crate::engine::patching::off_limits::scripts_of;
use crate::error::Failure;
use crate::patch::{MAX_COPY_BYTES, MAX_COPY_FILES, SelfCodingEngine, TargetPath};
use crate::store::{CopyProblem, SeparateCopy, WorkTree, files_below};

/// How many files a work dir may have of which a copy is narrowed by globs.
const MOST_LOOKED_AT: u64 = 1_000_000;

impl Conductor<'_> {
    /// Makes the separate copy of a work dir, given by its real path.
    pub(super) fn copy_work_dir(
        &self,
        settings: &SelfCodingEngine,
        work_dir: &Path,
        git: Option<&GitTree<'_>>,
        root: &Path,
    ) -> Result<SeparateCopy> {
        let tree = WorkTree::open(work_dir)?;
        let own: Vec<PathBuf> = self
            .own_files()
            .into_iter()
            .map(|path| std::fs::canonicalize(&path).unwrap_or(path))
            .filter(|path| path != work_dir && path.starts_with(work_dir))
            .collect();
        let told = |problem| match problem {
            CopyProblem::TooLarge => too_large(work_dir),
            CopyProblem::Broken(error) => error,
        };
        let mut paths = match git {
            Some(git) => git.tracked()?,
            None => files_below(work_dir, &own, MOST_LOOKED_AT).map_err(told)?,
        };
        paths.retain(|path| {
            let full = work_dir.join(path);
            let is_own = own.iter().any(|own| full.starts_with(own));
            is_copied(settings, path) && !is_own && !is_gits(path)
        });
        // Without its scripts nothing could be made or checked, whatever git tracks and the globs say.
        let scripts = scripts_of(settings, work_dir);
        paths.extend(scripts);
        paths.sort();
        paths.dedup();
        let fits = SelfCodingEngine::copy_fits;
        let (copy, left_out) =
            SeparateCopy::make(root, &tree, &paths, fits, MAX_COPY_BYTES).map_err(told)?;
        if !left_out.is_empty() {
            let shown: Vec<String> = left_out
                .iter()
                .take(3)
                .map(|path| path.display().to_string())
                .collect();
            (self.notes)(format!(
                "{}: not in the separate copy, as they may lead out of it: {} ({} links)",
                self.name,
                shown.join(", "),
                left_out.len()
            ));
        }
        Ok(copy)
    }
}

fn is_copied(settings: &SelfCodingEngine, path: &Path) -> bool {
    match path.to_str().map(TargetPath::parse) {
        Some(Ok(path)) => settings.is_copied(&path),
        // A name that no glob could match is copied where there are no globs.
        _ => settings.copy.is_empty(),
    }
}

fn is_gits(path: &Path) -> bool {
    path.iter().any(|name| name.eq_ignore_ascii_case(".git"))
}

fn too_large(work_dir: &Path) -> anyhow::Error {
    Failure::usage(format!(
        "the separate copy of {} would have over {} MiB or {MAX_COPY_FILES} files; name what is needed with \
         `--patch-copy GLOB`",
        work_dir.display(),
        MAX_COPY_BYTES >> 20
    ))
    .into()
}
