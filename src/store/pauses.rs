//! Paused engines: until somebody resumes them, or until a time. Kept with the data, not in the registry.

use std::collections::BTreeMap;

use anyhow::Result;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;

use crate::clock::UnixTime;
use crate::store::database::Store;
use crate::store::engine_key::EngineKey;
use crate::store::engine_rows;

/// Why and how long an engine is left alone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pause {
    /// What the operator said.
    pub reason: String,
    /// When it was paused.
    pub since: UnixTime,
    /// When it ends by itself; `None` if only `resume` ends it.
    pub until: Option<UnixTime>,
}

impl Pause {
    /// Whether the pause still holds.
    #[must_use]
    pub fn holds_at(&self, now: UnixTime) -> bool {
        self.until.is_none_or(|until| now < until)
    }

    /// Returns how many seconds are left, if it ends by itself.
    #[must_use]
    pub fn seconds_left(&self, now: UnixTime) -> Option<f64> {
        self.until.map(|until| until.seconds_since(now))
    }

    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            reason: row.get("reason")?,
            since: UnixTime(row.get("since")?),
            until: row.get::<_, Option<f64>>("until")?.map(UnixTime),
        })
    }
}

/// Returns the pause of an engine, over or not.
pub(super) fn of_engine(
    connection: &Connection,
    key: &EngineKey,
) -> rusqlite::Result<Option<Pause>> {
    connection
        .prepare_cached(
            "SELECT reason, since, until FROM pause JOIN engine ON engine.key = engine_key
             WHERE registry_id = ?1 AND engine_id = ?2",
        )?
        .query_row([&key.registry_id, &key.engine_id], Pause::from_row)
        .optional()
}

/// Returns the pauses of a registry by engine id.
pub(super) fn of_registry(
    connection: &Connection,
    registry_id: &str,
) -> rusqlite::Result<BTreeMap<String, Pause>> {
    connection
        .prepare_cached(
            // Few engines are paused, so the pauses come first.
            "SELECT engine_id, reason, since, until FROM pause CROSS JOIN engine ON engine.key = engine_key
             WHERE registry_id = ?1",
        )?
        .query_map([registry_id], |row| {
            Ok((row.get("engine_id")?, Pause::from_row(row)?))
        })?
        .collect()
}

/// Pauses an engine; a pause that is there already is replaced.
pub(super) fn insert(connection: &Connection, engine: i64, pause: &Pause) -> rusqlite::Result<()> {
    connection.execute(
        "INSERT OR REPLACE INTO pause (engine_key, reason, since, until) VALUES (?1, ?2, ?3, ?4)",
        params![
            engine,
            pause.reason,
            pause.since.0,
            pause.until.map(|time| time.0)
        ],
    )?;
    Ok(())
}

impl Store {
    /// Pauses an engine; a pause that is there already is replaced.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written.
    pub fn pause(&self, key: &EngineKey, pause: &Pause) -> Result<()> {
        self.write(|tx| {
            let engine = engine_rows::ensure(tx, key, pause.since)?;
            insert(tx, engine, pause)
        })
    }

    /// Ends the pause of an engine.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written.
    pub fn resume(&self, key: &EngineKey) -> Result<()> {
        self.write(|tx| {
            if let Some(engine) = engine_rows::find(tx, key)? {
                tx.execute("DELETE FROM pause WHERE engine_key = ?1", [engine])?;
            }
            Ok(())
        })
    }
}
