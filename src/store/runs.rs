//! Cycles as a replay and a report of savings need them: where they lie among the metrics rows, and what came of them.

use anyhow::Result;
use rusqlite::params;

use crate::clock::UnixTime;
use crate::store::cycle_state::CycleState;
use crate::store::database::Store;
use crate::store::engine_key::EngineKey;
use crate::store::engine_rows;

/// One cycle on record.
#[derive(Clone, Debug, PartialEq)]
pub struct RunRow {
    /// The number of the newest metrics row when it began, counted over all bots of the store.
    pub after_row: i64,
    /// When it began.
    pub started_at: UnixTime,
    /// When its end was recorded.
    pub ended_at: Option<UnixTime>,
    /// How far it has come, or how it ended.
    pub state: CycleState,
    /// Its ROI delta, net of cost.
    pub roi: Option<f64>,
    /// What it cost.
    pub cost: Option<f64>,
    /// The improvement per row that it reported.
    pub gain: Option<f64>,
    /// The evidence of the decision that started it, as JSON.
    pub evidence: Option<String>,
}

impl Store {
    /// Returns the cycles of an engine in the order of their record.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn runs(&self, key: &EngineKey) -> Result<Vec<RunRow>> {
        self.read(|connection| {
            let Some(engine) = engine_rows::find(connection, key)? else {
                return Ok(Vec::new());
            };
            connection
                .prepare_cached(
                    "SELECT rows_mark, started_at, ended_at, state, roi, cost, CASE WHEN state = 'ok'
                        THEN json_extract(detail, '$.gain') END AS gain,
                        (SELECT evidence FROM decision
                         WHERE decision.engine_key = cycle.engine_key AND decision.cycle = cycle.number) AS evidence
                     FROM cycle WHERE engine_key = ?1 ORDER BY id",
                )?
                .query_map(params![engine], |row| {
                    let state: String = row.get("state")?;
                    Ok(RunRow {
                        after_row: row.get("rows_mark")?,
                        started_at: UnixTime(row.get("started_at")?),
                        ended_at: row.get::<_, Option<f64>>("ended_at")?.map(UnixTime),
                        state: CycleState::parse(&state).unwrap_or(CycleState::Interrupted),
                        roi: row.get("roi")?,
                        cost: row.get("cost")?,
                        gain: row.get("gain")?,
                        evidence: row.get("evidence")?,
                    })
                })?
                .collect()
        })
    }
}
