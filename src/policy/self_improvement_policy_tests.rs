//! Tests of the policy as a whole: choices, repetition, runs, exploration, storage.

use super::*;
use crate::policy::{CycleReport, Freshness, RunKind};

fn fleet() -> FleetTable {
    FleetTable::default()
}

fn policy(settings: PolicySettings) -> SelfImprovementPolicy {
    SelfImprovementPolicy::new(settings, 1)
}

fn priced() -> SelfImprovementPolicy {
    policy(PolicySettings {
        cost: Some(10.0),
        ..PolicySettings::default()
    })
}

fn reading() -> SituationReading {
    SituationReading::default()
}

fn report() -> CycleReport {
    CycleReport {
        gain: Some(10.0),
        cost: Some(10.0),
        roi: 30.0,
    }
}

/// Rows around 20 with a small wobble, then around 32 until the policy asks for a run.
fn grown_stale() -> SelfImprovementPolicy {
    let mut policy = priced();
    for row in 0..20_u32 {
        policy.observe(20.0 + f64::from(row % 3), &fleet());
        assert!(!policy.decide(&reading(), &fleet()).run, "row {row}");
    }
    for row in 0..8_u32 {
        policy.observe(32.0 + f64::from(row % 3), &fleet());
        if policy.decide(&reading(), &fleet()).run {
            return policy;
        }
    }
    panic!("no run after eight stale rows");
}

#[test]
fn before_the_first_row_nothing_is_run_and_no_state_is_claimed() {
    let choice = priced().decide(&reading(), &fleet());
    assert!(!choice.run);
    assert_eq!(
        (choice.freshness, choice.cell, choice.flip),
        (Freshness::NoRowYet, None, None)
    );
}

#[test]
fn a_skip_names_the_debt_that_would_have_run() {
    let mut policy = priced();
    policy.observe(20.0, &fleet());
    let choice = policy.decide(&reading(), &fleet());
    let flip = choice.flip.clone().unwrap();
    assert!(flip.would_run && (flip.to - 1.1).abs() < 1e-12);
    assert!(
        choice
            .state_words()
            .starts_with("debt < 0.15 × price, staleness none, trend flat")
    );
    assert!((choice.predicted() + 0.675).abs() < 1e-9);
}

#[test]
fn without_a_new_row_the_last_action_is_repeated_and_nothing_is_learned() {
    let mut policy = grown_stale();
    let before = policy.clone();
    let choice = policy.decide(&reading(), &fleet());
    assert!(choice.run);
    assert_eq!(choice.freshness, Freshness::NoNewRow);
    assert_eq!(policy, before);
}

#[test]
fn a_run_that_was_carried_out_is_not_repeated_before_the_next_row() {
    let mut policy = grown_stale();
    policy.ran(&report(), RunKind::Chosen, &fleet());
    let choice = policy.decide(&reading(), &fleet());
    assert!(!choice.run);
    assert_eq!(choice.freshness, Freshness::NoNewRow);
}

#[test]
fn a_forced_cycle_is_learned_from_as_a_run() {
    let mut policy = priced();
    policy.observe(20.0, &fleet());
    let cell = policy.step.clone().unwrap().cell;
    assert!(!policy.decide(&reading(), &fleet()).run);
    policy.ran(&report(), RunKind::Forced, &fleet());
    policy.observe(20.0, &fleet());
    assert!((policy.visits(cell, Action::Run) - 1.0).abs() < 1e-12);
    assert!((policy.visits(cell, Action::Skip) - 1.0).abs() < 1e-12);
    assert_eq!((policy.runs, policy.forced_runs), (1, 1));
}

#[test]
fn rows_between_decisions_are_folded_in_one_by_one_as_skips() {
    let mut policy = priced();
    for _ in 0..5 {
        policy.observe(20.0, &fleet());
    }
    let cell = policy.step.clone().unwrap().cell;
    assert!((policy.visits(cell, Action::Skip) - 4.0).abs() < 1e-12);
    assert!((policy.visits(cell, Action::Run) - 4.0).abs() < 1e-12);
}

#[test]
fn a_debt_far_above_theta_runs_whatever_was_learned() {
    let mut policy = grown_stale();
    let cell = policy.step.clone().unwrap().cell;
    for _ in 0..500 {
        policy.values.learn(
            (cell, Action::Run),
            -100.0,
            1.0,
            &fleet(),
            &PolicyParams::default(),
        );
    }
    assert!(!policy.would_run(cell, 3.6, &fleet()));
    assert!(policy.would_run(cell, 3.61, &fleet()));
}

#[test]
fn the_price_is_configured_else_learned_else_guessed_from_the_noise() {
    assert!((priced().price() - 10.0).abs() < 1e-12);
    let mut policy = policy(PolicySettings::default());
    for loss in [-1000.0, -998.0, -1000.0, -998.0, -1000.0] {
        policy.observe(loss, &fleet());
    }
    assert!((policy.price() - 15.0 * 1.05 * 2.0).abs() < 1e-9);
    policy.ran(
        &CycleReport {
            cost: Some(3.0),
            ..report()
        },
        RunKind::Forced,
        &fleet(),
    );
    assert!((policy.price() - 3.0).abs() < 1e-12);
}

#[test]
fn exploration_is_off_by_default_and_records_its_probability_when_on() {
    let mut plain = priced();
    let settings = PolicySettings {
        cost: Some(10.0),
        explore: 0.2,
        ..PolicySettings::default()
    };
    let mut exploring = policy(settings);
    let mut explored = 0_u32;
    for row in 0..500_u32 {
        let loss = 20.0 + f64::from(row % 3);
        plain.observe(loss, &fleet());
        assert!((plain.decide(&reading(), &fleet()).probability - 1.0).abs() < 1e-12);
        exploring.observe(loss, &fleet());
        let choice = exploring.decide(&reading(), &fleet());
        explored += u32::from(choice.is_explored);
        let wanted = if choice.is_explored { 0.2 } else { 0.8 };
        assert!((choice.probability - wanted).abs() < 1e-12);
    }
    assert!((70..130).contains(&explored), "{explored} of 500");
}

#[test]
fn the_same_seed_gives_the_same_choices_after_saving_and_loading() {
    let settings = PolicySettings {
        cost: Some(10.0),
        explore: 0.3,
        ..PolicySettings::default()
    };
    let mut one = policy(settings);
    let mut other = one.clone();
    for row in 0..100_u32 {
        for policy in [&mut one, &mut other] {
            policy.observe(20.0 + f64::from(row % 7), &fleet());
            if policy.decide(&reading(), &fleet()).run {
                policy.ran(&report(), RunKind::Chosen, &fleet());
            }
        }
        other = SelfImprovementPolicy::from_json(&other.to_json().unwrap()).unwrap();
    }
    assert_eq!(one, other);
    assert!(one.runs > 0);
}

#[test]
fn a_newer_format_and_impossible_values_are_refused() {
    let text = grown_stale().to_json().unwrap();
    let newer = text.replace("\"format_version\":1", "\"format_version\":2");
    let error = SelfImprovementPolicy::from_json(&newer)
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "stored policy has format 2, this version reads up to 1"
    );
    let value = serde_json::from_str::<serde_json::Value>(&text).unwrap();
    let first = value["values"]["bases"]
        .as_object()
        .unwrap()
        .keys()
        .next()
        .unwrap()
        .clone();
    let mut broken = value;
    broken["values"]["bases"][&first][0][1] = serde_json::json!(-4.0);
    assert!(SelfImprovementPolicy::from_json(&broken.to_string()).is_err());
    assert!(SelfImprovementPolicy::from_json("{}").is_err());
}
