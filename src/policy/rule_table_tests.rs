//! Replays `tests/data/conformance/q_learning.json` against the update rules.

use serde_json::Value;

use super::*;

const VECTORS: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/data/conformance/q_learning.json"
));

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn state(value: &Value) -> Vec<i64> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part.as_i64().unwrap())
        .collect()
}

fn action(value: &Value) -> u8 {
    u8::try_from(value.as_u64().unwrap()).unwrap()
}

struct Tolerance {
    relative: f64,
    absolute: f64,
}

impl Tolerance {
    fn check(&self, case: &str, what: &str, got: f64, wanted: f64) {
        let slack = self.absolute.max(self.relative * wanted.abs());
        assert!(
            (got - wanted).abs() <= slack,
            "{case}: {what} is {got}, expected {wanted}"
        );
    }

    fn check_by_action(&self, case: &str, what: &str, got: &[(u8, f64)], wanted: &Value) {
        let wanted = wanted.as_object().unwrap();
        assert_eq!(
            got.len(),
            wanted.len(),
            "{case}: number of actions of {what}"
        );
        for (action, value) in got {
            self.check(case, what, *value, number(&wanted[&action.to_string()]));
        }
    }
}

fn check_name(case: &str, input: &Value, expected: &Value) {
    let name = input["strategy"].as_str().unwrap();
    // Unknown names are errors, where the reference falls back to Q-learning without a word.
    match Strategy::parse(name) {
        Ok(strategy) => assert_eq!(
            strategy.name(),
            expected["kind"].as_str().unwrap(),
            "{case}"
        ),
        Err(error) => assert!(["dqn", "nonsense"].contains(&name), "{case}: {error}"),
    }
}

fn replay(case: &str, input: &Value, expected: &Value, tolerance: &Tolerance) {
    let mut table = RuleTable::new(RuleParams {
        strategy: Strategy::parse(input["strategy"].as_str().unwrap()).unwrap(),
        alpha: number(&input["alpha"]),
        gamma: number(&input["gamma"]),
        lambda: input.get("lambda").map_or(0.0, number),
        is_adaptive: input["adaptive"].as_bool().unwrap(),
    });
    for (step, update) in input["updates"].as_array().unwrap().iter().enumerate() {
        let next = &update["next_state"];
        let next = (!next.is_null()).then(|| state(next));
        let reward = number(&update["reward"]);
        let got = table.update(
            &state(&update["state"]),
            action(&update["action"]),
            reward,
            next.as_ref(),
        );
        tolerance.check(
            case,
            &format!("q_after[{step}]"),
            got,
            number(&expected["q_after"][step]),
        );
        if let Some(rates) = expected.get("alpha_after") {
            tolerance.check(
                case,
                &format!("alpha_after[{step}]"),
                table.rates().alpha,
                number(&rates[step]),
            );
            tolerance.check(
                case,
                "gamma_after",
                table.rates().gamma,
                number(&expected["gamma_after"][step]),
            );
        }
    }
    let wanted = expected["table"].as_array().unwrap();
    assert_eq!(
        table.entries().len(),
        wanted.len(),
        "{case}: number of states"
    );
    for (entry, wanted) in table.entries().iter().zip(wanted) {
        assert_eq!(
            entry.state,
            state(&wanted["state"]),
            "{case}: order of states"
        );
        let values: Vec<_> = entry
            .values
            .iter()
            .map(|stored| (stored.action, stored.value))
            .collect();
        tolerance.check_by_action(case, "table", &values, &wanted["q"]);
    }
    for wanted in expected["scores"].as_array().unwrap() {
        let at = state(&wanted["state"]);
        tolerance.check(case, "score", table.score(&at), number(&wanted["score"]));
        assert_eq!(
            table.greedy_action(&at),
            action(&wanted["greedy_action"]),
            "{case}: greedy action of {at:?}"
        );
    }
    for wanted in expected
        .get("state_values")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let at = state(&wanted["state"]);
        let entry = table
            .entries()
            .iter()
            .find(|entry| entry.state == at)
            .unwrap();
        tolerance.check(case, "state value", entry.state_value, number(&wanted["v"]));
    }
    if let Some(wanted) = expected.get("eligibility") {
        let wanted = wanted.as_array().unwrap();
        let live = wanted
            .iter()
            .map(|wanted| wanted["q"].as_object().unwrap().len())
            .sum::<usize>();
        assert_eq!(table.traces().count(), live, "{case}: number of traces");
        for wanted in wanted {
            let at = state(&wanted["state"]);
            let got: Vec<_> = table
                .traces()
                .filter(|(s, ..)| **s == at)
                .map(|(_, a, e)| (a, e))
                .collect();
            tolerance.check_by_action(case, "eligibility", &got, &wanted["q"]);
        }
    }
}

#[test]
fn conformance_q_learning() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let tolerance = Tolerance {
        relative: number(&vectors["tolerance"]["relative"]),
        absolute: number(&vectors["tolerance"]["absolute"]),
    };
    let cases = vectors["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 47);
    for case in cases {
        let name = case["name"].as_str().unwrap();
        match case["group"].as_str().unwrap() {
            "strategy_name" => check_name(name, &case["input"], &case["expected"]),
            _ => replay(name, &case["input"], &case["expected"], &tolerance),
        }
    }
}

#[test]
fn a_table_read_back_finds_its_states_again() {
    let params = RuleParams {
        strategy: Strategy::QLambda,
        alpha: 0.5,
        gamma: 0.9,
        lambda: 0.9,
        is_adaptive: true,
    };
    let mut table: RuleTable<u32> = RuleTable::new(params);
    table.update(&7, 1, 2.0, Some(&8));
    let mut copy: RuleTable<u32> =
        serde_json::from_str(&serde_json::to_string(&table).unwrap()).unwrap();
    assert_eq!(copy, table);
    table.update(&8, 0, 1.0, Some(&7));
    copy.update(&8, 0, 1.0, Some(&7));
    assert_eq!(copy, table);
}

#[test]
fn values_stay_finite_under_every_rule_whatever_the_reward() {
    for strategy in Strategy::ALL {
        let mut table: RuleTable<u32> = RuleTable::new(RuleParams {
            strategy,
            alpha: 1.0,
            gamma: 0.99,
            lambda: 1.0,
            is_adaptive: false,
        });
        for round in 0..50_u32 {
            for reward in [1e308, -1e308, 5e-324, f64::INFINITY, f64::NAN] {
                assert!(
                    table.update(&(round % 3), 1, reward, Some(&1)).is_finite(),
                    "{}",
                    strategy.name()
                );
            }
        }
    }
}

#[test]
fn seeding_never_replaces_a_learned_value() {
    let mut table: RuleTable<u32> = RuleTable::new(RuleParams {
        strategy: Strategy::Sarsa,
        alpha: 0.5,
        gamma: 0.9,
        lambda: 0.0,
        is_adaptive: false,
    });
    table.update(&1, 1, 2.0, None);
    table.seed(&1, 1, 9.0);
    table.seed(&1, 0, 4.0);
    assert_eq!(table.value(&1, 1), Some(1.0));
    assert_eq!(table.value(&1, 0), Some(4.0));
}
