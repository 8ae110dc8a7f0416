//! Events on record: what engines published and what was asked of them. Each engine sees its own.

use std::collections::BTreeMap;

use anyhow::Result;
use rusqlite::{Connection, Transaction, params};

use crate::clock::UnixTime;
use crate::store::database::Store;
use crate::store::engine_key::EngineKey;
use crate::store::engine_rows;

/// How many events of an engine are kept, and how many that still wait for an answer.
const KEPT: i64 = 1000;

/// An event to record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// Its topic.
    pub topic: String,
    /// What it says, as JSON.
    pub data: String,
    /// Whether it waits for an answer of the engine.
    pub is_pending: bool,
}

/// A recorded event.
#[derive(Clone, Debug)]
pub struct EventRow {
    /// Its number, which grows in the order of the record.
    pub id: i64,
    /// Its topic.
    pub topic: String,
    /// When it was published.
    pub at: UnixTime,
    /// What it says, as JSON.
    pub data: String,
    /// Whether it still waits for an answer.
    pub is_pending: bool,
}

/// How many events wait for an answer, by topic.
pub type Pending = BTreeMap<String, u64>;

/// Records events and forgets the oldest beyond what is kept; returns them as recorded.
pub(super) fn insert(
    tx: &Connection,
    engine: i64,
    events: &[NewEvent],
    now: UnixTime,
) -> rusqlite::Result<Vec<EventRow>> {
    let mut rows = Vec::with_capacity(events.len());
    for event in events {
        tx.prepare_cached(
            "INSERT INTO event (engine_key, topic, at, data, is_pending) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            engine,
            event.topic,
            now.0,
            event.data,
            event.is_pending
        ])?;
        rows.push(EventRow {
            id: tx.last_insert_rowid(),
            topic: event.topic.clone(),
            at: now,
            data: event.data.clone(),
            is_pending: event.is_pending,
        });
    }
    if !events.is_empty() {
        // An event that waits is not forgotten because others came after it.
        tx.prepare_cached(
            "DELETE FROM event WHERE engine_key = ?1 AND is_pending = 0 AND id <=
                (SELECT id FROM event WHERE engine_key = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        )?
        .execute(params![engine, KEPT])?;
    }
    for event in events.iter().filter(|event| event.is_pending) {
        tx.prepare_cached(
            "DELETE FROM event WHERE engine_key = ?1 AND is_pending = 1 AND topic = ?3 AND id <=
                (SELECT id FROM event WHERE engine_key = ?1 AND topic = ?3 AND is_pending = 1
                 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        )?
        .execute(params![engine, KEPT, event.topic])?;
    }
    Ok(rows)
}

/// Notes that a cycle has answered the events of a topic that waited when it began.
pub(super) fn consume(
    tx: &Transaction<'_>,
    engine: i64,
    cycle: i64,
    topic: &str,
) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "UPDATE event SET is_pending = 0 WHERE engine_key = ?1 AND topic = ?3 AND is_pending = 1
         AND id <= (SELECT events_mark FROM cycle WHERE engine_key = ?1 AND number = ?2)",
    )?
    .execute(params![engine, cycle, topic])?;
    Ok(())
}

impl Store {
    /// Records events of an engine and returns them as recorded.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written.
    pub fn record_events(
        &self,
        key: &EngineKey,
        events: &[NewEvent],
        now: UnixTime,
    ) -> Result<Vec<EventRow>> {
        self.write(|tx| {
            let engine = engine_rows::ensure(tx, key, now)?;
            insert(tx, engine, events, now)
        })
    }

    /// Returns for each engine of a registry that has any, by engine id, the events that wait for an answer.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn pending_events(&self, registry_id: &str) -> Result<BTreeMap<String, Pending>> {
        self.read(|connection| {
            let mut pending: BTreeMap<String, Pending> = BTreeMap::new();
            let mut statement = connection.prepare_cached(
                "SELECT engine_id, topic, count(*) FROM event JOIN engine ON engine.key = engine_key
                 WHERE is_pending = 1 AND registry_id = ?1 GROUP BY engine_key, topic",
            )?;
            let mut rows = statement.query([registry_id])?;
            while let Some(row) = rows.next()? {
                let count: i64 = row.get(2)?;
                pending
                    .entry(row.get(0)?)
                    .or_default()
                    .insert(row.get(1)?, u64::try_from(count).unwrap_or(0));
            }
            Ok(pending)
        })
    }

    /// Returns the events of one engine that wait for an answer.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn pending_events_of(&self, key: &EngineKey) -> Result<Pending> {
        self.read(|connection| {
            let Some(engine) = engine_rows::find(connection, key)? else {
                return Ok(Pending::new());
            };
            connection
                .prepare_cached(
                    "SELECT topic, count(*) FROM event WHERE engine_key = ?1 AND is_pending = 1 GROUP BY topic",
                )?
                .query_map([engine], |row| {
                    let count: i64 = row.get(1)?;
                    Ok((row.get(0)?, u64::try_from(count).unwrap_or(0)))
                })?
                .collect()
        })
    }

    /// Returns the newest events of an engine, newest first.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn events(
        &self,
        key: &EngineKey,
        topic: Option<&str>,
        most: usize,
    ) -> Result<Vec<EventRow>> {
        self.read(|connection| {
            let Some(engine) = engine_rows::find(connection, key)? else {
                return Ok(Vec::new());
            };
            connection
                .prepare_cached(
                    "SELECT id, topic, at, data, is_pending FROM event
                     WHERE engine_key = ?1 AND (?2 IS NULL OR topic = ?2) ORDER BY id DESC LIMIT ?3",
                )?
                .query_map(
                    params![engine, topic, i64::try_from(most).unwrap_or(i64::MAX)],
                    |row| {
                        Ok(EventRow {
                            id: row.get("id")?,
                            topic: row.get("topic")?,
                            at: UnixTime(row.get("at")?),
                            data: row.get("data")?,
                            is_pending: row.get("is_pending")?,
                        })
                    },
                )?
                .collect()
        })
    }
}
