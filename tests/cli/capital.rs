//! The ledger, the energy score and what follows from it.

use std::fmt::Write;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::rig::engine;
use crate::support::{Home, execute_in, send, snapshot, wait_until};

fn score(home: &Home) -> f64 {
    let status = home.run("capital status --format json").exits(0).json();
    status["energy"]["score"].as_f64().expect("a score")
}

/// A fleet of which `failures` of 20 cycles failed, with revenue that has changed by 5 percent and inflows.
fn fleet(failures: usize, inflow: &str, late_revenue: f64) -> Home {
    let mut home = Home::new();
    home.at("2026-11-23T08:00:00Z");
    engine(
        &home,
        "alpha",
        "[ -e fail ] && exit 1; echo '{\"roi\": 1}'",
        &json!({}),
    );
    home.run("capital init --target 1000 --unit EUR").exits(0);
    home.run(&format!("capital log inflow {inflow}")).exits(0);
    home.write("fail", "");
    for _ in 0..failures {
        home.run("cycle alpha").exits(12);
    }
    std::fs::remove_file(home.work().join("fail")).expect("removed");
    for _ in failures..20 {
        home.run("cycle alpha").exits(0);
    }
    let mut rows = String::new();
    for number in 0..200 {
        let revenue = if number < 100 { 100.0 } else { late_revenue };
        writeln!(rows, "{{\"revenue\": {revenue}}}").expect("written");
    }
    home.write("rows.jsonl", &rows);
    home.run("metrics record alpha --file rows.jsonl").exits(0);
    home
}

#[test]
fn a_healthy_fleet_scores_above_0_8_a_dwindling_one_below_0_3_and_looking_changes_nothing() {
    let healthy = fleet(2, "1000", 105.0);
    assert!(score(&healthy) > 0.8, "{}", score(&healthy));
    let dwindling = fleet(12, "100", 50.0);
    assert!(score(&dwindling) < 0.3, "{}", score(&dwindling));

    let before = snapshot(&healthy.data_dir());
    for _ in 0..100 {
        healthy.run("capital status").exits(0);
    }
    assert_eq!(snapshot(&healthy.data_dir()), before);
    let status = healthy.run("capital status --format json").exits(0).json();
    let factor = |kind: &str| -> Value {
        let factors = status["energy"]["factors"].as_array().expect("factors");
        factors
            .iter()
            .find(|it| it["kind"] == kind)
            .expect(kind)
            .clone()
    };
    assert_eq!(factor("success_rate")["input"], 0.9);
    assert_eq!(factor("failure_rate")["input"], 0.1);
    assert_eq!(factor("capital")["input"], 1.0);
    let trend = factor("profit_trend")["input"].as_f64().expect("a trend");
    assert!((trend - 0.05).abs() < 1e-9, "{trend}");
    assert_eq!(
        factor("deploy_efficiency")["left_out"],
        "no patch was judged yet"
    );
    healthy
        .run("capital status --format table")
        .exits(0)
        .out_has("capital 1000.00 of 1000.00 EUR")
        .out_has("sum of weight × worth")
        .out_has("deploy efficiency  left out: no patch was judged yet");
}

#[test]
fn looking_leaves_what_a_killed_process_left_as_it_is() {
    let home = Home::new();
    engine(
        &home,
        "alpha",
        "touch began; exec sleep 60",
        &json!({"cost": 3}),
    );
    home.run("capital init").exits(0);
    let child = home.start(&["cycle", "alpha"]);
    wait_until("the pipeline runs", || home.has("began"));
    for pid in home.processes() {
        send(pid, Signal::KILL);
    }
    home.finish(&["cycle", "alpha"], child).dies_by(9);
    home.wait_until_ended();
    let bytes = |name: &str| std::fs::read(home.data_dir().join(name)).expect("there");
    let before = (bytes("sie.db"), bytes("sie.db-wal"));
    for _ in 0..3 {
        home.run("capital status").exits(0).out_has("held\t3.00");
    }
    assert_eq!((bytes("sie.db"), bytes("sie.db-wal")), before);
    home.run("cycle alpha --if-due --dry-run").exits(0);
    home.run("capital log inflow 1").exits(0);
    home.run("capital status").exits(0).out_has("inflow\t1.00");
}

#[test]
fn without_any_data_the_score_is_a_half_and_says_so_and_nothing_is_created() {
    let home = Home::new();
    home.run("capital status --format table")
        .exits(0)
        .out_has("no score: there is no capital source; `sie capital init --target AMOUNT`");
    home.run("capital history")
        .exits(0)
        .err_has("nothing is booked yet");
    assert!(!home.data_dir().exists());
    home.run("capital init --target 10").exits(0);
    home.run("register alpha --pipeline true").exits(0);
    home.run("capital status --format table")
        .exits(0)
        .out_has("score 0.5 >= 0.5 (threshold), assumed: there are no data at all");
}

#[test]
fn money_is_booked_exactly_and_listed_newest_first_with_what_cycles_cost() {
    let mut home = Home::new();
    home.at("2026-11-23T08:00:00Z");
    let result = "echo '{\"roi\": 1, \"cost\": 2.7, \"revenue\": 10, \"expense\": 0.3}'";
    engine(&home, "alpha", result, &json!({}));
    home.run("capital log inflow 9000000000.000001 --note 'a lot'")
        .exits(0)
        .out_has("inflow\t9000000000.000001");
    home.at("2026-11-23T09:00:00Z").run("cycle alpha").exits(0);
    home.at("2026-11-23T10:00:00Z")
        .run("capital log expense 0.1 --engine alpha")
        .exits(0);
    home.run("capital log expense 5 --dry-run --format table")
        .exits(0)
        .out_has("would book expense 5.00");
    let history = home.run("capital history").exits(0).stdout;
    let rows: Vec<Vec<&str>> = history
        .lines()
        .map(|line| line.split('\t').collect())
        .collect();
    let what: Vec<(&str, &str, &str)> = rows.iter().map(|row| (row[1], row[2], row[4])).collect();
    assert_eq!(what.len(), 5, "{history}");
    assert_eq!(what[0], ("expense", "0.10", "alpha"));
    assert_eq!(what[4], ("inflow", "9000000000.000001", ""));
    assert!(what[1..4].contains(&("cost", "2.70", "alpha")), "{history}");
    home.run("capital status")
        .exits(0)
        .out_has("capital\t9000000006.900001\n")
        .out_has("expense\t0.40\n");
    let since = home
        .run("capital history --since 90m --format json")
        .exits(0)
        .json();
    assert_eq!(since["entries"].as_array().map(Vec::len), Some(4));
    let one = home.run("capital history --limit 1").exits(0);
    assert_eq!(one.stdout.lines().count(), 1);
    for wrong in [
        "inflow -5",
        "inflow 0",
        "inflow 1,5",
        "outflow 1",
        "inflow 1 --engine beta",
    ] {
        home.run(&format!("capital log {wrong}")).exits(2);
    }
}

#[test]
fn booking_alone_makes_no_capital_source() {
    let home = Home::new();
    engine(&home, "alpha", "echo '{\"roi\": 1}'", &json!({"energy": 7}));
    home.run("capital log inflow 5").exits(0);
    home.run("run-all --format json")
        .exits(0)
        .out_has("\"energy\": 7");
    home.run("capital budget --per-day 5")
        .exits(2)
        .err_has("`sie capital init`");
}

#[test]
fn the_section_is_begun_once_checked_and_kept_by_other_commands() {
    let home = Home::new();
    home.run("capital init --target 100 --dry-run").exits(0);
    assert!(!home.registry().exists());
    home.run("capital init --target 100 --zone Europe/Berlin")
        .exits(0);
    home.run("capital init --target 200")
        .exits(2)
        .err_has("has a section `capital` already")
        .err_has("--replace");
    home.run("capital budget --per-day 12.345678 --per-cycle 3")
        .exits(0);
    home.run("capital init --target 200 --replace").exits(0);
    home.run("register alpha --pipeline true").exits(0);
    let text = std::fs::read_to_string(home.registry()).expect("there");
    let registry: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(registry["capital"]["target"], 200.0);
    assert_eq!(
        registry["capital"]["budget"],
        json!({"per_cycle": 3.0, "per_day": 12.345_678})
    );
    for wrong in [
        "--target -1",
        "--target 0",
        "--zone Nowhere/Atall",
        "--energy-threshold 2",
    ] {
        home.run(&format!("capital init --replace {wrong}"))
            .exits(2);
    }
    home.run("capital budget").exits(2);
    home.run("capital budget --dry-run").exits(2);
    home.run("capital budget --per-day -1").exits(2);
}

#[test]
fn a_mistake_in_the_section_is_told_with_its_place() {
    let home = Home::new();
    for (section, place, what) in [
        (
            "{\"budget\": {\"per_dya\": 3}}",
            "line 3",
            "did you mean `per_day`?",
        ),
        (
            "{\"budget\": {\"fleet\": -3}}",
            "line 2",
            "`budget.fleet` is below 0",
        ),
        (
            "{\"zone\": \"Nowhere\"}",
            "line 3",
            "there is no time zone `Nowhere` here",
        ),
        ("{\"target\": \"5\"}", "line 3", "`capital` cannot be used"),
    ] {
        home.write_registry(&format!("{{\n  \"capital\":\n  {section}}}\n"));
        let refused = home.run("run-all").exits(17).err_has(what);
        let is_placed = refused.stderr.contains(place) || refused.stderr.contains("line 3");
        assert!(is_placed, "{refused:#?}");
    }
}

#[test]
fn too_little_energy_keeps_engines_from_running_unless_somebody_asks() {
    let mut home = Home::new();
    home.at("2026-11-23T08:00:00Z");
    home.script("score.sh", "echo asked >> asked; cat score");
    let command = home.work().join("score.sh");
    home.write("score", "0.4\n");
    for name in ["alpha", "beta", "gamma"] {
        engine(&home, name, "echo '{\"roi\": 1}'", &json!({}));
    }
    let command = format!(
        "sh -c 'cd {} && {}'",
        home.work().display(),
        command.display()
    );
    home.sie(&["capital", "init", "--energy-command", &command])
        .exits(0);
    home.run("run-all")
        .exits(0)
        .out_has("alpha\tskip\tlow_energy");
    assert_eq!(
        home.read("asked").lines().count(),
        1,
        "asked once per command"
    );
    home.run("why alpha")
        .exits(0)
        .out_has("low_energy\tforbids\tyes\tenergy_score\t0.4\t<\t0.5\t\tdecided");
    home.run("cycle alpha --format json")
        .exits(0)
        .out_has("\"energy\": 2");
    home.run("run-all --force --only beta")
        .exits(0)
        .out_has("beta\tok");
    home.run("register gamma --replace --energy-threshold 0.4")
        .exits(0);
    home.run("run-all --only gamma")
        .exits(0)
        .out_has("gamma\tok");
    home.run("register gamma --replace --energy-threshold 1.5")
        .exits(2);

    // A score that cannot be had neither runs anything nor keeps it from running.
    home.write("score", "no idea\n");
    home.at("2026-11-23T10:00:00Z");
    home.run("run-all --format json")
        .exits(0)
        .err_has("the energy score cannot be looked up: `energy_command` printed `no idea`")
        .out_has("\"energy\": 1");
    home.run("capital status --format table")
        .exits(0)
        .out_has("energy  no score: `energy_command` printed `no idea`");
}

#[test]
fn the_efficiency_of_deployments_is_the_share_of_judged_patches_that_was_kept() {
    let home = fleet(2, "100", 105.0);
    let left_out = home.run("capital status --format json").exits(0).json();
    let factor = |status: &Value| status["energy"]["factors"][5].clone();
    assert_eq!(factor(&left_out)["left_out"], "no patch was judged yet");
    // What was refused or interrupted was not judged.
    execute_in(
        &home.data_dir().join("sie.db"),
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
         INSERT INTO patch (engine_key, number, cycle, state, work_dir, made_at, settled_at, record, settings, baseline,
            saved, diff)
         SELECT (SELECT key FROM engine), i, 1, CASE WHEN i <= 30 THEN 'reverted' WHEN i % 2 THEN 'refused'
            WHEN i % 20 = 0 THEN 'interrupted' WHEN i IN (34, 38) THEN 'reverted_by_hand' ELSE 'kept' END,
            '/w', i, i, '{}', '{}', '[]', '{}', '' FROM n",
    );
    let status = home.run("capital status --format json").exits(0).json();
    // 13 with an even number from 32 to 58 but 40 are judged; 11 of them and none of the 7 before them were kept.
    assert_eq!(factor(&status)["kind"], "deploy_efficiency");
    assert_eq!(factor(&status)["input"], 11.0 / 20.0, "{status:#}");
}
