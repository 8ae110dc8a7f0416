//! Tests of the policy over many steps: without a signal, under other strategies, and what energy makes of it.

use super::*;
use crate::engine::{EnergyBase, EnergyInputs, EnergyScaling};
use crate::policy::{CycleReport, RunKind};

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

#[test]
fn without_a_signal_a_run_needs_the_interval_and_losses_make_it_wait_longer() {
    let settings = PolicySettings {
        cost: Some(10.0),
        evidence: Evidence::Results,
        ..PolicySettings::default()
    };
    let mut policy = policy(settings);
    let at = |waiting_in_intervals| SituationReading {
        waiting_in_intervals,
        ..SituationReading::default()
    };
    let early = policy.decide(&at(0.5), &fleet());
    assert!(!early.run);
    assert_eq!(
        early.flip.map(|flip| flip.metric),
        Some("waiting_in_intervals".to_owned())
    );
    for _ in 0..40 {
        policy.decide(&at(0.5), &fleet());
        let choice = policy.decide(&at(1.2), &fleet());
        if choice.run {
            policy.ran(
                &CycleReport {
                    gain: None,
                    cost: Some(10.0),
                    roi: -20.0,
                },
                RunKind::Chosen,
                &fleet(),
            );
        }
    }
    let runs = policy.inspect(&fleet()).runs;
    assert!((1..40).contains(&runs), "{runs} runs");
    assert!(policy.decide(&at(9.0), &fleet()).run);
}

#[test]
fn every_strategy_chooses_from_the_prior_at_first_and_learns_from_runs() {
    for strategy in Strategy::ALL {
        let mut policy = policy(PolicySettings {
            strategy,
            cost: Some(10.0),
            ..PolicySettings::default()
        });
        let mut runs = 0;
        for row in 0..80_u32 {
            policy.observe(
                if row % 20 > 9 && runs == 0 {
                    34.0
                } else {
                    20.0
                } + f64::from(row % 3),
                &fleet(),
            );
            if policy.decide(&reading(), &fleet()).run {
                policy.ran(&report(), RunKind::Chosen, &fleet());
                runs += 1;
            }
        }
        assert!(runs > 0, "{}", strategy.name());
        let copy = SelfImprovementPolicy::from_json(&policy.to_json().unwrap()).unwrap();
        assert_eq!(copy, policy, "{}", strategy.name());
    }
}

#[test]
fn another_strategy_forgets_the_values_and_keeps_the_belief() {
    let mut policy = priced();
    for row in 0..24_u32 {
        policy.observe(if row > 20 { 32.0 } else { 20.0 }, &fleet());
    }
    let debt = policy.debt_in_prices();
    assert!(debt > 0.0);
    let sarsa = PolicySettings {
        strategy: Strategy::Sarsa,
        cost: Some(10.0),
        ..PolicySettings::default()
    };
    policy.configure(sarsa);
    assert!((policy.debt_in_prices() - debt).abs() < 1e-12);
    assert_eq!(policy.values, ValueTable::default());
}

/// Ranks of `values`, ties sharing none of the credit: the number of smaller values less that of larger ones.
fn ranks(values: &[f64]) -> Vec<f64> {
    let order = |one: f64, other: f64| f64::from(i8::from(one > other) - i8::from(one < other));
    values
        .iter()
        .map(|one| values.iter().map(|other| order(*one, *other)).sum())
        .collect()
}

#[test]
fn energy_rises_with_the_true_gain_of_a_pipeline_that_pays_when_stale() {
    // Cycles come every ten rows and when the policy asks; a cycle pays where the version is stale.
    let mut policy = priced();
    let mut random = SplitMix64::new(3);
    let mut staleness = 0.0_f64;
    let (mut energies, mut gains) = (Vec::new(), Vec::new());
    for row in 0..3000_u32 {
        if row % 25 == 0 {
            staleness = 6.0 * random.next_share();
        }
        policy.observe(
            20.0 + staleness + 4.0 * (random.next_share() - 0.5),
            &fleet(),
        );
        let choice = policy.decide(&reading(), &fleet());
        if !choice.run && row % 10 != 0 {
            continue;
        }
        let energy = EnergyScaling::of(&EnergyInputs {
            base: EnergyBase::Configured(10),
            predicted: Some(choice.predicted()),
            forecast: None,
        });
        if row > 200 {
            energies.push(f64::from(energy.granted.number()));
            gains.push(staleness);
        }
        let report = CycleReport {
            gain: Some(staleness),
            cost: Some(10.0),
            roi: 10.0 * staleness - 10.0,
        };
        policy.ran(&report, RunKind::Forced, &fleet());
        staleness = 0.0;
    }
    let (energies, gains) = (ranks(&energies), ranks(&gains));
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let scale = (product(&energies, &energies) * product(&gains, &gains)).sqrt();
    let correlation = product(&energies, &gains) / scale;
    assert!(correlation > 0.3, "{correlation}");
}

/// A policy that learns from results alone: runs pay in one situation and do not in the other, in turns.
fn taught(paying: &SituationReading, failing: &SituationReading) -> SelfImprovementPolicy {
    let settings = PolicySettings {
        cost: Some(10.0),
        evidence: Evidence::Results,
        ..PolicySettings::default()
    };
    let mut policy = SelfImprovementPolicy::new(settings, 1);
    for turn in 0..200_u32 {
        // A wobble, as without one every surprise would be significant.
        let wobble = f64::from(turn % 3) - 1.0;
        // Twice each, so that both situations come after a gain as often as after a loss.
        let (gain, loss) = ((paying, 15.0), (failing, -15.0));
        for (reading, roi) in [gain, gain, loss, loss] {
            policy.decide(reading, &fleet());
            let report = CycleReport {
                gain: None,
                cost: Some(10.0),
                roi: roi + wobble,
            };
            policy.ran(&report, RunKind::Forced, &fleet());
        }
    }
    policy
}

/// Whether a policy runs in a situation, as its next decision.
fn runs_in(policy: &SelfImprovementPolicy, reading: &SituationReading) -> bool {
    policy.clone().decide(reading, &fleet()).run
}

#[test]
fn the_diminishing_flag_alone_turns_a_decision_where_runs_under_it_did_not_pay() {
    let steady = SituationReading {
        waiting_in_intervals: 1.5,
        newest_module: Some("parser.py".to_owned()),
        ..SituationReading::default()
    };
    let diminishing = SituationReading {
        is_diminishing: true,
        ..steady.clone()
    };
    let policy = taught(&steady, &diminishing);
    assert!(runs_in(&policy, &steady) && !runs_in(&policy, &diminishing));
    let policy = taught(&diminishing, &steady);
    assert!(!runs_in(&policy, &steady) && runs_in(&policy, &diminishing));
}

#[test]
fn the_bucket_of_the_newest_module_alone_turns_a_decision() {
    let after = |module: &str| SituationReading {
        waiting_in_intervals: 1.5,
        newest_module: Some(module.to_owned()),
        ..SituationReading::default()
    };
    let (parser, lexer) = (after("parser.py"), after("lexer.py"));
    let buckets = ["parser.py", "lexer.py"].map(NotedModules::bucket_of);
    assert_ne!(buckets[0], buckets[1]);
    let policy = taught(&parser, &lexer);
    assert!(runs_in(&policy, &parser) && !runs_in(&policy, &lexer));
}
