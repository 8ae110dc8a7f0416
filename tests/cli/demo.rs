//! The demo: a real model gets better, the same everywhere, and nobody's registry is touched.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::rig::has;
use crate::support::Home;

fn losses(report: &Value, index: usize) -> Vec<f64> {
    let losses = report["engines"][index]["loss"].as_array().expect("losses");
    losses
        .iter()
        .map(|loss| loss.as_f64().expect("a number"))
        .collect()
}

#[test]
fn the_demo_improves_a_model_and_leaves_the_registry_of_the_user_alone() {
    let home = Home::new();
    home.run("register mine --pipeline true")
        .exits(0)
        .out_has("mine");
    let before = fs::read(home.registry()).expect("a registry");
    let report = home.run("demo --rounds 4 --format json").exits(0).json();
    let full = losses(&report, 0);
    assert_eq!(full.len(), 4);
    assert!(full.windows(2).all(|pair| pair[1] < pair[0]), "{full:?}");
    assert_eq!(fs::read(home.registry()).expect("a registry"), before);
    // A second time it goes on where it stopped.
    let again = home.run("demo --rounds 1 --format json").exits(0).json();
    assert!(losses(&again, 0)[0] < full[3]);
}

#[test]
fn by_default_a_newcomer_sees_patches_kept_reverted_and_refused_and_the_file_is_as_the_record_says()
{
    let home = Home::new();
    let demo = home.work().join("demo");
    let params = demo.join("bots/tuned/params");
    // Inside somebody's repository, which knows nothing of it.
    if has("git") {
        let git = Command::new("git")
            .args(["init", "--quiet", "."])
            .current_dir(home.work())
            .status();
        assert!(git.expect("git runs").success());
    }
    let report = home.run("demo --dir demo --format json").exits(0).json();
    let patches = report["patches"].as_array().expect("patches");
    for state in ["kept", "reverted", "refused"] {
        assert!(
            patches.iter().any(|patch| patch["state"] == state),
            "none {state}: {patches:#?}"
        );
    }
    for patch in patches {
        let roi = |key: &str| patch[key].as_f64().expect("a number");
        match patch["state"].as_str() {
            Some("kept") => assert!(roi("roi_after") > roi("roi_before"), "{patch:#?}"),
            Some("reverted") => assert!(roi("roi_after") <= roi("roi_before"), "{patch:#?}"),
            _ => {
                assert_eq!(patch["trials"], 0, "{patch:#?}");
                // What the check said is told, not only that it did not pass.
                let why = patch["why"].as_str().expect("a reason");
                assert!(why.contains("bots/tuned/params: "), "{why}");
            }
        }
    }
    // Every byte is the original with the kept patches and nothing else.
    let mut text = include_str!("../../src/demo/bots/tuned/params").to_owned();
    for patch in patches.iter().filter(|patch| patch["state"] == "kept") {
        let line = |key: &str| format!("\n{}\n", patch[key][0].as_str().expect("a line"));
        assert!(text.contains(&line("removed")), "{patch:#?}");
        text = text.replace(&line("removed"), &line("added"));
    }
    assert_eq!(fs::read_to_string(&params).expect("params"), text);
    let data_dir = demo.join("sie");
    let data_dir = data_dir.to_str().expect("text");
    let list = [
        "--data-dir",
        data_dir,
        "patch",
        "list",
        "tuned",
        "--format",
        "json",
    ];
    let list = home.sie(&list).exits(0).json();
    let newest_kept = list["patches"]
        .as_array()
        .and_then(|all| all.iter().find(|patch| patch["state"] == "kept"))
        .expect("one is kept");
    let digest = newest_kept["files"][0]["after"].as_str().expect("a digest");
    let hex: String = Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(hex, digest);
}

#[test]
fn too_few_rounds_for_a_patch_say_what_it_waits_for() {
    Home::new()
        .run("demo --rounds 1 --format table")
        .exits(0)
        .out_has("tuned: waiting for 10 successful unpatched cycles")
        .out_has("there are 0");
}

#[test]
fn patches_of_the_demo_and_what_their_check_says_are_the_same_under_every_awk() {
    let home = Home::new();
    home.run("demo --dir demo --rounds 1").exits(0);
    let demo = home.work().join("demo");
    let params = demo.join("bots/tuned/params");
    let mut figures: Vec<(String, String)> = Vec::new();
    for awk in awks() {
        fs::write(&params, include_str!("../../src/demo/bots/tuned/params")).expect("written");
        let mut said = String::new();
        for cycle in 1..=14 {
            let run = |words: &[&str]| {
                Command::new("sh")
                    .args(words)
                    .current_dir(&demo)
                    .env("AWK", awk)
                    .env("SIE_CYCLE", format!("tuned-{cycle}"))
                    .output()
                    .expect("sh runs")
            };
            assert!(run(&["bin/tune.sh", "bots/tuned"]).status.success());
            let check = run(&["bin/train.sh", "--check", "bots/tuned"]);
            said.push_str(&fs::read_to_string(&params).expect("params"));
            said.push_str(&String::from_utf8_lossy(&check.stderr));
            if !check.status.success() {
                fs::write(&params, include_str!("../../src/demo/bots/tuned/params"))
                    .expect("written");
            }
        }
        assert!(said.contains("must"), "the check stops some: {said}");
        figures.push((awk.to_owned(), said));
    }
    for (awk, said) in &figures {
        assert!(said == &figures[0].1, "{awk} and {} differ", figures[0].0);
    }
}

/// Returns the awks that are installed.
fn awks() -> impl Iterator<Item = &'static str> {
    let all = ["mawk", "gawk", "busybox awk", "original-awk"].into_iter();
    all.filter(|awk| has(awk.split(' ').next().expect("a word")))
}

#[test]
fn the_figures_of_the_demo_are_the_same_under_every_awk() {
    let mut figures: Vec<(String, Vec<u8>)> = Vec::new();
    for awk in awks() {
        let mut home = Home::new();
        home.set("AWK", awk);
        let demo = home.path().join("demo dir");
        home.sie(&[
            "demo",
            "--rounds",
            "2",
            "--dir",
            demo.to_str().expect("text"),
        ])
        .exits(0)
        .err_has("round 2");
        figures.push((awk.to_owned(), model(&demo)));
    }
    assert!(!figures.is_empty(), "no awk is installed");
    for (awk, model) in &figures {
        assert!(model == &figures[0].1, "{awk} and {} differ", figures[0].0);
    }
}

fn model(demo: &Path) -> Vec<u8> {
    let read = |bot: &str| fs::read(demo.join("bots").join(bot).join("model")).expect("a model");
    ["full", "lean", "restless", "tuned"]
        .into_iter()
        .flat_map(read)
        .collect()
}

#[test]
fn the_demo_refuses_a_folder_that_holds_something_else_and_a_dry_run_writes_nothing() {
    let home = Home::new();
    fs::write(home.work().join("precious"), "x").expect("written");
    home.run("demo --dir .")
        .exits(2)
        .err_has("is not empty and holds no demo")
        .err_has("--dir DIR");
    home.run("demo --dir ./new --dry-run").exits(0).out_has("");
    assert!(!home.work().join("new").exists());
    assert_eq!(fs::read_dir(home.work()).expect("readable").count(), 1);
}
