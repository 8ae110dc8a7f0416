//! Self-coding: what a patch may do, that the pipeline of the same cycle reads it, and what becomes of it.

use std::os::unix::fs::symlink;

use rustix::process::Signal;
use serde_json::Value;

use crate::patch_rig::{EDIT, assert_original, bare_home, cycle, home, mode, seen, set_mode, why};
use crate::rig::cycles;
use crate::support::{send, wait_until};

#[test]
fn the_pipeline_of_the_same_cycle_reads_the_patch_and_a_losing_one_is_gone_to_byte_mode_and_absence()
 {
    let home = home(EDIT, "");
    let patch = cycle(&home, -5.0);
    assert_eq!(
        (&patch["id"], &patch["outcome"]),
        (&"alpha-p1".into(), &"reverted".into()),
        "{patch}"
    );
    assert_eq!(patch["verdict"]["reason"], "no_gain");
    assert_eq!(seen(&home), "alpha-13 alpha-p1 rate 2 \n");
    assert_original(&home, "after a losing patch");
    assert_eq!(cycles(&home, "alpha")[0]["patch"], "alpha-p1");
    let topics = home.run("event list alpha").exits(0).stdout;
    assert!(
        topics.contains("patch:applied") && topics.contains("patch:reverted"),
        "{topics}"
    );
    // Nothing but the record is left of it.
    let originals = home.data_dir().join("patches");
    assert!(
        crate::support::snapshot(&originals)
            .values()
            .all(Vec::is_empty)
    );
    assert!(
        !home
            .data_dir()
            .join("runs/alpha/alpha-13/patch/copy")
            .exists()
    );
}

#[test]
fn a_patch_whose_check_fails_never_reaches_the_pipeline() {
    let home = home(
        "echo broken > params",
        "--patch-check ./check.sh --patch-check false",
    );
    let patch = cycle(&home, 1.0);
    assert_eq!(patch["outcome"], "refused");
    assert_eq!(why(&patch), "the check `./check.sh` did not pass: exit 1");
    assert_eq!(patch["checks"].as_array().map(Vec::len), Some(1));
    assert_eq!(seen(&home), "alpha-13  rate 1 \n");
    assert_original(&home, "after a failed check");
    home.run("event list alpha")
        .exits(0)
        .out_has("patch:refused");
    home.run("patch show alpha-p1 --format table")
        .exits(0)
        .out_has("check: ./check.sh: failed (exit 1)")
        .out_has("-rate 1\n+broken\n");
}

#[test]
fn a_patch_stays_on_trial_until_it_beats_the_noise_and_can_be_taken_back() {
    let home = home(EDIT, "--patch-trials 4 --patch-check ./check.sh");
    for trial in 1..=3 {
        let patch = cycle(&home, 50.0);
        assert_eq!(patch["outcome"], "applied", "{patch}");
        assert_eq!(patch["verdict"]["evidence"]["trial"], trial);
    }
    home.run("status")
        .exits(0)
        .out_has("patch alpha-p1 is on trial");
    home.run("unregister alpha")
        .exits(2)
        .err_has("sie patch revert alpha-p1");
    let patch = cycle(&home, 50.0);
    assert_eq!(patch["outcome"], "kept", "{patch}");
    assert!(
        seen(&home)
            .lines()
            .all(|line| line.ends_with("alpha-p1 rate 2 "))
    );
    assert_eq!(
        (home.read("params"), mode(&home, "params")),
        ("rate 2\n".to_owned(), 0o640)
    );
    assert!(!home.has("old") && home.has("new/deep/file"));
    // What it is measured against next are its own trials, and those are too few.
    let next = cycle(&home, 50.0);
    assert!(why(&next).contains("there are 4"), "{next}");

    let list = home.run("patch list --format json").exits(0).json();
    assert_eq!(list["success"]["rate"], 1.0);
    assert_eq!(list["patches"][0]["state"], "kept");
    home.run("patch list alpha --format table")
        .exits(0)
        .out_has("1 of 1 judged patches were kept and raised ROI (100 %)");
    home.run("patch show alpha-p1 --format table --color always")
        .exits(0)
        .out_has("alpha-p1  kept")
        .out_has("\u{1b}[31m-rate 1\u{1b}[0m\n\u{1b}[32m+rate 2\u{1b}[0m\n")
        .out_has("complexity: 2 → 2 lines, 0 → 0 branches (lines: neither blank nor comment")
        .out_has("check: ./check.sh: passed (exit 0)");
    let shown = home
        .run("patch show alpha-p1 --format json")
        .exits(0)
        .json();
    assert_eq!(
        shown["patch"]["trials"],
        serde_json::json!([50.0, 50.0, 50.0, 50.0])
    );
    home.run("patch show alpha-p7")
        .exits(2)
        .err_has("sie patch list alpha");

    home.write("params", "rate 3\n");
    home.run("patch revert alpha-p1")
        .exits(2)
        .err_has("changed since: params");
    assert_eq!(home.read("params"), "rate 3\n");
    home.write("params", "rate 2\n");
    set_mode(&home, "params", 0o640);
    home.run("patch revert alpha-p1 --dry-run --format table")
        .exits(0)
        .out_has("dry run: patch alpha-p1 taken back: new/deep/file, old, params");
    assert!(!home.has("old"));
    home.run("patch revert alpha-p1").exits(0);
    assert_original(&home, "after it was taken back");
    home.run("patch revert alpha-p1")
        .exits(2)
        .err_has("not in place");
    home.run("patch list")
        .exits(0)
        .out_has("reverted_by_hand\t");
}

#[test]
fn a_failed_cycle_takes_the_patch_out_and_a_deferred_or_cancelled_one_leaves_it_on_trial() {
    let home = home(EDIT, "");
    home.script("train.sh", "exit 75");
    let deferred = home.run("cycle alpha --format json").exits(0).json();
    assert_eq!(
        deferred["engines"][0]["cycle"]["patch"]["outcome"],
        "applied"
    );
    home.script("train.sh", "echo $$ > ../pid; sleep 60");
    let arguments = ["cycle", "alpha"];
    let child = home.start(&arguments);
    wait_until("the pipeline runs", || !home.read("../pid").is_empty());
    send(child.id(), Signal::TERM);
    home.finish(&arguments, child).dies_by(15);
    assert_eq!(home.read("params"), "rate 2\n");
    home.script("train.sh", "exit 1");
    let failed = home.run("cycle alpha --format json").exits(12).json();
    let patch = &failed["engines"][0]["cycle"]["patch"];
    assert_eq!(patch["verdict"]["reason"], "cycle_failed", "{patch}");
    assert_original(&home, "after a failed cycle");
    let list = home.run("patch list --format json").exits(0).json();
    assert_eq!(
        (&list["success"]["raised"], &list["success"]["judged"]),
        (&0.into(), &1.into())
    );
}

#[test]
fn a_signal_while_a_patch_is_made_or_checked_cancels_the_cycle_and_leaves_nothing() {
    const WAIT: &str = "echo $$ > \"$HOME/pid\"; sleep 60";
    for (tune, check) in [
        (format!("echo 'rate 2' > params; {WAIT}"), "true"),
        ("echo 'rate 2' > params".to_owned(), WAIT),
    ] {
        let home = home(&tune, "--patch-check ./check.sh");
        home.script("check.sh", check);
        let arguments = ["cycle", "alpha"];
        let child = home.start(&arguments);
        wait_until("it runs", || !home.read("../pid").is_empty());
        send(child.id(), Signal::INT);
        home.finish(&arguments, child).dies_by(2);
        assert_eq!(cycles(&home, "alpha")[0]["state"], "cancelled");
        assert_original(&home, check);
        assert_eq!((seen(&home), home.processes()), (String::new(), Vec::new()));
        assert_eq!(home.number("SELECT count(*) FROM patch"), 0);
    }
}

#[test]
fn too_few_unpatched_cycles_make_no_patch_and_that_is_said() {
    let home = bare_home("echo made >> ../made", "");
    home.write("../roi", "1");
    home.run("cycle alpha --format table")
        .exits(0)
        .out_has("patch: none made: waiting for 10 successful unpatched cycles to know the noise by; there are 0");
    assert_eq!(home.read("../made"), "");
}

#[test]
fn generate_is_told_of_diagnostics_modules_and_the_topic_and_works_in_the_copy() {
    let home = home(
        r#"{ pwd; echo "$SIE_PATCH_DIR"; echo "$SIE_ENGINE $SIE_CYCLE $SIE_TOPIC"; } > "$HOME/told"
cp "$SIE_DIAGNOSTICS" "$HOME/diagnostics"; cp "$SIE_MODULES" "$HOME/modules"; exit 75"#,
        "--rule 'slow: mean(response_time, 2) > 2'",
    );
    home.script(
        "train.sh",
        r#"echo '{"roi": 1, "modules": {"parser": 2, "ranker": 5}, "trending_topic": "tabs"}'"#,
    );
    home.run("cycle alpha").exits(0);
    home.run("metrics record alpha response_time=9").exits(0);
    let patch = cycle(&home, 1.0);
    assert_eq!(why(&patch), "generate has nothing to offer now");
    let told = home.read("../told");
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines[0], lines[1]);
    assert!(
        lines[0].ends_with("runs/alpha/alpha-14/patch/copy"),
        "{told}"
    );
    assert_eq!(lines[2], "alpha alpha-14 tabs");
    let json = |name: &str| -> Value { serde_json::from_str(&home.read(name)).expect(name) };
    assert_eq!(json("../modules")["modules"][0]["name"], "ranker");
    let conditions = json("../diagnostics")["conditions"].to_string();
    assert!(conditions.contains("\"slow\""), "{conditions}");
}

#[test]
fn two_engines_in_one_work_dir_do_not_patch_it_at_once() {
    let home = home(
        "echo $$ > \"$HOME/pid\"; while [ ! -e \"$HOME/go\" ]; do sleep 0.02; done; echo 2 > params",
        "",
    );
    home.write("../roi", "50");
    let real = home.work();
    symlink(&real, home.path().join("link")).expect("linked");
    home.run("register beta --pipeline ./train.sh --patch ./tune.sh --patch-target params --work-dir ../link")
        .exits(0);
    let arguments = ["cycle", "alpha"];
    let child = home.start(&arguments);
    wait_until("generate runs", || !home.read("../pid").is_empty());
    home.run("cycle beta --if-running fail")
        .exits(13)
        .out_has("busy");
    home.run("patch revert alpha-p1")
        .exits(2)
        .err_has("no patch");
    home.write("../go", "");
    home.finish(&arguments, child).exits(0);
    assert_eq!(home.read("params"), "2\n");
    home.run("cycle beta --format table")
        .exits(0)
        .out_has("patch: none made: a patch of `alpha` is on trial in the same work dir");
}

#[test]
fn a_file_edited_during_a_trial_is_left_alone_reported_and_the_engine_paused() {
    let home = home(EDIT, "");
    assert_eq!(cycle(&home, 50.0)["outcome"], "applied");
    home.write("params", "rate 7, by hand\n");
    home.run("cycle alpha")
        .exits(2)
        .err_has("params is neither the original nor patch alpha-p1")
        .err_has("sie resume alpha");
    assert_eq!(home.read("params"), "rate 7, by hand\n");
    assert!(home.has("old") && !home.has("new"), "the others are back");
    home.run("status")
        .exits(0)
        .out_has("somebody edited params");
    let list = home.run("patch list --format json").exits(0).json();
    assert_eq!(list["patches"][0]["state"], "interrupted");
    home.run("resume alpha").exits(0);
    assert_eq!(cycle(&home, 1.0)["id"], "alpha-p2");
}

#[test]
fn a_patch_whose_files_the_cycle_itself_has_changed_is_not_kept_for_good() {
    let home = home(EDIT, "--patch-trials 1");
    home.script("train.sh", "echo 'rate 9' > params; echo '{\"roi\": 1000}'");
    let finished = home.run("cycle alpha --format json").exits(0);
    let patch = finished.json()["engines"][0]["cycle"]["patch"].clone();
    assert_eq!(
        (&patch["outcome"], &patch["left_alone"]),
        (&"reverted".into(), &serde_json::json!(["params"])),
        "{patch}"
    );
    assert!(
        why(&patch).contains("its files were edited while it was on trial"),
        "{patch}"
    );
    finished.err_has("params is neither the original nor patch alpha-p1");
    assert_eq!(home.read("params"), "rate 9\n");
    assert!(home.has("old") && !home.has("new"), "the others are back");
    home.run("status")
        .exits(0)
        .out_has("somebody edited params");
    let list = home.run("patch list --format json").exits(0).json();
    assert_eq!(
        (&list["patches"][0]["state"], &list["success"]["judged"]),
        (&"interrupted".into(), &0.into())
    );
}

#[test]
fn a_trial_ends_when_the_patch_step_is_taken_out() {
    let home = home(EDIT, "");
    assert_eq!(cycle(&home, 50.0)["outcome"], "applied");
    home.run("register alpha --replace --patch ''").exits(0);
    let patch = cycle(&home, 1.0);
    assert_eq!(patch, Value::Null);
    assert_original(&home, "without a patch step");
    home.run("patch list").exits(0).out_has("interrupted\t");
}

#[test]
fn an_engine_with_a_database_of_its_own_and_data_inside_its_work_dir_is_patched_as_well() {
    let mut home = bare_home(EDIT, "--database ../own.db --patch-target '**'");
    let data = home.work().join("sie");
    home.set("SIE_DATA_DIR", data.to_str().expect("UTF-8"));
    home.run(
        "register alpha --pipeline ./train.sh --patch ./tune.sh --patch-target '**' --database ../own.db",
    )
    .exits(0);
    home.write("../roi", "1");
    for _ in 0..10 {
        home.run("cycle alpha --quiet").exits(0);
    }
    assert_eq!(cycle(&home, -5.0)["outcome"], "reverted");
    assert_original(&home, "with a database of its own");
    home.run("patch list")
        .exits(0)
        .out_has("alpha-p1\treverted\t");
    home.script(
        "tune.sh",
        "find . > \"$HOME/found\"; mkdir sie; echo x > sie/sie.db",
    );
    let patch = cycle(&home, 1.0);
    assert_eq!(why(&patch), "refused: sie/sie.db: it is part of the store");
    assert!(!home.read("../found").contains("registry.json"));
}

#[test]
fn a_trial_in_a_folder_that_is_gone_does_not_hold_its_engine_up() {
    let home = home(EDIT, "");
    assert_eq!(cycle(&home, 50.0)["outcome"], "applied");
    let elsewhere = home.path().join("elsewhere");
    std::fs::rename(home.work(), &elsewhere).expect("moved");
    std::fs::create_dir(home.path().join("other")).expect("made");
    let other = home.path().join("other").display().to_string();
    let in_other = |arguments: &[&str]| {
        let mut command = home.command(arguments);
        let child = command.current_dir(&other).spawn().expect("it starts");
        home.finish(arguments, child)
    };
    let register = [
        "register",
        "alpha",
        "--replace",
        "--work-dir",
        &other,
        "--pipeline",
        "true",
    ];
    in_other(&register).exits(0);
    in_other(&["cycle", "alpha"])
        .exits(12)
        .err_has("patch alpha-p1: the folder it was in is gone");
}
