//! Decides when improving a bot, a model or an agent is worth another paid run, runs it, and says why.
//!
//! The `sie` binary is the usual way to use this. As a library, the first thing to know is the registry:
//!
//! ```
//! use self_improvement_engine::{
//!     ImprovementEngineRegistry, ModelAutomationPipeline, SelfImprovementEngine,
//! };
//!
//! # fn main() -> anyhow::Result<()> {
//! # let folder = tempfile::tempdir()?;
//! # let data_dir = folder.path();
//! let pipeline = ModelAutomationPipeline::parse(r#"sh -c 'echo "{\"roi\": 3.9}"'"#)?;
//! let engine = SelfImprovementEngine::new("alpha", pipeline)?;
//! let mut registry = ImprovementEngineRegistry::open(data_dir)?;
//! registry.register_engine("alpha", engine)?;
//!
//! // Execute one cycle for all registered engines.
//! let report = registry.run_all_cycles()?;
//! let cycle = report.engines[0].cycle.as_ref().expect("alpha was due");
//! assert_eq!(cycle.roi, Some(3.9));
//! # Ok(())
//! # }
//! ```
//!
//! The types behind it, by the names that the documentation uses:
//!
//! ```
//! use self_improvement_engine::{
//!     Autoscaler, CapitalManager, Cycle, Decision, DiagnosticManager, Energy, EventBus,
//!     ImprovementEngineRegistry, Metrics, ModelAutomationPipeline, ModuleTrends, SelfCodingEngine,
//!     SelfImprovementEngine, SelfImprovementPolicy,
//! };
//! # let _: [&str; 2] = [std::any::type_name::<Autoscaler>(), std::any::type_name::<Metrics>()];
//! ```

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
compile_error!(
    "sie needs process groups, kernel file locks and signals as Linux and macOS have them"
);

use std::ffi::OsString;
use std::process::ExitCode;

use clap::FromArgMatches;

use crate::cli::Cli;
use crate::commands::{Ended, Session};
use crate::env::Environment;
use crate::ui::{Settings, Ui};

pub mod autoscale;
mod byte_size;
pub mod capital;
mod cli;
mod clock;
mod commands;
mod demo;
pub mod diagnostics;
mod doctor;
mod duration;
mod engine;
mod env;
mod error;
mod events;
mod exit_code;
pub mod gate;
mod glob;
mod interrupt;
mod metrics;
pub mod modules;
mod names;
mod output;
pub mod patch;
mod pipeline;
pub mod policy;
mod registry;
mod report;
mod store;
mod ui;

pub use autoscale::Autoscaler;
pub use capital::CapitalManager;
pub use clock::UnixTime;
pub use diagnostics::{Condition, DiagnosticManager, MetricsRow as Metrics};
pub use duration::HumanDuration;
pub use engine::{
    Action, CommitNote, CycleReport, Decision, Energy, EnergyBase, EnergyInputs, EnergyScaling,
    ForecastFactor, PatchOutcome, PatchReport, Reason, SelfImprovementEngine, Simulation,
    SimulationHistory, SimulationSettings,
};
pub use events::CloudEvent;
pub use modules::ModuleTrends;
pub use names::{BotName, EngineName};
pub use patch::SelfCodingEngine;
pub use pipeline::{CycleResult, Failed, ModelAutomationPipeline, Stage, StageCommand, StageName};
pub use policy::SelfImprovementPolicy;
pub use registry::{
    BadEntry, CapitalSettings, Consent, ConsentWay, EngineReport, EventBus, FleetCapital,
    FleetEnergy, FleetReport, ImprovementEngineRegistry, RegisteredEngine, Registration,
    ScaleOutcome, ScaleReadings, ScaleReport, ScaleRequest, Workspace,
};
pub use store::{Balance, Cycle, CycleState, RecordedApproval};

/// Runs the command line and returns the exit code of the process.
///
/// Where a signal cancelled a cycle, it does not return but dies by that signal, after everything is saved.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    match try_run(arguments) {
        Ok(Ended::With(code)) => code.into(),
        Ok(Ended::BySignal(signal)) => {
            interrupt::die_by(signal);
            exit_code::ExitCode::Unexpected.into()
        }
        Err(code) => code,
    }
}

fn try_run(arguments: impl IntoIterator<Item = OsString>) -> Result<Ended, ExitCode> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if cli::complete(&arguments) {
        return Ok(exit_code::ExitCode::Done.into());
    }
    let show = |ui: Ui, error: &anyhow::Error| {
        ui.error(error);
        ExitCode::from(error::kind_of(error).exit_code())
    };
    let rough = cli::global_args_in(&arguments);
    let environment = Environment::read().map_err(|error| {
        let ui = Ui::new(Settings::new(&rough, &Environment::default()));
        show(ui, &error)
    })?;
    let cli = match parse(&arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let ui = Ui::new(Settings::new(&rough, &environment));
            return refuse(&error, &arguments, ui).map_err(|error| show(ui, &error));
        }
    };
    let ui = Ui::new(Settings::new(&cli.global, &environment));
    let mut session = Session::new(&cli.global, &environment).map_err(|error| show(ui, &error))?;
    commands::run(&cli.command, &mut session).or_else(|error| match error::kind_of(&error) {
        error::Kind::Signal(signal) => Ok(Ended::BySignal(signal)),
        _ => Err(show(ui, &error)),
    })
}

fn parse(arguments: &[OsString]) -> Result<Cli, clap::Error> {
    cli::command()
        .try_get_matches_from(arguments)
        .and_then(|matches| Cli::from_arg_matches(&matches))
}

/// Answers a command line that leads to no command.
fn refuse(error: &clap::Error, arguments: &[OsString], ui: Ui) -> anyhow::Result<Ended> {
    match cli::refused(error, arguments) {
        cli::Refused::Told(told) => {
            ui.help(&told.plain, &told.colored)?;
            Ok(exit_code::ExitCode::Done.into())
        }
        cli::Refused::NoCommand(told) => {
            ui.usage(&told.plain, &told.colored);
            Ok(exit_code::ExitCode::Usage.into())
        }
        cli::Refused::Wrong(failure) => Err(failure.into()),
    }
}
