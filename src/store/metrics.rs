//! Metrics rows: how one is laid out, read back and dropped. Bulk writing is in `metrics_writer`.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use anyhow::Result;
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};

use crate::clock::UnixTime;
use crate::diagnostics::MetricsRow;
use crate::store::database::Store;

/// How many bits of a row's id count rows; those above tell the bot.
const NUMBER_BITS: u32 = 40;

/// A metrics row that a cycle's result brings.
#[derive(Clone, Debug)]
pub struct NewMetrics<'a> {
    /// The bot it belongs to.
    pub bot: &'a str,
    /// Its numbers by name.
    pub values: &'a BTreeMap<String, f64>,
    /// How many rows of the bot are kept.
    pub keep: u64,
}

/// A metrics row with its place in the record.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberedRow {
    /// Its number, counted over all bots of the store.
    pub number: i64,
    /// When it was measured, in unix seconds.
    pub at: f64,
    /// Its numbers by name; NaN where it has none.
    pub values: BTreeMap<String, f64>,
}

/// What there is of a bot's metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BotRows {
    /// How many rows are kept.
    pub rows: u64,
    /// How many were dropped because there were too many.
    pub dropped: u64,
    /// The number of the newest, counted over all bots of the store.
    pub newest_row: i64,
}

/// Returns the ids of a bot's rows: those above the first and up to the second.
fn ids_of(bot: i64, after: i64) -> (i64, i64) {
    let first = bot << NUMBER_BITS;
    (first | after, first | ((1 << NUMBER_BITS) - 1))
}

/// Returns the key of a bot, making it if it is new.
pub(super) fn ensure_bot(
    connection: &Connection,
    registry_id: &str,
    name: &str,
) -> rusqlite::Result<i64> {
    if let Some(key) = find_bot(connection, registry_id, name)? {
        return Ok(key);
    }
    connection.execute(
        "INSERT INTO bot (registry_id, name) VALUES (?1, ?2)",
        [registry_id, name],
    )?;
    Ok(connection.last_insert_rowid())
}

fn find_bot(
    connection: &Connection,
    registry_id: &str,
    name: &str,
) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT key FROM bot WHERE registry_id = ?1 AND name = ?2")?
        .query_row([registry_id, name], |row| row.get(0))
        .optional()
}

/// Returns the number of a list of names, making it if it is new.
pub(super) fn names_id(connection: &Connection, names: &[String]) -> rusqlite::Result<i64> {
    let text = serde_json::to_string(names)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    let found = connection
        .prepare_cached("SELECT id FROM metric_names WHERE names = ?1")?
        .query_row([&text], |row| row.get(0))
        .optional()?;
    if let Some(id) = found {
        return Ok(id);
    }
    connection
        .prepare_cached("INSERT INTO metric_names (names) VALUES (?1)")?
        .execute([&text])?;
    Ok(connection.last_insert_rowid())
}

/// Prepares writing rows.
pub(super) fn prepare_insert(connection: &Connection) -> rusqlite::Result<CachedStatement<'_>> {
    connection
        .prepare_cached("INSERT INTO metrics (id, at, names, numbers) VALUES (?1, ?2, ?3, ?4)")
}

/// Writes one row.
pub(super) fn insert(
    statement: &mut CachedStatement<'_>,
    (bot, number): (i64, i64),
    at: f64,
    names: i64,
    numbers: &[u8],
) -> rusqlite::Result<()> {
    let id = (bot << NUMBER_BITS) | number;
    statement.execute(params![id, at, names, numbers])?;
    Ok(())
}

/// Returns how many rows were counted so far, over all bots.
pub(super) fn last_number(connection: &Connection) -> rusqlite::Result<i64> {
    connection
        .prepare_cached("SELECT last FROM row_counter")?
        .query_row([], |row| row.get(0))
}

/// Notes rows just written, drops the oldest beyond `keep` and returns how many.
pub(super) fn count_up(
    connection: &Connection,
    bot: i64,
    added: i64,
    last: i64,
    keep: u64,
) -> rusqlite::Result<u64> {
    connection
        .prepare_cached("UPDATE row_counter SET last = ?1")?
        .execute([last])?;
    let rows: i64 = connection
        .prepare_cached(
            "UPDATE bot SET rows = rows + ?2, newest_row = ?3 WHERE key = ?1 RETURNING rows",
        )?
        .query_row([bot, added, last], |row| row.get(0))?;
    let too_many = rows.saturating_sub(i64::try_from(keep).unwrap_or(i64::MAX));
    if too_many <= 0 {
        return Ok(0);
    }
    let (first, last) = ids_of(bot, 0);
    connection
        .prepare_cached(
            "DELETE FROM metrics WHERE id > ?1 AND id <= ?2 AND id <=
                (SELECT id FROM metrics WHERE id > ?1 AND id <= ?2 ORDER BY id LIMIT 1 OFFSET ?3 - 1)",
        )?
        .execute([first, last, too_many])?;
    connection
        .prepare_cached("UPDATE bot SET rows = rows - ?2, dropped = dropped + ?2 WHERE key = ?1")?
        .execute([bot, too_many])?;
    Ok(u64::try_from(too_many).unwrap_or(0))
}

/// Appends one row; returns what the ids of its bot begin at, and its number.
pub(super) fn append(
    connection: &Connection,
    registry_id: &str,
    row: &NewMetrics<'_>,
    at: UnixTime,
) -> rusqlite::Result<(i64, i64)> {
    let bot = ensure_bot(connection, registry_id, row.bot)?;
    let names: Vec<String> = row.values.keys().cloned().collect();
    let names = names_id(connection, &names)?;
    let numbers: Vec<u8> = row.values.values().flat_map(|n| n.to_le_bytes()).collect();
    let number = last_number(connection)? + 1;
    let mut statement = prepare_insert(connection)?;
    insert(&mut statement, (bot, number), at.0, names, &numbers)?;
    count_up(connection, bot, 1, number, row.keep)?;
    Ok((bot << NUMBER_BITS, number))
}

/// Reads the lists of names, each once.
#[derive(Default)]
pub(super) struct Names(BTreeMap<i64, Vec<String>>);

impl Names {
    fn of(&mut self, connection: &Connection, id: i64) -> rusqlite::Result<&[String]> {
        match self.0.entry(id) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(place) => {
                let text: String = connection
                    .prepare_cached("SELECT names FROM metric_names WHERE id = ?1")?
                    .query_row([id], |row| row.get(0))?;
                Ok(place.insert(serde_json::from_str(&text).unwrap_or_default()))
            }
        }
    }
}

/// Returns the newest rows of a bot with their numbers, newest first.
pub(super) fn newest_of_bot(
    connection: &Connection,
    names: &mut Names,
    bot: i64,
    most: i64,
) -> rusqlite::Result<Vec<(i64, MetricsRow)>> {
    let (first, last) = ids_of(bot, 0);
    let mut statement = connection.prepare_cached(
        "SELECT id, at, names, numbers FROM metrics WHERE id > ?1 AND id <= ?2 ORDER BY id DESC LIMIT ?3",
    )?;
    let mut found = statement.query([first, last, most])?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        let names = names.of(connection, row.get(2)?)?;
        let numbers = numbers_in(row.get_ref(3)?.as_blob().unwrap_or_default());
        let id: i64 = row.get(0)?;
        rows.push((id - first, row_of(row.get(1)?, names, numbers)));
    }
    Ok(rows)
}

/// Puts a row together; where a number is missing, so is its name.
fn row_of(at: f64, names: &[String], numbers: impl Iterator<Item = f64>) -> MetricsRow {
    MetricsRow {
        at,
        values: names
            .iter()
            .cloned()
            .zip(numbers)
            .filter(|(_, number)| !number.is_nan())
            .collect(),
    }
}

fn numbers_in(blob: &[u8]) -> impl Iterator<Item = f64> {
    blob.chunks_exact(8)
        .map(|bytes| f64::from_le_bytes(bytes.try_into().unwrap_or_default()))
}

impl Store {
    /// Returns what there is of a bot's metrics; `None` if it never had any.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn bot_rows(&self, registry_id: &str, bot: &str) -> Result<Option<BotRows>> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT rows, dropped, newest_row FROM bot WHERE registry_id = ?1 AND name = ?2",
                )?
                .query_row([registry_id, bot], |row| {
                    let count = |index| row.get(index).map(|n: i64| u64::try_from(n).unwrap_or(0));
                    Ok(BotRows {
                        rows: count(0)?,
                        dropped: count(1)?,
                        newest_row: row.get(2)?,
                    })
                })
                .optional()
        })
    }

    /// Returns for each bot of a registry that has metrics the number of its newest row, in one scan.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn newest_rows(&self, registry_id: &str) -> Result<BTreeMap<String, i64>> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT name, newest_row FROM bot WHERE registry_id = ?1 AND newest_row > 0",
                )?
                .query_map([registry_id], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
    }

    /// Returns the newest rows of a bot that were recorded after the row of a number, oldest first, except one.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn metrics_after(
        &self,
        registry_id: &str,
        bot: &str,
        (after, except): (i64, i64),
        most: usize,
    ) -> Result<Vec<MetricsRow>> {
        self.read(|connection| {
            let Some(bot) = find_bot(connection, registry_id, bot)? else {
                return Ok(Vec::new());
            };
            let (first, last) = ids_of(bot, after);
            let mut names = Names::default();
            let mut statement = connection.prepare_cached(
                "SELECT at, names, numbers FROM metrics WHERE id > ?1 AND id <= ?2 AND id <> ?3
                 ORDER BY id DESC LIMIT ?4",
            )?;
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            let mut found = statement.query([first, last, (bot << NUMBER_BITS) | except, most])?;
            let mut rows = Vec::new();
            while let Some(row) = found.next()? {
                let names = names.of(connection, row.get(1)?)?;
                let numbers = numbers_in(row.get_ref(2)?.as_blob().unwrap_or_default());
                rows.push(row_of(row.get(0)?, names, numbers));
            }
            rows.reverse();
            Ok(rows)
        })
    }

    /// Calls `see` with every row of a bot between two numbers, the first excluded, oldest first.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn visit_numbered_rows(
        &self,
        registry_id: &str,
        bot: &str,
        (after, last): (i64, i64),
        mut see: impl FnMut(NumberedRow),
    ) -> Result<()> {
        self.read(|connection| {
            let Some(bot) = find_bot(connection, registry_id, bot)? else {
                return Ok(());
            };
            let (first, newest) = ids_of(bot, after);
            let last = newest.min((bot << NUMBER_BITS).saturating_add(last));
            let mut names = Names::default();
            let mut statement = connection.prepare_cached(
                "SELECT names, numbers, id, at FROM metrics WHERE id > ?1 AND id <= ?2 ORDER BY id",
            )?;
            let mut found = statement.query([first, last])?;
            while let Some(row) = found.next()? {
                let names = names.of(connection, row.get(0)?)?;
                let numbers = numbers_in(row.get_ref(1)?.as_blob().unwrap_or_default());
                see(NumberedRow {
                    number: row.get::<_, i64>(2)? - (bot << NUMBER_BITS),
                    at: row.get(3)?,
                    values: names.iter().cloned().zip(numbers).collect(),
                });
            }
            Ok(())
        })
    }

    /// Returns when the newest row of a bot was measured.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn newest_at(&self, registry_id: &str, bot: &str) -> Result<Option<UnixTime>> {
        self.read(|connection| {
            let Some(bot) = find_bot(connection, registry_id, bot)? else {
                return Ok(None);
            };
            let (first, last) = ids_of(bot, 0);
            connection
                .prepare_cached(
                    "SELECT at FROM metrics WHERE id > ?1 AND id <= ?2 ORDER BY id DESC LIMIT 1",
                )?
                .query_row([first, last], |row| row.get(0).map(UnixTime))
                .optional()
        })
    }

    /// Calls `see` with every value of a metric that was recorded after the row of a number, oldest first.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn visit_metric(
        &self,
        registry_id: &str,
        bot: &str,
        metric: &str,
        after: i64,
        mut see: impl FnMut(f64),
    ) -> Result<()> {
        self.read(|connection| {
            let Some(bot) = find_bot(connection, registry_id, bot)? else {
                return Ok(());
            };
            let (first, last) = ids_of(bot, after);
            let mut names = Names::default();
            let mut statement = connection.prepare_cached(
                "SELECT names, numbers FROM metrics WHERE id > ?1 AND id <= ?2 ORDER BY id",
            )?;
            let mut found = statement.query([first, last])?;
            while let Some(row) = found.next()? {
                let names = names.of(connection, row.get(0)?)?;
                let place = names.iter().position(|name| name == metric);
                let value = place
                    .and_then(|place| numbers_in(row.get_ref(1).ok()?.as_blob().ok()?).nth(place));
                if let Some(value) = value.filter(|value| !value.is_nan()) {
                    see(value);
                }
            }
            Ok(())
        })
    }
}
