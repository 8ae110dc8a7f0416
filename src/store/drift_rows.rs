//! Where the drift tests of an engine stand, one row per metric.

use anyhow::Result;
use rusqlite::{Transaction, params};

use crate::diagnostics::PageHinkley;
use crate::store::database::Store;
use crate::store::engine_key::EngineKey;
use crate::store::engine_rows;

/// A drift test and the rows it has seen.
#[derive(Clone, Debug, PartialEq)]
pub struct DriftState {
    /// The metric it tests.
    pub metric: String,
    /// Up to which row, counted over all bots of the store, it was fed.
    pub rows_seen: i64,
    /// The test.
    pub test: PageHinkley,
}

/// Remembers where tests stand.
pub(super) fn save(
    tx: &Transaction<'_>,
    engine: i64,
    states: &[DriftState],
) -> rusqlite::Result<()> {
    for state in states {
        let json = serde_json::to_string(&state.test)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
        tx.prepare_cached(
            "INSERT OR REPLACE INTO drift (engine_key, metric, rows_seen, state) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![engine, state.metric, state.rows_seen, json])?;
    }
    Ok(())
}

impl Store {
    /// Returns where the drift tests of an engine stood at its last finished cycle.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn drift_states(&self, key: &EngineKey) -> Result<Vec<DriftState>> {
        self.read(|connection| {
            let Some(engine) = engine_rows::find(connection, key)? else {
                return Ok(Vec::new());
            };
            connection
                .prepare_cached("SELECT metric, rows_seen, state FROM drift WHERE engine_key = ?1")?
                .query_map([engine], |row| {
                    let state: String = row.get(2)?;
                    Ok(DriftState {
                        metric: row.get(0)?,
                        rows_seen: row.get(1)?,
                        // A state of an older form begins anew: it only needs a new warm-up.
                        test: serde_json::from_str(&state).unwrap_or_default(),
                    })
                })?
                .collect()
        })
    }
}
