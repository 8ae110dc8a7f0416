//! Modules in the state of the policy: when recorded deltas change what it decides.

use serde_json::{Value, json};

use crate::support::Home;

#[test]
fn a_policy_that_learns_from_results_decides_anew_after_deltas_recorded_by_hand() {
    let mut home = Home::new();
    home.set("SIE_SEED", "1");
    // Of three cycles the first two pay, and the third, run after `lexer.py` was the newest module, does not.
    let train = home.script(
        "train.sh",
        r#"read n < n; echo $((n + 1)) > n
        case $((n % 3)) in
            0) echo '{"roi": 15, "modules": {"parser.py": 15}}' ;;
            1) echo '{"roi": 15, "modules": {"lexer.py": 15}}' ;;
            2) echo '{"roi": -15, "modules": {"parser.py": -15}}' ;;
        esac"#,
    );
    home.write("n", "0\n");
    home.at("2026-01-01T00:00:00Z");
    home.run(&format!(
        "register alpha --pipeline {train} --trigger learned --signal none --cost 10 --interval 1h"
    ))
    .exits(0);
    // Always one interval and a half after the last one.
    let at = |turn: u32| {
        let minutes = turn * 90;
        let (day, hour) = (minutes / 1440 + 1, minutes / 60 % 24);
        format!("2026-01-{day:02}T{hour:02}:{:02}:00Z", minutes % 60)
    };
    for turn in 1..108 {
        home.at(&at(turn));
        home.run("cycle alpha").exits(0);
    }
    home.at(&at(108));
    let decide = || {
        let report = home.run("run-all --dry-run --format json").exits(0).json();
        report["engines"][0].clone()
    };
    let decided = decide();
    assert_eq!(
        (&decided["action"], &decided["reason"]),
        (&json!("skip"), &json!("not_needed")),
        "{decided:#}"
    );
    home.run("run-all").exits(0);
    home.run("modules record alpha parser.py=3").exits(0);
    let decided = decide();
    assert_eq!(
        (&decided["action"], &decided["reason"]),
        (&json!("run"), &json!("policy")),
        "{decided:#}"
    );
    assert_eq!(decided["policy"]["freshness"], "new_row");
}

#[test]
fn a_policy_that_learns_row_by_row_takes_recorded_deltas_in_with_the_next_row() {
    let mut home = Home::new();
    home.set("SIE_SEED", "1").at("2026-01-01T00:00:00Z");
    home.run("register alpha --pipeline true --trigger learned --cost 10")
        .exits(0);
    let decide = || {
        let report = home.run("run-all --format json").exits(0).json();
        report["engines"][0]["policy"].clone()
    };
    let state = |policy: &Value| {
        let words = policy["state"].as_array().unwrap().iter();
        let words: Vec<String> = words
            .map(|it| format!("{} {}", it["name"], it["word"]))
            .collect();
        words.join(", ").replace('"', "")
    };
    let row = || {
        home.run("metrics record alpha revenue=50 expense=0")
            .exits(0)
    };
    row();
    assert!(state(&decide()).contains("module none"));
    home.run("modules record alpha parser.py=0 parser.py=0 parser.py=0")
        .exits(0);
    let repeated = decide();
    assert_eq!(repeated["freshness"], "no_new_row");
    assert!(state(&repeated).contains("module none"));
    row();
    let decided = state(&decide());
    assert!(
        decided.contains("module parser.py") && decided.contains("returns diminishing"),
        "{decided}"
    );
}
