//! Folders that cannot be written to, full disks, closed pipes.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use crate::support::{Home, execute_in, notice, snapshot};

const GOOD: &str = "touch ran; echo '{\"roi\": 1, \"cost\": 2.5}'";

fn home_with_engine() -> Home {
    let home = Home::new();
    let script = home.script("train.sh", GOOD);
    home.sie(&["register", "alpha", "--pipeline", &script])
        .exits(0);
    home
}

/// Runs a line of shell in which `$SIE` is the binary.
fn shell(home: &Home, line: &str) -> Output {
    let sie = home.command(&[]);
    Command::new("sh")
        .args(["-c", line])
        .env_clear()
        .envs(
            sie.get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .env("SIE", sie.get_program())
        .current_dir(home.work())
        .stdin(Stdio::null())
        .output()
        .expect("a shell")
}

#[test]
fn in_a_read_only_data_directory_looking_works_and_a_cycle_is_refused_before_it_spawns() {
    let home = home_with_engine();
    home.run("cycle alpha").exits(0);
    fs::remove_file(home.work().join("ran")).expect("removed");
    let is_root = rustix::process::geteuid().is_root();
    let run_as = if is_root {
        // Root may write anywhere, so somebody else has to try; the home must be theirs to read.
        let binary = Path::new(env!("CARGO_BIN_EXE_sie"));
        let copy = home.path().join("sie");
        fs::copy(binary, copy).expect("copied");
        let made = shell(
            &home,
            "command -v setpriv >/dev/null && chown -R 65534:65534 \"$HOME\" && chmod -R a-w \"$SIE_DATA_DIR\"",
        );
        if !made.status.success() {
            notice("the read-only data directory, as there is no `setpriv`");
            return;
        }
        "setpriv --reuid 65534 --regid 65534 --clear-groups -- \"$HOME/sie\""
    } else {
        assert!(
            shell(&home, "chmod -R a-w \"$SIE_DATA_DIR\"")
                .status
                .success()
        );
        "\"$SIE\""
    };
    let before = snapshot(&home.data_dir());
    for command in [
        "list",
        "show alpha",
        "status",
        "history alpha",
        "run-all --dry-run",
    ] {
        let output = shell(&home, &format!("{run_as} {command}"));
        assert_eq!(output.status.code(), Some(0), "{command}: {output:?}");
        assert!(
            String::from_utf8_lossy(&output.stdout).contains("alpha"),
            "{output:?}"
        );
    }
    for (command, codes) in [
        ("cycle alpha", [1, 17]),
        ("run-all --force", [1, 17]),
        ("register beta --pipeline true", [1, 17]),
    ] {
        let output = shell(&home, &format!("{run_as} {command}"));
        let code = output.status.code().unwrap_or_default();
        assert!(codes.contains(&code), "{command}: {output:?}");
        assert!(
            String::from_utf8_lossy(&output.stderr).contains("error: "),
            "{output:?}"
        );
    }
    assert!(!home.has("ran"));
    assert_eq!(snapshot(&home.data_dir()), before);
    let _ = shell(&home, "chmod -R u+w \"$SIE_DATA_DIR\"");
}

#[test]
fn a_full_disk_lets_nothing_be_spawned_and_the_next_run_is_clean() {
    let home = home_with_engine();
    let line = r#"unshare -m sh -c '
        mount -t tmpfs -o size=400k,mode=700 tmpfs "$HOME/full" || exit 99
        cp -p "$SIE_DATA_DIR"/* "$HOME/full"/ 2>/dev/null
        head -c 1000000 /dev/zero > "$HOME/full/filler" 2>/dev/null
        "$SIE" --data-dir "$HOME/full" run-all; echo "code $?"
        ls ran 2>/dev/null
        rm "$HOME/full/filler"
        "$SIE" --data-dir "$HOME/full" run-all; echo "code $?"'"#;
    fs::create_dir(home.path().join("full")).expect("made");
    let output = shell(&home, line);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if !said.contains("code ") {
        notice("the full disk, as nothing can be mounted here");
        return;
    }
    let codes: Vec<&str> = said
        .lines()
        .filter(|line| line.starts_with("code "))
        .collect();
    assert!(
        codes == ["code 1", "code 0"] || codes == ["code 17", "code 0"],
        "{output:?}"
    );
    assert!(!said.lines().any(|line| line == "ran"), "{output:?}");
    assert!(home.has("ran"));
}

#[test]
fn a_start_that_cannot_be_committed_spawns_nothing_and_leaves_no_hold() {
    let home = home_with_engine();
    let store = home.data_dir().join("sie.db");
    execute_in(
        &store,
        "CREATE TRIGGER full BEFORE INSERT ON cycle BEGIN SELECT RAISE(FAIL, 'disk full'); END",
    );
    home.run("cycle alpha")
        .exits(1)
        .out_has("nothing was started");
    assert!(!home.has("ran"));
    assert_eq!(home.number("SELECT count(*) FROM ledger"), 0);
    execute_in(&store, "DROP TRIGGER full");
    home.run("run-all").exits(0).out_has("alpha\tok\tnever_run");
}

#[test]
fn a_result_that_cannot_be_recorded_is_told_as_json_and_settled_by_the_next_run() {
    for stdout in ["report", "/dev/full"] {
        let home = home_with_engine();
        home.run("register beta --pipeline ./train.sh").exits(0);
        home.run("cycle beta").exits(0);
        let store = home.data_dir().join("sie.db");
        // The skip of beta cannot be recorded either: that must not swallow the result of alpha.
        execute_in(
            &store,
            "CREATE TRIGGER full BEFORE UPDATE ON cycle BEGIN SELECT RAISE(FAIL, 'disk full'); END;
             CREATE TRIGGER fuller BEFORE INSERT ON decision WHEN NEW.action = 'skip'
             BEGIN SELECT RAISE(FAIL, 'disk full'); END",
        );
        let output = shell(&home, &format!("\"$SIE\" run-all > {stdout}"));
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let line: Value = stderr
            .lines()
            .find_map(|line| serde_json::from_str(line).ok())
            .unwrap_or_else(|| panic!("no JSON: {stderr}"));
        assert_eq!(
            (&line["kind"], &line["code"]),
            (&json!("not_recorded"), &json!(1))
        );
        assert_eq!(
            (&line["cycle"]["cycle"], &line["cycle"]["roi"]),
            (&json!("alpha-1"), &json!(1.0))
        );
        assert!(stderr.contains("skips could not be recorded"), "{stderr}");

        home.run("run-all").exits(1).out_has("alpha\terror");
        execute_in(&store, "DROP TRIGGER full; DROP TRIGGER fuller");
        home.run("run-all")
            .exits(0)
            .err_has("cycle alpha-1 was interrupted");
        assert_eq!(
            home.number("SELECT count(*) FROM cycle WHERE state = 'running'"),
            0
        );
        assert_eq!(
            home.number("SELECT count(*) FROM ledger WHERE state = 'held'"),
            0
        );
        assert_eq!(home.number("SELECT count(*) FROM ledger WHERE assumed"), 1);
    }
}

#[test]
fn a_store_that_is_removed_in_mid_cycle_is_noticed_and_the_result_is_not_lost() {
    let home = home_with_engine();
    home.script(
        "train.sh",
        &format!("rm {}/sie.db*; {GOOD}", home.data_dir().display()),
    );
    let finished = home.run("cycle alpha").exits(1);
    finished
        .err_has("removed or replaced while it was in use")
        .err_has("\"kind\":\"not_recorded\"")
        .err_has("\"roi\":1.0");
}

#[test]
fn a_closed_pipe_ends_quietly_and_a_full_device_is_an_error() {
    let home = home_with_engine();
    for number in 1..=30 {
        home.run(&format!(
            "register e{number} --pipeline true --bot '{}'",
            "x".repeat(250)
        ))
        .exits(0);
    }
    for command in [
        "list --format json",
        "status",
        "man",
        "completions bash",
        "run-all --dry-run",
    ] {
        let output = shell(
            &home,
            &format!("{{ \"$SIE\" {command}; echo $? > code; }} | head -1"),
        );
        assert_eq!(home.read("code").trim(), "0", "{command}: {output:?}");
        assert!(output.stderr.is_empty(), "{command}: {output:?}");
        let output = shell(&home, &format!("\"$SIE\" {command} > /dev/full"));
        assert_eq!(output.status.code(), Some(1), "{command}: {output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("cannot write to stdout"));
    }
}

#[test]
fn a_data_directory_that_others_may_write_to_is_refused() {
    let home = home_with_engine();
    fs::set_permissions(home.data_dir(), fs::Permissions::from_mode(0o777)).expect("set");
    home.run("cycle alpha").exits(17).err_has("chmod go-w");
    assert!(!home.has("ran"));
}

#[test]
fn a_program_that_ignores_hangups_runs_on_under_nohup() {
    let home = home_with_engine();
    home.script(
        "train.sh",
        "kill -HUP $PPID; sleep 0.3; echo '{\"roi\": 1}'",
    );
    let output = shell(&home, "trap '' HUP; \"$SIE\" cycle alpha");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}
