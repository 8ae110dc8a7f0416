//! Live completion, asked for the way a shell asks: through the fish protocol.

use serde_json::json;

use crate::rig::engine;
use crate::support::{Finished, Home};

/// What is offered for a half-typed line, one candidate and its help per line.
fn offered(home: &Home, words: &[&str]) -> Finished {
    let mut arguments = vec!["--"];
    arguments.extend(words);
    let mut command = home.command(&arguments);
    let child = command.env("COMPLETE", "fish").spawn().expect("starts");
    home.finish(&arguments, child).exits(0)
}

fn home() -> Home {
    let home = Home::new();
    engine(&home, "alpha", "echo '{\"roi\": 1}'", &json!({}));
    engine(&home, "beta", "exit 1", &json!({}));
    home
}

#[test]
fn engine_names_are_offered_with_their_last_result() {
    let home = home();
    home.run("cycle alpha").exits(0);
    home.run("pause beta --reason x").exits(0);
    for command in ["cycle", "show", "history", "pause", "resume", "unregister"] {
        let offered = offered(&home, &["sie", command, ""]);
        assert!(
            offered.stdout.contains("alpha\tok "),
            "{command}: {offered:#?}"
        );
        assert!(
            offered.stdout.contains("beta\tpaused"),
            "{command}: {offered:#?}"
        );
    }
    let only_beta = offered(&home, &["sie", "cycle", "b"]).out_has("beta");
    assert!(!only_beta.stdout.contains("alpha"));
    offered(&home, &["sie", "cy"]).out_has("cycle\t");
    offered(&home, &["sie", "cycle", "alpha", "--ret"]).out_has("--retries");
    offered(&home, &["sie", "cycle", "alpha", "--if-running", ""]).out_has("skip");
}

#[test]
fn the_registry_named_in_the_half_typed_line_is_asked() {
    let home = home();
    let elsewhere = home.work().join("elsewhere.json");
    std::fs::write(
        &elsewhere,
        "{\"engines\": {\"gamma\": {\"pipeline\": \"x\"}}}",
    )
    .expect("written");
    let elsewhere = elsewhere.to_str().expect("UTF-8");
    let names = offered(&home, &["sie", "--registry", elsewhere, "cycle", ""]).out_has("gamma");
    assert!(!names.stdout.contains("alpha"), "{names:#?}");
    offered(&home, &["sie", "--data-dir", "/nonexistent", "cycle", "al"]);
    offered(&home, &["sie", "--registry=elsewhere.json", "show", "g"]).out_has("gamma");
}

#[test]
fn on_any_error_nothing_is_offered_and_nothing_is_said() {
    let mut home = home();
    std::fs::write(home.registry(), "{ this is not JSON").expect("written");
    let names = offered(&home, &["sie", "cycle", "al"]);
    assert_eq!(
        (names.stdout.as_str(), names.stderr.as_str()),
        ("", ""),
        "{names:#?}"
    );
    home.set("SIE_NOW", "nonsense")
        .set("SIE_NO_PROGRESS", "nonsense");
    let names = offered(&home, &["sie", "cycle", "al"]);
    assert_eq!(
        (names.stdout.as_str(), names.stderr.as_str()),
        ("", ""),
        "{names:#?}"
    );
}

#[test]
fn each_shell_gets_its_script_and_a_variable_of_somebody_else_changes_nothing() {
    let mut home = home();
    for shell in ["bash", "zsh", "fish"] {
        home.set("COMPLETE", shell);
        home.run("").exits(0).out_has("COMPLETE");
    }
    home.set("COMPLETE", "yes please");
    home.run("list").exits(0).out_has("alpha");
}
