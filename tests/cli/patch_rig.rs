//! An engine whose patch step and pipeline do as a test wants.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::support::{Home, execute_in};

/// The pipeline: notes what it reads, and reports what the file `roi` says.
pub const TRAIN: &str = r#"echo "$SIE_CYCLE $SIE_PATCH $(cat params | tr '\n' ' ')" >> ../seen
echo "{\"roi\": $(cat ../roi)}""#;

/// A home with an engine `alpha` whose patch step runs `tune.sh`, and enough unpatched cycles to judge by.
///
/// Their deltas are 0, 1 and 2 in turn. One cycle is run; the others are put on record as it was.
pub fn home(tune: &str, options: &str) -> Home {
    let home = bare_home(tune, options);
    home.write("../roi", "1");
    home.run("cycle alpha").exits(0);
    execute_in(
        &home.data_dir().join("sie.db"),
        "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 12)
         INSERT INTO cycle (engine_key, number, state, trigger_reason, energy, pid, reserved, started_at, ended_at,
            seconds, roi, cost)
         SELECT engine_key, i, state, trigger_reason, energy, pid, reserved, started_at, ended_at, seconds, i % 3, cost
         FROM n, cycle;",
    );
    fs::remove_file(home.path().join("seen")).expect("the first cycle has run");
    home
}

/// The same before its first cycle.
pub fn bare_home(tune: &str, options: &str) -> Home {
    let home = Home::new();
    home.write("params", "rate 1\n");
    set_mode(&home, "params", 0o640);
    home.write("old", "out of date\n");
    let train = home.script("train.sh", TRAIN);
    let tune = home.script("tune.sh", tune);
    home.script("check.sh", "grep -q rate params");
    home.run(&format!(
        "register alpha --pipeline {train} --patch {tune} --patch-target params --patch-target 'new/**' \
         --patch-target old {options}"
    ))
    .exits(0);
    home
}

/// Runs a cycle that reports this delta, and returns what is told of the patch.
pub fn cycle(home: &Home, roi: f64) -> Value {
    home.write("../roi", &roi.to_string());
    let report = home.run("cycle alpha --format json").exits(0).json();
    report["engines"][0]["cycle"]["patch"].clone()
}

pub fn set_mode(home: &Home, name: &str, mode: u32) {
    let permissions = fs::Permissions::from_mode(mode);
    fs::set_permissions(home.work().join(name), permissions).expect("mode set");
}

pub fn mode(home: &Home, name: &str) -> u32 {
    let metadata = fs::metadata(home.work().join(name)).expect("there");
    metadata.permissions().mode() & 0o7777
}

/// What the pipeline has read, one line for each cycle.
pub fn seen(home: &Home) -> String {
    home.read("../seen")
}

/// Asserts that the work dir is as it was before any patch, to the byte, mode and absence.
pub fn assert_original(home: &Home, point: &str) {
    assert_eq!(home.read("params"), "rate 1\n", "{point}");
    assert_eq!(mode(home, "params"), 0o640, "{point}");
    assert_eq!(home.read("old"), "out of date\n", "{point}");
    assert!(!home.has("new"), "{point}");
    assert!(!home.has(".sie-patch.tmp"), "{point}");
}
