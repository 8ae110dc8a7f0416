//! Decisions on record: every run, and every skip, equal skips in a row as one.

use anyhow::Result;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Transaction, params};

use crate::clock::UnixTime;
use crate::store::database::Store;
use crate::store::engine_key::EngineKey;
use crate::store::engine_rows;
use crate::store::policies::{self, PolicyUpdate};
use crate::store::policy_steps::{self, NewPolicyStep};

/// A decision to record.
#[derive(Clone, Debug)]
pub struct NewDecision<'a> {
    /// `run` or `skip`.
    pub action: &'a str,
    /// The reason code.
    pub reason: &'a str,
    /// The number of the policy's cell, if there is one.
    pub cell: Option<i64>,
    /// The conditions it rests on, as JSON.
    pub evidence: &'a str,
    /// The policy's step behind it, if it took one.
    pub step: Option<NewPolicyStep>,
}

/// A skip to record.
#[derive(Clone, Debug)]
pub struct NewSkip<'a> {
    /// Whose it is.
    pub key: &'a EngineKey,
    /// The decision.
    pub decision: NewDecision<'a>,
    /// What the policy has learned with it. Not saved if another process was first or a cycle is running.
    pub policy: Option<&'a PolicyUpdate>,
}

/// A recorded decision.
#[derive(Clone, Debug)]
pub struct DecisionRow {
    /// `run` or `skip`.
    pub action: String,
    /// The reason code.
    pub reason: String,
    /// When it was taken first.
    pub first_at: UnixTime,
    /// When it was taken last without another one between.
    pub last_at: UnixTime,
    /// How many times.
    pub count: i64,
    /// The number of the cycle it started.
    pub cycle: Option<i64>,
    /// The conditions it rested on the last time, as JSON.
    pub evidence: String,
}

/// Which decision on an engine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum When {
    /// The last one.
    Last,
    /// The one that started the cycle of this number.
    Cycle(i64),
    /// The one that stood at this time.
    At(UnixTime),
}

pub(super) fn insert(
    tx: &Transaction<'_>,
    engine: i64,
    decision: &NewDecision<'_>,
    cycle: Option<i64>,
    now: UnixTime,
) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO decision (engine_key, action, reason, first_at, last_at, cycle, cell, evidence)
         VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        engine,
        decision.action,
        decision.reason,
        now.0,
        cycle,
        decision.cell,
        decision.evidence
    ])?;
    Ok(())
}

impl Store {
    /// Records skips, in one transaction. A skip like the last decision of its engine, in the same cell of its policy, only counts
    /// it up.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written; then none is recorded.
    pub fn record_skips<'a>(
        &self,
        skips: impl IntoIterator<Item = NewSkip<'a>>,
        now: UnixTime,
    ) -> Result<()> {
        self.write(|tx| {
            for skip in skips {
                let decision = skip.decision;
                let engine = engine_rows::ensure(tx, skip.key, now)?;
                let is_saved = match skip.policy {
                    Some(update) => policies::save_with_skip(tx, engine, update)?,
                    None => false,
                };
                // A step that another process has taken is on record already.
                if let Some(step) = decision.step.filter(|_| is_saved) {
                    policy_steps::insert(tx, engine, &step, decision.action == "run", now)?;
                }
                let counted = tx
                    .prepare_cached(
                        "UPDATE decision SET last_at = ?4, count = count + 1, evidence = ?5
                         WHERE id = (SELECT max(id) FROM decision WHERE engine_key = ?1)
                         AND action = ?2 AND reason = ?3 AND cell IS ?6",
                    )?
                    .execute(params![
                        engine,
                        decision.action,
                        decision.reason,
                        now.0,
                        decision.evidence,
                        decision.cell
                    ])?;
                if counted == 0 {
                    insert(tx, engine, &decision, None, now)?;
                }
            }
            Ok(())
        })
    }

    /// Returns the decision on an engine that stood at a moment, or that started a cycle.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn decision(&self, key: &EngineKey, when: When) -> Result<Option<DecisionRow>> {
        let (condition, parameter) = match when {
            When::Last => ("?2 IS NULL", None),
            When::Cycle(number) => ("cycle = ?2", Some(Value::Integer(number))),
            When::At(time) => ("first_at <= ?2", Some(Value::Real(time.0))),
        };
        self.read(|connection| {
            let Some(engine) = engine_rows::find(connection, key)? else {
                return Ok(None);
            };
            let sql = format!(
                "SELECT action, reason, first_at, last_at, count, cycle, evidence FROM decision
                 WHERE engine_key = ?1 AND {condition} ORDER BY id DESC LIMIT 1"
            );
            connection
                .prepare_cached(&sql)?
                .query_row(params![engine, parameter], |row| {
                    Ok(DecisionRow {
                        action: row.get("action")?,
                        reason: row.get("reason")?,
                        first_at: UnixTime(row.get("first_at")?),
                        last_at: UnixTime(row.get("last_at")?),
                        count: row.get("count")?,
                        cycle: row.get("cycle")?,
                        evidence: row.get("evidence")?,
                    })
                })
                .optional()
        })
    }
}
