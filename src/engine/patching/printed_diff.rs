//! A patch that `generate` printed as a unified diff instead of editing files.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};

use crate::engine::patching::making::{Made, Workshop};
use crate::patch::{MAX_FILE_BYTES, MAX_PATCH_BYTES, Refusal, UnifiedDiff};
use crate::store::WorkTree;

/// What became of the output of `generate`.
pub(super) enum Printed {
    /// It is no diff.
    Nothing,
    /// It is one that may not be used.
    Refused(Box<Made>),
    /// The copy is patched now.
    Applied,
}

/// Applies a diff that `generate` printed, if it did, to the copy.
pub(super) fn apply_printed(workshop: &Workshop<'_>) -> Result<Printed> {
    let log = workshop.folder.join("generate.stdout.log");
    let size = log.metadata().map_or(0, |metadata| metadata.len());
    let refuse = |why: String| {
        Ok(Printed::Refused(Box::new(Made::refused(format!(
            "the printed diff is not applied: {why}"
        )))))
    };
    if size > MAX_PATCH_BYTES {
        return refuse("it is over 64 MiB".to_owned());
    }
    let text = std::fs::read(&log).context("cannot read what generate printed")?;
    if !UnifiedDiff::is_meant(&text) {
        return Ok(Printed::Nothing);
    }
    let diff = match UnifiedDiff::parse(&text) {
        Ok(diff) => diff,
        Err(error) => return refuse(error.to_string()),
    };
    // What may not be touched is not even opened.
    let mut refusals = Vec::new();
    for file in diff.files() {
        let path = file.path.as_str();
        let admitted = workshop.settings.admit(path, workshop.off_limits);
        refusals.extend(admitted.err().map(|reason| Refusal {
            path: Some(path.to_owned()),
            reason,
        }));
    }
    if !refusals.is_empty() {
        return Ok(Printed::Refused(Box::new(Made::refused_for(refusals))));
    }
    let tree = WorkTree::open(workshop.copy.root())?;
    let mut old = BTreeMap::new();
    for file in diff.files() {
        match tree.read(Path::new(file.path.as_str()), MAX_FILE_BYTES) {
            Ok(Some(now)) => {
                old.insert(file.path.clone(), now);
            }
            Ok(None) => {}
            Err(error) => return refuse(format!("{error:#}")),
        }
    }
    let contents = old
        .iter()
        .map(|(path, now)| (path.clone(), now.bytes.clone()))
        .collect();
    let new = match diff.apply(&contents) {
        Ok(new) => new,
        Err(error) => return refuse(error.to_string()),
    };
    for (path, content) in new {
        let mode = old.get(&path).map_or(0o644, |now| now.mode);
        let file = Path::new(path.as_str());
        match content {
            Some(content) => tree.write(file, &content, mode)?,
            None => tree.remove(file)?,
        }
    }
    Ok(Printed::Applied)
}
