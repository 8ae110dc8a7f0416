//! `sie` killed with -9 in the middle of a cycle: nothing is lost, nothing is counted twice.

use std::process::Child;

use rustix::process::Signal;
use serde_json::Value;

use crate::support::{Home, notice, send, wait_until};

/// Appends its cycle to a file outside the store, then runs until the file `go` is there.
const PATIENT: &str = r#"echo "$SIE_CYCLE" >> ran
echo $$ > pid
while [ ! -e go ]; do sleep 0.02; done
echo '{"roi": 1, "cost": 2}'"#;

/// Starts a command, waits until its pipeline runs, and kills `sie` alone.
fn kill_sie_in_mid_cycle(home: &Home, arguments: &[&str], cycle: &str) {
    let mut child = home.start(arguments);
    wait_until("the pipeline runs", || {
        home.read("ran").lines().any(|line| line == cycle) && !home.read("pid").is_empty()
    });
    kill(&mut child);
}

fn kill(child: &mut Child) {
    child.kill().expect("killed");
    child.wait().expect("reaped");
}

/// Kills the pipeline that a dead `sie` left behind.
fn kill_pipeline(home: &Home) {
    for pid in home.processes() {
        send(pid, Signal::KILL);
    }
    home.wait_until_ended();
}

fn states(home: &Home) -> Vec<(i64, String, f64, bool)> {
    let history = home.run("history alpha --format json").exits(0).json();
    let cycles = history["cycles"].as_array().expect("cycles");
    let state = |cycle: &Value| {
        (
            cycle["number"].as_i64().expect("a number"),
            cycle["state"].as_str().expect("a state").to_owned(),
            cycle["cost"].as_f64().expect("a cost"),
            cycle["cost_assumed"].as_bool().expect("a claim"),
        )
    };
    cycles.iter().map(state).collect()
}

#[test]
fn a_killed_sie_leaves_its_engine_busy_until_the_pipeline_ends_and_then_nothing_counts_twice() {
    let home = Home::new();
    let script = home.script("train.sh", PATIENT);
    home.sie(&["register", "alpha", "--pipeline", &script, "--cost", "7"])
        .exits(0);
    kill_sie_in_mid_cycle(&home, &["cycle", "alpha"], "alpha-1");

    let report = home.run("run-all --format json").exits(0).json();
    assert_eq!(report["engines"][0]["reason"], "busy", "{report}");
    let pid: u32 = home.read("pid").trim().parse().expect("a pid");
    let holders = report["engines"][0]["held_by"].as_array().expect("pids");
    assert!(holders.contains(&Value::from(pid)), "{report}");
    home.run("cycle alpha --if-running fail")
        .exits(13)
        .out_has(&pid.to_string());
    assert_eq!(home.read("ran"), "alpha-1\n");

    home.write("go", "");
    home.wait_until_ended();
    home.run("status").exits(0).out_has("interrupted");
    let finished = home.run("run-all --format json").exits(0);
    let report = finished.json();
    assert_eq!(report["engines"][0]["cycle"]["outcome"], "ok", "{report}");
    finished.err_has("cycle alpha-1 was interrupted");
    home.run("run-all --format json")
        .exits(0)
        .err_lacks("interrupted")
        .out_has("not_needed");

    assert_eq!(home.read("ran"), "alpha-1\nalpha-2\n");
    assert_eq!(
        states(&home),
        [
            (2, "ok".to_owned(), 2.0, false),
            (1, "interrupted".to_owned(), 7.0, true)
        ]
    );
    home.run("history alpha --format table")
        .exits(0)
        .out_has("7 (assumed)");
    assert_eq!(home.number("SELECT count(*) FROM ledger"), 2);
    assert_eq!(
        home.number("SELECT sum(amount) FROM ledger WHERE state = 'settled'"),
        9_000_000
    );
    assert_eq!(
        home.number("SELECT count(*) FROM ledger WHERE assumed AND cycle = 1"),
        1
    );
    assert_eq!(home.number("SELECT successes FROM engine"), 1);
    assert_eq!(
        home.number("SELECT last_started > 0 AND last_started <= last_run FROM engine"),
        1
    );
    assert_eq!(home.number("SELECT count(*) FROM roi_delta"), 1);
}

#[test]
fn the_cost_of_an_interrupted_cycle_is_taken_from_a_complete_result_file() {
    let home = Home::new();
    let complete = r#"echo '{"roi": 9, "cost": 2.5}' > "$SIE_RESULT""#;
    let script = home.script("train.sh", &format!("{complete}\n{PATIENT}"));
    home.sie(&["register", "alpha", "--pipeline", &script, "--cost", "7"])
        .exits(0);
    kill_sie_in_mid_cycle(&home, &["run-all"], "alpha-1");
    kill_pipeline(&home);
    home.write("go", "");
    home.run("run-all").exits(0);
    assert_eq!(
        states(&home).last(),
        Some(&(1, "interrupted".to_owned(), 2.5, false))
    );
    assert_eq!(
        home.number("SELECT amount FROM ledger WHERE cycle = 1 AND NOT assumed"),
        2_500_000
    );
}

#[test]
fn a_torn_result_file_is_no_evidence_of_what_was_spent() {
    let home = Home::new();
    let torn = r#"printf '{"roi": 9, "cost": 2' > "$SIE_RESULT""#;
    let script = home.script("train.sh", &format!("{torn}\n{PATIENT}"));
    home.sie(&["register", "alpha", "--pipeline", &script, "--cost", "7"])
        .exits(0);
    kill_sie_in_mid_cycle(&home, &["run-all"], "alpha-1");
    kill_pipeline(&home);
    home.write("go", "");
    home.run("run-all").exits(12);
    assert_eq!(
        states(&home).last(),
        Some(&(1, "interrupted".to_owned(), 7.0, true))
    );
}

#[test]
fn the_second_interruption_in_a_row_backs_off_like_a_failure() {
    let mut home = Home::new();
    home.at("2026-11-23T08:00:00Z");
    let script = home.script("train.sh", PATIENT);
    home.sie(&["register", "alpha", "--pipeline", &script])
        .exits(0);
    for cycle in ["alpha-1", "alpha-2"] {
        kill_sie_in_mid_cycle(&home, &["run-all"], cycle);
        kill_pipeline(&home);
    }
    home.write("go", "");
    home.run("run-all --format json")
        .exits(0)
        .out_has("backing_off")
        .err_has("cycle alpha-2 was interrupted");
    assert_eq!(
        home.number("SELECT count(*) FROM cycle WHERE state = 'interrupted'"),
        2
    );
    home.at("2026-11-23T08:09:59Z")
        .run("run-all --format json")
        .exits(0)
        .out_has("backing_off");
    home.at("2026-11-23T08:10:00Z")
        .run("run-all --format json")
        .exits(0)
        .out_has("retry_after_failure");
    assert_eq!(home.read("ran"), "alpha-1\nalpha-2\nalpha-3\n");
    assert_eq!(home.number("SELECT failures_in_row FROM engine"), 0);
}

fn ignores_hangups() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.unwrap_or_default() & 1 != 0
}

#[test]
fn a_signal_in_mid_cycle_ends_the_pipeline_is_recorded_and_kills_sie_by_that_signal() {
    for (signal, number) in [(Signal::INT, 2), (Signal::TERM, 15), (Signal::HUP, 1)] {
        // Whoever runs the tests under `nohup` ignores hangups, and so does `sie` then.
        if signal == Signal::HUP && ignores_hangups() {
            continue;
        }
        let home = Home::new();
        let script = home.script("train.sh", PATIENT);
        home.sie(&["register", "alpha", "--pipeline", &script, "--cost", "4"])
            .exits(0);
        let arguments = ["run-all", "--format", "json"];
        let child = home.start(&arguments);
        wait_until("the pipeline runs", || !home.read("pid").is_empty());
        send(child.id(), signal);
        let finished = home.finish(&arguments, child).dies_by(number);
        let report = finished.json();
        assert_eq!(report["engines"][0]["cycle"]["outcome"], "cancelled");
        assert_eq!(home.processes(), [0_u32; 0]);
        assert_eq!(states(&home), [(1, "cancelled".to_owned(), 4.0, true)]);
        home.write("go", "");
        home.run("run-all --format json")
            .exits(0)
            .err_lacks("interrupted")
            .out_has("never_run");
        assert_eq!(
            home.number("SELECT count(*) FROM ledger WHERE state = 'held'"),
            0
        );
    }
}

#[test]
fn a_second_signal_ends_a_pipeline_that_ignores_the_first() {
    let home = Home::new();
    let script = home.script("train.sh", &format!("trap '' INT\n{PATIENT}"));
    home.sie(&["register", "alpha", "--pipeline", &script])
        .exits(0);
    let arguments = ["cycle", "alpha"];
    let child = home.start(&arguments);
    wait_until("the pipeline runs", || !home.read("pid").is_empty());
    send(child.id(), Signal::INT);
    std::thread::sleep(std::time::Duration::from_millis(150));
    assert!(!home.processes().is_empty());
    send(child.id(), Signal::INT);
    home.finish(&arguments, child).dies_by(2);
    assert_eq!(home.processes(), [0_u32; 0]);
}

/// System calls of a cycle at whose n-th `sie` is killed: a sample of the places where state changes.
const POINTS: [(&str, u32); 20] = [
    ("mkdir", 5),
    ("fcntl", 20),
    ("fcntl", 45),
    ("pwrite64", 1),
    ("pwrite64", 9),
    ("pwrite64", 18),
    ("pwrite64", 27),
    ("pwrite64", 36),
    ("pwrite64", 45),
    ("fsync", 1),
    ("fsync", 2),
    ("fsync", 3),
    ("fsync", 4),
    ("fsync", 5),
    ("openat", 18),
    ("clone3", 2),
    ("clone3", 3),
    ("wait4", 1),
    ("getdents64", 3),
    ("unlink", 1),
];

#[test]
fn a_kill_at_any_system_call_of_a_cycle_loses_nothing_and_counts_nothing_twice() {
    let can_trace = std::process::Command::new("strace")
        .args(["-qq", "-o", "/dev/null", "true"])
        .status()
        .is_ok_and(|status| status.success());
    if !can_trace {
        notice("kills at system calls, as there is no `strace` that may trace");
        return;
    }
    let mut killed = 0;
    for (call, count) in POINTS {
        let home = Home::new();
        let script = home.script(
            "train.sh",
            "echo \"$SIE_CYCLE\" >> ran
            echo '{\"roi\": 1, \"cost\": 2, \"modules\": {\"parser.py\": 0}}' > \"$SIE_RESULT\"",
        );
        home.sie(&[
            "register",
            "alpha",
            "--pipeline",
            &script,
            "--interval",
            "0s",
            "--cost",
            "7",
        ])
        .exits(0);
        // The third delta near zero is published, once.
        home.run("modules record alpha parser.py=0 parser.py=0")
            .exits(0);
        let mut strace = std::process::Command::new("strace");
        strace
            .args(["-qq", "-o", "/dev/null", "-e"])
            .arg(format!("trace={call}"))
            .arg("-e")
            .arg(format!("inject={call}:signal=KILL:when={count}"));
        let status = home
            .command_under(strace, &["run-all"])
            .output()
            .expect("strace starts")
            .status;
        killed += u32::from(!status.success());
        home.wait_until_ended();
        home.run("run-all").exits(0);
        let ran = home.read("ran");
        let point = format!("{call} {count}: {ran}");
        for cycle in ran.lines() {
            let number = cycle.trim_start_matches("alpha-");
            let known = format!("SELECT count(*) FROM cycle WHERE number = {number}");
            let paid =
                format!("SELECT count(*) FROM ledger WHERE cycle = {number} AND state = 'settled'");
            assert_eq!((home.number(&known), home.number(&paid)), (1, 1), "{point}");
        }
        assert_eq!(
            home.number("SELECT count(*) FROM cycle WHERE state = 'running'"),
            0,
            "{point}"
        );
        assert_eq!(
            home.number("SELECT count(*) FROM ledger WHERE state = 'held'"),
            0,
            "{point}"
        );
        assert_eq!(
            home.number(
                "SELECT successes - (SELECT count(*) FROM cycle WHERE state = 'ok') FROM engine"
            ),
            0,
            "{point}"
        );
        let deltas =
            "SELECT json_extract(trends, '$[0].count') - 2 - successes FROM modules, engine";
        let told = "SELECT count(*) - (SELECT min(successes, 1) FROM engine) FROM event
            WHERE topic = 'module:diminishing'";
        assert_eq!((home.number(deltas), home.number(told)), (0, 0), "{point}");
    }
    // Calls differ a little between systems, but a test that kills nobody shows nothing.
    assert!(killed >= 15, "only {killed} of {} kills hit", POINTS.len());
}
