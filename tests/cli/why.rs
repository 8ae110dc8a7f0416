//! Explaining decisions.

use serde_json::Value;

use crate::support::Home;

fn home() -> Home {
    let mut home = Home::new();
    home.at("2026-11-23T08:00:00Z");
    let train = home.script("train.sh", r#"echo "{\"roi\": 1}""#);
    home.sie(&[
        "register",
        "alpha",
        "--pipeline",
        &train,
        "--rule",
        "failing: sum(errors, 20) > 1",
    ])
    .exits(0);
    home.run("run-all").exits(0);
    home
}

fn reason(home: &Home) -> String {
    let report = home.run("run-all --format json").exits(0).json();
    report["engines"][0]["reason"].as_str().unwrap().to_owned()
}

/// Asserts that the rows of the table form say the same as the JSON document, and returns the latter.
fn agreed(home: &Home, line: &str) -> Value {
    let json = home.run(&format!("{line} --format json")).exits(0).json();
    let tsv = home.run(&format!("{line} --format tsv")).exits(0).stdout;
    let table = home.run(&format!("{line} --format table")).exits(0).stdout;
    let conditions = json["conditions"].as_array().unwrap();
    let text = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.as_f64().unwrap().to_string(),
    };
    let rows: Vec<String> = conditions
        .iter()
        .map(|it| {
            let cells = [
                "check",
                "kind",
                "result",
                "reading",
                "value",
                "op",
                "threshold",
                "age",
            ]
            .map(|key| text(&it[key]));
            let decided = if it["decided"] == true { "decided" } else { "" };
            format!("{}\t{decided}\n", cells.join("\t"))
        })
        .collect();
    assert_eq!(tsv, rows.concat());
    let lines: Vec<&str> = table.lines().collect();
    assert!(
        lines[0].contains(&format!("({})", json["reason"].as_str().unwrap())),
        "{table}"
    );
    assert_eq!(
        lines.iter().filter(|line| line.contains('▸')).count(),
        conditions.iter().filter(|it| it["decided"] == true).count()
    );
    let last = lines.last().unwrap();
    if json["flip"].is_null() {
        assert!(last.contains("no single number"), "{table}");
    } else {
        assert!(
            last.starts_with(&format!(
                "flip: {} ",
                json["flip"]["reading"].as_str().unwrap()
            )),
            "{table}"
        );
    }
    json
}

#[test]
fn rising_errors_are_explained_before_at_and_after_the_run_they_ask_for() {
    let mut home = home();
    home.at("2026-11-23T08:10:00Z");
    home.run("metrics record alpha errors=0").exits(0);
    home.at("2026-11-23T08:11:00Z");
    assert_eq!(reason(&home), "not_needed");
    let skip = agreed(&home, "why alpha");
    assert_eq!(skip["action"], "skip");
    home.run("metrics record alpha errors=2").exits(0);
    home.at("2026-11-23T08:15:00Z");
    let plan = home.run("run-all --dry-run --format json").exits(0).json();
    assert_eq!(plan["engines"][0]["action"], "run");
    // The built-in check is looked at before the operator's rules.
    assert_eq!(plan["engines"][0]["reason"], "error_rate");
    assert_eq!(reason(&home), "error_rate");
    let run = agreed(&home, "why alpha");
    assert_eq!((&run["action"], &run["cycle"]), (&"run".into(), &2.into()));
    let of = |check: &str| {
        run["conditions"]
            .as_array()
            .unwrap()
            .iter()
            .find(|it| it["check"] == check)
            .cloned()
            .unwrap()
    };
    assert_eq!(of("error_rate")["value"], 2.0);
    assert_eq!(of("error_rate")["age"], 240.0);
    assert_eq!(of("failing")["result"], "yes");
    assert_eq!(of("interval")["result"], "no");
    assert_eq!(reason(&home), "not_needed");
    assert_eq!(reason(&home), "not_needed");
    assert_eq!(agreed(&home, "why alpha")["count"], 2);
    home.run("metrics record alpha errors=1").exits(0);
    assert_eq!(reason(&home), "error_rate");
    // What was recorded stays explained.
    assert_eq!(agreed(&home, "why alpha --at alpha-2"), run);
    assert_eq!(agreed(&home, "why alpha --at 2"), run);
    assert_eq!(agreed(&home, "why alpha --at 2026-11-23T08:12:00Z"), skip);
}

#[test]
fn a_rule_is_the_reason_and_its_flip_turns_the_decision_in_a_rehearsal() {
    let mut home = home();
    let registry = std::fs::read_to_string(home.registry()).unwrap();
    // Errors alone are tolerated; only the rule asks.
    let tolerant = registry.replacen(
        "\"energy\": 1",
        "\"energy\": 1, \"diagnostics\": {\"errors\": 1000}",
        1,
    );
    std::fs::write(home.registry(), tolerant).unwrap();
    home.at("2026-11-23T08:10:00Z");
    home.run("metrics record alpha errors=1").exits(0);
    assert_eq!(reason(&home), "not_needed");
    let skip = agreed(&home, "why alpha");
    assert_eq!(
        skip["flip"],
        serde_json::json!({"reading": "sum(errors, 20)", "from": 1.0, "to": 2.0, "is_whole": true})
    );
    home.run("why alpha --format table")
        .exits(0)
        .out_has("flip: sum(errors, 20) 1 → 2 would have made it run");
    home.run("metrics record alpha errors=1").exits(0);
    assert_eq!(reason(&home), "failing");
    let run = agreed(&home, "why alpha");
    assert_eq!(run["reason"], "failing");
    assert_eq!(run["flip"]["to"], 1.0);
    assert_eq!(reason(&home), "not_needed");
}

#[test]
fn missing_and_old_metrics_are_a_warning_and_never_a_reason() {
    let mut home = home();
    home.run("metrics record alpha errors=0 --at 2026-11-20T08:00:00Z")
        .exits(0);
    home.at("2026-11-23T08:10:00Z");
    assert_eq!(reason(&home), "not_needed");
    let why = agreed(&home, "why alpha");
    assert!(why["warnings"][0].as_str().unwrap().contains("3d"), "{why}");
    home.run("status --format table").exits(0).out_has("old");
    home.run("cycle alpha").exits(0);
    assert_eq!(reason(&home), "not_needed");
    let why = agreed(&home, "why alpha");
    assert!(
        why["warnings"][0]
            .as_str()
            .unwrap()
            .contains("`failing` cannot be judged"),
        "{why}"
    );
}

#[test]
fn what_was_never_decided_is_said() {
    let home = home();
    home.run("register beta --pipeline true").exits(0);
    home.run("why beta")
        .exits(2)
        .err_has("nothing was decided about `beta` yet");
    home.run("why alpha --at 7")
        .exits(2)
        .err_has("no decision started a cycle alpha-7");
    home.run("why alpha --at 2020-01-01T00:00:00Z").exits(2);
    home.run("why alpha --at yesterday")
        .exits(2)
        .err_has("neither a cycle");
}
