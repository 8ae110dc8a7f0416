//! Self-coding: what a patch may do, that the pipeline of the same cycle reads it, and what becomes of it.

use std::os::unix::fs::symlink;

use rustix::process::Signal;
use serde_json::Value;

use crate::patch_rig::{assert_original, bare_home, cycle, home, mode, seen, set_mode};
use crate::rig::cycles;
use crate::support::{Home, notice, send, wait_until};

/// Edits a file, makes one in new folders and deletes one.
const EDIT: &str = "echo 'rate 2' > params; mkdir -p new/deep; echo x > new/deep/file; rm old";

fn why(report: &Value) -> &str {
    report["why"].as_str().expect("a reason")
}

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
fn a_printed_diff_is_applied_strictly() {
    let diff = |old: &str| {
        format!(
            "cat <<'END'\nI made it faster.\n--- a/params\n+++ b/params\n@@ -1 +1 @@\n-{old}\n+rate 2\nEND"
        )
    };
    let fitting = home(&diff("rate 1"), "");
    cycle(&fitting, -5.0);
    assert_eq!(seen(&fitting), "alpha-13 alpha-p1 rate 2 \n");
    assert_original(&fitting, "after a losing diff");
    let stale = home(&diff("rate 9"), "");
    let patch = cycle(&stale, 1.0);
    assert_eq!(
        why(&patch),
        "the printed diff is not applied: params: hunk 1 does not fit: line 1 is another"
    );
    assert_eq!(seen(&stale), "alpha-13  rate 1 \n");
    let outside = home(
        &diff("rate 1").replace("params", "train.sh"),
        "--patch-target '*'",
    );
    let patch = cycle(&outside, 1.0);
    assert_eq!(
        why(&patch),
        "refused: train.sh: it is a script of the pipeline"
    );
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
fn what_a_patch_may_not_do_is_refused_and_reported_and_the_pipeline_runs_unpatched() {
    let everything = "--patch-target '**' --patch-check ./check.sh";
    for (tune, options, expected) in [
        (
            "echo x > other",
            "",
            "other: no target of the patch matches it",
        ),
        (
            "ln -s /etc/hostname link; ln -s params new",
            everything,
            "link: symbolic links are not taken",
        ),
        (
            "echo 'exit 0' > check.sh",
            everything,
            "check.sh: it is a script of a check",
        ),
        (
            "echo 'exit 0' > train.sh",
            everything,
            "train.sh: it is a script of the pipeline",
        ),
        (
            "echo 'exit 0' >> tune.sh",
            everything,
            "tune.sh: it is the script that makes the patches",
        ),
        (
            "mkfifo pipe",
            everything,
            "pipe: only regular files are taken",
        ),
        (
            "ln params twin",
            everything,
            "params: files with several names are not taken",
        ),
        (
            "truncate -s 17M params",
            everything,
            "params: the file is over 16 MiB",
        ),
        (
            "mkdir .git; echo x > .git/config",
            everything,
            ".git/config: the path lies in `.git`",
        ),
        (
            "i=0; while :; do i=$((i+1)); : > new-$i; done",
            everything,
            "generate was ended: it wrote too much",
        ),
        (
            "yes > params",
            everything,
            "generate was ended: it wrote too much",
        ),
        ("exit 3", "", "generate did not succeed: exit 3"),
    ] {
        let home = home(tune, options);
        let patch = cycle(&home, 1.0);
        assert_eq!(patch["outcome"], "refused", "{tune}: {patch}");
        let refusals = patch["refusals"].to_string();
        let told = why(&patch).trim_start_matches("refused: ");
        assert!(told == expected, "{tune}: {told} {refusals}");
        assert_eq!(seen(&home), "alpha-13  rate 1 \n", "{tune}");
        assert_original(&home, tune);
        let listed = home.run("patch list --format json").exits(0).json();
        assert_eq!(listed["patches"][0]["state"], "refused", "{tune}");
    }
}

#[test]
fn every_refusal_is_shown_for_people() {
    let home = home("echo 1 > other; echo 2 > another", "");
    home.write("../roi", "1");
    home.run("cycle alpha --format table")
        .exits(0)
        .out_has("patch: alpha-p1 refused: another: no target of the patch matches it")
        .out_has("\n    other: no target of the patch matches it\n");
}

#[test]
fn a_check_that_changes_what_it_looks_at_smuggles_nothing_in() {
    for (check, path) in [
        ("echo 'rate 9' > params", "params"),
        ("echo 'exit 0' > check.sh", "check.sh"),
        ("echo x > old", "old"),
    ] {
        let home = home(
            "echo 'rate 2' > params; rm old",
            "--patch-check ./first.sh --patch-check ./check.sh",
        );
        home.script("first.sh", check);
        let patch = cycle(&home, 1.0);
        assert_eq!(
            why(&patch),
            format!("refused: {path} was changed while the check `./first.sh` ran")
        );
        assert_original(&home, check);
    }
    // What a check builds besides is its own business, and never reaches the work dir.
    let home = home("echo 'rate 2' > params", "--patch-check ./first.sh");
    home.script("first.sh", "mkdir new; echo built > new/artifact");
    assert_eq!(cycle(&home, -5.0)["outcome"], "reverted");
    assert!(!home.has("new"));
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
fn a_signal_while_a_patch_is_made_cancels_the_cycle_and_leaves_nothing() {
    let home = home(
        "echo 'rate 2' > params; echo $$ > \"$HOME/pid\"; sleep 60",
        "",
    );
    let arguments = ["cycle", "alpha"];
    let child = home.start(&arguments);
    wait_until("generate runs", || !home.read("../pid").is_empty());
    send(child.id(), Signal::INT);
    home.finish(&arguments, child).dies_by(2);
    assert_eq!(cycles(&home, "alpha")[0]["state"], "cancelled");
    assert_original(&home, "after a signal");
    assert_eq!((seen(&home), home.processes()), (String::new(), Vec::new()));
    assert_eq!(home.number("SELECT count(*) FROM patch"), 0);
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
        "echo $$ > \"$HOME/pid\"; while [ ! -e \"$HOME/go\" ]; do sleep 0.02; done",
        "",
    );
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
    home.run("cycle beta --if-running fail").exits(0);
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
fn a_copy_that_would_be_too_large_is_refused_with_what_to_type() {
    let home = home(EDIT, "");
    std::fs::File::create(home.work().join("big"))
        .and_then(|file| file.set_len(257 << 20))
        .expect("a sparse file");
    let patch = cycle(&home, 1.0);
    assert_eq!(patch["outcome"], "not_made");
    assert!(why(&patch).contains("`--patch-copy GLOB`"), "{patch}");
    home.run("register alpha --replace --patch-copy '*.sh'")
        .exits(0);
    assert_eq!(cycle(&home, -5.0)["outcome"], "reverted");
}

#[test]
fn the_policy_is_taught_once_by_a_cycle_with_a_patch() {
    let home = home(EDIT, "--policy q_learning --signal none --cost 1");
    let runs = |home: &Home| {
        let shown = home
            .run("policy inspect alpha --format json")
            .exits(0)
            .json();
        shown["engines"][0]["runs"].as_i64().expect("a count")
    };
    let before = runs(&home);
    assert_eq!(cycle(&home, -5.0)["outcome"], "reverted");
    assert_eq!(runs(&home), before + 1);
    assert_eq!(home.number("SELECT count(*) FROM roi_delta"), 2);
}

#[test]
fn in_a_work_dir_of_git_tracked_files_are_copied_and_a_kept_patch_is_committed_alone() {
    let git = |home: &Home, words: &[&str]| {
        let output = std::process::Command::new("git")
            .args(["-c", "user.name=t", "-c", "user.email=t@example.org"])
            .args(words)
            .current_dir(home.work())
            .env("HOME", home.path())
            .output();
        output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let mut home = home(
        "ls > \"$HOME/listed\"; echo 'rate 2' > params; mkdir -p new; echo x > new/file; rm old",
        "--patch-trials 1 --patch-commit",
    );
    if git(&home, &["init", "-q"]).is_err() {
        notice("commits of patches, as there is no `git`");
        return;
    }
    home.set("GIT_AUTHOR_NAME", "t")
        .set("GIT_AUTHOR_EMAIL", "t@example.org");
    home.set("GIT_COMMITTER_NAME", "t")
        .set("GIT_COMMITTER_EMAIL", "t@example.org");
    home.write("untracked", "");
    let tracked = ["add", "params", "old", "train.sh", "check.sh"];
    git(&home, &tracked).expect("staged");
    git(&home, &["commit", "-qm", "all"]).expect("committed");

    home.write("train.sh", "#!/bin/sh\n# edited\n");
    let patch = cycle_failing(&home);
    assert_eq!(
        why(&patch),
        "refused: the git tree is dirty, so that nothing could be committed: train.sh"
    );
    git(&home, &["checkout", "-q", "train.sh"]).expect("clean");

    let hook = home.work().join(".git/hooks/pre-commit");
    std::fs::copy(home.work().join("tune.sh"), &hook).expect("a hook");
    std::fs::write(&hook, "#!/bin/sh\necho not today >&2; exit 1\n").expect("a hook");
    home.write("../roi", "1000");
    let finished = home.run("cycle alpha --format json").exits(0);
    let patch = finished.json()["engines"][0]["cycle"]["patch"].clone();
    assert_eq!(patch["outcome"], "kept", "{patch}");
    finished
        .err_has("the kept patch is not committed")
        .err_has("not today");
    let listed = home.read("../listed");
    assert_eq!(listed, "check.sh\nold\nparams\ntrain.sh\ntune.sh\n");
    assert_eq!(
        git(&home, &["diff", "--cached", "--name-only"]).unwrap(),
        ""
    );
    home.run("patch show alpha-p1")
        .exits(0)
        .out_has("not today");

    std::fs::remove_file(&hook).expect("removed");
    home.run("patch revert alpha-p1").exits(0);
    git(&home, &["checkout", "-q", "."]).expect("clean");
    assert_eq!(git(&home, &["status", "--porcelain", "-uno"]).unwrap(), "");
    crate::support::execute_in(
        &home.data_dir().join("sie.db"),
        "UPDATE patch SET state = 'reverted', settled_cycle = 0",
    );
    git(&home, &["add", "untracked"]).expect("staged");
    git(&home, &["commit", "-qm", "more"]).expect("committed");
    let patch = cycle(&home, 1000.0);
    assert_eq!(patch["outcome"], "kept", "{patch}");
    let commit = patch["commit"]["committed"].as_str().expect("a commit");
    assert_eq!(git(&home, &["rev-parse", "HEAD"]).unwrap().trim(), commit);
    assert_eq!(
        git(&home, &["show", "--format=", "--name-only", "HEAD"]).unwrap(),
        "new/file\nold\nparams\n"
    );
    let message = git(&home, &["log", "-1", "--format=%s"]).unwrap();
    assert_eq!(message, "Keep patch alpha-p2: ROI 1 before, 1000 after\n");
}

/// Runs a cycle whose pipeline does nothing useful, and returns what is told of the patch.
fn cycle_failing(home: &Home) -> Value {
    let report = home.run("cycle alpha --format json").exits(12).json();
    report["engines"][0]["cycle"]["patch"].clone()
}

#[test]
fn the_options_of_the_patch_step_are_checked_and_can_be_changed_and_taken_away() {
    let home = Home::new();
    let register = |options: &str| {
        home.run(&format!(
            "register alpha --replace --pipeline true {options}"
        ))
    };
    register("--patch-target x")
        .exits(2)
        .err_has("no command that makes patches");
    register("--patch ./tune.sh").exits(2).err_has("no target");
    register("--patch ./tune.sh --patch-target '../x'")
        .exits(2)
        .err_has("leads out with `..`");
    register("--patch ./tune.sh --patch-target x --patch-trials 51")
        .exits(2)
        .err_has("1 to 50");
    register("--patch \"./tune.sh 'half\" --patch-target x")
        .exits(2)
        .err_has("quote is left open");
    register("--patch ./tune.sh --patch-target x --patch-commit").exits(0);
    register("--patch-trials 4 --patch-min-delta 0.5 --patch-commit=false").exits(0);
    let shown = home.run("show alpha --format json").exits(0).json();
    let patch = &shown["definition"]["patch"];
    assert_eq!(
        (
            &patch["generate"],
            &patch["trials"],
            &patch["min_delta"],
            &patch["commit"]
        ),
        (&"./tune.sh".into(), &4.into(), &0.5.into(), &false.into())
    );
    home.run("show alpha --format table")
        .exits(0)
        .out_has("./tune.sh");
    register("--patch ''").exits(0);
    let shown = home.run("show alpha --format json").exits(0).json();
    assert_eq!(shown["definition"]["patch"], Value::Null);
    home.run("patch list")
        .exits(0)
        .err_has("no patches on record");
    home.run("patch show alpha-p1")
        .exits(2)
        .err_has("no patch `alpha-p1`");
    home.run("patch show alhpa-p1")
        .exits(2)
        .err_has("did you mean `alpha`?");
    home.run("patch revert nonsense")
        .exits(2)
        .err_has("sie patch list");
}
