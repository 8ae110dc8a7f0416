//! The registry file as people edit, break and share it.

use std::fs;

use serde_json::json;

use crate::support::{Home, snapshot};

/// Two engines, written by hand: no ids, odd spacing.
const BY_HAND: &str = r#"{
  "engines": {
    "alpha":   { "pipeline":"echo '{\"roi\": 1}'",
                 "interval" : "2h" },
    "Beta": {"pipeline": "true", "pipelne": "x"}
  }
}
"#;

#[test]
fn a_registry_that_cannot_be_used_is_an_error_with_its_place_and_is_never_touched() {
    let home = Home::new();
    home.run("register alpha --pipeline true").exits(0);
    let good = fs::read_to_string(home.registry()).expect("readable");
    let truncated = &good[..good.len() / 2];
    let newer = good.replace("\"format_version\": 1", "\"format_version\": 2");
    for (content, place) in [
        (truncated.as_bytes(), "line "),
        (b"".as_slice(), "line 1, column 1: the registry is empty"),
        (b" \n\n", "line 1, column 1: the registry is empty"),
        (b"not json", "line 1, column 2"),
        (b"{}\n{}", "line 2, column 1"),
        (b"[1]", "line 1, column 1"),
        (b"null", "line 1, column"),
        (b"{\"engines\": [\n]}", "line 1, column 13"),
        (b"{\n \"engnes\": {}}", "line 2, column"),
        (b"{\"engines\": {},\n \"engines\": {}}", "line 2, column"),
        (b"\xff{}", "line 1, column 1"),
        (newer.as_bytes(), "line 2, column 21"),
    ] {
        fs::write(home.registry(), content).expect("written");
        let before = snapshot(&home.data_dir());
        let shown = String::from_utf8_lossy(content);
        for line in [
            "run-all",
            "cycle alpha",
            "register beta --pipeline true",
            "register alpha --replace --cost 1",
            "unregister alpha",
        ] {
            let finished = home.run(line);
            assert_eq!(finished.code, Some(17), "{shown}: {line}: {finished:#?}");
            finished
                .err_has("$TMP/data/registry.json line ")
                .err_has(place);
        }
        assert_eq!(snapshot(&home.data_dir()), before, "{shown}");
    }
    for line in ["list", "show alpha", "status"] {
        home.run(line)
            .exits(0)
            .out_has("alpha")
            .err_has("written by a newer sie");
    }
}

#[test]
fn a_newer_registry_is_read_as_far_as_it_is_known() {
    let home = Home::new();
    home.write_registry(
        r#"{"format_version": 7, "mood": 1, "engines": {"alpha": {"pipeline": "true", "wings": 2}}}"#,
    );
    home.run("list").exits(0).out_has("alpha");
    home.run("show alpha").exits(0).out_has("true");
}

#[test]
fn one_bad_entry_is_reported_with_its_place_and_the_others_run() {
    let home = Home::new();
    home.write_registry(BY_HAND);
    home.run("run-all")
        .exits(2)
        .out_has("alpha\tok")
        .err_has("error: engine `Beta`, registry.json line 5, column 34: unknown key `pipelne`")
        .err_has("hint: did you mean `pipeline`?");
    home.run("cycle beta").exits(2).err_has("unknown key");
    home.run("cycle alpha").exits(0);
    home.run("list").exits(2).out_has("alpha");
    home.run("run-all --format json")
        .exits(2)
        .out_has("\"column\": 34");
}

#[test]
fn every_way_to_spoil_one_entry_leaves_the_others_working() {
    let good = json!({"pipeline": "echo '{\"roi\": 1}'"});
    for (name, entry) in [
        ("../x", json!({"pipeline": "true"})),
        ("", json!({"pipeline": "true"})),
        ("good", json!({"pipeline": "true"})),
        ("bad", json!(7)),
        ("bad", json!({})),
        ("bad", json!({"pipeline": ""})),
        ("bad", json!({"pipeline": []})),
        ("bad", json!({"pipeline": ["./train.sh", "{energy}"]})),
        ("bad", json!({"pipeline": "echo 'half"})),
        ("bad", json!({"pipeline": "true", "energy": 0})),
        ("bad", json!({"pipeline": "true", "energy": 101})),
        ("bad", json!({"pipeline": "true", "cost": -1})),
        ("bad", json!({"pipeline": "true", "interval": "soon"})),
        ("bad", json!({"pipeline": "true", "timeout": "0s"})),
        ("bad", json!({"pipeline": "true", "bot": "a\nb"})),
        ("bad", json!({"pipeline": "true", "env": {"A=B": "c"}})),
        ("bad", json!({"pipeline": "true", "id": "../x"})),
        ("bad", json!({"pipeline": "true", "work_dir": ""})),
    ] {
        let home = Home::new();
        let text = format!(
            "{{\"engines\": {{\"Good\": {good},\n {}: {entry}}}}}",
            json!(name)
        );
        home.write_registry(&text);
        let finished = home.run("run-all --format json");
        assert_eq!(finished.code, Some(2), "{text}: {finished:#?}");
        let report = finished.json();
        assert_eq!(report["engines"][0]["cycle"]["outcome"], "ok", "{text}");
        assert_eq!(report["bad_entries"][0]["line"], 2, "{text}");
        finished
            .err_has("registry.json line 2, column ")
            .err_lacks("struct");
        assert_eq!(fs::read_to_string(home.registry()).expect("there"), text);
    }
}

#[test]
fn a_hand_written_file_keeps_its_identity_when_an_engine_is_registered_into_it() {
    let home = Home::new();
    home.write_registry(BY_HAND);
    home.run("run-all").exits(2);
    let key = "SELECT count(*) FROM engine WHERE name = 'alpha'";
    home.run("register gamma --pipeline true").exits(0);
    let text = fs::read_to_string(home.registry()).expect("readable");
    for entry in [
        "{ \"pipeline\":\"echo '{\\\"roi\\\": 1}'\",\n                 \"interval\" : \"2h\" }",
        r#"{"pipeline": "true", "pipelne": "x"}"#,
    ] {
        assert!(text.contains(entry), "{text}");
    }
    home.run("run-all --force").exits(2);
    assert_eq!(home.number(key), 1);
    assert_eq!(
        home.number(
            "SELECT count(*) FROM cycle JOIN engine ON key = engine_key WHERE name = 'alpha'"
        ),
        2
    );
    home.run("unregister gamma").exits(0);
    home.run("cycle alpha").exits(0);
    assert_eq!(home.number(key), 1);
}

#[test]
fn a_registry_may_lie_elsewhere_and_two_of_them_share_a_data_directory() {
    let home = Home::new();
    for file in ["one.json", "two.json"] {
        let register = format!("register alpha --pipeline 'sh -c \"echo {{}}\"' --registry {file}");
        home.run(&register).exits(0);
        home.run(&format!("cycle alpha --registry {file}"))
            .exits(12);
        home.run(&format!("history alpha --registry {file} --format json"))
            .exits(0)
            .out_has("\"cycles\": [");
    }
    assert!(!home.registry().exists());
    assert_eq!(
        home.number("SELECT count(DISTINCT registry_id) FROM engine"),
        2
    );
    assert_eq!(
        home.number("SELECT max(n) FROM (SELECT count(*) AS n FROM cycle GROUP BY engine_key)"),
        1
    );
}
