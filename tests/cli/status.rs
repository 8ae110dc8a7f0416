//! `sie status`: a fleet at a glance.

use serde_json::json;

use crate::rig::{Terminal, engine};
use crate::support::{Home, execute_in, snapshot, wait_until};
use crate::terminal::run_on_terminal;

/// Engines that ran, failed, are paused, and never ran.
fn home() -> Home {
    let mut home = Home::new();
    home.at("2026-11-23T08:00:00Z");
    let good = |roi: u32, cost: u32| format!("echo '{{\"roi\": {roi}, \"cost\": {cost}}}'");
    engine(&home, "eu-one", &good(5, 1), &json!({"interval": "6h"}));
    engine(&home, "eu-two", &good(9, 3), &json!({"interval": "2h"}));
    engine(&home, "us-bad", "exit 3", &json!({"cost": 2}));
    engine(&home, "Us-held", &good(1, 1), &json!({}));
    home.run("run-all").exits(12);
    engine(&home, "new", &good(1, 1), &json!({}));
    home.run("pause Us-held --reason 'vendor outage'").exits(0);
    home.at("2026-11-23T08:01:00Z");
    home
}

/// Returns the names in the order in which they are shown.
fn names(home: &Home, options: &str) -> Vec<String> {
    let finished = home.run(&format!("status {options}")).exits(0);
    let name = |line: &str| line.split('\t').next().expect("a name").to_owned();
    finished.stdout.lines().map(name).collect()
}

#[test]
fn engines_are_put_in_order_and_chosen_by_name_and_by_state() {
    let home = home();
    for (options, expected) in [
        ("", &["eu-one", "eu-two", "us-bad", "Us-held", "new"][..]),
        (
            "--sort name",
            &["eu-one", "eu-two", "new", "us-bad", "Us-held"],
        ),
        (
            "--sort roi",
            &["eu-two", "eu-one", "Us-held", "us-bad", "new"],
        ),
        (
            "--sort spent",
            &["eu-two", "us-bad", "eu-one", "Us-held", "new"],
        ),
        (
            "--sort failures",
            &["us-bad", "eu-one", "eu-two", "Us-held", "new"],
        ),
        (
            "--sort next",
            &["new", "us-bad", "eu-two", "eu-one", "Us-held"],
        ),
        (
            "--sort last-run --only 'eu-*' --only new",
            &["eu-one", "eu-two", "new"],
        ),
        ("--filter 'EU-*' --sort next", &["eu-two", "eu-one"]),
        ("--state failed", &["us-bad"]),
        ("--state backing-off", &["us-bad"]),
        ("--state paused --state due", &["Us-held", "new"]),
        ("--state waiting", &["eu-one", "eu-two"]),
        ("--state running", &[]),
    ] {
        assert_eq!(names(&home, options), expected, "{options}");
    }
    home.run("status --state running")
        .exits(0)
        .err_has("no engine is in this state");
    home.run("status --only eu-x")
        .exits(2)
        .err_has("did you mean");
    home.run("status --sort size").exits(2).err_has("error: ");
}

#[test]
fn what_the_last_seven_days_brought_and_cost_is_added_up() {
    let home = home();
    execute_in(
        &home.data_dir().join("sie.db"),
        "INSERT INTO cycle (engine_key, number, state, trigger_reason, energy, pid, reserved, started_at, roi, cost)
         SELECT key, 0, 'ok', 'force', 1, 1, 0, 1e9, 100, 100 FROM engine WHERE name = 'eu-one'",
    );
    let report = home
        .run("status --format json --only eu-one")
        .exits(0)
        .json();
    let engine = &report["engines"][0];
    assert_eq!(
        (&engine["roi_7d"], &engine["spent_7d"]),
        (&json!(5.0), &json!(1.0))
    );
    assert_eq!(engine["states"], json!(["waiting"]));
    home.run("status --sort spent --format table")
        .exits(0)
        .out_has("ROI (7 D)")
        .out_has("SPENT (7 D)")
        .out_has("5 engines: 1 due, 1 paused, 1 failed, 1 backing off, 2 waiting");
}

#[test]
fn a_result_has_the_colour_of_its_meaning_and_the_text_says_the_same_without() {
    let home = home();
    let shown = |color: &str| {
        let command = home.command(&["status", "--format", "table", "--color", color]);
        run_on_terminal(command, 100).0
    };
    let painted = shown("always");
    for word in [
        "\u{1b}[32mok\u{1b}[0m",
        "\u{1b}[31mfailed\u{1b}[0m",
        "\u{1b}[2mpaused\u{1b}[0m",
    ] {
        assert!(painted.contains(word), "{painted:?}");
    }
    let mut plain = painted;
    for code in ["[0m", "[1m", "[2m", "[31m", "[32m"] {
        plain = plain.replace(&format!("\u{1b}{code}"), "");
    }
    assert_eq!(plain, shown("never"));
    for width in [30, 60, 100] {
        let (shown, _) = run_on_terminal(home.command(&["status"]), width);
        let widest = shown.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(width.into()), "{width}: {shown}");
    }
}

#[test]
fn looking_changes_no_byte() {
    let home = home();
    let before = snapshot(home.path());
    home.run("status --sort next").exits(0);
    assert_eq!(snapshot(home.path()), before);
}

#[test]
fn watching_needs_a_terminal_and_a_table() {
    let home = home();
    home.run("status --watch")
        .exits(2)
        .err_has("`--watch` needs a terminal");
    home.run("status --watch 0s").exits(2).err_has("from 100ms");
    let mut command = home.command(&["status", "--watch", "--format", "json"]);
    command.env("TERM", "xterm");
    let (_, status) = run_on_terminal(command, 80);
    assert_eq!(status.code(), Some(2));
}

#[test]
fn watching_shows_what_changes_and_gives_the_screen_back() {
    let home = Home::new();
    engine(&home, "alpha", "echo '{\"roi\": 1}'", &json!({}));
    let Some(terminal) = Terminal::open(&home, 90, 12) else {
        return;
    };
    terminal.types("echo before");
    terminal.types("sie status --watch 200ms");
    terminal.shows("due: never run");
    assert!(!terminal.screen().contains("before"), "a screen of its own");
    home.run("cycle alpha").exits(0);
    terminal.shows("just now");
    home.write_registry("{");
    terminal.shows("error: ");
    home.write_registry("{\"engines\": {}}");
    terminal.shows("no engines are registered");
    terminal.keys("C-c");
    wait_until("the screen is given back", || {
        !terminal.screen().contains("Ctrl-C ends it")
    });
    // A shell forgets the rest of a line whose command died by the signal.
    terminal.types("echo \"ended $?\"");
    let screen = terminal.shows("ended 130");
    assert!(
        screen.contains("before") && !screen.contains("Ctrl-C ends it"),
        "{screen}"
    );
}

#[test]
fn what_the_fleet_cannot_afford_is_not_shown_as_due() {
    let home = Home::new();
    engine(&home, "alpha", "true", &json!({}));
    home.run("capital init --target 100").exits(0);
    home.run("capital log inflow 1").exits(0);
    let status = home.run("status --format json").exits(0).json();
    let next = &status["engines"][0]["next"];
    assert_eq!(next["reason"], "low_energy", "{status}");
    home.run("run-all").exits(0).out_has("low_energy");
}
