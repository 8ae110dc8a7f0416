//! `register`, `unregister`, `show`: what they change, and what they keep.

use std::fs;

use crate::support::{Home, snapshot};

const GOOD: &str = "echo '{\"roi\": 1}'";

#[test]
fn a_taken_name_is_an_error_in_any_case_and_replace_changes_what_is_given_and_keeps_the_data() {
    let home = Home::new();
    let script = home.script("train.sh", GOOD);
    home.sie(&[
        "register",
        "Alpha",
        "--pipeline",
        &script,
        "--cost",
        "3",
        "--interval",
        "2h",
    ])
    .exits(0);
    home.run("cycle alpha").exits(0);
    home.run("register alpha --pipeline false")
        .exits(2)
        .err_has("the name `Alpha` is taken")
        .err_has("--replace");
    home.run("register alpha --replace --cost 5").exits(0);
    let shown = home.run("show alpha --format json").exits(0).stdout;
    assert!(
        shown.contains("./train.sh") && shown.contains("2h"),
        "{shown}"
    );
    home.run("cycle alpha").exits(0);
    assert_eq!(home.number("SELECT count(*) FROM engine"), 1);
    assert_eq!(home.number("SELECT max(amount) FROM ledger"), 5_000_000);
    home.run("register fresh --replace --pipeline true")
        .exits(0);
}

#[test]
fn unregister_keeps_the_data_and_only_revive_carries_on_with_them() {
    let home = Home::new();
    let script = home.script("train.sh", GOOD);
    let register = ["register", "alpha", "--pipeline", &script];
    home.sie(&register).exits(0);
    home.run("cycle alpha").exits(0);
    home.run("unregister ALPHA").exits(0);
    home.run("unregister alpha")
        .exits(2)
        .err_has("no engine `alpha`");
    assert_eq!(home.number("SELECT count(*) FROM cycle"), 1);

    home.sie(&register).exits(0);
    home.run("history alpha").exits(0).err_has("no cycles yet");
    home.run("run-all").exits(0).out_has("never_run");
    assert_eq!(home.number("SELECT count(*) FROM engine"), 2);
    home.run("unregister alpha").exits(0);

    home.sie(&[&register[..], &["--revive"]].concat()).exits(0);
    home.run("run-all").exits(0).out_has("not_needed");
    assert_eq!(home.number("SELECT count(*) FROM engine"), 2);
    home.run("register beta --revive --pipeline true")
        .exits(2)
        .err_has("no data of an engine `beta`");
}

#[test]
fn dry_run_prints_what_would_happen_and_changes_no_byte() {
    let home = Home::new();
    let script = home.script("train.sh", &format!("touch ran; {GOOD}"));
    home.sie(&[
        "register",
        "alpha",
        "--pipeline",
        &script,
        "--state-path",
        "state.json",
    ])
    .exits(0);
    let before = snapshot(home.path());
    home.run("register beta --pipeline true --dry-run")
        .exits(0)
        .out_has("beta");
    home.run("register alpha --replace --cost 3 --dry-run")
        .exits(0);
    home.run("unregister alpha --dry-run").exits(0);
    home.run("register alpha --pipeline true --dry-run")
        .exits(2);
    home.run("unregister beta --dry-run").exits(2);
    let report = home.run("run-all --dry-run --format json").exits(0).json();
    assert_eq!(report["dry_run"], true);
    assert_eq!(report["engines"][0]["action"], "run");
    home.run("run-all --dry-run --format table")
        .exits(0)
        .out_has("1 of 1 engines would run; nothing was run or written");
    home.run("cycle alpha --dry-run --format table")
        .exits(0)
        .out_has("would run (forced)");
    home.run("cycle alpha --if-due --dry-run").exits(0);
    assert_eq!(snapshot(home.path()), before);

    let empty = Home::new();
    empty
        .run("register beta --pipeline true --dry-run")
        .exits(0);
    empty.run("run-all --dry-run").exits(0);
    assert!(!empty.data_dir().exists());
}

#[test]
fn a_registration_that_cannot_work_changes_nothing() {
    let home = Home::new();
    home.run("register alpha --pipeline true --state-path state.json")
        .exits(0);
    let before = fs::read(home.registry()).expect("readable");
    fs::create_dir(home.work().join("folder")).expect("made");
    for (line, code) in [
        ("register beta", 2),
        ("register beta --pipeline ''", 2),
        ("register beta --pipeline 'echo '\\''half'", 2),
        ("register beta --pipeline true --interval 5", 2),
        ("register beta --pipeline true --interval -5m", 2),
        ("register beta --pipeline true --energy 0", 2),
        ("register beta --pipeline true --energy 101", 2),
        ("register beta --pipeline true --cost -1", 2),
        ("register beta --pipeline true --cost nan", 2),
        ("register beta --pipeline true --cost inf", 2),
        ("register beta --pipeline true --timeout 0s", 2),
        ("register beta --pipeline true --env NOVALUE", 2),
        ("register beta --pipeline true --work-dir nowhere", 2),
        ("register beta --pipeline true --state-path state.json", 2),
        (
            "register beta --pipeline true --state-path ./x/../state.json",
            2,
        ),
        (
            "register beta --pipeline true --state-path ../data/registry.json",
            2,
        ),
        (
            "register beta --pipeline true --state-path ../data/sie.db",
            2,
        ),
        (
            "register beta --pipeline true --database ../data/registry.json",
            2,
        ),
        ("register beta --pipeline true --database folder", 17),
        ("register beta --pipelin true", 2),
    ] {
        let finished = home.run(line);
        assert_eq!(finished.code, Some(code), "{line}: {finished:#?}");
        assert!(finished.stderr.contains("error: "), "{finished:#?}");
        assert_eq!(
            fs::read(home.registry()).expect("readable"),
            before,
            "{line}"
        );
    }
}

#[test]
fn the_database_of_an_engine_cannot_be_changed_while_its_cycle_runs() {
    let home = Home::new();
    let script = home.script(
        "train.sh",
        "touch up; while [ ! -e go ]; do sleep 0.02; done; echo '{\"roi\": 1}'",
    );
    home.sie(&["register", "alpha", "--pipeline", &script])
        .exits(0);
    let arguments = ["cycle", "alpha"];
    let child = home.start(&arguments);
    crate::support::wait_until("the pipeline runs", || home.has("up"));
    home.run("register alpha --replace --cost 2").exits(0);
    home.run("register alpha --replace --database own.db")
        .exits(13)
        .err_has("a cycle of `alpha` is running");
    home.write("go", "");
    home.finish(&arguments, child).exits(0);
    home.run("register alpha --replace --database own.db")
        .exits(0);
}
