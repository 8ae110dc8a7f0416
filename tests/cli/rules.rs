//! The operator's rules and `diagnose` commands.

use std::fs;

use crate::support::Home;

const GOOD: &str = r#"echo "{\"roi\": 1}""#;

fn home() -> Home {
    let mut home = Home::new();
    home.at("2026-11-23T08:00:00Z");
    home.script("train.sh", GOOD);
    home
}

fn reason(home: &Home) -> String {
    let report = home.run("run-all --format json").exits(0).json();
    report["engines"][0]["reason"].as_str().unwrap().to_owned()
}

#[test]
fn a_rule_that_cannot_be_read_is_shown_with_a_caret_and_an_example() {
    let home = home();
    let finished = home
        .run("register beta --pipeline ./train.sh --rule 'mean(errors) > '")
        .exits(2);
    assert_eq!(
        finished.stderr,
        "error: rule `mean(errors) > ` of beta: expected a number\n  mean(errors) > \n                ^\n\
         hint: for example `mean(errors, 20) > 0.05`\n"
    );
    for (rule, problem) in [
        (
            "error_rate: last(x) > 1",
            "no rule can have the id `error_rate`",
        ),
        (
            "never_run: last(x) > 1",
            "no rule can have the id `never_run`",
        ),
    ] {
        home.sie(&["register", "beta", "--pipeline", "true", "--rule", rule])
            .exits(2)
            .err_has(problem);
    }
    home.run("register beta --pipeline true --rule 'a: last(x) > 1' --rule 'a: last(y) > 1'")
        .exits(2)
        .err_has("two rules have the id `a`");
    home.run("list").exits(0).err_has("no engines");
}

#[test]
fn rules_are_kept_shown_and_replaced() {
    let home = home();
    home.run("register alpha --pipeline ./train.sh --rule 'slow: mean(x, 5) > 2' --rule 'odd: not last(y) == 1 @critical' --format table")
        .exits(0)
        .out_has("or when one of `slow`, `odd` asks");
    let shown = home.run("show alpha --format json").exits(0).json();
    assert_eq!(
        shown["definition"]["rules"][1],
        "odd: not last(y) == 1.0 @critical"
    );
    home.run("show alpha")
        .exits(0)
        .out_has("slow: mean(x, 5) > 2.0");
    home.run("register alpha --replace --interval 2h").exits(0);
    home.run("register alpha --replace --rule 'fast: last(x) < 1'")
        .exits(0);
    let shown = home.run("show alpha --format json").exits(0).json();
    assert_eq!(
        shown["definition"]["rules"],
        serde_json::json!(["fast: last(x) < 1.0"])
    );
}

#[test]
fn a_bad_rule_in_the_registry_spoils_only_its_engine() {
    let home = home();
    home.run("register alpha --pipeline ./train.sh --rule 'slow: mean(x, 5) > 2'")
        .exits(0);
    home.run("register beta --pipeline ./train.sh").exits(0);
    let registry = fs::read_to_string(home.registry()).unwrap();
    fs::write(
        home.registry(),
        registry.replace("mean(x, 5)", "mena(x, 5)"),
    )
    .unwrap();
    let finished = home
        .run("run-all --format json")
        .exits(2)
        .err_has("engine `alpha`, registry.json line")
        .err_has("^");
    assert_eq!(finished.json()["engines"][0]["engine"], "beta");
}

#[test]
fn a_rule_asks_until_a_cycle_answers_and_again_when_new_rows_do() {
    let home = home();
    home.run("register alpha --pipeline ./train.sh --rule 'slow: mean(latency, 5) > 2 or last(queue) >= 100'").exits(0);
    assert_eq!(reason(&home), "never_run");
    home.run("metrics record alpha latency=2").exits(0);
    assert_eq!(reason(&home), "not_needed");
    home.run("metrics record alpha latency=2.5").exits(0);
    assert_eq!(reason(&home), "slow");
    assert_eq!(reason(&home), "not_needed");
    home.run("metrics record alpha queue=100").exits(0);
    assert_eq!(reason(&home), "slow");
}

#[test]
fn a_critical_rule_comes_before_an_event_and_another_one_after_the_interval() {
    let mut home = home();
    home.run("register alpha --pipeline ./train.sh --rule 'bad: last(x) > 1' --rule 'worst: last(x) > 2 @critical'").exits(0);
    assert_eq!(reason(&home), "never_run");
    home.run("event publish alpha evolve:self_improve").exits(0);
    home.run("metrics record alpha x=2").exits(0);
    let plan = home.run("run-all --dry-run --format json").exits(0).json();
    assert_eq!(plan["engines"][0]["reason"], "evolve_requested");
    home.run("metrics record alpha x=3").exits(0);
    assert_eq!(reason(&home), "worst");
    home.at("2026-11-23T09:00:00Z");
    home.run("metrics record alpha x=2").exits(0);
    assert_eq!(reason(&home), "interval_over");
}

#[test]
fn optional_checks_are_turned_on_in_the_registry() {
    let home = home();
    home.run("register alpha --pipeline ./train.sh").exits(0);
    let registry = fs::read_to_string(home.registry()).unwrap();
    let on = "\"energy\": 1, \"diagnostics\": {\"anomaly_metrics\": [\"cpu\"], \"drift_metrics\": [\"loss\"], \"roi_drop\": true}";
    fs::write(home.registry(), registry.replacen("\"energy\": 1", on, 1)).unwrap();
    assert_eq!(reason(&home), "never_run");
    let record = |name: &str, text: &str| {
        fs::write(home.work().join(name), text).unwrap();
        home.run(&format!("metrics record alpha --file {name}"))
            .exits(0);
    };
    let mut cpu = String::from("cpu\n");
    for row in 0..20 {
        cpu.push_str(if row < 17 {
            ["0.5\n", "0.52\n"][row % 2]
        } else {
            "9\n"
        });
    }
    record("cpu.csv", &cpu);
    assert_eq!(reason(&home), "anomalies_detected");
    assert_eq!(reason(&home), "not_needed");
    let mut money = String::from("revenue\n");
    for row in 0..30 {
        money.push_str(if row < 15 { "100\n" } else { "80\n" });
    }
    record("money.csv", &money);
    assert_eq!(reason(&home), "roi_drop");
    let noise = |row: usize| 1.0 + [0.0, 0.1, -0.1, 0.05, -0.05][row % 5];
    let steady: Vec<String> = (0..60).map(|row| noise(row).to_string()).collect();
    record("steady.csv", &format!("loss\n{}\n", steady.join("\n")));
    assert_eq!(reason(&home), "not_needed");
    home.run("cycle alpha").exits(0);
    // The test goes on where it stood when the cycle before it began.
    let risen: Vec<String> = (0..20).map(|row| (noise(row) + 0.5).to_string()).collect();
    record("risen.csv", &format!("loss\n{}\n", risen.join("\n")));
    assert_eq!(reason(&home), "drift_detected");
    assert_eq!(reason(&home), "not_needed");
}

#[test]
fn a_diagnose_command_asks_by_its_code_and_its_failure_is_a_warning() {
    let home = home();
    home.script(
        "look.sh",
        "[ \"$SIE_ENGINE\" = alpha ] && cat found 2>/dev/null; exit 0",
    );
    home.run("register alpha --pipeline ./train.sh --diagnose ./look.sh")
        .exits(0);
    assert_eq!(reason(&home), "never_run");
    assert_eq!(reason(&home), "not_needed");
    let found = home.work().join("found");
    fs::write(
        &found,
        "{\"issue\":\"disk_full\",\"severity\":\"critical\",\"message\":\"3 % left\"}\n",
    )
    .unwrap();
    let plan = home.run("run-all --dry-run --format json").exits(0).json();
    assert_eq!(plan["engines"][0]["reason"], "disk_full");
    assert_eq!(reason(&home), "disk_full");
    home.run("why alpha --format table")
        .exits(0)
        .out_has("disk_full")
        .out_has("3 % left");
    fs::write(&found, "disk full\n").unwrap();
    let finished = home
        .run("run-all --format json")
        .exits(0)
        .err_has("warning: alpha: diagnose command `./look.sh`");
    assert_eq!(finished.json()["engines"][0]["reason"], "not_needed");
}
