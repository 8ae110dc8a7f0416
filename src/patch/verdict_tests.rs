//! Verdicts on hand-made deltas; the rates over thousands of patches are in `simulations.rs`.

use super::*;

/// Twenty deltas around 1 with a robust spread of about 0.74.
fn baseline() -> Vec<f64> {
    (0..20).map(|step| 0.05 + 0.1 * f64::from(step)).collect()
}

fn judged(trials: &[f64], of: u32, min_delta: f64) -> Verdict {
    judge(&TrialPlan::new(20, of), &baseline(), trials, min_delta)
}

#[test]
fn too_few_unpatched_cycles_cannot_be_measured_and_revert() {
    let plan = TrialPlan::new(9, 10);
    let verdict = judge(&plan, &baseline()[..9], &[100.0; 10], 0.0);
    assert_eq!(verdict.answer, Answer::Revert);
    assert_eq!(verdict.reason, VerdictReason::CouldNotBeMeasured);
    let verdict = judge(&TrialPlan::new(10, 10), &baseline()[..9], &[100.0; 10], 0.0);
    assert_eq!(verdict.reason, VerdictReason::CouldNotBeMeasured);
    let verdict = judge(
        &TrialPlan::new(10, 10),
        &baseline()[..10],
        &[100.0; 10],
        0.0,
    );
    assert_eq!(verdict.answer, Answer::Keep);
}

#[test]
fn a_losing_patch_is_reverted_after_its_first_trial() {
    let verdict = judged(&[0.2], 10, 0.0);
    assert_eq!(
        (verdict.answer, verdict.reason),
        (Answer::Revert, VerdictReason::NoGain)
    );
    assert_eq!(verdict.evidence.trial, 1);
}

#[test]
fn a_clear_gain_gets_another_trial_until_it_is_sure() {
    let mut trials = Vec::new();
    let kept_at = loop {
        trials.push(3.0);
        let verdict = judged(&trials, 10, 0.0);
        match verdict.answer {
            Answer::AnotherTrial => assert_eq!(verdict.reason, VerdictReason::Undecided),
            Answer::Keep => break trials.len(),
            Answer::Revert => panic!("{verdict}"),
        }
    };
    assert_eq!(
        kept_at, 5,
        "1 order in C(25, 5) fits into 0.001 · (5/10)³, 1 in C(24, 4) not into (4/10)³"
    );
}

#[test]
fn the_lower_bound_is_above_zero_exactly_if_the_count_convinces() {
    let plan = TrialPlan::new(20, 10);
    let Bound::Count(count) = plan.bound(10) else {
        panic!("judged by ranks");
    };
    for trial in 0..40 {
        let trials = [0.11 * f64::from(trial); 10];
        let above = trials
            .iter()
            .map(|trial| baseline().iter().filter(|one| *one < trial).count())
            .sum::<usize>();
        let verdict = judge(&plan, &baseline(), &trials, 0.0);
        let lower = verdict.evidence.lower.expect("the last look can tell");
        let convinces = above >= usize::try_from(count).expect("small");
        assert_eq!(lower > 0.0, convinces, "{verdict}");
        assert_eq!(verdict.answer == Answer::Keep, convinces, "{verdict}");
    }
}

#[test]
fn min_delta_is_met_at_equality_and_missed_just_below() {
    let trials = [3.0; 10];
    let estimate = judged(&trials, 10, 0.0)
        .evidence
        .estimate
        .expect("measured");
    assert_eq!(judged(&trials, 10, estimate).answer, Answer::Keep);
    let missed = judged(&trials, 10, estimate + 1e-9);
    assert_eq!(
        (missed.answer, missed.reason),
        (Answer::Revert, VerdictReason::BelowMinDelta)
    );
}

#[test]
fn before_the_last_trial_min_delta_may_be_missed_by_noise_but_not_by_more() {
    let close = judged(&[3.0; 5], 10, 2.2);
    assert_eq!(close.answer, Answer::AnotherTrial, "{close}");
    let far = judged(&[3.0; 5], 10, 4.0);
    assert_eq!(far.reason, VerdictReason::BelowMinDelta, "{far}");
}

#[test]
fn trials_that_could_not_convince_any_more_are_not_paid_for() {
    let verdict = judged(&[1.1], 4, 0.0);
    assert_eq!(verdict.reason, VerdictReason::OutOfReach, "{verdict}");
}

#[test]
fn the_last_trial_reverts_what_may_be_noise() {
    let verdict = judged(&[1.2; 10], 10, 0.0);
    assert_eq!(
        (verdict.answer, verdict.reason),
        (Answer::Revert, VerdictReason::WithinNoise)
    );
}

#[test]
fn ties_with_a_constant_baseline_are_no_gain_and_a_steady_gain_is_kept() {
    let constant = [1.0; 12];
    let plan = TrialPlan::new(12, 10);
    assert_eq!(
        judge(&plan, &constant, &[1.0], 0.0).reason,
        VerdictReason::NoGain
    );
    assert_eq!(
        judge(&plan, &constant, &[1.5; 10], 0.0).answer,
        Answer::Keep
    );
}

#[test]
fn one_trial_is_kept_only_if_it_is_far_out() {
    let near = judged(&[10.0], 1, 0.0);
    assert_eq!(
        (near.answer, near.reason),
        (Answer::Revert, VerdictReason::WithinNoise)
    );
    let far = judged(&[30.0], 1, 0.0);
    assert_eq!(
        (far.answer, far.evidence.method),
        (Answer::Keep, Some(Method::Spread))
    );
}

#[test]
fn numbers_out_of_range_revert_and_nothing_panics() {
    for wild in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let verdict = judged(&[3.0, wild], 10, 0.0);
        assert_eq!(verdict.reason, VerdictReason::NotFinite, "{wild}");
    }
    let huge = [-f64::MAX; 20];
    let verdict = judge(&TrialPlan::new(20, 10), &huge, &[f64::MAX], 0.0);
    assert_eq!(verdict.reason, VerdictReason::NotFinite);
    let none = judge(&TrialPlan::new(20, 0), &baseline(), &[], 0.0);
    assert_eq!(none.evidence.trial, 0);
}

#[test]
fn no_trial_yet_asks_for_the_first() {
    let verdict = judged(&[], 10, 0.0);
    assert_eq!(
        (verdict.answer, verdict.reason),
        (Answer::AnotherTrial, VerdictReason::Undecided)
    );
}

#[test]
fn a_failed_cycle_reverts_whatever_the_deltas_say() {
    let verdict = judged(&[3.0; 10], 10, 0.0).reverted_for(VerdictReason::CycleFailed);
    assert_eq!(
        (verdict.answer, verdict.reason),
        (Answer::Revert, VerdictReason::CycleFailed)
    );
}

#[test]
fn without_its_gates_a_patch_that_would_be_kept_is_tried_again_or_reverted_at_last_and_nothing_else_changes()
 {
    let last = judged(&[3.0; 10], 10, 0.0);
    assert_eq!(last.answer, Answer::Keep);
    let mut earlier = last.clone();
    earlier.evidence.trial = 9;
    for (verdict, answer) in [(last, Answer::Revert), (earlier, Answer::AnotherTrial)] {
        let verdict = verdict.without_gates();
        assert_eq!(
            (verdict.answer, verdict.reason),
            (answer, VerdictReason::GateInconclusive)
        );
        assert!(!verdict.is_measured());
    }
    let losing = judged(&[-3.0; 10], 10, 0.0);
    assert_eq!(losing.clone().without_gates(), losing);
}

#[test]
fn a_verdict_reads_as_a_sentence_and_survives_storage() {
    let verdict = judged(&[3.0; 10], 10, 0.5);
    assert_eq!(
        verdict.to_string(),
        "kept after trial 10 of 10: it beats the noise of unpatched cycles (change 2.0000, above 1.2500; \
         noise 0.7413; min_delta 0.5; 20 unpatched cycles)"
    );
    let text = serde_json::to_string(&verdict).expect("finite numbers");
    assert_eq!(
        serde_json::from_str::<Verdict>(&text).expect("own text"),
        verdict
    );
}
