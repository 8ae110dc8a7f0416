//! What the store knows of an engine as a whole.

use std::collections::BTreeMap;

use anyhow::Result;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use crate::clock::UnixTime;
use crate::store::cycle_state::CycleState;
use crate::store::database::Store;
use crate::store::engine_key::EngineKey;
use crate::store::pauses::{self, Pause};
use crate::store::state_file::StateFile;

/// What is remembered of an engine between cycles.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EngineState {
    /// When it was registered, or first seen.
    pub registered_at: Option<UnixTime>,
    /// When its last cycle ended that succeeded or failed.
    pub last_run: Option<UnixTime>,
    /// When its last cycle was started.
    pub last_started: Option<UnixTime>,
    /// How many cycles failed in a row; interruptions count from the second in a row.
    pub failures_in_row: u32,
    /// How many cycles were interrupted in a row.
    pub interruptions_in_row: u32,
    /// From when on backing off is counted.
    pub retry_from: Option<UnixTime>,
    /// How the last finished cycle ended.
    pub last_outcome: Option<CycleState>,
    /// How many cycles succeeded.
    pub successes: u32,
    /// The sum of all ROI deltas, kept finite.
    pub roi_total: f64,
    /// About how many seconds a successful cycle takes.
    pub typical_seconds: Option<f64>,
    /// The digest of the state file as last written.
    pub state_digest: Option<String>,
    /// The pause an operator ordered, over or not.
    pub pause: Option<Pause>,
    /// Up to which row, counted over all bots of the store, the metrics have led to a finished cycle.
    pub rows_seen: i64,
    /// The row that the last cycle itself measured. It asks for nothing: else a bot with errors would be run at every tick.
    pub own_row: i64,
}

const COLUMNS: &str = "registered_at, last_run, last_started, failures_in_row, interruptions_in_row, \
    retry_from, last_outcome, successes, roi_total, typical_seconds, state_digest, \
    rows_seen, own_row";

impl EngineState {
    /// Reads the columns of [`COLUMNS`], the first of which has this index.
    ///
    /// By index: looking names up was a third of the time it takes to decide on an idle fleet.
    fn from_row(row: &Row<'_>, first: usize) -> rusqlite::Result<Self> {
        let time = |index: usize| -> rusqlite::Result<Option<UnixTime>> {
            Ok(row.get::<_, Option<f64>>(first + index)?.map(UnixTime))
        };
        let outcome = row.get_ref(first + 6)?.as_str_or_null()?;
        Ok(Self {
            registered_at: time(0)?,
            last_run: time(1)?,
            last_started: time(2)?,
            failures_in_row: row.get(first + 3)?,
            interruptions_in_row: row.get(first + 4)?,
            retry_from: time(5)?,
            last_outcome: outcome.and_then(CycleState::parse),
            successes: row.get(first + 7)?,
            roi_total: row.get(first + 8)?,
            typical_seconds: row.get(first + 9)?,
            state_digest: row.get(first + 10)?,
            rows_seen: row.get(first + 11)?,
            own_row: row.get(first + 12)?,
            // Lies in a table of its own and is added by the caller.
            pause: None,
        })
    }

    /// Saves what the end of a cycle changes; when it was started stands there since its beginning.
    pub(super) fn save(&self, tx: &Transaction<'_>, engine: i64) -> rusqlite::Result<()> {
        tx.execute(
            "UPDATE engine SET last_run = ?2, failures_in_row = ?3, interruptions_in_row = ?4, retry_from = ?5,
             last_outcome = ?6, successes = ?7, roi_total = ?8, typical_seconds = ?9, state_digest = ?10
             WHERE key = ?1",
            params![
                engine,
                self.last_run.map(|time| time.0),
                self.failures_in_row,
                self.interruptions_in_row,
                self.retry_from.map(|time| time.0),
                self.last_outcome.map(CycleState::as_str),
                self.successes,
                self.roi_total,
                self.typical_seconds,
                self.state_digest,
            ],
        )?;
        Ok(())
    }
}

/// Returns the row number of an engine, or `None` if it was never seen.
pub(super) fn find(connection: &Connection, key: &EngineKey) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT key FROM engine WHERE registry_id = ?1 AND engine_id = ?2")?
        .query_row([&key.registry_id, &key.engine_id], |row| row.get(0))
        .optional()
}

/// Returns the row number of an engine, making the row if there is none.
pub(super) fn ensure(tx: &Connection, key: &EngineKey, now: UnixTime) -> rusqlite::Result<i64> {
    if let Some(found) = find(tx, key)? {
        return Ok(found);
    }
    tx.execute(
        "INSERT INTO engine (registry_id, engine_id, name, registered_at) VALUES (?1, ?2, ?3, ?4)",
        params![key.registry_id, key.engine_id, key.name, now.0],
    )?;
    Ok(tx.last_insert_rowid())
}

impl Store {
    /// Notes that an engine exists, if that is not known yet.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written.
    pub fn ensure_engine(&self, key: &EngineKey, now: UnixTime) -> Result<()> {
        if self.read(|connection| find(connection, key))?.is_some() {
            return Ok(());
        }
        self.write(|tx| ensure(tx, key, now)).map(drop)
    }

    /// Returns the state of every engine of a registry by engine id, in one scan.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn engine_states(&self, registry_id: &str) -> Result<BTreeMap<String, EngineState>> {
        self.read(|connection| {
            let sql = format!("SELECT engine_id, {COLUMNS} FROM engine WHERE registry_id = ?1");
            let mut states: BTreeMap<String, EngineState> = connection
                .prepare_cached(&sql)?
                .query_map([registry_id], |row| {
                    Ok((row.get(0)?, EngineState::from_row(row, 1)?))
                })?
                .collect::<rusqlite::Result<_>>()?;
            for (engine_id, pause) in pauses::of_registry(connection, registry_id)? {
                if let Some(state) = states.get_mut(&engine_id) {
                    state.pause = Some(pause);
                }
            }
            Ok(states)
        })
    }

    /// Returns the state of one engine; a default if it was never seen.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn engine_state(&self, key: &EngineKey) -> Result<EngineState> {
        self.read(|connection| {
            let sql =
                format!("SELECT {COLUMNS} FROM engine WHERE registry_id = ?1 AND engine_id = ?2");
            let state = connection
                .prepare_cached(&sql)?
                .query_row([&key.registry_id, &key.engine_id], |row| {
                    EngineState::from_row(row, 0)
                })
                .optional()?;
            Ok(EngineState {
                pause: pauses::of_engine(connection, key)?,
                ..state.unwrap_or_default()
            })
        })
    }

    /// Returns the id under which a name was last registered in a registry.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn last_id_of(&self, registry_id: &str, name: &str) -> Result<Option<String>> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT engine_id FROM engine WHERE registry_id = ?1 AND name = ?2 COLLATE NOCASE
                     ORDER BY key DESC LIMIT 1",
                )?
                .query_row([registry_id, name], |row| row.get(0))
                .optional()
        })
    }

    /// Returns what the state file of an engine should say.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn state_file_of(&self, key: &EngineKey) -> Result<StateFile> {
        let last_run = self.engine_state(key)?.last_run.map_or(0.0, |time| time.0);
        Ok(StateFile {
            roi_history: self.roi_history(key, StateFile::MAX_HISTORY)?,
            last_run,
        })
    }

    /// Returns the newest ROI deltas of an engine, oldest first.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn roi_history(&self, key: &EngineKey, most: usize) -> Result<Vec<f64>> {
        self.read(|connection| {
            let Some(engine) = find(connection, key)? else {
                return Ok(Vec::new());
            };
            let mut history: Vec<f64> = connection
                .prepare_cached(
                    "SELECT roi FROM roi_delta WHERE engine_key = ?1 ORDER BY id DESC LIMIT ?2",
                )?
                .query_map(
                    params![engine, i64::try_from(most).unwrap_or(i64::MAX)],
                    |row| row.get(0),
                )?
                .collect::<rusqlite::Result<_>>()?;
            history.reverse();
            Ok(history)
        })
    }

    /// Takes over what a state file says: the history and the time of the last cycle.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written.
    pub fn adopt_state_file(
        &self,
        key: &EngineKey,
        file: &StateFile,
        digest: &str,
        now: UnixTime,
    ) -> Result<()> {
        self.write(|tx| {
            let engine = ensure(tx, key, now)?;
            tx.execute("DELETE FROM roi_delta WHERE engine_key = ?1", [engine])?;
            let mut insert =
                tx.prepare("INSERT INTO roi_delta (engine_key, roi) VALUES (?1, ?2)")?;
            for roi in &file.roi_history {
                insert.execute(params![engine, roi])?;
            }
            tx.execute(
                "UPDATE engine SET last_run = ?2, state_digest = ?3 WHERE key = ?1",
                params![engine, file.time_of_last_run().map(|time| time.0), digest],
            )?;
            Ok(())
        })
    }

    /// Remembers the digest of a state file that is about to be written.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written.
    pub fn set_state_digest(&self, key: &EngineKey, digest: &str, now: UnixTime) -> Result<()> {
        self.write(|tx| {
            let engine = ensure(tx, key, now)?;
            tx.execute(
                "UPDATE engine SET state_digest = ?2 WHERE key = ?1",
                params![engine, digest],
            )?;
            Ok(())
        })
    }
}

/// Appends an ROI delta and forgets those beyond the newest 1,000.
pub(super) fn append_roi(tx: &Transaction<'_>, engine: i64, roi: f64) -> rusqlite::Result<()> {
    tx.execute(
        "INSERT INTO roi_delta (engine_key, roi) VALUES (?1, ?2)",
        params![engine, roi],
    )?;
    tx.execute(
        "DELETE FROM roi_delta WHERE engine_key = ?1 AND id <= (SELECT id FROM roi_delta WHERE engine_key = ?1
         ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        params![engine, i64::try_from(StateFile::MAX_HISTORY).unwrap_or(i64::MAX)],
    )?;
    Ok(())
}
