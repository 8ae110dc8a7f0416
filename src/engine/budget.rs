//! What a cycle may spend: what is reserved for an attempt, under which caps, and how a refusal is explained.

use anyhow::{Context, Result};

use crate::capital::{BudgetCaps, CapEvidence, Money, RunBudget, Zone};
use crate::clock::UnixTime;
use crate::diagnostics::{Comparison, Condition, Measurement, Truth};
use crate::engine::self_improvement_engine::SelfImprovementEngine;
use crate::engine::verdict::check;
use crate::store::{BudgetAnswer, BudgetGuard, EngineKey, Store};

/// The budgets that hold for the cycles of a command.
#[derive(Clone, Debug, Default)]
pub struct Budget<'a> {
    /// The caps of the fleet.
    pub caps: BudgetCaps,
    /// The zone whose midnights begin the days.
    pub zone: Zone,
    /// Overruns of cycles begun before this stop nobody.
    pub overruns_since: Option<UnixTime>,
    /// The cap of the command alone.
    pub run: Option<&'a RunBudget>,
}

/// What one attempt is expected to cost.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Price {
    /// In units; none if nobody knows.
    pub units: Option<f64>,
    /// Whether the operator said so, and not earlier cycles.
    pub is_configured: bool,
}

impl Price {
    /// Returns what the operator says an attempt of an engine costs.
    #[must_use]
    pub fn configured(engine: &SelfImprovementEngine) -> Self {
        Self {
            units: engine.cost,
            is_configured: engine.cost.is_some(),
        }
    }

    /// Returns what an attempt of an engine is expected to cost: what the operator says, else the most that one of the
    /// newest 20 cycles cost.
    ///
    /// # Errors
    ///
    /// Fails if the store of the fleet cannot be read.
    pub fn expected(
        engine: &SelfImprovementEngine,
        key: &EngineKey,
        fleet: &Store,
    ) -> Result<Self> {
        if engine.cost.is_some() {
            return Ok(Self::configured(engine));
        }
        Ok(Self {
            units: fleet.known_cost(key)?.map(Money::to_f64),
            is_configured: false,
        })
    }

    /// Returns what is charged where nothing states a cost.
    #[must_use]
    pub fn or_nothing(self) -> f64 {
        self.units.unwrap_or(0.0)
    }

    /// Whether it is what earlier cycles cost, for want of better.
    #[must_use]
    pub fn is_guessed(self) -> bool {
        self.units.is_some() && !self.is_configured
    }

    /// Returns the amount to reserve, if one is known.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be booked.
    pub fn amount(self) -> Result<Option<Money>> {
        let amount = self.units.map(Money::from_f64).transpose();
        amount.context("an amount cannot be reserved")
    }
}

impl Budget<'_> {
    /// Returns what guards a reservation for a cycle begun at this time.
    #[must_use]
    pub fn guard(&self, engine: &SelfImprovementEngine, begun_at: UnixTime) -> BudgetGuard {
        let covered = engine.cost.map(Money::from_f64);
        BudgetGuard {
            caps: self.caps,
            day: self.zone.day_of(begun_at),
            overruns_since: self.overruns_since,
            covered: covered.and_then(Result::ok).unwrap_or(Money::ZERO),
        }
    }
}

/// Returns the conditions that tell why the budget does not allow a run.
#[must_use]
pub fn conditions_of(over: &BudgetAnswer) -> Vec<Condition> {
    let caps = over.verdict.evidence.iter().map(cap_condition);
    let overrun = over.overrun.map(|overrun| {
        let cost = Measurement::of_number(overrun.cost.to_f64());
        let reading = format!("cost of cycle {}", overrun.cycle);
        let reserved = overrun.reserved.to_f64();
        Condition::judge(check::OVERRUN, reading, cost, Comparison::Above, reserved)
    });
    caps.chain(overrun).collect()
}

/// Returns the condition of one cap: what is spent, held and wanted together against it.
///
/// It is judged by the exact amounts; the numbers are for people.
#[must_use]
pub fn cap_condition(evidence: &CapEvidence) -> Condition {
    let amounts = [evidence.committed, evidence.held, evidence.wanted];
    let bound: f64 = amounts.into_iter().map(Money::to_f64).sum();
    let condition = Condition::judge(
        check::BUDGET_EXHAUSTED,
        format!("{}, spent + held + wanted", evidence.kind.in_words()),
        Measurement::of_number(bound),
        Comparison::Above,
        evidence.cap.to_f64(),
    );
    let blocks = !evidence.fits;
    Condition {
        result: blocks.into(),
        ..condition
    }
}

/// Returns the condition of an engine that has a budget and no known cost.
#[must_use]
pub fn cost_unknown() -> Condition {
    let nothing = Measurement::of_number(f64::INFINITY);
    Condition {
        result: Truth::Yes,
        ..Condition::judge(
            check::COST_UNKNOWN,
            "cost".to_owned(),
            nothing,
            Comparison::Above,
            0.0,
        )
    }
}
