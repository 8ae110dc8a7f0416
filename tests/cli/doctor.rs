//! `sie doctor`: each finding provoked once; `--fix` undoes it and nothing else changes.

use std::collections::BTreeMap;
use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::rig::engine;
use crate::support::{Home, execute_in, send, snapshot, wait_until};

pub const GOOD: &str = "echo '{\"roi\": 1, \"cost\": 2}'";

/// A home with an engine that ran once; its state file and its own database are in use.
pub fn home() -> Home {
    let home = Home::new();
    engine(&home, "alpha", GOOD, &json!({"state_path": "alpha.state"}));
    engine(&home, "beta", GOOD, &json!({"database": "beta.db"}));
    home.run("run-all").exits(0);
    home
}

pub fn store(home: &Home) -> PathBuf {
    home.data_dir().join("sie.db")
}

/// Returns what is not in order, as check and severity, and the exit code.
pub fn findings(home: &Home, arguments: &[&str]) -> (Vec<(String, String)>, i32) {
    let mut all = vec!["doctor", "--format", "json"];
    all.extend(arguments);
    let finished = home.sie(&all);
    let report = finished.json();
    assert_eq!(report["schema_version"], 1);
    assert_eq!(report["exit_code"], finished.code.unwrap_or(-1));
    let text = |finding: &Value, key: &str| finding[key].as_str().expect(key).to_owned();
    let findings = report["findings"].as_array().expect("findings").iter();
    let found = findings
        .filter(|finding| finding["severity"] != "ok")
        .map(|finding| {
            let is_mendable = finding["fixable"] == true || finding["hint"].is_string();
            assert!(is_mendable || finding["check"] == "orphans", "{finding}");
            (text(finding, "check"), text(finding, "severity"))
        })
        .collect();
    (found, finished.code.expect("a code"))
}

pub fn expect(home: &Home, check: &str, severity: &str, code: i32) {
    let found = findings(home, &[]);
    let expected = vec![(check.to_owned(), severity.to_owned())];
    assert_eq!(found, (expected, code), "{check}");
}

/// Bytes, modes and owners of everything, so that what only looks can be told from what does not.
pub fn everything(home: &Home) -> BTreeMap<PathBuf, (Vec<u8>, u32, u32)> {
    let with_mode = |(path, bytes): (PathBuf, Vec<u8>)| {
        let metadata = fs::metadata(&path).expect("there");
        (path, (bytes, metadata.mode(), metadata.uid()))
    };
    let mut all = snapshot(home.path());
    all.remove(&home.data_dir().join("locks"));
    all.into_iter().map(with_mode).collect()
}

pub fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("set");
}

/// Provokes a finding, sees that looking and rehearsing change nothing, mends it, and sees that all is as before.
fn is_mended(check: &str, severity: &str, code: i32, provoke: impl Fn(&Home)) {
    let home = home();
    assert_eq!(findings(&home, &[]), (Vec::new(), 0));
    let good = everything(&home);
    provoke(&home);
    let bad = everything(&home);
    expect(&home, check, severity, code);
    home.run("doctor --fix --dry-run").exits(code);
    assert_eq!(everything(&home), bad, "{check}: looking changed something");
    assert_eq!(findings(&home, &["--fix"]), (Vec::new(), 0), "{check}");
    let mended = everything(&home);
    for (path, before) in &good {
        let is_database = path.extension().is_some_and(|kind| kind == "db");
        if !is_database {
            assert_eq!(
                mended.get(path),
                Some(before),
                "{check}: {}",
                path.display()
            );
        }
    }
    assert_eq!(mended.len(), good.len(), "{check}: files came or went");
    home.run("run-all").exits(0);
}

#[test]
fn rights_that_others_have_are_found_and_taken() {
    is_mended("data_dir", "note", 0, |home| {
        set_mode(&home.data_dir(), 0o755);
    });
    is_mended("data_dir", "problem", 17, |home| {
        set_mode(&home.data_dir(), 0o770);
    });
    is_mended("rights", "problem", 1, |home| {
        set_mode(&home.registry(), 0o602);
    });
}

#[test]
fn what_a_killed_writer_left_behind_is_found_and_removed() {
    is_mended("leftovers", "note", 0, |home| {
        fs::write(home.data_dir().join(".registry.json.sie-tmp"), "{").expect("written");
    });
    is_mended("leftovers", "note", 0, |home| {
        home.write(".alpha.state.sie-tmp", "{");
    });
}

#[test]
fn a_state_file_that_is_gone_or_older_is_found_and_written_anew() {
    is_mended("state_file", "note", 0, |home| {
        fs::remove_file(home.work().join("alpha.state")).expect("removed");
    });
    is_mended("state_file", "note", 0, |home| {
        home.write("alpha.state", "{\"roi_history\": [], \"last_run\": 5}");
    });
    is_mended("holds", "problem", 1, |home| {
        execute_in(
            &store(home),
            "UPDATE ledger SET state = 'held' WHERE amount = 2000000 AND id = 1",
        );
    });
}

#[test]
fn a_damaged_state_file_is_moved_aside_by_the_fix_and_the_copy_is_told() {
    let home = home();
    let good = home.read("alpha.state");
    home.write("alpha.state", "no state at all");
    expect(&home, "state_file", "problem", 1);
    home.run("doctor --fix").exits(0);
    assert_eq!(home.read("alpha.state"), good);
    expect(&home, "leftovers", "note", 0);
    fs::remove_file(home.work().join("alpha.state")).expect("removed");
    fs::create_dir(home.work().join("alpha.state")).expect("created");
    let (found, code) = findings(&home, &["--fix"]);
    assert!(found.contains(&("state_file".into(), "problem".into())));
    assert_eq!(code, 2);
}

#[test]
fn an_interrupted_cycle_is_recorded_by_the_fix_and_its_hold_is_settled() {
    let home = home();
    let script = "echo $$ > pid; while [ ! -e go ]; do sleep 0.02; done; echo '{\"roi\": 1}'";
    engine(&home, "gamma", script, &json!({"cost": 7}));
    engine(&home, "gone", script, &json!({"cost": 5}));
    for name in ["gamma", "gone"] {
        let _ = fs::remove_file(home.work().join("pid"));
        let mut child = home.start(&["cycle", name]);
        wait_until("its pipeline runs", || !home.read("pid").trim().is_empty());
        let (found, code) = findings(&home, &[]);
        assert!(
            found.is_empty() && code == 0,
            "a running cycle is in order: {found:?}"
        );
        child.kill().expect("killed");
        child.wait().expect("reaped");
        expect(&home, "locks", "note", 0);
        for pid in home.processes() {
            send(pid, Signal::KILL);
        }
        wait_until("nobody is left", || home.processes().is_empty());
        expect(&home, "interrupted", "problem", 1);
        if name == "gamma" {
            home.run("doctor --fix").exits(0).err_lacks("error");
            assert_eq!(
                home.number("SELECT count(*) FROM ledger WHERE state = 'held'"),
                0
            );
            assert_eq!(
                home.number("SELECT amount FROM ledger WHERE assumed"),
                7_000_000
            );
        }
    }
    // Nobody would ever run it again, so its hold would count for ever.
    home.run("unregister gone").exits(0);
    home.run("doctor --fix --format table")
        .exits(0)
        .out_has("cycle gone-1 was interrupted")
        .out_has("no longer registered");
    assert_eq!(
        home.number("SELECT sum(amount) FROM ledger WHERE assumed"),
        12_000_000
    );
    expect(&home, "unregistered", "note", 0);
}

#[test]
fn a_hold_of_an_own_database_is_settled_at_what_the_cycle_cost() {
    let home = home();
    execute_in(
        &store(&home),
        "UPDATE ledger SET state = 'held', amount = 9 WHERE id = (SELECT max(id) FROM ledger)",
    );
    expect(&home, "holds", "problem", 1);
    assert_eq!(findings(&home, &["--fix"]).1, 0);
    assert_eq!(
        home.number("SELECT sum(amount) FROM ledger WHERE state = 'settled'"),
        4_000_000
    );
    execute_in(
        &store(&home),
        "INSERT INTO ledger (registry_id, engine_id, cycle, kind, amount, state, at)
         VALUES ('elsewhere', 'stranger', 1, 'cost', 5, 'held', 0)",
    );
    assert_eq!(
        findings(&home, &["--fix"]).1,
        1,
        "nobody can tell whether it runs"
    );
}

#[test]
fn a_log_that_was_never_emptied_is_found_and_emptied() {
    let home = home();
    let log = store(&home).with_extension("db-wal");
    // SQLite reads only what it wrote itself; the rest is a hole that takes no room.
    let file = File::create(&log).expect("created");
    file.set_len(65 * 1024 * 1024).expect("grown");
    expect(&home, "store_log", "note", 0);
    assert_eq!(findings(&home, &["--fix"]), (Vec::new(), 0));
    assert!(fs::metadata(&log).map_or(0, |log| log.len()) < 1024 * 1024);
}

#[test]
fn what_nobody_knows_is_told_and_left_alone() {
    let home = home();
    fs::create_dir_all(home.data_dir().join("runs/who/who-1")).expect("created");
    File::create(home.data_dir().join("locks/who-1.lock")).expect("created");
    File::create(home.data_dir().join("sie.db.version-1")).expect("created");
    let before = everything(&home);
    let finished = home.run("doctor --fix").exits(0);
    finished
        .out_has("note\torphans\twho\truns of an engine that nobody knows")
        .out_has("1 lock of engines that nobody knows")
        .out_has("a copy from before it was brought up to date is kept");
    assert_eq!(everything(&home), before);
    fs::remove_file(home.work().join("beta.db")).expect("removed");
    home.run("doctor").exits(1).out_has("the database is gone");
}
