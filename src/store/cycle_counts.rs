//! How many cycles of an engine there are, and what they cost, by how they ended.

use anyhow::Result;

use crate::clock::UnixTime;
use crate::store::cycle_state::CycleState;
use crate::store::database::Store;
use crate::store::engine_key::EngineKey;
use crate::store::engine_rows;

/// The cycles of an engine in one state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CycleCount {
    /// The state.
    pub state: CycleState,
    /// How many there are.
    pub cycles: u32,
    /// What they cost.
    pub cost: f64,
    /// How many of them a gate stopped.
    pub gate_failed: u32,
    /// When the newest ended that no gate stopped.
    pub newest_passed: Option<UnixTime>,
}

impl Store {
    /// Returns the cycles of an engine, counted by state.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn cycle_counts(&self, key: &EngineKey) -> Result<Vec<CycleCount>> {
        self.read(|connection| {
            let Some(engine) = engine_rows::find(connection, key)? else {
                return Ok(Vec::new());
            };
            let mut statement = connection.prepare_cached(
                "SELECT state, count(*), total(cost), sum(gate_failed),
                    max(ended_at) FILTER (WHERE gate_failed = 0)
                 FROM cycle WHERE engine_key = ?1 GROUP BY state",
            )?;
            let mut found = statement.query([engine])?;
            let mut counts = Vec::new();
            while let Some(row) = found.next()? {
                let state: String = row.get(0)?;
                let Some(state) = CycleState::parse(&state) else {
                    continue;
                };
                counts.push(CycleCount {
                    state,
                    cycles: row.get(1)?,
                    cost: row.get(2)?,
                    gate_failed: row.get(3)?,
                    newest_passed: row.get::<_, Option<f64>>(4)?.map(UnixTime),
                });
            }
            Ok(counts)
        })
    }
}
