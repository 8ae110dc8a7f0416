//! Self-coding: what is refused, what the separate copy holds, and what git has to do with it.

use serde_json::Value;

use crate::patch_rig::{EDIT, assert_original, cycle, home, seen, why};
use crate::support::{Home, notice};

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
fn scripts_that_decide_about_runs_or_are_told_of_them_are_out_of_reach_of_a_patch() {
    let mut home = home("echo '# mine' >> \"$(cat \"$HOME/script\")\"", "");
    let ask = home.script("ask.sh", "echo 0.5");
    for script in ["diagnose.sh", "hook.sh", "heard.sh", "approve.sh"] {
        home.script(script, "true");
    }
    // The registry lies in the work dir, and the scripts that it names by their place beside it do so, too.
    let registry = home.work().join("fleet.json");
    std::fs::copy(home.data_dir().join("registry.json"), &registry).expect("copied");
    home.set("SIE_REGISTRY", registry.to_str().expect("UTF-8"));
    home.run(
        "register alpha --replace --patch-target '**' --diagnose './diagnose.sh now' --on-failure ./hook.sh",
    )
    .exits(0);
    home.run(&format!("capital init --target 100 --energy-command {ask}"))
        .exits(0);
    let text = std::fs::read_to_string(&registry).expect("there");
    let text = text.replacen(
        '{',
        "{\"hooks\": {\"on_event\": [{\"topics\": [\"patch:*\"], \"command\": \"sh heard.sh\"}]},
        \"autoscale\": {\"approval_command\": \"./approve.sh\"},",
        1,
    );
    std::fs::write(&registry, text).expect("written");
    for (script, what) in [
        ("diagnose.sh", "a script that decides about runs"),
        ("ask.sh", "a script that decides about runs"),
        ("approve.sh", "a script that decides about runs"),
        ("hook.sh", "a script of a hook"),
        ("heard.sh", "a script of a hook"),
    ] {
        home.write("../script", script);
        let patch = cycle(&home, 1.0);
        assert_eq!(why(&patch), format!("refused: {script}: it is {what}"));
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
    let git_dir = home.work().join(".git");
    std::fs::rename(&git_dir, home.path().join("git")).expect("moved");
    let patch = cycle(&home, 1000.0);
    assert_eq!(patch["outcome"], "not_made", "{patch}");
    assert!(why(&patch).contains("is in no git work tree"), "{patch}");
    std::fs::rename(home.path().join("git"), &git_dir).expect("moved");
    crate::support::execute_in(
        &home.data_dir().join("sie.db"),
        "DELETE FROM cycle WHERE number = 13",
    );
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

#[test]
fn called_by_a_hook_of_git_patches_are_made_and_committed_in_the_tree_of_the_work_dir() {
    let mut home = home(
        "git rev-parse --git-dir > \"$HOME/of-copy\" 2>&1; echo 'rate 2' > params",
        "--patch-trials 1 --patch-commit",
    );
    let git = |folder: &std::path::Path, words: &[&str]| {
        let mut command = std::process::Command::new("git");
        command.args(["-c", "user.name=t", "-c", "user.email=t@example.org"]);
        command.args(words).current_dir(folder);
        command
            .output()
            .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let other = home.path().join("other");
    std::fs::create_dir(&other).expect("made");
    if git(&other, &["init", "-q"]).is_err() {
        notice("hooks of git, as there is no `git`");
        return;
    }
    git(&other, &["commit", "-qm", "empty", "--allow-empty"]).expect("committed");
    let work = home.work();
    git(&work, &["init", "-q"]).expect("made");
    git(&work, &["add", "params", "train.sh"]).expect("staged");
    git(&work, &["commit", "-qm", "all"]).expect("committed");
    let of_other = |name: &str| other.join(name).display().to_string();
    for (name, value) in [
        ("GIT_DIR", of_other(".git")),
        ("GIT_COMMON_DIR", of_other(".git")),
        ("GIT_WORK_TREE", of_other("")),
        ("GIT_INDEX_FILE", of_other(".git/index")),
        ("GIT_GLOB_PATHSPECS", "1".to_owned()),
        ("GIT_AUTHOR_NAME", "t".to_owned()),
        ("GIT_AUTHOR_EMAIL", "t@example.org".to_owned()),
        ("GIT_COMMITTER_NAME", "t".to_owned()),
        ("GIT_COMMITTER_EMAIL", "t@example.org".to_owned()),
    ] {
        home.set(name, &value);
    }
    let patch = cycle(&home, 1000.0);
    let commit = patch["commit"]["committed"].as_str().expect("a commit");
    assert_eq!(git(&work, &["rev-parse", "HEAD"]).unwrap().trim(), commit);
    assert_eq!(git(&other, &["log", "--format=%s"]).unwrap(), "empty\n");
    let told = home.read("../of-copy");
    assert!(told.contains("not a git repository"), "{told}");
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
