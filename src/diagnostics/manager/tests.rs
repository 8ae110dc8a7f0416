//! Replays the conformance vectors and tries each check at its threshold.

use serde_json::Value;

use super::*;
use crate::diagnostics::truth::Truth;

fn series_of(metric: &str, values: &[f64]) -> Vec<MetricsRow> {
    (0_u32..)
        .zip(values)
        .map(|(index, value)| MetricsRow {
            at: f64::from(index),
            values: [(metric.to_owned(), *value)].into(),
        })
        .collect()
}

fn ids(issues: &[Issue]) -> Vec<&str> {
    issues.iter().map(|issue| issue.id.as_str()).collect()
}

fn with(change: impl Fn(&mut DiagnosticSettings)) -> DiagnosticManager {
    let mut settings = DiagnosticSettings::default();
    change(&mut settings);
    DiagnosticManager::new(settings, Vec::new())
}

#[test]
fn conformance_diagnostics() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/conformance/diagnostics.json"
    );
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let cases = file["cases"].as_array().unwrap();
    assert!(!cases.is_empty());
    for case in cases {
        let input = &case["input"];
        let cells: Vec<(f64, f64)> = serde_json::from_value(input["rows"].clone()).unwrap();
        let rows: Vec<MetricsRow> = (0_u32..)
            .zip(cells)
            .map(|(index, (response_time, errors))| MetricsRow {
                at: f64::from(index),
                values: [
                    ("response_time".to_owned(), response_time),
                    ("errors".to_owned(), errors),
                ]
                .into(),
            })
            .collect();
        let window = usize::try_from(input["limit"].as_u64().unwrap()).unwrap();
        let manager = with(|settings| settings.window = window);
        let issues = manager.diagnose(&rows, input["discrepancies"].as_u64().unwrap());
        let wanted: Vec<&str> = case["expected"]["issues"]
            .as_array()
            .unwrap()
            .iter()
            .map(|id| id.as_str().unwrap())
            .collect();
        assert_eq!(ids(&issues), wanted, "{}", case["name"]);
    }
}

#[test]
fn conditions_that_raise_nothing_are_listed_with_value_threshold_and_age() {
    let rows = series_of("response_time", &[1.0, 1.5]);
    let drift = BTreeMap::new();
    let diagnosis = DiagnosticManager::default().examine(&Readings {
        rows: &rows,
        discrepancies: 0,
        drift: &drift,
    });
    assert!(diagnosis.issues.is_empty());
    assert_eq!(diagnosis.severity(), None);
    let found: Vec<_> = diagnosis
        .conditions
        .iter()
        .map(|condition| {
            (
                condition.reading.as_str(),
                condition.value,
                condition.result,
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("mean(response_time, 20)", Some(1.25), Truth::No),
            ("sum(errors, 20)", None, Truth::Unknown),
            ("discrepancies", Some(0.0), Truth::No),
        ]
    );
    assert_eq!(diagnosis.conditions[0].rows, 2);
    assert_eq!(diagnosis.conditions[0].newest_at, Some(1.0));
}

#[test]
fn the_anomaly_share_is_off_by_default_and_raised_above_a_tenth_of_at_least_ten_rows() {
    let mut values = [9.0, 10.0, 11.0, 9.5, 10.5].repeat(4);
    values[18..].fill(99.0);
    let at_the_limit = series_of("loss", &values);
    values[17] = 99.0;
    let above = series_of("loss", &values);
    assert!(DiagnosticManager::default().diagnose(&above, 0).is_empty());
    let manager = with(|settings| settings.anomaly_metrics = vec!["loss".to_owned()]);
    assert!(manager.diagnose(&at_the_limit, 0).is_empty(), "2 of 20");
    assert_eq!(
        ids(&manager.diagnose(&above, 0)),
        ["anomalies_detected"],
        "3 of 20"
    );
    assert!(
        manager.diagnose(&above[11..], 0).is_empty(),
        "9 rows are too few"
    );
}

#[test]
fn a_drop_of_the_return_is_raised_below_minus_a_tenth_over_at_least_twenty_rows() {
    let manager = with(|settings| settings.roi_drop = true);
    let halves = |late: f64| {
        let mut values = vec![100.0; 10];
        values.extend([late; 10]);
        series_of("revenue", &values)
    };
    assert_eq!(ids(&manager.diagnose(&halves(89.0), 0)), ["roi_drop"]);
    assert!(
        manager.diagnose(&halves(90.0), 0).is_empty(),
        "exactly −0.1"
    );
    assert!(
        manager.diagnose(&halves(50.0)[1..], 0).is_empty(),
        "19 rows are too few"
    );
    assert!(
        DiagnosticManager::default()
            .diagnose(&halves(50.0), 0)
            .is_empty()
    );
}

#[test]
fn drift_goes_on_from_the_engines_state_and_asks_once_per_acknowledgement() {
    let manager = with(|settings| settings.drift_metrics = vec!["loss".to_owned()]);
    let calm: Vec<f64> = [1.0, 2.0, 3.0, 2.0].repeat(10);
    let risen = [9.0; 10];
    let mut test = PageHinkley::default();
    for value in calm {
        test.update(value);
    }
    test.acknowledge();
    for value in risen {
        test.update(value);
    }
    let rows = series_of("loss", &risen);
    assert!(
        manager.diagnose(&rows, 0).is_empty(),
        "ten rows alone are a warm-up"
    );
    let mut drift = BTreeMap::from([("loss".to_owned(), test)]);
    let examine = |drift: &BTreeMap<String, PageHinkley>| {
        let readings = Readings {
            rows: &rows,
            discrepancies: 0,
            drift,
        };
        manager.examine(&readings)
    };
    assert_eq!(ids(&examine(&drift).issues), ["drift_detected"]);
    drift.values_mut().for_each(PageHinkley::acknowledge);
    assert!(examine(&drift).issues.is_empty());
}

#[test]
fn rules_come_last_with_their_own_id_and_severity() {
    let rules = vec![
        Rule::parse("hot: last(cpu) > 0.9 @critical").unwrap(),
        Rule::parse("odd: last(nothing) > 0.9").unwrap(),
    ];
    let manager = DiagnosticManager::new(DiagnosticSettings::default(), rules);
    let rows = series_of("cpu", &[0.95]);
    let drift = BTreeMap::new();
    let diagnosis = manager.examine(&Readings {
        rows: &rows,
        discrepancies: 1,
        drift: &drift,
    });
    assert_eq!(ids(&diagnosis.issues), ["discrepancies_detected", "hot"]);
    assert_eq!(diagnosis.severity(), Some(Severity::Critical));
    let unknown = diagnosis.conditions.last().unwrap();
    assert_eq!(
        (unknown.check.as_str(), unknown.result),
        ("odd", Truth::Unknown)
    );
}

#[test]
fn sentences_carry_the_numbers_and_never_round_onto_the_threshold() {
    let rows = series_of("response_time", &[1.0, 3.000_001]);
    let issues = DiagnosticManager::default().diagnose(&rows, 0);
    assert_eq!(
        issues[0].message,
        "the mean response time of 2 rows is 2.0000005 s, above 2 s"
    );
    let rows = series_of("errors", &[3.0]);
    let issues = DiagnosticManager::default().diagnose(&rows, 0);
    assert_eq!(issues[0].message, "the errors of 1 row sum to 3, above 0");
}

#[test]
fn sums_beyond_the_largest_number_are_raised_and_finite() {
    let rows = series_of("errors", &[1e308, 1e308]);
    let issues = DiagnosticManager::default().diagnose(&rows, 0);
    assert_eq!(ids(&issues), ["error_rate"]);
    assert_eq!(issues[0].evidence[0].value, Some(f64::MAX));
}
