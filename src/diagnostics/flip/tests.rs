//! Applies flips and halves of them, to single conditions and to whole decisions.

use proptest::prelude::*;

use super::*;
use crate::diagnostics::measurement::Measurement;

fn condition(reading: &str, value: f64, op: Comparison, threshold: f64) -> Condition {
    let measurement = Measurement::of_number(value);
    Condition::judge("c", reading.to_owned(), measurement, op, threshold)
}

fn count(value: u32, op: Comparison, threshold: f64) -> Condition {
    let measurement = Measurement::of_count(value.into());
    Condition::judge("c", "errors".to_owned(), measurement, op, threshold)
}

fn any_raised(conditions: &[Condition]) -> bool {
    conditions.iter().any(Condition::is_raised)
}

#[test]
fn the_value_is_the_threshold_where_that_turns_it_and_readable_just_beyond_elsewhere() {
    let expected = [
        (1.3, Comparison::Above, 2.01),
        (2.7, Comparison::Above, 2.0),
        (1.3, Comparison::AtLeast, 2.0),
        (2.7, Comparison::AtLeast, 1.99),
        (2.7, Comparison::Below, 1.99),
        (1.3, Comparison::Below, 2.0),
        (2.7, Comparison::AtMost, 2.0),
        (1.3, Comparison::AtMost, 2.01),
        (1.3, Comparison::Equal, 2.0),
        (1.3, Comparison::NotEqual, 2.0),
    ];
    for (value, op, to) in expected {
        let found = flip_value(&condition("x", value, op, 2.0));
        assert_eq!(found, Some(to), "{value} {op} 2");
    }
}

#[test]
fn a_whole_reading_moves_to_the_next_whole_number() {
    assert_eq!(flip_value(&count(0, Comparison::Above, 0.0)), Some(1.0));
    assert_eq!(flip_value(&count(1, Comparison::Above, 2.5)), Some(3.0));
    assert_eq!(flip_value(&count(3, Comparison::Above, 0.0)), Some(0.0));
    assert_eq!(flip_value(&count(3, Comparison::AtLeast, 3.0)), Some(2.0));
    assert_eq!(flip_value(&count(2, Comparison::Equal, 2.0)), Some(3.0));
    let flip = smallest_flip(&[count(0, Comparison::Above, 0.0)], any_raised).unwrap();
    assert_eq!((flip.to, flip.halfway()), (1.0, 0.0));
}

#[test]
fn a_reading_at_its_threshold_moves_by_the_least_a_float_can() {
    for value in [2.0, 2.0_f64.next_up(), 0.0, -1.0] {
        let at = condition("x", value, Comparison::Above, value);
        let flip = smallest_flip(&[at], any_raised).unwrap();
        assert_eq!(
            flip.to.total_cmp(&value.next_up()),
            std::cmp::Ordering::Equal
        );
        assert_eq!(flip.halfway().total_cmp(&value), std::cmp::Ordering::Equal);
    }
}

#[test]
fn there_is_no_flip_beyond_the_largest_number_nor_of_what_was_not_measured() {
    let top = condition("x", 0.0, Comparison::Above, f64::MAX);
    assert_eq!(smallest_flip(&[top], any_raised), None);
    let missing = condition("x", f64::NAN, Comparison::Above, 1.0);
    assert_eq!(smallest_flip(&[missing], any_raised), None);
}

#[test]
fn the_relatively_nearest_reading_is_named() {
    let conditions = [
        condition("mean(response_time, 20)", 1.3, Comparison::Above, 2.0),
        condition("debt", 0.8, Comparison::Above, 1.0),
    ];
    let flip = smallest_flip(&conditions, any_raised).unwrap();
    assert_eq!(flip.to_string(), "debt 0.8 → 1.01");
}

#[test]
fn two_reasons_that_hold_at_once_have_no_single_flip() {
    let conditions = [
        condition("x", 3.0, Comparison::Above, 2.0),
        condition("y", 3.0, Comparison::Above, 2.0),
    ];
    assert_eq!(smallest_flip(&conditions, any_raised), None);
}

#[test]
fn conditions_on_the_same_reading_move_together_and_a_narrow_band_is_hit() {
    let conditions = [
        condition("x", 0.0, Comparison::Above, 1.0),
        condition("x", 0.0, Comparison::Below, 1.001),
    ];
    let all = |conditions: &[Condition]| conditions.iter().all(Condition::is_raised);
    let flip = smallest_flip(&conditions, all).unwrap();
    assert!(flip.to > 1.0 && flip.to < 1.001, "{flip}");
    let twice = [
        condition("x", 3.0, Comparison::Above, 2.0),
        condition("x", 3.0, Comparison::Above, 1.0),
    ];
    assert_eq!(
        smallest_flip(&twice, any_raised).unwrap().to_string(),
        "x 3 → 1"
    );
}

fn any_condition() -> impl Strategy<Value = Condition> {
    let number = prop_oneof![
        (-50_i32..50).prop_map(|tenths| f64::from(tenths) / 10.0),
        prop::num::f64::NORMAL,
    ];
    (
        prop::sample::select(vec!["a", "b", "c"]),
        number.clone(),
        prop::sample::select(Comparison::ALL.to_vec()),
        number,
        any::<bool>(),
    )
        .prop_map(|(reading, value, op, threshold, is_whole)| {
            let is_whole = is_whole && value.abs() < 1e9;
            let value = if is_whole { value.trunc() } else { value };
            Condition {
                is_whole,
                ..condition(reading, value, op, threshold)
            }
        })
}

proptest! {
    #[test]
    fn the_flip_of_one_condition_turns_it_and_half_of_it_does_not(one in any_condition()) {
        if let Some(flip) = smallest_flip(std::slice::from_ref(&one), any_raised) {
            prop_assert_ne!(one.with_value(flip.to).result, one.result, "{}", flip);
            prop_assert_eq!(one.with_value(flip.halfway()).result, one.result, "{}", flip);
        }
    }

    #[test]
    fn the_flip_of_a_decision_turns_it_and_half_of_it_does_not(
        conditions in prop::collection::vec(any_condition(), 1..6)
    ) {
        // (first and last) or any middle one: neither all nor any.
        let decide = |conditions: &[Condition]| {
            let ends = conditions.first().is_some_and(Condition::is_raised)
                && conditions.last().is_some_and(Condition::is_raised);
            ends || conditions.iter().skip(1).rev().skip(1).any(Condition::is_raised)
        };
        let Some(flip) = smallest_flip(&conditions, decide) else { return Ok(()); };
        let with = |value: f64| -> Vec<Condition> {
            conditions
                .iter()
                .map(|condition| if condition.reading == flip.reading {
                    condition.with_value(value)
                } else {
                    condition.clone()
                })
                .collect()
        };
        prop_assert_ne!(decide(&with(flip.to)), decide(&conditions), "{}", flip);
        prop_assert_eq!(decide(&with(flip.halfway())), decide(&conditions), "{}", flip);
    }
}
