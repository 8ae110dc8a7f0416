//! `sie autoscale`: the fleet grows and shrinks by what it earns, with approval, and nothing gets lost.

use std::fs;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::rig::{Terminal, engine};
use crate::support::{Finished, Home, execute_in, notice, send, snapshot, wait_until};

const GOOD: &str = "echo '{\"roi\": 2, \"cost\": 1, \"revenue\": 30}'";

/// Reads the registry, lets it be changed as an editor would, and writes it.
fn edit(home: &Home, change: impl FnOnce(&mut Value)) {
    let text = fs::read_to_string(home.registry()).expect("a registry");
    let mut registry: Value = serde_json::from_str(&text).expect("JSON");
    change(&mut registry);
    let text = serde_json::to_string_pretty(&registry).expect("JSON");
    fs::write(home.registry(), text).expect("written");
}

/// Returns a fleet of alpha and beta whose energy score stands in the file `energy`, whose trend is +20 %, with a factory.
fn fleet(energy: &str) -> Home {
    let home = Home::new();
    let work = home.work().display().to_string();
    let entry = |name: &str| {
        let pipeline = home.script(&format!("{name}.sh"), GOOD);
        json!({"pipeline": pipeline, "work_dir": work})
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

fn set(home: &Home, key: &str, value: Value) {
    edit(home, |registry| registry["autoscale"][key] = value);
}

fn engines(home: &Home) -> Vec<String> {
    let list = home.run("list --format json").exits(0).json();
    let engines = list["engines"].as_array().expect("engines");
    let name = |engine: &Value| engine["engine"].as_str().expect("a name").to_owned();
    engines.iter().map(name).collect()
}

fn step(home: &Home, line: &str) -> Value {
    let report = home.run(&format!("autoscale --format json {line}")).json();
    report["step"].clone()
}

fn outcome(home: &Home, line: &str) -> String {
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
        registry["capital"] = json!({"target": 20, "unit": "EUR"})
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
        registry["capital"]["target"] = json!(10_000)
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
    terminal.types("clear; sie autoscale --no-input; echo \"code $?\"");
    let screen = terminal.shows("code 14");
    assert!(!screen.contains("[y/N]"), "{screen}");
    terminal.types("clear; sie autoscale; echo \"code $?\"");
    terminal.shows("add engine2? [y/N]");
    terminal.types("yes");
    terminal.shows("code 0");
    assert_eq!(engines(&home), ["alpha", "beta", "engine2"]);
    let history = home.run("autoscale history --format json").exits(0).json();
    assert_eq!(history["actions"][0]["approval"]["how"], "prompt");
}

/// What may change between a plan and its application, by the name under which it is told.
const CHANGES: [(&str, fn(&Home)); 8] = [
    ("energy", |home| {
        home.write("energy", "0.95");
    }),
    ("trend", |home| {
        home.run("metrics record alpha revenue=30").exits(0);
    }),
    ("budget_left", |home| {
        edit(home, |registry| {
            registry["capital"]["budget"]["fleet"] = json!(99)
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
    let changes: [(&str, fn(&Home)); 3] = [
        ("engines.beta.mean_roi", |home| {
            home.run("cycle beta").exits(0);
        }),
        ("engines.beta.origin", |home| {
            edit(home, |registry| {
                registry["engines"]["beta"]["origin"] = json!("autoscaled")
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
    let plan = home.run("autoscale --out -").exits(0).json();
    assert_eq!(plan["schema_version"], 1);
}

#[test]
fn a_hundred_dry_runs_change_no_byte() {
    for energy in ["0.9", "0.1"] {
        let home = fleet(energy);
        let before = snapshot(home.path());
        for _ in 0..50 {
            home.run("autoscale --dry-run").exits(0).out_has("would_");
        }
        assert_eq!(snapshot(home.path()), before);
    }
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
fn a_running_engine_is_not_removed_and_neither_is_one_whose_cycle_was_killed() {
    let home = fleet("0.1");
    home.script(
        "beta.sh",
        "echo $$ > pid\nwhile [ ! -e go ]; do sleep 0.02; done",
    );
    let arguments = ["cycle", "beta"];
    let mut child = home.start(&arguments);
    wait_until("the pipeline runs", || !home.read("pid").is_empty());
    // Without the running one alpha would be the last to go: it is the older.
    assert_eq!(outcome(&home, "--dry-run"), "would_remove alpha energy_low");
    child.kill().expect("killed");
    child.wait().expect("reaped");
    assert_eq!(outcome(&home, "--dry-run"), "would_remove alpha energy_low");
    for pid in home.processes() {
        send(pid, Signal::KILL);
    }
    wait_until("the pipeline is gone", || home.processes().is_empty());
    // Its cost is still held; only the next run settles that.
    assert_eq!(outcome(&home, "--dry-run"), "would_remove alpha energy_low");
    home.script("beta.sh", GOOD);
    home.run("run-all").exits(0).err_has("interrupted");
    // Of equals the newest goes.
    assert_eq!(outcome(&home, ""), "removed beta energy_low");
}

#[test]
fn names_by_which_data_are_kept_are_never_given_to_a_new_engine() {
    let home = fleet("0.9");
    engine(&home, "Engine2", GOOD, &json!({}));
    home.run("unregister Engine2").exits(0);
    fs::create_dir_all(home.data_dir().join("runs/engine3")).expect("created");
    home.run("register alpha --replace --bot engine4").exits(0);
    home.write("engine5.json", "{}");
    edit(&home, |registry| {
        registry["autoscale"]["factory"]["state_path"] = json!(home.work().join("{engine}.json"));
        registry["engines"]["engine6"] = json!({"pipelne": "./typo.sh"});
    });
    // An entry with a mistake counts as an engine: three of them.
    let added = home.run("autoscale --yes --format json").exits(2);
    assert_eq!(added.json()["step"]["engine"], "engine7");
    assert_eq!(added.json()["plan"]["decision"]["count_after"], 4);
    let text = fs::read_to_string(home.registry()).expect("a registry");
    assert!(text.contains("pipelne"), "{text}");
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
fn several_at_once_add_one_engine_each_at_most_and_never_more_than_allowed() {
    let home = fleet("0.9");
    set(&home, "max_engines", json!(4));
    let arguments = ["autoscale", "--yes", "--format", "json"];
    let children: Vec<_> = (0..8).map(|_| home.start(&arguments)).collect();
    let reports: Vec<Finished> = children
        .into_iter()
        .map(|child| home.finish(&arguments, child).exits(0))
        .collect();
    let added = |report: &&Finished| report.json()["step"]["outcome"] == "added";
    let count = reports.iter().filter(added).count();
    assert!((1..=2).contains(&count), "{reports:#?}");
    assert_eq!(engines(&home).len(), 2 + count);
    let done = home.number("SELECT count(*) FROM autoscale_action WHERE state = 'done'");
    assert_eq!(usize::try_from(done), Ok(count));
    assert_eq!(home.number("SELECT count(*) FROM autoscale_action"), done);
}

#[test]
fn a_kill_at_any_system_call_leaves_a_whole_fleet_and_a_record_that_agrees_with_it() {
    let trace = |options: &[&str]| {
        let mut strace = std::process::Command::new("strace");
        strace.args(["-f", "-qq", "-o", "/dev/null"]).args(options);
        strace
    };
    if !trace(&["true"]).status().is_ok_and(|it| it.success()) {
        notice("kills at system calls, as there is no `strace` that may trace");
        return;
    }
    let (mut killed, mut abandoned, mut settled) = (0, 0, 0);
    // One pattern for the calls of all systems.
    let syncs = (1..=8).map(|count| ("/^f(data)?sync$", count));
    let writes = (1..=25).step_by(6).map(|count| ("pwrite64", count));
    for (call, count) in syncs.chain(writes).chain([("/^rename", 1)]) {
        let shown = format!("{call} {count}");
        let home = fleet("0.9");
        let strace = trace(&["-e", &format!("inject={call}:signal=KILL:when={count}")]);
        let status = home
            .command_under(strace, &["autoscale", "--yes"])
            .output()
            .expect("strace starts")
            .status;
        killed += u32::from(!status.success());
        let was_added = engines(&home).len() == 3;
        let history = home.run("autoscale history --format json").exits(0).json();
        let actions = history["actions"].as_array().expect("actions").clone();
        let is_done = actions.iter().any(|action| action["state"] == "done");
        assert_eq!(was_added, is_done, "{shown}: {history}");
        // The next step settles the record, and a cooldown counts what was done and only that.
        let begun = "SELECT count(*) FROM autoscale_action WHERE state = 'begun'";
        let left_open = !actions.is_empty() && home.number(begun) > 0;
        abandoned += u32::from(left_open && !was_added);
        settled += u32::from(left_open && was_added);
        let waits = step(&home, "--yes --cooldown 1d")["reason"] == "cooling_down";
        assert_eq!(waits, was_added, "{shown}");
        home.run("autoscale --yes").exits(0);
        assert_eq!(engines(&home).len(), 4, "{shown}");
        assert_eq!(home.number(begun), 0, "{shown}");
        home.run("run-all").exits(0);
    }
    assert!(killed >= 5, "only {killed} kills hit");
    assert!(abandoned > 0 && settled > 0, "{abandoned} {settled}");
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
fn a_factory_gives_each_engine_what_must_not_be_shared() {
    let home = fleet("0.9");
    let folder = home.work().join("bots/alpha");
    fs::create_dir_all(&folder).expect("created");
    home.run("register alpha --replace --work-dir bots/alpha --env API_TOKEN=secret")
        .exits(0);
    home.run("register alpha --replace --state-path shared.json")
        .exits(0);
    home.run("autoscale factory --like alpha")
        .exits(2)
        .err_has("all engines of the factory would share the `state_path`")
        .err_has("{engine}.json");
    home.run("register alpha --replace --state-path state/alpha.json --database alpha.db")
        .exits(0);
    let stored = home
        .run("autoscale factory --like alpha --format json")
        .exits(0)
        .json();
    let ends = |key: &str, end: &str| {
        let text = stored["definition"][key].as_str().unwrap_or_default();
        assert!(text.ends_with(end), "{key}: {stored}");
    };
    ends("work_dir", "bots/{engine}");
    ends("state_path", "state/{engine}.json");
    ends("database", "/{engine}.db");
    assert_eq!(stored["definition"]["env"]["API_TOKEN"], "***");
    home.run("autoscale factory --show --format table")
        .exits(0)
        .out_has("***");
    let failed = home.run("autoscale --yes").exits(2);
    failed.err_has("bots/engine2 of the new engine `engine2` does not exist");
    assert_eq!(engines(&home), ["alpha", "beta"]);
    assert_eq!(home.number("SELECT count(*) FROM autoscale_action"), 0);
    fs::create_dir_all(home.work().join("bots/engine2")).expect("created");
    home.run("autoscale --yes").exits(0);
    let made = home.run("show engine2 --format json").exits(0).json();
    let text = made["definition"].to_string();
    assert!(
        text.contains("/engine2.db") && text.contains("state/engine2.json"),
        "{text}"
    );

    // What `show` printed has no secrets, and is nothing to make engines of.
    home.write(
        "factory.json",
        &json!({"pipeline": "true", "env": {"API_TOKEN": "***"}}).to_string(),
    );
    home.run("autoscale factory --from factory.json")
        .exits(2)
        .err_has("API_TOKEN");
    home.write(
        "factory.json",
        "{\"pipeline\": \"./t.sh\",\n \"bot\": \"{engine}-eu\"}",
    );
    home.run("autoscale factory --from factory.json --dry-run --format table")
        .exits(0)
        .out_has("new engines would be made like this");
    home.run("autoscale factory --from factory.json").exits(0);
    home.run("autoscale --yes").exits(0);
    home.run("list").exits(0).out_has("engine3\tengine3-eu");
    home.run("autoscale factory").exits(2);
    home.run("autoscale factory --from factory.json --like alpha")
        .exits(2);
}

#[test]
fn a_fleet_without_a_factory_says_so_and_shrinks_all_the_same() {
    let home = fleet("0.9");
    edit(&home, |registry| registry["autoscale"] = json!({}));
    home.run("autoscale --yes")
        .exits(0)
        .out_has("no_factory")
        .err_has("make one with `sie autoscale factory --like NAME`");
    home.write("energy", "0.1");
    assert_eq!(outcome(&home, ""), "removed beta energy_low");
    // By hand it comes back with its definition and its id, and is the operator's.
    let archived = fs::read_to_string(home.registry()).expect("a registry");
    home.run("register beta --revive").exits(0);
    let shown = home.run("show beta --format json").exits(0).json();
    let id = shown["id"].as_str().expect("an id");
    assert!(archived.contains(id) && shown["definition"]["origin"].is_null());
    edit(&home, |registry| {
        assert_eq!(registry["autoscale"]["archived"], json!([]))
    });
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

#[test]
fn mistakes_in_the_section_are_told_with_their_place() {
    let home = fleet("0.9");
    set(&home, "max_engine", json!(6));
    home.run("autoscale")
        .exits(17)
        .err_has("unknown key `max_engine`")
        .err_has("did you mean `max_engines`?");
    edit(&home, |registry| {
        registry["autoscale"] = json!({"min_engines": 7})
    });
    home.run("autoscale --dry-run")
        .exits(2)
        .err_has("`min_engines` 7 is above `max_engines` 5");
    home.run("autoscale --min-engines 7 --max-engines 6 --dry-run")
        .exits(2);
    home.run("autoscale --rate-limit often")
        .exits(2)
        .err_has("3/1d");
}
