//! `sie autoscale`: the fleet grows and shrinks by what it earns, with approval, and nothing gets lost.

use std::fs;

use serde_json::{Value, json};

use crate::rig::{Terminal, engine};
use crate::support::{Home, execute_in, snapshot};

pub const GOOD: &str = "echo '{\"roi\": 2, \"cost\": 1, \"revenue\": 30}'";

/// Reads the registry, lets it be changed as an editor would, and writes it.
pub fn edit(home: &Home, change: impl FnOnce(&mut Value)) {
    let text = fs::read_to_string(home.registry()).expect("a registry");
    let mut registry: Value = serde_json::from_str(&text).expect("JSON");
    change(&mut registry);
    let text = serde_json::to_string_pretty(&registry).expect("JSON");
    fs::write(home.registry(), text).expect("written");
}

/// Returns a fleet of alpha and beta whose energy score stands in the file `energy`, whose trend is +20 %, with a factory.
pub fn fleet(energy: &str) -> Home {
    let home = Home::new();
    let work = home.work().display().to_string();
    let entry = |name: &str| {
        let pipeline = home.script(&format!("{name}.sh"), GOOD);
        json!({"pipeline": pipeline, "work_dir": work, "cost": 1})
    };
    let registry = json!({
        "capital": {"energy_command": format!("cat '{work}/energy'"), "budget": {"fleet": 100}},
        "autoscale": {"factory": entry("alpha")},
        "engines": {"alpha": entry("alpha"), "beta": entry("beta")},
    });
    home.write_registry(&registry.to_string());
    home.write("energy", energy);
    home.write("rows.csv", "revenue\n10\n10\n12\n12\n");
    home.run("metrics record alpha --file rows.csv").exits(0);
    home
}

pub fn set(home: &Home, key: &str, value: Value) {
    edit(home, |registry| registry["autoscale"][key] = value);
}

pub fn engines(home: &Home) -> Vec<String> {
    let list = home.run("list --format json").exits(0).json();
    let engines = list["engines"].as_array().expect("engines");
    let name = |engine: &Value| engine["engine"].as_str().expect("a name").to_owned();
    engines.iter().map(name).collect()
}

pub fn step(home: &Home, line: &str) -> Value {
    let report = home.run(&format!("autoscale --format json {line}")).json();
    report["step"].clone()
}

pub fn outcome(home: &Home, line: &str) -> String {
    let step = step(home, line);
    let text = |key: &str| step[key].as_str().unwrap_or("-").to_owned();
    format!("{} {} {}", text("outcome"), text("engine"), text("reason"))
}

#[test]
fn a_fleet_grows_and_shrinks_by_its_own_metrics_and_capital_and_what_is_archived_comes_back_first()
{
    let home = Home::new();
    engine(&home, "alpha", GOOD, &json!({}));
    home.write("rows.csv", "revenue,expense\n10,1\n10,1\n12,1\n12,1\n");
    home.run("metrics record alpha --file rows.csv").exits(0);
    home.run("autoscale factory --like alpha").exits(0);
    edit(&home, |registry| {
        registry["capital"] = json!({"target": 20, "unit": "EUR"});
    });
    home.run("cycle alpha").exits(0);

    let added = home
        .run("autoscale --yes --reason 'a good quarter' --format table")
        .exits(0);
    let added = added.out_has("added engine1\n  energy ");
    let added = added
        .out_has("capital 1")
        .out_has("> 0 (threshold), >= 0 (cost per engine)");
    let added = added
        .out_has("4 rows, the newest")
        .out_has("1 engine < 5 (max)");
    added.out_has("by --yes: a good quarter");
    assert_eq!(engines(&home), ["alpha", "engine1"]);
    let shown = home.run("show engine1 --format json").exits(0).json();
    assert_eq!(shown["definition"]["origin"], "autoscaled");
    assert_eq!(
        shown["definition"]["bot"],
        Value::Null,
        "a bot of its own name"
    );
    let id = shown["id"].clone();
    home.run("run-all --only engine1")
        .exits(0)
        .out_has("engine1");

    // Hard times: what it aims at is far away, and most cycles fail.
    edit(&home, |registry| {
        registry["capital"]["target"] = json!(10_000);
    });
    home.script("alpha.sh", "exit 3");
    for _ in 0..6 {
        home.run("cycle alpha").exits(12);
    }
    let removed = home.run("autoscale --format table").exits(0);
    let removed = removed.out_has("removed engine1: archived with its data\n  energy 0.");
    removed
        .out_has("<= 0.3 (remove)")
        .out_has("2 engines > 1 (min)");
    assert_eq!(engines(&home), ["alpha"]);
    home.run("cycle engine1")
        .exits(2)
        .err_has("autoscaling archived it; bring it back with `sie register engine1 --revive`");
    let idle = home.run("autoscale --format table").exits(0);
    idle.out_has("nothing to do: there are as few engines as allowed")
        .out_has("1 engine < 5 (max), <= 1 (min)");

    edit(&home, |registry| registry["capital"]["target"] = json!(20));
    home.script("alpha.sh", GOOD);
    for _ in 0..20 {
        home.run("cycle alpha").exits(0);
    }
    home.run("autoscale --yes --format table")
        .exits(0)
        .out_has("revived engine1 with its data");
    let shown = home.run("show engine1 --format json").exits(0).json();
    assert_eq!(shown["id"], id);
    home.run("cycle engine1").exits(0);
    home.run("history engine1 --format tsv")
        .exits(0)
        .out_has("engine1-2")
        .out_has("engine1-1");
    let history = home.run("autoscale history --format json").exits(0).json();
    let of = |key: &str| -> Vec<&str> {
        let actions = history["actions"].as_array().expect("actions");
        actions
            .iter()
            .filter_map(|action| action[key].as_str())
            .collect()
    };
    assert_eq!(of("action"), ["revive", "remove", "add"]);
    assert_eq!(of("state"), ["done", "done", "done"]);
    assert_eq!(
        history["actions"][2]["approval"]["reason"],
        "a good quarter"
    );
    assert_eq!(history["actions"][1]["approval"]["how"], "not_needed");
    let compared = &history["actions"][0]["decision"]["inequalities"][0];
    assert_eq!(compared["threshold_name"], "create_energy");
}

#[test]
fn nothing_is_added_without_an_approval_and_the_plan_is_shown() {
    let home = fleet("0.9");
    let before = snapshot(&home.data_dir());
    let refused = home.run("autoscale --format table").exits(14);
    let refused = refused.out_has("engine2 was not added: an addition needs an approval");
    let refused = refused
        .out_has("energy 0.9 > 0.8 (create)")
        .out_has("budget left 100 > 0");
    refused.out_has("approval needed: run again with --yes, or --out plan.json");
    home.run("autoscale --quiet")
        .exits(14)
        .err_has("engine2 was not added");
    home.run("autoscale --format json")
        .exits(14)
        .err_has("\"code\":14,")
        .err_has("\"kind\":\"approval\"");
    assert_eq!(snapshot(&home.data_dir()), before);
    assert_eq!(outcome(&home, ""), "not_added engine2 approval_missing");
    set(&home, "approval", json!("none"));
    assert_eq!(outcome(&home, ""), "added engine2 growth_pays");
    let history = home.run("autoscale history --format json").exits(0).json();
    let approval = &history["actions"][0]["approval"];
    assert_eq!(
        (&approval["how"], &approval["by"]),
        (&json!("not_needed"), &Value::Null)
    );
}

#[test]
fn an_approval_command_reads_the_plan_and_answers_by_its_exit_code_and_its_words() {
    let home = fleet("0.9");
    let plan = home.work().join("seen.json");
    home.script(
        "yes.sh",
        &format!("cat > '{}'\necho 'ticket 7'", plan.display()),
    );
    home.script("no.sh", "echo 'not this week' >&2\nexit 1");
    let path = |name: &str| home.work().join(name).display().to_string();
    let refused = home.run(&format!(
        "autoscale --format table --approval-command '{}'",
        path("no.sh")
    ));
    refused
        .exits(14)
        .out_has("engine2 was not added: the addition was refused by the approval command: it exited 1: not this week");
    assert_eq!(engines(&home), ["alpha", "beta"]);
    set(&home, "approval_command", json!(path("yes.sh")));
    home.run("autoscale --format table")
        .exits(0)
        .out_has("added engine2")
        .out_has("by the approval command: ticket 7");
    let seen: Value = serde_json::from_str(&home.read("seen.json")).expect("a plan");
    assert_eq!(
        seen["decision"]["wanted"],
        json!({"kind": "add", "name": "engine2"})
    );
    assert_eq!(seen["inputs"]["energy"]["value"], 0.9);
    // A command that cannot be started approves of nothing.
    home.run("autoscale --approval-command /nowhere/ask")
        .exits(14);
    home.run("autoscale --approval-command \"a 'quote\"")
        .exits(2);
}

#[test]
fn a_person_at_a_terminal_is_asked_and_may_say_no() {
    let home = fleet("0.9");
    let Some(terminal) = Terminal::open(&home, 110, 30) else {
        return;
    };
    terminal.types("sie autoscale; echo \"code $?\"");
    let screen = terminal.shows("add engine2? [y/N]");
    assert!(screen.contains("energy 0.9 > 0.8 (create)"), "{screen}");
    terminal.types("n");
    terminal.shows("code 14");
    let screen = terminal.shows("engine2 was not added: the addition was refused at the terminal");
    assert!(!screen.contains("added engine2"), "{screen}");
    assert_eq!(engines(&home), ["alpha", "beta"]);
    terminal.types("clear; sie autoscale --no-input; echo \"without a question $?\"");
    let screen = terminal.shows("without a question 14");
    assert!(!screen.contains("[y/N]"), "{screen}");
    // Although an energy command is listened for, nobody has to press it twice.
    terminal.types("clear; sie autoscale");
    terminal.shows("add engine2? [y/N]");
    terminal.keys("C-c");
    terminal.types("echo \"code $?\"");
    terminal.shows("code 130");
    terminal.types("clear; sie autoscale; echo \"code $?\"");
    terminal.shows("add engine2? [y/N]");
    terminal.types("yes");
    terminal.shows("code 0");
    assert_eq!(engines(&home), ["alpha", "beta", "engine2"]);
    let history = home.run("autoscale history --format json").exits(0).json();
    assert_eq!(history["actions"][0]["approval"]["how"], "prompt");
}

#[test]
fn what_cannot_be_measured_changes_nothing_and_is_told() {
    let home = fleet("0.9");
    home.write("energy", "high");
    home.run("autoscale --yes --format table")
        .exits(0)
        .out_has("nothing to do: the energy score could not be read")
        .out_has("energy unknown: `energy_command` printed `high`")
        .err_has("warning: nothing is added or removed");
    edit(&home, |registry| {
        registry
            .as_object_mut()
            .expect("an object")
            .remove("capital");
    });
    assert_eq!(outcome(&home, "--yes"), "nothing - energy_missing");
    let home = fleet("0.1");
    execute_in(&home.data_dir().join("sie.db"), "DELETE FROM metrics");
    assert_eq!(outcome(&home, ""), "nothing - trend_missing");
    assert_eq!(engines(&home), ["alpha", "beta"]);
}

#[test]
fn cooldown_and_rate_limit_count_what_was_done_and_not_who_looked() {
    let mut home = fleet("0.9");
    home.at("2026-11-23T08:00:00Z");
    set(&home, "cooldown", json!("1h"));
    assert_eq!(outcome(&home, "--yes"), "added engine2 growth_pays");
    home.at("2026-11-23T08:59:59Z");
    home.write("energy", "0.1");
    let waits = home.run("autoscale --format table").exits(0);
    waits
        .out_has("nothing was done: the last action is too recent, else would remove engine2")
        .out_has("59m59s since the last action < 1h (cooldown)");
    home.at("2026-11-23T09:00:00Z");
    assert_eq!(outcome(&home, ""), "removed engine2 energy_low");
    home.at("2026-11-23T10:00:00Z");
    let limited = home
        .run("autoscale --rate-limit 2/1d --format table")
        .exits(0);
    limited.out_has("2 actions lately >= 2 (rate limit 2/1d)");
    assert_eq!(
        outcome(&home, "--rate-limit 2/2h --tolerance 0.3"),
        "nothing - within_tolerance"
    );
    assert_eq!(
        outcome(&home, "--rate-limit 2/1h"),
        "removed beta energy_low"
    );
}

#[test]
fn run_all_takes_one_step_first_and_a_missing_approval_is_a_note() {
    let home = fleet("0.9");
    let first = home.run("run-all --autoscale --format json").exits(0);
    let first = first.err_has("autoscale: engine2 was not added: an addition needs an approval");
    let report = first.json();
    assert_eq!(report["autoscale"]["step"]["outcome"], "not_added");
    assert_eq!(report["engines"].as_array().map(Vec::len), Some(2));
    home.run("run-all --autoscale --dry-run --yes")
        .exits(0)
        .err_has("would add engine2");
    assert_eq!(engines(&home), ["alpha", "beta"]);
    let report = home
        .run("run-all --autoscale --yes --format json")
        .exits(0)
        .json();
    assert_eq!(report["autoscale"]["step"]["outcome"], "added");
    assert_eq!(report["engines"][2]["engine"], "engine2");
    assert_eq!(report["engines"][2]["cycle"]["outcome"], "ok");
    set(&home, "approval", json!("none"));
    home.run("run-all --autoscale --quiet")
        .exits(0)
        .says_nothing();
    assert_eq!(engines(&home).len(), 4);
    // What keeps it from scaling does not keep it from running.
    set(&home, "min_engines", json!(9));
    let report = home
        .run("run-all --force --autoscale --format json")
        .exits(2);
    let report = report.err_has("autoscaling failed, the run goes on").json();
    assert_eq!(report["engines"][0]["cycle"]["outcome"], "ok");
    home.run("run-all --yes").exits(2);
    home.run("run-all --autoscale --only nobody").exits(2);
}

#[test]
fn hooks_and_the_engines_record_are_told_what_was_done() {
    let home = fleet("0.9");
    let heard = home.work().join("heard");
    home.script("hear.sh", &format!("cat >> '{}'", heard.display()));
    let hear = home.work().join("hear.sh");
    edit(&home, |registry| {
        registry["hooks"] = json!({"on_event": [{"topics": ["autoscale:*"], "command": hear}]});
    });
    home.run("autoscale --yes").exits(0);
    home.write("energy", "0.1");
    home.run("autoscale").exits(0);
    let told: Vec<Value> = home
        .read("heard")
        .lines()
        .map(|line| serde_json::from_str(line).expect("an event"))
        .collect();
    let seen: Vec<(&Value, &Value)> = told
        .iter()
        .map(|event| (&event["type"], &event["subject"]))
        .collect();
    assert_eq!(
        seen,
        [
            (&json!("autoscale:added"), &json!("engine2")),
            (&json!("autoscale:removed"), &json!("engine2"))
        ]
    );
    assert_eq!(told[0]["data"]["approval"], "yes");
    assert_eq!(told[1]["data"]["reason"], "energy_low");
}
