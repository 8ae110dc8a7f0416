//! Attempts within a cycle, where it took more than one: each is on record with what it cost.

use anyhow::Result;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::clock::UnixTime;
use crate::store::budget_guard::{BudgetAnswer, BudgetGuard};
use crate::store::database::Store;
use crate::store::engine_key::EngineKey;
use crate::store::engine_rows;

/// One attempt that ended.
#[derive(Clone, Debug, Serialize)]
pub struct Attempt {
    /// Its number within the cycle, from 1.
    #[serde(rename = "attempt")]
    pub number: u32,
    /// Why it failed, as a reason code; none if it succeeded.
    pub reason: Option<String>,
    /// When it ended.
    pub ended_at: UnixTime,
    /// How many seconds it took.
    pub seconds: f64,
    /// What it cost.
    pub cost: f64,
    /// The failure, as JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<Box<RawValue>>,
}

/// What a running cycle has reserved, in millionths of the unit.
#[derive(Clone, Copy, Debug)]
pub struct Reservation {
    /// For attempts that ended and the one about to begin.
    pub amount: i64,
    /// Whether the hold is booked here, and not in the store of the fleet.
    pub books_here: bool,
    /// Under which caps, if there are any.
    pub guard: Option<BudgetGuard>,
}

fn row_of_cycle(
    connection: &Connection,
    key: &EngineKey,
    number: i64,
) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached(
            "SELECT cycle.id FROM cycle JOIN engine ON engine.key = engine_key
             WHERE registry_id = ?1 AND engine_id = ?2 AND number = ?3",
        )?
        .query_row(params![key.registry_id, key.engine_id, number], |row| {
            row.get(0)
        })
        .optional()
}

pub(super) fn insert(
    tx: &Transaction<'_>,
    key: &EngineKey,
    number: i64,
    attempt: &Attempt,
) -> rusqlite::Result<()> {
    let Some(cycle) = row_of_cycle(tx, key, number)? else {
        return Ok(());
    };
    tx.prepare_cached(
        "INSERT OR IGNORE INTO attempt (cycle_id, number, reason, ended_at, seconds, cost, detail)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        cycle,
        attempt.number,
        attempt.reason,
        attempt.ended_at.0,
        attempt.seconds,
        attempt.cost,
        attempt.detail.as_deref().map(RawValue::get),
    ])?;
    Ok(())
}

impl Store {
    /// Commits that an attempt ended and the next one is about to begin, with what is reserved from now on.
    ///
    /// Returns why the budget does not allow that, and then has committed nothing.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written; then the next attempt may not be spawned.
    pub fn begin_next_attempt(
        &self,
        key: &EngineKey,
        number: i64,
        ended: &Attempt,
        reservation: Reservation,
    ) -> Result<Option<BudgetAnswer>> {
        self.write(|tx| {
            if reservation.books_here {
                let guard = reservation.guard.as_ref();
                if let Some(over) = grow_hold(tx, key, number, reservation.amount, guard)? {
                    return Ok(Some(over));
                }
            }
            insert(tx, key, number, ended)?;
            if let Some(engine) = engine_rows::find(tx, key)? {
                tx.execute(
                    "UPDATE cycle SET reserved = ?3 WHERE engine_key = ?1 AND number = ?2 AND state = 'running'",
                    params![engine, number, reservation.amount],
                )?;
            }
            Ok(None)
        })
    }

    /// Changes what is held for a cycle of an engine that has a database of its own, or returns why the budget does
    /// not allow it.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written.
    pub fn change_hold(
        &self,
        key: &EngineKey,
        number: i64,
        amount: i64,
        guard: Option<&BudgetGuard>,
    ) -> Result<Option<BudgetAnswer>> {
        self.write(|tx| grow_hold(tx, key, number, amount, guard))
    }

    /// Returns the attempts of a cycle that ended; none if it took only one.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn attempts(&self, key: &EngineKey, number: i64) -> Result<Vec<Attempt>> {
        self.read(|connection| {
            let Some(cycle) = row_of_cycle(connection, key, number)? else {
                return Ok(Vec::new());
            };
            connection
                .prepare_cached(
                    "SELECT number, reason, ended_at, seconds, cost, detail FROM attempt
                     WHERE cycle_id = ?1 ORDER BY number",
                )?
                .query_map([cycle], |row| {
                    let detail: Option<String> = row.get("detail")?;
                    Ok(Attempt {
                        number: row.get("number")?,
                        reason: row.get("reason")?,
                        ended_at: UnixTime(row.get("ended_at")?),
                        seconds: row.get("seconds")?,
                        cost: row.get("cost")?,
                        detail: detail.and_then(|text| RawValue::from_string(text).ok()),
                    })
                })?
                .collect()
        })
    }
}

fn grow_hold(
    tx: &Transaction<'_>,
    key: &EngineKey,
    number: i64,
    amount: i64,
    guard: Option<&BudgetGuard>,
) -> rusqlite::Result<Option<BudgetAnswer>> {
    if let Some(guard) = guard
        && let Some(over) = guard.refusal(tx, key, amount, Some(number))?
    {
        return Ok(Some(over));
    }
    tx.execute(
        "UPDATE ledger SET amount = ?4, reserved = CASE WHEN reserved IS NULL THEN NULL ELSE ?4 END
         WHERE registry_id = ?1 AND engine_id = ?2 AND cycle = ?3
         AND kind = 'cost' AND state = 'held'",
        params![key.registry_id, key.engine_id, number, amount],
    )?;
    Ok(None)
}
