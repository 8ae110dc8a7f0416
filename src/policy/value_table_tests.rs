//! Tests of the shrunk values.

use super::*;
use crate::policy::{DebtCell, Situation, SituationReading, state_cell::BaseCell};

fn cell(has_issues: bool) -> StateCell {
    let reading = SituationReading {
        has_issues,
        ..SituationReading::default()
    };
    StateCell::new(
        BaseCell::Debt(DebtCell::of(1.2, 0.2)),
        Situation::of(&reading, 0),
    )
}

#[test]
fn a_single_situation_has_exactly_the_value_of_its_base() {
    let params = PolicyParams::default();
    let mut table = ValueTable::default();
    let mut plain = CellValue::default();
    for target in [1.0, -3.0, 2.5, 0.1] {
        table.learn(
            (cell(false), Action::Run),
            target,
            1.0,
            &FleetTable::default(),
            &params,
        );
        plain.learn(target, 1.0, &params);
    }
    let start = cell(false).prior(Action::Run, &params);
    let got = table.value(cell(false), Action::Run, &FleetTable::default(), &params);
    assert!((got - plain.value(start)).abs() <= 0.0);
}

#[test]
fn situations_that_differ_grow_apart_and_an_unseen_one_stays_at_the_base() {
    let (params, fleet) = (PolicyParams::default(), FleetTable::default());
    let mut table = ValueTable::default();
    for visit in 0..40 {
        let wobble = f64::from(visit % 3) - 1.0;
        table.learn(
            (cell(false), Action::Run),
            wobble - 1.0,
            1.0,
            &FleetTable::default(),
            &params,
        );
        table.learn(
            (cell(true), Action::Run),
            wobble + 1.0,
            1.0,
            &FleetTable::default(),
            &params,
        );
    }
    let value = |has_issues| table.value(cell(has_issues), Action::Run, &fleet, &params);
    assert!(
        value(true) > value(false) + 0.4,
        "{} {}",
        value(true),
        value(false)
    );
}

#[test]
fn the_basis_goes_from_prior_over_fleet_to_the_own_cell() {
    let params = PolicyParams::default();
    let mut other = ValueTable::default();
    for _ in 0..31 {
        other.learn(
            (cell(false), Action::Run),
            2.0,
            1.0,
            &FleetTable::default(),
            &params,
        );
    }
    let fleet = FleetTable::default();
    let mut own = ValueTable::default();
    assert_eq!(
        own.basis(cell(false), Action::Run, &fleet, &params),
        Basis::Prior
    );
    let fleet = other.fleet_part();
    assert_eq!(
        own.basis(cell(false), Action::Run, &fleet, &params),
        Basis::Fleet
    );
    for _ in 0..120 {
        own.learn(
            (cell(false), Action::Run),
            1.0,
            1.0,
            &FleetTable::default(),
            &params,
        );
    }
    assert_eq!(
        own.basis(cell(false), Action::Run, &fleet, &params),
        Basis::Cell
    );
}

#[test]
fn the_fleet_moves_a_new_engine_towards_what_others_saw() {
    let params = PolicyParams::default();
    let mut other = ValueTable::default();
    for _ in 0..30 {
        other.learn(
            (cell(false), Action::Run),
            2.0,
            1.0,
            &FleetTable::default(),
            &params,
        );
    }
    let alone =
        ValueTable::default().value(cell(false), Action::Run, &FleetTable::default(), &params);
    let together =
        ValueTable::default().value(cell(false), Action::Run, &other.fleet_part(), &params);
    assert!((together - f64::midpoint(alone, 2.0)).abs() < 1e-9);
}
