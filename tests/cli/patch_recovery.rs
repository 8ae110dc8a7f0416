//! Patches and death: whatever moment `sie` is killed at, the next command leaves the originals or a patch that is kept.

use std::process::Command;

use crate::patch_rig::{EDIT, TRAIN, assert_original, home, seen};
use crate::rig::cycles;
use crate::support::{Home, execute_in, notice};

/// Kills `sie` with -9 and goes on to its own end.
const KILL: &str = "kill -9 $PPID; echo fired >> \"$HOME/fired\"";

/// Runs a cycle that is killed from within and waits until what it left behind has ended.
fn killed_cycle(home: &Home) {
    let finished = home.run("cycle alpha").dies_by(9);
    assert!(finished.stdout.is_empty());
    home.wait_until_ended();
    assert_eq!(home.read("../fired"), "fired\n", "the point was reached");
}

/// The next command, which has to mend.
fn state_of_patch(home: &Home) -> String {
    let list = home.run("patch list --format json").exits(0).json();
    let state = list["patches"][0]["state"].as_str();
    state.unwrap_or("none").to_owned()
}

#[test]
fn killed_from_generate_or_a_check_nothing_was_touched_and_the_cycle_is_on_record_as_interrupted() {
    for (tune, check) in [(format!("{EDIT}\n{KILL}"), "true"), (EDIT.to_owned(), KILL)] {
        let home = home(&tune, "--patch-check ./check.sh");
        home.script("check.sh", check);
        killed_cycle(&home);
        assert_original(&home, check);
        home.script("tune.sh", "exit 75");
        home.run("run-all")
            .exits(0)
            .err_has("cycle alpha-13 was interrupted");
        assert_eq!(state_of_patch(&home), "none");
        assert_original(&home, check);
        assert_eq!(cycles(&home, "alpha")[0]["state"], "interrupted");
        // The copy of the killed cycle is gone, and the pipeline of the next runs unpatched.
        home.run("cycle alpha").exits(0);
        assert!(
            !home
                .data_dir()
                .join("runs/alpha/alpha-13/patch/copy")
                .exists()
        );
        assert_eq!(seen(&home), "alpha-14  rate 1 \n");
    }
}

#[test]
fn killed_from_the_pipeline_the_patch_is_in_place_until_the_next_command_restores_it() {
    for command in ["patch list", "cycle alpha", "run-all"] {
        let home = home(EDIT, "");
        home.script("train.sh", &format!("{TRAIN}\n{KILL}"));
        killed_cycle(&home);
        assert_eq!(seen(&home), "alpha-13 alpha-p1 rate 2 \n");
        assert_eq!(home.read("params"), "rate 2\n");
        home.script("train.sh", TRAIN);
        home.script("tune.sh", "exit 75");
        home.run(command)
            .exits(0)
            .err_has("patch alpha-p1: cycle alpha-13 was interrupted before a verdict");
        assert_original(&home, command);
        assert_eq!(state_of_patch(&home), "interrupted");
        home.run("event list alpha")
            .exits(0)
            .out_has("patch:reverted");
        let list = home.run("patch list --format json").exits(0).json();
        assert_eq!(list["success"]["judged"], 0);
    }
}

#[test]
fn a_generate_that_outlives_a_killed_sie_keeps_the_engine_and_its_work_dir_busy() {
    let home = home(
        "kill -9 $PPID; while [ ! -e \"$HOME/go\" ]; do sleep 0.02; done",
        "",
    );
    home.run("register beta --pipeline ./train.sh --patch ./tune.sh --patch-target params")
        .exits(0);
    home.run("cycle alpha").dies_by(9);
    for engine in ["alpha", "beta"] {
        home.run(&format!("cycle {engine} --if-running fail"))
            .exits(13);
    }
    assert_eq!(seen(&home), "");
    home.write("../go", "");
    home.wait_until_ended();
    home.script("tune.sh", "exit 75");
    home.run("cycle alpha").exits(0);
    home.run("cycle beta").exits(0);
}

#[test]
fn a_file_that_was_edited_after_a_kill_is_left_alone_and_the_engine_is_paused() {
    let home = home(EDIT, "");
    home.script("train.sh", KILL);
    killed_cycle(&home);
    home.write("params", "by hand\n");
    home.run("run-all")
        .exits(0)
        .err_has("params is neither the original nor patch alpha-p1");
    assert_eq!(home.read("params"), "by hand\n");
    assert!(home.has("old") && !home.has("new"));
    home.run("why alpha").exits(0).out_has("paused");
    let kept = home.data_dir().join("patches");
    assert!(kept.is_dir());
}

/// System calls at whose n-th a command is killed or refused: a sample of the places where a patch changes.
const POINTS: [(&str, u32); 28] = [
    ("renameat", 1),
    ("renameat", 2),
    ("renameat", 3),
    ("renameat", 4),
    ("unlinkat", 1),
    ("unlinkat", 3),
    ("unlinkat", 5),
    ("unlinkat", 7),
    ("unlinkat", 9),
    ("unlinkat", 12),
    ("mkdirat", 1),
    ("mkdirat", 2),
    ("fchmod", 2),
    ("fchmod", 4),
    ("fsync", 5),
    ("fsync", 8),
    ("fsync", 11),
    ("fsync", 14),
    ("fsync", 17),
    ("fsync", 20),
    ("fsync", 23),
    ("fsync", 26),
    ("fdatasync", 2),
    ("fdatasync", 3),
    ("pwrite64", 20),
    ("pwrite64", 40),
    ("clone3", 4),
    ("wait4", 3),
];

fn can_trace() -> bool {
    let traced = Command::new("strace")
        .args(["-qq", "-o", "/dev/null", "true"])
        .status();
    let can_trace = traced.is_ok_and(|status| status.success());
    if !can_trace {
        notice("faults at system calls, as there is no `strace` that may trace");
    }
    can_trace
}

/// Runs a command into a fault; returns whether the fault was reached, as the tracer's log tells.
fn fault(
    home: &Home,
    arguments: &[&str],
    (call, count): (&str, impl std::fmt::Display),
    what: &str,
) -> bool {
    let log = home.path().join("trace");
    let mut strace = Command::new("strace");
    strace
        .args(["-qq", "-o"])
        .arg(&log)
        .arg("-e")
        .arg(format!("trace={call}"))
        .arg("-e")
        .arg(format!("inject={call}:{what}:when={count}"));
    let output = home
        .command_under(strace, arguments)
        .output()
        .expect("strace starts");
    home.wait_until_ended();
    let code = output.status.code();
    assert_ne!(code, Some(101), "{call} {count} {what}: a panic");
    let trace = std::fs::read_to_string(log).unwrap_or_default();
    if what.starts_with("error") {
        trace.contains("(INJECTED)")
    } else {
        trace.contains("+++ killed by SIGKILL +++")
    }
}

/// Asserts that the files are the originals, or those of a patch that is on record as kept.
fn assert_whole(home: &Home, point: &str) {
    let state = state_of_patch(home);
    assert_eq!(
        home.number("SELECT count(*) FROM patch WHERE state = 'applied' OR restoring IS NOT NULL"),
        0,
        "{point}"
    );
    if state == "kept" {
        assert_eq!(home.read("params"), "rate 2\n", "{point}");
        assert!(home.has("new/deep/file") && !home.has("old"), "{point}");
        assert!(!home.has(".sie-patch.tmp"), "{point}");
    } else {
        assert_original(home, &format!("{point}: {state}"));
    }
}

#[test]
fn a_kill_at_any_system_call_leaves_the_originals_or_a_kept_patch_after_the_next_command() {
    if !can_trace() {
        return;
    }
    let mut fired = 0;
    let losing = home(EDIT, "--patch-trials 1");
    losing.write("../roi", "-5");
    for point in POINTS {
        fired += u32::from(fault(&losing, &["cycle", "alpha"], point, "signal=KILL"));
        assert_whole(&losing, &format!("{point:?}"));
    }
    // Calls differ a little between systems, but a test that kills nobody shows nothing.
    assert!(fired >= 20, "only {fired} of {} kills hit", POINTS.len());
    let mut fired = 0;
    for point in [
        ("pwrite64", 25),
        ("pwrite64", 30),
        ("fsync", 18),
        ("wait4", 3),
    ] {
        let winning = home(EDIT, "--patch-trials 1");
        winning.write("../roi", "1000");
        fired += u32::from(fault(&winning, &["cycle", "alpha"], point, "signal=KILL"));
        assert_whole(&winning, &format!("{point:?}"));
    }
    assert!(fired >= 2, "only {fired} of 4 kills hit");
}

#[test]
fn a_kill_during_recovery_or_while_a_patch_is_taken_back_is_mended_too() {
    if !can_trace() {
        return;
    }
    let points = [
        ("renameat", 1),
        ("renameat", 2),
        ("unlinkat", 2),
        ("unlinkat", 6),
        ("fsync", 2),
        ("fsync", 5),
        ("fdatasync", 1),
        ("fdatasync", 2),
        ("pwrite64", 3),
    ];
    let mut fired = 0;
    let home = home(EDIT, "");
    for point in points {
        home.script("train.sh", "kill -9 $PPID");
        home.run("cycle alpha").dies_by(9);
        home.wait_until_ended();
        assert_eq!(home.read("params"), "rate 2\n");
        fired += u32::from(fault(&home, &["patch", "list"], point, "signal=KILL"));
        assert_whole(&home, &format!("recovery at {point:?}"));
    }
    assert!(fired >= 6, "only {fired} of {} kills hit", points.len());
    home.script("train.sh", TRAIN);
    home.run("register alpha --replace --patch-trials 1")
        .exits(0);
    let mut fired = 0;
    for point in points {
        home.write("../roi", "1000");
        home.run("cycle alpha").exits(0);
        let list = home.run("patch list --format json").exits(0).json();
        let id = list["patches"][0]["id"].as_str().expect("an id").to_owned();
        assert_eq!(list["patches"][0]["state"], "kept", "{list}");
        fired += u32::from(fault(
            &home,
            &["patch", "revert", &id],
            point,
            "signal=KILL",
        ));
        assert_whole(&home, &format!("taking back at {point:?}"));
        // As if it had never been, for the next point.
        if state_of_patch(&home) == "kept" {
            home.run(&format!("patch revert {id}")).exits(0);
        }
        assert_original(&home, "taken back in the end");
        execute_in(
            &home.data_dir().join("sie.db"),
            "DELETE FROM patch; DELETE FROM cycle WHERE patch IS NOT NULL",
        );
    }
    assert!(fired >= 6, "only {fired} of {} kills hit", points.len());
}

#[test]
fn a_disk_that_is_full_or_broken_leaves_no_half_patch() {
    if !can_trace() {
        return;
    }
    let mut fired = 0;
    let home = home(EDIT, "--patch-trials 1");
    home.write("../roi", "-5");
    for (call, error, count) in [
        ("renameat", "EIO", 1),
        ("renameat", "ENOSPC", 2),
        ("renameat", "EROFS", 3),
        ("renameat", "EIO", 4),
        ("unlinkat", "EIO", 2),
        ("unlinkat", "EACCES", 4),
        ("mkdirat", "ENOSPC", 1),
        ("mkdirat", "ENOSPC", 2),
        ("fchmod", "EPERM", 2),
        ("fsync", "EIO", 6),
        ("fsync", "EIO", 12),
        ("fsync", "ENOSPC", 18),
        ("write", "ENOSPC", 10),
        ("write", "ENOSPC", 12),
        ("mkdir", "ENOSPC", 3),
        ("openat", "EMFILE", 60),
    ] {
        let what = format!("error={error}");
        fired += u32::from(fault(&home, &["cycle", "alpha"], (call, count), &what));
        assert_whole(&home, &format!("{call} {count} {error}"));
        home.run("status").exits(0).err_lacks("error");
    }
    assert!(fired >= 10, "only {fired} of 16 errors hit");
}

#[test]
fn a_patch_that_can_be_put_in_place_only_in_part_starts_no_pipeline_and_costs_nothing() {
    if !can_trace() {
        return;
    }
    let home = home(EDIT, "--cost 7");
    // The first file can be replaced, the next not, and nothing can be brought back either.
    let point = ("renameat", "4+");
    assert!(fault(&home, &["cycle", "alpha"], point, "error=EIO"));
    let cycle = &cycles(&home, "alpha")[0];
    assert_eq!(
        (&cycle["state"], &cycle["reason"]),
        (&"failed".into(), &"half_patched".into()),
        "{cycle}"
    );
    assert_eq!(cycle["cost"], 0.0, "{cycle}");
    assert_eq!(seen(&home), "", "no pipeline ran");
    assert!(!home.has("old"), "it could not be brought back");
    assert_whole(&home, "in part");
}

#[test]
fn a_losing_patch_that_cannot_be_taken_out_is_reported_so_and_the_next_command_does_it() {
    if !can_trace() {
        return;
    }
    let home = home(EDIT, "");
    home.write("../roi", "-5");
    let point = ("renameat", "5+");
    assert!(fault(&home, &["cycle", "alpha"], point, "error=EIO"));
    assert_eq!(cycles(&home, "alpha")[0]["state"], "ok");
    assert_eq!(home.read("params"), "rate 2\n");
    home.run("status")
        .exits(0)
        .out_has("patch alpha-p1 is on trial");
    assert_eq!(state_of_patch(&home), "reverted");
    assert_original(&home, "taken out by the next command");
}
