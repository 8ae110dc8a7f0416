//! Pipelines that go wrong: each is told apart, recorded, and leaves no process behind.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Home, wait_until};

/// 16 good engines and one of each way to go wrong.
fn mixed_fleet(home: &Home) {
    home.script("good", "echo '{\"roi\": 1}'");
    home.script("exits", "echo 'no space left' >&2; exit 1");
    home.script("dies", "kill -SEGV $$");
    home.script("silent", "echo done");
    home.script(
        "endless",
        "(trap '' TERM; while :; do sleep 1; done) &\nwhile :; do sleep 1; done",
    );
    // Only the endless one is timed: on a loaded machine the others may take their time.
    let engine = |script: &str| {
        let timeout = if script == "endless" { "1s" } else { "60s" };
        json!({"pipeline": format!("./{script}"), "work_dir": home.work(), "timeout": timeout, "grace": "1s"})
    };
    let mut engines = serde_json::Map::new();
    for number in 1..=16 {
        engines.insert(format!("good{number}"), engine("good"));
    }
    for script in ["exits", "dies", "silent", "endless"] {
        engines.insert(script.to_owned(), engine(script));
    }
    home.write_registry(&json!({"format_version": 1, "engines": engines}).to_string());
}

#[test]
fn run_all_tells_in_json_what_happened_to_each_of_20_engines_and_leaves_no_process() {
    let home = Home::new();
    mixed_fleet(&home);
    let report = home.run("run-all --jobs 4 --format json").exits(12).json();
    let engines = report["engines"].as_array().expect("engines");
    let outcome = |engine: &Value| {
        (
            engine["engine"].as_str().unwrap_or_default().to_owned(),
            engine["cycle"]["failure"]["reason"]
                .as_str()
                .map(str::to_owned),
        )
    };
    let failed: Vec<_> = engines
        .iter()
        .filter(|engine| engine["cycle"]["outcome"] == "failed")
        .map(outcome)
        .collect();
    let expected = [
        ("dies", "signalled"),
        ("endless", "timed_out"),
        ("exits", "exited"),
        ("silent", "no_result"),
    ];
    assert_eq!(
        failed,
        expected.map(|(name, reason)| (name.to_owned(), Some(reason.to_owned())))
    );
    let good = engines
        .iter()
        .filter(|engine| engine["cycle"]["outcome"] == "ok")
        .count();
    assert_eq!(good, 16);
    assert_eq!(home.processes(), [0_u32; 0]);
    assert_eq!(
        home.number("SELECT count(*) FROM cycle WHERE state = 'failed' AND reason IS NOT NULL"),
        4
    );

    let again = home.run("run-all --jobs 4 --format json").exits(0).json();
    let reasons = |name: &str| {
        let engines = again["engines"].as_array().expect("engines");
        engines
            .iter()
            .filter(|engine| engine["reason"] == name)
            .count()
    };
    assert_eq!((reasons("backing_off"), reasons("not_needed")), (4, 16));
}

#[test]
fn run_all_tells_in_a_table_what_happened_to_each_of_20_engines() {
    let home = Home::new();
    mixed_fleet(&home);
    let finished = home.run("run-all --jobs 4 --format table").exits(12);
    let line_of = |name: &str| {
        let line = finished
            .stdout
            .lines()
            .find(|line| line.split_whitespace().next() == Some(name));
        line.unwrap_or_else(|| panic!("no line for {name}: {finished:#?}"))
            .to_owned()
    };
    for number in 1..=16 {
        assert!(line_of(&format!("good{number}")).contains(" ok "));
    }
    for (name, words) in [
        ("exits", "exited 1"),
        ("dies", "SIGSEGV"),
        ("silent", "no result"),
        ("endless", "timed out"),
    ] {
        assert!(line_of(name).contains(words), "{}", line_of(name));
    }
    finished.out_has("16 ok, 4 failed, 0 skipped");
    home.run("status --format table")
        .exits(0)
        .out_has("backing off");
}

#[test]
fn quiet_run_all_tells_nothing_but_the_failures_with_the_end_of_their_logs() {
    let home = Home::new();
    mixed_fleet(&home);
    let finished = home.run("run-all --jobs 4 --quiet").exits(12);
    assert_eq!(finished.stdout, "");
    finished
        .err_has("sie run-all: 4 of 20 engines failed (exit 12)")
        .err_has("no space left")
        .err_lacks("good");
    home.run("run-all --quiet").exits(0).says_nothing();
}

/// What a pipeline does, and what becomes of it: `ok`, or the reason for the failure.
const RESULTS: [(&str, &str); 24] = [
    (r#"echo '{"roi": 1.5}'"#, "ok"),
    (r#"echo '{"roi": 1.5}' > "$SIE_RESULT""#, "ok"),
    (
        r#"echo '{"roi": 1.5}' > "$SIE_RESULT"; echo '{"roi": "not this"}'"#,
        "ok",
    ),
    (r#"echo log; echo '{"roi": -2, "cost": 0}'; echo"#, "ok"),
    (
        r#"echo '{"roi": 1, "colour": {"a": [1]}, "samples": 3}'"#,
        "ok",
    ),
    (r#"echo '{"roi": 1}'; echo later"#, "no_result"),
    ("true", "no_result"),
    (r#"echo '[1]' > "$SIE_RESULT""#, "result_not_an_object"),
    (r#"printf '{"roi": 1' > "$SIE_RESULT""#, "result_not_json"),
    (r#"mkdir "$SIE_RESULT""#, "result_not_json"),
    (r#"mkfifo "$SIE_RESULT""#, "result_not_json"),
    (r#"printf '{"roi": "\377"}'"#, "result_not_json"),
    (r#"echo '{"roi": NaN}'"#, "result_not_json"),
    (r#"echo '{"roi": 1, "roi": 2}'"#, "result_not_json"),
    (r#"echo '{"cost": 1}'"#, "roi_missing"),
    (r#"echo '{"roi": null}'"#, "roi_not_finite"),
    (r#"echo '{"roi": 1e999}'"#, "amount_out_of_range"),
    (r#"echo '{"roi": 1, "cost": -1}'"#, "amount_out_of_range"),
    (
        r#"head -c 1100000 /dev/zero > "$SIE_RESULT""#,
        "result_too_large",
    ),
    (
        r#"{ printf '{"roi": 1, "x": '; head -c 70 /dev/zero | tr '\0' '['; } > "$SIE_RESULT""#,
        "result_too_deep",
    ),
    (r#"echo '{"roi": 1}'; exit 3"#, "exited"),
    (r#"echo '{"roi": 1}'; kill -9 $$"#, "signalled"),
    ("head -c 40000 /dev/zero; sleep 20", "output_limit"),
    ("exit 75", "deferred"),
];

#[test]
fn a_result_is_taken_or_refused_by_the_rules_of_the_protocol() {
    let home = Home::new();
    let mut engines = serde_json::Map::new();
    for (index, (line, _)) in RESULTS.iter().enumerate() {
        let stage = json!([{"name": "train", "command": line, "shell": true}]);
        engines.insert(
            format!("e{index}"),
            json!({"pipeline": stage, "work_dir": home.work(), "timeout": "60s", "log_limit": 30_000}),
        );
    }
    home.write_registry(&json!({"engines": engines}).to_string());
    let report = home.run("run-all --jobs 4 --format json").exits(12).json();
    for (index, (line, expected)) in RESULTS.iter().enumerate() {
        let name = format!("e{index}");
        let engines = report["engines"].as_array().expect("engines");
        let engine = engines
            .iter()
            .find(|engine| engine["engine"] == name.as_str())
            .expect("its report");
        let cycle = &engine["cycle"];
        let found = match cycle["outcome"].as_str() {
            Some("failed") => cycle["failure"]["reason"].as_str(),
            outcome => outcome,
        };
        assert_eq!(found, Some(*expected), "{line}: {cycle}");
    }
}

#[test]
fn a_deferred_cycle_is_no_failure_and_is_tried_again_at_the_next_tick() {
    let home = Home::new();
    home.run("register alpha --pipeline 'sh -c \"exit 75\"' --cost 5")
        .exits(0);
    for _ in 0..2 {
        let report = home.run("run-all --format json").exits(0).json();
        assert_eq!(report["engines"][0]["cycle"]["outcome"], "deferred");
        assert_eq!(report["engines"][0]["reason"], "never_run");
    }
    assert_eq!(home.number("SELECT sum(amount) FROM ledger"), 0);
}

#[test]
fn a_failure_backs_off_is_retried_when_that_is_over_and_forced_at_any_time() {
    let mut home = Home::new();
    home.at("2026-11-23T08:00:00Z");
    home.run("register alpha --pipeline false --interval 1d --cost 5")
        .exits(0);
    home.run("run-all").exits(12);
    for (time, code, reason) in [
        ("2026-11-23T08:09:59Z", 0, "backing_off"),
        ("2026-11-23T08:10:00Z", 12, "retry_after_failure"),
        ("2026-11-23T08:29:59Z", 0, "backing_off"),
        ("2026-11-23T08:30:00Z", 12, "retry_after_failure"),
    ] {
        let report = home.at(time).run("run-all --format json").exits(code);
        assert_eq!(report.json()["engines"][0]["reason"], reason, "{time}");
    }
    home.run("run-all --force").exits(12).out_has("forced");
    home.run("cycle alpha --if-due")
        .exits(0)
        .out_has("backing_off");
    home.run("cycle alpha").exits(12).out_has("exited 1");
    assert_eq!(
        home.number("SELECT sum(amount) FROM ledger WHERE state = 'settled'"),
        25_000_000
    );
}

#[test]
fn a_timeout_ends_the_whole_group_gently_first_and_only_the_late_stage_fails() {
    let home = Home::new();
    home.write_registry(
        &json!({"engines": {"alpha": {"work_dir": home.work(), "grace": "5s", "pipeline": [
            {"name": "fetch", "command": "echo fetched > log", "shell": true},
            {"name": "train", "shell": true, "timeout": "0.3s",
             "command": "trap 'echo saved >> log; exit 0' TERM; while :; do sleep 0.05; done"},
            {"name": "after", "command": "echo after >> log", "shell": true},
        ]}}})
        .to_string(),
    );
    let started = Instant::now();
    let report = home.run("cycle alpha --format json").exits(12).json();
    assert!(started.elapsed() < Duration::from_secs(4));
    let failure = &report["engines"][0]["cycle"]["failure"];
    assert_eq!(
        (&failure["reason"], &failure["stage"]),
        (&json!("timed_out"), &json!("train"))
    );
    assert_eq!(home.read("log"), "fetched\nsaved\n");
    wait_until("no process is left", || home.processes().is_empty());
}

#[test]
fn a_program_that_does_not_exist_or_a_lost_work_dir_fails_the_cycle_and_says_which() {
    let home = Home::new();
    home.run("register lost --pipeline ./lost.sh")
        .exits(0)
        .err_has("./lost.sh does not exist");
    home.run("cycle lost")
        .exits(12)
        .out_has("could not be started");
    std::fs::create_dir(home.work().join("gone")).expect("made");
    home.run("register gone --pipeline true --work-dir gone")
        .exits(0);
    std::fs::remove_dir(home.work().join("gone")).expect("removed");
    home.run("cycle gone").exits(12).out_has("does not exist");
}
