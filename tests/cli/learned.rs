//! The mode `learned`: who decides, what is recorded, and that no row is learned from twice.

use serde_json::Value;

use crate::support::{Home, execute_in, notice};

/// A home with an engine `alpha` whose policy decides.
fn home(options: &str) -> Home {
    let mut home = Home::new();
    home.at("2026-01-01T00:00:00Z").set("SIE_SEED", "1");
    let train = home.script(
        "train.sh",
        r#"echo '{"roi": 5, "gain": 9, "cost": 10, "modules": {"parser": 2}}'"#,
    );
    home.run(&format!(
        "register alpha --pipeline {train} --trigger learned --cost 10 {options}"
    ))
    .exits(0);
    home
}

fn decide(home: &Home) -> Value {
    let report = home.run("run-all --format json").exits(0).json();
    report["engines"][0].clone()
}

fn record(home: &Home, loss: f64) {
    let revenue = 50.0 - loss;
    home.run(&format!("metrics record alpha revenue={revenue} expense=0"))
        .exits(0);
}

/// Lets the loss rise until the policy runs, and returns the day.
fn days_until_run(home: &mut Home) -> usize {
    for day in 1..28 {
        home.at(&format!("2026-01-{:02}T12:00:00Z", day + 1));
        let rise = if day > 8 { 12.0 } else { 0.0 };
        record(home, rise + f64::from(u8::try_from(day % 2).unwrap()));
        let decided = decide(home);
        if decided["action"] == "run" {
            assert_eq!(decided["reason"], "policy");
            return day;
        }
        assert_eq!(decided["reason"], "not_needed");
    }
    panic!("it never ran");
}

fn decisions(home: &Home) -> i64 {
    let shown = home
        .run("policy inspect alpha --format json")
        .exits(0)
        .json();
    shown["engines"][0]["decisions"].as_i64().unwrap()
}

#[test]
fn the_policy_runs_once_debt_has_grown_and_says_why() {
    let mut home = home("");
    assert_eq!(decide(&home)["reason"], "metrics_missing");
    // A row without the loss is none to learn from.
    home.run("metrics record alpha errors=0").exits(0);
    assert_eq!(decide(&home)["reason"], "metrics_missing");
    let day = days_until_run(&mut home);
    assert!(day > 8);
    let why = home.run("why alpha --format json").exits(0).json();
    let policy = &why["policy"];
    assert_eq!(policy["run"], true);
    assert!(policy["q_run"].as_f64().unwrap() > policy["q_skip"].as_f64().unwrap());
    assert_eq!(
        (policy["price"].as_f64(), policy["probability"].as_f64()),
        (Some(10.0), Some(1.0))
    );
    assert_eq!(why["flip"]["reading"], "debt_in_prices");
    assert!(why["energy"]["policy_factor"].as_f64().unwrap() > 1.0);
    home.run("why alpha --format table")
        .exits(0)
        .out_has("▸ run")
        .out_has("× price")
        .out_has("would have made it skip")
        .out_has("base energy 1, prediction ×");
    // Nothing new: the run is not repeated, nothing is learned, and that is said.
    let before = decisions(&home);
    assert_eq!(decide(&home)["action"], "skip");
    let again = decide(&home);
    assert_eq!(again["policy"]["freshness"], "no_new_row");
    assert_eq!(decisions(&home), before);
    let skips = home.number("SELECT max(count) FROM decision WHERE action = 'skip'");
    assert!(skips >= 2);
    record(&home, 0.0);
    assert_eq!(decide(&home)["policy"]["state"][5]["word"], "parser");
    assert_eq!(decisions(&home), before + 1);
}

#[test]
fn a_failed_or_deferred_cycle_is_no_run_that_paid_and_is_tried_again() {
    let mut home = home("--interval 1h");
    home.script("train.sh", "exit 75");
    let mut deferred = 0;
    for day in 1..28 {
        home.at(&format!("2026-01-{:02}T12:00:00Z", day + 1));
        record(
            &home,
            if day > 8 { 12.0 } else { 0.0 } + f64::from(u8::try_from(day % 2).unwrap()),
        );
        let decided = decide(&home);
        if decided["action"] == "run" {
            assert_eq!(decided["cycle"]["outcome"], "deferred");
            deferred += 1;
            // At the next tick again, without a new row.
            let again = decide(&home);
            assert_eq!(
                (&again["action"], &again["reason"]),
                (&"run".into(), &"policy".into())
            );
            break;
        }
    }
    assert_eq!(deferred, 1);
    let shown = home
        .run("policy inspect alpha --format json")
        .exits(0)
        .json();
    assert_eq!(shown["engines"][0]["runs"], 0);
    home.script("train.sh", "exit 3");
    assert_eq!(
        home.run("run-all --format json").exits(12).json()["engines"][0]["cycle"]["outcome"],
        "failed"
    );
    assert_eq!(decide(&home)["reason"], "backing_off");
    let shown = home
        .run("policy inspect alpha --format json")
        .exits(0)
        .json();
    assert_eq!(shown["engines"][0]["runs"], 0);
}

#[test]
fn events_critical_rules_and_the_greatest_interval_ask_and_others_do_not() {
    let mut home = home(
        "--max-interval 10d --rule 'worst: last(heat) > 9 @critical' --rule 'warm: last(heat) > 1'",
    );
    home.at("2026-01-02T00:00:00Z");
    home.run("metrics record alpha revenue=50 expense=0 errors=3 heat=5")
        .exits(0);
    assert_eq!(decide(&home)["reason"], "not_needed");
    home.run("metrics record alpha revenue=50 expense=0 heat=10")
        .exits(0);
    assert_eq!(decide(&home)["reason"], "worst");
    home.run("event publish alpha evolve:self_improve").exits(0);
    assert_eq!(decide(&home)["reason"], "evolve_requested");
    home.at("2026-01-11T23:00:00Z");
    assert_eq!(decide(&home)["reason"], "not_needed");
    home.at("2026-01-12T00:00:00Z");
    assert_eq!(decide(&home)["reason"], "max_interval");
}

#[test]
fn old_metrics_hold_the_engine_if_that_is_wanted() {
    let mut home = home("--max-interval 3d --stale-after 2d");
    record(&home, 1.0);
    assert_eq!(decide(&home)["reason"], "not_needed");
    home.at("2026-01-10T00:00:00Z");
    assert_eq!(decide(&home)["reason"], "metrics_missing");
    home.run("register alpha --replace --on-missing skip")
        .exits(0);
    assert_eq!(decide(&home)["reason"], "max_interval");
    home.run("register alpha --replace --on-missing run")
        .exits(0);
    home.at("2026-01-10T02:00:00Z");
    let decided = decide(&home);
    assert_eq!(
        (&decided["action"], &decided["reason"]),
        (&"run".into(), &"metrics_missing".into())
    );
    assert_eq!(decide(&home)["action"], "skip");
}

#[test]
fn many_processes_at_once_learn_from_each_row_once() {
    let mut home = home("");
    for day in 1..20_i32 {
        home.at(&format!("2026-01-{:02}T12:00:00Z", day + 1));
        record(&home, f64::from(day % 3));
        let children: Vec<_> = (0..4).map(|_| home.start(&["run-all"])).collect();
        for child in children {
            home.finish(&["run-all"], child).exits(0);
        }
        assert_eq!(decisions(&home), i64::from(day));
    }
}

#[test]
fn a_cycle_that_was_killed_is_not_learned_from_and_its_rows_are_not_folded_twice() {
    let mut home = home("");
    days_until_run(&mut home);
    let (before, runs) = (decisions(&home), home.number("SELECT count(*) FROM cycle"));
    // As if `sie` had died in the middle of a cycle that it began on a decision it had recorded.
    execute_in(
        &home.data_dir().join("sie.db"),
        "INSERT INTO cycle (engine_key, number, state, trigger_reason, energy, pid, reserved, started_at)
         SELECT engine_key, number + 1, 'running', 'policy', 1, 1, 0, started_at FROM cycle;
         INSERT INTO ledger (registry_id, engine_id, cycle, kind, amount, state, at)
         SELECT registry_id, engine_id, cycle + 1, 'cost', 0, 'held', at FROM ledger;",
    );
    record(&home, 0.0);
    assert_eq!(decide(&home)["action"], "skip");
    assert_eq!(decisions(&home), before + 1);
    assert_eq!(
        home.number("SELECT count(*) FROM cycle WHERE state = 'interrupted'"),
        1
    );
    let shown = home
        .run("policy inspect alpha --format json")
        .exits(0)
        .json();
    assert_eq!(shown["engines"][0]["runs"].as_i64(), Some(runs));
}

/// A home in which the next decision learns from fourteen rows and runs.
fn home_about_to_run() -> Home {
    let home = home("");
    for row in 0..14_u32 {
        let rise = if row > 8 { 14.0 } else { 0.0 };
        record(&home, rise + f64::from(row % 2));
    }
    home
}

fn state(home: &Home) -> Value {
    let export = home.run("policy export alpha").exits(0).json();
    export["state"].clone()
}

#[test]
fn a_kill_at_any_system_call_leaves_a_policy_that_learned_everything_once() {
    let trace = |options: &[&str]| {
        let mut strace = std::process::Command::new("strace");
        strace.args(["-qq", "-o", "/dev/null"]).args(options);
        strace
    };
    if !trace(&["true"]).status().is_ok_and(|it| it.success()) {
        notice("kills at system calls, as there is no `strace` that may trace");
        return;
    }
    let unharmed = home_about_to_run();
    assert_eq!(decide(&unharmed)["reason"], "policy");
    let expected = state(&unharmed);
    let mut killed = 0;
    let writes = (1..=29).step_by(4).map(|count| ("pwrite64", count));
    let syncs = (1..=6).map(|count| ("fdatasync", count));
    for (call, count) in writes.chain(syncs).chain([("clone3", 1), ("wait4", 1)]) {
        let home = home_about_to_run();
        let strace = trace(&["-e", &format!("inject={call}:signal=KILL:when={count}")]);
        let status = home
            .command_under(strace, &["run-all"])
            .output()
            .expect("strace starts")
            .status;
        killed += u32::from(!status.success());
        home.wait_until_ended();
        decide(&home);
        assert_eq!(state(&home), expected, "{call} {count}");
        assert_eq!(
            home.number("SELECT successes FROM engine"),
            1,
            "{call} {count}"
        );
    }
    // Calls differ a little between systems, but a test that kills nobody shows nothing.
    assert!(killed >= 8, "only {killed} kills hit");
}

#[test]
fn whatever_roi_is_reported_everything_stays_finite() {
    for roi in ["1e308", "-1e308", "5e-324"] {
        for strategy in ["q_learning", "sarsa", "q_lambda", "actor_critic"] {
            let mut home = home(&format!("--policy {strategy}"));
            home.script(
                "train.sh",
                &format!("echo '{{\"roi\": {roi}, \"gain\": {roi}}}'"),
            );
            for day in 1..6 {
                home.at(&format!("2026-01-{:02}T12:00:00Z", day + 1));
                let loss = if day % 2 == 0 { "1e308" } else { "-1e308" };
                home.run(&format!("metrics record alpha revenue={loss} expense=0"))
                    .exits(0);
                let report = home.run("cycle alpha --format json").exits(0).json();
                let energy = report["engines"][0]["cycle"]["energy"].as_u64().unwrap();
                assert!((1..=100).contains(&energy));
            }
            let shown = home
                .run("policy inspect alpha --format json")
                .exits(0)
                .json();
            let now = &shown["engines"][0]["now"];
            for key in ["q_run", "q_skip", "debt_in_prices", "attainable", "price"] {
                assert!(now[key].is_number(), "{strategy} {roi}: {now}");
            }
            home.run("why alpha --format table").exits(0);
        }
    }
}

#[test]
fn without_a_signal_results_decide_once_the_interval_is_over() {
    let mut home = home("--signal none --interval 1d");
    assert_eq!(decide(&home)["reason"], "not_needed");
    home.at("2026-01-02T12:00:00Z");
    assert_eq!(decide(&home)["reason"], "policy");
    assert_eq!(decide(&home)["action"], "skip");
    home.at("2026-01-04T00:00:00Z");
    let decided = decide(&home);
    assert_eq!(decided["policy"]["state"][0]["name"], "last delta");
}

#[test]
fn in_mode_any_the_policy_only_adds_a_reason_and_scales_energy() {
    let mut home = Home::new();
    home.at("2026-01-01T00:00:00Z");
    let train = home.script("train.sh", r#"echo '{"roi": 1}'"#);
    home.run(&format!(
        "register alpha --pipeline {train} --policy q_learning --cost 10 --interval 30d"
    ))
    .exits(0);
    assert_eq!(decide(&home)["reason"], "never_run");
    let day = days_until_run(&mut home);
    assert!(day > 8);
    home.run("cycle alpha --energy 50 --format table")
        .exits(0)
        .out_has("energy as given, unscaled");
    home.run("cycle alpha --dry-run --format table")
        .exits(0)
        .out_has("base energy 1, prediction ×");
}
