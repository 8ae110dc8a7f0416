//! Kernel file locks. The kernel frees them when their holders end, so none is ever stale.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::fs::OFlags;

use crate::error::{Failure, Kind};
use crate::interrupt::Interrupt;

/// How often a lock that is held elsewhere is tried again.
const POLL: Duration = Duration::from_millis(10);

/// A lock on a file, held until it is dropped.
///
/// Dropping unlocks explicitly: a daemon that a pipeline left behind may hold the descriptor too.
#[derive(Debug)]
pub struct FileLock {
    file: File,
}

/// What came of trying to lock a file.
#[derive(Debug)]
pub enum LockAttempt {
    /// The lock is ours.
    Locked(FileLock),
    /// Somebody else holds it.
    Busy,
}

impl FileLock {
    /// Tries to lock a file, creating it if it does not exist.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be opened, is a link, or locks do not work there.
    pub fn try_lock(path: &Path) -> Result<LockAttempt> {
        let file =
            open(path).with_context(|| format!("cannot open the lock {}", path.display()))?;
        Self::try_lock_file(file, path)
    }

    /// Returns whether somebody holds a lock. Creates nothing, and needs no right to write.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be opened, or locks do not work there.
    pub fn is_held(path: &Path) -> Result<bool> {
        let file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            opened => opened.with_context(|| format!("cannot open the lock {}", path.display()))?,
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(false),
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(error)) => Err(locks_do_not_work(path, error)),
        }
    }

    fn try_lock_file(file: File, path: &Path) -> Result<LockAttempt> {
        match file.try_lock() {
            Ok(()) => Ok(LockAttempt::Locked(Self { file })),
            Err(TryLockError::WouldBlock) => Ok(LockAttempt::Busy),
            Err(TryLockError::Error(error)) => Err(locks_do_not_work(path, error)),
        }
    }

    /// Waits for the lock, for at most `patience`.
    ///
    /// # Errors
    ///
    /// Fails as [`FileLock::try_lock`] does, and if the time is over or a signal asks us to stop.
    pub fn wait(path: &Path, patience: Duration, interrupt: &Interrupt) -> Result<Self> {
        let file =
            open(path).with_context(|| format!("cannot open the lock {}", path.display()))?;
        Self::wait_for_file(&file, path, patience, interrupt)
    }

    /// Waits for a lock on a folder itself, which leaves no file in it.
    ///
    /// # Errors
    ///
    /// As [`FileLock::wait`].
    pub fn wait_for_folder(
        folder: &Path,
        patience: Duration,
        interrupt: &Interrupt,
    ) -> Result<Self> {
        let file =
            File::open(folder).with_context(|| format!("cannot open {}", folder.display()))?;
        Self::wait_for_file(&file, folder, patience, interrupt)
    }

    fn wait_for_file(
        file: &File,
        path: &Path,
        patience: Duration,
        interrupt: &Interrupt,
    ) -> Result<Self> {
        let mut waited = Duration::ZERO;
        loop {
            let file = file
                .try_clone()
                .with_context(|| format!("cannot use the lock {}", path.display()))?;
            if let LockAttempt::Locked(lock) = Self::try_lock_file(file, path)? {
                return Ok(lock);
            }
            if let Some(signal) = interrupt.signal() {
                return Err(Failure::new(
                    Kind::Signal(signal),
                    "interrupted while waiting for a lock",
                )
                .into());
            }
            if waited >= patience {
                let message = format!("{} is still locked after {patience:?}", path.display());
                return Err(Failure::new(Kind::Unexpected, message).into());
            }
            std::thread::sleep(POLL);
            waited += POLL;
        }
    }
}

impl AsFd for FileLock {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

fn open(path: &Path) -> io::Result<File> {
    // A link planted in place of the lock must not lead us to lock, or create, somebody else's file.
    let no_follow = i32::try_from(OFlags::NOFOLLOW.bits()).unwrap_or_default();
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(no_follow)
        .open(path)
}

fn locks_do_not_work(path: &Path, error: io::Error) -> anyhow::Error {
    anyhow::Error::new(error).context(
        Failure::new(
            Kind::Unusable,
            format!("file locks do not work at {}", path.display()),
        )
        .hint("keep the data directory on a local disk: `--data-dir DIR` or SIE_DATA_DIR"),
    )
}

/// Returns the processes that have a file open, as far as the operating system tells.
///
/// Only for messages: nothing is decided by process ids.
#[must_use]
pub fn holders_of(path: &Path) -> Vec<u32> {
    let Ok(wanted) = fs::metadata(path) else {
        return Vec::new();
    };
    let own = std::process::id();
    let Ok(processes) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let mut pids: Vec<u32> = processes
        .flatten()
        .filter_map(|process| process.file_name().to_str()?.parse().ok())
        .filter(|pid| *pid != own && has_open(*pid, &wanted))
        .collect();
    pids.sort_unstable();
    pids
}

fn has_open(pid: u32, wanted: &fs::Metadata) -> bool {
    let Ok(descriptors) = fs::read_dir(PathBuf::from(format!("/proc/{pid}/fd"))) else {
        return false;
    };
    descriptors
        .flatten()
        .filter_map(|descriptor| fs::metadata(descriptor.path()).ok())
        .any(|open| open.dev() == wanted.dev() && open.ino() == wanted.ino())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_busy_until_it_is_dropped_even_if_a_copy_of_the_descriptor_lives_on() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("x.lock");
        assert!(!FileLock::is_held(&path).expect("works") && !path.exists());
        let LockAttempt::Locked(lock) = FileLock::try_lock(&path).expect("works") else {
            panic!("nobody else has it")
        };
        assert!(matches!(
            FileLock::try_lock(&path).expect("works"),
            LockAttempt::Busy
        ));
        assert!(FileLock::is_held(&path).expect("works"));
        let copy = rustix::io::dup(&lock).expect("copied");
        drop(lock);
        assert!(!FileLock::is_held(&path).expect("works"));
        assert!(matches!(
            FileLock::try_lock(&path).expect("works"),
            LockAttempt::Locked(_)
        ));
        drop(copy);
    }

    #[test]
    fn a_link_in_place_of_a_lock_is_refused() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("x.lock");
        std::os::unix::fs::symlink(folder.path().join("elsewhere"), &path).expect("linked");
        assert!(FileLock::try_lock(&path).is_err());
        assert!(!folder.path().join("elsewhere").exists());
    }
}
