//! Recording and showing metrics.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::process::Stdio;
use std::thread;

use crate::support::{Finished, Home, number_in};

fn home() -> Home {
    let home = Home::new();
    home.run("register alpha --pipeline true --bot robo")
        .exits(0);
    home
}

fn rows_of(home: &Home) -> i64 {
    let database = home.data_dir().join("sie.db");
    number_in(&database, "SELECT count(*) FROM metrics")
}

/// Runs the binary with a text on its stdin.
fn with_stdin(home: &Home, line: &str, text: &str) -> Finished {
    let words: Vec<&str> = line.split(' ').collect();
    let mut child = home.command(&words).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A command that refuses early closes its end.
    let _ = stdin.write_all(text.as_bytes());
    drop(stdin);
    home.finish(&words, child)
}

#[test]
fn metrics_recorded_for_an_engine_or_its_bot_are_shown_for_both() {
    let home = home();
    home.run(
        "metrics record alpha errors=0 response_time=1.5 --at 2026-01-01T00:00:00Z --format table",
    )
    .exits(0)
    .out_has("recorded 1 row of bot robo for alpha");
    home.run("metrics record robo errors=3").exits(0);
    for name in ["alpha", "robo"] {
        let shown = home
            .sie(&["metrics", "show", name, "--format", "json"])
            .exits(0)
            .json();
        assert_eq!(shown["bot"], "robo");
        assert_eq!(shown["rows"][0]["at"], "2026-01-01T00:00:00Z");
        assert_eq!(shown["rows"][0]["values"]["response_time"], 1.5);
        assert_eq!(shown["rows"][1]["values"]["errors"], 3.0);
        assert_eq!(shown["metrics"][0]["metric"], "errors");
        assert_eq!(shown["metrics"][0]["max"], 3.0);
    }
    home.run("metrics show robo --last 1 --format table")
        .exits(0)
        .out_has("newest 1 of 2 rows");
    home.run("metrics show alpha --format table")
        .exits(0)
        .out_has("▁█");
    home.run("metrics record alhpa errors=0")
        .exits(2)
        .err_has("did you mean `alpha`?");
}

#[test]
fn every_form_of_input_records_the_same_rows() {
    let home = home();
    fs::write(
        home.work().join("rows.csv"),
        "at,errors,loss\n2026-01-01T00:00:00Z,1,0.5\n,,2\n",
    )
    .unwrap();
    fs::write(
        home.work().join("rows.jsonl"),
        "{\"at\":\"2026-01-01T00:00:00Z\",\"errors\":1,\"loss\":0.5}\n{\"loss\":2}\n",
    )
    .unwrap();
    home.run("metrics record robo --file rows.csv").exits(0);
    home.run("metrics record robo --file rows.jsonl").exits(0);
    home.run("metrics record robo --json rows.jsonl").exits(0);
    let json = "[{\"at\":\"2026-01-01T00:00:00Z\",\"errors\":1,\"loss\":0.5},{\"loss\":2}]";
    with_stdin(&home, "metrics record robo --json -", json).exits(0);
    let shown = home.run("metrics show robo --format json").exits(0).json();
    let rows = shown["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 8);
    for pair in rows.chunks(2) {
        assert_eq!(pair[0], rows[0]);
        assert_eq!(pair[1]["values"], rows[1]["values"]);
    }
}

#[test]
fn a_bad_row_is_named_and_nothing_of_its_batch_is_stored() {
    let mut home = home();
    home.at("2026-11-23T08:00:00Z");
    let wide: Vec<String> = (0..1001).map(|index| format!("m{index}=1")).collect();
    let wide = format!("metrics record robo {}", wide.join(" "));
    for (line, problem) in [
        ("metrics record robo errors=-1", "row 1: `errors` is -1"),
        (
            "metrics record robo loss=NaN",
            "row 1: `loss` is not a number",
        ),
        (
            "metrics record robo loss=1e999",
            "row 1: `loss` is not a number",
        ),
        (
            "metrics record robo loss=1 --at 2026-11-23T08:05:01Z",
            "row 1: its time 2026-11-23T08:05:01Z lies in the future",
        ),
        (
            "metrics record robo at=5",
            "row 1: `at` is the time of a row",
        ),
        (
            "metrics record robo a=1 a=2",
            "row 1: `a` stands there twice",
        ),
        ("metrics record robo loss", "`loss` has no `=`"),
        (&wide, "row 1: it has 1001 metrics"),
    ] {
        home.run(line).exits(2).err_has(problem);
    }
    home.run("metrics record robo loss=1 --at 2026-11-23T08:05:00Z --dry-run")
        .exits(0);
    let mut text = String::from("errors,loss\n");
    for row in 0..100 {
        writeln!(text, "{row},0.5").unwrap();
    }
    text.push_str("oops,0.5\n");
    fs::write(home.work().join("rows.csv"), text).unwrap();
    home.run("metrics record robo --file rows.csv")
        .exits(2)
        .err_has("line 102: `errors` is not a number: `oops`");
    assert_eq!(rows_of(&home), 0);
    home.run("metrics record robo --file rows.txt").exits(2);
    home.run("metrics record robo --file missing.csv").exits(2);
    home.run("metrics record robo").exits(2);
}

#[test]
fn a_hundred_rows_from_eight_shells_at_once_are_all_there() {
    let home = home();
    let next = std::sync::atomic::AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                loop {
                    let row = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    if row >= 100 {
                        break;
                    }
                    home.run(&format!("metrics record robo number={row}"))
                        .exits(0);
                }
            });
        }
    });
    let shown = home
        .run("metrics show robo --last 1000 --format json")
        .exits(0)
        .json();
    let mut found: Vec<f64> = shown["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["values"]["number"].as_f64().unwrap())
        .collect();
    found.sort_by(f64::total_cmp);
    let wanted: Vec<f64> = (0..100_u32).map(f64::from).collect();
    assert_eq!(found, wanted);
}

/// Returns the most memory a process has held so far, in KiB, while the system tells.
fn peak_memory(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

#[test]
fn many_rows_are_recorded_in_bounded_memory_and_old_ones_dropped_aloud() {
    let home = home();
    let registry = fs::read_to_string(home.registry()).unwrap();
    let limited = registry.replacen("\"energy\": 1", "\"energy\": 1, \"metrics_rows\": 30000", 1);
    fs::write(home.registry(), limited).unwrap();
    let mut text = String::from("errors,revenue,expense,loss\n");
    for row in 0..50_000 {
        writeln!(text, "0,{row},1.5,0.25").unwrap();
    }
    fs::write(home.work().join("rows.csv"), &text).unwrap();
    let words = [
        "metrics", "record", "robo", "--file", "rows.csv", "--format", "table",
    ];
    let child = home.start(&words);
    let pid = child.id();
    let watcher = thread::spawn(move || {
        let mut peak = 0;
        while let Some(kib) = peak_memory(pid) {
            peak = peak.max(kib);
            thread::sleep(std::time::Duration::from_millis(5));
        }
        peak
    });
    home.finish(&words, child)
        .exits(0)
        .out_has("recorded 50000 rows")
        .out_has("dropped the oldest 20000: the newest 30000 are kept");
    let peak = watcher.join().unwrap();
    assert!(peak < 48 * 1024, "{peak} KiB");
    assert_eq!(rows_of(&home), 30_000);
    let shown = home
        .run("metrics show robo --last 30000 --format json")
        .exits(0)
        .json();
    assert_eq!(shown["rows"][0]["values"]["revenue"], 20_000.0);
    assert_eq!(shown["dropped"], 20_000);
}

#[test]
fn the_metrics_of_a_result_become_a_row_of_the_bot_and_ask_for_nothing() {
    let mut home = Home::new();
    home.at("2026-11-23T08:00:00Z");
    let train = home.script(
        "train.sh",
        r#"echo "{\"roi\": 1, \"metrics\": {\"loss\": 0.25, \"errors\": 2}}""#,
    );
    home.sie(&["register", "alpha", "--pipeline", &train])
        .exits(0);
    home.run("run-all").exits(0);
    let shown = home.run("metrics show alpha --format json").exits(0).json();
    assert_eq!(shown["rows"][0]["values"]["loss"], 0.25);
    assert_eq!(home.number("SELECT rows_seen FROM engine"), 1);
    let report = home.run("run-all --format json").exits(0).json();
    assert_eq!(report["engines"][0]["reason"], "not_needed");
    home.run("metrics record alpha errors=1").exits(0);
    let report = home.run("run-all --format json").exits(0).json();
    assert_eq!(report["engines"][0]["reason"], "error_rate");
}

#[test]
fn a_bot_of_two_engines_with_databases_of_their_own_has_its_rows_in_both() {
    let mut home = home();
    home.at("2026-11-23T08:00:00Z");
    home.run("register beta --pipeline true --bot robo --database own/beta.db")
        .exits(0);
    home.run("metrics record robo errors=1").exits(0);
    assert_eq!(rows_of(&home), 1);
    let own = home.work().join("own/beta.db");
    assert_eq!(number_in(&own, "SELECT count(*) FROM metrics"), 1);
}

#[test]
fn a_row_recorded_while_a_cycle_runs_asks_for_another_one_and_the_cycles_own_row_does_not_count() {
    let mut home = Home::new();
    home.at("2026-11-23T08:00:00Z");
    home.set("SIE_BINARY", env!("CARGO_BIN_EXE_sie"));
    let body = r#"[ -e done ] || "$SIE_BINARY" metrics record alpha errors=1; touch done
echo "{\"roi\": 1, \"metrics\": {\"errors\": 2}}""#;
    let train = home.script("train.sh", body);
    home.sie(&["register", "alpha", "--pipeline", &train])
        .exits(0);
    home.run("run-all").exits(0);
    home.run("run-all").exits(0);
    let why = home.run("why alpha --format json").exits(0).json();
    assert_eq!(why["reason"], "error_rate");
    assert_eq!(why["flip"]["from"], 1.0);
    let report = home.run("run-all --format json").exits(0).json();
    assert_eq!(report["engines"][0]["reason"], "not_needed");
}
