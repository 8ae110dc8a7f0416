//! What CI systems are told: step outputs, summaries, annotations, `JUnit` and JSON files, and the workflow in the README.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use roxmltree::{Document, Node};
use rustix::process::Signal;
use serde_json::{Value, json};
use yaml_rust2::{Yaml, YamlLoader};

use crate::readme::blocks;
use crate::rig::{engine, send, start_in_group};
use crate::support::{Finished, Home, wait_until};

const TELL: &str = "echo \"{\\\"roi\\\": ${ROI:-0.4}, \\\"cost\\\": 2.1}\"";

/// A home in which GitHub Actions seems to run the command.
fn on_github() -> Home {
    let mut home = Home::new();
    let file = |name: &str| home.work().join(name).to_string_lossy().into_owned();
    let (output, summary) = (file("output"), file("summary"));
    home.set("GITHUB_ACTIONS", "true")
        .set("GITHUB_OUTPUT", &output)
        .set("GITHUB_STEP_SUMMARY", &summary);
    home
}

/// Reads step outputs as the runner does: `name=value`, a line each; of two of one name the later counts.
fn outputs(home: &Home) -> BTreeMap<String, String> {
    let text = home.read("output");
    let mut outputs = BTreeMap::new();
    for line in text.lines() {
        let (name, value) = line
            .split_once('=')
            .unwrap_or_else(|| panic!("{line}: {text}"));
        assert!(!name.contains("<<"), "{line}");
        outputs.insert(name.to_owned(), value.to_owned());
    }
    outputs
}

/// Returns the workflow commands of a kind on stderr.
fn annotations<'a>(finished: &'a Finished, kind: &str) -> Vec<&'a str> {
    let start = format!("::{kind} ");
    finished
        .stderr
        .lines()
        .filter(|line| line.starts_with(&start))
        .collect()
}

#[test]
fn a_reviewer_reads_what_stopped_a_pull_request() {
    let mut home = on_github();
    engine(&home, "alpha", TELL, &json!({}));
    home.set("ROI", "-3");
    let finished = home
        .run("cycle alpha --gate 'roi >= 0' --gate 'accuracy > 0.5'")
        .exits(10);
    let summary = home.read("summary");
    for line in [
        "### sie cycle: verdict fail, a gate failed (exit 10)",
        "| alpha | `roi >= 0` | **fail** | -3 | 0 |  | 1 |  |",
        "| alpha | `accuracy > 0.5` | **inconclusive** |",
        "- let the pipeline report `accuracy`, or record it with `sie metrics record alpha accuracy=…`",
        "| alpha | gate failed | -3 | 2.1 | alpha-1 |  |",
    ] {
        assert!(summary.contains(line), "`{line}` is not in\n{summary}");
    }
    let outputs = outputs(&home);
    let expected = [
        ("verdict", "fail"),
        ("exit_code", "10"),
        ("cycle", "alpha-1"),
        ("roi", "-3"),
        ("cost", "2.1"),
    ];
    for (name, value) in expected {
        assert_eq!(outputs.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert_eq!(
        annotations(&finished, "error"),
        ["::error title=alpha%3A gate failed::roi >= 0 does not hold: -3"]
    );
    assert_eq!(annotations(&finished, "warning").len(), 1);
    // Elsewhere, and where it is not wanted, nobody is told.
    for line in ["cycle alpha --ci none", "run-all --force --ci none"] {
        home.run(line).exits(0).err_lacks("::");
    }
    assert_eq!(home.read("summary"), summary);
}

#[test]
fn sixty_failing_engines_make_ten_annotations_and_outputs_that_parse() {
    let home = on_github();
    let pipeline = home.script("fail.sh", "echo '::error::injected' >&2; exit 1");
    let folder = home.work();
    let engines: serde_json::Map<String, Value> = (0..60)
        .map(|index| {
            let name = format!("engine-with-a-rather-long-name-{index:02}");
            (
                name,
                json!({"pipeline": pipeline, "work_dir": folder, "gates": ["roi > 0"]}),
            )
        })
        .collect();
    home.write_registry(&json!({"engines": engines}).to_string());
    // Most of the room is taken already.
    let before = "x".repeat(1024 * 1024 - 6000);
    home.write("summary", &before);
    let finished = home.run("run-all --jobs 2 --quiet --ci github").exits(12);
    let errors = annotations(&finished, "error");
    assert_eq!(errors.len(), 10, "{errors:#?}");
    assert!(
        errors[9].contains("title=51 more::9 of 60 are shown here"),
        "{}",
        errors[9]
    );
    assert!(annotations(&finished, "warning").is_empty());
    // What a pipeline printed cannot be a command: the runner takes none until we say so.
    let lines: Vec<&str> = finished.stderr.lines().collect();
    let word = lines[0].strip_prefix("::stop-commands::").expect("stopped");
    let resumed = lines
        .iter()
        .position(|line| *line == format!("::{word}::"))
        .expect("resumed");
    let injected = lines
        .iter()
        .rposition(|line| line.contains("::error::injected"));
    assert!(injected.expect("shown") < resumed);
    let summary = home.read("summary");
    assert!(summary.len() <= 1024 * 1024, "{}", summary.len());
    let added = &summary[before.len()..];
    let rows = added
        .lines()
        .filter(|line| line.starts_with("| engine-"))
        .count();
    let left = format!("{} more rows do not fit in here", 60 - rows);
    assert!((1..60).contains(&rows) && added.contains(&left), "{added}");
    assert!(
        added
            .lines()
            .filter(|line| line.starts_with("| "))
            .all(|line| line.ends_with(" |")),
        "{added}"
    );
    let outputs = outputs(&home);
    assert_eq!(outputs["exit_code"], "12");
    assert_eq!(outputs["cycle"].split(' ').count(), 60);
    home.write("summary", &"x".repeat(1024 * 1024));
    home.run("cycle engine-with-a-rather-long-name-07")
        .exits(12)
        .err_has("the summary of this step is full");
    assert_eq!(home.read("summary").len(), 1024 * 1024);
}

/// Which elements and attributes an element of a `JUnit` report may have, as Jenkins' schema (junit-10) says.
fn check_junit(node: Node<'_, '_>) {
    let result = (&["type", "message"][..], &[][..]);
    let suite: &[&str] = &[
        "name",
        "tests",
        "failures",
        "errors",
        "time",
        "skipped",
        "timestamp",
    ];
    let cases = ["skipped", "error", "failure", "flakyFailure", "system-out"];
    let name = node.tag_name().name();
    let (attributes, children) = match name {
        "testsuites" => (&suite[..5], &["testsuite"][..]),
        "testsuite" => (suite, &["testcase"][..]),
        "testcase" => (&["name", "classname", "time"][..], &cases[..]),
        "skipped" | "error" | "failure" | "flakyFailure" => result,
        "system-out" => (&[][..], &[][..]),
        other => panic!("unknown element {other}"),
    };
    for attribute in node.attributes() {
        assert!(
            attributes.contains(&attribute.name()),
            "{name} has {}",
            attribute.name()
        );
    }
    let required: &[&str] = match name {
        "testsuite" => &["name", "tests", "failures", "errors"],
        "testcase" => &["name"],
        "flakyFailure" => &["type"],
        _ => &[],
    };
    assert!(
        required
            .iter()
            .all(|attribute| node.has_attribute(*attribute)),
        "{name}"
    );
    if let Some(time) = node.attribute("time") {
        assert!(
            time.chars().all(|c| c.is_ascii_digit() || c == '.'),
            "{time}"
        );
    }
    for child in node.children().filter(Node::is_element) {
        assert!(
            children.contains(&child.tag_name().name()),
            "{child:?} in {name}"
        );
        check_junit(child);
    }
}

#[test]
fn a_junit_report_has_a_case_per_engine_with_flaky_and_skipped_marked() {
    let home = Home::new();
    let quick = json!({"retry_delay": "1ms", "retries": 1});
    engine(&home, "good", TELL, &json!({}));
    engine(&home, "idle", TELL, &json!({}));
    engine(
        &home,
        "flaky",
        "[ -e again ] || { touch again; exit 1; }; echo '{\"roi\": 1}'",
        &quick,
    );
    engine(
        &home,
        "poor",
        "echo '{\"roi\": -1}'",
        &json!({"gates": ["roi > 0"]}),
    );
    engine(
        &home,
        "blind",
        "echo '{\"roi\": 1}'",
        &json!({"gates": ["accuracy > 0"]}),
    );
    engine(&home, "failed", "exit 3", &json!({}));
    home.run("cycle idle").exits(0);
    home.run("run-all --junit sie.xml --out sie.json --format json")
        .exits(12);
    let text = home.read("sie.xml");
    let xml = Document::parse(&text).expect("XML");
    check_junit(xml.root_element());
    let case = |name: &str| {
        let mut all = xml
            .descendants()
            .filter(|node| node.has_tag_name("testcase"));
        let case = all
            .find(|node| node.attribute("name") == Some(name))
            .expect(name);
        let child = case.first_element_child();
        child.map(|child| {
            (
                child.tag_name().name().to_owned(),
                child.attribute("type").unwrap_or("").to_owned(),
            )
        })
    };
    let is = |tag: &str, kind: &str| Some((tag.to_owned(), kind.to_owned()));
    assert_eq!(case("good"), None);
    assert_eq!(case("flaky"), is("flakyFailure", "exited"));
    assert_eq!(case("idle").expect("marked").0, "skipped");
    assert_eq!(case("poor"), is("failure", "gate_failed"));
    assert_eq!(case("blind"), is("error", "gate_inconclusive"));
    assert_eq!(case("failed"), is("error", "exited"));
    let suite = xml
        .descendants()
        .find(|node| node.has_tag_name("testsuite"))
        .expect("a suite");
    let counts =
        ["tests", "failures", "errors", "skipped"].map(|name| suite.attribute(name).unwrap_or("-"));
    assert_eq!(counts, ["6", "1", "2", "1"]);
    let report: Value = serde_json::from_str(&home.read("sie.json")).expect("JSON");
    assert_eq!(
        (&report["verdict"], &report["exit_code"]),
        (&json!("fail"), &json!(12))
    );
}

#[test]
fn a_run_that_was_killed_leaves_no_report_that_looks_like_a_pass() {
    let home = Home::new();
    engine(&home, "slow", "touch started; exec sleep 60", &json!({}));
    home.write("sie.json", "{\"exit_code\": 0, \"verdict\": \"pass\"}");
    home.write("sie.xml", "<testsuites/>");
    let arguments = ["cycle", "slow", "--junit", "sie.xml", "--out", "sie.json"];
    let running = start_in_group(&home, &arguments);
    wait_until("it runs", || home.has("started"));
    send(&running, Signal::KILL);
    home.finish(&arguments, running).dies_by(9);
    let report: Value = serde_json::from_str(&home.read("sie.json")).expect("JSON");
    assert_eq!(
        (&report["unfinished"], &report["exit_code"]),
        (&json!(true), &json!(1))
    );
    let text = home.read("sie.xml");
    let xml = Document::parse(&text).expect("XML");
    check_junit(xml.root_element());
    assert!(xml.descendants().any(|node| node.has_tag_name("error")));
    for pid in home.processes() {
        crate::support::send(pid, Signal::KILL);
    }
}

#[test]
fn a_run_that_a_signal_ended_is_told_as_such() {
    let home = on_github();
    engine(&home, "slow", "touch started; exec sleep 60", &json!({}));
    let arguments = ["cycle", "slow", "--junit", "sie.xml", "--out", "sie.json"];
    let running = start_in_group(&home, &arguments);
    wait_until("it runs", || home.has("started"));
    send(&running, Signal::TERM);
    home.finish(&arguments, running).dies_by(15);
    assert_eq!(outputs(&home)["exit_code"], "143");
    assert!(
        home.read("summary")
            .contains("ended by a signal (exit 143)")
    );
    let report: Value = serde_json::from_str(&home.read("sie.json")).expect("JSON");
    assert_eq!(report["unfinished"], true);
    assert!(home.read("sie.xml").contains("errors=\"1\""));
}

#[test]
fn whatever_fails_before_the_run_no_older_report_is_left() {
    let home = Home::new();
    home.write_registry("{\"engines\": {");
    home.write("sie.json", "{\"exit_code\": 0, \"verdict\": \"pass\"}");
    home.run("run-all --out sie.json").exits(17);
    assert!(home.read("sie.json").contains("\"unfinished\": true"));
}

#[test]
fn a_file_that_cannot_be_written_fails_before_anything_runs() {
    let mut home = Home::new();
    engine(&home, "alpha", "touch ran; echo '{\"roi\": 1}'", &json!({}));
    for option in [
        "--out no/such/folder/x",
        "--junit /dev/null",
        "--out x --junit x",
        "--out .",
    ] {
        home.run(&format!("cycle alpha {option}")).exits(2);
        home.run(&format!("run-all {option}")).exits(2);
    }
    home.run("cycle alpha --out /dev/null")
        .exits(2)
        .err_has("/dev/null is not a file");
    home.set("GITHUB_OUTPUT", "no/such/folder/output");
    home.run("cycle alpha --ci github")
        .exits(2)
        .err_has("GITHUB_OUTPUT cannot be used");
    assert!(!home.has("ran"));
}

/// One step of the workflow: what it runs, and whether it does so after a failure.
struct Step {
    run: String,
    always: bool,
}

fn workflow_steps() -> (Vec<(String, String)>, Vec<Step>) {
    let block = blocks("yaml").into_iter().next().expect("a workflow");
    let workflow = YamlLoader::load_from_str(&block).expect("YAML").remove(0);
    assert!(
        !workflow["on"]["pull_request"].is_badvalue(),
        "{workflow:?}"
    );
    let job = &workflow["jobs"]["gate"];
    assert!(job["runs-on"].as_str().is_some());
    let text = |yaml: &Yaml| yaml.as_str().expect("text").to_owned();
    let variables = job["env"].as_hash().expect("variables").iter();
    let variables = variables
        .map(|(name, value)| (text(name), text(value)))
        .collect();
    let steps = job["steps"].as_vec().expect("steps");
    for step in steps {
        assert!(
            step["uses"].as_str().is_some() != step["run"].as_str().is_some(),
            "{step:?}"
        );
    }
    let restored = steps
        .iter()
        .find(|step| step["uses"].as_str() == Some("actions/cache/restore@v4"));
    let saved = steps
        .iter()
        .find(|step| step["uses"].as_str() == Some("actions/cache/save@v4"));
    let path = |step: Option<&Yaml>| text(&step.expect("a step")["with"]["path"]);
    assert_eq!(path(restored), path(saved));
    assert_eq!(saved.expect("a step")["if"].as_str(), Some("always()"));
    let run = steps.iter().filter_map(|step| {
        let run = step["run"].as_str()?.to_owned();
        let always = step["if"].as_str() == Some("always()");
        Some(Step { run, always })
    });
    (variables, run.collect())
}

/// Runs the steps of the workflow as a runner does, in a folder like a checkout; returns the exit code of the job.
fn job(home: &Home, roi: &str, errors: &str) -> i32 {
    let (variables, steps) = workflow_steps();
    let binary = Path::new(env!("CARGO_BIN_EXE_sie"))
        .parent()
        .expect("a folder");
    let mut job_code = 0;
    for step in &steps {
        if job_code != 0 && !step.always {
            continue;
        }
        let output = Command::new("bash")
            .args(["-e", "-c", &step.run])
            .env_clear()
            .env("PATH", format!("{}:/usr/bin:/bin", binary.display()))
            .env("HOME", home.path())
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .envs([
                ("CI", "true"),
                ("GITHUB_ACTIONS", "true"),
                ("ROI", roi),
                ("ERRORS", errors),
            ])
            .env("GITHUB_OUTPUT", home.work().join("output"))
            .env("GITHUB_STEP_SUMMARY", home.work().join("summary"))
            .current_dir(home.work())
            .output()
            .expect("bash starts");
        let code = output.status.code().expect("a code");
        assert!(
            code != 1 && code != 2 && code != 127,
            "{}: {output:?}",
            step.run
        );
        job_code = if job_code == 0 { code } else { job_code };
    }
    job_code
}

#[test]
fn the_workflow_of_the_readme_stops_a_regression_and_asks_for_more_where_it_cannot_tell() {
    let home = Home::new();
    let registry = blocks("json")
        .into_iter()
        .find(|block| block.contains("my-project"))
        .expect("a registry");
    home.write("sie.json", &registry);
    home.script(
        "train.sh",
        "echo \"{\\\"roi\\\": $ROI, \\\"metrics\\\": {\\\"errors\\\": $ERRORS}}\"",
    );
    for _ in 0..3 {
        assert_eq!(job(&home, "0.4", "0.02"), 11);
    }
    assert!(home.read("summary").contains("verdict inconclusive"));
    assert_eq!(job(&home, "0.4", "0.021"), 0);
    assert_eq!(job(&home, "0.4", "0.03"), 10);
    assert_eq!(job(&home, "-2", "0.02"), 10);
    assert_eq!(job(&home, "0.5", "0.02"), 0);
    assert_eq!(outputs(&home)["verdict"], "pass");
    assert!(home.has("sie-junit.xml") && home.has("sie-report.json"));
    assert!(fs::read_dir(home.work().join(".sie")).is_ok());
}
