//! Whatever the evidence is like: no gate passes or fails without complete, fresh and finite numbers.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::clock::UnixTime;

const NOW: f64 = 1_790_000_000.0;

/// Numbers as broken evidence has them.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => -2.0..2.0,
        1 => prop::sample::select(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, -0.0, 1e-310]),
    ]
}

fn time() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => (-600.0..9000.0_f64).prop_map(|ago| NOW - ago),
        1 => number(),
    ]
}

fn reading() -> impl Strategy<Value = Reading> {
    (time(), number()).prop_map(|(at, value)| Reading { at, value })
}

/// What stands in a result where a number belongs.
fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => (-2.0..2.0).prop_map(|number: f64| json!(number)),
        1 => prop::sample::select(vec![json!(null), json!("0.5"), json!([1]), json!({}), json!(true), json!(1e308)]),
    ]
}

/// A recorded result, perhaps truncated.
fn result() -> impl Strategy<Value = Value> {
    let keys = prop::collection::btree_map("x|y|samples", any_value(), 0..3);
    let metrics = prop::collection::btree_map("x|y", any_value(), 0..2);
    (any_value(), keys, metrics, 0..8_usize).prop_map(|(roi, extra, metrics, cut)| {
        let whole = json!({"roi": roi, "extra": extra, "metrics": metrics}).to_string();
        let end = if cut == 0 {
            whole.len() / 2
        } else {
            whole.len()
        };
        serde_json::from_str(whole.get(..end).unwrap_or_default()).unwrap_or(Value::Null)
    })
}

fn measured() -> impl Strategy<Value = Measured> {
    (result(), prop::option::of(number()), time())
        .prop_map(|(result, cost, at)| Measured::of_result(&result, cost, UnixTime(at)))
}

fn readings() -> impl Strategy<Value = Vec<Reading>> {
    // Some are recorded twice.
    prop::collection::vec((reading(), 1..3_usize), 0..6).prop_map(|readings| {
        let twice = readings
            .into_iter()
            .flat_map(|(reading, times)| vec![reading; times]);
        twice.collect()
    })
}

fn gate() -> impl Strategy<Value = Gate> {
    let name = prop::sample::select(vec!["roi", "cost", "x", "y", "success_rate"]);
    let op = prop::sample::select(vec![">", ">=", "<", "<=", "==", "!="]);
    let bound = prop::sample::select(vec![
        "0",
        "-1e308",
        "base",
        "base*1.5",
        "base*1e308",
        "base-1",
    ]);
    (name, op, bound).prop_filter_map("success_rate has no base", |(name, op, bound)| {
        Gate::parse(&format!("{name} {op} {bound}")).ok()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_gate_decides_without_complete_fresh_and_finite_evidence(
        gate in gate(),
        this in measured(),
        earlier in prop::collection::vec(measured(), 0..6),
        rows in readings(),
        outcomes in prop::collection::vec(any::<bool>(), 0..4),
        min_samples in 1..4_u64,
    ) {
        let recorded = BTreeMap::from([("x".to_owned(), rows.clone())]);
        let evidence = Evidence {
            now: UnixTime(NOW),
            cycle: &this,
            earlier: &earlier,
            recorded: &recorded,
            outcomes: &outcomes,
        };
        let limits = GateLimits { max_age: Duration::from_secs(3600), min_samples };
        let verdict = gate.judge(&evidence, limits);
        let numbers = [verdict.value, verdict.bound, verdict.base, verdict.age];
        prop_assert!(numbers.iter().flatten().all(|number| number.is_finite()), "{verdict:?}");
        let text = serde_json::to_string(&verdict).expect("JSON");
        prop_assert_eq!(&serde_json::from_str::<GateVerdict>(&text).expect("a verdict"), &verdict);
        if verdict.verdict == Answer::Inconclusive {
            prop_assert!(verdict.reason.is_some() && verdict.why.is_some());
            return Ok(());
        }
        prop_assert_eq!(verdict.reason, None);
        let (value, bound) = (verdict.value.expect("a value"), verdict.bound.expect("a bound"));
        prop_assert_eq!(gate.op().holds(value, bound), verdict.verdict == Answer::Pass);
        if gate.bound().names_base() {
            prop_assert!(verdict.base.is_some() && verdict.base_cycles.expect("a number") >= 3);
        }
        match verdict.source.expect("a source") {
            Source::Result => {
                prop_assert_eq!(this.keys.get(gate.name()), Some(&Some(value)));
                let states_few = matches!(this.samples, Samples::Stated(stated) if stated < min_samples)
                    || this.samples == Samples::Malformed
                    || (this.samples == Samples::Unstated && min_samples > 1);
                prop_assert!(gate.name() == "cost" || !states_few, "{verdict:?}");
            }
            Source::Metrics => prop_assert_eq!(this.metrics.get(gate.name()), Some(&value)),
            Source::Recorded => {
                let fresh = |reading: &&Reading| reading.at <= NOW + 300.0 && reading.at >= NOW - 3600.0;
                let mut seen: Vec<Reading> = Vec::new();
                for reading in rows.iter().filter(fresh) {
                    if !seen.iter().any(|it| it.at.to_bits() == reading.at.to_bits()
                        && it.value.to_bits() == reading.value.to_bits()) {
                        seen.push(*reading);
                    }
                }
                prop_assert!(seen.iter().any(|it| it.value.to_bits() == value.to_bits()));
                prop_assert!(seen.len() as u64 >= min_samples, "{verdict:?}");
            }
            Source::Cycles => prop_assert!(outcomes.len() as u64 >= min_samples),
        }
    }
}
