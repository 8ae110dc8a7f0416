//! A hermetic home for one test, and the binary run in it.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
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

    /// The command as the last arguments of another program, such as a tracer.
    pub fn command_under(&self, mut program: Command, arguments: &[&str]) -> Command {
        let sie = self.command(arguments);
        let variables = sie
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?)));
        program
            .arg(sie.get_program())
            .args(sie.get_args())
            .envs(variables)
            .current_dir(self.work());
        program
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
        let pid = child.id();
        let (sender, receiver) = std::sync::mpsc::channel();
        let waiter = thread::spawn(move || sender.send(child.wait_with_output()));
        let Ok(output) = receiver.recv_timeout(PATIENCE) else {
            send(pid, Signal::KILL);
            panic!("`sie {}` did not end", arguments.join(" "));
        };
        let output = output.expect("its end can be read");
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

    /// Writes a file into the work folder and returns its path.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.work().join(name);
        fs::write(&path, text).expect("file written");
        path
    }

    /// Returns the text of a file in the work folder; empty if there is none.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.work().join(name)).unwrap_or_default()
    }

    /// Whether there is a file of this name in the work folder.
    pub fn has(&self, name: &str) -> bool {
        self.work().join(name).exists()
    }

    /// Writes the registry file as a person would, into a data directory made for it.
    pub fn write_registry(&self, text: &str) {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(self.data_dir())
            .expect("a data directory");
        fs::write(self.registry(), text).expect("registry written");
    }

    /// Runs SQL that returns one whole number on the store of the fleet.
    pub fn number(&self, sql: &str) -> i64 {
        number_in(&self.data_dir().join("sie.db"), sql)
    }

    /// Returns the processes started from this home that still run.
    pub fn processes(&self) -> Vec<u32> {
        processes_with(&format!("HOME={}", self.path().display()))
    }

    /// Waits until everything started from this home has ended, and its locks with it.
    ///
    /// A process that is ending has no environment any more, by which it would be found, but still its locks.
    pub fn wait_until_ended(&self) {
        let is_free = |path: PathBuf| {
            let file = fs::File::open(path);
            file.is_ok_and(|file| file.try_lock_shared().is_ok())
        };
        wait_until("all has ended", || {
            let locks = fs::read_dir(self.data_dir().join("locks"));
            let locks = locks.into_iter().flatten().flatten();
            self.processes().is_empty() && locks.map(|lock| lock.path()).all(is_free)
        });
    }
}

/// Runs SQL that returns one whole number.
pub fn number_in(database: &Path, sql: &str) -> i64 {
    rusqlite::Connection::open(database)
        .and_then(|connection| connection.query_row(sql, [], |row| row.get(0)))
        .unwrap_or_else(|error| panic!("{sql}: {error}"))
}

/// Runs SQL that changes something.
pub fn execute_in(database: &Path, sql: &str) {
    rusqlite::Connection::open(database)
        .and_then(|connection| connection.execute_batch(sql))
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// Returns every file below a folder with its bytes, except what SQLite keeps beside an open database.
pub fn snapshot(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            files.insert(path.clone(), Vec::new());
            files.extend(snapshot(&path));
        } else if !name.ends_with("-shm") && !name.ends_with("-wal") {
            files.insert(path.clone(), fs::read(&path).expect("a readable file"));
        }
    }
    files
}

/// Tells that a part of a test is left out here, and why.
pub fn notice(text: &str) {
    let _ = writeln!(io::stderr(), "left out: {text}");
}

/// Sends a signal to a process.
pub fn send(pid: u32, signal: Signal) {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    let _ = kill_process(pid.expect("a pid"), signal);
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

    /// Asserts by which signal it died.
    pub fn dies_by(self, signal: i32) -> Self {
        assert_eq!((self.code, self.signal), (None, Some(signal)), "{self:#?}");
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

    /// Asserts that it printed nothing at all.
    pub fn says_nothing(self) -> Self {
        assert!(
            self.stdout.is_empty() && self.stderr.is_empty(),
            "{self:#?}"
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
