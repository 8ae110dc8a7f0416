//! Gates and patches: what a gate says of a cycle decides about the patch that was on trial in it.

use serde_json::Value;

use crate::patch_rig::{EDIT, assert_original, home, seen};
use crate::support::Home;

/// Runs a cycle under a gate that ends with this code, and returns what is told of the patch.
fn gated(home: &Home, roi: &str, gate: &str, code: i32) -> Value {
    home.write("../roi", roi);
    let arguments = ["cycle", "alpha", "--gate", gate, "--format", "json"];
    let report = home.sie(&arguments).exits(code).json();
    report["engines"][0]["cycle"]["patch"].clone()
}

#[test]
fn a_patch_under_which_a_gate_fails_is_taken_out_to_the_byte_however_much_it_raises_roi() {
    let home = home(EDIT, "--patch-trials 1");
    let patch = gated(&home, "1000", "roi < 500", 10);
    assert_eq!(
        (&patch["outcome"], &patch["verdict"]["reason"]),
        (&"reverted".into(), &"gate_failed".into()),
        "{patch}"
    );
    assert_eq!(seen(&home), "alpha-13 alpha-p1 rate 2 \n");
    assert_original(&home, "after a failed gate");
    home.run("patch show alpha-p1 --format table")
        .exits(0)
        .out_has("a gate failed with the patch in place");
    // It was judged, and did not pay.
    let list = home.run("patch list --format json").exits(0).json();
    assert_eq!(
        (&list["success"]["raised"], &list["success"]["judged"]),
        (&0.into(), &1.into())
    );
}

#[test]
fn a_patch_is_not_kept_by_a_cycle_whose_gate_could_not_be_measured() {
    let home = home(EDIT, "");
    let reasons: Vec<String> = (1..16)
        .map(|_| {
            let patch = gated(&home, "50", "errors < 1", 11);
            assert_eq!(patch["outcome"], "applied", "{patch}");
            patch["verdict"]["reason"].to_string()
        })
        .collect();
    // For a while it cannot be told by its deltas; after that only the gate stands in the way.
    assert_eq!(reasons[0], "\"undecided\"");
    assert_eq!(reasons[14], "\"gate_inconclusive\"");
    assert_eq!(home.read("params"), "rate 2\n");
    assert_eq!(gated(&home, "50", "roi >= 0", 0)["outcome"], "kept");
}

#[test]
fn a_patch_whose_last_trial_could_not_be_gated_is_taken_out() {
    let home = home(EDIT, "--patch-trials 1");
    let patch = gated(&home, "1000", "errors < 1", 11);
    assert_eq!(
        (&patch["outcome"], &patch["verdict"]["reason"]),
        (&"reverted".into(), &"gate_inconclusive".into()),
        "{patch}"
    );
    assert_original(&home, "after an inconclusive gate");
    // Nobody knows whether it would have paid.
    let list = home.run("patch list --format json").exits(0).json();
    assert_eq!(list["success"]["judged"], 0);
    // What loses by its deltas is taken out whatever the gates say.
    let patch = gated(&home, "-5", "errors < 1", 11);
    assert_eq!(patch["verdict"]["reason"], "no_gain", "{patch}");
}
