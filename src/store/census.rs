//! Everything a database knows of, whether a registry still names it or not.

use anyhow::Result;
use rusqlite::Row;

use crate::clock::UnixTime;
use crate::store::database::Store;
use crate::store::engine_key::EngineKey;

/// An engine on record.
#[derive(Clone, Debug)]
pub struct KnownEngine {
    /// By what its rows are keyed, with the name it had.
    pub key: EngineKey,
    /// When its last cycle ended.
    pub last_run: Option<UnixTime>,
    /// How many of its cycles are on record.
    pub cycles: u64,
    /// The number of the cycle that was begun and not ended, and the process that ran it.
    pub running: Option<(i64, u32)>,
}

/// An amount that is held for a cycle.
#[derive(Clone, Debug)]
pub struct KnownHold {
    /// The id of the engine's registry.
    pub registry_id: String,
    /// The id of the engine.
    pub engine_id: String,
    /// The number of the cycle.
    pub cycle: i64,
    /// Millionths of the unit.
    pub amount: i64,
}

impl Store {
    /// Returns the engines on record, in the order in which they came.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn known_engines(&self) -> Result<Vec<KnownEngine>> {
        let known = |row: &Row<'_>| {
            let cycles: i64 = row.get("cycles")?;
            let running: Option<i64> = row.get("running")?;
            let pid: Option<u32> = row.get("pid")?;
            Ok(KnownEngine {
                key: EngineKey {
                    registry_id: row.get("registry_id")?,
                    engine_id: row.get("engine_id")?,
                    name: row.get("name")?,
                },
                last_run: row.get::<_, Option<f64>>("last_run")?.map(UnixTime),
                cycles: u64::try_from(cycles).unwrap_or(0),
                running: running.zip(pid),
            })
        };
        self.read(|connection| {
            connection
                .prepare(
                    "SELECT registry_id, engine_id, name, last_run, running.number AS running, running.pid,
                        (SELECT count(*) FROM cycle WHERE engine_key = engine.key) AS cycles
                     FROM engine LEFT JOIN cycle AS running ON engine_key = key AND state = 'running'
                     ORDER BY key",
                )?
                .query_map([], known)?
                .collect()
        })
    }

    /// Returns what is held for cycles that have not been settled.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn known_holds(&self) -> Result<Vec<KnownHold>> {
        self.read(|connection| {
            connection
                .prepare(
                    "SELECT registry_id, engine_id, cycle, amount FROM ledger WHERE state = 'held' ORDER BY id",
                )?
                .query_map([], |row| {
                    Ok(KnownHold {
                        registry_id: row.get(0)?,
                        engine_id: row.get(1)?,
                        cycle: row.get(2)?,
                        amount: row.get(3)?,
                    })
                })?
                .collect()
        })
    }

    /// Returns whether anything was ever booked for an engine.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn has_booked(&self, key: &EngineKey) -> Result<bool> {
        self.read(|connection| {
            connection.query_row(
                "SELECT EXISTS (SELECT 1 FROM ledger WHERE registry_id = ?1 AND engine_id = ?2)",
                [&key.registry_id, &key.engine_id],
                |row| row.get(0),
            )
        })
    }

    /// Returns how many metrics rows say they were measured after a moment.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn rows_after(&self, time: UnixTime) -> Result<u64> {
        let count: i64 = self.read(|connection| {
            connection.query_row(
                "SELECT count(*) FROM metrics WHERE at > ?1",
                [time.0],
                |row| row.get(0),
            )
        })?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}
