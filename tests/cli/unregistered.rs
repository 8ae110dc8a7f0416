//! Engines that are taken out of the registry while a run that has read it goes on, and what they leave behind.

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::autoscale::{fleet, outcome};
use crate::rig::engine;
use crate::support::{Finished, Home, execute_in, number_in, send, wait_until};

/// A home in which alpha's pipeline waits for the file `go`, and beta's leaves the file `beta-ran`.
fn home_with_two(beta: &Value) -> Home {
    let home = Home::new();
    let waits =
        "touch began; while [ ! -e go ]; do sleep 0.02; done; echo '{\"roi\": 1, \"cost\": 1}'";
    engine(&home, "alpha", waits, &json!({"cost": 4}));
    let leaves = "touch beta-ran; echo '{\"roi\": 1, \"cost\": 1}'";
    engine(&home, "beta", leaves, beta);
    home
}

/// Lets a run read the registry, then `meanwhile` happen, and then the run go on to beta.
fn run_all_while(home: &Home, meanwhile: impl FnOnce()) -> Finished {
    let arguments = ["run-all", "--format", "json"];
    let child = home.start(&arguments);
    wait_until("the first pipeline runs", || home.has("began"));
    meanwhile();
    home.write("go", "");
    home.finish(&arguments, child)
}

fn reason_of(finished: &Finished, name: &str) -> String {
    let report = finished.json();
    let engines = report["engines"].as_array().expect("engines");
    let mut engines = engines.iter();
    let engine = engines.find(|engine| engine["engine"] == name);
    let reason = engine.and_then(|engine| engine["reason"].as_str());
    reason.expect("a reason").to_owned()
}

#[test]
fn an_engine_that_was_unregistered_after_a_run_read_the_registry_is_not_run_by_it() {
    let home = home_with_two(&json!({}));
    let ran = run_all_while(&home, || {
        home.run("unregister beta").exits(0);
    })
    .exits(0);
    assert_eq!(reason_of(&ran, "beta"), "unregistered");
    assert!(!home.has("beta-ran"));
    // Alpha went on, and so does whoever is registered anew.
    assert_eq!(
        home.number("SELECT count(*) FROM cycle WHERE state = 'ok'"),
        1
    );
    home.run("register beta --revive --pipeline 'touch beta-ran'")
        .exits(0);
    home.run("cycle beta").exits(12);
    assert!(home.has("beta-ran"));
}

#[test]
fn an_engine_that_autoscaling_archived_after_a_run_read_the_registry_is_not_run_by_it() {
    let home = fleet("0.1");
    home.script(
        "alpha.sh",
        "touch began; while [ ! -e go ]; do sleep 0.02; done; echo '{\"roi\": 1}'",
    );
    home.script("beta.sh", "touch beta-ran; echo '{\"roi\": 1}'");
    let arguments = ["run-all", "--force", "--format", "json"];
    let child = home.start(&arguments);
    wait_until("the first pipeline runs", || home.has("began"));
    assert_eq!(outcome(&home, ""), "removed beta energy_low");
    home.write("go", "");
    let ran = home.finish(&arguments, child).exits(0);
    assert_eq!(reason_of(&ran, "beta"), "unregistered");
    assert!(!home.has("beta-ran"));
}

#[test]
fn an_engine_that_was_given_another_database_is_not_run_with_the_old_one() {
    let home = home_with_two(&json!({"database": "old.db"}));
    let ran = run_all_while(&home, || {
        home.sie(&["register", "beta", "--replace", "--database", "new.db"])
            .exits(0);
    })
    .exits(0);
    assert_eq!(reason_of(&ran, "beta"), "unregistered");
    home.run("cycle beta").exits(0);
}

#[test]
fn a_registry_that_is_being_edited_keeps_nobody_from_running() {
    let home = home_with_two(&json!({}));
    let text = std::fs::read_to_string(home.registry()).expect("a registry");
    let half = &text[..text.len() / 2];
    let ran = run_all_while(&home, || home.write_registry(half)).exits(0);
    assert_eq!(reason_of(&ran, "beta"), "never_run");
    assert!(home.has("beta-ran"));
}

/// Kills a cycle of an engine with a database of its own and everything it started, and unregisters the engine.
fn leaves_a_hold(home: &Home) {
    let child = home.start(&["cycle", "alpha"]);
    wait_until("the pipeline runs", || home.has("began"));
    for pid in home.processes() {
        send(pid, Signal::KILL);
    }
    home.finish(&["cycle", "alpha"], child).dies_by(9);
    wait_until("all is over", || home.processes().is_empty());
    home.run("unregister alpha").exits(0);
}

fn home_with_own_database() -> Home {
    let mut home = Home::new();
    home.at("2026-11-23T08:00:00Z");
    let body = "touch began; exec sleep 60";
    engine(
        &home,
        "alpha",
        body,
        &json!({"cost": 4, "database": "own/alpha.db"}),
    );
    engine(
        &home,
        "beta",
        "echo '{\"roi\": 1}'",
        &json!({"cost": 4, "interval": "0s"}),
    );
    home.run("capital init").exits(0);
    home.run("capital budget --per-day 7").exits(0);
    home
}

#[test]
fn what_is_held_for_an_unregistered_engine_with_a_database_of_its_own_is_settled() {
    let home = home_with_own_database();
    leaves_a_hold(&home);
    home.run("run-all").exits(16).err_has("interrupted");
    let settled =
        "SELECT count(*) FROM ledger WHERE state = 'settled' AND assumed AND amount = 4000000";
    assert_eq!(home.number(settled), 1);
    let own = home.work().join("own/alpha.db");
    let interrupted = "SELECT count(*) FROM cycle WHERE state = 'interrupted'";
    assert_eq!(number_in(&own, interrupted), 1);
    // Whoever looks at the ledger sees whose it was.
    home.run("capital history").exits(0).out_has("alpha");
}

#[test]
fn what_is_held_for_an_unregistered_engine_whose_database_is_gone_is_settled_as_reserved() {
    let home = home_with_own_database();
    leaves_a_hold(&home);
    std::fs::remove_dir_all(home.work().join("own")).expect("removed");
    home.run("run-all").exits(16);
    let settled =
        "SELECT count(*) FROM ledger WHERE state = 'settled' AND assumed AND amount = 4000000";
    assert_eq!(home.number(settled), 1);
    // Nothing is made where somebody has cleared away.
    assert!(!home.has("own"));
    home.run("run-all").exits(16).err_lacks("warning");
}

#[test]
fn what_is_held_for_an_archived_engine_with_a_database_of_its_own_is_settled() {
    let home = home_with_own_database();
    home.run("capital budget --per-day 100").exits(0);
    let body = "echo '{\"roi\": -1, \"cost\": 2}'";
    home.script("alpha.sh", body);
    home.run("cycle alpha").exits(0);
    // As a kill between the two commits leaves it.
    execute_in(
        &home.data_dir().join("sie.db"),
        "UPDATE ledger SET state = 'held', amount = 4000000",
    );
    crate::autoscale::edit(&home, |registry| {
        let definition = registry["engines"]["alpha"].clone();
        let engines = registry["engines"].as_object_mut().expect("engines");
        engines.remove("alpha");
        registry["autoscale"]["archived"] = json!([
            {"engine": "alpha", "archived_at": "2026-11-23T08:00:00Z", "definition": definition}
        ]);
    });
    home.run("run-all").exits(0);
    assert_eq!(
        home.number("SELECT count(*) FROM ledger WHERE state = 'held'"),
        0
    );
    assert_eq!(home.number("SELECT min(amount) FROM ledger"), 2_000_000);
}
