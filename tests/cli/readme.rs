//! What the README tells people to type works.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::Home;
use crate::terminal::run_on_terminal;

/// A command of a `console` block and the output shown below it.
struct Typed {
    command: String,
    shown: Vec<String>,
}

fn readme() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    fs::read_to_string(path).expect("the README")
}

/// Returns the blocks of a language, without their fences.
pub fn blocks(language: &str) -> Vec<String> {
    let text = readme();
    let opening = format!("```{language}\n");
    text.split(&opening)
        .skip(1)
        .filter_map(|rest| Some(rest.split_once("\n```")?.0.to_owned()))
        .collect()
}

fn typed(block: &str) -> Vec<Typed> {
    let mut all: Vec<Typed> = Vec::new();
    for line in block.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            all.push(Typed {
                command: command.to_owned(),
                shown: Vec::new(),
            });
            continue;
        }
        let last = all.last_mut().expect("a command first");
        match line.strip_prefix("> ") {
            Some(more) => last.command.extend(["\n", more]),
            None => last.shown.push(line.to_owned()),
        }
    }
    all
}

/// The same environment as `Home::command`, for a shell that finds `sie` on its path.
fn shell(home: &Home, line: &str) -> Command {
    let binary = Path::new(env!("CARGO_BIN_EXE_sie"))
        .parent()
        .expect("a folder");
    let path = format!("{}:/usr/bin:/bin", binary.display());
    let mut command = Command::new("sh");
    command
        .args(["-c", line])
        .env_clear()
        .env("PATH", path)
        .env("HOME", home.path())
        .env("SIE_DATA_DIR", home.data_dir())
        .env("TERM", "xterm")
        .env("NO_COLOR", "1")
        .current_dir(home.work())
        .stdin(Stdio::null());
    command
}

/// Whether a line is as shown; `…` stands for anything.
fn is_as_shown(line: &str, shown: &str) -> bool {
    let mut rest = line;
    let mut parts = shown.split('…');
    let first = parts.next().unwrap_or_default();
    match rest.strip_prefix(first) {
        Some(after) => rest = after,
        None => return false,
    }
    for part in parts {
        let part = part.trim_start();
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    shown.ends_with('…') || rest.trim().is_empty()
}

#[test]
fn every_console_block_prints_what_it_shows() {
    let blocks = blocks("console");
    assert!(!blocks.is_empty());
    for block in blocks {
        let home = Home::new();
        for Typed { command, shown } in typed(&block) {
            let (text, status) = run_on_terminal(shell(&home, &command), 100);
            assert!(status.success(), "`{command}` failed: {text}");
            let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
            let fits = lines.len() == shown.len()
                && lines
                    .iter()
                    .zip(&shown)
                    .all(|(line, shown)| is_as_shown(line, shown));
            assert!(
                fits,
                "`{command}` printed\n{}\nand the README shows\n{}",
                text,
                shown.join("\n")
            );
        }
    }
}

#[test]
fn the_json_block_is_a_registry_that_can_be_used() {
    let home = Home::new();
    fs::create_dir(home.data_dir()).expect("created");
    let block = blocks("json").into_iter().next().expect("a registry");
    fs::write(home.registry(), block).expect("written");
    let list = home.run("list --format json").exits(0).json();
    assert_eq!(list["engines"][0]["engine"], "beta");
    assert_eq!(list["engines"][0]["interval"], "7d");
}

#[test]
fn the_section_that_autoscales_can_be_used_and_has_the_defaults_it_says() {
    let block = blocks("json")
        .into_iter()
        .find(|block| block.contains("\"autoscale\""))
        .expect("a section");
    let home = Home::new();
    home.write_registry(&block);
    let settings = |home: &Home| {
        let report = home.run("autoscale --dry-run --format json").exits(0);
        report.json()["plan"]["settings"].clone()
    };
    let (given, defaults) = (settings(&home), settings(&Home::new()));
    for (name, default) in defaults.as_object().expect("settings") {
        let is_free = ["tolerance", "cooldown_secs", "rate_limit", "max_instances"];
        assert_eq!(
            given[name] != *default,
            is_free.contains(&name.as_str()),
            "{name}"
        );
    }
}

#[test]
fn the_cron_line_runs_with_the_empty_environment_that_cron_gives() {
    let home = Home::new();
    let train = home.script("train.sh", "echo '{\"roi\": 1}'");
    home.run(&format!("register alpha --pipeline {train}"))
        .exits(0)
        .out_has("alpha");
    let block = blocks("cron").into_iter().next().expect("a cron line");
    let line = block.splitn(6, ' ').nth(5).expect("a command");
    let sie = env!("CARGO_BIN_EXE_sie");
    let line = line.replacen("sie", sie, 1);
    let cron = |directory: &str| {
        Command::new("env")
            .args([
                "-i",
                &format!("HOME={}", home.path().display()),
                directory,
                "sh",
                "-c",
                &line,
            ])
            .current_dir("/")
            .output()
            .expect("it starts")
    };
    let output = cron(&format!("SIE_DATA_DIR={}", home.data_dir().display()));
    assert!(
        output.status.success() && output.stdout.is_empty() && output.stderr.is_empty(),
        "{output:?}"
    );
    let history = home.run("history alpha --format json").exits(0).json();
    assert_eq!(history["cycles"][0]["state"], "ok");
    // Without any variable it finds the data folder of the platform, and nothing to do there.
    let output = cron("LANG=C");
    assert!(
        output.status.success() && output.stdout.is_empty() && output.stderr.is_empty(),
        "{output:?}"
    );
}
