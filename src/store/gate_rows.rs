//! What gates are judged on, and what they said, on record.

use anyhow::Result;
use rusqlite::{Transaction, params};

use crate::clock::UnixTime;
use crate::store::database::Store;
use crate::store::engine_key::EngineKey;
use crate::store::engine_rows;

/// What the gates of a cycle said, as it is recorded with the cycle's end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedGates {
    /// The verdicts, a JSON list.
    pub verdicts: String,
    /// Whether one of the gates failed.
    pub failed: bool,
}

/// A cycle that succeeded and that no gate stopped.
#[derive(Clone, Debug, PartialEq)]
pub struct PassedCycle {
    /// When its end was recorded.
    pub ended_at: UnixTime,
    /// What it cost; none if that is assumed.
    pub cost: Option<f64>,
    /// Its result as JSON.
    pub result: String,
}

pub(super) fn save(
    tx: &Transaction<'_>,
    engine: i64,
    number: i64,
    gates: &RecordedGates,
) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "UPDATE cycle SET gates = ?3, gate_failed = ?4 WHERE engine_key = ?1 AND number = ?2",
    )?
    .execute(params![engine, number, gates.verdicts, gates.failed])?;
    Ok(())
}

impl Store {
    /// Returns the newest cycles of an engine before a number that succeeded and that no gate stopped, newest first.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn passed_cycles(
        &self,
        key: &EngineKey,
        before: i64,
        most: usize,
    ) -> Result<Vec<PassedCycle>> {
        self.read(|connection| {
            let Some(engine) = engine_rows::find(connection, key)? else {
                return Ok(Vec::new());
            };
            connection
                .prepare_cached(
                    "SELECT coalesce(ended_at, started_at), CASE WHEN cost_assumed THEN NULL ELSE cost END,
                        coalesce(detail, '')
                     FROM cycle WHERE engine_key = ?1 AND number < ?2 AND state = 'ok' AND gate_failed = 0
                     ORDER BY number DESC LIMIT ?3",
                )?
                .query_map(params![engine, before, limit(most)], |row| {
                    Ok(PassedCycle {
                        ended_at: UnixTime(row.get(0)?),
                        cost: row.get(1)?,
                        result: row.get(2)?,
                    })
                })?
                .collect()
        })
    }

    /// Returns for the newest cycles of an engine before a number that succeeded or failed whether they succeeded,
    /// newest first.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn outcomes_before(&self, key: &EngineKey, before: i64, most: usize) -> Result<Vec<bool>> {
        self.read(|connection| {
            let Some(engine) = engine_rows::find(connection, key)? else {
                return Ok(Vec::new());
            };
            connection
                .prepare_cached(
                    "SELECT state = 'ok' FROM cycle
                     WHERE engine_key = ?1 AND number < ?2 AND state IN ('ok', 'failed')
                     ORDER BY number DESC LIMIT ?3",
                )?
                .query_map(params![engine, before, limit(most)], |row| row.get(0))?
                .collect()
        })
    }
}

fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}
