//! What a look at a whole fleet needs of cycles, without reading their history.

use std::collections::BTreeMap;

use anyhow::Result;
use rusqlite::OptionalExtension;

use crate::clock::UnixTime;
use crate::store::cycle_rows::{COLUMNS, Cycle, from_row};
use crate::store::database::Store;
use crate::store::engine_key::EngineKey;

/// What the cycles since some moment brought and cost.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RecentSums {
    /// The sum of their ROI deltas.
    pub roi: f64,
    /// The sum of their costs.
    pub cost: f64,
}

impl Store {
    /// Returns the newest cycle of each engine of a registry by engine id. Their attempts are not read.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn last_cycles(&self, registry_id: &str) -> Result<BTreeMap<String, Cycle>> {
        self.read(|connection| {
            let sql = format!(
                "SELECT engine_id, {COLUMNS} FROM engine JOIN cycle ON cycle.id =
                    (SELECT last.id FROM cycle AS last WHERE last.engine_key = engine.key
                     ORDER BY last.number DESC LIMIT 1)
                 WHERE registry_id = ?1"
            );
            connection
                .prepare_cached(&sql)?
                .query_map([registry_id], |row| {
                    Ok((row.get("engine_id")?, from_row(row)?))
                })?
                .collect()
        })
    }

    /// Adds up the cycles of an engine that began at or after a moment, from the newest back to the first older one.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn sums_since(&self, key: &EngineKey, since: UnixTime) -> Result<RecentSums> {
        self.read(|connection| {
            let engine: Option<i64> = connection
                .prepare_cached("SELECT key FROM engine WHERE registry_id = ?1 AND engine_id = ?2")?
                .query_row([&key.registry_id, &key.engine_id], |row| row.get(0))
                .optional()?;
            let mut sums = RecentSums::default();
            let mut statement = connection.prepare_cached(
                "SELECT started_at, roi, cost FROM cycle WHERE engine_key = ?1 ORDER BY number DESC",
            )?;
            let mut rows = statement.query([engine])?;
            while let Some(row) = rows.next()? {
                if row.get::<_, f64>(0)? < since.0 {
                    break;
                }
                sums.roi += row.get::<_, Option<f64>>(1)?.unwrap_or(0.0);
                sums.cost += row.get::<_, Option<f64>>(2)?.unwrap_or(0.0);
            }
            Ok(sums)
        })
    }
}
