//! A hermetic home for one test, and the binary run in it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long a command may take before the test fails.
const PATIENCE: Duration = Duration::from_secs(120);

/// A home directory of its own, with a fake clock if wanted.
pub struct Home {
    folder: tempfile::TempDir,
    variables: BTreeMap<String, String>,
}

impl Home {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(folder.path().join("work")).expect("a work folder");
        Self {
            folder,
            variables: BTreeMap::new(),
        }
    }

    /// Sets a variable for all later commands.
    pub fn set(&mut self, name: &str, value: &str) -> &mut Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Sets the clock for all later commands.
    pub fn at(&mut self, time: &str) -> &mut Self {
        self.set("SIE_NOW", time)
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The folder in which commands run.
    pub fn work(&self) -> PathBuf {
        self.path().join("work")
    }

    pub fn data_dir(&self) -> PathBuf {
        self.path().join("data")
    }

    pub fn registry(&self) -> PathBuf {
        self.data_dir().join("registry.json")
    }

    /// Writes an executable script into the work folder and returns its command.
    pub fn script(&self, name: &str, body: &str) -> String {
        let path = self.work().join(name);
        fs::write(&path, format!("#!/bin/sh\n{body}\n")).expect("script written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("made executable");
        format!("./{name}")
    }

    /// The command with its environment, not started yet.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sie"));
        command
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.path())
            .env("TMPDIR", self.path())
            .env("SIE_DATA_DIR", self.data_dir())
            .env("COLUMNS", "100")
            .env("TERM", "dumb")
            .envs(&self.variables)
            .current_dir(self.work())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs the binary to its end.
    #[must_use]
    pub fn sie(&self, arguments: &[&str]) -> Finished {
        self.finish(arguments, self.start(arguments))
    }

    /// Splits a line by shell-word rules and runs the binary with it.
    #[must_use]
    pub fn run(&self, line: &str) -> Finished {
        let words = shlex::split(line).expect("a line that splits");
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        self.sie(&words)
    }

    pub fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).spawn().expect("the binary starts")
    }

    #[must_use]
    pub fn finish(&self, arguments: &[&str], child: Child) -> Finished {
        let pid = i32::try_from(child.id()).expect("a small pid");
        let (sender, receiver) = std::sync::mpsc::channel();
        let waiter = thread::spawn(move || sender.send(child.wait_with_output()));
        let output = match receiver.recv_timeout(PATIENCE) {
            Ok(output) => output.expect("its end can be read"),
            Err(_) => {
                let pid = rustix::process::Pid::from_raw(pid).expect("a pid");
                let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
                panic!("`sie {}` did not end", arguments.join(" "));
            }
        };
        waiter.join().expect("joined").expect("sent");
        let root = self.path().to_string_lossy().into_owned();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).replace(&root, "$TMP");
        Finished {
            code: output.status.code(),
            signal: output.status.signal(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// Runs SQL that returns one whole number on a store.
    pub fn number_in(&self, database: &Path, sql: &str) -> i64 {
        rusqlite::Connection::open(database)
            .and_then(|connection| connection.query_row(sql, [], |row| row.get(0)))
            .unwrap_or_else(|error| panic!("{sql}: {error}"))
    }
}

/// What a command printed and how it ended.
#[derive(Debug)]
pub struct Finished {
    pub code: Option<i32>,
    pub signal: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Finished {
    /// Asserts the exit code; the message shows everything the command said.
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    pub fn out_has(self, text: &str) -> Self {
        assert!(
            self.stdout.contains(text),
            "stdout lacks `{text}`: {self:#?}"
        );
        self
    }

    pub fn err_has(self, text: &str) -> Self {
        assert!(
            self.stderr.contains(text),
            "stderr lacks `{text}`: {self:#?}"
        );
        self
    }

    pub fn err_lacks(self, text: &str) -> Self {
        assert!(
            !self.stderr.contains(text),
            "stderr has `{text}`: {self:#?}"
        );
        self
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }
}

/// Waits until something is true, or fails.
pub fn wait_until(what: &str, is_true: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_true() {
        assert!(started.elapsed() < PATIENCE, "waited in vain until {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Returns the processes whose environment holds a text, found in /proc.
pub fn processes_with(text: &str) -> Vec<u32> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let has_text = |pid: &u32| {
        let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        environment
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    };
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(has_text)
        .collect()
}
