//! How `sie autoscale` makes and names engines, and what it says of mistakes.

use std::fs;

use serde_json::json;

use crate::autoscale::{GOOD, edit, engines, fleet, outcome, set};
use crate::rig::engine;

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
        assert_eq!(registry["autoscale"]["archived"], json!([]));
    });
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
        registry["autoscale"] = json!({"min_engines": 7});
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
