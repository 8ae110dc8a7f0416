//! Names and values that try to be something else.

use crate::support::Home;

#[test]
fn a_name_that_could_leave_the_data_directory_or_mislead_is_refused_everywhere() {
    let home = Home::new();
    home.run("register alpha --pipeline true").exits(0);
    let long = "a".repeat(300);
    for name in [
        "../x",
        "",
        &long,
        "a\nb",
        "a\u{202e}b",
        "-rf",
        ".",
        "a b",
        "$(touch x)",
    ] {
        for command in [
            &["register", "--pipeline", "true", "--", name][..],
            &["cycle", "--", name],
            &["show", "--", name],
            &["unregister", "--", name],
            &["history", "--", name],
        ] {
            let finished = home.sie(command).exits(2);
            let error = finished.stderr.clone();
            assert!(error.starts_with("error: "), "{finished:#?}");
            assert!(
                !error.contains('\u{202e}') && error.len() < 700,
                "{error:?}"
            );
        }
    }
    assert!(!home.path().join("x").exists() && !home.has("x"));
    home.sie(&["register", &"a".repeat(64), "--pipeline", "true"])
        .exits(0);
    home.sie(&[
        "register",
        "beta",
        "--pipeline",
        "true",
        "--bot",
        "a\u{202e}b",
    ])
    .exits(2);
}

#[test]
fn a_command_substitution_never_runs_whichever_field_it_stands_in() {
    let home = Home::new();
    let evil = "$(touch x); touch x; `touch x` 'touch x' \" && touch x";
    let script = home.script("train.sh", "printf '%s' \"$1\" > seen; echo '{\"roi\": 1}'");
    let pipeline = format!("{script} {{bot}} '$(touch x)' ';' touch x");
    home.sie(&[
        "register",
        "words",
        "--bot",
        evil,
        "--pipeline",
        &pipeline,
        "--env",
        &format!("EVIL={evil}"),
        "--state-path",
        "$(touch x).json",
        "--database",
        "$(touch x).db",
    ])
    .exits(0);
    home.run("cycle words").exits(0);
    assert_eq!(home.read("seen"), evil);

    let entry = serde_json::json!({
        "bot": evil,
        "env": {"EVIL": evil},
        "work_dir": home.work(),
        "pipeline": [{"name": "train", "shell": true,
            "command": "printf '%s' \"{bot}\" > seen; echo {bot} > /dev/null; echo '{\"roi\": 1}'"}],
    });
    home.write_registry(&serde_json::json!({"engines": {"shell": entry}}).to_string());
    home.write("seen", "");
    home.run("cycle shell").exits(0);
    assert_eq!(home.read("seen"), evil);

    home.script(
        "say.sh",
        r#"printf '%s\n' '{"roi": 1, "message": "$(touch x)", "modules": ["$(touch x)"]}'"#,
    );
    home.run("register says --pipeline ./say.sh").exits(0);
    home.run("cycle says").exits(0);
    for command in ["list", "status", "history", "show shell", "show says"] {
        home.run(command).exits(0);
    }
    assert!(!home.has("x") && !home.path().join("x").exists());
}
