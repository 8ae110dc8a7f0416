//! Running one hook.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Duration;

use serde::Serialize;

use crate::hooks::command::HookCommand;
use crate::interrupt::Interrupt;
use crate::pipeline::{Ending, ProcessLimits, ProcessSpec, run_process};

/// How long a hook may take, and how long to end after that.
const LIMITS: ProcessLimits = ProcessLimits {
    timeout: Duration::from_secs(10),
    grace: Duration::from_secs(1),
    output_bytes: 1024 * 1024,
};

/// One hook about to be run. It inherits no lock, and its group ends with it.
pub struct Delivery<'a> {
    /// What to run.
    pub command: &'a HookCommand,
    /// Where.
    pub work_dir: &'a Path,
    /// Variables added to the environment.
    pub variables: &'a [(String, String)],
    /// Whether our own environment is kept from it.
    pub clears_environment: bool,
    /// The signals that ask us to stop.
    pub interrupt: &'a Interrupt,
}

impl Delivery<'_> {
    /// Runs the hook with an event on its stdin.
    ///
    /// # Errors
    ///
    /// Says in words what is broken: the caller warns and goes on.
    pub fn deliver(&self, event: &impl Serialize) -> Result<(), String> {
        let stdin = file_of(event).map_err(|error| format!("no event for it: {error}"))?;
        let output =
            tempfile::tempfile().map_err(|error| format!("no file for its output: {error}"))?;
        let copy = || output.try_clone().map_err(|error| error.to_string());
        let argv = self.command.argv();
        let spec = ProcessSpec {
            argv: &argv,
            work_dir: self.work_dir,
            variables: self.variables,
            clears_environment: self.clears_environment,
            stdin: Some(stdin),
            stdout: copy()?,
            stderr: copy()?,
            inherited_lock: None,
        };
        let problem = match run_process(spec, LIMITS, self.interrupt, || {}) {
            // Asked to stop we pass that on, and it is no fault of the hook.
            Ending::Exited(0) | Ending::Interrupted(_) => return Ok(()),
            Ending::Exited(code) => format!("it exited {code}"),
            Ending::Signalled(signal) => format!("it died by signal {signal}"),
            Ending::TimedOut => format!("it was ended after {:?}", LIMITS.timeout),
            Ending::WantsTerminal => "it wanted to use the terminal".to_owned(),
            Ending::OutputLimit => "it wrote too much".to_owned(),
            Ending::NotStarted(why) => format!("it could not be started: {why}"),
        };
        Err(match last_line(output) {
            Some(line) => format!("{problem}: {line}"),
            None => problem,
        })
    }
}

/// Returns a nameless file with the event in it: unlike a pipe it is read or left alone without anybody waiting.
fn file_of(event: &impl Serialize) -> std::io::Result<File> {
    let mut file = tempfile::tempfile()?;
    serde_json::to_writer(&file, event)?;
    file.write_all(b"\n")?;
    file.seek(SeekFrom::Start(0))?;
    Ok(file)
}

fn last_line(mut output: File) -> Option<String> {
    output.seek(SeekFrom::Start(0)).ok()?;
    let mut bytes = Vec::new();
    output
        .take(LIMITS.output_bytes)
        .read_to_end(&mut bytes)
        .ok()?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let line = text.lines().rev().find(|line| !line.trim().is_empty())?;
    Some(line.trim().chars().take(200).collect())
}
