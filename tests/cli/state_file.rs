//! The state file of an engine: brought along, trusted, doubted, kept aside.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Home, wait_until};

const NOW: &str = "2026-11-23T08:00:00Z";
/// `NOW` as the state file writes it.
const NOW_SECONDS: f64 = 1_795_420_800.0;

fn home_with_engine() -> Home {
    let mut home = Home::new();
    home.at(NOW);
    let script = home.script("train.sh", "echo '{\"roi\": 2.5}'");
    home.sie(&[
        "register",
        "alpha",
        "--pipeline",
        &script,
        "--state-path",
        "deep/state.json",
    ])
    .exits(0);
    home
}

fn state(home: &Home) -> Value {
    serde_json::from_str(&home.read("deep/state.json")).expect("a state file")
}

fn bring(home: &Home, text: &str) {
    fs::create_dir_all(home.work().join("deep")).expect("made");
    home.write("deep/state.json", text);
}

fn reason(home: &Home) -> Value {
    home.run("run-all --format json").exits(0).json()["engines"][0]["reason"].clone()
}

#[test]
fn an_engine_whose_database_was_deleted_carries_on_from_its_state_file() {
    let mut home = home_with_engine();
    home.run("run-all").exits(0);
    assert_eq!(
        state(&home),
        json!({"roi_history": [2.5], "last_run": NOW_SECONDS})
    );
    for name in ["sie.db", "sie.db-wal", "sie.db-shm"] {
        let _ = fs::remove_file(home.data_dir().join(name));
    }
    let finished = home.at("2026-11-23T08:30:00Z").run("run-all --format json");
    let finished = finished.exits(0).err_has("took over 1 ROI deltas");
    assert_eq!(finished.json()["engines"][0]["reason"], "not_needed");
    home.run("run-all").exits(0).err_lacks("took over");
    home.at("2026-11-23T09:00:00Z").run("run-all").exits(0);
    assert_eq!(state(&home)["roi_history"], json!([2.5, 2.5]));
    assert_eq!(home.number("SELECT count(*) FROM roi_delta"), 2);
}

#[test]
fn a_state_file_from_elsewhere_is_adopted_if_it_is_newer_and_rewritten_if_it_is_older() {
    let home = home_with_engine();
    let recent = json!({"roi_history": [1.0, -2.0], "last_run": NOW_SECONDS - 600.0});
    bring(&home, &recent.to_string());
    assert_eq!(reason(&home), "not_needed");
    assert_eq!(state(&home), recent);
    bring(
        &home,
        &json!({"roi_history": [9], "last_run": NOW_SECONDS - 700.0}).to_string(),
    );
    assert_eq!(reason(&home), "not_needed");
    assert_eq!(state(&home), recent);
    home.run("run-all --force").exits(0);
    assert_eq!(
        state(&home),
        json!({"roi_history": [1.0, -2.0, 2.5], "last_run": NOW_SECONDS})
    );
}

#[test]
fn the_history_of_a_file_without_a_time_is_not_lost_to_an_engine_that_has_none() {
    let home = home_with_engine();
    bring(&home, r#"{"roi_history": [4.5]}"#);
    assert_eq!(reason(&home), "never_run");
    assert_eq!(state(&home)["roi_history"], json!([4.5, 2.5]));
}

#[test]
fn a_state_file_of_2099_is_not_believed_and_one_a_minute_ahead_is() {
    let home = home_with_engine();
    bring(
        &home,
        &json!({"roi_history": [7], "last_run": 4_070_908_800.0_f64}).to_string(),
    );
    assert_eq!(reason(&home), "never_run");
    assert_eq!(state(&home)["roi_history"], json!([2.5]));

    let home = home_with_engine();
    bring(
        &home,
        &json!({"roi_history": [7], "last_run": NOW_SECONDS + 60.0}).to_string(),
    );
    home.run("run-all").exits(0).err_has("took over");
    assert_eq!(state(&home)["roi_history"], json!([7.0, 2.5]));
}

#[test]
fn a_damaged_state_file_is_kept_aside_and_the_engine_goes_on() {
    let home = home_with_engine();
    home.run("run-all").exits(0);
    for (round, text) in ["{\"roi_his", "", "[1]"].into_iter().enumerate() {
        bring(&home, text);
        home.run("run-all --quiet")
            .exits(0)
            .err_has("warning: ")
            .err_has("deep/state.json.damaged-");
        let kept = fs::read_dir(home.work().join("deep"))
            .expect("there")
            .flatten()
            .filter(|entry| entry.file_name().to_string_lossy().contains(".damaged-"))
            .count();
        assert_eq!(kept, round + 1);
        assert_eq!(state(&home)["roi_history"], json!([2.5]));
    }
}

#[test]
fn a_file_of_somebody_else_or_a_folder_at_the_state_path_is_never_replaced() {
    let home = home_with_engine();
    let foreign = r#"{"name": "my-app", "version": 3}"#;
    bring(&home, foreign);
    home.run("run-all").exits(0).err_has(".damaged-");
    let kept: Vec<String> = fs::read_dir(home.work().join("deep"))
        .expect("there")
        .flatten()
        .filter_map(|entry| fs::read_to_string(entry.path()).ok())
        .collect();
    assert!(kept.iter().any(|text| text == foreign), "{kept:?}");

    let home = home_with_engine();
    fs::create_dir_all(home.work().join("deep/state.json/precious")).expect("made");
    home.run("run-all").exits(2).out_has("is not a file");
    assert!(home.has("deep/state.json/precious"));
}

#[test]
fn a_state_file_that_cannot_be_written_costs_neither_the_record_nor_the_word_ok() {
    let home = Home::new();
    let script = home.script(
        "train.sh",
        "[ -e deep/state.json ] && rm deep/state.json && mkdir deep/state.json; echo '{\"roi\": 2.5}'",
    );
    home.sie(&[
        "register",
        "alpha",
        "--pipeline",
        &script,
        "--state-path",
        "deep/state.json",
    ])
    .exits(0);
    let finished = home.run("run-all --format json").exits(1);
    let cycle = &finished.json()["engines"][0]["cycle"];
    assert_eq!(
        (&cycle["outcome"], &cycle["not_recorded"]),
        (&json!("ok"), &Value::Null)
    );
    assert!(finished.stdout.contains("state.json"), "{finished:#?}");
    assert_eq!(
        home.number("SELECT count(*) FROM cycle WHERE state = 'ok'"),
        1
    );
    wait_until("nothing is held", || {
        home.number("SELECT count(*) FROM ledger WHERE state = 'held'") == 0
    });
}
