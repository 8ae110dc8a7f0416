//! Replacing a file as a whole, so that a reader sees the old content or the new, never a part.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// How the names of temporary files end; they begin with a dot and the name of the file they replace.
pub const LEFTOVER_SUFFIX: &str = ".sie-tmp";

/// Replaces the content of a file atomically and durably, keeping its mode.
///
/// A symbolic link is followed first, so that the link stays and what it points to changes.
///
/// # Errors
///
/// Fails with the folder or file that could not be written; the old file is then untouched.
pub fn replace(path: &Path, content: &[u8]) -> Result<()> {
    let target = resolve(path);
    let folder = target
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let (prefix, suffix) = (format!(".{name}"), LEFTOVER_SUFFIX);
    // One name for all attempts: what a killed one left behind is cleared away by the next, not piled up. Nobody else
    // is writing here: whoever replaces a file holds the lock that belongs to it.
    let _ = fs::remove_file(folder.join(format!("{prefix}{suffix}")));
    let mut file = tempfile::Builder::new()
        .prefix(&prefix)
        .suffix(suffix)
        .rand_bytes(0)
        .tempfile_in(folder)
        .with_context(|| format!("cannot create a temporary file in {}", folder.display()))?;
    let writing = || format!("cannot write {}", target.display());
    file.write_all(content).with_context(writing)?;
    if let Ok(metadata) = fs::metadata(&target) {
        file.as_file()
            .set_permissions(metadata.permissions())
            .with_context(writing)?;
    }
    file.as_file().sync_all().with_context(writing)?;
    file.persist(&target)
        .map_err(|error| error.error)
        .with_context(writing)?;
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .with_context(writing)
}

fn resolve(path: &Path) -> PathBuf {
    // A file that does not exist yet has nothing to resolve.
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn what_a_killed_attempt_left_behind_is_cleared_away() {
        let folder = tempfile::tempdir().expect("folder");
        File::create(folder.path().join(".state.json.sie-tmp")).expect("created");
        replace(&folder.path().join("state.json"), b"new").expect("replaced");
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 1);
    }

    #[test]
    fn a_link_stays_a_link_and_the_mode_is_kept() {
        let folder = tempfile::tempdir().expect("folder");
        let target = folder.path().join("target");
        let link = folder.path().join("link");
        File::create(&target).expect("created");
        fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).expect("mode set");
        symlink(&target, &link).expect("linked");
        replace(&link, b"new").expect("replaced");
        assert!(link.is_symlink());
        assert_eq!(fs::read(&target).expect("readable"), b"new");
        assert_eq!(
            target.metadata().expect("there").permissions().mode() & 0o777,
            0o640
        );
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 2);
    }
}
