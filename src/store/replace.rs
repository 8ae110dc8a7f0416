//! Replacing a file as a whole, so that a reader sees the old content or the new, never a part.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::NamedTempFile;

use crate::error::Failure;

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
    let folder = folder_of(&target);
    let prefix = format!(".{}", name_of(&target));
    // One name for all attempts: what a killed one left behind is cleared away by the next, not piled up. Nobody else
    // is writing here: whoever replaces a file holds the lock that belongs to it.
    let _ = fs::remove_file(folder.join(format!("{prefix}{LEFTOVER_SUFFIX}")));
    let mut builder = tempfile::Builder::new();
    builder
        .prefix(&prefix)
        .suffix(LEFTOVER_SUFFIX)
        .rand_bytes(0);
    write_over(&target, folder, &builder, content)
}

/// Replaces a file that others read, such as a report, atomically and durably. A new one gets the mode of any new file.
///
/// Nobody needs to hold a lock: of two that write at once one comes last.
///
/// # Errors
///
/// As [`replace`]; and a usage failure if something that is no file has this name.
pub fn publish(path: &Path, content: &[u8]) -> Result<()> {
    let target = resolve(path);
    if target.exists() && !target.is_file() {
        // A device or a folder must not be renamed away.
        return Err(Failure::usage(format!("{} is not a file", target.display())).into());
    }
    let folder = folder_of(&target);
    let prefix = format!(".{}.", name_of(&target));
    let mut builder = tempfile::Builder::new();
    builder
        .prefix(&prefix)
        .suffix(LEFTOVER_SUFFIX)
        .permissions(Permissions::from_mode(0o666));
    write_over(&target, folder, &builder, content)
}

/// Appends to a file that another program made for it, such as a CI system.
///
/// # Errors
///
/// Fails with the file that cannot be written.
pub fn append(path: &Path, content: &[u8]) -> Result<()> {
    OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .and_then(|mut file| file.write_all(content))
        .with_context(|| format!("cannot write {}", path.display()))
}

fn write_over(
    target: &Path,
    folder: &Path,
    builder: &tempfile::Builder<'_, '_>,
    content: &[u8],
) -> Result<()> {
    let file = builder
        .tempfile_in(folder)
        .with_context(|| format!("cannot create a temporary file in {}", folder.display()))?;
    put_in_place(file, target, content)
}

/// Fills a temporary file and renames it to what it is to replace, durably; the mode of that is kept.
///
/// # Errors
///
/// Fails if it cannot be written; the old file is then untouched.
pub(super) fn put_in_place(mut file: NamedTempFile, target: &Path, content: &[u8]) -> Result<()> {
    let writing = || format!("cannot write {}", target.display());
    file.write_all(content).with_context(writing)?;
    if let Ok(metadata) = fs::metadata(target) {
        file.as_file()
            .set_permissions(metadata.permissions())
            .with_context(writing)?;
    }
    file.as_file().sync_all().with_context(writing)?;
    file.persist(target)
        .map_err(|error| error.error)
        .with_context(writing)?;
    File::open(folder_of(target))
        .and_then(|folder| folder.sync_all())
        .with_context(writing)
}

fn folder_of(target: &Path) -> &Path {
    target
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

fn name_of(target: &Path) -> String {
    let name = target.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn resolve(path: &Path) -> PathBuf {
    // A file that does not exist yet has nothing to resolve.
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn what_a_killed_attempt_left_behind_is_cleared_away() {
        let folder = tempfile::tempdir().expect("folder");
        File::create(folder.path().join(".state.json.sie-tmp")).expect("created");
        replace(&folder.path().join("state.json"), b"new").expect("replaced");
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 1);
    }

    #[test]
    fn what_is_published_can_be_read_by_others_and_no_device_is_renamed_away() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("sie.prom");
        publish(&path, b"one").expect("published");
        publish(&path, b"two").expect("published");
        assert_eq!(fs::read(&path).expect("readable"), b"two");
        let reference = File::create(folder.path().join("any")).expect("created");
        let mode = |metadata: fs::Metadata| metadata.permissions().mode();
        assert_eq!(
            mode(path.metadata().expect("there")),
            mode(reference.metadata().expect("there"))
        );
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 2);
        assert!(publish(Path::new("/dev/null"), b"x").is_err());
        assert!(publish(folder.path(), b"x").is_err());
    }

    #[test]
    fn a_link_stays_a_link_and_the_mode_is_kept() {
        let folder = tempfile::tempdir().expect("folder");
        let target = folder.path().join("target");
        let link = folder.path().join("link");
        File::create(&target).expect("created");
        fs::set_permissions(&target, Permissions::from_mode(0o640)).expect("mode set");
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
