//! Tests of single answers; how good they are on the whole is in `simulator_tests`.

use proptest::prelude::*;

use super::*;
use crate::policy::SplitMix64;
use crate::policy::replay::{ReplayStep, StepAction};

/// A history that runs with a probability at each step, whatever happens; the loss rises by one per row since the run.
fn history(steps: u32, probability: f64, money: f64, seed: u64) -> ReplayHistory {
    let mut random = SplitMix64::new(seed);
    let mut age = 0.0;
    let steps = (1..=steps)
        .map(|number| {
            let run = random.next_share() < probability;
            age = if run { 0.0 } else { age + 1.0 };
            ReplayStep {
                at: 60.0 * f64::from(number),
                done_at: 60.0 * f64::from(number),
                loss: money * (age + random.next_share()),
                action: if run {
                    StepAction::Run
                } else {
                    StepAction::Skip
                },
                cost: if run { 5.0 * money } else { 0.0 },
                run_probability: probability,
                is_asked: false,
                cell: 0,
                debt_in_prices: 0.0,
            }
        })
        .collect();
    ReplayHistory {
        steps,
        price: 5.0 * money,
        begun_at: Some(0.0),
        interval: 300.0,
    }
}

fn reason(histories: &[ReplayHistory], candidate: &Candidate) -> RefusalReason {
    replay(histories, candidate).outcome.unwrap_err().reason
}

#[test]
fn a_schedule_in_a_plain_drift_is_valued_as_it_would_have_been() {
    let history = history(400, 0.3, 1.0, 7);
    let actual: f64 = history.steps.iter().map(|step| step.loss + step.cost).sum();
    let answer = replay(&[history], &Candidate::Cron(180.0)).outcome.unwrap();
    // Every third row a run: ages 0, 1, 2 and noise of one half on average, 5 for each run.
    let truth = actual - 400.0 * (1.0 + 0.5 + 5.0 / 3.0);
    assert!(
        (answer.low..answer.high).contains(&truth),
        "{answer:?} {truth}"
    );
    assert!(answer.high - answer.low < 300.0, "{answer:?}");
    assert!((answer.candidate_runs - 400.0 / 3.0).abs() < 2.0);
}

#[test]
fn what_was_never_done_is_refused_by_its_name() {
    let never_ran = history(200, 0.0, 1.0, 1);
    assert_eq!(
        reason(&[never_ran], &Candidate::Always),
        RefusalReason::RunsNotTaken
    );
    let always_ran = history(200, 1.0, 1.0, 1);
    assert_eq!(
        reason(&[always_ran], &Candidate::Never),
        RefusalReason::SkipsNotTaken
    );
    let often = history(200, 0.4, 1.0, 1);
    assert_eq!(
        reason(&[often], &Candidate::Cron(3600.0)),
        RefusalReason::WaitsNotSeen
    );
    let short = history(20, 0.3, 1.0, 3);
    assert_eq!(
        reason(&[short], &Candidate::Always),
        RefusalReason::TooFewRuns
    );
    assert_eq!(reason(&[], &Candidate::Always), RefusalReason::NoDecisions);
}

#[test]
fn a_probability_below_the_limit_is_hardly_any_and_one_above_will_do() {
    let below = history(1000, 0.07, 1.0, 5);
    assert_eq!(
        reason(&[below], &Candidate::Always),
        RefusalReason::RunsNotTaken
    );
    let above = history(1000, 0.09, 1.0, 5);
    assert!(replay(&[above], &Candidate::Always).outcome.is_ok());
}

#[test]
fn engines_together_know_what_each_alone_does_not() {
    let engines: Vec<ReplayHistory> = (1..=6).map(|seed| history(20, 0.3, 1.0, seed)).collect();
    assert!(replay(&engines[..1], &Candidate::Always).outcome.is_err());
    let pooled = replay(&engines, &Candidate::Always);
    assert!(pooled.outcome.is_ok(), "{pooled:?}");
    assert_eq!(pooled.support.decisions, 120);
}

#[test]
fn the_help_named_grows_with_the_wait_and_ends_where_none_helps() {
    let needed = |age| decisions_needed(age);
    assert!(needed(1.0) < needed(20.0));
    assert_eq!(needed(200.0), None);
}

proptest! {
    #[test]
    fn money_counted_in_cents_changes_no_answer(seed in 0u64..50, hours in 1u32..5) {
        let candidate = Candidate::Cron(60.0 * f64::from(hours));
        let ask = |money| replay(&[history(150, 0.3, money, seed)], &candidate).outcome;
        match (ask(1.0), ask(100.0)) {
            (Ok(one), Ok(other)) => {
                for (a, b) in [(one.difference, other.difference), (one.low, other.low), (one.high, other.high)] {
                    prop_assert!((100.0 * a - b).abs() <= 1e-6 * (1.0 + b.abs()));
                }
            }
            (one, other) => prop_assert_eq!(one, other),
        }
    }

    #[test]
    fn no_history_makes_an_answer_that_is_no_number(
        seed in 0u64..1000, probability in 0.0..1.0_f64, steps in 0u32..60, money in prop::sample::select(vec![0.0, 1e-9, 1.0, 1e12]),
    ) {
        for candidate in [Candidate::Always, Candidate::Never, Candidate::Cron(120.0), Candidate::Any] {
            if let Ok(answer) = replay(&[history(steps, probability, money, seed)], &candidate).outcome {
                prop_assert!(answer.low.is_finite() && answer.high.is_finite() && answer.low <= answer.high);
            }
        }
    }
}
