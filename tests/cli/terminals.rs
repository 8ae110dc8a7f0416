//! Pipes that close, disks that are full, terminals that are narrow or dumb, homes that are missing.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;

use crate::rig::{Terminal, cycles, engine, only_cycle};
use crate::support::{Finished, Home, wait_until};
use crate::terminal::run_on_terminal;

const GOOD: &str = "echo '{\"roi\": 1}'";
/// A user that is not root, and one that nobody knows.
const NOBODY: u32 = 65534;
const UNKNOWN: u32 = 54321;

/// Runs a shell line in the home, with `sie` on its path.
fn shell(home: &Home, line: &str) -> Finished {
    let sie = Path::new(env!("CARGO_BIN_EXE_sie"));
    let line = format!("sie() {{ '{}' \"$@\"; }}\n{line}", sie.display());
    let template = home.command(&[]);
    let mut command = Command::new("sh");
    command
        .args(["-c", &line])
        .current_dir(home.work())
        .env_clear();
    for (name, value) in template.get_envs() {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("sh starts");
    home.finish(&[&line], child)
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[test]
fn a_reader_that_has_seen_enough_ends_the_program_quietly() {
    let home = Home::new();
    engine(&home, "alpha", GOOD, &json!({}));
    for line in [
        "list",
        "status --format json",
        "show alpha --format table",
        "cycle alpha",
        "run-all --help",
        "man",
    ] {
        let finished = shell(
            &home,
            &format!("{{ sleep 0.2; sie {line} 2> err; echo $? > code; }} | true"),
        );
        assert_eq!(finished.code, Some(0));
        let text = |name: &str| fs::read_to_string(home.work().join(name)).expect(name);
        assert_eq!(text("code").trim(), "0", "{line}: {}", text("err"));
        assert!(!text("err").contains("rror"), "{line}: {}", text("err"));
    }
    assert_eq!(only_cycle(&home, "alpha").0, "ok");
    shell(&home, "sie list | head -1").exits(0).out_has("alpha");
}

#[test]
fn a_full_disk_behind_stdout_is_an_error_and_the_cycle_is_on_record_all_the_same() {
    if !Path::new("/dev/full").exists() {
        return;
    }
    let home = Home::new();
    engine(&home, "alpha", GOOD, &json!({}));
    for line in [
        "list",
        "cycle alpha",
        "status --format json",
        "--help",
        "--version",
        "man",
    ] {
        shell(&home, &format!("sie {line} > /dev/full"))
            .exits(1)
            .err_has("error: cannot write to stdout");
    }
    assert_eq!(only_cycle(&home, "alpha").0, "ok");
}

#[test]
fn closed_streams_hurt_nobody() {
    let home = Home::new();
    engine(&home, "alpha", GOOD, &json!({}));
    shell(&home, "sie cycle alpha 2>&-")
        .exits(0)
        .out_has("alpha");
    shell(&home, "sie cycle alpha >&-").exits(0);
    shell(&home, "sie cycle alpha >&- 2>&- <&-").exits(0);
    shell(&home, "sie cycle alpha 2> /dev/full").exits(0);
    assert_eq!(cycles(&home, "alpha").len(), 4);
    // A database or a log that got the number of a closed stream would have text in it.
    home.run("history alpha").exits(0);
}

#[test]
fn colour_follows_the_option_then_no_color_then_clicolor_force_then_the_terminal() {
    /// Option, variables, and whether there is colour.
    type Case = (&'static str, &'static [(&'static str, &'static str)], bool);
    let cases: [Case; 8] = [
        ("", &[], false),
        ("", &[("CLICOLOR_FORCE", "1")], true),
        ("", &[("CLICOLOR_FORCE", "0")], false),
        ("", &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
        ("", &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "")], true),
        ("--color always", &[("NO_COLOR", "1")], true),
        ("--color never", &[("CLICOLOR_FORCE", "1")], false),
        ("--color auto", &[("CLICOLOR_FORCE", "1")], true),
    ];
    for (option, variables, has_color) in cases {
        let mut home = Home::new();
        engine(&home, "alpha", GOOD, &json!({}));
        for (name, value) in variables {
            home.set(name, value);
        }
        let shown = format!("{option} {variables:?}");
        let table = home.run(&format!("list --format table {option}")).exits(0);
        assert_eq!(
            table.stdout.contains('\u{1b}'),
            has_color,
            "{shown}: {table:#?}"
        );
        for line in [format!("show nobody {option}"), format!("lsit {option}")] {
            let error = home.run(&line).exits(2);
            assert_eq!(
                error.stderr.contains('\u{1b}'),
                has_color,
                "{shown}: {error:#?}"
            );
        }
        let help = home.run(&format!("list --help {option}")).exits(0);
        assert_eq!(help.stdout.contains('\u{1b}'), has_color, "{shown}");
        // Programs never get colour.
        for format in ["tsv", "json", "jsonl"] {
            let rows = home
                .run(&format!("list --format {format} {option}"))
                .exits(0);
            assert!(!rows.stdout.contains('\u{1b}'), "{shown}: {rows:#?}");
        }
    }
}

#[test]
fn a_terminal_gets_colour_unless_it_is_dumb() {
    for (term, has_color) in [("xterm", true), ("dumb", false)] {
        let mut home = Home::new();
        engine(&home, "alpha", GOOD, &json!({}));
        home.set("TERM", term);
        let (text, status) = run_on_terminal(home.command(&["list"]), 80);
        assert!(status.success());
        assert_eq!(text.contains('\u{1b}'), has_color, "{term}: {text:?}");
    }
}

#[test]
fn a_table_fits_a_terminal_of_40_columns() {
    let home = Home::new();
    engine(&home, "a-rather-long-name-of-an-engine", GOOD, &json!({}));
    home.sie(&[
        "pause",
        "a-rather-long-name-of-an-engine",
        "--reason",
        "an outage of the vendor that takes its time",
    ])
    .exits(0);
    for command in [
        "status",
        "history",
        "list",
        "show a-rather-long-name-of-an-engine",
    ] {
        let words: Vec<&str> = command.split(' ').collect();
        let (text, status) = run_on_terminal(home.command(&words), 40);
        assert!(status.success(), "{text}");
        for line in text.lines().filter(|line| !line.contains(" in /")) {
            let line = line.replace("\u{1b}[1m", "").replace("\u{1b}[0m", "");
            assert!(line.trim_end().chars().count() <= 40, "{command}: `{line}`");
        }
    }
}

#[test]
fn without_a_home_it_works_where_a_data_directory_is_named_and_says_so_where_none_is() {
    let home = Home::new();
    let without_home = |arguments: &[&str]| {
        let mut command = home.command(arguments);
        command.env_remove("HOME");
        command
    };
    let list = ["list"];
    let child = without_home(&list).spawn().expect("starts");
    home.finish(&list, child).exits(0);
    if !is_root() {
        return;
    }
    // Only root can become a user that the system does not know.
    let mut command = without_home(&list);
    let child = command
        .env_remove("SIE_DATA_DIR")
        .current_dir("/")
        .uid(UNKNOWN)
        .spawn()
        .expect("starts");
    home.finish(&list, child)
        .exits(2)
        .err_has("there is no home directory to keep data in")
        .err_has("hint: name a folder with `--data-dir DIR` or SIE_DATA_DIR");
}

#[test]
fn a_read_only_data_directory_can_be_looked_at_and_a_cycle_refuses_before_it_spawns() {
    let home = Home::new();
    engine(
        &home,
        "alpha",
        "touch spawned; echo '{\"roi\": 1}'",
        &json!({}),
    );
    home.run("cycle alpha").exits(0);
    fs::remove_file(home.work().join("spawned")).expect("removed");
    set_mode(&home.data_dir(), 0o500, 0o400);
    set_mode(home.path(), 0o755, 0o644);
    fs::set_permissions(home.work(), fs::Permissions::from_mode(0o777)).expect("set");
    if is_root() {
        give_away(&home.data_dir());
    }
    let run = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let mut command = home.command(&words);
        if is_root() {
            command.uid(NOBODY);
        }
        home.finish(&words, command.spawn().expect("starts"))
    };
    run("list").exits(0).out_has("alpha");
    run("show alpha").exits(0).out_has("interval");
    run("history alpha").exits(0).out_has("alpha-1");
    run("status").exits(0).out_has("alpha");
    let refused = run("cycle alpha");
    assert!(matches!(refused.code, Some(1 | 17)), "{refused:#?}");
    assert!(!refused.stderr.is_empty());
    assert!(!home.work().join("spawned").exists(), "it was spawned");
    assert!(!matches!(run("pause alpha --reason x").code, Some(0)));
    // So that the temporary folder can be removed.
    set_mode(&home.data_dir(), 0o700, 0o600);
}

/// Sets the modes of a folder and what is directly in it and in its folders.
fn set_mode(folder: &Path, of_folders: u32, of_files: u32) {
    let set = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("mode set");
    };
    set(folder, of_folders | 0o700);
    for entry in fs::read_dir(folder).expect("readable").flatten() {
        if entry.path().is_dir() && folder.ends_with("data") {
            set_mode_inside(&entry.path(), of_folders, of_files);
        } else if entry.path().is_file() {
            set(&entry.path(), of_files);
        }
    }
    set(folder, of_folders);
}

fn set_mode_inside(folder: &Path, of_folders: u32, of_files: u32) {
    for entry in fs::read_dir(folder).expect("readable").flatten() {
        let path = entry.path();
        let mode = if path.is_dir() { of_folders } else { of_files };
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("mode set");
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(of_folders)).expect("mode set");
}

fn give_away(folder: &Path) {
    chown(folder, Some(NOBODY), None).expect("given away");
    for entry in fs::read_dir(folder).expect("readable").flatten() {
        if entry.path().is_dir() {
            give_away(&entry.path());
        } else {
            chown(entry.path(), Some(NOBODY), None).expect("given away");
        }
    }
}

#[test]
fn arguments_that_are_not_utf_8_are_paths_or_a_usage_error() {
    let home = Home::new();
    let odd = OsStr::from_bytes(b"odd-\xff-name");
    let run = |arguments: &[&OsStr]| {
        let mut command = home.command(&[]);
        let child = command.args(arguments).spawn().expect("starts");
        home.finish(&["…"], child)
    };
    run(&["cycle".as_ref(), odd])
        .exits(2)
        .err_has("error: an argument is not UTF-8 text")
        .err_has("hint:");
    run(&[odd]).exits(2).err_has("error: ");
    run(&["--data-dir".as_ref(), odd, "list".as_ref()]).exits(0);
    let json = ["list", "--format", "json", "--registry"].map(OsStr::new);
    run(&[&json[..], &[odd]].concat()).exits(0).json();
    // The environment has the same right to be odd.
    let arguments = ["list"];
    let child = home
        .command(&arguments)
        .env("SIE_REGISTRY", odd)
        .spawn()
        .expect("starts");
    home.finish(&arguments, child).exits(0);
}

#[test]
fn a_machine_gets_its_error_line_even_for_a_line_that_makes_no_sense() {
    let home = Home::new();
    for line in [
        "lsit --format json",
        "list --format=jsonl --nonsense",
        "cycle --format json",
    ] {
        let finished = home.run(line).exits(2);
        let last = finished.stderr.lines().last().expect("a line");
        let error: serde_json::Value = serde_json::from_str(last).expect(last);
        assert_eq!(
            (&error["message_type"], &error["code"]),
            (&json!("exit_error"), &json!(2))
        );
        assert_eq!(error["kind"], "usage");
    }
    home.run("lsit")
        .exits(2)
        .err_has("hint: did you mean `list`?")
        .err_lacks("exit_error");
}

const PROGRESS: &str =
    "for n in 1 2 3 4; do echo sie:progress 0.${n}5 epoch $n; sleep 0.4; done; echo '{\"roi\": 1}'";

#[test]
fn a_terminal_shows_a_bar_that_is_gone_when_the_cycle_is_over() {
    let home = Home::new();
    engine(&home, "alpha", PROGRESS, &json!({}));
    let Some(terminal) = Terminal::open(&home, 90, 20) else {
        return;
    };
    terminal.types("sie cycle alpha; echo ended with $?");
    wait_until("a bar is drawn", || {
        let screen = terminal.screen();
        screen.contains('━') && screen.contains('%') && screen.contains("epoch")
    });
    let after = terminal.shows("ended with 0");
    assert!(!after.contains('━') && !after.contains("epoch"), "{after}");
    assert!(after.contains("alpha  ok in"), "{after}");
}

#[test]
fn a_dumb_terminal_ci_and_whoever_asks_get_plain_lines_instead_of_bars() {
    let home = Home::new();
    engine(
        &home,
        "alpha",
        "echo sie:progress 0.5; sleep 0.3; echo '{\"roi\": 1}'",
        &json!({}),
    );
    let Some(terminal) = Terminal::open(&home, 90, 30) else {
        return;
    };
    for (index, setting) in ["TERM=dumb", "CI=true", "SIE_NO_PROGRESS=1"]
        .iter()
        .enumerate()
    {
        terminal.types(&format!(
            "clear; {setting} sie cycle alpha; echo ended {index} with $?"
        ));
        let ended = format!("ended {index} with 0");
        wait_until("it ended", || {
            let screen = terminal.screen();
            assert!(!screen.contains('━'), "{setting}: {screen}");
            screen.contains(&ended)
        });
        assert!(terminal.screen().contains("[1/1] alpha ok"), "{setting}");
    }
}

#[test]
fn what_a_pipeline_says_cannot_move_the_cursor_and_reaches_programs_unchanged() {
    let home = Home::new();
    let body = r#"printf '{"roi": 1, "message": "\\u001b[2Jgone\\u202e"}\n'"#;
    engine(&home, "alpha", body, &json!({}));
    let (text, _) = run_on_terminal(home.command(&["cycle", "alpha", "--color", "never"]), 80);
    assert!(
        !text.contains('\u{1b}') && !text.contains('\u{202e}'),
        "{text:?}"
    );
    assert!(text.contains(r"\u{1b}[2Jgone\u{202e}"), "{text:?}");
    let report = home.run("cycle alpha --format json").exits(0).json();
    let message = &report["engines"][0]["cycle"]["result"]["message"];
    assert_eq!(message, "\u{1b}[2Jgone\u{202e}");
}

#[test]
fn a_machine_hears_last_why_the_exit_code_of_a_run_is_not_zero() {
    let home = Home::new();
    engine(&home, "alpha", GOOD, &json!({}));
    engine(&home, "beta", "exit 1", &json!({}));
    let finished = home.run("run-all --format json").exits(12);
    let last = finished.stderr.lines().last().expect("a line");
    let error: serde_json::Value = serde_json::from_str(last).expect(last);
    assert_eq!(
        (&error["code"], &error["kind"], &error["message"]),
        (
            &json!(12),
            &json!("pipeline_failed"),
            &json!("1 of 2 engines failed")
        )
    );
    home.run("cycle alpha --format json")
        .exits(0)
        .err_lacks("exit_error");
    home.run("cycle beta").exits(12).err_lacks("exit_error");
}

#[test]
fn history_draws_the_roi_deltas_of_its_cycles_oldest_first() {
    let home = Home::new();
    let body = "echo x >> runs; echo \"{\\\"roi\\\": $(wc -l < runs)}\"";
    engine(&home, "alpha", body, &json!({}));
    for _ in 0..3 {
        home.run("cycle alpha").exits(0);
    }
    home.run("history alpha --format table")
        .exits(0)
        .out_has("alpha  ROI +6 in 3 cycles  ▁▄█");
    let rows = home.run("history alpha --format tsv").exits(0);
    assert_eq!(rows.stdout.lines().count(), 3, "{rows:#?}");
}
