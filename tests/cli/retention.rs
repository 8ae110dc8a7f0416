//! `sie doctor --gc`: what is old goes, what was learned and booked stays.

use std::fs::{self, File};
use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::rig::engine;
use crate::support::{Home, execute_in, snapshot, wait_until};

const PATIENT: &str =
    "echo $$ > pid; while [ ! -e go ]; do sleep 0.02; done; echo '{\"roi\": 1, \"cost\": 2}'";

/// A home in which `alpha` ran three times, and 58 times before, once a day, as its records tell.
fn home() -> Home {
    let mut home = Home::new();
    home.at("2026-11-23T08:00:00Z");
    let policy = json!({"policy": "q_learning", "cost": 2});
    engine(
        &home,
        "alpha",
        "echo '{\"roi\": 1, \"cost\": 2, \"modules\": [\"m\"]}'",
        &policy,
    );
    for _ in 0..3 {
        home.run("metrics record alpha errors=1").exits(0);
        home.run("cycle alpha").exits(0);
    }
    let day = "86400.0 * (61 - number)";
    execute_in(
        &home.data_dir().join("sie.db"),
        &format!(
            "UPDATE cycle SET number = number + 58;
             UPDATE decision SET cycle = cycle + 58;
             WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 58)
             INSERT INTO cycle (engine_key, number, state, trigger_reason, energy, pid, reserved, started_at, ended_at,
                roi, cost) SELECT 1, n, 'ok', 'force', 1, 1, 0, 0, 0, 1, 2 FROM n;
             INSERT INTO attempt SELECT id, 1, NULL, 0, 1, 1, NULL FROM cycle WHERE number <= 58;
             INSERT INTO decision (engine_key, action, reason, first_at, last_at, cycle, evidence)
             SELECT 1, 'run', 'force', 0, 0, number, hex(zeroblob(1000)) FROM cycle WHERE number <= 58;
             INSERT INTO event (engine_key, topic, at, data) SELECT 1, 't', 0, number FROM cycle WHERE number <= 58;
             INSERT INTO ledger (registry_id, engine_id, cycle, kind, amount, state, at)
             SELECT registry_id, engine_id, number + 100, 'cost', 2000000, 'settled', 0
             FROM cycle JOIN engine WHERE number <= 58;
             UPDATE cycle SET started_at = 1795420800 - {day}, ended_at = 1795420801 - {day};
             UPDATE decision SET (first_at, last_at) =
                (SELECT started_at, started_at FROM cycle WHERE number = decision.cycle);
             UPDATE event SET at = 1795420800 - 86400.0 * (61 - data) WHERE topic = 't';"
        ),
    );
    for number in 1..=58 {
        let run = run_dir(&home, number);
        fs::create_dir_all(&run).expect("created");
        fs::write(run.join("train.log"), "x".repeat(1000)).expect("written");
        age(&run, number);
    }
    home
}

fn run_dir(home: &Home, number: u64) -> PathBuf {
    home.data_dir().join(format!("runs/alpha/alpha-{number}"))
}

/// Makes a run as old as its number tells.
fn age(run: &std::path::Path, number: u64) {
    let time = UNIX_EPOCH + Duration::from_secs(1_000_000 + number);
    File::open(run)
        .and_then(|run| run.set_modified(time))
        .expect("aged");
}

fn gc(home: &Home, limits: &str) -> Value {
    let line = format!("doctor --gc --format json {limits}");
    home.run(&line).exits(0).json()
}

/// What must be the same before and after.
fn learned(home: &Home) -> Vec<i64> {
    [
        "SELECT sum(amount) FROM ledger",
        "SELECT count(*) FROM roi_delta",
        "SELECT sum(length(state)) FROM policy_state",
        "SELECT sum(revision) FROM policy",
        "SELECT sum(length(trends)) FROM modules",
        "SELECT count(*) FROM metrics",
        "SELECT successes FROM engine",
    ]
    .map(|sql| home.number(sql))
    .to_vec()
}

#[test]
fn old_cycles_go_with_all_that_belongs_to_them_and_what_was_learned_stays() {
    let home = home();
    let (before, kept) = (snapshot(&home.data_dir()), learned(&home));
    let inspected = home
        .run("policy inspect alpha --format json")
        .exits(0)
        .stdout;
    let rehearsed = gc(&home, "--keep-days 30 --dry-run");
    assert_eq!(rehearsed["dry_run"], true);
    assert_eq!(
        snapshot(&home.data_dir()),
        before,
        "a rehearsal changes nothing"
    );
    let dropped = gc(&home, "--keep-days 30");
    assert_eq!(rehearsed["engines"], dropped["engines"]);
    let alpha = &dropped["engines"][0];
    for (key, count) in [
        ("cycles", 30),
        ("attempts", 30),
        ("decisions", 30),
        ("runs", 30),
    ] {
        assert_eq!(alpha[key], count, "{key}: {dropped}");
    }
    assert!(
        alpha["events"].as_u64().expect("a number") >= 30,
        "{dropped}"
    );
    assert_eq!(home.number("SELECT min(number) FROM cycle"), 31);
    assert!(!run_dir(&home, 30).exists() && run_dir(&home, 31).exists());
    assert!(dropped["bytes_after"].as_u64() < dropped["bytes_before"].as_u64());
    assert_eq!(
        home.number("PRAGMA freelist_count"),
        0,
        "space is given back"
    );
    assert_eq!(learned(&home), kept);
    assert_eq!(
        home.run("policy inspect alpha --format json")
            .exits(0)
            .stdout,
        inspected
    );
    home.run("doctor").exits(0);
    home.run("cycle alpha").exits(0);
    assert_eq!(
        home.number("SELECT max(number) FROM cycle"),
        62,
        "numbers go on"
    );
    home.run("doctor --gc --keep-days 30")
        .exits(0)
        .err_has("nothing is older than what is to be kept");
}

#[test]
fn the_newest_cycles_stay_and_the_report_says_what_is_dropped_and_what_is_kept() {
    let home = home();
    home.run("doctor --gc --keep-cycles 25 --keep-days 50 --format table")
        .exits(0)
        .out_has("dropped 10 cycles with 10 attempts")
        .out_has("kept: what policies and modules learned, the ledger");
    home.run("doctor --gc --keep-cycles 1").exits(0);
    assert_eq!(
        home.number("SELECT count(*) FROM cycle"),
        20,
        "20 always stay"
    );
    for wrong in [
        "--gc",
        "--keep-days 3",
        "--gc --keep-cycles 0",
        "--gc --max-bytes lots",
        "--gc --fix",
    ] {
        home.run(&format!("doctor {wrong}"))
            .exits(2)
            .err_has("error: ");
    }
}

#[test]
fn a_size_is_reached_by_dropping_the_oldest_runs_and_no_record() {
    let home = home();
    let report = gc(&home, "--max-bytes 1TiB");
    assert_eq!(report["engines"], json!([]));
    let total = report["bytes_before"].as_u64().expect("a number");
    let report = gc(&home, &format!("--max-bytes {}", total - 1500));
    assert_eq!(report["engines"][0]["runs"], 2, "{report}");
    assert!(!run_dir(&home, 2).exists() && run_dir(&home, 3).exists());
    assert_eq!(home.number("SELECT count(*) FROM cycle"), 61);
    let report = gc(&home, "--max-bytes 10");
    assert_eq!(report["is_over_limit"], true);
    let runs = fs::read_dir(home.data_dir().join("runs/alpha")).expect("there");
    assert_eq!(runs.count(), 1, "the newest run stays");
}

#[test]
fn an_engine_whose_cycle_is_running_is_left_alone_and_so_said() {
    let home = home();
    home.script("alpha.sh", PATIENT);
    let child = home.start(&["cycle", "alpha"]);
    wait_until("its pipeline runs", || !home.read("pid").trim().is_empty());
    for limits in ["--keep-days 30", "--keep-days 30 --dry-run"] {
        let report = gc(&home, limits);
        let alpha = &report["engines"][0];
        assert_eq!(
            (&alpha["is_busy"], &alpha["cycles"]),
            (&json!(true), &json!(0)),
            "{report}"
        );
    }
    home.run("doctor --gc --keep-days 30 --max-bytes 10 --format table")
        .exits(0)
        .out_has("left alone: its cycle is running");
    assert_eq!(home.number("SELECT count(*) FROM cycle"), 62);
    assert!(run_dir(&home, 1).exists());
    home.write("go", "");
    home.finish(&["cycle", "alpha"], child).exits(0);
}

#[test]
fn engines_of_the_past_and_runs_of_strangers_are_dropped_by_age_too() {
    let home = home();
    let stranger = home.data_dir().join("runs/who/who-1");
    fs::create_dir_all(&stranger).expect("created");
    age(&stranger, 1);
    home.run("unregister alpha").exits(0);
    let report = gc(&home, "--keep-days 30");
    assert_eq!(report["engines"][0]["cycles"], 30, "{report}");
    assert_eq!(report["engines"][1]["engine"], "who", "{report}");
    assert!(!stranger.exists() && !home.data_dir().join("runs/who").exists());
}

#[test]
fn nothing_is_dropped_where_the_registry_or_the_store_cannot_be_used() {
    let home = home();
    let text = fs::read_to_string(home.registry()).expect("readable");
    home.write_registry("{");
    home.run("doctor --gc --keep-days 1").exits(17);
    home.write_registry(&text);
    fs::write(home.data_dir().join("sie.db"), "x".repeat(5000)).expect("written");
    home.run("doctor --gc --keep-days 1")
        .exits(17)
        .err_has("is damaged");
    assert!(run_dir(&home, 1).exists());
}
