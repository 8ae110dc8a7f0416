//! What a pipeline is told: variables, placeholders, folder, descriptors.

use serde_json::json;

use crate::support::Home;

#[test]
fn a_stage_gets_the_documented_variables_and_its_placeholders_are_replaced() {
    let home = Home::new();
    home.script(
        "show.sh",
        r#"printf '%s\n' "$@" > args
env | grep '^SIE_' | sort > env
pwd > pwd
[ -t 0 ] || readlink /proc/self/fd/0 > stdin
echo '{"roi": 1}'"#,
    );
    home.sie(&[
        "register",
        "alpha",
        "--bot",
        "Größe 'x' {energy}",
        "--pipeline",
        "./show.sh --e={energy} {bot} {engine} {cycle} {result} '{print $1}' {patch}",
        "--energy",
        "7",
        "--env",
        "SIE_ENERGY=99",
        "--env",
        "MODE=a=b",
    ])
    .exits(0);
    home.run("run-all").exits(0);
    let root = home.path().display().to_string();
    let result = format!("{root}/data/runs/alpha/alpha-1/result.json");
    assert_eq!(
        home.read("args").lines().collect::<Vec<_>>(),
        [
            "--e=7",
            "Größe 'x' {energy}",
            "alpha",
            "alpha-1",
            result.as_str(),
            "{print $1}",
            "{patch}"
        ]
    );
    let variables = home.read("env");
    for line in [
        "SIE_BOT=Größe 'x' {energy}",
        "SIE_CYCLE=alpha-1",
        "SIE_ENERGY=7",
        "SIE_ENGINE=alpha",
        "SIE_PATCH=",
        "SIE_STAGE=pipeline",
        "SIE_TRIGGER=never_run",
        &format!("SIE_RESULT={result}"),
        &format!("SIE_WORK_DIR={root}/work"),
    ] {
        assert!(variables.lines().any(|found| found == line), "{line}");
    }
    assert_eq!(home.read("pwd").trim(), format!("{root}/work"));
    assert_eq!(home.read("stdin").trim(), "/dev/null");
    home.run("cycle alpha --energy 42 --format table")
        .exits(0)
        .out_has("energy 42/100")
        .out_has("energy as given, unscaled");
    assert_eq!(home.read("args").lines().next(), Some("--e=42"));
}

#[test]
fn env_clear_keeps_our_environment_from_the_pipeline() {
    let home = Home::new();
    let stage =
        json!([{"name": "show", "shell": true, "command": "env > env; echo '{\"roi\": 1}'"}]);
    home.write_registry(
        &json!({"engines": {"alpha": {"pipeline": stage, "env_clear": true, "env": {"A": "b"},
            "work_dir": home.work()}}})
        .to_string(),
    );
    home.run("run-all").exits(0);
    let variables = home.read("env");
    assert!(variables.contains("A=b") && variables.contains("SIE_BOT=alpha"));
    assert!(!variables.contains("HOME="), "{variables}");
}

#[test]
fn the_values_of_secret_looking_variables_are_never_shown() {
    let home = Home::new();
    let script = home.script(
        "leak.sh",
        r#"echo "login with $API_TOKEN" >&2
[ -e good ] || exit 1
echo "{\"roi\": 1, \"message\": \"used $API_TOKEN\", \"trace\": [\"$API_TOKEN\"], \"modules\": {\"$API_TOKEN\": 1}}""#,
    );
    home.sie(&[
        "register",
        "alpha",
        "--pipeline",
        &script,
        "--env",
        "API_TOKEN=hunter22",
    ])
    .exits(0);
    let mut said = Vec::new();
    for format in ["table", "json"] {
        said.push(home.sie(&["cycle", "alpha", "--format", format]).exits(12));
    }
    home.write("good", "");
    for format in ["table", "tsv", "json"] {
        said.push(home.sie(&["cycle", "alpha", "--format", format]).exits(0));
        for command in ["show alpha", "list", "status", "history alpha"] {
            said.push(home.run(&format!("{command} --format {format}")).exits(0));
        }
    }
    for finished in said {
        assert!(
            !format!("{finished:?}").contains("hunter22"),
            "{finished:#?}"
        );
    }
}
