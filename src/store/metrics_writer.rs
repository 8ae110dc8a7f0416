//! Writes any number of metrics rows of one bot in one transaction and in bounded memory.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::MutexGuard;

use anyhow::Result;
use rusqlite::Connection;

use crate::clock::UnixTime;
use crate::store::database::{Store, unusable};
use crate::store::engine_key::EngineKey;
use crate::store::engine_rows;
use crate::store::events::{self, EventRow, NewEvent};
use crate::store::metrics;

/// After how many rows the oldest are dropped, so that a large file never lies twice in the store.
const CHUNK: i64 = 50_000;
/// How many lists of names are remembered.
const REMEMBERED: usize = 1024;

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// How many rows.
    pub rows: u64,
    /// How many rows of the bot, old or new, were dropped because there were too many.
    pub dropped: u64,
}

/// A transaction that appends metrics rows to one bot. Dropped without `finish` it leaves nothing.
pub struct MetricsWriter<'s> {
    connection: MutexGuard<'s, Connection>,
    path: PathBuf,
    bot: i64,
    keep: u64,
    /// The number of the last row written, and of the last one noted in the bot's counts.
    last: i64,
    noted: i64,
    recorded: Recorded,
    ids: HashMap<Vec<String>, i64>,
    newest_names: (Vec<String>, i64),
    is_finished: bool,
}

impl<'s> MetricsWriter<'s> {
    /// Begins the transaction; of the bot's rows the newest `keep` are kept.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written.
    pub fn begin(store: &'s Store, registry_id: &str, bot: &str, keep: u64) -> Result<Self> {
        let connection = store.connection();
        let path = store.path().to_owned();
        connection
            .execute_batch("BEGIN IMMEDIATE")
            .map_err(|error| unusable(&path, error))?;
        let mut writer = Self {
            connection,
            path,
            bot: 0,
            keep,
            last: 0,
            noted: 0,
            recorded: Recorded::default(),
            ids: HashMap::new(),
            newest_names: (Vec::new(), 0),
            is_finished: false,
        };
        writer.bot = writer.try_sql(|sql| metrics::ensure_bot(sql, registry_id, bot))?;
        writer.last = writer.try_sql(metrics::last_number)?;
        writer.noted = writer.last;
        Ok(writer)
    }

    /// Appends rows with the same names, their values row by row; a value that is NaN is missing.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written.
    pub fn push(&mut self, names: &[String], ats: &[f64], values: &[f64]) -> Result<()> {
        let names_id = self.id_of(names)?;
        let mut last = self.last;
        let mut numbers: Vec<u8> = Vec::with_capacity(names.len() * 8);
        self.try_sql(|sql| {
            let mut insert = metrics::prepare_insert(sql)?;
            for (at, values) in ats.iter().zip(values.chunks_exact(names.len().max(1))) {
                numbers.clear();
                for value in values {
                    numbers.extend_from_slice(&value.to_le_bytes());
                }
                last += 1;
                metrics::insert(&mut insert, (self.bot, last), *at, names_id, &numbers)?;
            }
            Ok(())
        })?;
        self.last = last;
        self.recorded.rows += ats.len() as u64;
        if self.last - self.noted >= CHUNK {
            self.note()?;
        }
        Ok(())
    }

    /// Commits the rows, and with them the events of the engines that have this bot here; returns the latter as recorded.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written; then nothing of the batch is in it.
    pub fn finish(
        mut self,
        engines: &[(&EngineKey, &[NewEvent])],
        now: UnixTime,
    ) -> Result<(Recorded, Vec<Vec<EventRow>>)> {
        self.note()?;
        let mut rows = Vec::with_capacity(engines.len());
        for (key, new) in engines {
            rows.push(self.try_sql(|sql| {
                let engine = engine_rows::ensure(sql, key, now)?;
                events::insert(sql, engine, new, now)
            })?);
        }
        self.try_sql(|sql| sql.execute_batch("COMMIT"))?;
        self.is_finished = true;
        Ok((self.recorded, rows))
    }

    fn note(&mut self) -> Result<()> {
        let added = self.last - self.noted;
        if added > 0 {
            self.recorded.dropped +=
                self.try_sql(|sql| metrics::count_up(sql, self.bot, added, self.last, self.keep))?;
            self.noted = self.last;
        }
        Ok(())
    }

    /// Returns the number of a list of names. Nearly always it is that of the row before.
    fn id_of(&mut self, names: &[String]) -> Result<i64> {
        if self.newest_names.0 == names && !names.is_empty() {
            return Ok(self.newest_names.1);
        }
        let id = if let Some(id) = self.ids.get(names) {
            *id
        } else {
            let id = self.try_sql(|sql| metrics::names_id(sql, names))?;
            if self.ids.len() >= REMEMBERED {
                self.ids.clear();
            }
            self.ids.insert(names.to_vec(), id);
            id
        };
        self.newest_names = (names.to_vec(), id);
        Ok(id)
    }

    fn try_sql<T>(&self, act: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        act(&self.connection).map_err(|error| unusable(&self.path, error))
    }
}

impl Drop for MetricsWriter<'_> {
    fn drop(&mut self) {
        if !self.is_finished {
            // Closing the connection would roll back as well, but others may go on using it.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }
}
