//! The ledger of the fleet: what is held for running cycles and what ended ones cost. Millionths of the unit.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use anyhow::Result;
use rusqlite::{Transaction, params};

use crate::clock::UnixTime;
use crate::store::budget_guard::{BudgetAnswer, BudgetGuard};
use crate::store::database::Store;
use crate::store::engine_key::EngineKey;

/// An amount that a cycle's end books.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Booking {
    /// `cost`, `revenue` or `expense`.
    pub kind: &'static str,
    /// Millionths of the unit.
    pub amount: i64,
    /// Whether it is what was reserved, because nobody knows what was spent.
    pub assumed: bool,
}

/// An amount held for a cycle whose end has not reached the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenHold {
    /// The number of the cycle.
    pub cycle: i64,
    /// Millionths of the unit.
    pub amount: i64,
}

/// An engine for whose cycles something is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Its id.
    pub engine_id: String,
    /// Its name; none if it was held by a version that did not record it, and the engine is not on record here.
    pub name: Option<String>,
    /// Its own database at that time.
    pub database: Option<PathBuf>,
}

/// Holds an amount for a cycle; whoever calls has asked the guard, in the same transaction.
pub(super) fn hold(
    tx: &Transaction<'_>,
    key: &EngineKey,
    cycle: i64,
    amount: i64,
    guard: Option<&BudgetGuard>,
    own_database: Option<&Path>,
    now: UnixTime,
) -> rusqlite::Result<()> {
    let database = own_database.map(|path| path.as_os_str().as_bytes());
    // Without a budget nothing was promised, so nothing can be overrun.
    let reserved = guard.map(|_| amount);
    tx.prepare_cached(
        "INSERT INTO ledger (registry_id, engine_id, cycle, kind, amount, state, at, held_at, reserved, engine,
            database)
         VALUES (?1, ?2, ?3, 'cost', ?4, 'held', ?5, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        key.registry_id,
        key.engine_id,
        cycle,
        amount,
        now.0,
        reserved,
        key.name,
        database
    ])?;
    Ok(())
}

/// Turns a hold into what was really spent; what is settled stays as it is.
pub(super) fn settle(
    tx: &Transaction<'_>,
    key: &EngineKey,
    cycle: i64,
    bookings: &[Booking],
    now: UnixTime,
) -> rusqlite::Result<()> {
    for booking in bookings {
        tx.prepare_cached(
            "INSERT INTO ledger (registry_id, engine_id, cycle, kind, amount, state, assumed, at, held_at,
                engine)
             VALUES (?1, ?2, ?3, ?4, ?5, 'settled', ?6, ?7, ?7, ?8)
             ON CONFLICT (registry_id, engine_id, cycle, kind) DO UPDATE
             SET amount = excluded.amount, state = 'settled', assumed = excluded.assumed, at = excluded.at
             WHERE state = 'held'",
        )?
        .execute(params![
            key.registry_id,
            key.engine_id,
            cycle,
            booking.kind,
            booking.amount,
            booking.assumed,
            now.0,
            key.name
        ])?;
    }
    Ok(())
}

impl Store {
    /// Holds an amount for a cycle of an engine that has a database of its own, or returns why the budget does not
    /// allow it.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written.
    pub fn hold(
        &self,
        key: &EngineKey,
        cycle: i64,
        amount: i64,
        guard: Option<&BudgetGuard>,
        own_database: Option<&Path>,
        now: UnixTime,
    ) -> Result<Option<BudgetAnswer>> {
        self.write(|tx| {
            if let Some(guard) = guard
                && let Some(over) = guard.refusal(tx, key, amount, None)?
            {
                return Ok(Some(over));
            }
            hold(tx, key, cycle, amount, guard, own_database, now).map(|()| None)
        })
    }

    /// Settles the hold of a cycle of an engine that has a database of its own. Idempotent.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written.
    pub fn settle(
        &self,
        key: &EngineKey,
        cycle: i64,
        bookings: &[Booking],
        now: UnixTime,
    ) -> Result<()> {
        self.write(|tx| settle(tx, key, cycle, bookings, now))
    }

    /// Returns what is held for cycles of an engine.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn open_holds(&self, key: &EngineKey) -> Result<Vec<OpenHold>> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT cycle, amount FROM ledger
                     WHERE registry_id = ?1 AND engine_id = ?2 AND state = 'held' ORDER BY id",
                )?
                .query_map([&key.registry_id, &key.engine_id], |row| {
                    Ok(OpenHold {
                        cycle: row.get(0)?,
                        amount: row.get(1)?,
                    })
                })?
                .collect()
        })
    }

    /// Returns what the cycles of an engine cost since a time, and how much of it is assumed, in millionths of the unit.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn spent_since(&self, key: &EngineKey, since: UnixTime) -> Result<(i64, i64)> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT coalesce(sum(amount), 0), coalesce(sum(amount) FILTER (WHERE assumed), 0) FROM ledger
                     WHERE registry_id = ?1 AND engine_id = ?2 AND kind = 'cost' AND state = 'settled' AND at >= ?3",
                )?
                .query_row(params![key.registry_id, key.engine_id, since.0], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
        })
    }

    /// Takes what is held for cycles of an engine as spent, because nobody knows what was.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written.
    pub fn assume_holds(&self, key: &EngineKey, now: UnixTime) -> Result<()> {
        self.write(|tx| {
            tx.execute(
                "UPDATE ledger SET state = 'settled', assumed = 1, at = ?3
                 WHERE registry_id = ?1 AND engine_id = ?2 AND state = 'held'",
                params![key.registry_id, key.engine_id, now.0],
            )
            .map(drop)
        })
    }

    /// Returns the engines of a registry for whose cycles something is held.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn holders(&self, registry_id: &str) -> Result<Vec<Holder>> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT ledger.engine_id, coalesce(max(ledger.engine), max(engine.name)), ledger.database
                     FROM ledger LEFT JOIN engine USING (registry_id, engine_id)
                     WHERE registry_id = ?1 AND state = 'held' GROUP BY 1, 3",
                )?
                .query_map([registry_id], |row| {
                    let database: Option<Vec<u8>> = row.get(2)?;
                    Ok(Holder {
                        engine_id: row.get(0)?,
                        name: row.get(1)?,
                        database: database.map(|bytes| OsString::from_vec(bytes).into()),
                    })
                })?
                .collect()
        })
    }

    /// Returns the number after the newest cycle of an engine that was ever booked.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn next_booked_cycle(&self, key: &EngineKey) -> Result<i64> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT coalesce(max(cycle), 0) + 1 FROM ledger WHERE registry_id = ?1 AND engine_id = ?2",
                )?
                .query_row([&key.registry_id, &key.engine_id], |row| row.get(0))
        })
    }
}
