//! Reads what one engine did and what its metrics said, as a report of savings needs it.

use anyhow::Result;

use crate::clock::UnixTime;
use crate::engine::replay_record::price;
use crate::engine::self_improvement_engine::SelfImprovementEngine;
use crate::names::BotName;
use crate::policy::savings::SavingsRow;
use crate::store::{CycleState, EngineKey, Store};

/// What is on record about one engine.
#[derive(Clone, Debug, Default)]
pub struct SavingsRecord {
    /// Cycles that succeeded in the period.
    pub runs: usize,
    /// Cycles that failed or were interrupted in it.
    pub failed: usize,
    /// What the successful ones reported as ROI, net of their cost.
    pub roi: f64,
    /// What a cycle costs; none if nobody knows.
    pub price: Option<f64>,
    /// The metrics rows with a loss, those before the period too.
    pub rows: Vec<SavingsRow>,
    /// When the period begins: with the first row or cycle in it.
    pub since: Option<UnixTime>,
}

impl SavingsRecord {
    /// Reads what is on record from a time on.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn read(
        store: &Store,
        key: &EngineKey,
        engine: &SelfImprovementEngine,
        bot: &BotName,
        since: UnixTime,
    ) -> Result<Self> {
        let runs = store.runs(key)?;
        let in_period = || runs.iter().filter(|run| run.started_at >= since);
        let count = |states: &[CycleState]| {
            in_period()
                .filter(|run| states.contains(&run.state))
                .count()
        };
        let mut record = Self {
            runs: count(&[CycleState::Ok]),
            failed: count(&[
                CycleState::Failed,
                CycleState::Cancelled,
                CycleState::Interrupted,
            ]),
            roi: in_period().filter_map(|run| run.roi).sum(),
            price: price(&runs, engine),
            since: in_period().map(|run| run.started_at).next(),
            ..Self::default()
        };
        let signal = engine.loss_signal();
        let mut versions = runs
            .iter()
            .filter(|run| run.state == CycleState::Ok)
            .peekable();
        let all = (0, i64::MAX);
        store.visit_numbered_rows(&key.registry_id, bot.as_str(), all, |row| {
            let Some(loss) = signal.loss(&row.values) else {
                return;
            };
            let mut run = None;
            while let Some(began) = versions.next_if(|run| run.after_row < row.number) {
                run = Some(began.gain);
            }
            record.rows.push(SavingsRow {
                at: row.at,
                loss,
                run,
                counts: row.at >= since.0,
            });
        })?;
        let first_row = record.rows.iter().find(|row| row.counts);
        let first_row = first_row.map(|row| UnixTime(row.at));
        record.since = match (record.since, first_row) {
            (Some(run), Some(row)) if row < run => Some(row),
            (run, row) => run.or(row),
        };
        Ok(record)
    }
}
