//! Runs a command of a cycle besides its stages: one that makes or checks a patch, or asks git.
//!
//! Unlike a short command it leaves logs and may hold the locks of the cycle.

use std::fs::File;
use std::io;
use std::ops::ControlFlow;
use std::os::fd::BorrowedFd;
use std::path::Path;

use crate::interrupt::Interrupt;
use crate::pipeline::process::{self, Ending, ProcessLimits, ProcessSpec};

/// A command with its surroundings.
pub struct SideCommand<'a> {
    /// Program and arguments.
    pub argv: &'a [String],
    /// Where it runs.
    pub work_dir: &'a Path,
    /// Variables added to its environment.
    pub variables: &'a [(String, String)],
    /// Whether our own environment is kept from it.
    pub clears_environment: bool,
    /// Variables of our own environment that are kept from it at least.
    pub without: &'a [&'a str],
    /// Where its stdout goes; must not exist.
    pub stdout: &'a Path,
    /// Where its stderr goes; must not exist.
    pub stderr: &'a Path,
    /// What it may use up.
    pub limits: ProcessLimits,
    /// The locks of the cycle, if it is to hold them.
    pub locks: &'a [BorrowedFd<'a>],
}

impl SideCommand<'_> {
    /// Runs the command to its end; `watch` may end it early, which is then an output limit.
    ///
    /// # Errors
    ///
    /// Fails if its logs cannot be created.
    pub fn run(
        &self,
        interrupt: &Interrupt,
        watch: impl FnMut() -> ControlFlow<()>,
    ) -> io::Result<Ending> {
        let spec = ProcessSpec {
            argv: self.argv,
            work_dir: self.work_dir,
            variables: self.variables,
            clears_environment: self.clears_environment,
            without: self.without,
            stdin: None,
            stdout: File::create_new(self.stdout)?,
            stderr: File::create_new(self.stderr)?,
            inherited_locks: self.locks,
        };
        Ok(process::run(spec, self.limits, interrupt, watch))
    }
}

/// Says how a command ended: `exit 1`, `timed out`.
#[must_use]
pub fn in_words(ending: &Ending) -> String {
    match ending {
        Ending::Exited(code) => format!("exit {code}"),
        Ending::Signalled(signal) => format!("died by signal {signal}"),
        Ending::TimedOut => "timed out".to_owned(),
        Ending::WantsTerminal => "wanted to use the terminal".to_owned(),
        Ending::OutputLimit => "wrote too much".to_owned(),
        Ending::Interrupted(signal) => format!("cancelled by signal {signal}"),
        Ending::NotStarted(why) => format!("could not be started: {why}"),
    }
}
