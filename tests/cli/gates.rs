//! Gates: pass, fail and inconclusive, through the binary.

use serde_json::{Value, json};

use crate::rig::{cycles, engine};
use crate::support::{Home, execute_in};

/// Reports what the variables say, so that one pipeline can improve and regress.
const TELL: &str = "echo \"{\\\"roi\\\": ${ROI:-0.4}, \\\"cost\\\": 2.1${MORE}}\"";

fn home() -> Home {
    let mut home = Home::new();
    home.at("2026-11-23T08:00:00Z");
    engine(&home, "alpha", TELL, &json!({}));
    home
}

fn verdicts(report: &Value) -> Vec<(String, String)> {
    let gates = report["engines"][0]["gates"].as_array().expect("gates");
    let text = |gate: &Value, key: &str| gate[key].as_str().unwrap_or("-").to_owned();
    let pair = |gate: &Value| (text(gate, "verdict"), text(gate, "reason"));
    gates.iter().map(pair).collect()
}

#[test]
fn a_cycle_that_shows_what_its_gates_ask_for_exits_0_and_one_that_regresses_10() {
    let mut home = home();
    home.run("cycle alpha --gate 'roi >= 0' --gate 'cost < 3' --format table")
        .exits(0)
        .out_has("gate roi >= 0   pass           0.4\n")
        .out_has("verdict: pass (exit 0)");
    home.set("ROI", "-3");
    let failed = home
        .run("cycle alpha --gate 'roi>=0' --gate 'cost < 3' --format json")
        .exits(10);
    let report = failed.json();
    assert_eq!(report["verdict"], "fail");
    let gate = &report["engines"][0]["gates"][0];
    assert_eq!(
        (
            &gate["gate"],
            &gate["value"],
            &gate["bound"],
            &gate["verdict"]
        ),
        (
            &json!("roi >= 0"),
            &json!(-3.0),
            &json!(0.0),
            &json!("fail")
        )
    );
    let last = failed.stderr.lines().last().expect("a line");
    let exit_error: Value = serde_json::from_str(last).expect("JSON");
    assert_eq!(
        (&exit_error["code"], &exit_error["kind"]),
        (&json!(10), &json!("gate_failed"))
    );
}

#[test]
fn a_failed_gate_is_on_record_everywhere_and_takes_nothing_back() {
    let mut home = home();
    home.set("ROI", "-3");
    home.run("cycle alpha --gate 'roi >= 0'").exits(10);
    let cycle = &cycles(&home, "alpha")[0];
    assert_eq!(
        (&cycle["state"], &cycle["gate_failed"], &cycle["roi"]),
        (&json!("ok"), &json!(true), &json!(-3.0))
    );
    assert_eq!(cycle["gates"][0]["verdict"], "fail");
    let spent = "SELECT amount FROM ledger WHERE kind = 'cost' AND state = 'settled'";
    assert_eq!(home.number(spent), 2_100_000);
    home.run("history alpha --format table")
        .exits(0)
        .out_has("gate failed");
    home.run("status --format table")
        .exits(0)
        .out_has("stopped by a gate");
    home.run("why alpha --at alpha-1 --format table")
        .exits(0)
        .out_has("gate roi >= 0   fail           -3");
    let events = home
        .run("event list alpha --topic cycle:gate_failed --format jsonl")
        .exits(0);
    assert!(events.stdout.contains("\"roi >= 0\""), "{events:?}");
}

#[test]
fn a_pull_request_is_stopped_with_10_and_with_11_if_too_little_is_known() {
    let mut home = home();
    let gates = "cycle alpha --gate 'errors <= base*1.05' --min-samples 5 --format table";
    for (hour, errors) in [(1, 0.020), (2, 0.021), (3, 0.022), (4, 0.020)] {
        home.at(&format!("2026-11-23T0{hour}:00:00Z"));
        home.run(&format!("metrics record alpha errors={errors}"))
            .exits(0);
        home.run("cycle alpha").exits(0);
    }
    let record = |home: &mut Home, minute: u32, errors: f64| {
        home.at(&format!("2026-11-23T05:{minute:02}:00Z"));
        home.run(&format!("metrics record alpha errors={errors}"))
            .exits(0);
    };
    for minute in 1..=3 {
        record(&mut home, minute, 0.03);
    }
    home.run(gates)
        .exits(11)
        .out_has("gate errors <= base*1.05   inconclusive   3 samples of 5; base 0.0205 is the median of 4 cycles")
        .out_has("hint: record 2 more rows with `sie metrics record alpha errors=…`, or lower --min-samples");
    for minute in 4..=5 {
        record(&mut home, minute, 0.03);
    }
    home.run(gates)
        .exits(10)
        .out_has("fail           0.03 > 0.0")
        .out_has("verdict: fail (exit 10)");
    record(&mut home, 6, 0.01);
    home.run(gates)
        .exits(0)
        .out_has("pass           0.01 <= 0.0");
    home.at("2026-11-23T07:30:00Z");
    home.run(gates)
        .exits(11)
        .out_has("the newest recorded `errors` is 2h24m old");
    home.run(&format!("{gates} --max-age 3h")).exits(0);
}

#[test]
fn a_gate_that_cannot_be_read_exits_2_before_anything_runs() {
    let home = home();
    for (gate, message) in [
        (
            "roi > nan",
            "expected a number or `base`\n  roi > nan\n        ^",
        ),
        ("roi > 1e999", "expected a number of at most"),
        ("roi", "expected one of > >= < <= == !="),
    ] {
        for command in ["cycle", "run-all"] {
            let mut words = vec![command];
            words.extend(["alpha"].iter().filter(|_| command == "cycle"));
            words.extend(["--gate", gate]);
            home.sie(&words)
                .exits(2)
                .err_has(message)
                .err_has("hint: for example `roi >");
        }
    }
    home.run("cycle alpha --gate 'roi > 0' --max-age soon")
        .exits(2);
    home.run("cycle alpha --gate 'roi > 0' --min-samples 0")
        .exits(2);
    home.run("register alpha --replace --gate 'roi >'").exits(2);
    assert!(cycles(&home, "alpha").is_empty());
}

#[test]
fn evidence_that_is_missing_or_no_number_is_inconclusive() {
    let mut home = home();
    for (more, gate, reason) in [
        ("", "accuracy > 0", "missing"),
        (", \"accuracy\": \"0.9\"", "accuracy > 0", "not_a_number"),
        (", \"accuracy\": null", "accuracy > 0", "not_a_number"),
        (
            ", \"accuracy\": 0.9, \"samples\": \"many\"",
            "accuracy > 0",
            "not_a_number",
        ),
        (
            ", \"accuracy\": 0.9, \"samples\": 0",
            "accuracy > 0",
            "too_few_samples",
        ),
        (", \"accuracy\": 0.9", "accuracy >= base", "too_few_cycles"),
    ] {
        home.set("MORE", more);
        let report = home
            .sie(&["cycle", "alpha", "--gate", gate, "--format", "json"])
            .exits(11)
            .json();
        assert_eq!(
            verdicts(&report),
            [("inconclusive".to_owned(), reason.to_owned())],
            "{more}"
        );
    }
    // Metrics of the result come before what was recorded.
    home.run("metrics record alpha accuracy=0.1").exits(0);
    home.set("MORE", ", \"metrics\": {\"accuracy\": 0.9}");
    home.run("cycle alpha --gate 'accuracy > 0.5'").exits(0);
}

#[test]
fn a_record_that_was_cut_or_broken_lets_nothing_through() {
    let mut home = home();
    home.set("MORE", ", \"metrics\": {\"errors\": 0.02}");
    for _ in 0..3 {
        home.run("cycle alpha").exits(0);
    }
    let store = home.data_dir().join("sie.db");
    let gate = |home: &Home, gate: &str, code: i32, reason: &str| {
        let finished = home
            .sie(&["cycle", "alpha", "--gate", gate, "--format", "json"])
            .exits(code);
        let expected = if code == 0 { "pass" } else { "inconclusive" };
        assert_eq!(
            verdicts(&finished.json()),
            [(expected.to_owned(), reason.to_owned())],
            "{gate}"
        );
    };
    gate(&home, "errors <= base", 0, "-");
    execute_in(
        &store,
        "UPDATE cycle SET detail = substr(detail, 1, 20) WHERE number < 4",
    );
    gate(&home, "errors <= base", 11, "too_few_cycles");
    home.run("metrics record alpha speed=7").exits(0);
    gate(&home, "speed > 1", 0, "-");
    let newest = "WHERE id = (SELECT max(id) FROM metrics WHERE length(numbers) = 8)";
    for (change, reason) in [
        ("numbers = x'000000000000F07F'", "not_a_number"),
        ("numbers = x'000000000000F87F'", "missing"),
        ("at = 1000", "stale"),
        ("at = 9e9", "stale"),
    ] {
        // Only the row of the metric is left, so that it is the one changed.
        execute_in(&store, "DELETE FROM metrics");
        home.run("metrics record alpha speed=7").exits(0);
        execute_in(&store, &format!("UPDATE metrics SET {change} {newest}"));
        gate(&home, "speed > 1", 11, reason);
    }
    // A cycle that was paid for is recorded even where its evidence cannot be read.
    execute_in(&store, "UPDATE metrics SET at = 'soon'");
    home.run("cycle alpha --gate 'speed > 1'")
        .exits(11)
        .err_has("the evidence cannot be read");
}

#[test]
fn without_a_result_no_gate_passes() {
    let home = Home::new();
    for (name, body, code) in [("later", "exit 75", 11), ("broken", "exit 3", 12)] {
        engine(&home, name, body, &json!({}));
        home.run(&format!("cycle {name}"))
            .exits(if code == 11 { 0 } else { 12 });
        let report = home
            .run(&format!("cycle {name} --gate 'roi > -9' --format json"))
            .exits(code)
            .json();
        assert_eq!(
            verdicts(&report),
            [("inconclusive".to_owned(), "no_result".to_owned())]
        );
    }
}

#[test]
fn silence_is_no_pass_for_whoever_asks_for_a_gate() {
    let home = home();
    home.run("run-all --gate 'roi > 0' --dry-run")
        .exits(11)
        .err_has("a dry run measures nothing");
    home.run("run-all --gate 'roi > 0'").exits(0);
    home.run("run-all --gate 'roi > 0'")
        .exits(11)
        .err_has("no engine was gated: none was run");
    home.run("cycle alpha --if-due --gate 'roi > 0'")
        .exits(11)
        .err_has("no cycle was run (not_needed)");
    // The gates of the registry wait for the next cycle.
    home.run("register alpha --replace --gate 'roi > 0.5'")
        .exits(0);
    home.run("run-all").exits(0);
    home.run("cycle alpha --if-due").exits(0);
    home.run("run-all --force").exits(10);
}

#[test]
fn an_engine_that_is_busy_could_not_be_measured() {
    let home = Home::new();
    engine(
        &home,
        "slow",
        "touch started; while [ ! -e go ]; do sleep 0.05; done; echo '{\"roi\": 1}'",
        &json!({}),
    );
    let running = home.start(&["cycle", "slow"]);
    crate::support::wait_until("it runs", || home.has("started"));
    home.run("cycle slow --gate 'roi > 0'")
        .exits(11)
        .err_has("a cycle of the engine is running already");
    home.run("cycle slow").exits(0);
    home.write("go", "");
    home.finish(&["cycle", "slow"], running).exits(0);
}

#[test]
fn gates_of_the_registry_and_of_the_command_line_add_up() {
    let home = home();
    home.run(
        "register alpha --replace --gate 'roi >= 0' --gate 'cost < 3' --max-age 2h --min-samples 2",
    )
    .exits(0);
    home.run("show alpha --format tsv")
        .exits(0)
        .out_has("gate\troi >= 0")
        .out_has("max_age\t2h");
    let report = home
        .run("cycle alpha --gate 'cost<3' --gate 'success_rate > 0' --format json")
        .exits(11)
        .json();
    let gates = report["engines"][0]["gates"].as_array().expect("gates");
    let texts: Vec<_> = gates
        .iter()
        .map(|gate| gate["gate"].as_str().expect("text"))
        .collect();
    assert_eq!(texts, ["roi >= 0", "cost < 3", "success_rate > 0"]);
    assert_eq!(gates[0]["min_samples"], 2);
    home.run("cycle alpha --min-samples 1").exits(0);
    home.run("register alpha --replace --gate ''").exits(0);
    assert!(
        !std::fs::read_to_string(home.registry())
            .expect("text")
            .contains("roi >=")
    );
}

#[test]
fn quiet_says_what_a_gate_stopped_and_nothing_else() {
    let mut home = home();
    home.run("run-all --quiet --gate 'roi >= 0'")
        .exits(0)
        .says_nothing();
    home.set("ROI", "-1");
    let told = home
        .run("run-all --quiet --force --gate 'roi >= 0'")
        .exits(10);
    assert_eq!(
        told.stderr,
        "alpha  gate roi >= 0   fail           -1\nverdict: fail (exit 10)\n"
    );
    assert_eq!(told.stdout, "");
}

#[test]
fn the_base_leaves_out_cycles_that_a_gate_stopped() {
    let mut home = home();
    for _ in 0..3 {
        home.run("cycle alpha").exits(0);
    }
    home.set("ROI", "-9");
    for _ in 0..4 {
        home.run("cycle alpha --gate 'roi >= base-0.1'").exits(10);
    }
    home.set("ROI", "0.35");
    home.run("cycle alpha --gate 'roi >= base-0.1'")
        .exits(0)
        .err_has("base 0.4 is the median of 3 cycles");
}

#[test]
fn a_failed_gate_takes_nothing_from_what_was_booked_and_learned() {
    let run = |gate: &str, code: i32| {
        let mut home = home();
        home.set("SIE_SEED", "7");
        home.run("register alpha --replace --policy q_learning --cost 2")
            .exits(0);
        home.run("metrics record alpha expense=3 revenue=1")
            .exits(0);
        home.run(&format!("cycle alpha {gate}")).exits(code);
        let learned = home.run("policy inspect alpha --format json").exits(0);
        let numbers = [
            "SELECT sum(amount) FROM ledger WHERE state = 'settled' AND kind = 'cost'",
            "SELECT count(*) FROM roi_delta",
            "SELECT revision FROM policy",
            "SELECT successes FROM engine",
        ];
        let gate_failed = home.number("SELECT gate_failed FROM cycle");
        let kept: Vec<i64> = numbers.iter().map(|sql| home.number(sql)).collect();
        (gate_failed, kept, learned.stdout)
    };
    let stopped = run("--gate 'roi > 100'", 10);
    let passed = run("--gate 'roi > 0'", 0);
    assert_eq!((stopped.0, passed.0), (1, 0));
    assert_eq!(stopped.1, [2_100_000, 1, 2, 1]);
    assert_eq!((stopped.1, stopped.2), (passed.1, passed.2));
}
