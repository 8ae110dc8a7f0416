//! Tests of `Money`: reading, rounding, range, display.

use proptest::prelude::*;

use super::*;

fn micros(text: &str) -> i64 {
    Money::parse(text)
        .unwrap_or_else(|error| panic!("{text}: {error}"))
        .micros()
}

#[test]
fn decimal_text_is_read_exactly() {
    for (text, expected) in [
        ("0", 0),
        ("-0", 0),
        ("2.7", 2_700_000),
        ("+2.7", 2_700_000),
        ("-3", -3_000_000),
        (".5", 500_000),
        ("5.", 5_000_000),
        ("007", 7_000_000),
        ("1e3", 1_000_000_000),
        ("1.5E-3", 1_500),
        ("1000000e-6", 1_000_000),
        ("0.1", 100_000),
        ("9007199254.740993", 9_007_199_254_740_993),
        ("9223372036854.775807", i64::MAX),
        ("-9223372036854.775808", i64::MIN),
        ("0e99999999999999999999", 0),
        ("1e-99999999999999999999", 0),
        ("0.00000000000000000000000000001e29", 1_000_000),
    ] {
        assert_eq!(micros(text), expected, "{text}");
    }
}

#[test]
fn halves_are_rounded_to_even_and_everything_else_to_the_nearest() {
    for (text, expected) in [
        ("0.0000005", 0),
        ("0.0000015", 2),
        ("0.0000025", 2),
        ("-0.0000015", -2),
        ("-0.0000025", -2),
        ("0.00000050000001", 1),
        ("0.00000149999999", 1),
        ("0.0000005000", 0),
        ("0.00000009", 0),
        ("9e-8", 0),
        ("6e-7", 1),
        ("0.00000095", 1),
    ] {
        assert_eq!(micros(text), expected, "{text}");
        let units: f64 = text.parse().expect("a number");
        assert_eq!(
            Money::from_f64(units).expect("in range").micros(),
            expected,
            "{text} as f64"
        );
    }
}

#[test]
fn what_is_no_number_is_refused() {
    let not_numbers = "|-|+|.|-.|e5|.e5|1e|1e+|1e1.5|--1|1,5|1 | 1|1.2.3|0x1|NaN|inf|null|\"3\"|１";
    for text in not_numbers.split('|') {
        assert_eq!(
            Money::parse(text),
            Err(MoneyError::NotANumber(text.into())),
            "{text:?}"
        );
    }
    for units in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert!(
            matches!(Money::from_f64(units), Err(MoneyError::NotANumber(_))),
            "{units}"
        );
    }
}

#[test]
fn amounts_beyond_the_range_are_refused() {
    for text in [
        "9223372036854.775808",
        "-9223372036854.775809",
        "1e13",
        "1e999999999999999999999",
    ] {
        assert_eq!(
            Money::parse(text),
            Err(MoneyError::OutOfRange(text.into())),
            "{text}"
        );
    }
    assert!(matches!(
        Money::from_f64(1e308),
        Err(MoneyError::OutOfRange(_))
    ));
    assert_eq!(micros("9223372036854.7758074"), i64::MAX);
    assert!(Money::parse("9223372036854.7758075").is_err());
}

#[test]
fn a_long_wrong_text_is_cut_in_the_message() {
    let message = Money::parse(&"x".repeat(1000))
        .expect_err("no number")
        .to_string();
    assert!(message.contains('…') && message.len() < 120, "{message}");
}

#[test]
fn arithmetic_is_exact_or_refused() {
    let (one, two) = (Money::from_micros(1), Money::from_micros(2));
    assert_eq!(one.checked_add(two), Some(Money::from_micros(3)));
    assert_eq!(one.checked_sub(two), Some(Money::from_micros(-1)));
    assert_eq!(one.checked_neg(), Some(Money::from_micros(-1)));
    assert_eq!(Money::MAX.checked_add(one), None);
    assert_eq!(Money::MIN.checked_sub(one), None);
    assert_eq!(Money::MIN.checked_neg(), None);
    assert_eq!(
        Money::checked_sum([Money::MAX, Money::MAX, Money::MIN, Money::MIN]),
        Some(Money::from_micros(-2))
    );
    assert_eq!(Money::checked_sum([Money::MAX, one]), None);
    assert_eq!(Money::checked_sum([]), Some(Money::ZERO));
    assert!(Money::MIN.is_negative() && !Money::ZERO.is_negative());
}

#[test]
fn amounts_are_shown_with_two_to_six_places() {
    for (micros, expected) in [
        (0, "0.00"),
        (2_700_000, "2.70"),
        (-1, "-0.000001"),
        (40_000_000, "40.00"),
        (1_234_500, "1.2345"),
        (i64::MIN, "-9223372036854.775808"),
    ] {
        assert_eq!(Money::from_micros(micros).to_string(), expected);
    }
    assert_eq!(format!("{:>8}", Money::from_micros(2_700_000)), "    2.70");
}

#[test]
fn json_numbers_are_read_and_written_in_units() {
    for (json, expected) in [
        ("3", 3_000_000),
        ("2.7", 2_700_000),
        ("-0.0000025", -2),
        ("1e2", 100_000_000),
    ] {
        let amount: Money = serde_json::from_str(json).expect("an amount");
        assert_eq!(amount.micros(), expected, "{json}");
    }
    assert_eq!(
        serde_json::to_string(&Money::from_micros(2_700_000)).expect("finite"),
        "2.7"
    );
    for json in ["\"3\"", "null", "true", "1e300"] {
        assert!(serde_json::from_str::<Money>(json).is_err(), "{json}");
    }
}

proptest! {
    #[test]
    fn what_is_shown_reads_back_the_same(micros in any::<i64>()) {
        let amount = Money::from_micros(micros);
        prop_assert_eq!(Money::parse(&amount.to_string()), Ok(amount));
    }

    #[test]
    fn up_to_eight_billion_units_survive_json(micros in -8_000_000_000_000_000_i64..8_000_000_000_000_000) {
        let amount = Money::from_micros(micros);
        let text = serde_json::to_string(&amount).expect("finite");
        prop_assert_eq!(serde_json::from_str::<Money>(&text).expect("own text"), amount);
    }

    #[test]
    fn no_text_makes_reading_panic(text in "[-+0-9.eE]{0,30}|.*") {
        drop(Money::parse(&text));
    }
}
