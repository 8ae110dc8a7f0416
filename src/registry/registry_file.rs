//! The registry file as it lies on disk: reading its text, and which file a path really means.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};

use crate::error::{Failure, Kind};

/// The largest registry file read, in bytes.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// Reads the file, or returns `None` if there is none.
///
/// # Errors
///
/// Fails with kind `unusable` if it cannot be read, is no file, is too large, or is not UTF-8.
pub fn read_text(path: &Path) -> Result<Option<String>> {
    let unusable = |problem: String| Failure::new(Kind::Unusable, problem);
    let reading = || unusable(format!("cannot read the registry {}", path.display()));
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(anyhow::Error::new(error).context(reading())),
    };
    // A pipe or a device in its place would make us wait for ever.
    if !metadata.is_file() || metadata.len() > MAX_BYTES {
        let most = MAX_BYTES / (1024 * 1024);
        let problem = format!(
            "the registry {} is not a file of at most {most} MiB",
            path.display()
        );
        return Err(unusable(problem).into());
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|mut file| file.read_to_end(&mut bytes))
        .with_context(reading)?;
    String::from_utf8(bytes).map(Some).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..good).unwrap_or_default();
        let line = before.split(|byte| *byte == b'\n').count();
        let column = before
            .rsplit(|byte| *byte == b'\n')
            .next()
            .map_or(0, <[u8]>::len)
            + 1;
        let shown = path.display();
        unusable(format!(
            "{shown} line {line}, column {column}: the registry is not UTF-8 text"
        ))
        .into()
    })
}

/// Resolves links as far as the path exists, so that one file has one identity.
#[must_use]
pub fn real_path(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    if let Ok(real) = fs::canonicalize(&absolute) {
        return real;
    }
    let mut real = PathBuf::new();
    for component in absolute.components() {
        if component == Component::ParentDir {
            real.pop();
        } else {
            real.push(component);
        }
        if let Ok(resolved) = fs::canonicalize(&real) {
            real = resolved;
        }
    }
    real
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_ways_to_write_a_path_that_does_not_exist_yet_are_one_path() {
        let folder = tempfile::tempdir().expect("folder");
        let root = fs::canonicalize(folder.path()).expect("real");
        std::os::unix::fs::symlink(&root, root.join("link")).expect("linked");
        for path in [
            "new/file",
            "link/new/file",
            "new/x/../file",
            "./link/y/../new/./file",
        ] {
            assert_eq!(real_path(&root.join(path)), root.join("new/file"), "{path}");
        }
    }
}
