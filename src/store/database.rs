//! The SQLite file behind the store: opening, creating, transactions.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Result;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

use crate::error::{Failure, Kind};
use crate::store::locks::FileLock;
use crate::store::schema;

/// How long a transaction waits for another process's.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

/// The narrow interface to one database file.
///
/// Guarantees: a transaction that returned `Ok` survives a crash of the machine; one that returned an error, or
/// during which the process died, left nothing. Threads of one process share the connection.
#[derive(Debug)]
pub struct Store {
    pub(super) connection: Mutex<Connection>,
    pub(super) path: PathBuf,
    pub(super) file: Option<FileId>,
}

/// Device and inode: which file a path leads to.
pub(super) type FileId = (u64, u64);

pub(super) fn file_id(path: &Path) -> Option<FileId> {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.dev(), metadata.ino()))
}

impl Store {
    /// Opens a store; creates and migrates it under the lock that `lock` takes.
    ///
    /// # Errors
    ///
    /// Fails with kind `unusable` if the file is damaged, foreign or newer.
    pub fn open(path: &Path, lock: impl FnOnce() -> Result<FileLock>) -> Result<Self> {
        if path.exists() {
            let store = Self::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            if store.version()? == schema::VERSION {
                return Ok(store);
            }
        }
        let _lock = lock()?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let store = Self::connect(path, flags)?;
        store.migrate()?;
        Ok(store)
    }

    pub(super) fn has_tables(&self) -> Result<bool> {
        self.read(|connection| {
            connection.query_row("SELECT EXISTS (SELECT 1 FROM sqlite_master)", [], |row| {
                row.get(0)
            })
        })
    }

    pub(super) fn foreign(&self) -> anyhow::Error {
        let message = format!("{} is the database of another program", self.path.display());
        Failure::new(Kind::Unusable, message)
            .hint("name another file, or another data directory with `--data-dir DIR`")
            .into()
    }

    pub(super) fn connect(path: &Path, flags: OpenFlags) -> Result<Self> {
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)
            .and_then(|connection| {
                connection.busy_timeout(BUSY_TIMEOUT)?;
                // Plans that do not depend on bound values: otherwise each new value plans the statement anew, which
                // costs more than running it.
                connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
                connection.pragma_update(None, "synchronous", "FULL")?;
                connection.pragma_update(None, "foreign_keys", true)?;
                Ok(connection)
            })
            .map_err(|error| unusable(path, error))?;
        Ok(Self {
            connection: Mutex::new(connection),
            path: path.to_owned(),
            file: file_id(path),
        })
    }

    /// Returns the version of the tables; 0 if there are none.
    pub(super) fn version(&self) -> Result<i32> {
        let connection = self.connection();
        let number = |pragma: &str| {
            connection
                .pragma_query_value(None, pragma, |row| row.get::<_, i32>(0))
                .map_err(|error| unusable(&self.path, error))
        };
        let version = number("user_version")?;
        let shown = self.path.display();
        if version > schema::VERSION {
            return Err(Failure::new(
                Kind::Unusable,
                format!("the store {shown} was written by a newer sie"),
            )
            .hint("upgrade sie")
            .into());
        }
        if version != 0 && number("application_id")? != schema::APPLICATION_ID {
            return Err(self.foreign());
        }
        Ok(version)
    }

    /// Creates the tables of a new file, or brings those of an older one up to date in one transaction.
    ///
    /// The older file stays as a copy beside it.
    fn migrate(&self) -> Result<()> {
        let version = self.version()?;
        if version == schema::VERSION {
            return Ok(());
        }
        if version == 0 && self.has_tables()? {
            return Err(self.foreign());
        }
        if version != 0 {
            self.keep_copy(version)?;
        }
        let mut connection = self.connection();
        let change = |connection: &mut Connection| {
            if version == 0 {
                connection.pragma_update(None, "journal_mode", "WAL")?;
            }
            take_steps(connection, version)
        };
        change(&mut connection).map_err(|error| unusable(&self.path, error))
    }

    /// Copies the file as it is to `NAME.version-N`, unless an earlier attempt did.
    fn keep_copy(&self, version: i32) -> Result<()> {
        let mut copy = self.path.clone().into_os_string();
        copy.push(format!(".version-{version}"));
        if Path::new(&copy).exists() {
            return Ok(());
        }
        let copy = copy.to_string_lossy();
        self.read(|connection| connection.execute("VACUUM INTO ?1", [copy]).map(drop))
    }

    /// Returns the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs a transaction that may write. It either commits as a whole or leaves nothing.
    ///
    /// # Errors
    ///
    /// Fails if `act` does, or if the commit does.
    pub(super) fn write<T>(
        &self,
        act: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T> {
        let mut connection = self.connection();
        // What is written into a file that was removed or replaced is gone as soon as we end.
        if file_id(&self.path) != self.file {
            let shown = self.path.display();
            let message = format!("the store {shown} was removed or replaced while it was in use");
            return Err(Failure::new(Kind::Unusable, message).into());
        }
        // IMMEDIATE: a transaction that reads first and writes later would fail at once under contention.
        let run = || {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let value = act(&transaction)?;
            transaction.commit()?;
            Ok(value)
        };
        run().map_err(|error| unusable(&self.path, error))
    }

    /// Reads from one snapshot.
    ///
    /// # Errors
    ///
    /// Fails if `act` does.
    pub(super) fn read<T>(
        &self,
        act: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T> {
        act(&self.connection()).map_err(|error| unusable(&self.path, error))
    }

    pub(super) fn connection(&self) -> MutexGuard<'_, Connection> {
        // A thread that panicked while it held the connection has rolled its transaction back.
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes the steps after a version in one transaction.
pub(super) fn take_steps(connection: &mut Connection, version: i32) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for step in schema::steps_after(version) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", schema::APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", schema::VERSION)?;
    transaction.commit()
}

/// Adds the file and, where one is known, a hint to an error of SQLite.
pub(super) fn unusable(path: &Path, error: rusqlite::Error) -> anyhow::Error {
    let shown = path.display();
    let code = error.sqlite_error_code();
    let failure = match code {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            Failure::new(Kind::Unusable, format!("the store {shown} is damaged")).hint(format!(
                "move it aside and start anew: `mv '{shown}' '{shown}.damaged'`"
            ))
        }
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            Failure::new(
                Kind::Unusable,
                format!("the store {shown} cannot be opened for writing"),
            )
            .hint("check the rights of the folder, or use another with `--data-dir DIR`")
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Failure::new(
            Kind::Unexpected,
            format!("the store {shown} was busy for {BUSY_TIMEOUT:?}"),
        ),
        _ => Failure::new(
            Kind::Unexpected,
            format!("the store {shown} cannot be used"),
        ),
    };
    anyhow::Error::new(error).context(failure)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn no_lock() -> Result<FileLock> {
        let path = tempfile::NamedTempFile::new()?.into_temp_path();
        FileLock::wait(
            &path,
            Duration::from_secs(1),
            &crate::interrupt::Interrupt::never(),
        )
    }

    #[test]
    fn a_newer_store_is_refused_and_not_changed() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("sie.db");
        drop(Store::open(&path, no_lock).expect("created"));
        Connection::open(&path)
            .and_then(|connection| connection.pragma_update(None, "user_version", 99))
            .expect("changed");
        let before = std::fs::read(&path).expect("readable");
        let error = Store::open(&path, no_lock).expect_err("newer");
        assert_eq!(crate::error::kind_of(&error), Kind::Unusable);
        assert_eq!(std::fs::read(&path).expect("readable"), before);
    }

    #[test]
    fn a_store_of_version_1_is_read_as_it_is_and_brought_up_to_date_when_it_is_written() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("sie.db");
        let released = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/store/version-1.db");
        std::fs::copy(&released, &path).expect("copied");
        let cycles = |store: &Store| -> i64 {
            store
                .read(|connection| {
                    connection.query_row("SELECT count(*) FROM cycle", [], |row| row.get(0))
                })
                .expect("read")
        };
        let old = Store::open_to_read(&path).expect("opened").expect("there");
        assert_eq!(
            (cycles(&old), old.version().expect("one")),
            (6, schema::VERSION)
        );
        drop(old);
        let bytes = |path: &Path| std::fs::read(path).expect("readable");
        assert_eq!(bytes(&path), bytes(&released), "reading changes nothing");

        let new = Store::open(&path, no_lock).expect("migrated");
        assert_eq!(
            (cycles(&new), new.version().expect("one")),
            (6, schema::VERSION)
        );
        let kept = Store::connect(
            &folder.path().join("sie.db.version-1"),
            OpenFlags::SQLITE_OPEN_READ_ONLY,
        )
        .expect("a copy of the old file");
        assert_eq!((cycles(&kept), kept.version().expect("one")), (6, 1));
    }

    #[test]
    fn a_file_that_is_no_database_and_a_foreign_database_are_refused() {
        let folder = tempfile::tempdir().expect("folder");
        let garbage = folder.path().join("garbage.db");
        crate::store::replace(&garbage, &[b'x'; 4096]).expect("written");
        let error = Store::open(&garbage, no_lock).expect_err("garbage");
        assert_eq!(crate::error::kind_of(&error), Kind::Unusable);
        let foreign = folder.path().join("foreign.db");
        Connection::open(&foreign)
            .and_then(|connection| connection.execute_batch("CREATE TABLE notes (text)"))
            .expect("made");
        assert!(Store::open(&foreign, no_lock).is_err());
        let error = Store::open_to_read(&foreign).expect_err("not an empty store of ours");
        assert_eq!(crate::error::kind_of(&error), Kind::Unusable);
    }
}
