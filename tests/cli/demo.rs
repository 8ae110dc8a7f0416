//! The demo: a real model gets better, the same everywhere, and nobody's registry is touched.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{Home, notice};

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
fn the_figures_of_the_demo_are_the_same_under_every_awk() {
    let mut figures: Vec<(String, Vec<u8>)> = Vec::new();
    for awk in ["mawk", "gawk", "busybox awk", "original-awk"] {
        let program = awk.split(' ').next().expect("a word");
        if Command::new("sh")
            .args(["-c", &format!("command -v {program}")])
            .output()
            .is_ok_and(|o| !o.status.success())
        {
            notice(&format!("{awk}, as it is not installed"));
            continue;
        }
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
    ["full", "lean", "restless"]
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
