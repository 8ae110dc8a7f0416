//! Runs a command for what it prints: a question, not a stage. Holds no lock and leaves no logs.

use std::io::{Read, Seek};
use std::path::Path;
use std::time::Duration;

use crate::interrupt::Interrupt;
use crate::pipeline::process::{self, Ending, ProcessLimits, ProcessSpec};

/// How long the group of a command that took too long may take to end.
const GRACE: Duration = Duration::from_secs(2);
/// The most bytes it may print.
const MOST_OUTPUT: u64 = 1024 * 1024;

/// A command whose stdout is the answer.
pub struct Question<'a> {
    /// Program and arguments.
    pub argv: &'a [String],
    /// Where it runs.
    pub work_dir: &'a Path,
    /// Variables added to its environment.
    pub variables: &'a [(String, String)],
    /// Whether our own environment is kept from it.
    pub clears_environment: bool,
    /// How long it may take.
    pub timeout: Duration,
}

impl Question<'_> {
    /// Runs the command and returns what it printed.
    ///
    /// # Errors
    ///
    /// Returns what went wrong, in one line.
    pub fn ask(&self, interrupt: &Interrupt) -> Result<String, String> {
        let no_file = |error: std::io::Error| format!("no temporary file for its output: {error}");
        let mut stdout = tempfile::tempfile().map_err(no_file)?;
        let spec = ProcessSpec {
            argv: self.argv,
            work_dir: self.work_dir,
            variables: self.variables,
            clears_environment: self.clears_environment,
            stdin: None,
            stdout: stdout.try_clone().map_err(no_file)?,
            stderr: tempfile::tempfile().map_err(no_file)?,
            inherited_lock: None,
        };
        let limits = ProcessLimits {
            timeout: self.timeout,
            grace: GRACE,
            output_bytes: MOST_OUTPUT,
        };
        match process::run(spec, limits, interrupt, || {}) {
            Ending::Exited(0) => {}
            Ending::Exited(code) => return Err(format!("it exited {code}")),
            Ending::Signalled(signal) => return Err(format!("it died by signal {signal}")),
            Ending::TimedOut => return Err(format!("it took longer than {:?}", self.timeout)),
            Ending::WantsTerminal => return Err("it wanted to use the terminal".to_owned()),
            Ending::OutputLimit => return Err(format!("it printed more than {MOST_OUTPUT} bytes")),
            Ending::Interrupted(_) => return Err("it was interrupted".to_owned()),
            Ending::NotStarted(why) => return Err(format!("it could not be started: {why}")),
        }
        let mut text = Vec::new();
        stdout.rewind().map_err(no_file)?;
        stdout
            .take(MOST_OUTPUT)
            .read_to_end(&mut text)
            .map_err(no_file)?;
        String::from_utf8(text).map_err(|_| "what it printed is not UTF-8 text".to_owned())
    }
}
