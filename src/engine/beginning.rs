//! How a cycle begins: what it may spend, and the commit before which nothing is spawned.

use anyhow::{Context, Result};

use crate::engine::conductor::Conductor;
use crate::engine::decided_step;
use crate::engine::decision::Decision;
use crate::engine::energy::Energy;
use crate::engine::energy_scaling::{EnergyBase, EnergyInputs, EnergyScaling};
use crate::engine::evidence;
use crate::engine::policy_step::PolicyStep;
use crate::engine::self_improvement_engine::SelfImprovementEngine;
use crate::engine::signals::Signals;
use crate::error::{Failure, Kind};
use crate::events;
use crate::store::{Booking, CycleState, NewCycle, NewDecision, PolicyUpdate};

impl SelfImprovementEngine {
    /// Works out how much effort a cycle may spend.
    #[must_use]
    pub fn scaled_energy(&self, signals: &Signals, policy: Option<&PolicyStep>) -> EnergyScaling {
        let predicted = policy
            .and_then(|step| step.choice.choice())
            .map(|choice| choice.predicted());
        let forecast = self.forecast.zip(signals.forecast);
        EnergyScaling::of(&EnergyInputs {
            base: EnergyBase::Configured(self.energy.number().into()),
            predicted,
            forecast: forecast.map(|(settings, forecast)| settings.factor(forecast.roi)),
        })
    }
}

impl Conductor<'_> {
    /// Commits that the cycle begins, with its hold; after that, and only then, something may be spawned.
    ///
    /// Returns none, and has started nothing, if another process has taught the policy since the decision.
    pub(super) fn begin(
        &self,
        energy: Energy,
        decision: &Decision,
        policy: Option<&PolicyUpdate>,
    ) -> Result<Option<i64>> {
        let now = self.clock.now();
        let fleet_next = match self.fleet {
            // The fleet remembers cycles that a deleted database does not.
            Some(fleet) => fleet.next_booked_cycle(&self.key)?,
            None => 1,
        };
        let next = self.store.next_cycle_number(&self.key)?.max(fleet_next);
        let number = self.runs.create(next)?;
        let reserved = Self::millionths(self.engine.cost.unwrap_or(0.0))?;
        let evidence = evidence::to_json(decision)?;
        let cycle = NewCycle {
            number,
            decision: NewDecision {
                action: decision.action.as_str(),
                reason: decision.reason.code(),
                cell: decision.cell,
                evidence: &evidence,
                step: policy.and_then(|update| decided_step::of(decision, update)),
            },
            energy: energy.number(),
            reserved,
            books_here: self.fleet.is_none(),
            policy,
            events: &[],
        };
        let started = events::event(
            CycleState::Running.topic(),
            &serde_json::json!({
                "cycle": self.runs.cycle_name(number),
                "outcome": CycleState::Running,
                "trigger": decision.reason,
                "energy": energy,
            }),
        )?;
        let held = self
            .fleet
            .map_or(Ok(()), |fleet| fleet.hold(&self.key, number, reserved, now));
        let begun = held.and_then(|()| {
            events::publish(&self.key, &[started], |events| {
                let cycle = NewCycle { events, ..cycle };
                let rows = self.store.begin_cycle(&self.key, &cycle, now)?;
                Ok(rows.unwrap_or_default())
            })
        });
        let published = begun.with_context(|| {
            self.runs.discard(number);
            let message = format!(
                "cannot begin a cycle of `{}`, so nothing was started",
                self.name
            );
            Failure::new(Kind::Unexpected, message)
        })?;
        if published.is_empty() {
            self.runs.discard(number);
            if let Some(fleet) = self.fleet {
                let nothing = Booking {
                    kind: "cost",
                    amount: 0,
                    assumed: false,
                };
                fleet.settle(&self.key, number, &[nothing], now)?;
            }
            return Ok(None);
        }
        (self.hear)(published);
        Ok(Some(number))
    }
}
