//! `sie autoscale` under `kill -9`, beside running cycles, several at once, and a hundred times in vain.

use rustix::process::Signal;
use serde_json::json;

use crate::autoscale::{GOOD, edit, engines, fleet, outcome, set, step};
use crate::support::{Finished, notice, send, snapshot, wait_until};

#[test]
fn a_hundred_dry_runs_change_no_byte() {
    for energy in ["0.9", "0.1"] {
        let home = fleet(energy);
        let before = snapshot(home.path());
        for _ in 0..50 {
            home.run("autoscale --dry-run").exits(0).out_has("would_");
        }
        assert_eq!(snapshot(home.path()), before);
    }
}

#[test]
fn a_running_engine_is_not_removed_and_neither_is_one_whose_cycle_was_killed() {
    let home = fleet("0.1");
    home.script(
        "beta.sh",
        "echo $$ > pid\nwhile [ ! -e go ]; do sleep 0.02; done",
    );
    let arguments = ["cycle", "beta"];
    let mut child = home.start(&arguments);
    wait_until("the pipeline runs", || !home.read("pid").is_empty());
    // Without the running one alpha would be the last to go: it is the older.
    assert_eq!(outcome(&home, "--dry-run"), "would_remove alpha energy_low");
    child.kill().expect("killed");
    child.wait().expect("reaped");
    assert_eq!(outcome(&home, "--dry-run"), "would_remove alpha energy_low");
    for pid in home.processes() {
        send(pid, Signal::KILL);
    }
    home.wait_until_ended();
    // Its cost is still held; only the next run settles that.
    assert_eq!(outcome(&home, "--dry-run"), "would_remove alpha energy_low");
    home.script("beta.sh", GOOD);
    home.run("run-all").exits(0).err_has("interrupted");
    // Of equals the newest goes.
    assert_eq!(outcome(&home, ""), "removed beta energy_low");
}

#[test]
fn several_at_once_add_one_engine_each_at_most_and_never_more_than_allowed() {
    let home = fleet("0.9");
    set(&home, "max_engines", json!(4));
    let arguments = ["autoscale", "--yes", "--format", "json"];
    let children: Vec<_> = (0..8).map(|_| home.start(&arguments)).collect();
    let reports: Vec<Finished> = children
        .into_iter()
        .map(|child| home.finish(&arguments, child).exits(0))
        .collect();
    let added = |report: &&Finished| report.json()["step"]["outcome"] == "added";
    let count = reports.iter().filter(added).count();
    assert!((1..=2).contains(&count), "{reports:#?}");
    assert_eq!(engines(&home).len(), 2 + count);
    let done = home.number("SELECT count(*) FROM autoscale_action WHERE state = 'done'");
    assert_eq!(usize::try_from(done), Ok(count));
    assert_eq!(home.number("SELECT count(*) FROM autoscale_action"), done);
}

#[test]
fn a_kill_at_any_system_call_leaves_a_whole_fleet_and_a_record_that_agrees_with_it() {
    let trace = |options: &[&str]| {
        let mut strace = std::process::Command::new("strace");
        strace.args(["-f", "-qq", "-o", "/dev/null"]).args(options);
        strace
    };
    if !trace(&["true"]).status().is_ok_and(|it| it.success()) {
        notice("kills at system calls, as there is no `strace` that may trace");
        return;
    }
    let (mut killed, mut abandoned, mut settled) = (0, 0, 0);
    // One pattern for the calls of all systems.
    let syncs = (1..=8).map(|count| ("/^f(data)?sync$", count));
    let writes = (1..=25).step_by(6).map(|count| ("pwrite64", count));
    for (call, count) in syncs.chain(writes).chain([("/^rename", 1)]) {
        let shown = format!("{call} {count}");
        let home = fleet("0.9");
        let strace = trace(&["-e", &format!("inject={call}:signal=KILL:when={count}")]);
        let status = home
            .command_under(strace, &["autoscale", "--yes"])
            .output()
            .expect("strace starts")
            .status;
        killed += u32::from(!status.success());
        let was_added = engines(&home).len() == 3;
        let history = home.run("autoscale history --format json").exits(0).json();
        let actions = history["actions"].as_array().expect("actions").clone();
        let is_done = actions.iter().any(|action| action["state"] == "done");
        assert_eq!(was_added, is_done, "{shown}: {history}");
        // The next step settles the record, and a cooldown counts what was done and only that.
        let begun = "SELECT count(*) FROM autoscale_action WHERE state = 'begun'";
        let left_open = !actions.is_empty() && home.number(begun) > 0;
        abandoned += u32::from(left_open && !was_added);
        settled += u32::from(left_open && was_added);
        let waits = step(&home, "--yes --cooldown 1d")["reason"] == "cooling_down";
        assert_eq!(waits, was_added, "{shown}");
        home.run("autoscale --yes").exits(0);
        assert_eq!(engines(&home).len(), 4, "{shown}");
        assert_eq!(home.number(begun), 0, "{shown}");
        home.run("run-all").exits(0);
    }
    assert!(killed >= 5, "only {killed} kills hit");
    assert!(abandoned > 0 && settled > 0, "{abandoned} {settled}");
}

#[test]
fn a_signal_ends_the_command_that_gives_the_energy_score_with_us() {
    for arguments in [&["autoscale", "--yes"][..], &["run-all", "--autoscale"][..]] {
        let home = fleet("0.9");
        let work = home.work().display().to_string();
        home.script(
            "energy.sh",
            &format!("echo $$ > '{work}/pid'; exec sleep 60"),
        );
        let command = format!("'{work}/energy.sh'");
        edit(&home, |registry| {
            registry["capital"]["energy_command"] = json!(command);
        });
        let child = home.start(arguments);
        wait_until("the command runs", || !home.read("pid").is_empty());
        send(child.id(), Signal::INT);
        home.finish(arguments, child).dies_by(2);
        assert!(home.processes().is_empty(), "{arguments:?}");
        assert_eq!(engines(&home).len(), 2);
    }
}
