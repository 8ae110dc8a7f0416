//! `policy replay` and the calibration in `policy inspect`: what another policy would have earned, and what nobody can tell.

use serde_json::Value;

use crate::support::{Home, execute_in};

/// A home with engines whose cycles cost 10.
fn home(options: &str, engines: &[&str]) -> Home {
    let mut home = Home::new();
    home.at("2026-01-01T00:00:00Z").set("SIE_SEED", "3");
    let train = home.script("train.sh", r#"echo '{"roi": 5, "cost": 10}'"#);
    for name in engines {
        home.run(&format!(
            "register {name} --pipeline {train} --cost 10 --interval 12h {options}"
        ))
        .exits(0);
    }
    home
}

fn hour(hour: u32) -> String {
    format!("2026-01-{:02}T{:02}:00:00Z", 1 + hour / 24, hour % 24)
}

/// Lets engines live for some hours in a drift of 0.6 an hour since their last cycle.
fn live(home: &mut Home, engines: &[&str], hours: std::ops::RangeInclusive<u32>) {
    let mut ages = vec![0_u32; engines.len()];
    for now in hours {
        home.at(&hour(now));
        for (name, age) in engines.iter().zip(&ages) {
            let loss = 0.6 * f64::from(*age) + 0.4 * f64::from(now * 7919 % 5);
            home.run(&format!("metrics record {name} revenue=50 expense={loss}"))
                .exits(0);
        }
        let report = home.run("run-all --format json").exits(0).json();
        for (name, age) in engines.iter().zip(&mut ages) {
            let rows = report["engines"].as_array().unwrap();
            let own = rows.iter().find(|row| row["engine"] == *name).unwrap();
            *age = if own["action"] == "run" { 0 } else { *age + 1 };
        }
    }
}

fn replay(home: &Home, options: &str) -> Value {
    let line = format!("policy replay {options} --format json");
    home.run(&line).exits(0).json()["replay"].clone()
}

fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn an_exploring_engine_answers_what_it_has_tried_and_refuses_the_rest() {
    let mut home = home("--trigger learned --explore 0.2", &["alpha"]);
    live(&mut home, &["alpha"], 1..=75);
    // Running all the time costs 10 an hour and saves far less.
    let always = replay(&home, "alpha --candidate always");
    assert_eq!(always["outcome"], "estimated", "{always:#}");
    assert!(number(&always["high"]) < 0.0, "{always:#}");
    assert!(number(&always["low"]) < number(&always["difference"]));
    assert_eq!(always["support"]["decisions"], 74);
    assert_eq!(always["candidate_runs"], 74.0);
    let schedule = replay(&home, "alpha --candidate cron:3h");
    assert!(number(&schedule["difference"]) > number(&always["difference"]));
    // Nobody knows what never running would have come to: it was never tried.
    let never = replay(&home, "alpha --candidate never");
    assert_eq!(
        (&never["outcome"], &never["difference"]),
        (&"refused".into(), &Value::Null),
        "{never:#}"
    );
    assert!(number(&never["support"]["covered"]) < 0.5);
    home.run("policy replay alpha --candidate cron:2d --format table")
        .exits(0)
        .out_has("refused: cron:2d")
        .out_has("hint:");
    // One row for programs, and the same answer every time.
    let rows = home.run("policy replay alpha --candidate always").exits(0);
    assert!(rows.stdout.starts_with("always\testimated\t-"), "{rows:#?}");
    let again = home.run("policy replay alpha --candidate always").exits(0);
    assert_eq!(rows.stdout, again.stdout);
    // Its own export has learned from these very decisions, and that is said.
    home.run("policy export alpha --out kept.json").exits(0);
    let own = replay(&home, "alpha --candidate kept.json");
    assert_eq!(own["candidate_has_learned_from_these"], true);
    // A shorter stretch has fewer decisions.
    let recent = replay(&home, "alpha --candidate always --since 24h");
    assert!(number(&recent["support"]["decisions"]) < 26.0);

    let inspected = home
        .run("policy inspect alpha --format json")
        .exits(0)
        .json();
    let groups = inspected["engines"][0]["calibration"].as_array().unwrap();
    assert!(groups.len() > 1 && groups.len() <= 10);
    let runs: i64 = groups
        .iter()
        .filter_map(|group| group["runs"].as_i64())
        .sum();
    assert_eq!(
        home.number("SELECT count(*) FROM cycle WHERE state = 'ok'"),
        runs
    );
    // Every cycle brought 5 at a price of 10.
    assert!(
        groups
            .iter()
            .all(|group| (number(&group["realised"]) - 0.5).abs() < 1e-9)
    );
    home.run("policy inspect alpha --format table")
        .exits(0)
        .out_has("PREDICTED FROM")
        .out_has("+0.50 ± 0.00");
}

#[test]
fn without_exploration_other_policies_are_refused_with_what_would_help() {
    let mut home = home("--trigger learned", &["alpha"]);
    live(&mut home, &["alpha"], 1..=40);
    assert!(home.number("SELECT count(*) FROM cycle") >= 2);
    let refused = replay(&home, "alpha --candidate cron:2h");
    assert_eq!(refused["reason"], "runs_not_taken", "{refused:#}");
    assert!(number(&refused["decisions_needed"]) >= 200.0);
    assert!(number(&refused["seconds_needed"]) >= 200.0 * 3600.0);
    assert!(number(&refused["support"]["unsupported_runs"]) > 0.0);
    home.run("policy replay alpha --candidate cron:2h --format table")
        .exits(0)
        .out_has("refused: cron:2h runs where runs were never or hardly taken")
        .out_has("sie register alpha --replace --explore 0.1")
        .out_has("at the present rate");
}

#[test]
fn what_is_known_from_the_record_is_answered_exactly() {
    // By the clock it runs at every row.
    let mut home = home("--policy q_learning --min-interval 0s", &["alpha"]);
    home.run("register alpha --replace --interval 30m").exits(0);
    live(&mut home, &["alpha"], 1..=4);
    for candidate in ["always", "any", "cron:30m"] {
        let exact = replay(&home, &format!("alpha --candidate {candidate}"));
        assert_eq!(
            (&exact["outcome"], &exact["low"], &exact["high"]),
            (&"exact".into(), &0.0.into(), &0.0.into()),
            "{exact:#}"
        );
    }
    assert_eq!(
        replay(&home, "alpha --candidate never")["outcome"],
        "refused"
    );
    // Where nothing was run, never running is what was done.
    let mut quiet = self::home("--trigger learned", &["beta"]);
    live(&mut quiet, &["beta"], 1..=3);
    let never = replay(&quiet, "beta --candidate never");
    assert_eq!(never["outcome"], "exact", "{never:#}");
    quiet
        .run("policy replay beta --candidate never --format table")
        .exits(0)
        .out_has("exactly what was done");
}

#[test]
fn forced_cycles_are_left_out() {
    let mut home = home("--trigger learned", &["alpha"]);
    live(&mut home, &["alpha"], 1..=3);
    home.at(&hour(4));
    home.run("metrics record alpha revenue=50 expense=1")
        .exits(0);
    home.run("cycle alpha").exits(0);
    live(&mut home, &["alpha"], 5..=6);
    let replayed = replay(&home, "alpha --candidate never");
    // The three before it: the cycle and what follows it has no probability.
    assert_eq!(replayed["support"]["decisions"], 3, "{replayed:#}");
    assert_eq!(replayed["outcome"], "exact");
}

#[test]
fn a_pool_takes_the_decisions_of_all_engines_together() {
    let names = ["alpha", "beta"];
    let mut home = home("--trigger learned --explore 0.4", &names);
    home.run("register other --pipeline ./train.sh").exits(0);
    live(&mut home, &names, 1..=24);
    let pooled = replay(&home, "--pool --candidate always");
    assert_eq!(pooled["engines"], serde_json::json!(names));
    let of = |name: &str| {
        let alone = replay(&home, &format!("{name} --candidate always"));
        number(&alone["support"]["decisions"])
    };
    assert!(
        (number(&pooled["support"]["decisions"]) - of("alpha") - of("beta")).abs() < 0.5,
        "{pooled:#}"
    );
    assert_eq!(pooled["outcome"], "estimated", "{pooled:#}");
}

#[test]
fn each_skip_with_a_new_row_keeps_its_own_probability() {
    let mut home = home("--trigger learned --explore 0.3", &["alpha"]);
    live(&mut home, &["alpha"], 1..=12);
    // A tick without a new row is no step.
    home.run("run-all").exits(0);
    assert_eq!(home.number("SELECT count(*) FROM policy_step"), 12);
    assert!(home.number("SELECT count(*) FROM decision") <= 13);
    let odd = "SELECT count(*) FROM policy_step WHERE round(run_probability, 9) NOT IN (0.3, 0.7)";
    assert_eq!(home.number(odd), 0);
    let runs = "SELECT count(*) FROM policy_step WHERE is_run";
    assert_eq!(home.number(runs), home.number("SELECT count(*) FROM cycle"));
}

#[test]
fn questions_that_cannot_be_asked_are_usage_errors_with_a_way_out() {
    let mut home = home("--trigger learned", &["alpha"]);
    home.run("register plain --pipeline ./train.sh").exits(0);
    home.run("register results --pipeline ./train.sh --trigger learned --signal none")
        .exits(0);
    home.run("policy replay --candidate always").exits(2);
    home.run("policy replay alpha --pool --candidate always")
        .exits(2);
    home.run("policy replay alpha --candidate allways")
        .exits(2)
        .err_has("did you mean `always`?");
    home.run("policy replay alpha --candidate cron:soon")
        .exits(2);
    home.run("policy replay alpha --candidate always --since lately")
        .exits(2)
        .err_has("30d");
    home.run("policy replay plain --candidate always")
        .exits(2)
        .err_has("--policy q_learning");
    home.run("policy replay results --candidate always")
        .exits(2)
        .err_has("--signal METRIC");
    home.write("torn.json", "{");
    home.run("policy replay alpha --candidate torn.json")
        .exits(2);
    home.run("policy replay alpha --candidate always --format table")
        .exits(0)
        .out_has("no decision of a policy is on record");
    live(&mut home, &["alpha"], 1..=2);
    let store = home.data_dir().join("sie.db");
    // A store of an earlier version has no steps, and no answer, but no error either.
    execute_in(&store, "DELETE FROM policy_step");
    let refused = replay(&home, "alpha --candidate always");
    assert_eq!(refused["reason"], "no_decisions");
}
