//! Reads the record of one engine's decisions as a replay needs it.

use anyhow::Result;

use crate::clock::UnixTime;
use crate::engine::self_improvement_engine::SelfImprovementEngine;
use crate::names::BotName;
use crate::policy::replay::{ReplayHistory, ReplayStep, StepAction};
use crate::store::{CycleState, EngineKey, PolicyStepRow, RunRow, Store};

/// What is on record for a replay.
#[derive(Clone, Debug, Default)]
pub struct ReplayRecord {
    /// The decisions with what followed.
    pub history: ReplayHistory,
    /// The number of the first metrics row decided on.
    pub first_row: Option<i64>,
    /// The price is known: configured, or reported by a cycle.
    pub has_price: bool,
}

impl ReplayRecord {
    /// Reads the decisions on an engine since a time.
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
        let steps = store.policy_steps(key, since)?;
        let Some(first) = steps.first() else {
            return Ok(Self::default());
        };
        let runs = store.runs(key)?;
        let state = store.engine_state(key)?;
        let signal = engine.loss_signal();
        let mut losses: Vec<(i64, f64)> = Vec::new();
        let rows = (first.step.row, i64::MAX);
        store.visit_numbered_rows(&key.registry_id, bot.as_str(), rows, |row| {
            if let Some(loss) = signal.loss(&row.values) {
                losses.push((row.number, loss));
            }
        })?;
        let before_first = runs
            .iter()
            .rev()
            .find(|run| run.state == CycleState::Ok && run.after_row < first.step.row);
        let price = price(&runs, engine);
        let mut history = ReplayHistory {
            steps: Vec::with_capacity(steps.len()),
            price: price.unwrap_or(0.0),
            begun_at: before_first
                .and_then(|run| run.ended_at)
                .or(state.registered_at)
                .map(|at| at.0),
            interval: engine.interval.as_secs_f64(),
        };
        for (index, step) in steps.iter().enumerate() {
            let next_row = steps.get(index + 1).map_or(i64::MAX, |next| next.step.row);
            let from = losses.partition_point(|(number, _)| *number <= step.step.row);
            let to = losses.partition_point(|(number, _)| *number <= next_row);
            let after = losses.get(from..to).unwrap_or_default();
            // Of the newest decision nothing is known yet, and of those whose rows were dropped nothing any more.
            if !after.is_empty() {
                let loss = after.iter().map(|(_, loss)| loss).sum();
                history.steps.push(replay_step(step, next_row, loss, &runs));
            }
        }
        Ok(Self {
            history,
            first_row: Some(first.step.row),
            has_price: price.is_some(),
        })
    }
}

/// Returns what a run costs: the mean of those that succeeded, else what is configured.
#[must_use]
pub(super) fn price(runs: &[RunRow], engine: &SelfImprovementEngine) -> Option<f64> {
    let costs: Vec<f64> = runs
        .iter()
        .filter(|run| run.state == CycleState::Ok)
        .filter_map(|run| run.cost)
        .collect();
    if costs.is_empty() {
        return engine.cost;
    }
    let count = u32::try_from(costs.len()).map_or(f64::from(u32::MAX), f64::from);
    Some(costs.iter().sum::<f64>() / count)
}

fn replay_step(step: &PolicyStepRow, next_row: i64, loss: f64, runs: &[RunRow]) -> ReplayStep {
    let first = runs.partition_point(|run| run.after_row < step.step.row);
    let began: Vec<&RunRow> = runs
        .get(first..)
        .unwrap_or_default()
        .iter()
        .take_while(|run| run.after_row < next_row)
        .collect();
    let (action, run) = match (step.is_run && !step.step.is_forced, began.as_slice()) {
        (true, [run]) if run.state == CycleState::Ok => (StepAction::Run, Some(*run)),
        (false, []) if !step.is_run => (StepAction::Skip, None),
        _ => (StepAction::LeftOut, None),
    };
    ReplayStep {
        at: step.at.0,
        done_at: run.and_then(|run| run.ended_at).unwrap_or(step.at).0,
        loss,
        action,
        cost: run.and_then(|run| run.cost).unwrap_or(0.0),
        run_probability: step.step.run_probability.clamp(0.0, 1.0),
        is_asked: step.step.is_asked,
        cell: u32::try_from(step.step.cell).unwrap_or(0),
        debt_in_prices: step.step.debt_in_prices,
    }
}
