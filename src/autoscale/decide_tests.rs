//! Tests of single autoscaling decisions beyond the recorded vectors.

use super::super::fixture::{growing, inputs, reason, settings, shrinking};
use super::super::*;

#[test]
fn an_addition_without_an_answer_is_wanted_but_not_done() {
    let decision = decide(
        &ScaleInputs {
            answer: Answer::Absent,
            ..growing()
        },
        &settings(),
    );
    assert_eq!(decision.reason, ScaleReason::ApprovalMissing);
    assert_eq!(
        (decision.action, decision.approval),
        (ScaleAction::None, Approval::Absent)
    );
    assert_eq!(
        decision.wanted,
        ScaleAction::Add {
            name: "engine1".into()
        }
    );
    assert_eq!((decision.count_before, decision.count_after), (1, 1));
}

#[test]
fn approval_has_four_states_and_a_refusal_always_holds() {
    let none = AutoscaleSettings {
        approval: ApprovalRule::None,
        ..settings()
    };
    for (answer, settings, expected) in [
        (Answer::Absent, &none, ScaleReason::GrowthPays),
        (Answer::Refused, &none, ScaleReason::ApprovalRefused),
        (Answer::Granted, &settings(), ScaleReason::GrowthPays),
        (Answer::Refused, &settings(), ScaleReason::ApprovalRefused),
    ] {
        assert_eq!(
            reason(
                &ScaleInputs {
                    answer,
                    ..growing()
                },
                settings
            ),
            expected,
            "{answer:?}"
        );
    }
}

#[test]
fn a_removal_needs_no_approval_no_factory_and_no_budget() {
    let bare = ScaleInputs {
        answer: Answer::Refused,
        has_factory: false,
        budget_left: Some(Reading::of(-1.0)),
        ..shrinking()
    };
    assert_eq!(
        decide(&bare, &settings()).action,
        ScaleAction::Remove {
            name: "beta".into()
        }
    );
}

#[test]
fn an_archived_engine_is_revived_first_the_last_archived_before_others() {
    let mut inputs = growing();
    inputs.archived = vec!["engine1".into(), "engine2".into(), "Alpha".into()];
    inputs.has_factory = false;
    let decision = decide(&inputs, &settings());
    assert_eq!(
        decision.action,
        ScaleAction::Revive {
            name: "engine2".into()
        }
    );
    assert_eq!(decision.count_after, 2);
    assert_eq!(
        reason(
            &ScaleInputs {
                answer: Answer::Absent,
                ..inputs
            },
            &settings()
        ),
        ScaleReason::ApprovalMissing
    );
}

#[test]
fn a_name_whose_data_are_kept_is_not_given_to_a_new_engine() {
    let mut inputs = growing();
    inputs.reserved = ["Engine1".into(), "engine2".into()].into();
    assert_eq!(
        decide(&inputs, &settings()).action,
        ScaleAction::Add {
            name: "engine3".into()
        }
    );
}

#[test]
fn without_a_factory_nothing_new_is_added() {
    assert_eq!(
        reason(
            &ScaleInputs {
                has_factory: false,
                ..growing()
            },
            &settings()
        ),
        ScaleReason::NoFactory
    );
}

#[test]
fn a_reading_that_is_missing_or_failed_is_no_action_and_is_named() {
    let missing = || Reading::Missing("no rows".into());
    let failed = || Reading::Failed("exit 1".into());
    for (inputs, expected) in [
        (
            ScaleInputs {
                energy: missing(),
                ..shrinking()
            },
            ScaleReason::EnergyMissing,
        ),
        (
            ScaleInputs {
                energy: failed(),
                ..shrinking()
            },
            ScaleReason::EnergyFailed,
        ),
        (
            ScaleInputs {
                energy: Reading::Value(f64::NAN),
                ..shrinking()
            },
            ScaleReason::EnergyFailed,
        ),
        (
            ScaleInputs {
                trend: missing(),
                ..shrinking()
            },
            ScaleReason::TrendMissing,
        ),
        (
            ScaleInputs {
                trend: failed(),
                ..shrinking()
            },
            ScaleReason::TrendFailed,
        ),
        (
            ScaleInputs {
                trend: Reading::of(f64::INFINITY),
                ..growing()
            },
            ScaleReason::TrendFailed,
        ),
        (
            ScaleInputs {
                budget_left: Some(failed()),
                ..shrinking()
            },
            ScaleReason::BudgetFailed,
        ),
    ] {
        let decision = decide(&inputs, &settings());
        assert_eq!(
            (decision.reason, decision.action),
            (expected, ScaleAction::None)
        );
        assert!(decision.reason.is_unmeasured() && decision.inequalities.is_empty());
        assert!(decision.message.contains(": "), "{}", decision.message);
    }
}

#[test]
fn what_blocks_an_addition_is_named() {
    let grown = |energy| inputs(&["a", "b", "c", "d", "e"], energy, 0.5);
    let instances = AutoscaleSettings {
        max_instances: Some(1),
        ..settings()
    };
    let costly = AutoscaleSettings {
        cost_per_engine: 0.6,
        ..settings()
    };
    let spent = ScaleInputs {
        budget_left: Some(Reading::of(0.0)),
        ..growing()
    };
    assert_eq!(reason(&grown(0.9), &settings()), ScaleReason::AtMaxEngines);
    assert_eq!(reason(&grown(0.7), &settings()), ScaleReason::NotNeeded);
    assert_eq!(reason(&growing(), &instances), ScaleReason::AtMaxInstances);
    assert_eq!(reason(&growing(), &costly), ScaleReason::CostNotCovered);
    assert_eq!(reason(&spent, &settings()), ScaleReason::BudgetExhausted);
}

#[test]
fn what_blocks_a_removal_is_named() {
    assert_eq!(
        reason(&inputs(&["a"], 0.1, 0.5), &settings()),
        ScaleReason::AtMinEngines
    );
    let mut running = shrinking();
    running
        .engines
        .iter_mut()
        .for_each(|engine| engine.is_running = true);
    assert_eq!(reason(&running, &settings()), ScaleReason::AllRunning);
    running.engines[0].is_running = false;
    assert_eq!(
        decide(&running, &settings()).action,
        ScaleAction::Remove {
            name: "alpha".into()
        }
    );
}

#[test]
fn both_grounds_of_a_removal_have_their_reason() {
    assert_eq!(reason(&shrinking(), &settings()), ScaleReason::EnergyLow);
    assert_eq!(
        reason(&inputs(&["a", "b"], 0.5, -0.1), &settings()),
        ScaleReason::TrendLow
    );
}

#[test]
fn a_fleet_at_its_limit_shrinks_if_inverted_thresholds_ask_for_both() {
    let always = AutoscaleSettings {
        create_energy: -1.0,
        remove_energy: 2.0,
        max_engines: 2,
        ..settings()
    };
    let decision = decide(&inputs(&["a", "b"], 0.5, 0.5), &always);
    assert_eq!(decision.action, ScaleAction::Remove { name: "b".into() });
    let refused = ScaleInputs {
        answer: Answer::Refused,
        ..growing()
    };
    assert_eq!(reason(&refused, &always), ScaleReason::ApprovalRefused);
}

#[test]
fn settings_that_make_no_sense_are_refused_before_any_decision() {
    assert!(
        Autoscaler::new(AutoscaleSettings {
            min_engines: 9,
            ..settings()
        })
        .is_err()
    );
    let autoscaler = Autoscaler::new(settings()).expect("good settings");
    assert_eq!(
        autoscaler.decide(&growing()),
        decide(&growing(), &settings())
    );
    assert_eq!(
        autoscaler.plan(growing()).decision,
        decide(&growing(), autoscaler.settings())
    );
}
