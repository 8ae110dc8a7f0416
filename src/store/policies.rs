//! What policies have learned: a small mark per engine that tells whether there is something to do, and the state itself.
//!
//! Every save names the revision it was made from. A state saved in between, by another process, makes it fail, so that
//! no row is ever learned from twice. It knows nothing of what the state means.

use std::collections::BTreeMap;

use anyhow::Result;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use crate::clock::UnixTime;
use crate::store::database::Store;
use crate::store::engine_key::EngineKey;
use crate::store::engine_rows;

/// A single number at which a choice turns.
#[derive(Clone, Debug, PartialEq)]
pub struct TurningPoint {
    /// What is read, such as `debt_in_prices`.
    pub reading: String,
    /// What was read.
    pub value: f64,
    /// From where on it is a run.
    pub threshold: f64,
}

/// Where the policy of an engine stands, without its state.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyMark {
    /// How often it was saved.
    pub revision: i64,
    /// Up to which row, counted over all bots of the store, it has learned.
    pub last_row: i64,
    /// Whether it runs if nothing new comes.
    pub wants_run: bool,
    /// At which number that would turn.
    pub turns_at: Option<TurningPoint>,
    /// What of the passing of time it has seen; another number is something new. None where time does not count.
    pub moment: Option<i64>,
    /// The number of the cell it chose in.
    pub cell: Option<i64>,
    /// Its last choice, as JSON; empty before the first.
    pub choice: String,
}

/// A policy to save together with what led to it.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyUpdate {
    /// Where it will stand; the revision is the one it was made from, 0 if there was none.
    pub mark: PolicyMark,
    /// Its state, as JSON.
    pub state: String,
    /// What it gives to the fleet, as JSON.
    pub fleet: String,
}

const COLUMNS: &str = "revision, last_row, wants_run, turns_reading, turns_value, turns_threshold, moment, cell, choice";

fn from_row(row: &Row<'_>) -> rusqlite::Result<PolicyMark> {
    let reading: Option<String> = row.get("turns_reading")?;
    let turns_at = match reading {
        Some(reading) => Some(TurningPoint {
            reading,
            value: row.get("turns_value")?,
            threshold: row.get("turns_threshold")?,
        }),
        None => None,
    };
    Ok(PolicyMark {
        revision: row.get("revision")?,
        last_row: row.get("last_row")?,
        wants_run: row.get("wants_run")?,
        turns_at,
        moment: row.get("moment")?,
        cell: row.get("cell")?,
        choice: row.get("choice")?,
    })
}

/// Saves a policy if nobody else has since the revision it was made from; returns whether that was so.
pub(super) fn save(
    connection: &Connection,
    engine: i64,
    update: &PolicyUpdate,
) -> rusqlite::Result<bool> {
    let PolicyUpdate { mark, state, fleet } = update;
    let turns_at = mark.turns_at.as_ref();
    if mark.revision == 0 {
        connection
            .prepare_cached("INSERT OR IGNORE INTO policy (engine_key, revision) VALUES (?1, 0)")?
            .execute([engine])?;
    }
    let saved = connection
        .prepare_cached(
            "UPDATE policy SET revision = revision + 1, last_row = ?3, wants_run = ?4, turns_reading = ?5,
             turns_value = ?6, turns_threshold = ?7, moment = ?8, choice = ?9, cell = ?10 WHERE engine_key = ?1 AND revision = ?2",
        )?
        .execute(params![
            engine,
            mark.revision,
            mark.last_row,
            mark.wants_run,
            turns_at.map(|it| &it.reading),
            turns_at.map(|it| it.value),
            turns_at.map(|it| it.threshold),
            mark.moment,
            mark.choice,
            mark.cell,
        ])?;
    if saved == 1 {
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO policy_state (engine_key, state, fleet) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![engine, state, fleet])?;
    }
    Ok(saved == 1)
}

/// Saves what a skip has learned, unless a cycle is running: that one goes on from where it began.
pub(super) fn save_with_skip(
    tx: &Transaction<'_>,
    engine: i64,
    update: &PolicyUpdate,
) -> rusqlite::Result<bool> {
    let is_running: bool = tx
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM cycle WHERE engine_key = ?1 AND state = 'running')",
        )?
        .query_row([engine], |row| row.get(0))?;
    if is_running {
        return Ok(false);
    }
    save(tx, engine, update)
}

impl Store {
    /// Returns where the policies of a registry stand by engine id, in one scan that does not touch their states.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn policy_marks(&self, registry_id: &str) -> Result<BTreeMap<String, PolicyMark>> {
        self.read(|connection| {
            let sql = format!(
                "SELECT engine_id, {COLUMNS} FROM policy JOIN engine ON engine.key = engine_key
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

    /// Returns where the policy of one engine stands.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn policy_mark(&self, key: &EngineKey) -> Result<Option<PolicyMark>> {
        self.policy_and_state(key)
            .map(|found| found.map(|(mark, _)| mark))
    }

    /// Returns where the policy of one engine stands and its state; without a state it begins anew.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn policy_and_state(
        &self,
        key: &EngineKey,
    ) -> Result<Option<(PolicyMark, Option<String>)>> {
        self.read(|connection| {
            let Some(engine) = engine_rows::find(connection, key)? else {
                return Ok(None);
            };
            let sql = format!(
                "SELECT {COLUMNS}, (SELECT state FROM policy_state WHERE engine_key = ?1) AS state
                 FROM policy WHERE engine_key = ?1"
            );
            connection
                .prepare_cached(&sql)?
                .query_row([engine], |row| Ok((from_row(row)?, row.get("state")?)))
                .optional()
        })
    }

    /// Returns what each policy of a registry gives to the fleet, by engine id, as JSON.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn fleet_parts(&self, registry_id: &str) -> Result<BTreeMap<String, String>> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT engine_id, fleet FROM policy_state JOIN engine ON engine.key = engine_key
                     WHERE registry_id = ?1",
                )?
                .query_map([registry_id], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
    }

    /// Puts a policy in place of the present one; needs the engine's lock. Returns whether that is still as it was.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written.
    pub fn replace_policy(
        &self,
        key: &EngineKey,
        update: &PolicyUpdate,
        now: UnixTime,
    ) -> Result<bool> {
        self.write(|tx| {
            let engine = engine_rows::ensure(tx, key, now)?;
            save_with_skip(tx, engine, update)
        })
    }

    /// Forgets what the policy of an engine has learned; it begins anew with the next row. Needs the engine's lock.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written.
    pub fn reset_policy(&self, key: &EngineKey, last_row: i64) -> Result<()> {
        self.write(|tx| {
            let Some(engine) = engine_rows::find(tx, key)? else {
                return Ok(());
            };
            tx.execute("DELETE FROM policy_state WHERE engine_key = ?1", [engine])?;
            tx.execute(
                "UPDATE policy SET revision = revision + 1, last_row = ?2, wants_run = 0, turns_reading = NULL,
                 turns_value = NULL, turns_threshold = NULL, moment = NULL, cell = NULL, choice = '' WHERE engine_key = ?1",
                params![engine, last_row],
            )?;
            Ok(())
        })
    }
}
