//! How a database file is: its version, its size, and what SQLite finds wrong with it. Changes nothing.

use std::path::Path;

use anyhow::Result;
use rusqlite::Connection;

use crate::store::database::{Store, unusable};
use crate::store::schema;

/// Up to this size indexes are compared with their tables as well, which reads the file several times; in bytes.
const THOROUGH: u64 = 256 * 1024 * 1024;
/// How many faults are told at most.
const MOST_FAULTS: u32 = 5;

/// What a look into a database file found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checkup {
    /// The version of its tables; 0 if it has none yet.
    pub version: i32,
    /// Whether tables or their version are not ours.
    pub is_foreign: bool,
    /// Its size in bytes, without the log.
    pub bytes: u64,
    /// How many of them hold nothing.
    pub free_bytes: u64,
    /// What SQLite finds wrong, at most five lines.
    pub faults: Vec<String>,
    /// How many rows refer to rows that are not there.
    pub broken_references: u64,
    /// Whether indexes were compared with their tables.
    pub is_thorough: bool,
}

impl Checkup {
    /// The version that this program writes.
    pub const NEWEST: i32 = schema::VERSION;
}

impl Store {
    /// Looks into a database file of any version, or returns `None` if there is none.
    ///
    /// # Errors
    ///
    /// Fails with kind `unusable` if it is no database or too damaged to be read at all.
    pub fn check_up(path: &Path) -> Result<Option<Checkup>> {
        if !path.exists() {
            return Ok(None);
        }
        let look = |store: Self| {
            let found = examine(&store.connection());
            found.map_err(|error| unusable(path, error))
        };
        let found = Self::connect_to_look(path).and_then(look);
        found
            .or_else(|error| match Self::connect_to_unchanging(path) {
                Ok(store) => look(store),
                Err(_) => Err(error),
            })
            .map(Some)
    }
}

fn examine(connection: &Connection) -> rusqlite::Result<Checkup> {
    let number = |pragma: &str| -> rusqlite::Result<i64> {
        connection.pragma_query_value(None, pragma, |row| row.get(0))
    };
    let page = u64::try_from(number("page_size")?).unwrap_or(0);
    let bytes = |pages: i64| u64::try_from(pages).unwrap_or(0).saturating_mul(page);
    let version = i32::try_from(number("user_version")?).unwrap_or(i32::MAX);
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))?;
    let is_ours = number("application_id")? == i64::from(schema::APPLICATION_ID);
    let size = bytes(number("page_count")?);
    let is_thorough = size <= THOROUGH;
    let check = if is_thorough {
        "integrity_check"
    } else {
        "quick_check"
    };
    let mut faults = Vec::new();
    connection.pragma(None, check, MOST_FAULTS, |row| {
        faults.push(row.get::<_, String>(0)?);
        Ok(())
    })?;
    faults.retain(|fault| fault != "ok");
    let mut broken_references = 0;
    connection.pragma_query(None, "foreign_key_check", |_| {
        broken_references += 1;
        Ok(())
    })?;
    Ok(Checkup {
        version,
        is_foreign: if version == 0 { tables > 0 } else { !is_ours },
        bytes: size,
        free_bytes: bytes(number("freelist_count")?),
        faults,
        broken_references,
        is_thorough,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_file_and_a_broken_reference_are_found_and_no_byte_changes() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("x.db");
        assert_eq!(Store::check_up(&path).expect("nothing"), None);
        let connection = Connection::open(&path).expect("made");
        connection
            .execute_batch(
                "PRAGMA foreign_keys = off; PRAGMA user_version = 99;
                 CREATE TABLE a (x INTEGER PRIMARY KEY);
                 CREATE TABLE b (x REFERENCES a (x)); INSERT INTO b VALUES (7);",
            )
            .expect("filled");
        connection
            .pragma_update(None, "application_id", schema::APPLICATION_ID)
            .expect("ours");
        drop(connection);
        let before = std::fs::read(&path).expect("readable");
        let found = Store::check_up(&path).expect("read").expect("there");
        assert_eq!((found.version, found.broken_references), (99, 1));
        assert!(!found.is_foreign && found.faults.is_empty() && found.is_thorough);
        assert_eq!(std::fs::read(&path).expect("readable"), before);
    }
}
