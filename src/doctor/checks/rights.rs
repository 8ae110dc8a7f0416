//! The files: may others change them, do they belong to somebody else.
//!
//! In a folder that only its user may enter it does not matter that others may read a file.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::doctor::finding::{Finding, count_of, or_ok, shell_word};
use crate::doctor::inspection::Inspection;
use crate::doctor::mending::Mending;
use crate::exit_code::ExitCode;

const CHECK: &str = "rights";

pub fn look(inspection: &Inspection<'_>) -> Vec<Finding> {
    let data_dir = &inspection.workspace.data_dir;
    let root = data_dir.root();
    let folders = [data_dir.locks(), data_dir.runs()];
    let mut paths = vec![inspection.workspace.registry_path.clone()];
    paths.extend(inspection.stores.iter().map(|facts| facts.path.clone()));
    let engines = inspection.engines().iter();
    paths.extend(engines.filter_map(|engine| engine.engine.state_path.clone()));
    let within = folders.iter().flat_map(|folder| entries(folder));
    let files: Vec<(PathBuf, Metadata)> = paths
        .into_iter()
        .chain(folders.iter().cloned())
        .chain(within)
        .filter_map(|path| {
            let metadata = fs::metadata(&path).ok()?;
            Some((path, metadata))
        })
        .collect();
    let mut findings: Vec<Finding> = files
        .iter()
        .filter_map(|(path, metadata)| writable(path, metadata))
        .collect();
    if let Ok(folder) = fs::metadata(root) {
        let strangers: Vec<(&Path, u32)> = files
            .iter()
            .map(|(path, metadata)| (path.as_path(), metadata.uid()))
            .filter(|(_, owner)| *owner != folder.uid())
            .collect();
        findings.extend(foreign(root, folder.uid(), &strangers));
    }
    or_ok(findings, CHECK, || {
        format!(
            "nobody else may change any of {}",
            count_of(files.len(), "file")
        )
    })
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

/// Judges who may write. Groups are left alone: many systems give every user one of their own.
fn writable(path: &Path, metadata: &Metadata) -> Option<Finding> {
    (metadata.mode() & 0o002 != 0).then(|| {
        Finding::problem(CHECK, ExitCode::Unexpected, "everybody may write to it")
            .at(path)
            .hint(format!("chmod o-w {}", shell_word(path)))
            .mended_by(Mending::Restrict(path.to_owned(), 0o7775))
    })
}

/// Judges files that belong to somebody else, as after `sudo sie`: the next command may not be able to use them.
fn foreign(root: &Path, owner: u32, strangers: &[(&Path, u32)]) -> Option<Finding> {
    let (first, other) = strangers.first()?;
    let what = format!(
        "{} not to the owner of the data directory (user {owner}) but to user {other}",
        match strangers.len() {
            1 => "one file belongs".to_owned(),
            count => format!("{count} files belong"),
        }
    );
    let within = if first.starts_with(root) { root } else { first };
    Some(
        Finding::problem(CHECK, ExitCode::Unexpected, what)
            .at(first)
            .hint(format!("sudo chown -R {owner} {}", shell_word(within))),
    )
}
