//! Patches and what else looks at their engines: autoscaling and the policy.

use crate::patch_rig::{EDIT, assert_original, cycle, home};
use crate::support::{Home, execute_in};

#[test]
fn autoscaling_does_not_take_out_an_engine_whose_patch_is_on_trial() {
    let home = home(EDIT, "");
    home.run("register beta --pipeline true").exits(0);
    home.run("capital init --target 100 --energy-command 'echo 0.1'")
        .exits(0);
    home.write("rows.csv", "revenue\n12\n12\n10\n10\n");
    home.run("metrics record alpha --file rows.csv").exits(0);
    assert_eq!(cycle(&home, 50.0)["outcome"], "applied");
    // The one that loses would go.
    execute_in(
        &home.data_dir().join("sie.db"),
        "UPDATE roi_delta SET roi = -9",
    );
    home.run("autoscale --format table")
        .exits(0)
        .out_has("removed beta: archived");
    home.run("patch revert alpha-p1").exits(0);
    assert_original(&home, "taken back by hand");
}

#[test]
fn the_policy_is_taught_once_by_a_cycle_with_a_patch() {
    let home = home(EDIT, "--policy q_learning --signal none --cost 1");
    let runs = |home: &Home| {
        let shown = home
            .run("policy inspect alpha --format json")
            .exits(0)
            .json();
        shown["engines"][0]["runs"].as_i64().expect("a count")
    };
    let before = runs(&home);
    assert_eq!(cycle(&home, -5.0)["outcome"], "reverted");
    assert_eq!(runs(&home), before + 1);
    assert_eq!(home.number("SELECT count(*) FROM roi_delta"), 2);
}
