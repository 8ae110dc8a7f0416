//! Runs a short command of the operator: a question, or somebody who is told something, not a stage.
//!
//! It inherits no lock, leaves no logs, and its process group ends with it.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use crate::interrupt::Interrupt;
use crate::pipeline::process::{self, Ending, ProcessLimits, ProcessSpec};

/// How long the group of a command that took too long may take to end.
const GRACE: Duration = Duration::from_secs(1);
/// The most bytes it may print.
const MOST_OUTPUT: u64 = 1024 * 1024;
/// The most characters shown of its last line.
const MOST_SHOWN: usize = 200;

/// A command that is expected to end soon.
pub struct ShortCommand<'a> {
    /// Program and arguments.
    pub argv: &'a [String],
    /// Where it runs.
    pub work_dir: &'a Path,
    /// Variables added to its environment.
    pub variables: &'a [(String, String)],
    /// Whether our own environment is kept from it.
    pub clears_environment: bool,
    /// What it reads on stdin.
    pub input: &'a [u8],
    /// How long it may take.
    pub timeout: Duration,
}

/// Why a short command is of no use.
#[derive(Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// We were asked to stop, and it with us.
    Interrupted,
    /// What is wrong with it, in one line.
    Broken(String),
}

impl ShortCommand<'_> {
    /// Runs the command and returns what it printed on stdout.
    ///
    /// # Errors
    ///
    /// Says what is broken, with the last line that it printed.
    pub fn run(&self, interrupt: &Interrupt) -> Result<Vec<u8>, Unanswered> {
        let no_file = |error: io::Error| Unanswered::Broken(format!("no temporary file: {error}"));
        // Unlike a pipe, a file is read or left alone without anybody waiting.
        let mut stdin = tempfile::tempfile().map_err(no_file)?;
        stdin.write_all(self.input).map_err(no_file)?;
        stdin.rewind().map_err(no_file)?;
        let stdout = tempfile::tempfile().map_err(no_file)?;
        let stderr = tempfile::tempfile().map_err(no_file)?;
        let spec = ProcessSpec {
            argv: self.argv,
            work_dir: self.work_dir,
            variables: self.variables,
            clears_environment: self.clears_environment,
            without: &[],
            stdin: Some(stdin),
            stdout: stdout.try_clone().map_err(no_file)?,
            stderr: stderr.try_clone().map_err(no_file)?,
            inherited_locks: &[],
        };
        let limits = ProcessLimits {
            timeout: self.timeout,
            grace: GRACE,
            output_bytes: MOST_OUTPUT,
        };
        let problem = match process::run(spec, limits, interrupt, || ControlFlow::Continue(())) {
            Ending::Exited(0) => return content(stdout).map_err(no_file),
            Ending::Interrupted(_) => return Err(Unanswered::Interrupted),
            Ending::Exited(code) => format!("it exited {code}"),
            Ending::Signalled(signal) => format!("it died by signal {signal}"),
            Ending::TimedOut => format!("it was ended after {:?}", self.timeout),
            Ending::WantsTerminal => "it wanted to use the terminal".to_owned(),
            Ending::OutputLimit => format!("it printed more than {} KiB", MOST_OUTPUT / 1024),
            Ending::NotStarted(why) => format!("it could not be started: {why}"),
        };
        let said = last_line(stderr).or_else(|| last_line(stdout));
        Err(Unanswered::Broken(match said {
            Some(line) => format!("{problem}: {line}"),
            None => problem,
        }))
    }
}

fn content(mut file: File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.take(MOST_OUTPUT).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn last_line(file: File) -> Option<String> {
    let bytes = content(file).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let line = text.lines().rev().find(|line| !line.trim().is_empty())?;
    Some(line.trim().chars().take(MOST_SHOWN).collect())
}
