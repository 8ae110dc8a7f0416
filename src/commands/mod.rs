//! One file per command: resolve options, call the core, hand over a report.

mod completions;
mod cycle;
mod demo;
mod event;
mod history;
mod list;
mod man;
mod metrics;
mod pause;
mod policy;
mod register;
mod run_all;
mod session;
mod show;
mod status;
mod unregister;
mod why;

use anyhow::Result;

pub use session::Session;

use crate::cli::CliCommand;
use crate::exit_code::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// With this exit code.
    With(ExitCode),
    /// Because of this signal; everything is saved.
    BySignal(i32),
}

impl From<ExitCode> for Ended {
    fn from(code: ExitCode) -> Self {
        Self::With(code)
    }
}

/// Runs a command.
///
/// # Errors
///
/// Fails with what is to be shown as the command's error.
pub fn run(command: &CliCommand, session: &mut Session) -> Result<Ended> {
    match command {
        CliCommand::Register(args) => register::run(args, session),
        CliCommand::Unregister(args) => unregister::run(args, session),
        CliCommand::List => list::run(session),
        CliCommand::Show(args) => show::run(args, session),
        CliCommand::Pause(args) => pause::pause(args, session),
        CliCommand::Resume(args) => pause::resume(args, session),
        CliCommand::Cycle(args) => cycle::run(args, session),
        CliCommand::RunAll(args) => run_all::run(args, session),
        CliCommand::Why(args) => why::run(args, session),
        CliCommand::Metrics(command) => metrics::run(command, session),
        CliCommand::Event(command) => event::run(command, session),
        CliCommand::Policy(command) => policy::run(command, session),
        CliCommand::Status => status::run(session),
        CliCommand::History(args) => history::run(args, session),
        CliCommand::Demo(args) => demo::run(args, session),
        CliCommand::Completions(args) => completions::run(args),
        CliCommand::Man(args) => man::run(args),
    }
}
