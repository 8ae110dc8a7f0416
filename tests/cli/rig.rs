//! What tests of pipelines and terminals have in common: histories, signals and a real terminal.

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::support::{Home, notice, wait_until};

/// Returns the cycles of an engine, newest first.
pub fn cycles(home: &Home, engine: &str) -> Vec<Value> {
    let history = home
        .sie(&["history", engine, "--format", "json"])
        .exits(0)
        .json();
    history["cycles"].as_array().cloned().unwrap_or_default()
}

/// Returns state and reason of an engine's only cycle.
pub fn only_cycle(home: &Home, engine: &str) -> (String, String) {
    let cycles = cycles(home, engine);
    assert_eq!(cycles.len(), 1, "{engine}: {cycles:#?}");
    let text = |key: &str| cycles[0][key].as_str().unwrap_or("-").to_owned();
    (text("state"), text("reason"))
}

/// Registers an engine with a script of its own and whatever else its definition has.
pub fn engine(home: &Home, name: &str, body: &str, more: &Value) {
    let pipeline = home.script(&format!("{name}.sh"), body);
    let mut definition = json!({ "pipeline": pipeline });
    for (key, value) in more.as_object().expect("an object") {
        definition[key] = value.clone();
    }
    let file = home.work().join(format!("{name}.json"));
    fs::write(&file, definition.to_string()).expect("definition written");
    let file = file.to_str().expect("UTF-8");
    home.sie(&["register", name, "--from", file]).exits(0);
}

/// Starts the binary as the leader of a process group of its own, as a shell does.
pub fn start_in_group(home: &Home, arguments: &[&str]) -> Child {
    let mut command = home.command(arguments);
    command.process_group(0).spawn().expect("the binary starts")
}

/// Sends a signal to a child, to the process only.
pub fn send(child: &Child, signal: Signal) {
    crate::support::send(child.id(), signal);
}

/// Returns the state letter of a process, for example `T` for stopped.
pub fn state_of(pid: u32) -> Option<char> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit(") ").next()?.chars().next()
}

/// Whether a program can be started.
pub fn has(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
    if !found {
        notice(&format!("{program} is not installed"));
    }
    found
}

/// A shell in a real terminal, run by tmux.
pub struct Terminal<'a> {
    home: &'a Home,
}

impl<'a> Terminal<'a> {
    /// Opens one of this size, or returns `None` if tmux is not installed.
    pub fn open(home: &'a Home, width: u16, height: u16) -> Option<Self> {
        if !has("tmux") {
            return None;
        }
        let terminal = Self { home };
        let size = (width.to_string(), height.to_string());
        let path = std::env::var("PATH").unwrap_or_default();
        let folder = std::path::Path::new(env!("CARGO_BIN_EXE_sie"))
            .parent()
            .expect("a folder");
        let shell = format!(
            "env -i PATH='{}:{path}' HOME='{}' SIE_DATA_DIR='{}' TERM=screen LC_ALL=C.UTF-8 PS1='% ' sh",
            folder.display(),
            home.path().display(),
            home.data_dir().display()
        );
        terminal.tmux(&["new-session", "-d", "-x", &size.0, "-y", &size.1, &shell]);
        Some(terminal)
    }

    fn tmux(&self, arguments: &[&str]) -> String {
        let socket = self.home.path().join("tmux");
        let output = Command::new("tmux")
            .args(["-u", "-f", "/dev/null", "-S"])
            .arg(socket)
            .args(arguments)
            .env_remove("TMUX")
            .current_dir(self.home.work())
            .output()
            .expect("tmux runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Types a line.
    pub fn types(&self, line: &str) {
        self.tmux(&["send-keys", "-l", line]);
        self.keys("Enter");
    }

    /// Presses a key, as tmux names it.
    pub fn keys(&self, key: &str) {
        self.tmux(&["send-keys", key]);
    }

    /// Returns what is on the screen.
    pub fn screen(&self) -> String {
        self.tmux(&["capture-pane", "-p"])
    }

    /// Waits until a text is on the screen and returns the screen.
    pub fn shows(&self, text: &str) -> String {
        wait_until(&format!("the terminal shows `{text}`"), || {
            self.screen().contains(text)
        });
        self.screen()
    }
}

impl Drop for Terminal<'_> {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}
