//! `report savings`: what was spent and missed, against a schedule.

use std::fmt::Write as _;

use serde_json::Value;

use crate::support::Home;

/// A home with an engine that is due every six hours and costs 10 a cycle.
fn home() -> Home {
    let mut home = Home::new();
    home.at("2026-01-01T00:00:00Z");
    let train = home.script("train.sh", r#"echo '{"roi": 5, "gain": 0.2, "cost": 10}'"#);
    home.run(&format!(
        "register alpha --pipeline {train} --cost 10 --interval 6h"
    ))
    .exits(0);
    home
}

fn time(hour: u32) -> String {
    format!("2026-01-{:02}T{:02}:00:00Z", 1 + hour / 24, hour % 24)
}

/// Records the losses of hours in one go.
fn record(home: &Home, losses: impl Iterator<Item = f64>) {
    let mut rows = String::from("at,revenue,expense\n");
    for (hour, loss) in (1..).zip(losses) {
        writeln!(rows, "{},50,{loss}", time(hour)).unwrap();
    }
    home.write("rows.csv", &rows);
    home.run("metrics record alpha --file rows.csv").exits(0);
}

fn savings(home: &Home, options: &str) -> Value {
    let line = format!("report savings {options} --format json");
    home.run(&line).exits(0).json()["engines"][0].clone()
}

fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}

/// Noise that is the same in every run of the test.
fn noise(hour: u32) -> f64 {
    f64::from(hour * 7919 % 5) * 0.2
}

#[test]
fn an_engine_that_skips_everything_while_its_bot_grows_stale_shows_a_loss() {
    let mut home = home();
    home.run("pause alpha --reason 'saving money'").exits(0);
    home.at(&time(100));
    record(
        &home,
        (1..=99).map(|hour| 0.5 * f64::from(hour) + noise(hour)),
    );
    home.run("run-all").exits(0);
    let found = savings(&home, "");
    assert_eq!(found["measured"]["spent"], 0.0);
    assert_eq!(found["measured"]["runs"], 0);
    assert_eq!(found["schedule"]["every"], "6h");
    assert_eq!(found["schedule"]["runs"], 16.0);
    assert_eq!(found["schedule"]["spent"], 160.0);
    // 0.5 · 98 · 99 ÷ 2 were really missed.
    let missed = &found["inferred"]["missed"];
    assert!(
        (number(&missed["amount"]) / 2425.5 - 1.0).abs() < 0.05,
        "{found:#}"
    );
    assert!(number(&missed["low"]) < 2425.5 && number(&missed["high"]) > 2425.5);
    assert_eq!(found["saved"]["money"], 160.0);
    assert!(number(&found["saved"]["net"]["high"]) < 0.0, "{found:#}");
    home.run("report savings --format table")
        .exits(0)
        .out_has("alpha against every 6h: lost")
        .out_has("spent is measured");
}

#[test]
fn an_engine_that_skips_everything_while_nothing_changes_has_saved_or_cannot_tell() {
    let mut home = home();
    home.run("pause alpha --reason 'nothing to do'").exits(0);
    home.at(&time(100));
    record(&home, (1..=99).map(noise));
    let found = savings(&home, "");
    assert_eq!(found["saved"]["money"], 160.0);
    assert!(number(&found["saved"]["net"]["amount"]) > 0.0, "{found:#}");
}

#[test]
fn an_engine_that_runs_at_every_tick_shows_no_saving() {
    let mut home = home();
    for hour in 1..=30 {
        home.at(&time(hour));
        home.run(&format!(
            "metrics record alpha revenue=50 expense={}",
            noise(hour)
        ))
        .exits(0);
        home.run("cycle alpha").exits(0);
    }
    let found = savings(&home, "alpha");
    assert_eq!(found["measured"]["runs"], 30);
    assert_eq!(found["measured"]["spent"], 300.0);
    assert_eq!(found["measured"]["roi"], 150.0);
    assert!(number(&found["saved"]["money"]) < 0.0);
    assert!(number(&found["saved"]["net"]["amount"]) < 0.0, "{found:#}");
    home.run("report savings alpha --format table")
        .exits(0)
        .out_has("alpha against every 6h: lost");
    // Against a schedule as eager as itself nothing is saved or lost by money.
    let eager = savings(&home, "alpha --against cron:1h");
    assert!(number(&eager["saved"]["money"]).abs() <= 10.0, "{eager:#}");
    // Only what is asked for counts.
    let recent = savings(&home, "alpha --since 10h");
    assert_eq!(recent["measured"]["runs"], 11);
    assert_eq!(recent["measured"]["spent"], 110.0);
}

#[test]
fn what_cannot_be_told_is_left_open_and_says_what_is_missing() {
    let mut home = home();
    home.run("report savings")
        .exits(0)
        .err_has("nothing was run");
    home.at(&time(1));
    home.run("cycle alpha").exits(0);
    home.at(&time(13));
    let found = savings(&home, "");
    assert_eq!(found["inferred"]["missed"], Value::Null);
    assert_eq!(found["saved"]["net"], Value::Null);
    assert_eq!(found["schedule"]["runs"], 2.0);
    home.run("report savings --format table")
        .exits(0)
        .out_has("no metrics tell a loss");
    let row = home.run("report savings --format tsv").exits(0).stdout;
    assert_eq!(row, "alpha\t1\t10\t\t20\t\t\t\n");
    home.run("report savings nobody").exits(2);
    home.run("report savings --against 6h")
        .exits(2)
        .err_has("cron:6h");
    home.run("report savings --against cron:0s").exits(2);
    home.run("report --since 1h savings")
        .exits(2)
        .err_has("sie report savings --since 30d");
}
