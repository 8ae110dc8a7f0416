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
        let conditions = decision.conditions.iter().map(|condition| {
            let mut condition = condition.clone();
            if condition.check == check::POLICY {
                condition.result = wish;
            }
            condition
        });
        runs(decision, decision.mode, conditions.collect())
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
    let conditions = decision
        .conditions
        .iter()
        .filter(|it| it.check != check::POLICY && !OF_THE_CLOCK.contains(&it.check.as_str()));
    runs(decision, TriggerMode::Any, conditions.cloned().collect())
}

fn runs(decision: &Decision, mode: TriggerMode, conditions: Vec<Condition>) -> bool {
    let rules: Vec<Rule> = decision
        .rules
        .iter()
        .filter_map(|text| Rule::parse(text).ok())
        .collect();
    let evidence = Evidence {
        asked: Asked::IfDue,
        mode,
        on_missing: decision.on_missing,
        conditions: &conditions,
        rules: &rules,
        reported: &decision.reported,
    };
    evidence.verdict().0 == Action::Run
}
