//! `register --stage`, `--from` and `--env-clear`.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use crate::support::{Finished, Home};

fn with_stdin(home: &Home, arguments: &[&str], text: &str) -> Finished {
    let mut command = home.command(arguments);
    let mut child = command.stdin(Stdio::piped()).spawn().expect("starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(text.as_bytes()).expect("written");
    drop(stdin);
    home.finish(arguments, child)
}

#[test]
fn stages_run_in_the_order_in_which_they_are_given() {
    let home = Home::new();
    home.script(
        "say.sh",
        "echo $SIE_STAGE >> order; echo \"{\\\"roi\\\": $SIE_ENERGY}\"",
    );
    home.run("register alpha --stage fetch=./say.sh --stage 'train=./say.sh {energy}' --stage check=./say.sh --energy 7")
        .exits(0);
    let report = home.run("cycle alpha --format json").exits(0).json();
    assert_eq!(report["engines"][0]["cycle"]["roi"], 7.0);
    let order = fs::read_to_string(home.work().join("order")).expect("told");
    assert_eq!(order, "fetch\ntrain\ncheck\n");
}

#[test]
fn stages_that_make_no_sense_are_refused_with_what_would() {
    let home = Home::new();
    for (line, message) in [
        ("register a --stage train", "`--stage train` has no `=`"),
        ("register a --stage =x", "cannot name a stage"),
        (
            "register a --stage a=x --stage A=y",
            "two stages are called `A`",
        ),
        ("register a --stage a=", "the command is empty"),
        ("register a --stage a=x --pipeline y", "cannot be used with"),
        ("register a", "engine `a` needs a pipeline"),
    ] {
        home.run(line).exits(2).err_has(message);
    }
    assert!(!home.registry().exists());
}

#[test]
fn a_definition_that_was_shown_can_be_registered_from_a_file_or_from_stdin() {
    let home = Home::new();
    home.run("register alpha --pipeline 'true {energy}' --interval 7d --cost 3 --env MODE=full --retries 2").exits(0);
    let shown = home.run("show alpha --format json").exits(0).json();
    let definition = shown["definition"].to_string();
    fs::write(home.work().join("alpha.json"), &definition).expect("written");
    home.run("register beta --from alpha.json --cost 4")
        .exits(0);
    with_stdin(&home, &["register", "gamma", "--from", "-"], &definition).exits(0);
    for (name, cost) in [("beta", 4.0), ("gamma", 3.0)] {
        let copy = home
            .sie(&["show", name, "--format", "json"])
            .exits(0)
            .json();
        assert_ne!(copy["id"], shown["id"], "data of two engines would mix");
        assert_eq!(copy["definition"]["interval"], "7d");
        assert_eq!(copy["definition"]["cost"], cost);
        assert_eq!(copy["definition"]["retries"], 2);
    }
}

#[test]
fn a_definition_that_cannot_be_used_is_refused_with_its_place() {
    let home = Home::new();
    for (text, message) in [
        (
            "{\"pipelne\": \"x\"}",
            "stdin line 1, column 10: unknown key `pipelne`",
        ),
        ("{\"pipeline\": \"x\",\n \"interval\": 5}", "stdin line 2"),
        ("{", "stdin line 1"),
        ("", "stdin line 1"),
        ("{\"pipeline\": \"x\", \"cost\": -1}", "`cost` is -1"),
        (
            "{\"pipeline\": \"x\", \"retries\": 1000}",
            "`retries` is 1000",
        ),
        (
            "{\"pipeline\": \"x\", \"env\": {\"TOKEN\": \"***\"}}",
            "how `sie show` hides a secret",
        ),
    ] {
        with_stdin(&home, &["register", "a", "--from", "-"], text)
            .exits(2)
            .err_has(message);
    }
    home.run("register a --from missing.json")
        .exits(2)
        .err_has("cannot open missing.json");
    assert!(!home.registry().exists());
}

#[test]
fn env_clear_keeps_our_environment_from_the_pipeline() {
    let mut home = Home::new();
    home.set("OURS", "1");
    let show = home.script("show.sh", "/usr/bin/env | sort > seen; echo '{\"roi\": 1}'");
    home.sie(&[
        "register",
        "a",
        "--pipeline",
        &show,
        "--env-clear",
        "--env",
        "OWN=2",
    ])
    .exits(0);
    home.run("cycle a").exits(0);
    let seen = || fs::read_to_string(home.work().join("seen")).expect("told");
    assert!(
        seen().contains("OWN=2\n") && seen().contains("SIE_ENERGY=1\n"),
        "{}",
        seen()
    );
    assert!(
        !seen().contains("OURS") && !seen().contains("HOME="),
        "{}",
        seen()
    );
    home.run("register a --replace --env-clear=false").exits(0);
    home.run("cycle a").exits(0);
    assert!(seen().contains("OURS=1\n"));
}

#[test]
fn a_shown_definition_does_not_pass_its_hidden_secrets_for_real_ones() {
    let home = Home::new();
    home.run("register a --pipeline true --env API_TOKEN=s3cret")
        .exits(0);
    let shown = home.run("show a --format json").exits(0).json();
    let definition = shown["definition"].to_string();
    with_stdin(&home, &["register", "b", "--from", "-"], &definition)
        .exits(2)
        .err_has("the value of API_TOKEN is `***`, which is how `sie show` hides a secret")
        .err_has("`--env API_TOKEN=…`");
    let given = ["register", "b", "--env", "API_TOKEN=other", "--from", "-"];
    with_stdin(&home, &given, &definition).exits(0);
}
