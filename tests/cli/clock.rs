//! A clock that was set back or ahead.

use crate::support::Home;

fn reason(home: &mut Home, time: &str) -> String {
    let report = home.at(time).run("run-all --format json").exits(0).json();
    report["engines"][0]["reason"]
        .as_str()
        .expect("a reason")
        .to_owned()
}

#[test]
fn a_last_run_in_the_future_counts_as_over_whatever_the_intervals_say() {
    let mut home = Home::new();
    let script = home.script("train.sh", "echo '{\"roi\": 1}'");
    home.sie(&[
        "register",
        "alpha",
        "--pipeline",
        &script,
        "--interval",
        "2h",
        "--min-interval",
        "30m",
    ])
    .exits(0);
    for (time, expected) in [
        ("2026-11-23T08:00:00Z", "never_run"),
        ("2026-11-23T08:29:59Z", "min_interval"),
        ("2026-11-23T09:59:59Z", "not_needed"),
        ("2026-11-23T10:00:00Z", "interval_over"),
        ("2099-01-01T00:00:00Z", "interval_over"),
        ("2026-11-23T10:00:01Z", "interval_over"),
        ("2026-11-23T10:00:02Z", "min_interval"),
        ("2001-01-01T00:00:00Z", "interval_over"),
        ("1969-01-01T00:00:00Z", "interval_over"),
    ] {
        assert_eq!(reason(&mut home, time), expected, "{time}");
    }
    let history = home.run("history alpha --format json").exits(0).json();
    let numbers: Vec<_> = history["cycles"]
        .as_array()
        .expect("cycles")
        .iter()
        .map(|cycle| cycle["number"].as_i64().expect("a number"))
        .collect();
    assert_eq!(numbers, [6, 5, 4, 3, 2, 1]);
    for command in ["status", "history", "list"] {
        home.run(&format!("{command} --format table")).exits(0);
    }
}

#[test]
fn backing_off_ends_when_the_clock_was_set_back() {
    let mut home = Home::new();
    home.run("register alpha --pipeline false").exits(0);
    home.at("2026-11-23T08:00:00Z").run("run-all").exits(12);
    assert_eq!(reason(&mut home, "2026-11-23T08:00:01Z"), "backing_off");
    home.at("2026-11-22T08:00:00Z")
        .run("run-all --format json")
        .exits(12)
        .out_has("retry_after_failure");
}

#[test]
fn a_clock_that_cannot_be_understood_is_a_usage_error() {
    let mut home = Home::new();
    home.at("yesterday")
        .run("run-all")
        .exits(2)
        .err_has("SIE_NOW");
}
