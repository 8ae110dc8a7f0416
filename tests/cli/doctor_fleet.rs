//! `sie doctor` about patches and about engines that autoscaling took out.

use std::fs;

use crate::autoscale;
use crate::doctor::{expect, findings, store};
use crate::patch_rig::{self, EDIT, assert_original};
use crate::support::execute_in;

#[test]
fn a_patch_that_was_being_taken_back_is_found_and_its_originals_are_restored() {
    let home = patch_rig::home(EDIT, "");
    patch_rig::cycle(&home, 9.0);
    assert_eq!(home.read("params"), "rate 2\n");
    assert_eq!(findings(&home, &[]), (Vec::new(), 0), "a trial is in order");
    // What `patch revert` commits before it touches the first file.
    execute_in(&store(&home), "UPDATE patch SET restoring = 'interrupted'");
    expect(&home, "patches", "problem", 1);
    home.run("doctor --fix --dry-run").exits(1);
    assert_eq!(home.read("params"), "rate 2\n");
    assert_eq!(findings(&home, &["--fix"]), (Vec::new(), 0));
    assert_original(&home, "doctor --fix");
    let list = home.run("patch list --format json").exits(0).json();
    assert_eq!(list["patches"][0]["state"], "interrupted");
}

#[test]
fn a_step_that_cannot_be_started_is_found_among_the_commands() {
    let home = patch_rig::bare_home(EDIT, "--patch-check ./check.sh");
    for script in ["tune.sh", "check.sh"] {
        let path = home.work().join(script);
        let body = fs::read(&path).expect("readable");
        fs::remove_file(&path).expect("removed");
        expect(&home, "commands", "problem", 2);
        fs::write(&path, body).expect("written");
        crate::doctor::set_mode(&path, 0o755);
    }
    assert_eq!(findings(&home, &[]), (Vec::new(), 0));
}

#[test]
fn an_engine_that_autoscaling_archived_is_expected_back_and_no_orphan() {
    let home = autoscale::fleet("0.9");
    home.run("run-all").exits(0);
    home.write("energy", "0.1");
    home.run("autoscale").exits(0).out_has("removed");
    assert_eq!(findings(&home, &[]), (Vec::new(), 0));
}
