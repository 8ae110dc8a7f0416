//! The command line: structures for clap, no logic. Examples and exit codes are added by `command`.

use std::fmt::Write;
use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::engine::ArgValueCandidates;

use crate::exit_code::ExitCode;

mod capital;
mod complete;
mod doctoring;
mod errors;
mod examples;
mod gating;
mod observing;
mod patching;
mod registering;
mod reporting;
mod running;
mod scaling;
pub mod values;

pub use capital::{BudgetArgs, CapitalCommand, CapitalHistoryArgs, EntryKind, InitArgs, LogArgs};
pub use complete::complete;
pub use doctoring::DoctorArgs;
pub use errors::{Refused, global_args_in, refused};
mod learning;
mod modules;

pub use learning::{
    ExploreArgs, ExportArgs, ImportArgs, InspectArgs, LearningArgs, PolicyCommand, ReplayArgs,
    ResetArgs, SimulateArgs,
};

pub use gating::{CiArgs, CiSystem, GateArgs};
pub use modules::{ModulesArgs, ModulesCommand, ModulesRecordArgs};
pub use observing::{
    EventCommand, EventListArgs, MetricsCommand, MetricsExportArgs, MetricsShowArgs, PublishArgs,
    RecordArgs, StatusArgs, StatusOrder, WhyArgs,
};
pub use patching::{PatchCommand, PatchListArgs, PatchRevertArgs, PatchShowArgs, PatchingArgs};
pub use registering::RegisterArgs;
pub use reporting::{ReportArgs, ReportCommand, SavingsArgs};
pub use running::{CycleArgs, Halt, RunAllArgs};
pub use scaling::{ApprovalArgs, AutoscaleArgs, AutoscaleCommand, FactoryArgs, ScaleHistoryArgs};

/// Improve bots, models and agents when it pays: decide, run, learn, and say why.
#[derive(Debug, Parser)]
#[command(name = "sie", version, max_term_width = 100, propagate_version = true)]
pub struct Cli {
    #[command(flatten)]
    pub global: GlobalArgs,
    #[command(subcommand)]
    pub command: CliCommand,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub struct GlobalArgs {
    /// Keep everything in this folder [default: `SIE_DATA_DIR`, else the platform's data folder]
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub data_dir: Option<PathBuf>,
    /// Use this registry file [default: `SIE_REGISTRY`, else registry.json in the data folder]
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub registry: Option<PathBuf>,
    /// Print the result in this form [default: table on a terminal, tsv elsewhere]
    #[arg(long, global = true, value_enum, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// Print nothing unless something failed
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// When to use colour
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    pub color: Color,
}

/// The form of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Columns for people
    Table,
    /// Tab-separated rows without a header
    Tsv,
    /// Comma-separated rows with a header, as spreadsheets read them
    Csv,
    /// One JSON document
    Json,
    /// One JSON object per line and row
    Jsonl,
    /// Markdown, as code hosts show it
    Md,
    /// One page for a browser; only `report` makes one
    Html,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum CliCommand {
    /// Register an engine: what to run for a bot, and when
    Register(Box<RegisterArgs>),
    /// Take an engine out of the registry; its data stay
    Unregister(UnregisterArgs),
    /// List the registered engines
    List,
    /// Show the definition of an engine, and where each value comes from
    Show(NameArgs),
    /// Leave an engine alone until it is resumed, or until a time
    Pause(PauseArgs),
    /// End the pause of an engine
    Resume(ResumeArgs),
    /// Run one cycle of an engine now
    Cycle(CycleArgs),
    /// Run one cycle of every engine that is due
    RunAll(RunAllArgs),
    /// Explain the last decision on an engine: every number behind it, and what would have turned it
    Why(WhyArgs),
    /// Show for each engine how it is and what comes next
    ///
    /// ROI is the sum of the last 7 days, with the newest 12 deltas drawn beside it. `--state` shows only engines that
    /// are `due`, `running`, `paused`, `failed` (the last cycle failed or was interrupted), `backing-off` or `waiting`
    /// (none of these). Looking changes nothing.
    Status(StatusArgs),
    /// Show past cycles, newest first
    History(HistoryArgs),
    /// Record and show the metrics of bots
    #[command(subcommand)]
    Metrics(MetricsCommand),
    /// Publish and list events
    #[command(subcommand)]
    Event(EventCommand),
    /// Show which modules pay and which bring nothing any more, and record deltas
    ///
    /// Modules are ranked by what they brought in all. One whose newest deltas are near zero and hardly differ is
    /// diminishing, until it rises again.
    Modules(ModulesArgs),
    /// List, show and take back the patches of engines
    #[command(subcommand)]
    Patch(PatchCommand),
    /// Look after the money of the fleet: ledger, budgets, energy score
    #[command(subcommand)]
    Capital(CapitalCommand),
    /// Add or remove one engine, as the energy score and the ROI trend ask for
    ///
    /// An engine is added if the energy score exceeds --create-energy, the ROI trend of all bots together exceeds
    /// --roi-threshold and covers --cost-per-engine, the limits and the budget leave room, and somebody approves.
    /// Otherwise one is archived with its data if the score is not above --remove-energy or the trend is below
    /// --roi-threshold. Options override the section `autoscale` of the registry for this run.
    Autoscale(Box<AutoscaleArgs>),
    /// Show, move and try out what policies have learned
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Report on the fleet in charts: one page for a browser, Markdown or JSON
    ///
    /// The page needs no network, runs no scripts and follows the light or dark setting of whoever opens it. Without
    /// `--format` the form follows from the name of the file: `.html`, `.md` or `.json`. A terminal gets a short table.
    Report(ReportArgs),
    /// Look for what is wrong in the data directory, and say what mends it
    ///
    /// Looking changes nothing, whatever state the files are in. `--fix` does what the next command would do anyway or
    /// what takes nothing from anybody: rights that others have, interrupted cycles, holds without a cycle, state files,
    /// temporary files, a log that was never emptied. The exit code is that of the problems that are left: 17 where
    /// registry, store or data directory cannot be used, 2 for definitions and commands, 1 for others, 0 for none.
    ///
    /// `--gc` drops old cycles with their decisions, attempts, events and runs. What policies and modules learned, the
    /// ledger, ROI deltas and metrics stay, and so do the newest 20 cycles and successes of each engine. A record is
    /// dropped only if none of the limits given keeps it. Once a tenth of a database is empty, the space is given back to the
    /// disk; whoever writes waits for it.
    Doctor(DoctorArgs),
    /// Watch four engines improve a real model, in a folder of their own
    Demo(DemoArgs),
    /// Print the completion script of a shell
    Completions(CompletionsArgs),
    /// Print a man page, or write all of them into a folder
    Man(ManArgs),
}

/// A command about one engine.
#[derive(Debug, Args)]
pub struct NameArgs {
    /// Name of the engine
    #[arg(value_name = "NAME", add = ArgValueCandidates::new(complete::engine_names))]
    pub name: String,
}

/// `unregister`.
#[derive(Debug, Args)]
pub struct UnregisterArgs {
    /// Name of the engine
    #[arg(value_name = "NAME", add = ArgValueCandidates::new(complete::engine_names))]
    pub name: String,
    /// Print what would be removed, write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `pause`.
#[derive(Debug, Args)]
pub struct PauseArgs {
    /// Name of the engine
    #[arg(value_name = "NAME", add = ArgValueCandidates::new(complete::engine_names))]
    pub name: String,
    /// Say why, for whoever looks at the status
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub reason: String,
    /// End the pause at this time, for example 2026-11-23T18:00:00Z, or after this duration, for example 4h
    #[arg(long, value_name = "TIME|DURATION")]
    pub until: Option<String>,
    /// Print what would be paused, write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `resume`.
#[derive(Debug, Args)]
pub struct ResumeArgs {
    /// Name of the engine
    #[arg(value_name = "NAME", add = ArgValueCandidates::new(complete::engine_names))]
    pub name: String,
    /// Print what would be resumed, write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `history`.
#[derive(Debug, Args)]
pub struct HistoryArgs {
    /// Name of the engine [default: all]
    #[arg(value_name = "NAME", add = ArgValueCandidates::new(complete::engine_names))]
    pub name: Option<String>,
    /// Show at most this many cycles
    #[arg(long, value_name = "N", default_value = "20", value_parser = values::rows)]
    pub limit: usize,
}

/// `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Keep the demo in this folder [default: a folder beside your data]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
    /// Run this many rounds, 1 to 1000
    #[arg(long, value_name = "N", default_value = "28", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub rounds: u32,
    /// Print what would be done, run and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: Shell,
}

/// The shells we have completions for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// GNU Bash
    Bash,
    /// Z shell
    Zsh,
    /// fish
    Fish,
}

/// `man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// The command, for example `run-all` [default: sie itself]
    #[arg(value_name = "COMMAND", conflicts_with = "dir")]
    pub command: Option<String>,
    /// Write the pages of all commands into this folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
}

/// Returns the whole command line, with examples and exit codes.
#[must_use]
pub fn command() -> clap::Command {
    with_examples(Cli::command(), "").after_long_help(after_help(examples::of("sie")))
}

/// Adds examples to the subcommands of a command, and to theirs.
fn with_examples(mut command: clap::Command, parent: &str) -> clap::Command {
    let names: Vec<String> = command
        .get_subcommands()
        .map(|sub| sub.get_name().to_owned())
        .collect();
    for name in names {
        let path = format!("{parent} {name}").trim_start().to_owned();
        command = command.mut_subcommand(&name, |sub| {
            let text = after_help(examples::of(&path));
            with_examples(sub, &path).after_long_help(text)
        });
    }
    command
}

fn after_help(examples: &[&str]) -> String {
    let mut text = String::from("Examples:\n");
    for example in examples {
        text.push_str("  ");
        text.push_str(example);
        text.push('\n');
    }
    text.push_str("\nExit status (the first that applies):\n");
    for code in ExitCode::BY_PRECEDENCE {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {:>2}  {}", code.number(), code.meaning());
    }
    text.push_str(
        "  Ended by a signal, it dies by that signal after saving (130, 143, 129 in a shell).",
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        command().debug_assert();
    }

    /// Every command with its path, nested ones too.
    fn all_commands() -> Vec<(String, clap::Command)> {
        fn walk(command: &clap::Command, parent: &str, all: &mut Vec<(String, clap::Command)>) {
            for sub in command.get_subcommands() {
                let path = format!("{parent} {}", sub.get_name())
                    .trim_start()
                    .to_owned();
                if sub.get_name() != "help" {
                    walk(sub, &path, all);
                    all.push((path, sub.clone()));
                }
            }
        }
        let mut all = Vec::new();
        walk(&command(), "", &mut all);
        all
    }

    #[test]
    fn every_command_has_examples_and_every_option_a_help_without_a_full_stop() {
        for (name, sub) in all_commands() {
            assert!(
                examples::of(&name).len() >= 2,
                "{name} has too few examples"
            );
            for argument in sub.get_arguments() {
                let id = argument.get_id();
                let help = argument
                    .get_help()
                    .map(ToString::to_string)
                    .unwrap_or_default();
                assert!(
                    !help.is_empty() && !help.ends_with('.'),
                    "{name} {id}: `{help}`"
                );
                assert!(
                    help.starts_with(|c: char| c.is_uppercase()),
                    "{name} {id}: `{help}`"
                );
            }
        }
    }

    #[test]
    fn every_example_is_a_valid_command_line() {
        for (name, _) in all_commands() {
            for example in examples::of(&name) {
                // Quoted operators stay within their words; bare ones end the command.
                let words = shlex::split(example).expect("splits");
                let words: Vec<&String> = words
                    .iter()
                    .skip_while(|word| *word != "sie")
                    .take_while(|word| !["|", ">"].contains(&word.as_str()))
                    .collect();
                assert!(Cli::try_parse_from(words).is_ok(), "{example}");
            }
        }
    }
}
