//! Many at once: each engine runs once, no lock leaks, nobody fails.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::process::Child;

use rustix::process::Signal;

use crate::support::{Home, send, wait_until};

/// A registry of engines `e1`, `e2`, … that all run one script.
fn fleet(count: usize, script: &str) -> String {
    let mut entries = String::new();
    for number in 1..=count {
        let separator = if number == 1 { "" } else { "," };
        write!(
            entries,
            "{separator}\n  \"e{number}\": {{\"pipeline\": \"{script}\"}}"
        )
        .expect("written");
    }
    format!("{{\"format_version\": 1, \"engines\": {{{entries}\n}}}}\n")
}

fn finish_all(home: &Home, children: Vec<(Vec<String>, Child)>, code: i32) {
    for (arguments, child) in children {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        home.finish(&arguments, child).exits(code);
    }
}

fn start(home: &Home, arguments: &[&str]) -> (Vec<String>, Child) {
    let owned = arguments.iter().map(|word| (*word).to_owned()).collect();
    (owned, home.start(arguments))
}

#[test]
fn two_run_all_at_once_run_each_of_50_due_engines_exactly_once() {
    let home = Home::new();
    let work = home.work().display().to_string();
    home.script(
        "train.sh",
        &format!("echo \"$SIE_ENGINE\" >> {work}/ran\necho '{{\"roi\": 1}}'"),
    );
    home.write_registry(&fleet(50, &format!("{work}/train.sh")));
    let both = (0..2)
        .map(|_| start(&home, &["run-all", "--jobs", "2"]))
        .collect();
    finish_all(&home, both, 0);
    let ran = home.read("ran");
    let distinct: BTreeSet<&str> = ran.lines().collect();
    assert_eq!((ran.lines().count(), distinct.len()), (50, 50));
    assert_eq!(
        home.number("SELECT count(*) FROM cycle WHERE state = 'ok' AND number = 1"),
        50
    );
    assert_eq!(home.number("SELECT count(*) FROM cycle"), 50);
    assert_eq!(
        home.number("SELECT count(*) FROM ledger WHERE state = 'settled'"),
        50
    );
}

#[test]
fn fifty_register_at_once_register_50_engines() {
    let home = Home::new();
    let all = (1..=50)
        .map(|number| {
            start(
                &home,
                &["register", &format!("e{number}"), "--pipeline", "true"],
            )
        })
        .collect();
    finish_all(&home, all, 0);
    let list = home.run("list --format json").exits(0).json();
    let names: BTreeSet<&str> = list["engines"]
        .as_array()
        .expect("engines")
        .iter()
        .filter_map(|engine| engine["engine"].as_str())
        .collect();
    assert_eq!(names.len(), 50);
    assert_eq!(
        home.number("SELECT count(DISTINCT engine_id) FROM engine"),
        50
    );
}

#[test]
fn three_hundred_processes_that_open_a_fresh_data_directory_at_once_all_succeed() {
    let home = Home::new();
    let all = (0..300)
        .map(|number| match number % 3 {
            0 => start(&home, &["run-all"]),
            1 => start(&home, &["status"]),
            _ => start(&home, &["history"]),
        })
        .collect();
    finish_all(&home, all, 0);
    assert_eq!(home.number("SELECT count(*) FROM cycle"), 0);
}

#[test]
fn run_all_with_8_jobs_gives_no_child_the_lock_of_another_engine() {
    let home = Home::new();
    let work = home.work().display().to_string();
    home.script(
        "train.sh",
        &format!("ls -l /proc/$$/fd > {work}/fds.$SIE_ENGINE\nsleep 0.05\necho '{{\"roi\": 1}}'"),
    );
    home.write_registry(&fleet(40, &format!("{work}/train.sh")));
    home.run("run-all --jobs 8").exits(0);
    for number in 1..=40 {
        let descriptors = home.read(&format!("fds.e{number}"));
        let locks: Vec<&str> = descriptors
            .lines()
            .filter(|line| line.contains(".lock"))
            .collect();
        assert!(
            locks.len() == 1 && locks[0].contains(&format!("/locks/e{number}-")),
            "e{number} holds {locks:?}"
        );
        assert!(!descriptors.contains("sie.db"), "{descriptors}");
    }
}

#[test]
fn a_daemon_that_a_pipeline_left_in_a_session_of_its_own_does_not_keep_the_engine_busy() {
    let home = Home::new();
    let script = home.script(
        "train.sh",
        r#"[ -e up ] || setsid sh -c 'touch up; exec sleep 60' >/dev/null 2>&1 &
while [ ! -e up ]; do sleep 0.01; done
echo '{"roi": 1}'"#,
    );
    home.sie(&["register", "alpha", "--pipeline", &script])
        .exits(0);
    home.run("cycle alpha").exits(0);
    assert!(!home.processes().is_empty(), "the daemon lives");
    let report = home.run("cycle alpha --format json").exits(0).json();
    assert_eq!(report["engines"][0]["cycle"]["outcome"], "ok", "{report}");
    for pid in home.processes() {
        send(pid, Signal::KILL);
    }
    home.wait_until_ended();
}

#[test]
fn a_busy_engine_is_skipped_with_a_note_or_fails_with_13_as_asked() {
    let home = Home::new();
    let script = home.script(
        "train.sh",
        "touch up\nwhile [ ! -e go ]; do sleep 0.02; done\necho '{\"roi\": 1}'",
    );
    home.sie(&["register", "alpha", "--pipeline", &script])
        .exits(0);
    let child = start(&home, &["cycle", "alpha"]);
    let pid = child.1.id().to_string();
    wait_until("the pipeline runs", || home.has("up"));
    home.run("cycle alpha").exits(0).out_has(&pid);
    home.run("run-all").exits(0).out_has("busy");
    home.run("run-all --if-running fail").exits(13);
    home.run("run-all --if-running fail --quiet")
        .exits(13)
        .err_has(&pid);
    home.run("run-all --quiet").exits(0).says_nothing();
    home.run("status").exits(0).out_has("running");
    home.write("go", "");
    finish_all(&home, vec![child], 0);
    assert_eq!(
        home.number("SELECT count(*) FROM decision WHERE reason = 'busy'"),
        1
    );
    assert_eq!(
        home.number("SELECT count FROM decision WHERE reason = 'busy'"),
        5
    );
    assert!(fs::read_dir(home.data_dir().join("locks")).is_ok_and(|locks| locks.count() == 2));
}
