//! Plans of `sie autoscale`: written by one, applied by another, and refused when anything they rest on has moved.

use serde_json::{Value, json};

use crate::autoscale::{GOOD, edit, engines, fleet, outcome, set};
use crate::rig::engine;
use crate::support::{Home, execute_in};

/// Changes something behind a plan.
type Change = fn(&Home);

/// What may change between a plan and its application, by the name under which it is told.
const CHANGES: [(&str, Change); 8] = [
    ("energy", |home| {
        home.write("energy", "0.95");
    }),
    ("trend", |home| {
        home.run("metrics record alpha revenue=30").exits(0);
    }),
    ("budget_left", |home| {
        edit(home, |registry| {
            registry["capital"]["budget"]["fleet"] = json!(99);
        });
    }),
    ("engines", |home| {
        engine(home, "gamma", GOOD, &json!({}));
    }),
    ("archived", |home| {
        let definition = json!({"id": "a", "pipeline": "true"});
        let entry = json!({"engine": "old", "archived_at": "then", "definition": definition});
        set(home, "archived", json!([entry]));
    }),
    ("reserved", |home| {
        engine(home, "engine9", GOOD, &json!({}));
        home.run("unregister engine9").exits(0);
    }),
    ("has_factory", |home| {
        edit(home, |registry| {
            let section = registry["autoscale"].as_object_mut();
            section.expect("a section").remove("factory");
        });
    }),
    ("actions", |home| {
        execute_in(
            &home.data_dir().join("sie.db"),
            "INSERT INTO autoscale_action (registry_id, at, kind, engine, engine_id, state, reason, approval, decision)
             SELECT registry_id, 5, 'add', 'x', 'x', 'done', 'growth_pays', 'yes', '{}' FROM engine LIMIT 1",
        );
    }),
];

fn refuses_as_stale(home: &Home, name: &str) {
    let before = engines(home);
    let stale = home.run("autoscale --apply plan.json --format table");
    let stale = stale
        .exits(15)
        .out_has("nothing was done: the plan is stale\n");
    stale.out_has(&format!("  {name} was "));
    // Also where only a row is shown, as in a log.
    let row = home.run("autoscale --apply plan.json").exits(15);
    row.out_has("the plan is stale: ")
        .out_has(&format!("{name} was "));
    assert_eq!(engines(home), before, "{name}");
}

#[test]
fn a_plan_is_refused_when_any_input_has_moved_and_says_which() {
    for (name, change) in CHANGES {
        let home = fleet("0.9");
        home.run("autoscale --out plan.json").exits(0);
        change(&home);
        refuses_as_stale(&home, name);
    }
}

#[test]
fn a_plan_is_refused_when_any_setting_has_moved_and_says_which() {
    let home = fleet("0.9");
    home.run("autoscale --out plan.json").exits(0);
    let plan: Value = serde_json::from_str(&home.read("plan.json")).expect("a plan");
    for name in plan["settings"].as_object().expect("settings").keys() {
        let (key, value) = match name.as_str() {
            "cooldown_secs" => ("cooldown", json!("1h")),
            "rate_limit" => ("rate_limit", json!("3/1d")),
            "approval" => ("approval", json!("none")),
            "min_engines" | "max_engines" | "max_instances" => (name.as_str(), json!(3)),
            _ => (name.as_str(), json!(0.05)),
        };
        set(&home, key, value);
        refuses_as_stale(&home, &format!("settings.{name}"));
        edit(&home, |registry| {
            let section = registry["autoscale"].as_object_mut();
            section.expect("a section").remove(key);
        });
    }
    home.run("autoscale --apply plan.json").exits(0);
    assert_eq!(engines(&home), ["alpha", "beta", "engine2"]);
    // Carried out once, it rests on a fleet that is no more.
    refuses_as_stale(&home, "engines");
}

#[test]
fn a_plan_to_remove_rests_on_what_the_engines_earned_who_made_them_and_whether_they_run() {
    let changes: [(&str, Change); 3] = [
        ("engines.beta.mean_roi", |home| {
            home.run("cycle beta").exits(0);
        }),
        ("engines.beta.origin", |home| {
            edit(home, |registry| {
                registry["engines"]["beta"]["origin"] = json!("autoscaled");
            });
        }),
        ("engines.alpha.is_running", |home| {
            execute_in(
                &home.data_dir().join("sie.db"),
                "INSERT INTO cycle (engine_key, number, state, trigger_reason, energy, pid, reserved, started_at)
                 SELECT key, 9, 'running', 'forced', 1, 1, 0, 5 FROM engine WHERE name = 'alpha'",
            );
        }),
    ];
    for (name, change) in changes {
        let home = fleet("0.1");
        // A cycle costs, which would move the budget, too.
        edit(&home, |registry| {
            let capital = registry["capital"].as_object_mut();
            capital.expect("a section").remove("budget");
        });
        home.run("autoscale --out plan.json --format table")
            .exits(0)
            .out_has("would remove beta and archive it with its data");
        change(&home);
        refuses_as_stale(&home, name);
    }
}

#[test]
fn who_applies_a_plan_approves_it_and_need_not_repeat_the_options_it_was_made_with() {
    let home = fleet("0.7");
    assert_eq!(outcome(&home, "--dry-run"), "nothing - not_needed");
    home.run("autoscale --create-energy 0.6 --max-engines 3 --out plan.json --format table")
        .exits(0)
        .out_has("plan written to plan.json: carry it out with `sie autoscale --apply plan.json`");
    home.run("autoscale --apply plan.json --dry-run --format table")
        .exits(0)
        .out_has("would add engine2");
    assert_eq!(engines(&home), ["alpha", "beta"]);
    home.run("autoscale --apply plan.json --reason 'seen by ops' --format table")
        .exits(0)
        .out_has("added engine2")
        .out_has("by applying a plan: seen by ops");
    let history = home.run("autoscale history --format json").exits(0).json();
    assert_eq!(history["actions"][0]["approval"]["how"], "plan");
    home.run("autoscale --apply plan.json --yes").exits(2);
    home.write("plan.json", "{\"schema_version\": 1}");
    home.run("autoscale --apply plan.json")
        .exits(2)
        .err_has("cannot be applied");
    home.run("autoscale --create-energy 0.6 --out other.json --dry-run --format table")
        .exits(0)
        .out_has("approval needed");
    assert!(!home.has("other.json"));
    let plan = home.run("autoscale --out -").exits(0).json();
    assert_eq!(plan["schema_version"], 1);
}

#[test]
fn what_is_no_plan_is_refused_and_an_endless_file_is_not_read_to_its_end() {
    let home = fleet("0.9");
    home.write("newer.json", r#"{"schema_version": 2, "new": 1}"#);
    home.write("half.json", r#"{"schema_version": 1"#);
    for (file, problem) in [
        ("newer.json", "schema version 2"),
        ("half.json", "not an autoscale plan"),
        ("missing.json", "cannot read missing.json"),
        ("/dev/zero", "is no plan: it has more than"),
    ] {
        let refused = home.run(&format!("autoscale --apply {file}")).exits(2);
        refused.err_has(problem);
    }
}
