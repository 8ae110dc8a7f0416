//! Tests of the belief about attainable level, staleness and debt.

use super::*;

const NOISE: NoiseReading = NoiseReading {
    variance: 4.0,
    is_settled: true,
};

fn belief(losses: &[f64]) -> DebtBelief {
    let mut belief = DebtBelief::default();
    for loss in losses {
        belief.row(*loss, NOISE, &PolicyParams::default());
    }
    belief
}

fn debt(belief: &DebtBelief) -> f64 {
    belief.bounded_debt(NOISE, &PolicyParams::default())
}

#[test]
fn the_first_row_is_taken_as_attainable_and_owes_nothing() {
    let belief = belief(&[20.0]);
    assert!((belief.attainable() - 20.0).abs() < 1e-12);
    assert!(belief.staleness().abs() <= 0.0);
    assert!(debt(&belief) <= 0.0);
}

#[test]
fn the_second_row_moves_the_belief_as_worked_out_by_hand() {
    // Variances in multiples of r: m 1.203, x 0.3, covariance -0.2; innovation variance 1.103 + 1 = 2.103.
    let belief = belief(&[20.0, 22.0]);
    assert!((belief.attainable() - (20.0 + 2.0 * 1.003 / 2.103)).abs() < 1e-12);
    assert!((belief.staleness() - 2.0 * 0.1 / 2.103).abs() < 1e-12);
}

#[test]
fn a_steady_level_owes_nothing_and_a_lasting_rise_does() {
    assert!(debt(&belief(&[20.0; 30])) <= 0.0);
    let mut rows = vec![20.0; 15];
    rows.extend([32.0; 6]);
    assert!(debt(&belief(&rows)) > 30.0);
}

#[test]
fn a_single_wild_row_counts_no_more_than_a_clear_one() {
    let mut wild = vec![20.0; 15];
    wild.push(1e100);
    let mut clear = vec![20.0; 15];
    clear.push(30.0);
    assert!((debt(&belief(&wild)) - debt(&belief(&clear))).abs() < 1e-9);
}

#[test]
fn a_cycle_clears_the_debt_and_keeps_the_attainable_level_when_it_repairs_all() {
    let mut rows = vec![20.0; 15];
    rows.extend([32.0; 6]);
    let mut belief = belief(&rows);
    let (attainable, staleness) = (belief.attainable(), belief.staleness());
    belief.cycle(Some(staleness), NOISE, &PolicyParams::default());
    assert!(debt(&belief) <= 0.0);
    assert!((belief.attainable() - attainable).abs() < 1e-9);
}

#[test]
fn a_cycle_without_gain_lifts_the_attainable_level_but_an_unreported_gain_concludes_nothing() {
    let mut rows = vec![20.0; 15];
    rows.extend([32.0; 6]);
    let before = belief(&rows);
    let mut without_gain = before.clone();
    without_gain.cycle(Some(0.0), NOISE, &PolicyParams::default());
    assert!(without_gain.attainable() > before.attainable() + 1.0);
    let mut unreported = before.clone();
    unreported.cycle(None, NOISE, &PolicyParams::default());
    assert!((unreported.attainable() - before.attainable()).abs() < 1e-12);
    assert!(unreported.staleness().abs() <= 0.0);
}

#[test]
fn a_row_better_than_attainable_pulls_the_attainable_level_down() {
    let belief = belief(&[20.0, 20.0, 20.0, 14.0, 14.0, 14.0, 14.0]);
    assert!(belief.attainable() < 17.0);
    assert!(belief.staleness() > -0.5);
}

#[test]
fn the_belief_means_the_same_whether_the_noise_settles_early_or_late() {
    let unsettled = NoiseReading {
        is_settled: false,
        ..NOISE
    };
    let mut late = DebtBelief::default();
    for loss in [20.0, 21.0, 24.0] {
        late.row(loss, unsettled, &PolicyParams::default());
    }
    late.row(25.0, NOISE, &PolicyParams::default());
    let early = belief(&[20.0, 21.0, 24.0, 25.0]);
    assert!((late.attainable() - early.attainable()).abs() < 1e-9);
    assert!((debt(&late) - debt(&early)).abs() < 1e-9);
}

#[test]
fn a_jump_repaired_before_the_level_caught_up_leaves_the_attainable_level_where_it_was() {
    let mut rows = vec![20.0; 15];
    rows.extend([50.0; 3]);
    let mut belief = belief(&rows);
    belief.cycle(Some(30.0), NOISE, &PolicyParams::default());
    assert!(
        (belief.attainable() - 20.0).abs() < 4.0,
        "{}",
        belief.attainable()
    );
    assert!(belief.staleness() < 1.0, "{}", belief.staleness());
}
