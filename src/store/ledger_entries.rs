//! Bookings that belong to no cycle, and the list of all bookings.

use anyhow::Result;
use rusqlite::params;
use serde::Serialize;

use crate::capital::Money;
use crate::clock::UnixTime;
use crate::store::database::Store;
use crate::store::engine_key::EngineKey;

/// Something to book that belongs to no cycle.
#[derive(Clone, Copy, Debug)]
pub struct NewEntry<'a> {
    /// `inflow` or `expense`.
    pub kind: &'static str,
    /// How much.
    pub amount: Money,
    /// The engine it belongs to.
    pub engine: Option<&'a EngineKey>,
    /// What it was for.
    pub note: Option<&'a str>,
}

/// One booking.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// When it was booked; for what is held, when that was.
    pub at: UnixTime,
    /// `inflow`, `expense`, `revenue` or `cost`.
    pub kind: String,
    /// How much.
    pub amount: Money,
    /// `booked`, `held`, `settled`, or `assumed` where nobody knows what was spent.
    pub state: String,
    /// The id of the engine it belongs to.
    #[serde(skip)]
    pub engine_id: Option<String>,
    /// The name of the engine it belongs to.
    pub engine: Option<String>,
    /// The number of the cycle it belongs to.
    pub cycle: Option<i64>,
    /// What was reserved under a budget.
    pub reserved: Option<Money>,
    /// What it was for.
    pub note: Option<String>,
}

impl Entry {
    /// Whether more was spent than was reserved.
    #[must_use]
    pub fn is_overrun(&self) -> bool {
        self.state != "held" && self.reserved.is_some_and(|reserved| self.amount > reserved)
    }
}

impl Store {
    /// Books something that belongs to no cycle.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written.
    pub fn log_entry(&self, registry_id: &str, entry: &NewEntry<'_>, now: UnixTime) -> Result<()> {
        self.write(|tx| {
            tx.execute(
                "INSERT INTO ledger_entry (registry_id, kind, engine_id, engine, amount, note, at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    registry_id,
                    entry.kind,
                    entry.engine.map(|key| &key.engine_id),
                    entry.engine.map(|key| &key.name),
                    entry.amount.micros(),
                    entry.note,
                    now.0,
                ],
            )
            .map(drop)
        })
    }

    /// Returns the bookings of a registry since a time, newest first.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn entries(
        &self,
        registry_id: &str,
        since: Option<UnixTime>,
        most: usize,
    ) -> Result<Vec<Entry>> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT at, kind, amount, state, engine_id, engine, cycle, reserved, note FROM (
                        SELECT at, kind, amount,
                            CASE WHEN state = 'settled' AND assumed THEN 'assumed' ELSE state END AS state,
                            engine_id, engine, cycle, reserved, NULL AS note, id
                        FROM ledger WHERE registry_id = ?1
                        UNION ALL
                        SELECT at, kind, amount, 'booked', engine_id, engine, NULL, NULL, note, id
                        FROM ledger_entry WHERE registry_id = ?1)
                     WHERE at >= ?2 ORDER BY at DESC, cycle IS NULL DESC, id DESC LIMIT ?3",
                )?
                .query_map(
                    params![
                        registry_id,
                        since.map_or(f64::MIN, |time| time.0),
                        i64::try_from(most).unwrap_or(i64::MAX)
                    ],
                    |row| {
                        Ok(Entry {
                            at: UnixTime(row.get(0)?),
                            kind: row.get(1)?,
                            amount: Money::from_micros(row.get(2)?),
                            state: row.get(3)?,
                            engine_id: row.get(4)?,
                            engine: row.get(5)?,
                            cycle: row.get(6)?,
                            reserved: row.get::<_, Option<i64>>(7)?.map(Money::from_micros),
                            note: row.get(8)?,
                        })
                    },
                )?
                .collect()
        })
    }

    /// Returns the newest overruns of a registry's cycles that were begun since a time, newest first.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn overruns(
        &self,
        registry_id: &str,
        since: Option<UnixTime>,
        most: usize,
    ) -> Result<Vec<Entry>> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT at, amount, engine_id, cycle, reserved, engine FROM ledger INDEXED BY ledger_overrun
                     WHERE registry_id = ?1 AND kind = 'cost' AND state = 'settled' AND amount > reserved
                        AND held_at >= ?2 ORDER BY at DESC, id DESC LIMIT ?3",
                )?
                .query_map(
                    params![
                        registry_id,
                        since.map_or(f64::MIN, |time| time.0),
                        i64::try_from(most).unwrap_or(i64::MAX)
                    ],
                    |row| {
                        Ok(Entry {
                            at: UnixTime(row.get(0)?),
                            kind: "cost".to_owned(),
                            amount: Money::from_micros(row.get(1)?),
                            state: "settled".to_owned(),
                            engine_id: row.get(2)?,
                            engine: row.get(5)?,
                            cycle: row.get(3)?,
                            reserved: row.get::<_, Option<i64>>(4)?.map(Money::from_micros),
                            note: None,
                        })
                    },
                )?
                .collect()
        })
    }
}
