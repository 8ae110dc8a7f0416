//! `pause` and `resume`.

use serde_json::json;

use crate::rig::{cycles, engine};
use crate::support::Home;

fn home() -> Home {
    let mut home = Home::new();
    home.at("2026-11-23T08:00:00Z");
    engine(&home, "alpha", "echo '{\"roi\": 1}'", &json!({}));
    home
}

#[test]
fn a_paused_engine_is_run_by_nobody_until_it_is_resumed() {
    let home = home();
    home.sie(&["pause", "alpha", "--reason", "vendor outage"])
        .exits(0);
    home.run("cycle alpha")
        .exits(2)
        .err_has("`alpha` is paused: vendor outage")
        .err_has("hint: end the pause with `sie resume alpha`");
    for line in [
        "run-all --format json",
        "run-all --force --format json",
        "cycle alpha --if-due --format json",
    ] {
        let report = home.run(line).exits(0).json();
        assert_eq!(report["engines"][0]["reason"], "paused", "{line}");
        assert_eq!(report["engines"][0]["paused"]["reason"], "vendor outage");
    }
    assert!(cycles(&home, "alpha").is_empty());
    home.run("status --format table")
        .exits(0)
        .out_has("paused")
        .out_has("until resumed")
        .out_has("vendor outage");
    home.run("resume alpha").exits(0);
    home.run("cycle alpha").exits(0);
    home.run("resume alpha").exits(0).err_has("was not paused");
}

#[test]
fn a_pause_until_a_time_or_for_a_while_ends_by_itself() {
    for until in ["4h", "2026-11-23T12:00:00Z"] {
        let mut home = home();
        home.sie(&["pause", "alpha", "--reason", "x", "--until", until])
            .exits(0);
        home.at("2026-11-23T11:59:59Z");
        home.run("status --format table")
            .exits(0)
            .out_has("1.0s more");
        home.run("cycle alpha").exits(2);
        home.at("2026-11-23T12:00:00Z");
        let report = home.run("run-all --format json").exits(0).json();
        assert_eq!(report["engines"][0]["reason"], "never_run");
    }
}

#[test]
fn a_pause_survives_replace_and_revive_and_not_a_new_engine() {
    let home = home();
    home.run("pause alpha --reason x").exits(0);
    home.run("register alpha --replace --interval 5m").exits(0);
    home.run("cycle alpha").exits(2);
    home.run("unregister alpha").exits(0);
    home.run("register alpha --pipeline ./alpha.sh --revive")
        .exits(0);
    home.run("cycle alpha").exits(2);
    home.run("unregister alpha").exits(0);
    home.run("register alpha --pipeline ./alpha.sh").exits(0);
    home.run("cycle alpha").exits(0);
}

#[test]
fn a_dry_run_pauses_and_resumes_nothing_and_nonsense_is_refused() {
    let home = home();
    home.run("pause alpha --reason x --dry-run --format table")
        .exits(0)
        .out_has("dry run: paused alpha");
    home.run("cycle alpha").exits(0);
    home.run("pause alpha --reason x").exits(0);
    home.run("resume alpha --dry-run").exits(0);
    home.run("cycle alpha").exits(2);
    home.run("pause alpha")
        .exits(2)
        .err_has("`--reason <TEXT>` is missing");
    home.run("pause alpha --reason ''").exits(2);
    home.sie(&["pause", "alpha", "--reason", "a\nb"])
        .exits(2)
        .err_has("on one line");
    home.run("pause alpha --reason x --until soon")
        .exits(2)
        .err_has("neither a time nor a duration");
    home.run("pause alpha --reason x --until 2020-01-01T00:00:00Z")
        .exits(2)
        .err_has("is over already");
    home.run("pause alhpa --reason x")
        .exits(2)
        .err_has("did you mean `alpha`?");
}
