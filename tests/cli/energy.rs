//! Energy of learned engines: it rises with what a run is truly worth, and the policy shows why.
//!
//! Cycles come when the policy asks and when the greatest interval is over, whatever is to be gained then. (Of the
//! policy's own cycles alone all have about the same debt, as it runs once there is enough: little is left to rank.)

use serde_json::Value;

use crate::support::Home;

/// Engines, each with a signal and a pipeline of its own, but of one bot: so a day takes two processes.
const ENGINES: [&str; 4] = ["alpha", "beta", "gamma", "delta"];

/// Days of the whole course, and those at its beginning that are only learned from.
const DAYS: usize = 210;
const LEARNING: usize = 60;

/// Every so many days a jump begins to cost something per day.
const BETWEEN_JUMPS: usize = 14;

/// The price of a cycle, and how many days of what it repairs it reports as its ROI: it pays above a staleness of 1.
const PRICE: f64 = 10.0;
const PAID_DAYS: f64 = 10.0;

/// Debt of the cells in which the prior already runs.
const INDEBTED: [&str; 4] = ["1.1 - 1.5", "1.5 - 2", "2 - 3", "≥ 3"];

/// Numbers from 0 to 1 that are the same in every run of the test.
struct Shares(u64);

impl Shares {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = self.0.wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(self.0 >> 32).unwrap()) / f64::from(u32::MAX)
    }
}

/// Ranks: the number of smaller values less that of larger ones, so that equal values share theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    let rank = |one: &f64| {
        let order = |other: &f64| f64::from(i8::from(one > other) - i8::from(one < other));
        values.iter().map(order).sum()
    };
    values.iter().map(rank).collect()
}

fn rank_correlation(one: &[f64], other: &[f64]) -> f64 {
    let (one, other) = (ranks(one), ranks(other));
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    product(&one, &other) / (product(&one, &one) * product(&other, &other)).sqrt()
}

/// What happened in the cycles after those that were only learned from.
#[derive(Default)]
struct Course {
    energies: Vec<f64>,
    gains: Vec<f64>,
}

fn text_of_day(day: usize) -> String {
    let (month, day) = ((day - 1) / 28 + 1, (day - 1) % 28 + 1);
    format!("2026-{month:02}-{day:02}T12:00:00Z")
}

/// Notes the energy and the true gain of a cycle, and that the energy is what the values say.
fn note_cycle(course: &mut Course, decided: &Value, gain: f64) {
    let reason = decided["reason"].as_str().unwrap();
    assert!(["policy", "max_interval"].contains(&reason), "{reason}");
    let value = |key: &str| decided["policy"][key].as_f64().unwrap();
    let energy = decided["cycle"]["energy"].as_f64().unwrap();
    let scaled = 10.0 * (1.0 + (value("q_run") - value("q_skip")).max(0.0));
    assert!(
        (energy - scaled).abs() <= 0.5,
        "{energy} handed over, not {scaled}"
    );
    course.energies.push(energy);
    course.gains.push(gain);
}

/// Lets all engines live through `DAYS` of losses that jump by sizes no one knows, day by day.
fn course(home: &mut Home) -> Course {
    let mut shares = Shares(7);
    let mut staleness = [0.0_f64; ENGINES.len()];
    let mut course = Course::default();
    for day in 1..=DAYS {
        home.at(&text_of_day(day));
        let mut row = vec!["metrics record shop".to_owned()];
        for (name, staleness) in ENGINES.iter().zip(&mut staleness) {
            if day % BETWEEN_JUMPS == 0 {
                *staleness += 7.0 * shares.next().powi(2);
            }
            let loss = 20.0 + *staleness + 2.0 * (shares.next() - 0.5);
            row.push(format!("{name}={loss}"));
            let roi = PAID_DAYS * *staleness - PRICE;
            home.write(
                &format!("{name}.json"),
                &format!(r#"{{"gain": {staleness}, "roi": {roi}, "cost": {PRICE}}}"#),
            );
        }
        home.run(&row.join(" ")).exits(0);
        let report = home.run("run-all --format json").exits(0).json();
        let decisions = report["engines"].as_array().unwrap();
        assert_eq!(decisions.len(), ENGINES.len());
        for decided in decisions.iter().filter(|it| it["action"] == "run") {
            let is_it = |name: &&str| decided["engine"] == **name;
            let of = ENGINES.iter().position(is_it).unwrap();
            if day > LEARNING {
                note_cycle(&mut course, decided, staleness[of]);
            }
            staleness[of] = 0.0;
        }
    }
    course
}

/// Returns how much higher running is valued than skipping, by visits, in the indebted cells or in the others.
fn mean_advantage(cells: &[Value], indebted: bool) -> f64 {
    let (mut sum, mut visits) = (0.0, 0.0);
    for cell in cells {
        let value = |key: &str| cell[key].as_f64().unwrap();
        if INDEBTED.contains(&cell["first"]["word"].as_str().unwrap()) == indebted {
            sum += value("visits") * (value("q_run") - value("q_skip"));
            visits += value("visits");
        }
    }
    assert!(visits > 0.0);
    sum / visits
}

#[test]
fn energy_rises_with_the_true_gain_and_inspection_shows_why() {
    let mut home = Home::new();
    home.at("2026-01-01T00:00:00Z").set("SIE_SEED", "1");
    for name in ENGINES {
        home.run(&format!(
            "register {name} --bot shop --signal {name} --pipeline 'cat {name}.json' \
             --trigger learned --max-interval 8d --cost {PRICE} --energy 10"
        ))
        .exits(0);
    }
    let course = course(&mut home);
    assert!(course.gains.len() >= 25, "{} cycles", course.gains.len());
    let correlation = rank_correlation(&course.energies, &course.gains);
    assert!(
        correlation > 0.3,
        "{correlation}: {:?} for {:?}",
        course.energies,
        course.gains
    );
    for name in ENGINES {
        let shown = home
            .run(&format!("policy inspect {name} --format json --top 500"))
            .exits(0)
            .json();
        let cells = shown["cells"].as_array().unwrap();
        assert!(mean_advantage(cells, true) > 0.0, "{cells:?}");
        assert!(mean_advantage(cells, false) < 0.0, "{cells:?}");
        home.run(&format!("policy inspect {name} --format table"))
            .exits(0)
            .out_has("predicted against realised ROI of runs, in prices: ");
    }
}
