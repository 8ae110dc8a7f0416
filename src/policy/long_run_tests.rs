//! Tests over thousands of rows: learning must not cost more than the prior alone, and energy must follow the gain.
//!
//! The worlds know their true staleness; a cycle takes it away and reports it with the noise of a row.

use crate::engine::{EnergyBase, EnergyInputs, EnergyScaling};
use crate::policy::{
    Basis, CycleReport, DebtCell, FleetTable, PolicyInspection, PolicyParams, PolicySettings,
    RunKind, SelfImprovementPolicy, SituationReading, SplitMix64,
};

/// A debt in every bin.
const DEBTS: [f64; 9] = [0.0, 0.2, 0.4, 0.7, 1.0, 1.2, 1.6, 2.5, 9.0];

/// How staleness comes.
#[derive(Debug, Clone, Copy)]
enum Drift {
    /// Nothing ever happens.
    None,
    /// The same rise every so many rows.
    Steps { rows: u32, rise: f64 },
    /// A new staleness, even in 0..`most`, every so many rows.
    Levels { rows: u32, most: f64 },
    /// A rise, even in 0..`most`, with a chance of 1 in `rows` at every row.
    Jumps { rows: u32, most: f64 },
}

#[derive(Debug, Clone, Copy)]
struct World {
    drift: Drift,
    price: f64,
}

/// What a game of a world came to.
#[derive(Debug)]
struct Outcome {
    /// True staleness and prices paid.
    cost: f64,
    /// Granted energy and true gain of every chosen run after the first tenth of the rows.
    runs: Vec<(f64, f64)>,
    inspection: PolicyInspection,
}

/// Close to normal with deviation 1: the sum of twelve even draws less 6.
fn normal(random: &mut SplitMix64) -> f64 {
    (0..12).map(|_| random.next_share()).sum::<f64>() - 6.0
}

fn play(world: World, params: PolicyParams, seed: u64, rows: u32) -> Outcome {
    let fleet = FleetTable::default();
    let settings = PolicySettings {
        cost: Some(world.price),
        ..PolicySettings::default()
    };
    let mut policy = SelfImprovementPolicy::with_params(settings, 1, params);
    let mut random = SplitMix64::new(seed);
    let (mut staleness, mut cost, mut runs) = (0.0, 0.0, Vec::new());
    for row in 1..=rows {
        staleness = match world.drift {
            Drift::Steps { rows, rise } if row % rows == 0 => staleness + rise,
            Drift::Levels { rows, most } if row % rows == 0 => most * random.next_share(),
            Drift::Jumps { rows, most } if random.next_share() * f64::from(rows) < 1.0 => {
                staleness + most * random.next_share()
            }
            _ => staleness,
        };
        cost += staleness;
        policy.observe(20.0 + staleness + 2.0 * normal(&mut random), &fleet);
        let choice = policy.decide(&SituationReading::default(), &fleet);
        let gain = staleness + 2.0 * normal(&mut random);
        if !choice.run {
            continue;
        }
        if row > rows / 10 {
            let energy = EnergyScaling::of(&EnergyInputs {
                base: EnergyBase::Configured(10),
                predicted: Some(choice.predicted()),
                forecast: None,
            });
            runs.push((f64::from(energy.granted.number()), staleness));
        }
        let report = CycleReport {
            gain: Some(gain),
            cost: Some(world.price),
            roi: 10.0 * staleness - world.price,
        };
        policy.ran(&report, RunKind::Chosen, &fleet);
        cost += world.price;
        staleness = 0.0;
    }
    Outcome {
        cost,
        runs,
        inspection: policy.inspect(&fleet),
    }
}

#[test]
fn in_long_runs_learning_costs_no_more_than_the_prior_alone() {
    const ROWS: u32 = 3000;
    // A prior of so many visits is never moved: learning is off.
    let off = PolicyParams {
        prior_visits: 1e15,
        visit_cap: 1e15,
        ..PolicyParams::default()
    };
    let worlds = [
        (Drift::None, 10.0),
        (
            Drift::Levels {
                rows: 25,
                most: 6.0,
            },
            10.0,
        ),
        (
            Drift::Steps {
                rows: 10,
                rise: 3.0,
            },
            2.0,
        ),
        (
            Drift::Steps {
                rows: 10,
                rise: 3.0,
            },
            10.0,
        ),
        (Drift::Steps { rows: 1, rise: 0.1 }, 10.0),
        (Drift::Steps { rows: 1, rise: 0.1 }, 50.0),
        (
            Drift::Steps {
                rows: 1,
                rise: 0.02,
            },
            10.0,
        ),
        (
            Drift::Jumps {
                rows: 60,
                most: 20.0,
            },
            10.0,
        ),
        (
            Drift::Jumps {
                rows: 60,
                most: 20.0,
            },
            50.0,
        ),
        (
            Drift::Jumps {
                rows: 200,
                most: 20.0,
            },
            10.0,
        ),
    ];
    // Every world counts alike, whatever its price: logarithms of the ratios are added.
    let mut sum = 0.0;
    for (drift, price) in worlds {
        let world = World { drift, price };
        let cost = |params| -> f64 {
            let games = [21, 22].map(|seed| play(world, params, seed, ROWS).cost);
            // Where nothing drifts next to nothing is paid: a ratio needs one run per hundred rows beside it.
            games.iter().sum::<f64>() + 2.0 * price * f64::from(ROWS) / 100.0
        };
        let ratio = cost(PolicyParams::default()) / cost(off);
        assert!(ratio < 1.08, "{world:?}: {ratio:.3} of learning off");
        sum += ratio.ln();
    }
    assert!(sum < 0.0, "{sum:.3}");
}

/// Ranks of `values`: the number of smaller values less that of larger ones.
fn ranks(values: &[f64]) -> Vec<f64> {
    let order = |one: f64, other: f64| f64::from(i8::from(one > other) - i8::from(one < other));
    values
        .iter()
        .map(|one| values.iter().map(|other| order(*one, *other)).sum())
        .collect()
}

/// Spearman's rank correlation.
fn rank_correlation(pairs: &[(f64, f64)]) -> f64 {
    let (one, other): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    let (one, other) = (ranks(&one), ranks(&other));
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    product(&one, &other) / (product(&one, &one) * product(&other, &other)).sqrt()
}

#[test]
fn the_energy_of_chosen_runs_rises_with_their_true_gain_and_inspect_shows_why() {
    // It pays when the staleness exceeds 1 (ROI 10 · staleness − 10), and jumps of all sizes make it differ.
    let world = World {
        drift: Drift::Jumps {
            rows: 60,
            most: 20.0,
        },
        price: 10.0,
    };
    for seed in [31, 32] {
        let outcome = play(world, PolicyParams::default(), seed, 3000);
        assert!(outcome.runs.len() > 80, "{} runs", outcome.runs.len());
        let correlation = rank_correlation(&outcome.runs);
        assert!(correlation > 0.3, "seed {seed}: {correlation:.2}");
        // Why: the more is owed, the larger the advantage of a run that rows, and not the prior, have taught.
        let learned: Vec<(f64, f64)> = DEBTS
            .iter()
            .filter_map(|debt| {
                let debt_bin = DebtCell::of(*debt, 0.0).debt_words();
                let cells = outcome.inspection.by_visits.iter();
                cells
                    .filter(|cell| cell.first.word == debt_bin && cell.basis == Basis::Cell)
                    .find(|cell| cell.second.word == "high")
                    .map(|cell| (*debt, cell.q_run - cell.q_skip))
            })
            .collect();
        assert!(learned.len() > 5, "seed {seed}: {learned:?}");
        assert!(rank_correlation(&learned) > 0.9, "seed {seed}: {learned:?}");
        assert!(learned.iter().any(|(_, advantage)| *advantage > 0.0));
        assert!(learned.iter().any(|(_, advantage)| *advantage < 0.0));
    }
}

#[test]
fn one_jump_repaired_with_an_honest_gain_is_followed_by_no_run() {
    for (jump, wobble) in [(12.0, 0.0), (12.0, 1.0), (12.0, 0.25), (5.0, 0.1)] {
        let fleet = FleetTable::default();
        let settings = PolicySettings {
            cost: Some(10.0),
            ..PolicySettings::default()
        };
        let mut policy = SelfImprovementPolicy::new(settings, 1);
        let (mut staleness, mut runs) = (0.0, Vec::new());
        for row in 0..60_u32 {
            if row == 20 {
                staleness = jump;
            }
            policy.observe(20.0 + staleness + wobble * f64::from(row % 3), &fleet);
            if policy.decide(&SituationReading::default(), &fleet).run {
                let report = CycleReport {
                    gain: Some(staleness),
                    cost: Some(10.0),
                    roi: 10.0 * staleness - 10.0,
                };
                policy.ran(&report, RunKind::Chosen, &fleet);
                staleness = 0.0;
                runs.push(row);
            }
        }
        assert_eq!(runs.len(), 1, "jump {jump}, wobble {wobble}: rows {runs:?}");
    }
}
