//! Hooks: told of cycles, never in their way.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::rig::{engine, only_cycle};
use crate::support::{Home, processes_with};

const GOOD: &str = "echo '{\"roi\": 2, \"cost\": 0.5}'";

fn event(home: &Home, file: &str) -> Value {
    let text = fs::read_to_string(home.work().join(file)).expect(file);
    serde_json::from_str(&text).expect("one JSON object")
}

/// Hooks that write what they are told into files of the work folder.
fn telling() -> Value {
    let write = |file: &str| format!("sh -c 'cat > {file}'");
    json!({"hooks": {"on_start": write("start"), "on_success": write("success"), "on_failure": write("failure")}})
}

#[test]
fn a_hook_reads_a_cloudevents_object_of_the_cycle_on_its_stdin() {
    let home = Home::new();
    engine(
        &home,
        "alpha",
        "test -s start && echo '{\"roi\": 2, \"cost\": 0.5}'",
        &telling(),
    );
    home.run("cycle alpha").exits(0);
    let started = event(&home, "start");
    let ended = event(&home, "success");
    for (event, kind) in [(&started, "cycle:started"), (&ended, "cycle:finished")] {
        assert_eq!(event["specversion"], "1.0");
        assert_eq!(
            (&event["type"], &event["subject"]),
            (&json!(kind), &json!("alpha"))
        );
        assert_eq!(event["data"]["cycle"], "alpha-1");
    }
    assert_ne!(started["id"], ended["id"]);
    assert_eq!(
        (&ended["data"]["roi"], &ended["data"]["cost"]),
        (&json!(2.0), &json!(0.5))
    );
    assert!(!home.work().join("failure").exists());

    home.script("alpha.sh", "echo 'no luck' >&2; exit 3");
    home.run("cycle alpha").exits(12);
    let failed = event(&home, "failure");
    assert_eq!(failed["type"], "cycle:failed");
    assert_eq!(failed["data"]["failure"]["reason"], "exited");
    assert_eq!(failed["data"]["failure"]["exit_code"], 3);
}

#[test]
fn hooks_of_the_registry_are_told_of_every_engine_and_survive_changes_of_the_file() {
    let home = Home::new();
    engine(&home, "alpha", GOOD, &json!({}));
    let text = fs::read_to_string(home.registry()).expect("readable");
    let hook = "\"hooks\": {\"on_success\": [\"sh\", \"-c\", \"cat >> all; echo $SIE_TOPIC $SIE_ENGINE >> names\"]},";
    let with_hooks = text.replacen("\"engines\"", &format!("{hook} \"engines\""), 1);
    fs::write(home.registry(), with_hooks).expect("written");
    engine(&home, "beta", GOOD, &json!({}));
    home.run("run-all").exits(0);
    let names = fs::read_to_string(home.data_dir().join("names")).expect("told");
    assert_eq!(names, "cycle:finished alpha\ncycle:finished beta\n");

    let text = fs::read_to_string(home.registry()).expect("readable");
    fs::write(home.registry(), text.replacen("on_success", "on_sucess", 1)).expect("written");
    home.run("run-all")
        .exits(17)
        .err_has("`hooks` cannot be used: unknown key `on_sucess`")
        .err_has("did you mean `on_success`?");
}

#[test]
fn a_broken_hook_is_a_warning_and_never_a_failed_cycle() {
    for (hook, why) in [
        (
            "sh -c 'echo no such channel; exit 4'",
            "it exited 4: no such channel",
        ),
        ("./no-such-hook", "could not be started"),
        ("sh -c 'kill -9 $$'", "died by signal 9"),
        ("sh -c 'exec yes'", "printed more than 1024 KiB"),
    ] {
        let home = Home::new();
        engine(
            &home,
            "alpha",
            GOOD,
            &json!({"hooks": {"on_start": hook, "on_success": hook}}),
        );
        home.run("cycle alpha")
            .exits(0)
            .err_has("warning: alpha: the hook on_start, told of cycle:started, is broken")
            .err_has("warning: alpha: the hook on_success, told of cycle:finished, is broken")
            .err_has(why);
        assert_eq!(only_cycle(&home, "alpha").0, "ok");
    }
}

#[test]
fn a_hook_that_hangs_is_ended_with_everything_it_started_and_holds_no_lock_meanwhile() {
    let home = Home::new();
    let marker = format!("HUNG=hook-{}", std::process::id());
    let hook = format!("sh -c 'export {marker}; touch hung; sleep 1000 & sleep 1000'");
    engine(
        &home,
        "alpha",
        GOOD,
        &json!({"hooks": {"on_success": hook}}),
    );
    let arguments = ["cycle", "alpha"];
    let started = Instant::now();
    let child = home.start(&arguments);
    crate::support::wait_until("the hook runs", || home.work().join("hung").exists());
    // The engine is free while the hook of its last cycle still runs.
    home.run("register alpha --replace --on-success ''")
        .exits(0);
    home.run("cycle alpha").exits(0).out_has("ok");
    assert!(
        started.elapsed() < Duration::from_secs(9),
        "it did not wait for the hook"
    );
    home.finish(&arguments, child)
        .exits(0)
        .err_has("the hook on_success, told of cycle:finished, is broken: it was ended after 10s");
    assert!(processes_with(&marker).is_empty());
}

#[test]
fn a_hook_that_does_not_read_is_no_problem_and_hooks_show_in_show() {
    let home = Home::new();
    home.script("good.sh", GOOD);
    home.run("register alpha --pipeline ./good.sh --on-start true --on-failure 'notify --to ops'")
        .exits(0);
    home.run("cycle alpha").exits(0).err_lacks("warning");
    home.run("show alpha")
        .exits(0)
        .out_has("hook on_start")
        .out_has("notify --to ops");
    home.run("register alpha --replace --on-start \"it's\"")
        .exits(2)
        .err_has("`--on-start` cannot be used");
}

#[test]
fn a_hook_has_no_descriptor_of_a_lock_or_of_the_store() {
    if !std::path::Path::new("/proc/self/fd").exists() {
        return;
    }
    let home = Home::new();
    let list = "sh -c 'for f in /proc/$$/fd/*; do readlink $f; done >> open; true'";
    engine(
        &home,
        "alpha",
        GOOD,
        &json!({"hooks": {"on_start": list, "on_success": list}}),
    );
    home.run("cycle alpha").exits(0).err_lacks("warning");
    let open = fs::read_to_string(home.work().join("open")).expect("told");
    assert!(open.contains("/open"), "{open}");
    assert!(
        !open.contains(".lock") && !open.contains("sie.db"),
        "{open}"
    );
}

#[test]
fn what_a_hook_reads_is_the_event_that_is_on_record() {
    let home = Home::new();
    let hooks = json!({"on_event": [{"topics": ["*"], "command": "sh -c 'cat >> told'"}]});
    engine(&home, "alpha", GOOD, &json!({"hooks": hooks}));
    home.run("cycle alpha").exits(0);
    home.run("metrics record alpha errors=1").exits(0);
    home.run("event publish alpha deploy/done")
        .exits(0)
        .out_has("deploy/done\tfalse");
    let told = fs::read_to_string(home.work().join("told")).expect("told");
    let told: Vec<Value> = told
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let topics: Vec<_> = told.iter().map(|event| event["type"].clone()).collect();
    assert_eq!(
        topics,
        [
            "cycle:started",
            "cycle:finished",
            "metrics:new",
            "deploy/done"
        ]
    );
    let listed = home.run("event list alpha --format jsonl").exits(0).stdout;
    let mut listed: Vec<Value> = listed
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    listed.reverse();
    for event in &mut listed {
        event.as_object_mut().expect("an object").remove("pending");
    }
    assert_eq!(told, listed);
}

#[test]
fn register_takes_hooks_with_a_filter_of_topics() {
    let home = Home::new();
    home.script("good.sh", GOOD);
    home.script("tell.sh", "echo \"$SIE_TOPIC $SIE_CYCLE\" >> told");
    home.run("register alpha --pipeline ./good.sh --on-event 'metrics:*=./tell.sh' --on-event 'cycle:f*=./tell.sh'")
        .exits(0);
    home.run("show alpha")
        .exits(0)
        .out_has("hook on_event metrics:*");
    home.run("cycle alpha").exits(0);
    home.run("metrics record alpha errors=1").exits(0);
    home.run("metrics record alpha errors=1 --dry-run").exits(0);
    home.run("event publish alpha evolve:self_improve")
        .exits(0)
        .out_has("evolve:self_improve\ttrue");
    let told = fs::read_to_string(home.work().join("told")).expect("told");
    assert_eq!(told, "cycle:finished alpha-1\nmetrics:new \n");
    home.run("register alpha --replace --on-event 'cycle:finshed=x'")
        .exits(2)
        .err_has("engines publish no topic `cycle:finshed`")
        .err_has("did you mean `cycle:finished`?");
    home.run("register alpha --replace --on-event 'x'")
        .exits(2)
        .err_has("has no `=`");
    home.run("register alpha --replace --on-event ''").exits(0);
    let shown = home.run("show alpha").exits(0).stdout;
    assert!(!shown.contains("on_event"), "{shown}");
}

#[test]
fn a_hook_of_metrics_and_events_that_is_broken_is_a_warning() {
    let home = Home::new();
    engine(
        &home,
        "alpha",
        GOOD,
        &json!({"hooks": {"on_event": [{"topics": ["*"], "command": "sh -c 'echo oh; exit 3'"}]}}),
    );
    for command in [
        "metrics record alpha errors=1 --quiet",
        "event publish alpha evolve:self_improve --quiet",
    ] {
        home.run(command)
            .exits(0)
            .err_has("warning: alpha: the hook on_event, told of")
            .err_has("is broken: it exited 3: oh");
    }
}

#[test]
fn what_a_hook_does_is_told_to_no_hook() {
    let home = Home::new();
    let sie = env!("CARGO_BIN_EXE_sie");
    let hook = format!("sh -c 'echo told >> told; exec {sie} metrics record alpha errors=1'");
    engine(
        &home,
        "alpha",
        GOOD,
        &json!({"hooks": {"on_event": [{"topics": ["metrics:new"], "command": hook}]}}),
    );
    home.run("metrics record alpha errors=1")
        .exits(0)
        .err_lacks("warning");
    let told = fs::read_to_string(home.work().join("told")).expect("told");
    assert_eq!(told, "told\n");
    let rows = home.run("metrics show alpha --format json").exits(0).json();
    assert_eq!(rows["rows"].as_array().map(Vec::len), Some(2), "{rows}");
}

#[test]
fn a_signal_ends_the_hook_of_a_command_and_the_command_by_that_signal() {
    let home = Home::new();
    let hook = "sh -c 'touch hung; exec sleep 1000'";
    engine(
        &home,
        "alpha",
        GOOD,
        &json!({"hooks": {"on_event": [{"topics": ["metrics:new"], "command": hook}]}}),
    );
    let arguments = ["metrics", "record", "alpha", "errors=1"];
    let child = home.start(&arguments);
    crate::support::wait_until("the hook runs", || home.work().join("hung").exists());
    crate::support::send(child.id(), rustix::process::Signal::INT);
    let finished = home.finish(&arguments, child);
    assert_eq!(finished.signal, Some(2), "{finished:?}");
    // The row was on record before the hook was told of it.
    let shown = home.run("metrics show alpha --format json").exits(0).json();
    assert_eq!(shown["rows"].as_array().map(Vec::len), Some(1), "{shown}");
}

#[test]
fn hooks_are_told_of_a_cycle_whose_sie_died() {
    let home = Home::new();
    let hooks =
        json!({"on_event": [{"topics": ["cycle:interrupted"], "command": "sh -c 'cat > told'"}]});
    engine(
        &home,
        "alpha",
        "touch running; sleep 0.5",
        &json!({"hooks": hooks, "grace": "1s"}),
    );
    let arguments = ["cycle", "alpha"];
    let child = home.start(&arguments);
    crate::support::wait_until("it runs", || home.work().join("running").exists());
    crate::support::send(child.id(), rustix::process::Signal::KILL);
    assert_eq!(home.finish(&arguments, child).signal, Some(9));
    home.script("alpha.sh", GOOD);
    home.run("cycle alpha --if-running wait=20s").exits(0);
    let told = event(&home, "told");
    assert_eq!(told["type"], "cycle:interrupted");
    assert_eq!(told["data"]["cycle"], "alpha-1");
}
