//! The end of a cycle as it is committed and published: what it settles, consumes and records.

use anyhow::{Context, Result};
use serde_json::value::RawValue;

use crate::capital::Money;
use crate::engine::conductor::Conductor;
use crate::events;
use crate::metrics;
use crate::names::BotName;
use crate::pipeline::CycleResult;
use crate::store::{
    Booking, Consequences, CycleEnd, CycleState, DriftState, EngineState, NewMetrics,
};

impl Conductor<'_> {
    /// Commits the end of a cycle in the engine's store and publishes it; returns whether it was still running.
    pub(super) fn end(
        &self,
        number: i64,
        end: &CycleEnd,
        after: &EngineState,
        consequences: &Consequences<'_>,
    ) -> Result<bool> {
        let detail = end
            .detail
            .clone()
            .filter(|_| end.state == CycleState::Failed);
        let failure = detail.and_then(|detail| RawValue::from_string(detail).ok());
        let ended = events::event(
            end.state.topic(),
            &serde_json::json!({
                "cycle": self.runs.cycle_name(number),
                "outcome": end.state,
                "seconds": end.seconds,
                "roi": end.roi,
                "cost": end.cost,
                "cost_assumed": end.cost_assumed,
                "reason": end.reason,
                "failure": failure,
                "flaky": end.is_flaky(),
                "failures_in_row": after.failures_in_row,
            }),
        )?;
        let mut new = vec![ended];
        if consequences.metrics.is_some() {
            new.push(events::event(
                events::METRICS_NEW,
                &serde_json::json!({ "rows": 1 }),
            )?);
        }
        new.extend(consequences.events.iter().cloned());
        let published = events::publish(&self.key, &new, |events| {
            let all = Consequences {
                events,
                ..consequences.clone()
            };
            let rows = self.store.end_cycle(&self.key, number, end, after, &all)?;
            Ok(rows.unwrap_or_default())
        })?;
        let was_running = !published.is_empty();
        (self.hear)(published);
        Ok(was_running)
    }

    /// Returns what follows from the end of a cycle besides its result.
    ///
    /// Rows and events that asked for it are marked when it begins and settled when it ends: a cycle that was killed,
    /// cancelled or deferred has answered nothing, so they ask again, and one whose end is on record never runs twice.
    pub(super) fn consequences<'c>(
        &self,
        state: CycleState,
        bookings: &'c [Booking],
        drift: &'c [DriftState],
    ) -> Consequences<'c> {
        Consequences {
            bookings: self.fleet.is_none().then_some(bookings),
            settles: matches!(state, CycleState::Ok | CycleState::Failed),
            consumes: match state {
                CycleState::Ok => &[events::EVOLVE, events::DISCREPANCY],
                CycleState::Failed => &[events::EVOLVE],
                _ => &[],
            },
            drift,
            ..Consequences::default()
        }
    }

    /// Returns the metrics row of a result, unless it could not be recorded by hand either.
    pub(super) fn metrics_of<'c>(
        &self,
        result: &'c CycleResult,
        bot: &'c BotName,
    ) -> Option<NewMetrics<'c>> {
        if result.metrics.is_empty() {
            return None;
        }
        let numbers = result
            .metrics
            .iter()
            .map(|(name, value)| (name.as_str(), *value));
        match metrics::check_row(numbers) {
            Ok(()) => Some(NewMetrics {
                bot: bot.as_str(),
                values: &result.metrics,
                keep: self.engine.metrics_rows,
            }),
            Err(problem) => {
                // The cycle was paid for and succeeded; a number that makes no sense does not undo that.
                (self.notes)(format!(
                    "warning: {}: the metrics of the result are not recorded: {problem}",
                    self.name
                ));
                None
            }
        }
    }

    /// Returns what the end of a cycle books in the ledger.
    pub(super) fn bookings(end: &CycleEnd, result: Option<&CycleResult>) -> Result<Vec<Booking>> {
        let amounts = [
            ("cost", Some(end.cost)),
            ("revenue", result.and_then(|result| result.revenue)),
            ("expense", result.and_then(|result| result.expense)),
        ];
        amounts
            .into_iter()
            .filter_map(|(kind, amount)| Some((kind, amount?)))
            .map(|(kind, amount)| {
                let assumed = kind == "cost" && end.cost_assumed;
                Ok(Booking {
                    kind,
                    amount: Self::millionths(amount)?,
                    assumed,
                })
            })
            .collect()
    }

    pub(super) fn millionths(amount: f64) -> Result<i64> {
        Ok(Money::from_f64(amount)
            .context("an amount cannot be booked")?
            .micros())
    }
}
