//! `sie doctor` without `--fix`: it looks, says what to type, and changes nothing whatever it finds.

use std::fs;
use std::os::unix::fs::chown;
use std::path::Path;

use serde_json::json;

use crate::doctor::{GOOD, everything, expect, findings, home, set_mode, store};
use crate::support::{Home, execute_in};
use crate::terminal::run_on_terminal;

#[test]
fn definitions_that_cannot_work_are_told_with_what_to_type() {
    let home = home();
    set_mode(&home.work().join("alpha.sh"), 0o644);
    home.run("doctor --format table")
        .exits(2)
        .out_has("stage pipeline: `./alpha.sh` cannot be executed")
        .out_has(&["hint: chmod +x $TMP", "work", "alpha.sh"].join("/"));
    fs::remove_file(home.work().join("alpha.sh")).expect("removed");
    home.run("doctor").exits(2).out_has("is not there");
    home.script("alpha.sh", GOOD);
    home.run("register alpha --replace --on-failure no-such-program --diagnose 'other-program x'")
        .exits(0);
    home.run("doctor")
        .exits(2)
        .out_has("hook on_failure: `no-such-program` is not on the PATH")
        .out_has("diagnose: `other-program` is not on the PATH");
    let text = fs::read_to_string(home.registry()).expect("readable");
    let work = home.work().display().to_string();
    let elsewhere = text.replacen(
        &format!("\"work_dir\": \"{work}\""),
        "\"work_dir\": \"/no/where\"",
        1,
    );
    home.write_registry(&elsewhere);
    home.run("doctor")
        .exits(2)
        .out_has("problem\twork_dir\talpha");
    home.write_registry(&text.replacen("\"interval\"", "\"intervall\"", 1));
    home.run("doctor")
        .exits(2)
        .out_has("unknown key `intervall`")
        .out_has("did you mean `interval`?");
    let shared = format!("\"state_path\": \"{work}/alpha.state\", \"database\"");
    home.write_registry(&text.replacen("\"database\"", &shared, 1));
    home.run("doctor")
        .exits(2)
        .out_has("belongs to engine `alpha`");
    home.write_registry(&text.replacen(
        "\"engines\"",
        "\"hooks\": {\"on_start\": \"./x\"}, \"engines\"",
        1,
    ));
    home.run("doctor")
        .exits(2)
        .out_has("hook on_start: `./x` is not there");
}

#[test]
fn whatever_state_the_files_are_in_looking_works_and_changes_no_byte() {
    /// The check that finds it, the exit code, and what is done to the files.
    type Provocation<'p> = (&'p str, i32, &'p dyn Fn(&Home));
    let provocations: [Provocation<'_>; 7] = [
        ("registry", 17, &|home| {
            home.write_registry("{\"engines\": {");
        }),
        ("registry", 17, &|home| {
            home.write_registry("{\"format_version\": 99}");
        }),
        ("store", 17, &|home| {
            fs::write(store(home), "x".repeat(5000)).expect("written");
        }),
        ("store", 17, &|home| {
            execute_in(&store(home), "PRAGMA user_version = 99");
        }),
        ("store", 17, &|home| {
            execute_in(&store(home), "PRAGMA application_id = 7");
        }),
        ("store", 17, &|home| {
            // Zeroes in a page that is neither the first nor a free one.
            let mut bytes = fs::read(store(home)).expect("readable");
            bytes[8192..12288].fill(0);
            fs::write(store(home), bytes).expect("written");
        }),
        ("store", 1, &|home| {
            execute_in(
                &store(home),
                "PRAGMA foreign_keys = off; INSERT INTO roi_delta (engine_key, roi) VALUES (99, 1)",
            );
        }),
    ];
    for (check, code, provoke) in provocations {
        let home = home();
        provoke(&home);
        let before = everything(&home);
        let (found, ended) = findings(&home, &[]);
        assert_eq!(ended, code, "{found:?}");
        assert!(
            found.contains(&(check.to_owned(), "problem".to_owned())),
            "{found:?}"
        );
        assert_eq!(everything(&home), before, "{check}");
        assert_eq!(
            findings(&home, &["--fix"]).1,
            code,
            "nothing of this is safe to mend"
        );
    }
}

#[test]
fn what_a_killed_process_left_in_the_log_stays_there_and_counts() {
    let home = home();
    let database = store(&home);
    let connection = rusqlite::Connection::open(&database).expect("opened");
    connection
        .execute_batch("UPDATE engine SET last_run = 9e9; PRAGMA wal_autocheckpoint = 0")
        .expect("changed");
    // A copy of the files as they are while somebody has them open is what a kill leaves.
    let log = database.with_extension("db-wal");
    let kept = fs::read(&log).expect("a log");
    drop(connection);
    fs::write(&log, kept).expect("written");
    let before = everything(&home);
    home.run("doctor")
        .exits(0)
        .out_has("its last cycle ended in the future");
    assert_eq!(everything(&home), before);
}

#[test]
fn times_that_have_not_come_yet_are_told() {
    let mut home = home();
    home.run("metrics record alpha errors=0").exits(0);
    home.at("2020-01-01T00:00:00Z");
    home.run("doctor")
        .exits(0)
        .out_has("SIE_NOW is set")
        .out_has("note\tclock\talpha\tits last cycle ended in the future")
        .out_has("metrics rows that were measured in the future: 1");
}

#[test]
fn files_of_another_user_are_told_with_the_command_that_gives_them_back() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let home = home();
    chown(store(&home), Some(54321), None).expect("given away");
    expect(&home, "rights", "problem", 1);
    home.run("doctor")
        .exits(1)
        .out_has("sudo chown -R 0 $TMP/data");
    chown(home.data_dir(), Some(54321), None).expect("given away");
    home.run("doctor").exits(1).out_has("sudo chown -R 54321");
}

#[test]
fn an_older_store_is_read_as_it_is() {
    let home = Home::new();
    home.write_registry("{\"engines\": {}}");
    let released = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/store/version-1.db");
    fs::copy(released, store(&home)).expect("copied");
    let before = everything(&home);
    home.run("doctor").exits(0).out_has("version 1, ");
    assert_eq!(everything(&home), before);
}

#[test]
fn an_empty_home_is_in_order_and_stays_empty() {
    let home = Home::new();
    home.run("doctor --format table")
        .exits(0)
        .out_has("does not exist yet")
        .out_has("0 problems");
    assert!(!home.data_dir().exists());
    home.run("doctor --quiet").exits(0).says_nothing();
    home.run("doctor --dry-run")
        .exits(2)
        .err_has("hint: sie doctor --fix --dry-run");
}

#[test]
fn quiet_tells_problems_and_what_mends_them_and_nothing_else() {
    let home = home();
    home.run("doctor --quiet").exits(0).says_nothing();
    set_mode(&home.work().join("alpha.sh"), 0o644);
    let finished = home.run("doctor --quiet").exits(2);
    assert_eq!(finished.stderr.lines().count(), 2, "{finished:#?}");
    finished
        .err_has("cannot be executed")
        .err_has("hint: chmod +x");
    home.run("doctor --format json")
        .exits(2)
        .err_has("exit_error");
}

#[test]
fn names_that_mean_to_mislead_come_out_escaped_on_a_terminal() {
    let home = Home::new();
    let work = home.work().join("<script>\u{202e}\"'x");
    fs::create_dir(&work).expect("created");
    let entry = |folder: &Path| json!({"pipeline": "./gone\u{1b}[2J.sh", "work_dir": folder});
    let registry = json!({"engines": {
        "alpha": entry(&work),
        "beta": entry(Path::new("/no/<script>\u{200b}'\"")),
        "<script>\u{202e}'\"": entry(&work),
    }});
    home.write_registry(&registry.to_string());
    for command in ["doctor", "status"] {
        let (shown, _) = run_on_terminal(home.command(&[command]), 100);
        for hidden in ['\u{202e}', '\u{200b}', '\u{1b}'] {
            assert!(!shown.contains(hidden), "{command}: {shown:?}");
        }
    }
    let (shown, _) = run_on_terminal(home.command(&["doctor"]), 200);
    assert!(
        shown.contains("<script>\\u{202e}\"'x/gone\\u{1b}[2J.sh"),
        "{shown}"
    );
    let report = home.run("doctor --format json").exits(2).json();
    assert!(
        report.to_string().contains('\u{202e}'),
        "programs get it unchanged"
    );
}
