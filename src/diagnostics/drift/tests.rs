//! Measures false alarms and delays with a seeded generator, and tries hostile rows.

use super::*;

/// `SplitMix64` (Steele, Lea, Flood 2014): small, seeded, the same everywhere.
struct Noise(u64);

impl Noise {
    /// Returns a number in (0, 1).
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let top = u32::try_from((bits ^ (bits >> 31)) >> 32).unwrap();
        (f64::from(top) + 0.5) / 4_294_967_296.0
    }

    /// Returns a standard normal number (Box and Muller 1958).
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// Returns a uniform number of variance 1.
    fn flat(&mut self) -> f64 {
        (self.uniform() - 0.5) * 12.0_f64.sqrt()
    }

    /// Returns a Student-t number with 3 degrees of freedom, scaled to variance 1.
    fn heavy(&mut self) -> f64 {
        let squares: f64 = (0..3).map(|_| self.normal().powi(2)).sum();
        self.normal() / squares.sqrt()
    }
}

type Draw = fn(&mut Noise) -> f64;
const DRAWS: [(&str, Draw); 3] = [
    ("normal", Noise::normal),
    ("uniform", Noise::flat),
    ("heavy-tailed", Noise::heavy),
];
const SEEDS: u64 = 100;

fn stationary(seed: u64, draw: Draw, rows: usize) -> Vec<f64> {
    let mut noise = Noise(seed);
    (0..rows).map(|_| 100.0 + 3.0 * draw(&mut noise)).collect()
}

/// Counts the seeds whose step of `stds` standard deviations after `before` rows is found in 60.
fn found_in_sixty(draw: Draw, before: usize, stds: f64) -> usize {
    let finds = |seed: &u64| {
        let mut values = stationary(*seed, draw, before + 60);
        values[before..]
            .iter_mut()
            .for_each(|value| *value += 3.0 * stds);
        let wanted = if stds > 0.0 {
            Direction::Up
        } else {
            Direction::Down
        };
        drift_alarms(&values)
            .iter()
            .any(|alarm| alarm.index >= before && alarm.direction == wanted)
    };
    (0..SEEDS).filter(finds).count()
}

#[test]
fn ten_thousand_stationary_rows_raise_at_most_one_alarm_for_95_of_100_seeds() {
    for (name, draw) in DRAWS {
        let calm = (0..SEEDS)
            .filter(|seed| drift_alarms(&stationary(*seed, draw, 10_000)).len() <= 1)
            .count();
        assert!(calm >= 95, "{name}: {calm} of {SEEDS}");
    }
}

#[test]
fn a_step_of_two_standard_deviations_is_found_in_sixty_rows_for_95_of_100_seeds() {
    for (name, draw) in DRAWS {
        for before in [30, 100, 1_000] {
            for stds in [2.0, -2.0] {
                let found = found_in_sixty(draw, before, stds);
                assert!(
                    found >= 95,
                    "{name}, {stds} after {before}: {found} of {SEEDS}"
                );
            }
        }
    }
}

#[test]
fn scale_and_offset_of_a_metric_do_not_matter() {
    let mut values = stationary(7, Noise::normal, 300);
    values[200..].iter_mut().for_each(|value| *value -= 9.0);
    let places = |values: &[f64]| -> Vec<usize> {
        drift_alarms(values)
            .iter()
            .map(|alarm| alarm.index)
            .collect()
    };
    let alarms = places(&values);
    assert_eq!(alarms.len(), 1);
    for scale in [
        2.0_f64.powi(-600),
        2.0_f64.powi(-20),
        2.0_f64.powi(600),
        -1.0,
    ] {
        let scaled: Vec<f64> = values.iter().map(|value| value * scale).collect();
        assert_eq!(places(&scaled), alarms, "× {scale:e}");
    }
}

#[test]
fn a_state_that_is_stored_after_every_row_finds_the_same() {
    let mut values = stationary(3, Noise::normal, 400);
    values[150..].iter_mut().for_each(|value| *value += 9.0);
    values[300..].iter_mut().for_each(|value| *value -= 12.0);
    let mut found = Vec::new();
    let mut stored = serde_json::to_string(&PageHinkley::default()).unwrap();
    for (index, value) in values.iter().enumerate() {
        let mut test: PageHinkley = serde_json::from_str(&stored).unwrap();
        if let Some(direction) = test.update(*value) {
            found.push((index, direction));
        }
        stored = serde_json::to_string(&test).unwrap();
    }
    let whole = drift_alarms(&values);
    let whole: Vec<_> = whole
        .iter()
        .map(|alarm| (alarm.index, alarm.direction))
        .collect();
    assert_eq!(found, whole);
    assert_eq!(found.len(), 2);
    assert_eq!(
        found.iter().map(|(_, to)| *to).collect::<Vec<_>>(),
        [Direction::Up, Direction::Down]
    );
}

#[test]
fn the_peak_stays_until_a_cycle_acknowledges_it() {
    let mut test = PageHinkley::default();
    assert_eq!(test.peak(), None);
    let mut values = stationary(5, Noise::normal, 60);
    values[40..].iter_mut().for_each(|value| *value += 30.0);
    for value in &values {
        test.update(*value);
    }
    assert_eq!(test.alarms(), 1);
    assert!(test.peak().unwrap() > THRESHOLD);
    assert_eq!(test.peak_direction(), Some(Direction::Up));
    test.acknowledge();
    assert_eq!((test.peak(), test.peak_direction()), (None, None));
    assert_eq!(test.alarms(), 1);
}

#[test]
fn one_outlier_is_no_drift_even_in_the_warm_up() {
    let mut values = stationary(11, Noise::normal, 400);
    values[5] = 1e9;
    values[100] = -1e9;
    assert_eq!(drift_alarms(&values), []);
    values[200..].iter_mut().for_each(|value| *value += 9.0);
    assert_eq!(drift_alarms(&values).len(), 1, "and hides no later drift");
}

#[test]
fn a_constant_metric_is_calm_and_its_first_lasting_move_is_a_drift() {
    for level in [0.0, 0.1, 1e9 / 3.0] {
        let mut values = vec![level; 1_000];
        assert_eq!(drift_alarms(&values), [], "{level}");
        values.extend([level + 1.0; 20]);
        let alarms = drift_alarms(&values);
        assert_eq!(alarms.len(), 1, "{level}");
        assert_eq!(alarms[0].direction, Direction::Up);
    }
}

#[test]
fn huge_and_missing_numbers_never_make_the_state_infinite() {
    let mut test = PageHinkley::default();
    for index in 0..200 {
        let value = [f64::MAX, f64::MIN, f64::NAN, 0.0, f64::INFINITY, 1e-300][index % 6];
        test.update(value);
        let parts = [test.mean, test.std, test.rise, test.fall];
        assert!(parts.iter().all(|part| part.is_finite()), "{test:?}");
    }
    assert!(test.rows() > WARM_UP_ROWS);
}
