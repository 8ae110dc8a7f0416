//! What of a decision is kept for every step of the policy: how likely a run was, and who else asked.

use crate::diagnostics::{Condition, Rule, Truth};
use crate::engine::asked::Asked;
use crate::engine::decision::{Action, Decision, Reason};
use crate::engine::learning_keys::TriggerMode;
use crate::engine::verdict::{Evidence, check};
use crate::policy::{Freshness, PolicyChoice};
use crate::store::{NewPolicyStep, PolicyUpdate};

/// The conditions that are the clock's: a candidate has a clock of its own.
const OF_THE_CLOCK: [&str; 3] = [check::NEVER_RUN, check::INTERVAL, check::MAX_INTERVAL];

/// Returns the policy's step behind a decision; none if nothing was decided on anew.
#[must_use]
pub fn of(decision: &Decision, update: &PolicyUpdate) -> Option<NewPolicyStep> {
    let choice = decision.policy.as_ref()?.choice()?;
    if choice.freshness != Freshness::NewRow || update.mark.moment.is_some() {
        return None;
    }
    Some(NewPolicyStep {
        row: update.mark.last_row,
        is_forced: decision.asked == Asked::Cycle || decision.reason == Reason::Forced,
        run_probability: run_probability(decision, &choice),
        is_asked: is_asked(decision),
        cell: i64::from(choice.cell?.index()),
        debt_in_prices: choice.debt_in_prices,
    })
}

/// Returns how likely a run was: the policy's own probability where it decides, else 0 or 1.
fn run_probability(decision: &Decision, choice: &PolicyChoice) -> f64 {
    let of_policy = if choice.run {
        choice.probability
    } else {
        1.0 - choice.probability
    };
    let with = |wish: Truth| {
        let mut conditions = decision.conditions.clone();
        for condition in &mut conditions {
            if condition.check == check::POLICY {
                condition.result = wish;
            }
        }
        runs(decision, decision.mode, &conditions)
    };
    match (with(Truth::No), with(Truth::Yes)) {
        (true, true) => 1.0,
        (false, true) => of_policy,
        (true, false) => 1.0 - of_policy,
        (false, false) => 0.0,
    }
}

/// Whether anything but the policy and the clock asks for a run, as in mode `any`.
fn is_asked(decision: &Decision) -> bool {
    let mut conditions = decision.conditions.clone();
    conditions.retain(|it| it.check != check::POLICY && !OF_THE_CLOCK.contains(&it.check.as_str()));
    runs(decision, TriggerMode::Any, &conditions)
}

fn runs(decision: &Decision, mode: TriggerMode, conditions: &[Condition]) -> bool {
    let rules: Vec<Rule> = decision
        .rules
        .iter()
        .filter_map(|text| Rule::parse(text).ok())
        .collect();
    let evidence = Evidence {
        asked: Asked::IfDue,
        mode,
        on_missing: decision.on_missing,
        conditions,
        rules: &rules,
        reported: &decision.reported,
    };
    evidence.verdict().0 == Action::Run
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::{Comparison, Measurement};
    use crate::policy::{FleetTable, PolicySettings, SelfImprovementPolicy, SituationReading};

    /// A choice of a policy that explores three times in ten.
    fn choice() -> PolicyChoice {
        let settings = PolicySettings {
            cost: Some(10.0),
            explore: 0.3,
            ..PolicySettings::default()
        };
        let mut policy = SelfImprovementPolicy::new(settings, 1);
        policy.observe(5.0, &FleetTable::default());
        policy.decide(&SituationReading::default(), &FleetTable::default())
    }

    fn condition(check: &str, holds: bool) -> Condition {
        let value = Measurement::of_number(f64::from(u8::from(holds)));
        Condition::judge(check, check.to_owned(), value, Comparison::AtLeast, 1.0)
    }

    fn decision(mode: TriggerMode, conditions: Vec<Condition>) -> Decision {
        Decision {
            mode,
            conditions,
            ..Decision::busy(Asked::IfDue)
        }
    }

    fn probability(mode: TriggerMode, checks: &[(&str, bool)]) -> f64 {
        let conditions = checks.iter().map(|(check, holds)| condition(check, *holds));
        run_probability(&decision(mode, conditions.collect()), &choice())
    }

    #[test]
    fn where_the_policy_decides_its_probability_counts() {
        let of_policy = if choice().run {
            choice().probability
        } else {
            1.0 - choice().probability
        };
        for mode in [TriggerMode::Any, TriggerMode::Learned] {
            let found = probability(mode, &[(check::POLICY, choice().run)]);
            assert!((found - of_policy).abs() < 1e-12);
        }
        assert!(of_policy > 0.0 && of_policy < 1.0);
    }

    #[test]
    fn what_asks_or_forbids_besides_leaves_the_policy_no_say() {
        let policy = (check::POLICY, false);
        assert!(
            (probability(TriggerMode::Any, &[(check::INTERVAL, true), policy]) - 1.0).abs() < 1e-12
        );
        assert!(probability(TriggerMode::Any, &[(check::MIN_INTERVAL, true), policy]) <= 0.0);
        assert!(probability(TriggerMode::Learned, &[(check::LOW_ENERGY, true), policy]) <= 0.0);
        let most = [(check::MAX_INTERVAL, true), policy];
        assert!((probability(TriggerMode::Learned, &most) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn events_ask_and_neither_the_policy_nor_the_clock_does() {
        let asked = |check| {
            is_asked(&decision(
                TriggerMode::Learned,
                vec![condition(check, true)],
            ))
        };
        assert!(asked(check::EVOLVE_REQUESTED) && asked("error_rate"));
        for quiet in [
            check::POLICY,
            check::INTERVAL,
            check::NEVER_RUN,
            check::MAX_INTERVAL,
        ] {
            assert!(!asked(quiet), "{quiet}");
        }
    }
}
