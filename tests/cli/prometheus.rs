//! `metrics export --prometheus`, read back by a parser that is not ours.

use std::collections::BTreeMap;
use std::fs;

use prometheus_parse::{Scrape, Value};
use serde_json::json;

use crate::rig::engine;
use crate::support::{Home, wait_until};

/// The bot's name as the parser leaves it: it finds the end of a label, and does not undo its escapes.
const BOT: &str = r#"bot=a \"b\" \\ c"#;

/// Reads an exposition; every value by its name and labels, none of them with a timestamp of its own.
fn read(text: &str) -> BTreeMap<String, f64> {
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let after = line.rsplit_once('}').map_or(line, |(_, after)| after);
        let words = after
            .split_whitespace()
            .filter(|word| !word.starts_with("sie_"));
        assert_eq!(words.count(), 1, "no timestamps: {line}");
    }
    let lines = text.lines().map(|line| Ok(line.to_owned()));
    let scrape = Scrape::parse(lines).expect("an exposition");
    let values = scrape.samples.into_iter().map(|sample| {
        let mut labels: Vec<String> = sample
            .labels
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        labels.sort();
        let value = match sample.value {
            Value::Counter(value) | Value::Gauge(value) => value,
            other => panic!("{other:?} of {}", sample.metric),
        };
        (format!("{} {}", sample.metric, labels.join(" ")), value)
    });
    let count = text.lines().filter(|line| !line.starts_with('#')).count();
    let read: BTreeMap<String, f64> = values.collect();
    assert_eq!(
        read.len(),
        count,
        "every line is one value, and no two are the same"
    );
    read
}

#[test]
fn what_is_exported_reads_back_with_another_parser() {
    let mut home = Home::new();
    home.at("2026-11-23T08:00:00Z");
    let tell = "[ -z \"$FAIL\" ] || exit 1; echo \"{\\\"roi\\\": ${ROI:-2}, \\\"cost\\\": 0.5}\"";
    engine(&home, "alpha", tell, &json!({"bot": "a \"b\" \\ c"}));
    home.run("cycle alpha").exits(0);
    home.at("2026-11-23T09:00:00Z").set("ROI", "-3");
    home.run("cycle alpha --gate 'roi > 0'").exits(10);
    home.at("2026-11-23T10:00:00Z").set("FAIL", "1");
    home.run("cycle alpha").exits(12);
    home.run("metrics record alpha errors=2 cpu=0.1").exits(0);
    home.run("metrics record alpha errors=3 --at 2026-11-23T09:59:00Z")
        .exits(0);
    home.run("pause alpha --reason night").exits(0);
    let text = home.run("metrics export --prometheus").exits(0).stdout;
    let values = read(&text);
    let of = |name: &str, more: &str| {
        let key = format!("sie_engine_{name} {BOT} engine=alpha{more}");
        *values
            .get(&key)
            .unwrap_or_else(|| panic!("{key}: {values:#?}"))
    };
    let at = |hour: f64| 1_795_420_800.0 + (hour - 8.0) * 3600.0;
    let expected = [
        ("cycles_total", " state=ok", 2.0),
        ("cycles_total", " state=failed", 1.0),
        ("gate_failures_total", "", 1.0),
        ("spent_total", "", 1.0),
        ("roi", "", -1.0),
        ("failures_in_row", "", 1.0),
        ("last_run_timestamp_seconds", "", at(10.0)),
        ("last_success_timestamp_seconds", "", at(8.0)),
        ("paused", "", 1.0),
        ("running", "", 0.0),
    ];
    for (name, more, value) in expected {
        assert!(
            (of(name, more) - value).abs() < 1e-6,
            "{name}{more}: {}",
            of(name, more)
        );
    }
    let metric = |name: &str| values[&format!("sie_metric {BOT} metric={name}")];
    // The youngest value counts, not the one recorded last.
    assert!((metric("errors") - 2.0).abs() < 1e-9 && (metric("cpu") - 0.1).abs() < 1e-9);
}

#[test]
fn the_file_is_replaced_as_a_whole_and_others_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    engine(&home, "alpha", "echo '{\"roi\": 1}'", &json!({}));
    home.run("metrics export --prometheus sie.prom --dry-run --format table")
        .exits(0)
        .out_has("would export");
    assert!(!home.has("sie.prom"));
    home.run("metrics export --prometheus sie.prom --quiet")
        .exits(0)
        .says_nothing();
    read(&home.read("sie.prom"));
    let mode = fs::metadata(home.work().join("sie.prom"))
        .expect("there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o400, 0o400);
    assert_eq!(
        mode & 0o044,
        fs::metadata(home.write("any", ""))
            .expect("there")
            .permissions()
            .mode()
            & 0o044
    );
    let left = fs::read_dir(home.work()).expect("a folder").flatten();
    let hidden = left.filter(|entry| entry.file_name().to_string_lossy().starts_with('.'));
    assert_eq!(hidden.count(), 0);
    home.run("metrics export --prometheus no/such/folder/sie.prom")
        .exits(2)
        .err_has("no/such/folder");
    home.run("metrics export --prometheus /dev/null")
        .exits(2)
        .err_has("not a file");
    home.run("metrics export").exits(2).err_has("--prometheus");
}

#[test]
fn a_running_cycle_and_a_bad_entry_show() {
    let home = Home::new();
    engine(
        &home,
        "slow",
        "touch started; while [ ! -e go ]; do sleep 0.05; done; echo '{\"roi\": 1}'",
        &json!({}),
    );
    let registry = fs::read_to_string(home.registry()).expect("text");
    let registry = registry.replace(
        "\"engines\": {",
        "\"engines\": {\n\"bad\": {\"pipelne\": 1},",
    );
    home.write_registry(&registry);
    let running = home.start(&["cycle", "slow"]);
    wait_until("it runs", || home.has("started"));
    let exported = home.run("metrics export --prometheus").exits(2);
    let values = read(&exported.stdout);
    assert!((values["sie_engine_running bot=slow engine=slow"] - 1.0).abs() < 1e-9);
    assert!((values["sie_registry_bad_entries "] - 1.0).abs() < 1e-9);
    home.write("go", "");
    home.finish(&["cycle", "slow"], running).exits(0);
}
