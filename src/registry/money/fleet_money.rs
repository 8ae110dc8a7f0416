//! Money in a fleet run: the budgets that hold, the energy score, and who gets at the money first.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use anyhow::Result;

use crate::autoscale::Reading;
use crate::capital::{BudgetUse, Cap, CapEvidence, Money, RunBudget, check_budget};
use crate::clock::UnixTime;
use crate::engine::{
    Budget, CapitalSignal, Decision, Price, Reason, RecordedChoice, SelfImprovementEngine,
    conditions_of, cost_unknown,
};
use crate::registry::deciding::skip_report;
use crate::registry::entry::RegisteredEngine;
use crate::registry::fleet_run::{Candidate, FleetRun};
use crate::registry::money::budget_report::{BudgetEnd, BudgetReport, Ranked};
use crate::registry::money::capital_settings::CapitalSettings;
use crate::registry::money::fleet_capital::FleetCapital;
use crate::registry::report::EngineReport;
use crate::registry::stores::Stores;
use crate::store::BudgetAnswer;

/// The money of a fleet run, looked up once.
pub(in crate::registry) struct FleetMoney<'a> {
    /// The budgets that hold, if there are any.
    pub(in crate::registry) budget: Option<Budget<'a>>,
    energy: Option<(&'a CapitalSettings, Reading)>,
    now: UnixTime,
}

impl<'a> FleetMoney<'a> {
    /// Returns what stands for it where no cycle is run.
    pub(in crate::registry) fn not_asked(now: UnixTime) -> Self {
        Self {
            budget: None,
            energy: None,
            now,
        }
    }

    /// Looks it up; an energy score that cannot be had is a warning.
    pub(in crate::registry) fn read(
        fleet_run: &FleetRun<'a>,
        stores: &Stores,
        run: Option<&'a RunBudget>,
    ) -> Result<Self> {
        let registry = fleet_run.registry;
        let now = registry.workspace().clock.now();
        let Some(settings) = registry.capital() else {
            let of_run = |run| Budget {
                run: Some(run),
                ..Budget::default()
            };
            return Ok(Self {
                budget: run.map(of_run),
                energy: None,
                now,
            });
        };
        let reading = FleetCapital::read(registry, stores, now)?.energy.reading;
        if let Reading::Failed(why) = &reading {
            fleet_run.observer.note(&format!(
                "warning: the energy score cannot be looked up: {why}; base energy is 1, and too little energy keeps \
                 nobody from running"
            ));
        }
        let budget = Budget {
            caps: settings.budget,
            zone: settings.zone.clone(),
            overruns_since: settings.overruns_since,
            run,
        };
        Ok(Self {
            budget: (settings.has_budget() || run.is_some()).then_some(budget),
            energy: Some((settings, reading)),
            now,
        })
    }

    /// Returns what an engine is told of the energy score.
    pub(in crate::registry) fn signal_for(&self, engine: &SelfImprovementEngine) -> CapitalSignal {
        match &self.energy {
            None => CapitalSignal::Absent,
            Some((settings, reading)) => settings.signal_for(reading, engine),
        }
    }

    /// With a budget: puts the engines that are due into the order of expected gain per unit of cost.
    ///
    /// That is what the policy values running above skipping, in prices; without a policy the mean ROI delta of its
    /// cycles over what one costs. Those of which nothing is known come last; ties keep the order of the registry.
    pub(in crate::registry) fn rank(
        &self,
        candidates: &mut Vec<Candidate<'_>>,
        stores: &Stores,
    ) -> Result<Option<Vec<Ranked>>> {
        if self.budget.is_none() {
            return Ok(None);
        }
        let mut ranked = Vec::with_capacity(candidates.len());
        for candidate in candidates.drain(..) {
            let RegisteredEngine { engine, key, .. } = candidate.engine;
            let price = match &stores.fleet {
                Some(fleet) => Price::expected(engine, key, fleet)?,
                None => Price::configured(engine),
            };
            let rank = Ranked {
                engine: candidate.engine.name.clone(),
                gain_per_cost: gain_per_cost(&candidate, price.units),
                cost: price.amount()?,
                index: candidate.index,
                is_kept: false,
            };
            ranked.push((rank, candidate));
        }
        ranked.sort_by(|(a, _), (b, _)| by_gain(a.gain_per_cost, b.gain_per_cost));
        let (ranking, sorted): (Vec<Ranked>, Vec<Candidate<'_>>) = ranked.into_iter().unzip();
        *candidates = sorted;
        Ok(Some(ranking))
    }

    /// Says what a dry run would run, one after the other, at the cost that would be reserved; with that cost together.
    pub(in crate::registry) fn rehearse(
        &self,
        candidates: &[Candidate<'_>],
        stores: &Stores,
    ) -> Result<(BTreeMap<usize, EngineReport>, Money)> {
        let mut reports = BTreeMap::new();
        let mut held = Money::ZERO;
        for candidate in candidates {
            let decision = candidate.decision.clone();
            let decision = self.rehearse_one(candidate.engine, decision, stores, &mut held)?;
            let pause = candidate.state.pause.clone();
            let report = skip_report(candidate.engine, decision, pause, candidate.update.clone());
            reports.insert(candidate.index, report);
        }
        Ok((reports, held))
    }

    fn rehearse_one(
        &self,
        engine: &RegisteredEngine,
        decision: Decision,
        stores: &Stores,
        held: &mut Money,
    ) -> Result<Decision> {
        let Some(budget) = &self.budget else {
            return Ok(decision);
        };
        let price = match &stores.fleet {
            Some(fleet) => Price::expected(&engine.engine, &engine.key, fleet)?,
            None => Price::configured(&engine.engine),
        };
        let Some(wanted) = price.amount()? else {
            return Ok(decision.with_budget(vec![cost_unknown()]));
        };
        // What would run before it counts as held.
        let together = held.checked_add(wanted).unwrap_or(Money::MAX);
        let mut answer = self.answer(engine, wanted, stores)?;
        let fits_together = self.answer(engine, together, stores)?;
        let fits = |cap| cap_fits(&answer, &fits_together, cap);
        let blocked: Vec<CapEvidence> = answer
            .verdict
            .evidence
            .iter()
            .filter(|it| !fits(it.kind))
            .map(|it| it.with_held(*held))
            .collect();
        answer.verdict.evidence = blocked;
        if let Some(Err(evidence)) = budget.run.map(|run| run.reserve(Money::ZERO, wanted)) {
            answer.verdict.evidence.push(evidence);
        }
        if answer.verdict.evidence.is_empty() && answer.overrun.is_none() {
            *held = together;
            return Ok(decision);
        }
        Ok(decision.with_budget(conditions_of(&answer)))
    }

    fn answer(
        &self,
        engine: &RegisteredEngine,
        wanted: Money,
        stores: &Stores,
    ) -> Result<BudgetAnswer> {
        let budget = self.budget.clone().unwrap_or_default();
        let guard = budget.guard(&engine.engine, self.now);
        match &stores.fleet {
            Some(fleet) => fleet.budget_answer(&engine.key, wanted, &guard),
            None => Ok(BudgetAnswer {
                verdict: check_budget(&budget.caps, &BudgetUse::default(), wanted),
                overrun: None,
            }),
        }
    }

    /// Returns the order in which engines got at the money, and the first for which it did not reach.
    ///
    /// `rehearsed` is what a dry run would have spent by then.
    pub(in crate::registry) fn report(
        &self,
        mut ranking: Vec<Ranked>,
        (reports, rehearsed): (&BTreeMap<usize, EngineReport>, Money),
        engines: &[&RegisteredEngine],
        stores: &Stores,
    ) -> Result<BudgetReport> {
        let mut ended = None;
        for ranked in &mut ranking {
            let Some(report) = reports.get(&ranked.index) else {
                continue;
            };
            ranked.is_kept = report.is_kept_by_budget();
            let has_ended = report.reason == Reason::BudgetExhausted.code();
            if let (None, true, Some(wanted), Some(engine)) =
                (&ended, has_ended, ranked.cost, engines.get(ranked.index))
            {
                let answer = self.answer(engine, wanted, stores)?;
                let of_run = self.budget.as_ref().and_then(|budget| budget.run);
                let of_run = of_run.map(|run| run.check(wanted));
                let caps = answer.verdict.evidence.iter();
                let caps = caps.map(|cap| cap.with_held(rehearsed)).chain(of_run);
                // Other processes may have freed money since: the tightest cap is what it was about.
                let tightest = caps.min_by_key(|it| (it.fits, it.left));
                ended = tightest.map(|evidence| BudgetEnd::of(&ranked.engine, &evidence));
            }
        }
        Ok(BudgetReport {
            order: ranking,
            ended,
        })
    }
}

/// Whether a cap lets a run through; under the cap for one cycle those before it do not count.
fn cap_fits(alone: &BudgetAnswer, together: &BudgetAnswer, cap: Cap) -> bool {
    let answer = if cap == Cap::PerCycle {
        alone
    } else {
        together
    };
    !answer.verdict.blocked_by.contains(&cap)
}

fn gain_per_cost(candidate: &Candidate<'_>, price: Option<f64>) -> Option<f64> {
    let choice = candidate.decision.policy.as_ref();
    if let Some(choice) = choice.and_then(RecordedChoice::choice) {
        return Some(choice.predicted()).filter(|gain| gain.is_finite());
    }
    let state = &candidate.state;
    if state.successes == 0 {
        return None;
    }
    // What is free takes no money from anybody: it comes first if it gains, last of all known if it loses.
    let gain = state.roi_total / f64::from(state.successes) / price?;
    Some(gain).filter(|gain| !gain.is_nan())
}

/// Orders by gain, the greatest first, unknown ones last.
fn by_gain(a: Option<f64>, b: Option<f64>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => b.total_cmp(&a),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_gain_comes_first_and_the_unknown_last() {
        let mut gains = [None, Some(-1.0), Some(f64::INFINITY), Some(0.5), None];
        gains.sort_by(|a, b| by_gain(*a, *b));
        assert_eq!(
            gains,
            [Some(f64::INFINITY), Some(0.5), Some(-1.0), None, None]
        );
    }
}
