//! Printed intervals against a truth that is known, because the candidate is run in the same worlds.
//!
//! Five worlds × 200 histories × six questions, all seeds fixed. A fourth of the histories explores nothing: there every other
//! policy is unsupported. Never running is unsupported everywhere, unless nothing was run.
#![expect(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "the shares are the point of the test, and its counts are small"
)]

use super::{Candidate, ReplayHistory, ReplayStep, StepAction, replay};
use crate::policy::{
    CycleReport, FleetTable, PolicySettings, RunKind, SelfImprovementPolicy, SituationReading,
    SplitMix64,
};

const PRICE: f64 = 10.0;
const STEPS: usize = 260;
const HISTORIES: u64 = 200;
const TICK: f64 = 3600.0;

/// How a version grows stale, and what moves the loss besides.
#[derive(Clone, Copy, Debug)]
enum World {
    Stable,
    Gradual,
    Abrupt,
    Noisy,
    Seasonal,
}

const WORLDS: [World; 5] = [
    World::Stable,
    World::Gradual,
    World::Abrupt,
    World::Noisy,
    World::Seasonal,
];

/// What happens whatever is done.
struct Course {
    noise: Vec<f64>,
    level: Vec<f64>,
    drift: Vec<f64>,
}

impl Course {
    fn draw(world: World, seed: u64) -> Self {
        let mut random = SplitMix64::new(seed.wrapping_mul(0x9e37_79b9) ^ 0x4d);
        let mut course = Self {
            noise: Vec::with_capacity(STEPS),
            level: Vec::with_capacity(STEPS),
            drift: Vec::with_capacity(STEPS),
        };
        for step in 0..STEPS {
            let deviation = if matches!(world, World::Noisy) {
                4.0
            } else {
                1.0
            };
            let normal = (0..6).map(|_| random.next_share()).sum::<f64>() * 1.414 - 4.243;
            let season = (step as f64 / 60.0 * std::f64::consts::TAU).sin() * 4.0;
            let jump = if random.next_share() < 0.04 {
                8.0 * random.next_share()
            } else {
                0.0
            };
            course.noise.push(deviation * normal);
            course.level.push(if matches!(world, World::Seasonal) {
                season
            } else {
                0.0
            });
            course.drift.push(match world {
                World::Stable => 0.0,
                World::Gradual | World::Seasonal => 0.25,
                World::Abrupt => jump,
                World::Noisy => 0.3,
            });
        }
        course
    }

    /// The loss of a row and the staleness behind it, for a version in service since `made`.
    fn loss(&self, made: usize, step: usize) -> (f64, f64) {
        let stale: f64 = self.drift[made..step].iter().sum();
        (50.0 + self.level[step] + self.noise[step] + stale, stale)
    }
}

/// Who acts: a policy that learns and explores, or a candidate.
enum Actor<'a> {
    Learning,
    Candidate(&'a Candidate),
}

/// Plays a world; returns the history and what it cost in all.
fn play(course: &Course, actor: &Actor<'_>, explore: f64, seed: u64) -> (ReplayHistory, f64) {
    let settings = PolicySettings {
        cost: Some(PRICE),
        explore,
        ..PolicySettings::default()
    };
    let needs_belief = !matches!(
        actor,
        Actor::Candidate(
            Candidate::Never | Candidate::Always | Candidate::Cron(_) | Candidate::Any
        )
    );
    let mut policy = SelfImprovementPolicy::new(settings, seed);
    let fleet = FleetTable::default();
    let reading = SituationReading::default();
    let mut history = ReplayHistory {
        steps: Vec::with_capacity(STEPS),
        price: PRICE,
        begun_at: Some(0.0),
        interval: 12.0 * TICK,
    };
    let (mut made, mut total, mut last_run) = (0, 0.0, 0.0);
    policy.observe(course.loss(0, 0).0, &fleet);
    for step in 1..STEPS {
        let at = step as f64 * TICK;
        let mut decided = ReplayStep {
            at,
            done_at: at,
            loss: 0.0,
            action: StepAction::Skip,
            cost: 0.0,
            run_probability: 0.0,
            is_asked: false,
            cell: 0,
            debt_in_prices: 0.0,
        };
        let mut run = false;
        if needs_belief {
            let choice = policy.decide(&reading, &fleet);
            decided.cell = choice.cell.unwrap().index();
            decided.debt_in_prices = choice.debt_in_prices;
            decided.run_probability = if choice.run {
                choice.probability
            } else {
                1.0 - choice.probability
            };
            run = choice.run;
        }
        if let Actor::Candidate(candidate) = actor {
            run = candidate.wants_run(&decided, at - last_run, history.interval);
        }
        if run {
            let (_, stale) = course.loss(made, step);
            made = step;
            last_run = at;
            decided.action = StepAction::Run;
            decided.cost = PRICE;
            total += PRICE;
            let report = CycleReport {
                gain: Some(stale),
                cost: Some(PRICE),
                roi: stale * 10.0 - PRICE,
            };
            if needs_belief {
                policy.ran(&report, RunKind::Chosen, &fleet);
            }
        }
        let (loss, _) = course.loss(made, step);
        if needs_belief {
            policy.observe(loss, &fleet);
        }
        decided.loss = loss;
        total += loss;
        history.steps.push(decided);
    }
    (history, total)
}

#[derive(Default, Clone, Copy)]
struct Tally {
    asked: usize,
    exact: usize,
    estimated: usize,
    covered: usize,
    unsupported: usize,
    refused: usize,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.asked += other.asked;
        self.exact += other.exact;
        self.estimated += other.estimated;
        self.covered += other.covered;
        self.unsupported += other.unsupported;
        self.refused += other.refused;
    }

    /// Share of estimates whose interval contains the truth.
    fn coverage(&self) -> f64 {
        self.covered as f64 / self.estimated.max(1) as f64
    }

    fn answered(&self) -> f64 {
        (self.exact + self.estimated) as f64 / self.asked as f64
    }

    fn refused(&self) -> f64 {
        self.refused as f64 / self.unsupported.max(1) as f64
    }

    fn words(&self) -> String {
        format!(
            "coverage {:.3} of {} estimates, {} exact; answered {:.3} of {} questions; refused {:.3} of {} unsupported ones",
            self.coverage(),
            self.estimated,
            self.exact,
            self.answered(),
            self.asked,
            self.refused(),
            self.unsupported
        )
    }
}

/// Asks one question and compares the answer with the truth.
fn ask(
    course: &Course,
    (history, actual): (&ReplayHistory, f64),
    candidate: &Candidate,
    is_unsupported: bool,
    seed: u64,
) -> Tally {
    let mut tally = Tally {
        asked: 1,
        ..Tally::default()
    };
    let truth = || {
        let (_, cost) = play(course, &Actor::Candidate(candidate), 0.0, seed);
        actual - cost
    };
    match replay(std::slice::from_ref(history), candidate).outcome {
        Ok(answer) if answer.is_exact => {
            assert!(truth().abs() < 1e-6, "{candidate:?}");
            tally.exact = 1;
        }
        Ok(answer) => {
            tally.estimated = 1;
            tally.covered = usize::from((answer.low..=answer.high).contains(&truth()));
            tally.unsupported = usize::from(is_unsupported);
        }
        Err(_) => {
            tally.unsupported = usize::from(is_unsupported);
            tally.refused = usize::from(is_unsupported);
        }
    }
    tally
}

#[test]
fn intervals_cover_the_truth_and_what_has_no_support_is_refused() {
    let settings = PolicySettings {
        cost: Some(PRICE),
        ..PolicySettings::default()
    };
    let frozen = SelfImprovementPolicy::new(settings, 1);
    let candidates = [
        Candidate::Always,
        Candidate::Cron(3.0 * TICK),
        Candidate::Cron(6.0 * TICK),
        Candidate::Any,
        Candidate::Frozen(Box::new(frozen)),
        Candidate::Never,
    ];
    let mut all = Tally::default();
    for world in WORLDS {
        let mut of_world = Tally::default();
        for seed in 0..HISTORIES {
            let explore = match seed % 4 {
                0 => 0.0,
                1 => 0.1,
                _ => 0.2,
            };
            let course = Course::draw(world, seed);
            let (history, actual) = play(&course, &Actor::Learning, explore, seed);
            for candidate in &candidates {
                let is_unsupported = explore <= 0.0 || *candidate == Candidate::Never;
                let tally = ask(&course, (&history, actual), candidate, is_unsupported, seed);
                of_world.add(&tally);
            }
        }
        println!("{world:?}: {}", of_world.words());
        assert!(of_world.coverage() >= 0.9, "{world:?}");
        all.add(&of_world);
    }
    println!("all: {}", all.words());
    assert!(all.coverage() >= 0.9);
    assert!(all.answered() >= 0.25);
    assert!(all.refused() >= 0.95);
}
