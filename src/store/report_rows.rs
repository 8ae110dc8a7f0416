//! What a report on a fleet is made of: many small rows, without the details of any.

use anyhow::Result;
use rusqlite::params;

use crate::clock::UnixTime;
use crate::store::cycle_state::CycleState;
use crate::store::database::Store;
use crate::store::engine_key::EngineKey;

/// A cycle without its detail.
#[derive(Clone, Debug, PartialEq)]
pub struct CycleRow {
    /// How far it has come, or how it ended.
    pub state: CycleState,
    /// The energy handed to the pipeline, 1..=100.
    pub energy: u8,
    /// When it was begun.
    pub started_at: UnixTime,
    /// Its ROI delta, net of cost.
    pub roi: Option<f64>,
    /// What it cost.
    pub cost: Option<f64>,
}

/// A decision, or equal skips in a row, without the evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct DecisionSpan {
    /// Whether it was a run.
    pub is_run: bool,
    /// The reason code.
    pub reason: String,
    /// When it was taken first.
    pub first_at: UnixTime,
    /// When it was taken last without another one between.
    pub last_at: UnixTime,
    /// How many times.
    pub count: i64,
}

/// What a cycle cost, as it stands in the ledger.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CostRow {
    /// When it was reserved, else when it was booked.
    pub at: UnixTime,
    /// Millionths of the unit.
    pub amount: i64,
    /// Whether it is only reserved yet.
    pub is_held: bool,
}

impl Store {
    /// Returns the cycles of an engine that were begun at a time or later, in the order of their record.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn cycle_rows(&self, key: &EngineKey, since: UnixTime) -> Result<Vec<CycleRow>> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT state, energy, started_at, roi, cost
                     FROM cycle JOIN engine ON engine.key = engine_key
                     WHERE registry_id = ?1 AND engine_id = ?2 AND started_at >= ?3 ORDER BY cycle.id",
                )?
                .query_map(params![key.registry_id, key.engine_id, since.0], |row| {
                    let state: String = row.get(0)?;
                    Ok(CycleRow {
                        state: CycleState::parse(&state).unwrap_or(CycleState::Interrupted),
                        energy: row.get(1)?,
                        started_at: UnixTime(row.get(2)?),
                        roi: row.get(3)?,
                        cost: row.get(4)?,
                    })
                })?
                .collect()
        })
    }

    /// Returns the decisions on an engine that stood at a time or later, in the order of their record.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn decision_spans(&self, key: &EngineKey, since: UnixTime) -> Result<Vec<DecisionSpan>> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT action = 'run', reason, first_at, last_at, count
                     FROM decision JOIN engine ON engine.key = engine_key
                     WHERE registry_id = ?1 AND engine_id = ?2 AND last_at >= ?3 ORDER BY decision.id",
                )?
                .query_map(params![key.registry_id, key.engine_id, since.0], |row| {
                    Ok(DecisionSpan {
                        is_run: row.get(0)?,
                        reason: row.get(1)?,
                        first_at: UnixTime(row.get(2)?),
                        last_at: UnixTime(row.get(3)?),
                        count: row.get(4)?,
                    })
                })?
                .collect()
        })
    }

    /// Returns what all cycles of a registry cost, in the order of the ledger; cycles of engines that are gone included.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn cost_rows(&self, registry_id: &str) -> Result<Vec<CostRow>> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT coalesce(held_at, at), amount, state = 'held' FROM ledger
                     WHERE registry_id = ?1 AND kind = 'cost' ORDER BY id",
                )?
                .query_map([registry_id], |row| {
                    Ok(CostRow {
                        at: UnixTime(row.get(0)?),
                        amount: row.get(1)?,
                        is_held: row.get(2)?,
                    })
                })?
                .collect()
        })
    }
}
