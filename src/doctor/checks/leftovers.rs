//! Files that were left lying: temporary ones of killed writers, and damaged ones that were moved aside.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::doctor::finding::{Finding, or_ok, shell_word};
use crate::doctor::inspection::Inspection;
use crate::doctor::mending::Mending;
use crate::store::leftover_of;

const CHECK: &str = "leftovers";

pub fn look(inspection: &Inspection<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let registry = &inspection.workspace.registry_path;
    findings.extend(temporary(registry, None));
    for engine in inspection.engines() {
        let Some(path) = engine.engine.state_path.as_deref() else {
            continue;
        };
        let lock = inspection.lock_of_registered(engine);
        let found = temporary(path, Some(lock)).into_iter();
        let aside = moved_aside(path).into_iter();
        findings.extend(found.chain(aside).map(|finding| finding.of(&engine.name)));
    }
    or_ok(findings, CHECK, || "none".to_owned())
}

fn temporary(of: &Path, lock: Option<PathBuf>) -> Option<Finding> {
    let leftover = leftover_of(of)?;
    Some(
        Finding::note(CHECK, "a killed writer left a temporary file behind")
            .at(&leftover)
            .mended_by(Mending::Leftover {
                of: of.to_owned(),
                lock,
            }),
    )
}

/// Finds the damaged state files that are kept as evidence.
fn moved_aside(path: &Path) -> Vec<Finding> {
    let mut beginning = path.file_name().map(OsString::from).unwrap_or_default();
    beginning.push(".damaged-");
    let beginning = beginning.to_string_lossy().into_owned();
    let entries = fs::read_dir(path.parent().unwrap_or(Path::new("/")));
    let mut aside: Vec<PathBuf> = entries
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(&beginning))
        .map(|entry| entry.path())
        .collect();
    aside.sort();
    aside
        .iter()
        .map(|aside| {
            Finding::note(CHECK, "a damaged state file was moved aside and is kept")
                .hint(format!("look at it, then rm {}", shell_word(aside)))
                .at(aside)
        })
        .collect()
}
