//! Cycles as they are on record: reading them. How they come there is in `cycles`.

use anyhow::Result;
use rusqlite::{OptionalExtension, Row, params};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::clock::UnixTime;
use crate::store::attempts::Attempt;
use crate::store::cycle_state::CycleState;
use crate::store::database::Store;
use crate::store::engine_key::EngineKey;
use crate::store::patches;

/// One pass of an engine, as recorded.
#[derive(Clone, Debug, Serialize)]
pub struct Cycle {
    /// The engine's name.
    pub engine: String,
    /// The number of the cycle, counted per engine.
    pub number: i64,
    /// How far it has come, or how it ended.
    pub state: CycleState,
    /// The reason code of the decision that started it.
    pub trigger: String,
    /// The energy handed to the pipeline, 1..=100.
    pub energy: u8,
    /// When it was begun.
    pub started_at: UnixTime,
    /// When its end was recorded.
    pub ended_at: Option<UnixTime>,
    /// How many seconds it took.
    pub seconds: Option<f64>,
    /// Its ROI delta, net of cost.
    pub roi: Option<f64>,
    /// What it cost.
    pub cost: Option<f64>,
    /// Whether the cost is what was reserved, because nobody knows what was spent.
    pub cost_assumed: bool,
    /// Why it failed, as a reason code.
    pub reason: Option<String>,
    /// The result or the failure, as JSON.
    pub detail: Option<Box<RawValue>>,
    /// The patch that was on trial in it, for example `alpha-p3`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patch: Option<String>,
    /// Its attempts, if it took more than one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attempts: Vec<Attempt>,
    /// Whether it succeeded only after an attempt that failed.
    pub flaky: bool,
    /// What its gates said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gates: Option<Box<RawValue>>,
    /// Whether one of its gates failed.
    pub gate_failed: bool,
    /// How many attempts are on record.
    #[serde(skip)]
    attempt_count: u32,
    /// The process that ran it.
    #[serde(skip)]
    pub pid: u32,
    /// What was reserved for it, in millionths of the unit.
    #[serde(skip)]
    pub reserved: i64,
}

/// Which cycles to list.
#[derive(Clone, Debug)]
pub struct CycleFilter<'a> {
    /// Those of this engine.
    pub key: &'a EngineKey,
    /// At most so many, newest first.
    pub most: usize,
}

pub(super) const COLUMNS: &str = "engine.name, number, state, trigger_reason, energy, started_at, ended_at, seconds, roi, \
    cost, cost_assumed, reason, detail, gates, gate_failed, pid, reserved, patch, \
    (SELECT count(*) FROM attempt WHERE cycle_id = cycle.id) AS attempt_count";

pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<Cycle> {
    let state: String = row.get("state")?;
    let json = |column: &str| -> rusqlite::Result<Option<Box<RawValue>>> {
        let text: Option<String> = row.get(column)?;
        Ok(text.and_then(|text| RawValue::from_string(text).ok()))
    };
    let state = CycleState::parse(&state).unwrap_or(CycleState::Interrupted);
    let attempt_count: u32 = row.get("attempt_count")?;
    let engine: String = row.get("name")?;
    let patch: Option<i64> = row.get("patch")?;
    Ok(Cycle {
        patch: patch.map(|number| patches::name(&engine, number)),
        engine,
        number: row.get("number")?,
        state,
        trigger: row.get("trigger_reason")?,
        energy: row.get("energy")?,
        started_at: UnixTime(row.get("started_at")?),
        ended_at: row.get::<_, Option<f64>>("ended_at")?.map(UnixTime),
        seconds: row.get("seconds")?,
        roi: row.get("roi")?,
        cost: row.get("cost")?,
        cost_assumed: row.get("cost_assumed")?,
        reason: row.get("reason")?,
        detail: json("detail")?,
        gates: json("gates")?,
        gate_failed: row.get("gate_failed")?,
        attempts: Vec::new(),
        attempt_count,
        flaky: state == CycleState::Ok && attempt_count > 1,
        pid: row.get("pid")?,
        reserved: row.get("reserved")?,
    })
}

impl Store {
    /// Returns the cycle of an engine that was begun and not ended, if there is one.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn running_cycle(&self, key: &EngineKey) -> Result<Option<Cycle>> {
        self.read(|connection| {
            let sql = format!(
                "SELECT {COLUMNS} FROM cycle JOIN engine ON engine.key = engine_key
                 WHERE registry_id = ?1 AND engine_id = ?2 AND state = 'running'"
            );
            connection
                .prepare_cached(&sql)?
                .query_row([&key.registry_id, &key.engine_id], from_row)
                .optional()
        })
    }

    /// Returns the engine ids of a registry that have a cycle begun and not ended.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn engines_running(&self, registry_id: &str) -> Result<Vec<String>> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT engine_id FROM cycle JOIN engine ON engine.key = engine_key
                     WHERE state = 'running' AND registry_id = ?1",
                )?
                .query_map([registry_id], |row| row.get(0))?
                .collect()
        })
    }

    /// Returns one cycle of an engine.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn cycle(&self, key: &EngineKey, number: i64) -> Result<Option<Cycle>> {
        self.read(|connection| {
            let sql = format!(
                "SELECT {COLUMNS} FROM cycle JOIN engine ON engine.key = engine_key
                 WHERE registry_id = ?1 AND engine_id = ?2 AND number = ?3"
            );
            connection
                .prepare_cached(&sql)?
                .query_row(params![key.registry_id, key.engine_id, number], from_row)
                .optional()
        })
    }

    /// Returns the cycles of an engine, newest first. Their order is that of their record, not of any clock.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn cycles(&self, filter: &CycleFilter<'_>) -> Result<Vec<Cycle>> {
        let mut cycles: Vec<Cycle> = self.read(|connection| {
            let sql = format!(
                "SELECT {COLUMNS} FROM cycle JOIN engine ON engine.key = engine_key
                 WHERE registry_id = ?1 AND engine_id = ?2 ORDER BY cycle.id DESC LIMIT ?3"
            );
            let most = i64::try_from(filter.most).unwrap_or(i64::MAX);
            connection
                .prepare_cached(&sql)?
                .query_map(
                    params![filter.key.registry_id, filter.key.engine_id, most],
                    from_row,
                )?
                .collect()
        })?;
        for cycle in cycles.iter_mut().filter(|cycle| cycle.attempt_count > 0) {
            cycle.attempts = self.attempts(filter.key, cycle.number)?;
        }
        Ok(cycles)
    }
}
