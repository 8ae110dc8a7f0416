//! Replays the recorded vectors of module trends; not part of the product.

use serde_json::Value;

use super::ModuleTrends;

const VECTORS: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/data/conformance/module_trends.json"
));

/// The vectors' own spread; the product's default is in `DiminishingRule`.
const SPREAD: f64 = 1e-3;

fn names(list: &Value) -> Vec<String> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

fn assert_close(actual: f64, expected: f64, place: &str) {
    let allowed = 1e-12_f64.max(1e-9 * expected.abs());
    assert!(
        (actual - expected).abs() <= allowed,
        "{place}: {actual}, expected {expected}"
    );
}

fn replay(case: &Value) {
    let name = case["name"].as_str().unwrap();
    let mut trends = ModuleTrends::default();
    let mut previous_roi = 0.0;
    let mut results = case["expected"]["results"].as_array().unwrap().iter();
    for (place, op) in case["input"]["ops"].as_array().unwrap().iter().enumerate() {
        let place = format!("{name}, op {place}");
        match op["op"].as_str().unwrap() {
            "log" => {
                let roi = op["roi"].as_f64().unwrap();
                for module in names(&op["modules"]) {
                    trends.record(&module, roi - previous_roi).unwrap();
                }
                previous_roi = roi;
            }
            "rankings" => {
                let expected = results.next().unwrap()["rankings"].as_array().unwrap();
                let actual = trends.rankings();
                assert_eq!(actual.len(), expected.len(), "{place}");
                for ((module, total), expected) in actual.into_iter().zip(expected) {
                    assert_eq!(module, expected[0].as_str().unwrap(), "{place}");
                    assert_close(total, expected[1].as_f64().unwrap(), &place);
                }
            }
            "diminishing" => {
                let threshold = op["threshold"].as_f64().unwrap_or(0.0);
                let consecutive = u32::try_from(op["consecutive"].as_u64().unwrap()).unwrap();
                let expected = names(&results.next().unwrap()["diminishing"]);
                let query: Vec<String> = trends
                    .diminishing(threshold, SPREAD, consecutive)
                    .iter()
                    .map(|&name| name.into())
                    .collect();
                let actual = trends.newly_diminishing(threshold, SPREAD, consecutive);
                assert_eq!(actual, expected, "{place}");
                assert!(
                    actual.iter().all(|module| query.contains(module)),
                    "{place}"
                );
            }
            other => panic!("{place}: unknown op {other}"),
        }
    }
    assert!(results.next().is_none(), "{name}: results left over");
    check_state(name, &trends, &case["expected"]);
}

fn check_state(name: &str, trends: &ModuleTrends, expected: &Value) {
    let deltas = expected["deltas"].as_object().unwrap();
    assert_eq!(trends.modules().len(), deltas.len(), "{name}");
    for (module, expected) in deltas {
        let expected = expected.as_array().unwrap();
        let actual = &trends.get(module).unwrap().recent;
        assert_eq!(actual.len(), expected.len(), "{name}: deltas of {module}");
        for (actual, expected) in actual.iter().zip(expected) {
            assert_close(*actual, expected.as_f64().unwrap(), name);
        }
    }
    let reported = trends.modules().iter().filter(|module| module.reported);
    let mut flagged: Vec<String> = reported.map(|module| module.name.clone()).collect();
    flagged.sort();
    assert_eq!(flagged, names(&expected["flagged"]), "{name}");
}

#[test]
fn conformance_module_trends() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 36);
    for case in cases {
        replay(case);
    }
}
