//! What is known of the modules of engines: read, changed and written in one transaction, so that no delta gets lost.
//!
//! It knows nothing of what the record means: whoever has deltas to add says what stands there afterwards.

use std::collections::BTreeMap;
use std::fmt::Debug;

use anyhow::Result;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use crate::clock::UnixTime;
use crate::store::database::Store;
use crate::store::engine_key::EngineKey;
use crate::store::engine_rows;
use crate::store::events::{self, EventRow, NewEvent};

/// What is known of the modules of one engine.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModulesRow {
    /// Their trends, as JSON; none before the first delta.
    pub trends: Option<String>,
    /// The mean of what the newest successful cycles cost, if there are modules and any of them cost something.
    pub learned_price: Option<f64>,
}

/// What stands on record of the modules of an engine after a change.
#[derive(Clone, Debug, PartialEq)]
pub struct NewModules {
    /// Their trends, as JSON.
    pub trends: String,
    /// What is published with them.
    pub events: Vec<NewEvent>,
}

/// Something that changes what is known of the modules of an engine.
pub trait ModulesChange: Debug {
    /// Returns what is to stand there after what stands there now; none to leave it as it is.
    ///
    /// Called within the transaction that commits it, so nothing can come between.
    fn after(&self, present: &ModulesRow) -> Option<NewModules>;
}

/// The mean over twenty cycles, as far back as a policy's own estimate of the price goes. Among the newest hundred only,
/// so that an engine whose cycles cost nothing is not searched through.
const LEARNED_PRICE: &str = "CASE WHEN trends IS NOT NULL THEN (SELECT avg(cost) FROM
    (SELECT cost FROM (SELECT state, cost FROM cycle WHERE engine_key = engine.key ORDER BY number DESC LIMIT 100)
     WHERE state = 'ok' AND cost > 0 LIMIT 20)) END";

fn from_row(row: &Row<'_>) -> rusqlite::Result<ModulesRow> {
    Ok(ModulesRow {
        trends: row.get("trends")?,
        learned_price: row.get("learned_price")?,
    })
}

fn read(connection: &Connection, engine: i64) -> rusqlite::Result<ModulesRow> {
    let sql = format!(
        "SELECT trends, {LEARNED_PRICE} AS learned_price FROM engine
         LEFT JOIN modules ON engine_key = engine.key WHERE engine.key = ?1"
    );
    let row = connection
        .prepare_cached(&sql)?
        .query_row([engine], from_row)
        .optional()?;
    Ok(row.unwrap_or_default())
}

/// Changes what is known of the modules of an engine; returns what was published with it, or none if it was left as it is.
pub(super) fn change(
    tx: &Transaction<'_>,
    engine: i64,
    change: &dyn ModulesChange,
    now: UnixTime,
) -> rusqlite::Result<Option<Vec<EventRow>>> {
    let Some(new) = change.after(&read(tx, engine)?) else {
        return Ok(None);
    };
    tx.prepare_cached("INSERT OR REPLACE INTO modules (engine_key, trends) VALUES (?1, ?2)")?
        .execute(params![engine, new.trends])?;
    events::insert(tx, engine, &new.events, now).map(Some)
}

impl Store {
    /// Changes what is known of the modules of an engine outside a cycle; returns what was published with it, or none if
    /// it was left as it is.
    ///
    /// For a policy that learns from results alone it is something new to decide on. A decision taken meanwhile is taken
    /// again; a cycle that is running loses nothing, as it goes on from the revision it began with.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written; then nothing is changed.
    pub fn change_modules(
        &self,
        key: &EngineKey,
        change: &dyn ModulesChange,
        now: UnixTime,
    ) -> Result<Option<Vec<EventRow>>> {
        self.write(|tx| {
            let engine = engine_rows::ensure(tx, key, now)?;
            let published = self::change(tx, engine, change, now)?;
            if published.is_some() {
                tx.execute(
                    "UPDATE policy SET moment = NULL, revision = revision + (SELECT NOT EXISTS
                        (SELECT 1 FROM cycle WHERE engine_key = ?1 AND state = 'running')) WHERE engine_key = ?1",
                    [engine],
                )?;
            }
            Ok(published)
        })
    }

    /// Returns what is known of the modules of one engine.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn modules(&self, key: &EngineKey) -> Result<ModulesRow> {
        self.read(|connection| match engine_rows::find(connection, key)? {
            Some(engine) => read(connection, engine),
            None => Ok(ModulesRow::default()),
        })
    }

    /// Returns for each engine of a registry that has any, by engine id, what `judged` makes of its modules.
    ///
    /// One scan; what `judged` drops is not kept in memory.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn modules_of_all<T>(
        &self,
        registry_id: &str,
        mut judged: impl FnMut(&str, ModulesRow) -> Option<T>,
    ) -> Result<BTreeMap<String, T>> {
        self.read(|connection| {
            let sql = format!(
                "SELECT engine_id, trends, {LEARNED_PRICE} AS learned_price FROM modules
                 JOIN engine ON engine.key = engine_key WHERE registry_id = ?1"
            );
            let mut statement = connection.prepare_cached(&sql)?;
            let mut rows = statement.query([registry_id])?;
            let mut all = BTreeMap::new();
            while let Some(row) = rows.next()? {
                let engine_id: String = row.get("engine_id")?;
                if let Some(it) = judged(&engine_id, from_row(row)?) {
                    all.insert(engine_id, it);
                }
            }
            Ok(all)
        })
    }
}
