//! Reads, prints, judges and misreads rules.

use proptest::prelude::*;

use super::expression::Leaf;
use super::parse::{MAX_DEPTH, MAX_TEXT, MAX_WINDOW};
use super::*;
use crate::diagnostics::aggregate::Aggregate;
use crate::diagnostics::comparison::Comparison;
use crate::diagnostics::flip::smallest_flip;

fn rows(cells: &[(f64, &[(&str, f64)])]) -> Vec<MetricsRow> {
    cells
        .iter()
        .map(|(at, values)| MetricsRow {
            at: *at,
            values: values
                .iter()
                .map(|(name, value)| ((*name).to_owned(), *value))
                .collect(),
        })
        .collect()
}

fn truth(rule: &str, rows: &[MetricsRow]) -> Truth {
    Rule::parse(rule).unwrap().evaluate(rows).result
}

#[test]
fn a_rule_prints_in_one_canonical_form() {
    let written = "slow:mean( response_time ,20)>2   and not(last(cpu)<=.5 or(sum(e:x/y-z.q,3)!=-1e3))@critical";
    let rule = Rule::parse(written).unwrap();
    assert_eq!(
        rule.to_string(),
        "slow: mean(response_time, 20) > 2.0 and \
         not (last(cpu) <= 0.5 or sum(e:x/y-z.q, 3) != -1000.0) @critical"
    );
    assert_eq!(rule.id(), "slow");
    assert_eq!(rule.severity(), Severity::Critical);
    assert_eq!(rule.metrics(), ["response_time", "cpu", "e:x/y-z.q"]);
    assert_eq!(rule.to_string().parse::<Rule>().unwrap(), rule);
}

#[test]
fn and_binds_tighter_than_or_and_not_tighter_than_both() {
    let rows = rows(&[(0.0, &[("yes", 1.0), ("no", 0.0)])]);
    assert_eq!(
        truth("r: last(yes) > 0 or last(yes) > 0 and last(no) > 0", &rows),
        Truth::Yes
    );
    assert_eq!(
        truth(
            "r: (last(yes) > 0 or last(yes) > 0) and last(no) > 0",
            &rows
        ),
        Truth::No
    );
    assert_eq!(
        truth("r: not last(no) > 0 or last(yes) > 0", &rows),
        Truth::Yes
    );
    assert_eq!(
        truth("r: not (last(no) > 0 or last(yes) > 0)", &rows),
        Truth::No
    );
    assert_eq!(truth("r: not not last(yes) > 0", &rows), Truth::Yes);
}

#[test]
fn a_missing_metric_is_unknown_never_raises_and_is_named() {
    let rows = rows(&[(7.0, &[("here", 1.0)])]);
    let cases = [
        ("r: last(gone) > 0", Truth::Unknown),
        ("r: not last(gone) > 0", Truth::Unknown),
        ("r: last(gone) != 0", Truth::Unknown),
        ("r: last(gone) > 0 and last(here) > 0", Truth::Unknown),
        ("r: last(gone) > 0 and last(here) > 5", Truth::No),
        ("r: last(gone) > 0 or last(here) > 5", Truth::Unknown),
        ("r: last(gone) > 0 or last(here) > 0", Truth::Yes),
    ];
    for (rule, wanted) in cases {
        let outcome = Rule::parse(rule).unwrap().evaluate(&rows);
        assert_eq!(outcome.result, wanted, "{rule}");
        assert_eq!(outcome.issue().is_some(), wanted == Truth::Yes, "{rule}");
        assert_eq!(outcome.unknown_readings(), ["last(gone)"], "{rule}");
    }
}

#[test]
fn every_comparison_is_in_the_evidence_with_value_threshold_and_rows() {
    let rows = rows(&[
        (5.0, &[("a", 1.0)]),
        (6.0, &[("a", 4.0)]),
        (7.0, &[("b", 9.0)]),
    ]);
    let rule = Rule::parse("r: mean(a, 3) > 2 or sum(b, 2) < 1 @critical").unwrap();
    let outcome = rule.evaluate(&rows);
    let shown: Vec<_> = outcome
        .evidence
        .iter()
        .map(|c| (c.reading.as_str(), c.value, c.rows, c.newest_at, c.result))
        .collect();
    assert_eq!(
        shown,
        [
            ("mean(a, 3)", Some(2.5), 2, Some(6.0), Truth::Yes),
            ("sum(b, 2)", Some(9.0), 1, Some(7.0), Truth::No),
        ]
    );
    let issue = outcome.issue().unwrap();
    assert_eq!(
        (issue.id.as_str(), issue.severity),
        ("r", Severity::Critical)
    );
    assert_eq!(
        issue.message,
        "rule r holds: mean(a, 3) is 2.5, > 2; sum(b, 2) is 9, not < 1"
    );
}

#[test]
fn the_error_shows_the_rule_and_a_caret_under_the_place() {
    let error = Rule::parse("mean(errors) > ").unwrap_err();
    assert_eq!(
        error.describe(Some("beta")),
        "rule `mean(errors) > ` of beta: expected a number\n  \
         mean(errors) > \n                \u{5e}"
    );
    assert_eq!(error.hint, "for example `mean(errors, 20) > 0.05`");
    assert_eq!((error.offset, error.column()), (14, 15));
    assert!(
        error
            .to_string()
            .starts_with("rule `mean(errors) > `: expected a number\n")
    );
}

const AGGREGATES: &str = "expected one of last, mean, sum, min, max, std, trend, share";
const OPS: &str = "expected one of > >= < <= == !=";
const END: &str = "expected `and`, `or`, `@critical` or the end";
const UNREAD: &str = "r: mean(errors, 20) > 0.05";

/// Text, column of the fault, message, example in the hint.
const FAULTS: [(&str, usize, &str, &str); 21] = [
    ("", 1, AGGREGATES, "mean(errors, 20) > 0.05"),
    ("r:", 3, AGGREGATES, UNREAD),
    ("r: cpu > 3", 4, AGGREGATES, "r: last(cpu) > 0.05"),
    ("r: avg(cpu, 3) > 3", 4, AGGREGATES, UNREAD),
    ("r: mean cpu", 9, "expected `(`", UNREAD),
    ("r: mean(7, 3) > 1", 9, "expected a metric", UNREAD),
    (
        "r: mean(cpu; 3) > 1",
        12,
        "expected `,` or `)`",
        "r: mean(cpu, 20) > 0.05",
    ),
    (
        "r: mean(cpu, 3 > 1",
        16,
        "expected `)`",
        "r: mean(cpu, 3) > 0.05",
    ),
    ("r: mean(cpu, 3) = 1", 17, OPS, "r: mean(cpu, 3) > 0.05"),
    ("r: mean(cpu, 3) => 1", 17, OPS, "r: mean(cpu, 3) > 0.05"),
    (
        "r: mean(cpu, 3) < ü",
        19,
        "expected a number",
        "r: mean(cpu, 3) < 0.05",
    ),
    (
        "r: mean(cpu, 3) < nan",
        19,
        "expected a number",
        "r: mean(cpu, 3) < 0.05",
    ),
    (
        "r: mean(cpu, 3) < 5%",
        19,
        "expected a number",
        "r: mean(cpu, 3) < 0.05",
    ),
    (
        "r: (last(cpu) < 5",
        18,
        "expected `and`, `or` or `)`",
        "r: last(cpu) < 5.0",
    ),
    ("r: last(cpu) < 5)", 17, END, "r: last(cpu) < 5.0"),
    ("r: last(cpu) < 5 andor", 18, END, "r: last(cpu) < 5.0"),
    (
        "r: last(cpu) < 5 @urgent",
        18,
        "expected `@critical`",
        "r: last(cpu) < 5.0",
    ),
    ("r: last(cpu) < 5 or", 20, AGGREGATES, UNREAD),
    (
        "last(cpu) < 5",
        1,
        "expected an id and a colon before the condition",
        "slow: last(cpu) < 5.0",
    ),
    (
        "7r: last(cpu) < 5",
        1,
        "expected an id that begins with a letter",
        "mean(errors, 20) > 0.05",
    ),
    (
        "r: last(a) < 5 and mean(cpu) > 3 and last(b) < 5",
        28,
        "expected a comma and the number of rows mean looks at",
        "r: mean(cpu, 20) > 3.0",
    ),
];

#[test]
fn each_fault_is_named_at_its_column_with_an_example() {
    for (text, column, message, example) in FAULTS {
        let error = Rule::parse(text).expect_err(text);
        assert_eq!(
            (error.column(), error.message.as_str()),
            (column, message),
            "{text}"
        );
        assert_eq!(error.hint, format!("for example `{example}`"), "{text}");
    }
}

#[test]
fn windows_and_thresholds_out_of_range_are_refused() {
    let too_wide = format!("r: mean(cpu, {}) > 1", MAX_WINDOW + 1);
    for text in [
        "r: mean(cpu, 0) > 1",
        "r: std(cpu, 1) > 1",
        "r: mean(cpu, 2.5) > 1",
        &too_wide,
    ] {
        assert!(Rule::parse(text).is_err(), "{text}");
    }
    let error = Rule::parse("r: last(cpu) > 1e999").unwrap_err();
    assert_eq!(
        error.message,
        "expected a number of at most 1.7976931348623157e308"
    );
    assert_eq!(error.column(), 16);
}

#[test]
fn bounds_hold_for_nesting_length_and_number() {
    let nested = |depth: usize| {
        let (open, close) = ("(".repeat(depth), ")".repeat(depth));
        Rule::parse(&format!("r: {open}last(x) > 1{close}"))
    };
    assert!(nested(MAX_DEPTH).is_ok());
    assert_eq!(
        nested(MAX_DEPTH + 1).unwrap_err().message,
        "nested deeper than 32 levels"
    );
    assert_eq!(nested(MAX_DEPTH + 1).unwrap_err().column(), 4 + MAX_DEPTH);
    assert!(nested(30_000).is_err());
    assert!(nested(100_000).unwrap_err().message.contains("65536 bytes"));
    assert!(Rule::parse(&format!("r: {}last(x) > 1", "not ".repeat(10_000))).is_err());
    assert!(Rule::parse(&"(".repeat(100_000)).is_err());
    let many = |count: usize| format!("r: {}", vec!["last(x) > 1"; count].join(" and "));
    assert!(Rule::parse(&many(64)).is_ok());
    assert!(
        Rule::parse(&many(65))
            .unwrap_err()
            .message
            .contains("64 comparisons")
    );
    let named = |id: usize, metric: usize| {
        Rule::parse(&format!(
            "{}: last({}) > 1",
            "i".repeat(id),
            "m".repeat(metric)
        ))
    };
    assert!(named(64, 128).is_ok());
    assert!(named(65, 128).is_err() && named(64, 129).is_err());
}

#[test]
fn the_error_of_a_long_rule_shows_the_surroundings_of_the_fault() {
    let text = format!("r: {} oops", vec!["last(x) > 1"; 20].join(" and "));
    let error = Rule::parse(&text).unwrap_err().to_string();
    let lines: Vec<&str> = error.lines().collect();
    assert!(
        lines[1].starts_with("  …") && lines[1].chars().count() < 110,
        "{error}"
    );
    let caret = lines[2].chars().count() - 1;
    assert_eq!(lines[1].chars().skip(caret).collect::<String>(), "oops");
    let error = Rule::parse("r:\tlast(x) >\n oops").unwrap_err().to_string();
    assert_eq!(error.lines().nth(2), Some("                ^"), "{error}");
}

#[test]
fn recorded_evidence_tells_which_single_change_would_have_turned_the_rule() {
    let rule = Rule::parse("r: mean(a, 3) > 2 and last(b) > 5").unwrap();
    let outcome = rule.evaluate(&rows(&[(1.0, &[("a", 1.3), ("b", 9.0)])]));
    let flip = smallest_flip(&outcome.evidence, |seen| rule.judge(seen).is_yes()).unwrap();
    assert_eq!(flip.to_string(), "mean(a, 3) 1.3 → 2.01");
    let neither = rule.evaluate(&rows(&[(1.0, &[("a", 1.0), ("b", 1.0)])]));
    assert_eq!(
        smallest_flip(&neither.evidence, |seen| rule.judge(seen).is_yes()),
        None
    );
}

fn leaf() -> impl Strategy<Value = Expression> {
    let number = prop_oneof![Just(0.0), Just(2.0), -5.0..5.0_f64, prop::num::f64::NORMAL];
    (
        prop::sample::select(Aggregate::ALL.to_vec()),
        "[A-Za-z_][A-Za-z0-9_.:/-]{0,12}",
        2_usize..=MAX_WINDOW,
        any::<bool>(),
        prop::sample::select(Comparison::ALL.to_vec()),
        number,
    )
        .prop_map(|(aggregate, metric, window, is_windowed, op, threshold)| {
            let window = (is_windowed || aggregate.needs_window()).then_some(window);
            Expression::Leaf(Leaf {
                aggregate,
                metric,
                window,
                op,
                threshold,
            })
        })
}

fn expression() -> impl Strategy<Value = Expression> {
    leaf().prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            inner
                .clone()
                .prop_map(|inner| Expression::Not(Box::new(inner))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Expression::And),
            prop::collection::vec(inner, 2..4).prop_map(Expression::Or),
        ]
    })
}

proptest! {
    #[test]
    fn a_printed_rule_reads_back_as_itself(
        id in "[A-Za-z_][A-Za-z0-9_.-]{0,20}",
        expression in expression(),
        is_critical in any::<bool>(),
    ) {
        prop_assume!(expression.leaves().len() <= 64);
        let severity = if is_critical { Severity::Critical } else { Severity::Warning };
        let rule = Rule { id, expression, severity };
        let printed = rule.to_string();
        prop_assert!(printed.len() <= MAX_TEXT);
        prop_assert_eq!(Rule::parse(&printed), Ok(rule), "{}", printed);
    }

    #[test]
    fn no_text_makes_the_parser_or_its_error_fail(text in "\\PC{0,60}|[rmean:()>@ ,0-9ü\t]{0,60}") {
        match Rule::parse(&text) {
            Ok(rule) => prop_assert_eq!(Rule::parse(&rule.to_string()), Ok(rule)),
            Err(error) => {
                prop_assert!(error.offset <= text.len() && text.is_char_boundary(error.offset));
                prop_assert!(error.to_string().ends_with('^'));
                prop_assert!(error.column() <= text.chars().count() + 1);
            }
        }
    }
}
