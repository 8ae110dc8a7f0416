//! Publishing and listing events, and what they ask for.

use std::fs;
use std::process::Stdio;

use crate::support::{Home, execute_in, number_in, processes_with, send, wait_until};

fn home(pipeline: &str) -> Home {
    let mut home = Home::new();
    home.at("2026-11-23T08:00:00Z");
    let train = home.script("train.sh", pipeline);
    home.sie(&["register", "alpha", "--pipeline", &train])
        .exits(0);
    home
}

fn reason(home: &Home) -> String {
    let report = home.run("run-all --format json").json();
    report["engines"][0]["reason"].as_str().unwrap().to_owned()
}

const GOOD: &str = r#"echo "{\"roi\": 1}""#;

#[test]
fn an_event_asks_for_one_cycle_and_is_consumed() {
    let home = home(GOOD);
    assert_eq!(reason(&home), "never_run");
    assert_eq!(reason(&home), "not_needed");
    home.run("event publish alpha evolve:self_improve").exits(0);
    home.run("event publish alpha evolve:self_improve --dry-run")
        .exits(0);
    let plan = home.run("run-all --dry-run --format json").exits(0).json();
    assert_eq!(plan["engines"][0]["reason"], "evolve_requested");
    assert_eq!(reason(&home), "evolve_requested");
    assert_eq!(reason(&home), "not_needed");
}

#[test]
fn a_killed_cycle_neither_loses_the_event_nor_answers_it_twice() {
    let home = home("echo x >> ran; [ -e fast ] || sleep 60; echo '{\"roi\": 1}'");
    fs::write(home.work().join("fast"), "").unwrap();
    assert_eq!(reason(&home), "never_run");
    fs::remove_file(home.work().join("fast")).unwrap();
    home.run("event publish alpha evolve:self_improve").exits(0);
    let ran = || {
        fs::read_to_string(home.work().join("ran"))
            .unwrap_or_default()
            .len()
            / 2
    };
    let mut child = home
        .command(&["run-all"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_until("the pipeline runs", || ran() == 2);
    child.kill().unwrap();
    child.wait().unwrap();
    // The pipeline outlives its `sie` and holds the lock; it ends with the file in place.
    fs::write(home.work().join("fast"), "").unwrap();
    for pid in processes_with("SIE_CYCLE=alpha-2") {
        send(pid, rustix::process::Signal::KILL);
    }
    wait_until("it is gone", || {
        processes_with("SIE_CYCLE=alpha-2").is_empty()
    });
    assert_eq!(reason(&home), "evolve_requested");
    assert_eq!(ran(), 3);
    assert_eq!(reason(&home), "not_needed");
}

#[test]
fn a_deferred_cycle_leaves_the_event_waiting() {
    let home = home("[ -e later ] && exit 75; echo '{\"roi\": 1}'");
    assert_eq!(reason(&home), "never_run");
    fs::write(home.work().join("later"), "").unwrap();
    home.run("event publish alpha evolve:self_improve").exits(0);
    assert_eq!(reason(&home), "evolve_requested");
    fs::remove_file(home.work().join("later")).unwrap();
    assert_eq!(reason(&home), "evolve_requested");
    assert_eq!(reason(&home), "not_needed");
}

#[test]
fn an_event_published_while_a_cycle_runs_asks_for_another_one() {
    let mut home = home(
        "[ -e again ] && { rm again; \"$SIE_BINARY\" event publish alpha evolve:self_improve; }; echo '{\"roi\": 1}'",
    );
    home.set("SIE_BINARY", env!("CARGO_BIN_EXE_sie"));
    fs::write(home.work().join("again"), "").unwrap();
    // The last line of stdout is the result; what the nested command printed comes before it.
    assert_eq!(reason(&home), "never_run");
    assert_eq!(reason(&home), "evolve_requested");
    assert_eq!(reason(&home), "not_needed");
}

#[test]
fn a_discrepancy_asks_until_a_cycle_succeeds() {
    let home = home("[ -e broken ] && exit 1; echo '{\"roi\": 1}'");
    assert_eq!(reason(&home), "never_run");
    fs::write(home.work().join("broken"), "").unwrap();
    home.run("event publish alpha discrepancy").exits(0);
    assert_eq!(reason(&home), "discrepancies_detected");
    let listed = home
        .run("event list alpha --topic discrepancy --format json")
        .exits(0)
        .json();
    assert_eq!(listed["events"][0]["pending"], true);
    fs::remove_file(home.work().join("broken")).unwrap();
    home.run("cycle alpha").exits(0);
    let listed = home
        .run("event list alpha --topic discrepancy --format json")
        .exits(0)
        .json();
    assert_eq!(listed["events"][0]["pending"], false);
    assert_eq!(reason(&home), "not_needed");
}

#[test]
fn engines_with_databases_of_their_own_never_see_each_others_events() {
    let home = home(GOOD);
    for name in ["beta", "gamma"] {
        home.run(&format!(
            "register {name} --pipeline ./train.sh --bot robo --database own/{name}.db"
        ))
        .exits(0);
    }
    home.run("event publish beta evolve:self_improve").exits(0);
    home.run("event publish gamma deploy/done").exits(0);
    home.run("metrics record robo errors=0").exits(0);
    let topics = |name: &str| -> Vec<String> {
        let listed = home
            .sie(&["event", "list", name, "--format", "json"])
            .exits(0)
            .json();
        let events = listed["events"].as_array().unwrap().clone();
        assert!(
            events.iter().all(|event| event["subject"] == name),
            "{events:?}"
        );
        events
            .iter()
            .map(|event| event["type"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(topics("beta"), ["metrics:new", "evolve:self_improve"]);
    assert_eq!(topics("gamma"), ["metrics:new", "deploy/done"]);
    assert_eq!(topics("alpha"), Vec::<String>::new());
    let plan = home.run("run-all --format json").exits(0).json();
    let reasons: Vec<&str> = plan["engines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["reason"].as_str().unwrap())
        .collect();
    assert_eq!(reasons, ["never_run", "evolve_requested", "never_run"]);
    for name in ["beta", "gamma"] {
        let database = home.work().join(format!("own/{name}.db"));
        let count = number_in(&database, "SELECT count(DISTINCT engine_key) FROM event");
        assert_eq!(count, 1, "{name}");
    }
    let shared = home.data_dir().join("sie.db");
    assert_eq!(
        number_in(&shared, "SELECT count(DISTINCT engine_key) FROM event"),
        1
    );
}

#[test]
fn cycles_and_metrics_are_published_as_cloud_events() {
    let home = home("[ -e broken ] && exit 3; echo '{\"roi\": 1, \"cost\": 2}'");
    home.run("run-all").exits(0);
    home.run("metrics record alpha errors=0 loss=1").exits(0);
    fs::write(home.work().join("broken"), "").unwrap();
    home.run("cycle alpha").exits(12);
    let listed = home.run("event list alpha --format json").exits(0).json();
    let events = listed["events"].as_array().unwrap();
    let topics: Vec<&str> = events
        .iter()
        .map(|event| event["type"].as_str().unwrap())
        .collect();
    let wanted = [
        "cycle:failed",
        "cycle:started",
        "metrics:new",
        "cycle:finished",
        "cycle:started",
    ];
    assert_eq!(topics, wanted);
    let mut ids = std::collections::BTreeSet::new();
    for event in events {
        assert_eq!(event["specversion"], "1.0");
        assert!(event["source"].as_str().unwrap().starts_with("urn:sie:"));
        assert_eq!(event["time"], "2026-11-23T08:00:00Z");
        assert_eq!(event["datacontenttype"], "application/json");
        assert!(ids.insert(event["id"].as_str().unwrap().to_owned()));
    }
    assert_eq!(events[0]["data"]["reason"], "exited");
    assert_eq!(events[3]["data"]["roi"], 1.0);
    assert_eq!(events[4]["data"]["trigger"], "never_run");
    assert_eq!(events[2]["data"]["rows"], 1);
}

#[test]
fn odd_topics_and_data_are_refused_and_the_record_is_bounded() {
    let home = home(GOOD);
    home.run("event publish alpha 'cycle:finished'")
        .exits(2)
        .err_has("only engines themselves");
    home.run("event publish alpha 'a b'").exits(2);
    fs::write(home.work().join("bad.json"), "{").unwrap();
    home.run("event publish alpha note --json bad.json")
        .exits(2)
        .err_has("not JSON");
    home.run("event publish nobody note").exits(2);
    let database = home.data_dir().join("sie.db");
    execute_in(
        &database,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
         INSERT INTO event (engine_key, topic, at, data, is_pending)
         SELECT 1, 'evolve:self_improve', 0, '{}', i = 1 FROM n",
    );
    home.run("event publish alpha note").exits(0);
    assert_eq!(number_in(&database, "SELECT count(*) FROM event"), 1001);
    // The one that waits was the oldest.
    let plan = home.run("run-all --dry-run --format json").exits(0).json();
    assert_eq!(plan["engines"][0]["reason"], "evolve_requested");
}
