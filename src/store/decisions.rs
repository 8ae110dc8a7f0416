//! Decisions on record: every run, and every skip, equal skips in a row as one.

use anyhow::Result;
use rusqlite::{OptionalExtension, Transaction, params};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::clock::UnixTime;
use crate::store::database::Store;
use crate::store::engine_rows::{self, EngineKey};

/// A decision to record.
#[derive(Clone, Debug)]
pub struct NewDecision<'a> {
    /// `run` or `skip`.
    pub action: &'a str,
    /// The reason code.
    pub reason: &'a str,
    /// The conditions it rests on, as JSON.
    pub evidence: &'a str,
}

/// A recorded decision.
#[derive(Clone, Debug, Serialize)]
pub struct DecisionRow {
    /// `run` or `skip`.
    pub action: String,
    /// The reason code.
    pub reason: String,
    /// When it was taken first.
    pub first_at: UnixTime,
    /// When it was taken last without another one between.
    pub last_at: UnixTime,
    /// How many times.
    pub count: i64,
    /// The number of the cycle it started.
    pub cycle: Option<i64>,
    /// The conditions it rested on the last time.
    pub evidence: Option<Box<RawValue>>,
}

pub(super) fn insert(
    tx: &Transaction<'_>,
    engine: i64,
    decision: &NewDecision<'_>,
    cycle: Option<i64>,
    now: UnixTime,
) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO decision (engine_key, action, reason, first_at, last_at, cycle, evidence)
         VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6)",
    )?
    .execute(params![
        engine,
        decision.action,
        decision.reason,
        now.0,
        cycle,
        decision.evidence
    ])?;
    Ok(())
}

impl Store {
    /// Records skips, in one transaction. A skip like the last decision of its engine only counts it up.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written; then none is recorded.
    pub fn record_skips<'a>(
        &self,
        skips: impl IntoIterator<Item = (&'a EngineKey, NewDecision<'a>)>,
        now: UnixTime,
    ) -> Result<()> {
        self.write(|tx| {
            for (key, decision) in skips {
                let engine = engine_rows::ensure(tx, key, now)?;
                let counted = tx
                    .prepare_cached(
                        "UPDATE decision SET last_at = ?4, count = count + 1, evidence = ?5
                         WHERE id = (SELECT max(id) FROM decision WHERE engine_key = ?1)
                         AND action = ?2 AND reason = ?3",
                    )?
                    .execute(params![
                        engine,
                        decision.action,
                        decision.reason,
                        now.0,
                        decision.evidence
                    ])?;
                if counted == 0 {
                    insert(tx, engine, &decision, None, now)?;
                }
            }
            Ok(())
        })
    }

    /// Returns the last decision on an engine.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn last_decision(&self, key: &EngineKey) -> Result<Option<DecisionRow>> {
        self.read(|connection| {
            let Some(engine) = engine_rows::find(connection, key)? else {
                return Ok(None);
            };
            connection
                .prepare_cached(
                    "SELECT action, reason, first_at, last_at, count, cycle, evidence FROM decision
                     WHERE engine_key = ?1 ORDER BY id DESC LIMIT 1",
                )?
                .query_row([engine], |row| {
                    let evidence: String = row.get("evidence")?;
                    Ok(DecisionRow {
                        action: row.get("action")?,
                        reason: row.get("reason")?,
                        first_at: UnixTime(row.get("first_at")?),
                        last_at: UnixTime(row.get("last_at")?),
                        count: row.get("count")?,
                        cycle: row.get("cycle")?,
                        evidence: RawValue::from_string(evidence).ok(),
                    })
                })
                .optional()
        })
    }
}
