//! One file per command: resolve options, call the core, hand over a report.

mod autoscale;
mod capital;
mod ci;
mod completions;
mod cycle;
mod demo;
mod doctor;
mod event;
mod export;
mod gating;
mod hidden_values;
mod history;
mod list;
mod man;
mod metrics;
mod modules;
mod patch;
mod patch_options;
mod pause;
mod policy;
mod register;
mod replay;
mod report;
mod run_all;
mod savings;
mod session;
mod show;
mod since;
mod status;
mod status_of;
mod unregister;
mod why;

use anyhow::Result;

pub use session::Session;

use crate::cli::{CliCommand, Format};
use crate::events::CloudEvent;
use crate::exit_code::ExitCode;
use crate::interrupt::Interrupt;
use crate::output::no_page;
use crate::registry::{ImprovementEngineRegistry, Listeners, RegisteredEngine};

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

/// Tells the hooks of engines of events that were just published, as the last thing a command does.
///
/// The result is printed by then: whoever waits for it does not wait for a hook.
fn tell<'e>(
    registry: &ImprovementEngineRegistry,
    published: impl IntoIterator<Item = (&'e RegisteredEngine, Vec<CloudEvent>)>,
    session: &Session,
) -> Result<Ended> {
    let warn = |text: String| session.ui.warning(text.trim_start_matches("warning: "));
    let mut interrupt = None;
    for (engine, events) in published {
        let idle = Interrupt::never();
        if !Listeners::new(engine, registry, &idle, &warn).are_interested_in(&events) {
            continue;
        }
        // Only a hook has to be ended before we are; without one a signal may end us as it does.
        let interrupt = match &interrupt {
            Some(interrupt) => interrupt,
            None => &*interrupt.insert(Interrupt::listen()?),
        };
        let listeners = Listeners::new(engine, registry, interrupt, &warn);
        listeners.hear(events);
        listeners.tell();
    }
    let signal = interrupt.and_then(|interrupt| interrupt.signal());
    Ok(signal.map_or(ExitCode::Done.into(), Ended::BySignal))
}

/// Whether a command knows how to make a page for a browser.
fn makes_page(command: &CliCommand) -> bool {
    matches!(command, CliCommand::Report(args) if args.command.is_none())
}

/// Runs a command.
///
/// # Errors
///
/// Fails with what is to be shown as the command's error.
pub fn run(command: &CliCommand, session: &mut Session) -> Result<Ended> {
    // Before anything is done that could not be shown then.
    if session.ui.asked_format() == Some(Format::Html) && !makes_page(command) {
        return Err(no_page());
    }
    match command {
        CliCommand::Register(args) => register::run(args, session),
        CliCommand::Unregister(args) => unregister::run(args, session),
        CliCommand::List => list::run(session),
        CliCommand::Show(args) => show::run(args, session),
        CliCommand::Pause(args) => pause::pause(args, session),
        CliCommand::Resume(args) => pause::resume(args, session),
        CliCommand::Cycle(args) => cycle::run(args, session),
        CliCommand::RunAll(args) => run_all::run(args, session),
        CliCommand::Autoscale(args) => autoscale::run(args, session),
        CliCommand::Why(args) => why::run(args, session),
        CliCommand::Metrics(command) => metrics::run(command, session),
        CliCommand::Event(command) => event::run(command, session),
        CliCommand::Modules(args) => modules::run(args, session),
        CliCommand::Capital(command) => capital::run(command, session),
        CliCommand::Policy(command) => policy::run(command, session),
        CliCommand::Report(args) => report::run(args, session),
        CliCommand::Patch(command) => patch::run(command, session),
        CliCommand::Status(args) => status::run(args, session),
        CliCommand::History(args) => history::run(args, session),
        CliCommand::Doctor(args) => doctor::run(args, session),
        CliCommand::Demo(args) => demo::run(args, session),
        CliCommand::Completions(args) => completions::run(args),
        CliCommand::Man(args) => man::run(args),
    }
}
