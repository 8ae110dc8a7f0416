//! From an empty home to a first result.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::support::Home;

const GOOD: &str = r#"echo "{\"roi\": 3.9, \"cost\": 2.7, \"modules\": {\"parser\": 2.1}}""#;

#[test]
fn an_engine_registered_in_an_empty_home_runs_once_and_then_waits_for_its_interval() {
    let home = Home::new();
    let train = home.script("train.sh", GOOD);
    home.sie(&["register", "alpha", "--pipeline", &train, "--cost", "3"])
        .exits(0)
        .out_has("alpha");
    let report = home.run("run-all --format json").exits(0).json();
    assert_eq!(report["engines"][0]["reason"], "never_run");
    assert_eq!(report["engines"][0]["cycle"]["roi"], 3.9);
    let report = home.run("run-all --format json").exits(0).json();
    assert_eq!(report["engines"][0]["reason"], "not_needed");
    let history = home.run("history alpha --format json").exits(0).json();
    assert_eq!(history["cycles"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_mistyped_name_is_answered_with_the_name_that_was_meant() {
    let home = Home::new();
    home.run("register alpha --pipeline true").exits(0);
    let finished = home.run("cycle alhpa").exits(2);
    finished
        .err_has("error: no engine `alhpa`")
        .err_has("hint: did you mean `alpha`?");
}

#[test]
fn the_data_directory_is_for_nobody_but_its_user() {
    let home = Home::new();
    home.run("register alpha --pipeline true").exits(0);
    let mode = fs::metadata(home.data_dir())
        .expect("a folder")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o700);
}
