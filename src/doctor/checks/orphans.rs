//! Runs and locks of engines that neither the registry nor a database knows.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::doctor::finding::{Finding, count_of, or_ok, shell_word};
use crate::doctor::inspection::Inspection;
use crate::store::DataDir;

const CHECK: &str = "orphans";

pub fn look(inspection: &Inspection<'_>) -> Vec<Finding> {
    let Ok(registry) = &inspection.registry else {
        return Vec::new();
    };
    let registered = registry
        .engines()
        .iter()
        .chain(registry.archive().revivable());
    let of_registry = registered.map(|engine| (engine.name.as_str(), Some(&engine.key.engine_id)));
    let recorded = inspection
        .known()
        .map(|(engine, _)| (engine.key.name.as_str(), Some(&engine.key.engine_id)));
    let bad = registry.bad_entries().iter();
    let bad = bad.map(|bad| (bad.engine.as_str(), None));
    let (mut names, mut locks) = (BTreeSet::new(), BTreeSet::new());
    for (name, id) in of_registry.chain(recorded).chain(bad) {
        let name = name.to_ascii_lowercase();
        locks.extend(id.map(|id| format!("{name}-{id}.lock")));
        names.insert(name);
    }
    let data_dir = &inspection.workspace.data_dir;
    let mut findings: Vec<Finding> = names_in(&data_dir.runs())
        .into_iter()
        .filter(|name| !names.contains(&name.to_ascii_lowercase()))
        .map(|name| {
            let folder = data_dir.runs().join(&name);
            Finding::note(CHECK, "runs of an engine that nobody knows")
                .of(&name)
                .hint(format!("rm -r {}", shell_word(&folder)))
                .at(&folder)
        })
        .collect();
    let unknown = names_in(&data_dir.locks())
        .into_iter()
        .filter(|name| {
            let bad_names = registry.bad_entries().iter();
            let is_bad = bad_names
                .map(|bad| format!("{}-", bad.engine.to_ascii_lowercase()))
                .any(|beginning| name.starts_with(&beginning));
            // Those of folders in which files are patched belong to no single engine.
            let is_shared = name == "registry.lock" || name.starts_with(DataDir::WORK_DIR_LOCK);
            !is_shared && !locks.contains(name) && !is_bad
        })
        .count();
    if unknown > 0 {
        let what = format!(
            "{} of engines that nobody knows; such files are empty and stay, as a lock in use must never be removed",
            count_of(unknown, "lock")
        );
        findings.push(Finding::note(CHECK, what).at(&data_dir.locks()));
    }
    or_ok(findings, CHECK, || "none".to_owned())
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
