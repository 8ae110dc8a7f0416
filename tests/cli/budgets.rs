//! Budgets: what is held and settled never exceeds a cap, whoever is killed when.

use std::fs;
use std::process::Child;
use std::thread;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::json;

use crate::rig::{cycles, engine};
use crate::support::{Home, execute_in, number_in, send, wait_until};

/// A home with engines that cost 4 and caps as options of `capital budget`.
fn home_with(engines: &[&str], caps: &str) -> Home {
    let mut home = Home::new();
    home.at("2026-11-23T08:00:00Z");
    for name in engines {
        let body = "echo \"$SIE_ENGINE\" >> ran; echo '{\"roi\": 1, \"cost\": 4}'";
        engine(&home, name, body, &json!({"cost": 4}));
    }
    home.run("capital init").exits(0);
    home.run(&format!("capital budget {caps}")).exits(0);
    home
}

fn ran(home: &Home) -> Vec<String> {
    home.read("ran").lines().map(str::to_owned).collect()
}

/// A generator of random numbers that is the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % end
    }
}

/// Records every moment at which the ledger binds more than the cap, inside the transaction that does it.
fn watch(home: &Home) {
    let too_much = "WHEN (SELECT sum(amount) FROM ledger WHERE kind = 'cost') > (SELECT max(units) * 1000000 FROM cap)";
    let record =
        "BEGIN INSERT INTO violation SELECT sum(amount) FROM ledger WHERE kind = 'cost'; END;";
    execute_in(
        &home.data_dir().join("sie.db"),
        &format!(
            "CREATE TABLE violation (bound INTEGER); CREATE TABLE cap (units INTEGER); INSERT INTO cap VALUES (3);
             CREATE TRIGGER watch_insert AFTER INSERT ON ledger {too_much} {record}
             CREATE TRIGGER watch_update AFTER UPDATE ON ledger {too_much} {record}"
        ),
    );
}

#[test]
fn two_hundred_processes_with_kills_never_bind_nor_spend_more_than_the_daily_budget() {
    let mut home = Home::new();
    home.at("2026-11-23T08:00:00Z");
    let work = home.work().display().to_string();
    for number in 0..12 {
        // What is spent is on file before anybody is told.
        let body = format!(
            "sleep 0.0$((RANDOM_ID % 5)); echo 2.5 >> {work}/spent; echo '{{\"roi\": 1, \"cost\": 2.5}}'"
        );
        let body = body.replace("RANDOM_ID", &number.to_string());
        engine(
            &home,
            &format!("e{number}"),
            &body,
            &json!({"cost": 3, "interval": "0s"}),
        );
    }
    home.run("capital init").exits(0);
    home.run("capital budget --per-day 3").exits(0);
    home.run("run-all --only e0").exits(0);
    watch(&home);
    let mut dice = Dice(20_261_123);
    let (mut killed, mut refused) = (0, 0);
    let mut cap = 3;
    for _ in 0..20 {
        // Little by little, so that all of a wave want the same last money.
        cap += 7;
        let raise = format!("INSERT INTO cap VALUES ({cap})");
        execute_in(&home.data_dir().join("sie.db"), &raise);
        home.run(&format!("capital budget --per-day {cap}"))
            .exits(0);
        let wave: Vec<(bool, Child)> = (0..10)
            .map(|_| {
                let name = format!("e{}", dice.below(12));
                let arguments = match dice.below(4) {
                    0 => vec!["run-all", "--force", "--jobs", "3"],
                    1 => vec!["run-all", "--jobs", "2", "--budget", "7"],
                    _ => vec!["cycle", &name],
                };
                (dice.below(3) == 0, home.start(&arguments))
            })
            .collect();
        // All of them before any is waited for: whoever waits for the first finds the others at their end.
        for (_, child) in wave.iter().filter(|(is_to_die, _)| *is_to_die) {
            thread::sleep(Duration::from_millis(dice.below(12)));
            send(child.id(), Signal::KILL);
        }
        for (_, child) in wave {
            let finished = home.finish(&["one of many"], child);
            killed += i32::from(finished.signal.is_some());
            refused += i32::from(finished.code == Some(16));
            assert!(
                matches!(finished.code, None | Some(0 | 16)),
                "{finished:#?}"
            );
        }
    }
    // Pipelines that outlive their `sie` end, and whoever comes next settles what they held.
    let spending = || home.processes().is_empty();
    wait_until("all pipelines have ended", spending);
    let last = home.run("run-all --force");
    assert!(matches!(last.code, Some(0 | 16)), "{last:#?}");

    let spent = 2.5 * f64::from(u32::try_from(home.read("spent").lines().count()).expect("few"));
    assert_eq!(home.number("SELECT count(*) FROM violation"), 0);
    assert_eq!(
        home.number("SELECT count(*) FROM ledger WHERE state = 'held'"),
        0
    );
    assert_eq!(
        home.number("SELECT count(*) FROM cycle WHERE state = 'running'"),
        0
    );
    let settled = home.number("SELECT sum(amount) FROM ledger WHERE kind = 'cost'");
    assert!(settled <= cap * 1_000_000, "{settled}");
    let settled = f64::from(u32::try_from(settled).expect("small")) / 1e6;
    assert!(spent <= settled, "spent {spent}, settled {settled}");
    assert!(
        spent > 20.0 && killed > 10 && refused > 20,
        "{spent} {killed} {refused}"
    );
}

#[test]
fn run_all_runs_the_best_gain_per_cost_first_and_draws_the_line_where_the_money_ends() {
    let mut home = Home::new();
    home.at("2026-11-22T08:00:00Z");
    for (name, roi) in [("a", 1), ("b", 9), ("c", 5)] {
        let body = format!("echo {name} >> ran; echo '{{\"roi\": {roi}, \"cost\": 4}}'");
        engine(&home, name, &body, &json!({"cost": 4}));
    }
    home.run("run-all").exits(0);
    home.run("capital init").exits(0);
    home.run("capital budget --per-day 10").exits(0);
    home.at("2026-11-23T08:00:00Z");
    let line = "--- budget ends here: 2.00 of 10.00 left (per day), a wants 4.00 ---";
    let before = fs::read(home.registry()).expect("there");
    home.run("run-all --dry-run --format table")
        .exits(16)
        .out_has(line);
    assert_eq!(ran(&home), ["a", "b", "c"], "a dry run runs nothing");
    let table = home.run("run-all --format table").exits(16).out_has(line);
    assert_eq!(ran(&home)[3..], ["b", "c"]);
    let place = |text: &str| table.stdout.find(text).expect("shown");
    assert!(
        place("\nb ") < place("\nc ") && place("\nc ") < place(line) && place(line) < place("\na ")
    );
    assert_eq!(fs::read(home.registry()).expect("there"), before);

    let report = home.run("run-all --format json").exits(16).json();
    assert_eq!(report["budget"]["ended"]["engine"], "a");
    assert_eq!(report["budget"]["ended"]["left"], 2.0);
    assert_eq!(report["budget"]["order"][0]["cost"], 4.0);
    home.run("why a")
        .exits(0)
        .out_has("budget_exhausted\tforbids\tyes\tper day, spent + held + wanted\t12\t>\t10");
    home.run("run-all --quiet")
        .exits(16)
        .err_has("the budget kept 1 of 3 engines from running (exit 16)");
    home.run("cycle a").exits(16);
    home.run("run-all --force").exits(16);
}

#[test]
fn the_budget_of_a_run_caps_that_run_alone_and_waits_for_what_is_held_beside_it() {
    let home = home_with(&["a", "b", "c"], "--fleet 1000");
    let report = home
        .run("run-all --budget 9 --format json")
        .exits(16)
        .json();
    assert_eq!(ran(&home), ["a", "b"]);
    assert_eq!(report["budget"]["ended"]["cap"], "run");
    assert_eq!(report["budget"]["ended"]["left"], 1.0);
    home.run("run-all --budget 9").exits(0);
    assert_eq!(ran(&home), ["a", "b", "c"]);
    home.run("run-all --budget -1").exits(2);

    // Each reserves 4 and costs 1: three at a time would not fit, one after the other all do.
    let home = Home::new();
    for name in ["a", "b", "c", "d", "e"] {
        engine(
            &home,
            name,
            "sleep 0.05; echo '{\"roi\": 1, \"cost\": 1}'",
            &json!({"cost": 4}),
        );
    }
    home.run("run-all --budget 8 --jobs 3").exits(0);
    assert_eq!(home.number("SELECT sum(amount) FROM ledger"), 5_000_000);
}

#[test]
fn what_a_kill_left_between_the_two_commits_of_an_own_database_is_settled_by_the_next_reader() {
    let home = home_with(&["beta"], "--per-day 9");
    let body =
        "touch began; while [ ! -e go ]; do sleep 0.02; done; echo '{\"roi\": 1, \"cost\": 2}'";
    engine(
        &home,
        "alpha",
        body,
        &json!({"cost": 4, "database": "own.db"}),
    );
    let child = home.start(&["cycle", "alpha"]);
    wait_until("the pipeline runs", || home.has("began"));
    // With 4 held and 4 wanted there is room; with 4 more there is not.
    home.run("cycle beta").exits(0);
    home.run("cycle beta").exits(16);
    let fleet = rusqlite::Connection::open(home.data_dir().join("sie.db")).expect("opened");
    fleet.execute_batch("BEGIN IMMEDIATE").expect("locked");
    home.write("go", "");
    let own = home.work().join("own.db");
    wait_until("the engine's own commit is done", || {
        number_in(&own, "SELECT count(*) FROM cycle WHERE state = 'ok'") == 1
    });
    send(child.id(), Signal::KILL);
    home.finish(&["cycle", "alpha"], child).dies_by(9);
    fleet.execute_batch("ROLLBACK").expect("let go");
    assert_eq!(
        home.number("SELECT amount FROM ledger WHERE state = 'held'"),
        4_000_000
    );
    // 4 spent by beta and 2 by alpha leave 3: the hold of 4 is gone, and so is the room for beta.
    home.run("cycle beta")
        .exits(16)
        .out_has("per day, spent + held + wanted");
    assert_eq!(
        home.number("SELECT count(*) FROM ledger WHERE state = 'held'"),
        0
    );
    assert_eq!(home.number("SELECT sum(amount) FROM ledger"), 6_000_000);
    home.run("capital budget --per-day 10").exits(0);
    home.run("cycle beta").exits(0);
}

#[test]
fn a_cycle_whose_engine_was_unregistered_after_a_kill_does_not_hold_money_for_ever() {
    let home = home_with(&["beta"], "--per-day 7");
    let body = "touch began; exec sleep 60";
    engine(&home, "alpha", body, &json!({"cost": 4}));
    let child = home.start(&["cycle", "alpha"]);
    wait_until("the pipeline runs", || home.has("began"));
    for pid in home.processes() {
        send(pid, Signal::KILL);
    }
    home.finish(&["cycle", "alpha"], child).dies_by(9);
    home.wait_until_ended();
    home.run("unregister alpha").exits(0);
    home.run("run-all").exits(16);
    assert_eq!(
        home.number(
            "SELECT count(*) FROM ledger WHERE state = 'settled' AND assumed AND amount = 4000000"
        ),
        1
    );
}

#[test]
fn a_retry_is_made_only_if_the_budget_reaches_for_it() {
    let home = home_with(&[], "--per-cycle 7");
    engine(
        &home,
        "alpha",
        "echo x >> ran; exit 3",
        &json!({"cost": 3, "retries": 5, "retry_delay": "0s"}),
    );
    home.run("cycle alpha")
        .exits(12)
        .err_has("no further attempt: per cycle: 0.00 spent + 0.00 held + 9.00 wanted > cap 7.00");
    assert_eq!(ran(&home).len(), 2);
    assert_eq!(cycles(&home, "alpha")[0]["cost"], 6.0);
    assert_eq!(
        home.number("SELECT amount = 6000000 AND reserved = 6000000 FROM ledger"),
        1
    );
}

#[test]
fn an_overrun_is_recorded_and_shown_and_stops_the_engine_until_somebody_has_seen_it() {
    let home = home_with(&["beta"], "--per-day 1000");
    engine(
        &home,
        "alpha",
        "echo '{\"roi\": 1, \"cost\": 5}'",
        &json!({"cost": 3}),
    );
    let report = home
        .run("cycle alpha --format json")
        .exits(0)
        .err_has("cycle alpha-1 cost 5.00, 2.00 more than was reserved");
    assert_eq!(report.json()["engines"][0]["cycle"]["overrun"], 2.0);
    home.run("capital status --format table")
        .exits(0)
        .out_has("overrun alpha-1 cost 5.00, 3.00 was reserved");
    home.run("capital history")
        .exits(0)
        .out_has("overrun: 3.00 was reserved");
    home.run("cycle alpha")
        .exits(16)
        .out_has("skip\tcost_overrun");
    home.run("why alpha")
        .exits(0)
        .out_has("cost_overrun\tforbids\tyes\tcost of cycle 1\t5\t>\t3");
    home.run("run-all").exits(0).out_has("beta\tok");
    home.run("register alpha --replace --cost 5").exits(0);
    let status = home.run("capital status --format json").exits(0).json();
    assert_eq!(status["overruns"], json!([]));
    home.run("cycle alpha").exits(0);
    home.run("register alpha --replace --cost 4.5").exits(0);
    home.run("cycle alpha").exits(16);
    home.run("capital budget --forget-overruns --dry-run")
        .exits(0);
    home.run("cycle alpha").exits(16);
    let mut home = home;
    home.at("2026-11-23T08:00:01Z");
    home.run("capital budget --forget-overruns").exits(0);
    home.run("cycle alpha").exits(0);
}

#[test]
fn an_overrun_beyond_a_cap_stops_everybody() {
    let home = home_with(&["beta"], "--per-day 10");
    engine(
        &home,
        "alpha",
        "echo '{\"roi\": 1, \"cost\": 11}'",
        &json!({"cost": 3}),
    );
    engine(&home, "free", "echo '{\"roi\": 1}'", &json!({"cost": 0}));
    home.run("cycle alpha").exits(0);
    home.run("cycle beta").exits(16);
    home.run("cycle free").exits(16);
}

#[test]
fn under_a_budget_nothing_runs_whose_cost_nobody_knows() {
    let mut home = home_with(&[], "--fleet 100");
    engine(&home, "silent", "echo '{\"roi\": 1}'", &json!({}));
    home.run("run-all")
        .exits(16)
        .out_has("skip\tcost_unknown")
        .out_has("`sie register silent --replace --cost AMOUNT`");
    home.run("capital budget --fleet none").exits(0);
    home.run("run-all").exits(0);
    home.at("2026-11-23T10:00:00Z");
    home.run("capital budget --fleet 100").exits(0);
    home.run("run-all").exits(16).out_has("cost_unknown");

    // What earlier cycles cost is reserved, and charged where the next one does not say.
    let body = "if [ -e ran ]; then echo '{\"roi\": 1}'; else touch ran; echo '{\"roi\": 1, \"cost\": 7}'; fi";
    engine(&home, "known", body, &json!({}));
    home.run("capital budget --fleet none").exits(0);
    home.run("cycle known").exits(0);
    home.run("capital budget --fleet 100").exits(0);
    home.run("cycle known").exits(0);
    let cycles = cycles(&home, "known");
    assert_eq!(
        (&cycles[0]["cost"], &cycles[0]["cost_assumed"]),
        (&json!(7.0), &json!(true))
    );
    assert_eq!(
        home.number("SELECT reserved FROM ledger ORDER BY id DESC LIMIT 1"),
        7_000_000
    );
}

#[test]
fn a_cap_of_zero_lets_nothing_be_spent_and_what_is_free_run() {
    let home = home_with(&["alpha"], "--per-cycle 0");
    engine(&home, "free", "echo '{\"roi\": 1}'", &json!({"cost": 0}));
    let report = home.run("run-all --format json").exits(16).json();
    assert_eq!(report["engines"][0]["reason"], "budget_exhausted");
    assert_eq!(report["engines"][1]["cycle"]["outcome"], "ok");
}

#[test]
fn a_day_ends_at_midnight_of_the_zone_even_when_the_clocks_change() {
    let mut home = home_with(&["alpha"], "--per-day 4");
    home.run("capital init --replace --zone Europe/Berlin")
        .exits(0);
    // The 25th of October 2026 has 25 hours there, from 22:00 UTC on the day before.
    for (time, code) in [
        ("2026-10-24T21:59:59Z", 0),
        ("2026-10-24T22:00:00Z", 0),
        ("2026-10-25T22:59:59Z", 16),
        ("2026-10-25T23:00:00Z", 0),
        ("2026-10-26T22:59:59Z", 16),
        ("2026-10-26T23:00:00Z", 0),
    ] {
        home.at(time).run("cycle alpha").exits(code);
    }
    home.run("capital status --format json")
        .exits(0)
        .out_has("\"until\": \"2026-10-27T23:00:00Z\"");
}
