//! Files below a work dir, reached folder by folder without following any link, and replaced atomically.
//!
//! `replace` follows a link on purpose; here one would lead a patch out of the folder it is bound to.

use std::fs::{File, Permissions};
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rustix::fs::{AtFlags, FileType, Mode, OFlags};
use rustix::io::Errno;
use sha2::{Digest, Sha256};

/// The name under which a file is written before it takes its place: one for each folder, so that what a killed attempt
/// left behind is found again. Whoever writes here holds the lock of the work dir.
const TEMPORARY: &str = ".sie-patch.tmp";

/// Returns the digest by which unchanged content is known: SHA-256 in hexadecimal.
#[must_use]
pub fn digest_of(content: &[u8]) -> String {
    in_hexadecimal(&Sha256::digest(content))
}

fn in_hexadecimal(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Absent,
    /// A regular file.
    File {
        /// Its size.
        bytes: u64,
        /// Whether it has other names.
        is_shared: bool,
    },
    /// A symbolic link, here or in place of a folder on the way.
    Link,
    /// Something else.
    Other,
}

/// The content of a file, with its permission bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileNow {
    /// The content.
    pub bytes: Vec<u8>,
    /// The permission bits.
    pub mode: u32,
}

/// A folder whose files are looked at and replaced.
#[derive(Debug)]
pub struct WorkTree {
    root: OwnedFd,
    path: PathBuf,
}

/// The folder of a file.
enum Parent {
    Folder(OwnedFd),
    Missing,
    NotAFolder,
}

impl WorkTree {
    /// Opens a folder.
    ///
    /// # Errors
    ///
    /// Fails if it is none, or cannot be opened.
    pub fn open(path: &Path) -> Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let root = rustix::fs::open(path, flags, Mode::empty())
            .with_context(|| format!("cannot open the folder {}", path.display()))?;
        Ok(Self {
            root,
            path: path.to_owned(),
        })
    }

    /// Returns what stands at a path.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be looked at.
    pub fn found(&self, path: &Path) -> Result<Found> {
        let looking = || self.cannot("look at", path);
        let (folder, name) = match self.parent(path).with_context(looking)? {
            (Parent::Folder(folder), name) => (folder, name),
            (Parent::Missing, _) => return Ok(Found::Absent),
            (Parent::NotAFolder, _) => return Ok(Found::Link),
        };
        let stat = match rustix::fs::statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => stat,
            Err(Errno::NOENT) => return Ok(Found::Absent),
            Err(error) => return Err(error).with_context(looking),
        };
        Ok(match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => Found::File {
                bytes: u64::try_from(stat.st_size).unwrap_or(0),
                is_shared: stat.st_nlink > 1,
            },
            FileType::Symlink => Found::Link,
            _ => Found::Other,
        })
    }

    /// Reads a regular file; none if there is nothing.
    ///
    /// # Errors
    ///
    /// Fails if something else stands there, if it is larger than `most` bytes, or cannot be read.
    pub fn read(&self, path: &Path, most: u64) -> Result<Option<FileNow>> {
        let Some((file, mode)) = self.open_file(path, most)? else {
            return Ok(None);
        };
        let mut bytes = Vec::new();
        file.take(most)
            .read_to_end(&mut bytes)
            .with_context(|| self.cannot("read", path))?;
        Ok(Some(FileNow { bytes, mode }))
    }

    /// Opens a regular file for reading, and returns its permission bits; none if there is nothing.
    ///
    /// # Errors
    ///
    /// As [`WorkTree::read`].
    pub fn open_file(&self, path: &Path, most: u64) -> Result<Option<(File, u32)>> {
        let reading = || self.cannot("read", path);
        match self.found(path)? {
            Found::Absent => return Ok(None),
            Found::File { bytes, .. } if bytes <= most => {}
            Found::File { .. } => anyhow::bail!("{}: it is too large", reading()),
            Found::Link | Found::Other => anyhow::bail!("{}: it is no regular file", reading()),
        }
        let (Parent::Folder(folder), name) = self.parent(path).with_context(reading)? else {
            return Ok(None);
        };
        // A pipe put there in between would make us wait for ever.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&folder, name, flags, Mode::empty()).with_context(reading)?;
        let file = File::from(file);
        let mode = file.metadata().with_context(reading)?.permissions().mode();
        Ok(Some((file, mode & 0o7777)))
    }

    /// Returns the digest of a regular file without holding it in memory; none if there is nothing.
    ///
    /// # Errors
    ///
    /// As [`WorkTree::read`].
    pub fn digest(&self, path: &Path, most: u64) -> Result<Option<String>> {
        let Some((mut file, _)) = self.open_file(path, most)? else {
            return Ok(None);
        };
        let mut hasher = Sha256::new();
        let mut part = vec![0; 64 * 1024];
        loop {
            let count = file
                .read(&mut part)
                .with_context(|| self.cannot("read", path))?;
            if count == 0 {
                break;
            }
            hasher.update(part.get(..count).unwrap_or_default());
        }
        Ok(Some(in_hexadecimal(&hasher.finalize())))
    }

    /// Returns where a link leads; none if there is no link.
    #[must_use]
    pub fn link(&self, path: &Path) -> Option<PathBuf> {
        let Ok((Parent::Folder(folder), name)) = self.parent(path) else {
            return None;
        };
        let target = rustix::fs::readlinkat(&folder, name, Vec::new()).ok()?;
        Some(PathBuf::from(String::from_utf8(target.into_bytes()).ok()?))
    }

    /// Replaces a file atomically and durably, creating the folders on the way. Its owner stays, as far as we may.
    ///
    /// # Errors
    ///
    /// Fails with the path; the old file is then untouched.
    pub fn write(&self, path: &Path, bytes: &[u8], mode: u32) -> Result<()> {
        let writing = || self.cannot("write", path);
        self.create_folders(path).with_context(writing)?;
        let (Parent::Folder(folder), name) = self.parent(path).with_context(writing)? else {
            anyhow::bail!("{}: a folder on the way is a link", writing());
        };
        let _ = rustix::fs::unlinkat(&folder, TEMPORARY, AtFlags::empty());
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&folder, TEMPORARY, flags, Mode::from_raw_mode(0o600))
            .with_context(writing)?;
        let mut file = File::from(file);
        let written = file
            .write_all(bytes)
            .map_err(anyhow::Error::from)
            .and_then(|()| {
                if let Ok(old) = rustix::fs::statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW) {
                    let owner = rustix::fs::Uid::from_raw(old.st_uid);
                    let group = rustix::fs::Gid::from_raw(old.st_gid);
                    // Only root may give a file away; for anybody else it is theirs already.
                    let _ = rustix::fs::fchown(&file, Some(owner), Some(group));
                }
                file.set_permissions(Permissions::from_mode(mode))?;
                file.sync_all()?;
                rustix::fs::renameat(&folder, TEMPORARY, &folder, name)?;
                rustix::fs::fsync(&folder)?;
                Ok(())
            });
        if written.is_err() {
            let _ = rustix::fs::unlinkat(&folder, TEMPORARY, AtFlags::empty());
        }
        written.with_context(writing)
    }

    /// Sets the permission bits of a regular file.
    ///
    /// # Errors
    ///
    /// Fails if there is none, or they cannot be set.
    pub fn set_mode(&self, path: &Path, mode: u32) -> Result<()> {
        let setting = || self.cannot("set the mode of", path);
        let (Parent::Folder(folder), name) = self.parent(path).with_context(setting)? else {
            anyhow::bail!("{}: a folder on the way is gone", setting());
        };
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&folder, name, flags, Mode::empty()).with_context(setting)?;
        let file = File::from(file);
        file.set_permissions(Permissions::from_mode(mode))
            .and_then(|()| file.sync_all())
            .with_context(setting)
    }

    /// Removes a file durably; one that is not there is no error.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be removed.
    pub fn remove(&self, path: &Path) -> Result<()> {
        let removing = || self.cannot("remove", path);
        let (folder, name) = match self.parent(path).with_context(removing)? {
            (Parent::Folder(folder), name) => (folder, name),
            (Parent::Missing | Parent::NotAFolder, _) => return Ok(()),
        };
        match rustix::fs::unlinkat(&folder, name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(error) => return Err(error).with_context(removing),
        }
        rustix::fs::fsync(&folder).with_context(removing)
    }

    /// Removes what a killed attempt to write a file left beside it.
    pub fn clear_leftover(&self, path: &Path) {
        if let Ok((Parent::Folder(folder), _)) = self.parent(path) {
            let _ = rustix::fs::unlinkat(&folder, TEMPORARY, AtFlags::empty());
        }
    }

    /// Returns the folders on the way to a file that do not exist, the outermost first.
    #[must_use]
    pub fn missing_folders(&self, path: &Path) -> Vec<PathBuf> {
        let mut folders: Vec<PathBuf> = path
            .ancestors()
            .skip(1)
            .filter(|folder| !folder.as_os_str().is_empty())
            .take_while(|folder| matches!(self.found(folder), Ok(Found::Absent)))
            .map(Path::to_owned)
            .collect();
        folders.reverse();
        folders
    }

    /// Removes a folder if there is nothing in it.
    ///
    /// # Errors
    ///
    /// Fails if it is empty and cannot be removed.
    pub fn remove_empty_folder(&self, path: &Path) -> Result<()> {
        let removing = || self.cannot("remove", path);
        let (Parent::Folder(folder), name) = self.parent(path).with_context(removing)? else {
            return Ok(());
        };
        match rustix::fs::unlinkat(&folder, name, AtFlags::REMOVEDIR) {
            Ok(()) => rustix::fs::fsync(&folder).with_context(removing),
            Err(Errno::NOENT | Errno::NOTEMPTY | Errno::EXIST | Errno::NOTDIR) => Ok(()),
            Err(error) => Err(error).with_context(removing),
        }
    }

    fn create_folders(&self, path: &Path) -> rustix::io::Result<()> {
        for missing in self.missing_folders(path) {
            if let (Parent::Folder(folder), name) = self.parent(&missing)? {
                match rustix::fs::mkdirat(&folder, name, Mode::from_raw_mode(0o755)) {
                    Ok(()) | Err(Errno::EXIST) => rustix::fs::fsync(&folder)?,
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }

    /// Opens the folder of a path, one component after the other.
    fn parent<'p>(&self, path: &'p Path) -> rustix::io::Result<(Parent, &'p Path)> {
        let name = Path::new(path.file_name().unwrap_or_default());
        let mut folder = rustix::io::fcntl_dupfd_cloexec(&self.root, 0)?;
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        for component in path.parent().unwrap_or(Path::new("")).components() {
            folder = match rustix::fs::openat(&folder, component.as_os_str(), flags, Mode::empty())
            {
                Ok(next) => next,
                Err(Errno::NOENT) => return Ok((Parent::Missing, name)),
                Err(Errno::LOOP | Errno::NOTDIR) => return Ok((Parent::NotAFolder, name)),
                Err(error) => return Err(error),
            };
        }
        Ok((Parent::Folder(folder), name))
    }

    fn cannot(&self, what: &str, path: &Path) -> String {
        format!("cannot {what} {}", self.path.join(path).display())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    fn tree() -> (tempfile::TempDir, WorkTree) {
        let folder = tempfile::tempdir().expect("folder");
        let tree = WorkTree::open(folder.path()).expect("opened");
        (folder, tree)
    }

    #[test]
    fn a_file_gets_its_bytes_its_mode_and_its_folders_and_nothing_is_left_behind() {
        let (folder, tree) = tree();
        let path = Path::new("a/b/params");
        let missing = tree.missing_folders(path);
        assert_eq!(missing, [Path::new("a"), Path::new("a/b")]);
        File::create(folder.path().join(TEMPORARY)).expect("left by a kill");
        tree.clear_leftover(Path::new("x"));
        tree.write(path, b"one", 0o640).expect("written");
        tree.write(path, b"two", 0o755).expect("replaced");
        let now = tree.read(path, 10).expect("read").expect("there");
        assert_eq!((now.bytes.as_slice(), now.mode), (&b"two"[..], 0o755));
        assert_eq!(
            tree.digest(path, 10).expect("read"),
            Some(digest_of(b"two"))
        );
        assert!(tree.read(path, 2).is_err(), "larger than allowed");
        tree.set_mode(path, 0o600).expect("set");
        let mode = fs::metadata(folder.path().join(path)).expect("there");
        assert_eq!(mode.permissions().mode() & 0o7777, 0o600);
        tree.remove(path).expect("removed");
        tree.remove(path).expect("again");
        for folder in missing.iter().rev() {
            tree.remove_empty_folder(folder).expect("removed");
        }
        assert_eq!(fs::read_dir(folder.path()).expect("there").count(), 0);
    }

    #[test]
    fn no_link_is_followed_neither_at_the_end_nor_on_the_way() {
        let outside = tempfile::tempdir().expect("folder");
        File::create(outside.path().join("x")).expect("made");
        let (folder, tree) = tree();
        symlink(outside.path(), folder.path().join("way")).expect("linked");
        symlink(outside.path().join("x"), folder.path().join("end")).expect("linked");
        assert_eq!(tree.found(Path::new("way/x")).expect("seen"), Found::Link);
        assert_eq!(tree.found(Path::new("end")).expect("seen"), Found::Link);
        assert!(tree.read(Path::new("end"), 10).is_err());
        assert!(tree.write(Path::new("way/x"), b"no", 0o644).is_err());
        assert!(tree.write(Path::new("way/new/x"), b"no", 0o644).is_err());
        tree.write(Path::new("end"), b"a file now", 0o644)
            .expect("the link itself is replaced");
        assert_eq!(fs::read(outside.path().join("x")).expect("there"), b"");
    }
}
