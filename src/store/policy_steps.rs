//! The steps of policies on record: one per new metrics row decided on, with the probability of a run.
//!
//! Equal skips are one decision in `decisions`; here each stands for itself, because a replay weighs every one by how
//! likely it was.

use anyhow::Result;
use rusqlite::{Connection, params};

use crate::clock::UnixTime;
use crate::store::database::Store;
use crate::store::engine_key::EngineKey;
use crate::store::engine_rows;

/// How many of the newest steps of an engine are kept: eleven years of hourly rows.
const KEPT: i64 = 100_000;

/// A step of a policy to record with the decision it led to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NewPolicyStep {
    /// The number of the newest metrics row it knew, counted over all bots of the store.
    pub row: i64,
    /// Whether somebody asked for the run, so that nothing was decided.
    pub is_forced: bool,
    /// How likely a run was, 0..=1, everything that asks or forbids included.
    pub run_probability: f64,
    /// Whether anything but the policy and the clock asked for a run.
    pub is_asked: bool,
    /// The number of the policy's cell.
    pub cell: i64,
    /// The debt the policy saw, in prices.
    pub debt_in_prices: f64,
}

/// A step on record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PolicyStepRow {
    /// When it was decided.
    pub at: UnixTime,
    /// Whether the decision was a run.
    pub is_run: bool,
    /// The rest.
    pub step: NewPolicyStep,
}

pub(super) fn insert(
    connection: &Connection,
    engine: i64,
    step: &NewPolicyStep,
    is_run: bool,
    now: UnixTime,
) -> rusqlite::Result<()> {
    let number: i64 = connection
        .prepare_cached(
            "INSERT INTO policy_step (engine_key, number, row, at, is_run, is_forced, run_probability, is_asked, cell,
                debt_in_prices)
             SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM policy_step
             WHERE engine_key = ?1 RETURNING number",
        )?
        .query_row(
            params![
                engine,
                step.row,
                now.0,
                is_run,
                step.is_forced,
                step.run_probability,
                step.is_asked,
                step.cell,
                step.debt_in_prices
            ],
            |row| row.get(0),
        )?;
    if number > KEPT {
        connection
            .prepare_cached("DELETE FROM policy_step WHERE engine_key = ?1 AND number <= ?2")?
            .execute([engine, number - KEPT])?;
    }
    Ok(())
}

impl Store {
    /// Returns the steps of an engine's policy since a time, oldest first.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn policy_steps(&self, key: &EngineKey, since: UnixTime) -> Result<Vec<PolicyStepRow>> {
        self.read(|connection| {
            let Some(engine) = engine_rows::find(connection, key)? else {
                return Ok(Vec::new());
            };
            connection
                .prepare_cached(
                    "SELECT row, at, is_run, is_forced, run_probability, is_asked, cell, debt_in_prices
                     FROM policy_step WHERE engine_key = ?1 AND at >= ?2 ORDER BY number",
                )?
                .query_map(params![engine, since.0], |row| {
                    Ok(PolicyStepRow {
                        at: UnixTime(row.get("at")?),
                        is_run: row.get("is_run")?,
                        step: NewPolicyStep {
                            row: row.get("row")?,
                            is_forced: row.get("is_forced")?,
                            run_probability: row.get("run_probability")?,
                            is_asked: row.get("is_asked")?,
                            cell: row.get("cell")?,
                            debt_in_prices: row.get("debt_in_prices")?,
                        },
                    })
                })?
                .collect()
        })
    }
}
