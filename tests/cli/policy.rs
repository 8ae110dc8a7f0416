//! What policies have learned: shown, moved, forgotten.

use crate::support::Home;

/// A home in which `alpha` has learned from thirty rows and two cycles.
fn home() -> Home {
    let mut home = Home::new();
    home.at("2026-01-01T00:00:00Z").set("SIE_SEED", "1");
    let train = home.script("train.sh", r#"echo '{"roi": 5, "gain": 9, "cost": 10}'"#);
    for name in ["alpha", "beta"] {
        home.run(&format!(
            "register {name} --pipeline {train} --trigger learned --cost 10"
        ))
        .exits(0);
    }
    for day in 1..=30_u32 {
        home.at(&format!("2026-01-{day:02}T00:00:00Z"));
        let loss = f64::from(day % 15) * 1.5 + f64::from(day % 2);
        home.run(&format!("metrics record alpha revenue=50 expense={loss}"))
            .exits(0);
        home.run("run-all --only alpha").exits(0);
    }
    home
}

#[test]
fn an_unknown_policy_and_options_that_contradict_each_other_are_refused() {
    let home = Home::new();
    home.run("register a --pipeline true --policy dqn")
        .exits(2)
        .err_has("no policy `dqn`")
        .err_has("q_learning, sarsa, q_lambda, actor_critic, none");
    for options in [
        "--trigger learned --policy none",
        "--trigger sometimes",
        "--policy sarsa --value 3",
        "--policy sarsa --signal errors --value 0",
        "--explore 0.6",
        "--explore 0.1 --no-explore",
        "--trigger learned --max-interval 0s",
        "--trigger learned --max-interval 1h --min-interval 2h",
    ] {
        home.run(&format!("register a --pipeline true {options}"))
            .exits(2);
    }
    home.write_registry(
        r#"{"format_version": 1, "engines": {"a": {"pipeline": "true", "policy": "dqn"}}}"#,
    );
    home.run("run-all").exits(2).err_has("q_learning");
}

#[test]
fn inspect_shows_where_the_policy_stands_to_people_and_programs() {
    let home = home();
    let table = home
        .run("policy inspect alpha --top 4 --format table")
        .exits(0)
        .out_has("alpha: q_learning, α 1/visits")
        .out_has("36 × 96 cells")
        .out_has("now: debt")
        .out_has("predicted against realised");
    assert!(table.stdout.contains("DEBT ÷ PRICE"));
    let json = home
        .run("policy inspect alpha --top 4 --format json")
        .exits(0)
        .json();
    let cells = json["cells"].as_array().unwrap();
    assert_eq!(cells.len(), 4);
    assert_eq!(json["engines"][0]["decisions"], 30);
    let csv = home
        .run("policy inspect alpha --top 4 --format csv")
        .exits(0)
        .stdout;
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(
        lines[0],
        "DEBT ÷ PRICE,STALENESS,RUN,SKIP,VISITS,BASIS,CHOICE"
    );
    assert_eq!(lines.len(), 5);
    let run: f64 = lines[1].split(',').nth(2).unwrap().parse().unwrap();
    assert_eq!(
        Some(run.to_bits()),
        cells[0]["q_run"].as_f64().map(f64::to_bits)
    );
    let all = home.run("policy inspect --format csv").exits(0).stdout;
    assert!(all.starts_with("ENGINE,"));
    home.run("policy inspect beta")
        .exits(2)
        .err_has("learned nothing yet");
}

#[test]
fn what_is_exported_comes_back_the_same_and_a_change_is_found() {
    let home = home();
    home.run("policy export alpha --out kept.json").exits(0);
    let shown = home
        .run("policy inspect alpha --format json")
        .exits(0)
        .stdout;
    home.run("policy reset alpha --dry-run").exits(0);
    assert_eq!(
        home.run("policy inspect alpha --format json")
            .exits(0)
            .stdout,
        shown
    );
    home.run("policy reset alpha").exits(0).out_has("alpha");
    home.run("policy inspect alpha").exits(2);
    // Old rows are not learned from anew: cycles that came between them are forgotten.
    home.run("run-all --only alpha").exits(0);
    let fresh = home
        .run("policy inspect alpha --format json")
        .exits(0)
        .json();
    assert_eq!(fresh["engines"][0]["decisions"], 0);
    home.run("policy import alpha kept.json --dry-run").exits(0);
    home.run("policy import alpha kept.json").exits(0);
    assert_eq!(
        home.run("policy inspect alpha --format json")
            .exits(0)
            .stdout,
        shown
    );
    home.run("policy inspect alpha --diff kept.json --format table")
        .exits(0);
    let diff = home
        .run("policy inspect alpha --diff kept.json --format json")
        .exits(0)
        .json();
    assert_eq!(diff["cells"].as_array().map(Vec::len), Some(0));
    // It may go to another engine, which then decides on rows of its own.
    home.run("policy import beta kept.json").exits(0);
    home.run("metrics record beta revenue=50 expense=1")
        .exits(0);
    home.run("run-all --only beta").exits(0);
    let moved = home
        .run("policy inspect beta --format json")
        .exits(0)
        .json();
    assert_eq!(moved["engines"][0]["decisions"], 31);
    let text = home.read("kept.json");
    for (from, to, problem) in [
        ("\"decisions\": 30", "\"decisions\": 31", "checksum"),
        (
            "\"schema_version\": 1",
            "\"schema_version\": 9",
            "newer sie",
        ),
        ("\"state\"", "\"stat\"", "cannot be used"),
    ] {
        assert!(text.contains(from));
        home.write("bad.json", &text.replacen(from, to, 1));
        home.run("policy import alpha bad.json")
            .exits(2)
            .err_has(problem);
    }
    // Values of one rule mean nothing to another.
    home.run("register beta --replace --policy sarsa").exits(0);
    home.run("policy import beta kept.json")
        .exits(2)
        .err_has("learned by q_learning")
        .err_has("--policy q_learning");
    let now = home
        .run("policy inspect beta --format json")
        .exits(0)
        .json();
    assert_eq!(now["engines"][0]["strategy"], "sarsa");
    // Formatted anew it is still the same.
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    home.write("compact.json", &value.to_string());
    home.run("policy import alpha compact.json").exits(0);
}

#[test]
fn a_module_has_the_same_bucket_in_every_process() {
    let buckets = |seed: &str| {
        let mut home = Home::new();
        home.at("2026-01-01T00:00:00Z").set("SIE_SEED", seed);
        let train = home.script("train.sh", r#"echo '{"roi": 5, "modules": {"parser": 2}}'"#);
        home.run(&format!(
            "register alpha --pipeline {train} --policy q_learning"
        ))
        .exits(0);
        home.run("cycle alpha").exits(0);
        home.run("metrics record alpha revenue=50 expense=1")
            .exits(0);
        home.run("run-all").exits(0);
        let why = home.run("why alpha --format json").exits(0).json();
        why["policy"]["cell"].to_string()
    };
    assert_eq!(buckets("1"), buckets("2"));
}
