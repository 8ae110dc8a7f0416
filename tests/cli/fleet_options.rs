//! `run-all --only`, `--halt`, and `--if-running`.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::rig::{cycles, engine, send, start_in_group};
use crate::support::{Finished, Home, wait_until};

const GOOD: &str = "echo '{\"roi\": 1}'";

fn reasons(finished: &Finished) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let report = finished.json();
    let engines = report["engines"].as_array().expect("engines");
    engines
        .iter()
        .map(|engine| (text(&engine["engine"]), text(&engine["reason"])))
        .collect()
}

fn pair(engine: &str, reason: &str) -> (String, String) {
    (engine.to_owned(), reason.to_owned())
}

#[test]
fn only_looks_at_engines_whose_names_match_one_of_the_patterns() {
    let home = Home::new();
    for name in ["eu-west", "eu-east", "us-west", "bot1"] {
        engine(&home, name, GOOD, &json!({}));
    }
    let finished = home
        .run("run-all --only 'eu-*' --only 'BOT[0-9]' --format json")
        .exits(0);
    let ran = ["eu-west", "eu-east", "bot1"].map(|name| pair(name, "never_run"));
    assert_eq!(reasons(&finished), ran);
    assert!(cycles(&home, "us-west").is_empty());
    home.run("run-all --only 'eu-*' --only eu-wset")
        .exits(2)
        .err_has("no engine matches `--only eu-wset`")
        .err_has("did you mean `eu-west`?");
}

#[test]
fn only_leaves_bad_entries_of_other_engines_alone() {
    let home = Home::new();
    engine(&home, "alpha", GOOD, &json!({}));
    let text = std::fs::read_to_string(home.registry()).expect("readable");
    let broken = text.replacen(
        "\"engines\": {",
        "\"engines\": {\"broken\": {\"pipelne\": \"x\"},",
        1,
    );
    std::fs::write(home.registry(), broken).expect("written");
    home.run("run-all --only alpha")
        .exits(0)
        .err_lacks("broken");
    home.run("run-all --only 'b*'")
        .exits(2)
        .err_has("did you mean `pipeline`?");
    home.run("run-all").exits(2);
}

#[test]
fn halt_starts_no_more_after_so_many_failures_and_reports_the_rest_as_not_started() {
    let home = Home::new();
    for (name, body) in [
        ("a", "exit 1"),
        ("b", GOOD),
        ("c", "exit 1"),
        ("d", GOOD),
        ("e", GOOD),
    ] {
        engine(&home, name, body, &json!({}));
    }
    let finished = home
        .run("run-all --halt soon,fail=2 --format json")
        .exits(12);
    let expected = [
        pair("a", "never_run"),
        pair("b", "never_run"),
        pair("c", "never_run"),
        pair("d", "not_started"),
        pair("e", "not_started"),
    ];
    assert_eq!(reasons(&finished), expected);
    assert!(cycles(&home, "d").is_empty());
    home.run("run-all --force --halt soon,fail=1 --format table")
        .exits(12)
        .out_has("4 not started")
        .out_has("not started");
    home.run("run-all --force --halt soon,fail=1 --quiet")
        .exits(12)
        .err_has("4 engines were due and not started");
    home.run("run-all --force --halt never").exits(12);
    assert_eq!(cycles(&home, "d").len(), 1);
    home.run("run-all --halt later")
        .exits(2)
        .err_has("soon,fail=3");
}

#[test]
fn if_running_waits_for_the_other_cycle_and_then_decides_anew() {
    let home = Home::new();
    engine(
        &home,
        "alpha",
        "touch running; sleep 1; echo '{\"roi\": 1}'",
        &json!({}),
    );
    let first = start_in_group(&home, &["run-all"]);
    wait_until("it runs", || home.work().join("running").exists());
    home.run("run-all --format tsv").exits(0).out_has("busy");
    home.run("run-all --if-running fail").exits(13);
    let asked = Instant::now();
    let finished = home
        .run("run-all --if-running wait=1m --format json")
        .exits(0);
    finished.json();
    assert!(asked.elapsed() < Duration::from_secs(30));
    let finished_first = home.finish(&["run-all"], first).exits(0);
    assert_eq!(finished_first.signal, None);
    // The first one was what it was due for.
    assert_eq!(reasons(&finished), [pair("alpha", "not_needed")]);
    assert_eq!(cycles(&home, "alpha").len(), 1);
}

#[test]
fn if_running_says_busy_when_the_wait_was_in_vain() {
    let home = Home::new();
    engine(&home, "alpha", "touch running; exec sleep 1000", &json!({}));
    let first = start_in_group(&home, &["cycle", "alpha"]);
    wait_until("it runs", || home.work().join("running").exists());
    home.run("cycle alpha --if-running wait=300ms")
        .exits(13)
        .err_has("waiting for alpha: its cycle is running, processes ");
    send(&first, rustix::process::Signal::TERM);
    let _ = home.finish(&["cycle", "alpha"], first);
}
