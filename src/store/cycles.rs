//! Cycles on record: begun before anything is spawned, ended once.

use anyhow::Result;
use rusqlite::{Transaction, params};

use crate::clock::UnixTime;
use crate::store::attempts::{self, Attempt};
use crate::store::budget_guard::{BudgetAnswer, BudgetGuard};
use crate::store::cycle_state::CycleState;
use crate::store::database::Store;
use crate::store::decisions::{self, NewDecision};
use crate::store::drift_rows::{self, DriftState};
use crate::store::engine_key::EngineKey;
use crate::store::engine_rows::{self, EngineState};
use crate::store::events::{self, EventRow, NewEvent};
use crate::store::gate_rows::{self, RecordedGates};
use crate::store::ledger::{self, Booking};
use crate::store::metrics::{self, NewMetrics};
use crate::store::modules::{self, ModulesChange};
use crate::store::patches::{self, PatchUpdate};
use crate::store::policies::{self, PolicyUpdate};
use crate::store::policy_steps;
/// A cycle about to begin.
#[derive(Clone, Debug)]
pub struct NewCycle<'a> {
    /// Its number.
    pub number: i64,
    /// The decision that started it.
    pub decision: NewDecision<'a>,
    /// The energy handed to the pipeline.
    pub energy: u8,
    /// What is reserved for it, in millionths of the unit.
    pub reserved: i64,
    /// Whether the hold is booked here, and not in the store of the fleet.
    pub books_here: bool,
    /// Under which caps, if there are any; asked here only if it is booked here.
    pub guard: Option<BudgetGuard>,
    /// What the policy has learned with the decision.
    pub policy: Option<&'a PolicyUpdate>,
    /// What is published with it.
    pub events: &'a [NewEvent],
}

/// How a cycle began, if it did.
#[derive(Debug)]
pub enum Beginning {
    /// It is on record, with these events.
    Begun(Vec<EventRow>),
    /// Another process has taught the policy since the decision: that has to be taken again.
    PolicyMoved,
    /// The budget does not allow it.
    OverBudget(BudgetAnswer),
}

/// What follows from the end of a cycle and is committed with it.
#[derive(Clone, Debug, Default)]
pub struct Consequences<'a> {
    /// What is booked here, and not in the store of the fleet.
    pub bookings: Option<&'a [Booking]>,
    /// Whether the cycle has answered what was recorded before it began: rows, and events of the topics below.
    pub settles: bool,
    /// Topics whose pending events from before the cycle are done with.
    pub consumes: &'a [&'a str],
    /// Where the drift tests of the engine stood when it began.
    pub drift: &'a [DriftState],
    /// What the policy has learned from the result.
    pub policy: Option<&'a PolicyUpdate>,
    /// What the result says of the engine's modules.
    pub modules: Option<&'a dyn ModulesChange>,
    /// Numbers the pipeline measured.
    pub metrics: Option<NewMetrics<'a>>,
    /// What becomes of the patch on trial.
    pub patch: Option<&'a PatchUpdate>,
    /// What is published with it.
    pub events: &'a [NewEvent],
}

/// The end of a cycle.
#[derive(Clone, Debug)]
pub struct CycleEnd {
    /// How it ended.
    pub state: CycleState,
    /// When.
    pub ended_at: UnixTime,
    /// How many seconds it took, if that is known.
    pub seconds: Option<f64>,
    /// Its ROI delta; only a successful cycle has one.
    pub roi: Option<f64>,
    /// What it cost.
    pub cost: f64,
    /// Whether the cost is assumed.
    pub cost_assumed: bool,
    /// Why it failed, as a reason code.
    pub reason: Option<String>,
    /// The result or the failure, as JSON.
    pub detail: Option<String>,
    /// Its attempts, if it took more than one; those on record already are left as they are.
    pub attempts: Vec<Attempt>,
    /// What its gates said, if it had any.
    pub gates: Option<RecordedGates>,
}

impl CycleEnd {
    /// Whether it succeeded only after an attempt that failed.
    #[must_use]
    pub fn is_flaky(&self) -> bool {
        self.state == CycleState::Ok && !self.attempts.is_empty()
    }

    /// Whether one of its gates failed.
    #[must_use]
    pub fn gate_failed(&self) -> bool {
        self.gates.as_ref().is_some_and(|gates| gates.failed)
    }
}

impl Store {
    /// Returns the number of the next cycle of a name: numbers go on when a name is registered again.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn next_cycle_number(&self, key: &EngineKey) -> Result<i64> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT coalesce(max(number), 0) + 1 FROM cycle JOIN engine ON engine.key = engine_key
                     WHERE name = ?1",
                )?
                .query_row([&key.name], |row| row.get(0))
        })
    }

    /// Commits that a cycle begins, with its hold, before anything is spawned.
    ///
    /// Marks up to which row and which event the cycle answers; its end settles that. Unless it has begun, nothing is
    /// committed of it.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written; then nothing may be spawned.
    pub fn begin_cycle(
        &self,
        key: &EngineKey,
        cycle: &NewCycle<'_>,
        now: UnixTime,
    ) -> Result<Beginning> {
        self.write(|tx| {
            let engine = engine_rows::ensure(tx, key, now)?;
            let guard = cycle.guard.as_ref().filter(|_| cycle.books_here);
            if let Some(guard) = guard
                && let Some(over) = guard.refusal(tx, key, cycle.reserved, None)?
            {
                return Ok(Beginning::OverBudget(over));
            }
            if let Some(update) = cycle.policy
                && !policies::save(tx, engine, update)?
            {
                return Ok(Beginning::PolicyMoved);
            }
            tx.prepare_cached(
                "INSERT INTO cycle (engine_key, number, state, trigger_reason, energy, pid, reserved, started_at,
                    rows_mark, events_mark, patch)
                 VALUES (?1, ?2, 'running', ?3, ?4, ?5, ?6, ?7,
                    (SELECT last FROM row_counter), (SELECT coalesce(max(id), 0) FROM event),
                    (SELECT number FROM patch WHERE engine_key = ?1 AND state = 'applied'))",
            )?
            .execute(params![
                engine,
                cycle.number,
                cycle.decision.reason,
                cycle.energy,
                std::process::id(),
                cycle.reserved,
                now.0
            ])?;
            tx.prepare_cached("UPDATE engine SET last_started = ?2 WHERE key = ?1")?
                .execute(params![engine, now.0])?;
            decisions::insert(tx, engine, &cycle.decision, Some(cycle.number), now)?;
            if let Some(step) = &cycle.decision.step {
                policy_steps::insert(tx, engine, step, true, now)?;
            }
            if cycle.books_here {
                ledger::hold(tx, key, cycle.number, cycle.reserved, guard, None, now)?;
            }
            events::insert(tx, engine, cycle.events, now).map(Beginning::Begun)
        })
    }

    /// Commits the end of a cycle, with everything that follows from it; returns its events.
    ///
    /// A second end of the same cycle changes nothing and returns `None`.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written.
    pub fn end_cycle(
        &self,
        key: &EngineKey,
        number: i64,
        end: &CycleEnd,
        state: &EngineState,
        consequences: &Consequences<'_>,
    ) -> Result<Option<Vec<EventRow>>> {
        self.write(|tx| {
            let Some(engine) = engine_rows::find(tx, key)? else {
                return Ok(None);
            };
            if !close(tx, engine, number, end)? {
                return Ok(None);
            }
            state.save(tx, engine)?;
            if let Some(gates) = &end.gates {
                gate_rows::save(tx, engine, number, gates)?;
            }
            for attempt in &end.attempts {
                attempts::insert(tx, key, number, attempt)?;
            }
            if let Some(roi) = end.roi {
                engine_rows::append_roi(tx, engine, roi)?;
            }
            if let Some(bookings) = consequences.bookings {
                ledger::settle(tx, key, number, bookings, end.ended_at)?;
            }
            if consequences.settles {
                settle_marks(tx, engine, number)?;
                drift_rows::save(tx, engine, consequences.drift)?;
            }
            for topic in consequences.consumes {
                events::consume(tx, engine, number, topic)?;
            }
            if let Some(update) = consequences.policy {
                policies::save(tx, engine, update)?;
            }
            if let Some(patch) = consequences.patch {
                patches::update(tx, engine, patch, end.ended_at)?;
            }
            if let Some(row) = &consequences.metrics {
                let (first, own_row) = metrics::append(tx, &key.registry_id, row, end.ended_at)?;
                // Where it is the only one since the cycle began, nobody needs to look for others.
                tx.prepare_cached(
                    "UPDATE engine SET own_row = ?2, rows_seen = CASE WHEN EXISTS
                        (SELECT 1 FROM metrics WHERE id > (?3 | rows_seen) AND id < (?3 | ?2))
                     THEN rows_seen ELSE ?2 END WHERE key = ?1",
                )?
                .execute([engine, own_row, first])?;
            }
            let mut published = events::insert(tx, engine, consequences.events, end.ended_at)?;
            if let Some(change) = consequences.modules {
                let of_modules = modules::change(tx, engine, change, end.ended_at)?;
                published.extend(of_modules.unwrap_or_default());
            }
            Ok(Some(published))
        })
    }
}

/// Moves the engine's mark to where the metrics were when the cycle began.
fn settle_marks(tx: &Transaction<'_>, engine: i64, number: i64) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "UPDATE engine SET rows_seen =
            (SELECT rows_mark FROM cycle WHERE engine_key = ?1 AND number = ?2) WHERE key = ?1",
    )?
    .execute(params![engine, number])?;
    Ok(())
}

/// Ends a cycle if it is still running.
fn close(tx: &Transaction<'_>, engine: i64, number: i64, end: &CycleEnd) -> rusqlite::Result<bool> {
    let changed = tx
        .prepare_cached(
            "UPDATE cycle SET state = ?3, ended_at = ?4, seconds = ?5, roi = ?6, cost = ?7, cost_assumed = ?8,
             reason = ?9, detail = ?10 WHERE engine_key = ?1 AND number = ?2 AND state = 'running'",
        )?
        .execute(params![
            engine,
            number,
            end.state.as_str(),
            end.ended_at.0,
            end.seconds,
            end.roi,
            end.cost,
            end.cost_assumed,
            end.reason,
            end.detail,
        ])?;
    Ok(changed == 1)
}
