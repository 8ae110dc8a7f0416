//! How a cycle begins: what it may spend, and the commit before which nothing is spawned.

use std::cell::Cell;

use anyhow::{Context, Result};

use crate::capital::Money;
use crate::clock::UnixTime;
use crate::diagnostics::Condition;
use crate::engine::budget::{self, Price};
use crate::engine::conductor::Conductor;
use crate::engine::decided_step;
use crate::engine::decision::Decision;
use crate::engine::energy::Energy;
use crate::engine::energy_scaling::{EnergyBase, EnergyInputs, EnergyScaling};
use crate::engine::evidence;
use crate::engine::policy_step::PolicyStep;
use crate::engine::self_improvement_engine::SelfImprovementEngine;
use crate::engine::signals::{CapitalSignal, Signals};
use crate::error::{Failure, Kind};
use crate::events;
use crate::store::{
    self, Booking, BudgetAnswer, CycleState, NewCycle, NewDecision, PolicyUpdate, Store,
};

/// How a cycle began, if it did.
pub(super) enum Beginning {
    /// It is on record.
    Begun(Held),
    /// Another process has taught the policy since the decision.
    PolicyMoved,
    /// A budget does not allow it, for these reasons.
    Refused(Vec<Condition>),
}

/// What the store said to a beginning.
enum Committed {
    Begun(i64),
    PolicyMoved,
    OverBudget(BudgetAnswer),
}

/// What is held for a cycle whose beginning is on record.
pub(super) struct Held {
    pub(super) number: i64,
    /// When it was held: that is the day it counts for.
    pub(super) at: UnixTime,
    /// What one attempt is expected to cost.
    pub(super) price: Price,
    /// What is held now; retries raise it.
    pub(super) amount: Cell<Money>,
}

impl SelfImprovementEngine {
    /// Works out how much effort a cycle may spend.
    #[must_use]
    pub fn scaled_energy(&self, signals: &Signals, policy: Option<&PolicyStep>) -> EnergyScaling {
        let predicted = policy
            .and_then(|step| step.choice.choice())
            .map(|choice| choice.predicted());
        let forecast = self.forecast.zip(signals.forecast);
        EnergyScaling::of(&EnergyInputs {
            base: match signals.capital {
                CapitalSignal::Absent => EnergyBase::Configured(self.energy.number().into()),
                CapitalSignal::Failed => EnergyBase::CapitalFailed,
                CapitalSignal::Score(score) => EnergyBase::CapitalScore(score.value),
            },
            predicted,
            forecast: forecast.map(|(settings, forecast)| settings.factor(forecast.roi)),
        })
    }
}

impl Conductor<'_> {
    /// Commits that the cycle begins, with its hold; after that, and only then, something may be spawned.
    ///
    /// Unless it has begun, nothing is started and nothing is held.
    pub(super) fn begin(
        &self,
        energy: Energy,
        decision: &Decision,
        policy: Option<&PolicyUpdate>,
    ) -> Result<Beginning> {
        let now = self.clock.now();
        let price = match &self.budget {
            Some(_) => Price::expected(self.engine, &self.key, self.ledger())?,
            None => Price::configured(self.engine),
        };
        let reserved = match price.amount()? {
            Some(amount) => amount,
            None if self.budget.is_some() => {
                return Ok(Beginning::Refused(vec![budget::cost_unknown()]));
            }
            None => Money::ZERO,
        };
        let run = self.budget.as_ref().and_then(|budget| budget.run);
        if let Some(Err(evidence)) = run.map(|run| run.reserve(Money::ZERO, reserved)) {
            return Ok(Beginning::Refused(vec![budget::cap_condition(&evidence)]));
        }
        let begun = self.commit_beginning(energy, decision, policy, reserved, now);
        let number = match begun {
            Ok(Committed::Begun(number)) => number,
            not_begun => {
                run.inspect(|run| run.settle(reserved, Money::ZERO));
                return not_begun.map(|it| match it {
                    Committed::OverBudget(over) => Beginning::Refused(budget::conditions_of(&over)),
                    _ => Beginning::PolicyMoved,
                });
            }
        };
        Ok(Beginning::Begun(Held {
            number,
            at: now,
            price,
            amount: Cell::new(reserved),
        }))
    }

    fn commit_beginning(
        &self,
        energy: Energy,
        decision: &Decision,
        policy: Option<&PolicyUpdate>,
        reserved: Money,
        now: UnixTime,
    ) -> Result<Committed> {
        let guard = self.budget.as_ref().map(|it| it.guard(self.engine, now));
        let fleet_next = match self.fleet {
            // The fleet remembers cycles that a deleted database does not.
            Some(fleet) => fleet.next_booked_cycle(&self.key)?,
            None => 1,
        };
        let next = self.store.next_cycle_number(&self.key)?.max(fleet_next);
        let number = self.runs.create(next)?;
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
            reserved: reserved.micros(),
            books_here: self.fleet.is_none(),
            guard,
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
        let mut begun = Committed::Begun(number);
        let held = self.fleet.map_or(Ok(None), |fleet| {
            let amount = reserved.micros();
            let database = self.engine.database.as_deref();
            fleet.hold(&self.key, number, amount, guard.as_ref(), database, now)
        });
        let published = held.and_then(|refused| {
            if let Some(over) = refused {
                begun = Committed::OverBudget(over);
                return Ok(Vec::new());
            }
            events::publish(&self.key, &[started], |events| {
                let cycle = NewCycle { events, ..cycle };
                let (rows, came_of_it) = match self.store.begin_cycle(&self.key, &cycle, now)? {
                    store::Beginning::Begun(rows) => return Ok(rows),
                    store::Beginning::PolicyMoved => (Vec::new(), Committed::PolicyMoved),
                    store::Beginning::OverBudget(over) => (Vec::new(), Committed::OverBudget(over)),
                };
                begun = came_of_it;
                Ok(rows)
            })
        });
        let published = published.with_context(|| {
            self.runs.discard(number);
            let message = format!(
                "cannot begin a cycle of `{}`, so nothing was started",
                self.name
            );
            Failure::new(Kind::Unexpected, message)
        })?;
        if let Committed::Begun(_) = begun {
            (self.hear)(published);
            return Ok(begun);
        }
        self.runs.discard(number);
        if let (Some(fleet), Committed::PolicyMoved) = (self.fleet, &begun) {
            let nothing = Booking {
                kind: "cost",
                amount: 0,
                assumed: false,
            };
            fleet.settle(&self.key, number, &[nothing], now)?;
        }
        Ok(begun)
    }

    /// Returns the store in which the ledger lies.
    pub(super) fn ledger(&self) -> &Store {
        self.fleet.unwrap_or(self.store)
    }
}
