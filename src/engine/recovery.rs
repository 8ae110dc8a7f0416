//! Mending what a cycle left behind whose `sie` died: its record and its hold. Needs the engine's lock.

use anyhow::{Context, Result};

use crate::engine::aftermath;
use crate::engine::conductor::Conductor;
use crate::pipeline::{CycleResult, result_file};
use crate::store::{Booking, Consequences, CycleEnd, CycleState};

impl Conductor<'_> {
    /// Records an interrupted cycle once, settles its hold and returns what to tell.
    pub(super) fn recover(&self) -> Result<Vec<String>> {
        let mut notes = Vec::new();
        if let Some(cycle) = self.store.running_cycle(&self.key)? {
            // Of attempts that ended it is on record what they cost.
            let attempts = self.store.attempts(&self.key, cycle.number)?;
            let spent: f64 = attempts.iter().map(|attempt| attempt.cost).sum();
            let current = u32::try_from(attempts.len())
                .unwrap_or(u32::MAX)
                .saturating_add(1);
            // A complete result tells what was spent, even though nobody was there to take it.
            let stated = result_file(&self.runs.attempt_result(cycle.number, current))
                .ok()
                .flatten()
                .and_then(|result| result.cost)
                .map(|cost| (cost + spent).min(CycleResult::MAX_AMOUNT));
            let reserved = crate::capital::Money::from_micros(cycle.reserved).to_f64();
            let end = CycleEnd {
                state: CycleState::Interrupted,
                ended_at: self.clock.now(),
                seconds: None,
                roi: None,
                cost: stated.unwrap_or(reserved),
                cost_assumed: stated.is_none(),
                reason: Some("interrupted".to_owned()),
                detail: None,
                attempts: Vec::new(),
            };
            let name = self.runs.cycle_name(cycle.number);
            self.clear_copy(cycle.number);
            // Before the record: a cycle that is on record as interrupted has left no patch behind.
            let patch = self
                .restore_interrupted(&name)
                .context("cannot restore the patch of an interrupted cycle")?;
            let state = aftermath::after(&self.store.engine_state(&self.key)?, &end);
            let bookings = Self::bookings(&end, None)?;
            let event = patch.as_ref().map(|(_, event, _)| event.clone());
            let consequences = Consequences {
                patch: patch.as_ref().map(|(update, _, _)| update),
                events: event.as_slice(),
                ..self.consequences(end.state, &bookings, &[])
            };
            self.end(cycle.number, &end, &state, &consequences)
                .context("cannot record an interrupted cycle")?;
            notes.push(format!(
                "cycle {} was interrupted: its `sie` (process {}) died; it is recorded and not learned from",
                name,
                cycle.pid
            ));
            notes.extend(patch.map(|(_, _, note)| note));
            self.prune_originals();
        }
        self.complete_holds()?;
        Ok(notes)
    }

    /// Settles what the fleet still holds for cycles of an engine with a database of its own.
    ///
    /// The engine's own commit comes first and the fleet's second; a kill between the two leaves a hold.
    fn complete_holds(&self) -> Result<()> {
        let Some(fleet) = self.fleet else {
            return Ok(());
        };
        for hold in fleet.open_holds(&self.key)? {
            let (amount, assumed) = match self.store.cycle(&self.key, hold.cycle)? {
                Some(cycle) => (
                    Self::millionths(cycle.cost.unwrap_or(0.0))?,
                    cycle.cost_assumed,
                ),
                // Its record is gone; what its stages left behind tells whether it was ever started.
                None if self.runs.was_started(hold.cycle) => (hold.amount, true),
                None => (0, false),
            };
            let booking = Booking {
                kind: "cost",
                amount,
                assumed,
            };
            fleet.settle(&self.key, hold.cycle, &[booking], self.clock.now())?;
        }
        Ok(())
    }
}
