//! Modules: what each brings, when one brings nothing any more, and deltas recorded by hand.

use std::fs;

use serde_json::{Value, json};

use crate::rig::engine;
use crate::support::{Home, wait_until};

/// A pipeline that reports what stands in the file `result`.
const REPORTS: &str = "cat result";

/// A home with an engine `alpha` of price 10.
fn home() -> Home {
    let home = Home::new();
    engine(&home, "alpha", REPORTS, &json!({"cost": 10}));
    home
}

/// Runs a cycle whose result names these modules.
fn cycle(home: &Home, modules: &Value) {
    let result = json!({"roi": 1, "modules": modules});
    home.write("result", &result.to_string());
    home.run("cycle alpha").exits(0);
}

fn of_alpha(home: &Home) -> Value {
    let shown = home.run("modules alpha --format json").exits(0).json();
    shown["engines"][0].clone()
}

/// Returns what is shown of one module.
fn module(home: &Home, name: &str) -> Value {
    let alpha = of_alpha(home);
    let mut modules = alpha["modules"].as_array().unwrap().iter();
    let found = modules.find(|it| it["module"] == name);
    found.unwrap_or_else(|| panic!("{alpha:#}")).clone()
}

fn events(home: &Home) -> Vec<Value> {
    let listed = home
        .run("event list alpha --topic module:diminishing --format json")
        .exits(0)
        .json();
    listed["events"].as_array().unwrap().clone()
}

#[test]
fn deltas_of_cycles_and_those_recorded_by_hand_are_ranked_together() {
    let home = home();
    cycle(&home, &json!({"ranker.py": 3, "parser.py": 5}));
    home.run("modules record alpha lexer.py=1 ranker.py=4.5 ranker.py=1.5 --format table")
        .exits(0)
        .out_has("recorded 3 deltas for alpha")
        .out_has("ranker.py +1.5   total +9");
    home.write("more.json", r#"[{"lexer.py": 2}, {"lexer.py": 3}]"#);
    home.run("modules record alpha --json more.json").exits(0);
    let tsv = home.run("modules").exits(0).stdout;
    let ranked: Vec<Vec<&str>> = tsv.lines().map(|row| row.split('\t').collect()).collect();
    let beginnings: Vec<String> = ranked.iter().map(|row| row[..6].join(" ")).collect();
    assert_eq!(
        beginnings,
        [
            "alpha 1 ranker.py 9 3 3",
            "alpha 2 lexer.py 6 2 3",
            "alpha 3 parser.py 5 5 1",
        ]
    );
    let alpha = of_alpha(&home);
    assert_eq!(
        alpha["first_seen"],
        json!(["parser.py", "ranker.py", "lexer.py"])
    );
    assert_eq!(alpha["newest"], "lexer.py");
    assert_eq!(alpha["collisions"], 1, "{alpha:#}");
    assert_eq!(module(&home, "lexer.py")["recent"], json!([1.0, 2.0, 3.0]));
    assert_eq!(module(&home, "lexer.py")["index"], 2);
    home.run("modules alpha --format table")
        .exits(0)
        .out_has("alpha: 3 modules; diminishing where |mean| <= 0.02 and spread < 0.02")
        .out_has("last 3 deltas ÷ the price 10")
        .out_has("▁▄█");
    let csv = home.run("modules alpha --format csv").exits(0).stdout;
    assert!(csv.starts_with("RANK,MODULE,TOTAL,"), "{csv}");
}

#[test]
fn a_module_that_stalls_is_told_of_once_shows_in_why_and_clears_itself_on_a_new_rise() {
    let home = Home::new();
    engine(
        &home,
        "alpha",
        REPORTS,
        &json!({
            "cost": 10,
            "hooks": {"on_event": [{"topics": ["module:*"], "command": "sh -c 'cat >> told'"}]}
        }),
    );
    for delta in [5.0, 0.1, 0.2] {
        cycle(&home, &json!({"parser.py": delta}));
        assert_eq!(module(&home, "parser.py")["diminishing"], false);
    }
    cycle(&home, &json!({"parser.py": 0.0, "ranker.py": 4}));
    let stalled = module(&home, "parser.py");
    assert_eq!(
        (&stalled["diminishing"], &stalled["reported"]),
        (&json!(true), &json!(true))
    );
    let [event] = events(&home).try_into().expect("one event");
    let data = &event["data"];
    assert_eq!(
        (&event["subject"], &data["module"], &data["unit"]),
        (&json!("alpha"), &json!("parser.py"), &json!("price"))
    );
    assert!(
        (data["mean"].as_f64().unwrap() - 0.01).abs() < 1e-12,
        "{data}"
    );
    for (key, limit) in [("threshold", 0.02), ("spread_limit", 0.02), ("size", 10.0)] {
        assert_eq!(data[key], json!(limit), "{key}");
    }
    let told: Value = serde_json::from_str(&home.read("told")).expect("one event");
    assert_eq!(told["id"], event["id"]);
    // The decision was taken before; what it rested on stays as it was.
    let why = || home.run("why alpha --format json").exits(0).json();
    assert_eq!(why()["modules"], Value::Null);
    home.run("run-all").exits(0);
    let modules = why()["modules"].clone();
    assert_eq!(modules["diminishing"][0]["module"], "parser.py");
    assert_eq!(modules["scale"]["consecutive"], 3);
    home.run("why alpha --format table").exits(0).out_has(
        "module parser.py: diminishing   |mean| 0.01 <= 0.02, spread 0.00816 < 0.02 over its last 3 deltas ÷ the price 10",
    );
    home.run("status --format table")
        .exits(0)
        .out_has("parser.py: diminishing");

    cycle(&home, &json!({"parser.py": 6}));
    assert_eq!(module(&home, "parser.py")["diminishing"], false);
    home.run("run-all").exits(0);
    assert_eq!(why()["modules"], Value::Null);
    let status = home.run("status --format json").exits(0).json();
    assert_eq!(status["engines"][0]["note"], Value::Null);
    let first = home
        .run("why alpha --at alpha-5 --format json")
        .exits(0)
        .json();
    assert_eq!(first["modules"], modules, "that decision is not rewritten");

    for _ in 0..3 {
        cycle(&home, &json!({"parser.py": 0.1}));
    }
    assert_eq!(module(&home, "parser.py")["diminishing"], true);
    assert_eq!(events(&home).len(), 1, "it is told of once in its life");
    assert_eq!(home.read("told").lines().count(), 1);
}

#[test]
fn recording_by_hand_tells_of_a_module_that_stalls_and_a_dry_run_only_says_so() {
    let home = Home::new();
    let hook = json!([{"topics": ["module:diminishing"], "command": "touch told"}]);
    let more = json!({"cost": 1, "hooks": {"on_event": hook}});
    engine(&home, "alpha", REPORTS, &more);
    let would = home
        .run("modules record alpha a=0 a=0 a=0 b=1 --dry-run --format table")
        .exits(0)
        .out_has("would record 4 deltas for alpha")
        .out_has("a would turn diminishing");
    assert!(!would.stdout.contains("b would turn"));
    home.run("modules alpha")
        .exits(0)
        .err_has("no modules of alpha yet");
    assert!(!home.has("told") && events(&home).is_empty());
    let done = home
        .run("modules record alpha a=0 a=0 a=0 b=1 --format json")
        .exits(0)
        .json();
    assert_eq!(done["newly_diminishing"], json!(["a"]));
    assert_eq!(done["recorded"][2]["diminishing"], true);
    assert!(home.has("told"));
    assert_eq!(events(&home).len(), 1);
    let again = home
        .run("modules record alpha a=0 --format json")
        .exits(0)
        .json();
    assert_eq!(again["newly_diminishing"], json!([]));
    assert_eq!(events(&home).len(), 1);
    home.run("event publish alpha module:diminishing")
        .exits(2)
        .err_has("only engines themselves publish `module:diminishing`");
}

#[test]
fn deltas_recorded_while_a_cycle_runs_and_by_many_at_once_are_all_counted() {
    let home = Home::new();
    let waits = "touch begun; while ! test -e go; do sleep 0.01; done; echo '{\"roi\": 1, \"modules\": [\"parser.py\"]}'";
    engine(&home, "alpha", waits, &json!({"cost": 10}));
    home.run("modules record alpha parser.py=1").exits(0);
    let arguments = ["cycle", "alpha"];
    let running = home.start(&arguments);
    wait_until("the cycle has begun", || home.has("begun"));
    let record = ["modules", "record", "alpha", "parser.py=1", "lexer.py=2"];
    let mut recording: Vec<_> = (0..8).map(|_| home.start(&record)).collect();
    home.sie(&record).exits(0);
    home.write("go", "");
    home.finish(&arguments, running).exits(0);
    // Ends of cycles come between the others.
    for _ in 0..5 {
        recording.push(home.start(&record));
        home.run("cycle alpha").exits(0);
    }
    for child in recording {
        home.finish(&record, child).exits(0);
    }
    let parser = module(&home, "parser.py");
    assert_eq!(
        (&parser["count"], &parser["total"]),
        (&json!(21), &json!(21.0))
    );
    assert_eq!(module(&home, "lexer.py")["total"], 28.0);
}

#[test]
fn deltas_are_recorded_all_or_none_and_the_wrong_one_is_named() {
    let home = home();
    let long = format!("modules record alpha a=1 {}=1", "x".repeat(257));
    for (line, problem) in [
        (
            "modules record alpha a=1 b",
            "delta 2: `b` has no `=`; nothing was recorded",
        ),
        (
            "modules record alpha a=1 b=nan",
            "delta 2: the delta of `b` is not a finite number: `nan`",
        ),
        (
            "modules record alpha a=1 =2",
            "delta 2: module name `` is empty",
        ),
        (long.as_str(), "delta 2: module name"),
        (
            "modules record alpha --json one.json",
            "object 2: the delta of `b` is not a number: \"x\"",
        ),
        (
            "modules record alpha --json none.json",
            "there are no deltas to read",
        ),
        (
            "modules record alpha --json missing.json",
            "cannot read missing.json",
        ),
        ("modules record alhpa a=1", "did you mean `alpha`?"),
        ("modules record alpha", "MODULE=DELTA"),
    ] {
        home.write("one.json", r#"{"a": 1} {"b": "x"}"#);
        home.write("none.json", "[]");
        home.run(line).exits(2).err_has(problem);
    }
    home.run("modules alpha")
        .exits(0)
        .err_has("no modules of alpha yet");
    home.run("modules alhpa")
        .exits(2)
        .err_has("did you mean `alpha`?");
}

#[test]
fn deltas_are_judged_by_the_cost_configured_else_by_what_cycles_cost_else_by_their_median_size() {
    let home = Home::new();
    engine(&home, "alpha", REPORTS, &json!({}));
    home.run("modules record alpha a=4 a=2 b=0.1 b=0.1 b=0.1")
        .exits(0);
    let scale = || of_alpha(&home)["scale"].clone();
    assert_eq!(
        (&scale()["unit"], &scale()["size"]),
        (&json!("median_delta"), &json!(0.1))
    );
    assert_eq!(module(&home, "b")["diminishing"], false);
    home.write("result", r#"{"roi": 1, "cost": 8}"#);
    home.run("cycle alpha").exits(0);
    assert_eq!(
        (&scale()["unit"], &scale()["size"]),
        (&json!("price"), &json!(8.0))
    );
    assert_eq!(module(&home, "b")["diminishing"], true);
    home.run("register alpha --replace --cost 2").exits(0);
    assert_eq!(scale()["size"], 2.0);
    assert_eq!(module(&home, "b")["diminishing"], false);
}

#[test]
fn an_engine_with_a_database_of_its_own_keeps_its_modules_there() {
    let home = Home::new();
    let own = home.path().join("own.db");
    engine(
        &home,
        "alpha",
        REPORTS,
        &json!({"cost": 10, "database": own}),
    );
    home.run("modules record alpha parser.py=0 parser.py=0 parser.py=0")
        .exits(0);
    assert_eq!(module(&home, "parser.py")["diminishing"], true);
    cycle(&home, &json!({"parser.py": 0}));
    home.run("run-all").exits(0);
    home.run("why alpha").exits(0);
    let why = home.run("why alpha --format json").exits(0).json();
    assert_eq!(why["modules"]["diminishing"][0]["module"], "parser.py");
    assert_eq!(home.number("SELECT count(*) FROM modules"), 0);
    assert!(fs::metadata(own).is_ok());
}

#[test]
fn a_newcomer_is_told_where_modules_come_from() {
    let home = Home::new();
    home.run("modules")
        .exits(0)
        .err_has("no engines are registered");
    engine(&home, "alpha", REPORTS, &json!({}));
    home.run("modules")
        .exits(0)
        .err_has("no engine has modules yet; pipelines name them in their results");
    home.run("modules alpha")
        .exits(0)
        .err_has("record deltas with `sie modules record alpha MODULE=DELTA`");
}
