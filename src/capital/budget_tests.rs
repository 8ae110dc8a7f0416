//! Tests of the budget check.

use proptest::prelude::*;

use super::*;

fn units(units: i64) -> Money {
    Money::from_micros(units * 1_000_000)
}

fn caps(per_cycle: Option<i64>, per_day: Option<i64>, fleet: Option<i64>) -> BudgetCaps {
    BudgetCaps {
        per_cycle: per_cycle.map(units),
        per_day: per_day.map(units),
        fleet: fleet.map(units),
    }
}

fn used(day: (i64, i64), fleet: (i64, i64)) -> BudgetUse {
    BudgetUse {
        day_committed: units(day.0),
        day_held: units(day.1),
        fleet_committed: units(fleet.0),
        fleet_held: units(fleet.1),
        dearest_cycle: None,
    }
}

#[test]
fn absent_caps_allow_everything_and_nothing_is_left_to_tell() {
    let verdict = check_budget(&BudgetCaps::default(), &used((9, 9), (9, 9)), Money::MAX);
    assert!(verdict.allowed && verdict.left.is_none() && verdict.evidence.is_empty());
}

#[test]
fn a_cap_of_zero_means_zero() {
    for zero in [
        caps(Some(0), None, None),
        caps(None, Some(0), None),
        caps(None, None, Some(0)),
    ] {
        let idle = used((0, 0), (0, 0));
        assert!(
            !check_budget(&zero, &idle, Money::from_micros(1)).allowed,
            "{zero:?}"
        );
        assert!(check_budget(&zero, &idle, Money::ZERO).allowed, "{zero:?}");
    }
}

#[test]
fn a_run_fits_up_to_the_cap_and_not_a_millionth_beyond() {
    let day = caps(None, Some(45), None);
    let bound = used((40, 3), (0, 0));
    assert!(check_budget(&day, &bound, units(2)).allowed);
    let beyond = Money::from_micros(2_000_001);
    assert!(!check_budget(&day, &bound, beyond).allowed);
}

#[test]
fn the_blocking_cap_is_named_with_what_is_left() {
    let verdict = check_budget(
        &caps(Some(5), Some(45), Some(100)),
        &used((40, 3), (50, 3)),
        units(3),
    );
    assert_eq!(verdict.blocked_by, [Cap::PerDay]);
    assert_eq!(verdict.left, Some(units(2)));
    let lines: Vec<String> = verdict.evidence.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "per cycle: 0.00 spent + 0.00 held + 3.00 wanted <= cap 5.00, 5.00 left",
            "per day: 40.00 spent + 3.00 held + 3.00 wanted > cap 45.00, 2.00 left",
            "fleet: 50.00 spent + 3.00 held + 3.00 wanted <= cap 100.00, 47.00 left",
        ]
    );
}

#[test]
fn an_overrun_stops_even_a_run_that_wants_nothing() {
    let verdict = check_budget(
        &caps(None, Some(10), None),
        &used((12, 0), (12, 0)),
        Money::ZERO,
    );
    assert!(!verdict.allowed && verdict.evidence[0].is_overrun);
    assert_eq!(verdict.left, Some(units(-2)));
}

#[test]
fn a_cap_that_is_just_used_up_is_no_overrun() {
    let verdict = check_budget(
        &caps(None, Some(10), None),
        &used((10, 0), (0, 0)),
        Money::ZERO,
    );
    assert!(verdict.allowed && !verdict.evidence[0].is_overrun);
}

#[test]
fn a_cycle_that_broke_its_cap_stops_further_runs_until_the_cap_is_raised() {
    let broken = BudgetUse {
        dearest_cycle: Some(units(7)),
        ..BudgetUse::default()
    };
    let verdict = check_budget(&caps(Some(5), None, None), &broken, units(1));
    assert_eq!(verdict.blocked_by, [Cap::PerCycle]);
    assert!(verdict.evidence[0].is_overrun);
    assert!(check_budget(&caps(Some(7), None, None), &broken, units(1)).allowed);
}

#[test]
fn a_negative_estimate_makes_no_room() {
    let full = used((10, 1), (0, 0));
    assert!(!check_budget(&caps(None, Some(10), None), &full, units(-5)).allowed);
    assert_eq!(
        check_budget(&caps(None, Some(20), None), &full, units(-5)).evidence[0].wanted,
        Money::ZERO
    );
}

#[test]
fn amounts_at_the_end_of_the_range_do_not_overflow() {
    let all = BudgetCaps {
        per_cycle: None,
        per_day: Some(Money::MAX),
        fleet: Some(Money::MIN),
    };
    let bound = BudgetUse {
        day_committed: Money::MAX,
        day_held: Money::MAX,
        fleet_committed: Money::MAX,
        fleet_held: Money::MAX,
        dearest_cycle: Some(Money::MAX),
    };
    let verdict = check_budget(&all, &bound, Money::MAX);
    assert_eq!(verdict.blocked_by, [Cap::PerDay, Cap::Fleet]);
    assert_eq!(verdict.left, Some(Money::MIN));
}

#[test]
fn an_overrun_is_what_was_spent_beyond_the_reservation() {
    assert_eq!(overrun(units(3), units(5)), Some(units(2)));
    assert_eq!(overrun(units(3), units(3)), None);
    assert_eq!(overrun(Money::MIN, Money::MAX), Some(Money::MAX));
}

proptest! {
    /// Cycles start, run at once and settle at no more than was reserved; the caps hold at every moment.
    #[test]
    fn committed_and_held_never_exceed_a_cap(
        steps in prop::collection::vec((0..40_i64, 0..=100_i64, any::<bool>()), 0..200),
        day_cap in 0..200_i64,
        fleet_cap in 0..200_i64,
    ) {
        let caps = caps(Some(30), Some(day_cap), Some(fleet_cap));
        let mut bound = BudgetUse::default();
        let mut holds: Vec<Money> = Vec::new();
        for (wanted, percent, starts) in steps {
            if starts && check_budget(&caps, &bound, units(wanted)).allowed {
                prop_assert!(wanted <= 30);
                holds.push(units(wanted));
            } else if let Some(hold) = holds.pop() {
                let cost = Money::from_micros(hold.micros() / 100 * percent);
                bound.day_committed = bound.day_committed.checked_add(cost).expect("small");
                bound.fleet_committed = bound.day_committed;
            }
            bound.day_held = Money::checked_sum(holds.iter().copied()).expect("small");
            bound.fleet_held = bound.day_held;
            let all = bound.day_committed.checked_add(bound.day_held).expect("small");
            prop_assert!(all <= units(day_cap) && all <= units(fleet_cap), "{all} bound");
        }
    }
}
