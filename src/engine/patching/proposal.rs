//! A patch that was made and reviewed, before anything is put in place.

use std::path::Path;

use crate::patch::{Complexity, ComplexityChange, FileRecord, TargetPath, write_diff};
use crate::store::{FileNow, digest_of};

/// The longest diff that is recorded, in bytes.
const LONGEST_DIFF: usize = 1 << 20;

/// One file of a patch.
#[derive(Clone, Debug)]
pub(super) struct ProposedFile {
    pub(super) path: TargetPath,
    /// The original; none if there is no file.
    pub(super) before: Option<FileNow>,
    /// The patched content; none if the file goes.
    pub(super) after: Option<Vec<u8>>,
    /// The permission bits of the patched file: an existing one keeps its own.
    pub(super) mode: u32,
}

/// All files of a patch, by path.
#[derive(Clone, Debug, Default)]
pub(super) struct Proposal {
    pub(super) files: Vec<ProposedFile>,
}

impl ProposedFile {
    pub(super) fn as_path(&self) -> &Path {
        Path::new(self.path.as_str())
    }

    pub(super) fn old_bytes(&self) -> Option<&[u8]> {
        self.before.as_ref().map(|file| file.bytes.as_slice())
    }
}

impl Proposal {
    pub(super) fn records(&self) -> Vec<FileRecord> {
        self.files
            .iter()
            .map(|file| FileRecord {
                path: file.path.to_string(),
                before: file.old_bytes().map(digest_of),
                after: file.after.as_deref().map(digest_of),
            })
            .collect()
    }

    pub(super) fn complexity(&self) -> ComplexityChange {
        let of = |path: &TargetPath, bytes: Option<&[u8]>| {
            bytes.map_or_else(Complexity::default, |bytes| {
                Complexity::of(path.as_str(), bytes)
            })
        };
        let sum = |bytes: &dyn Fn(&ProposedFile) -> Complexity| self.files.iter().map(bytes).sum();
        ComplexityChange {
            before: sum(&|file| of(&file.path, file.old_bytes())),
            after: sum(&|file| of(&file.path, file.after.as_deref())),
        }
    }

    /// Returns the unified diff; one that is too long is cut after a whole line, and says so.
    pub(super) fn diff(&self) -> Vec<u8> {
        let mut diff = Vec::new();
        for file in &self.files {
            diff.extend(write_diff(
                &file.path,
                file.old_bytes(),
                file.after.as_deref(),
            ));
        }
        if diff.len() > LONGEST_DIFF {
            diff.truncate(LONGEST_DIFF);
            let end = diff.iter().rposition(|byte| *byte == b'\n');
            diff.truncate(end.map_or(0, |end| end + 1));
            diff.extend_from_slice(b"(the rest of the diff is too long to be recorded)\n");
        }
        diff
    }
}
