//! Ctrl-C and its kin: no pipeline is left, `sie` dies by the signal, and the next run is clean.

use std::fs;
use std::process::Child;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;

use crate::rig::{Terminal, cycles, engine, only_cycle, send, start_in_group, state_of};
use crate::support::{Finished, Home, processes_with, wait_until};

/// A pipeline that tells that it runs and which signals it gets, and ends by them after a moment.
const TELLS: &str = "for s in INT TERM HUP; do trap \"echo $s > got; exit 1\" $s; done
echo $$ > running
while :; do sleep 0.05; done";

/// One that is deaf to all of them.
const DEAF: &str = "trap '' INT TERM HUP; echo $$ > running; while :; do sleep 0.05; done";

fn is_running(home: &Home) -> bool {
    fs::read_to_string(home.work().join("running")).is_ok_and(|text| text.ends_with('\n'))
}

fn pid_of_pipeline(home: &Home) -> u32 {
    let text = fs::read_to_string(home.work().join("running")).expect("it runs");
    text.trim().parse().expect("a pid")
}

fn start(home: &Home, arguments: &[&str]) -> Child {
    let _ = fs::remove_file(home.work().join("running"));
    let child = start_in_group(home, arguments);
    wait_until("the pipeline runs", || is_running(home));
    child
}

fn expect_death_by(finished: &Finished, signal: Signal) {
    assert_eq!(finished.signal, Some(signal.as_raw()), "{finished:#?}");
}

/// No pipeline is left, and the engine can be used at once.
fn expect_clean(home: &Home, name: &str) {
    let marker = format!("SIE_WORK_DIR={}", home.work().display());
    assert!(processes_with(&marker).is_empty());
    let script = home.script("good.sh", "echo '{\"roi\": 1}'");
    home.sie(&["register", name, "--replace", "--pipeline", &script])
        .exits(0);
    home.sie(&["cycle", name]).exits(0).err_lacks("interrupted");
    assert_eq!(cycles(home, name)[0]["state"], "ok");
}

#[test]
fn each_signal_is_passed_on_recorded_as_cancelled_and_died_by() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let home = Home::new();
        engine(&home, "alpha", TELLS, &json!({"cost": 2}));
        let arguments = ["cycle", "alpha"];
        let child = start(&home, &arguments);
        send(&child, signal);
        let finished = home.finish(&arguments, child);
        expect_death_by(&finished, signal);
        let got = fs::read_to_string(home.work().join("got")).expect("the pipeline was told");
        assert_eq!(format!("SIG{}", got.trim()), signal_name(signal));
        let cycle = &cycles(&home, "alpha")[0];
        assert_eq!(cycle["state"], "cancelled");
        // What it spent until then nobody knows, so it is what was reserved, and shown as that.
        assert_eq!(
            (&cycle["cost"], &cycle["cost_assumed"]),
            (&json!(2.0), &json!(true))
        );
        expect_clean(&home, "alpha");
    }
}

fn signal_name(signal: Signal) -> String {
    match signal {
        Signal::INT => "SIGINT",
        Signal::TERM => "SIGTERM",
        _ => "SIGHUP",
    }
    .to_owned()
}

#[test]
fn a_second_signal_kills_a_pipeline_that_is_deaf_to_the_first() {
    let home = Home::new();
    engine(&home, "alpha", DEAF, &json!({"grace": "5m"}));
    let arguments = ["cycle", "alpha"];
    let child = start(&home, &arguments);
    let pipeline = pid_of_pipeline(&home);
    send(&child, Signal::INT);
    std::thread::sleep(Duration::from_millis(300));
    assert!(state_of(pipeline).is_some(), "it has five minutes");
    send(&child, Signal::INT);
    expect_death_by(&home.finish(&arguments, child), Signal::INT);
    assert_eq!(state_of(pipeline), None);
    assert_eq!(only_cycle(&home, "alpha").0, "cancelled");
    expect_clean(&home, "alpha");
}

#[test]
fn a_signal_while_waiting_for_a_running_cycle_ends_the_wait_and_records_no_cycle() {
    let home = Home::new();
    engine(&home, "alpha", TELLS, &json!({}));
    let running = start(&home, &["cycle", "alpha"]);
    let arguments = ["cycle", "alpha", "--if-running", "wait=5m"];
    let waiting = start_in_group(&home, &arguments);
    std::thread::sleep(Duration::from_millis(300));
    let asked = Instant::now();
    send(&waiting, Signal::INT);
    let finished = home.finish(&arguments, waiting);
    expect_death_by(&finished, Signal::INT);
    assert!(asked.elapsed() < Duration::from_secs(10));
    send(&running, Signal::TERM);
    expect_death_by(&home.finish(&["cycle", "alpha"], running), Signal::TERM);
    assert_eq!(only_cycle(&home, "alpha").0, "cancelled");
}

#[test]
fn a_signal_before_the_claim_leaves_no_trace() {
    let home = Home::new();
    engine(&home, "alpha", "echo '{\"roi\": 1}'", &json!({}));
    home.run("cycle alpha").exits(0);
    let writer = rusqlite::Connection::open(home.data_dir().join("sie.db")).expect("opens");
    // Nobody else can write while this lasts, so the claim has to wait.
    writer.execute_batch("BEGIN IMMEDIATE").expect("begins");
    let arguments = ["cycle", "alpha"];
    let child = start_in_group(&home, &arguments);
    std::thread::sleep(Duration::from_millis(400));
    send(&child, Signal::INT);
    std::thread::sleep(Duration::from_millis(100));
    writer.execute_batch("ROLLBACK").expect("ends");
    expect_death_by(&home.finish(&arguments, child), Signal::INT);
    let states: Vec<_> = cycles(&home, "alpha")
        .iter()
        .map(|cycle| cycle["state"].clone())
        .collect();
    // It was claimed and cancelled before anything was spawned, or not claimed at all.
    assert!(
        states == ["ok"] || states == ["cancelled", "ok"],
        "{states:?}"
    );
    expect_clean(&home, "alpha");
}

#[test]
fn a_signal_while_the_end_is_committed_loses_nothing() {
    let home = Home::new();
    engine(
        &home,
        "alpha",
        "echo $$ > running; sleep 0.5; echo '{\"roi\": 4}'",
        &json!({}),
    );
    let arguments = ["cycle", "alpha"];
    let child = start(&home, &arguments);
    let writer = rusqlite::Connection::open(home.data_dir().join("sie.db")).expect("opens");
    writer.execute_batch("BEGIN IMMEDIATE").expect("begins");
    let pipeline = pid_of_pipeline(&home);
    wait_until("the pipeline ended", || state_of(pipeline).is_none());
    std::thread::sleep(Duration::from_millis(200));
    send(&child, Signal::INT);
    send(&child, Signal::INT);
    std::thread::sleep(Duration::from_millis(200));
    writer.execute_batch("ROLLBACK").expect("ends");
    expect_death_by(&home.finish(&arguments, child), Signal::INT);
    assert_eq!(only_cycle(&home, "alpha").0, "ok");
    expect_clean(&home, "alpha");
}

#[test]
fn ctrl_c_in_a_terminal_ends_the_pipeline_and_a_second_one_kills_a_deaf_one() {
    let home = Home::new();
    engine(&home, "tells", TELLS, &json!({}));
    engine(&home, "deaf", DEAF, &json!({"grace": "5m"}));
    let Some(terminal) = Terminal::open(&home, 100, 30) else {
        return;
    };
    terminal.types("sie cycle tells; echo ended with $?");
    wait_until("the pipeline runs", || is_running(&home));
    terminal.keys("C-c");
    // A shell that sees its command die by INT gives up the rest of the line, too.
    wait_until("it is recorded", || {
        cycles(&home, "tells")
            .first()
            .is_some_and(|cycle| cycle["state"] == "cancelled")
    });
    assert_eq!(only_cycle(&home, "tells").0, "cancelled");
    assert!(
        !terminal.screen().contains("ended with 0"),
        "{}",
        terminal.screen()
    );

    fs::remove_file(home.work().join("running")).expect("removed");
    terminal.types("clear; sie run-all --only deaf --force; true");
    wait_until("the pipeline runs", || is_running(&home));
    let pipeline = pid_of_pipeline(&home);
    terminal.keys("C-c");
    std::thread::sleep(Duration::from_millis(300));
    assert!(state_of(pipeline).is_some());
    terminal.keys("C-c");
    wait_until("the pipeline is gone", || state_of(pipeline).is_none());
    wait_until("it is recorded", || {
        cycles(&home, "deaf")
            .first()
            .is_some_and(|cycle| cycle["state"] == "cancelled")
    });
    expect_clean(&home, "tells");
}

#[test]
fn run_all_ended_by_a_signal_says_which_engines_it_did_not_start() {
    let home = Home::new();
    engine(&home, "alpha", TELLS, &json!({}));
    engine(&home, "beta", "echo '{\"roi\": 1}'", &json!({}));
    let arguments = ["run-all", "--format", "json"];
    let child = start(&home, &arguments);
    send(&child, Signal::TERM);
    let finished = home.finish(&arguments, child);
    expect_death_by(&finished, Signal::TERM);
    let report = finished.json();
    assert_eq!(report["engines"][0]["cycle"]["outcome"], "cancelled");
    assert_eq!(report["engines"][1]["reason"], "not_started");
    assert!(cycles(&home, "beta").is_empty());
}

#[test]
fn a_stop_stops_the_pipeline_too_and_its_timeout_does_not_go_on() {
    let home = Home::new();
    let counts = "echo $$ > running; i=0; while [ $i -lt 20 ]; do sleep 0.05; i=$((i+1)); done; echo '{\"roi\": 1}'";
    engine(&home, "alpha", counts, &json!({"timeout": "4s"}));
    let arguments = ["cycle", "alpha"];
    let child = start(&home, &arguments);
    let pipeline = pid_of_pipeline(&home);
    send(&child, Signal::TSTP);
    wait_until("we are stopped", || state_of(child.id()) == Some('T'));
    wait_until("the pipeline is stopped", || {
        state_of(pipeline) == Some('T')
    });
    std::thread::sleep(Duration::from_millis(4500));
    assert_eq!(state_of(pipeline), Some('T'));
    send(&child, Signal::CONT);
    let finished = home.finish(&arguments, child).exits(0);
    assert_eq!(finished.signal, None);
    assert_eq!(only_cycle(&home, "alpha").0, "ok");
}
