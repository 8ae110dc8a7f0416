//! The command about modules.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};
use clap_complete::engine::ArgValueCandidates;

use crate::cli::complete;

/// `modules`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct ModulesArgs {
    #[command(subcommand)]
    pub command: Option<ModulesCommand>,
    /// Name of the engine [default: all]
    #[arg(value_name = "NAME", add = ArgValueCandidates::new(complete::engine_names))]
    pub name: Option<String>,
}

/// What else can be done about modules.
#[derive(Debug, Subcommand)]
pub enum ModulesCommand {
    /// Record deltas of modules that were measured outside a cycle, in a sandbox for example
    ///
    /// A delta is what a change of the module brought, net of its cost, in the unit of the engine's ROI. Deltas count as
    /// those of a cycle do: in rankings, diminishing returns and the state of the policy. Either all are recorded or none.
    Record(ModulesRecordArgs),
}

/// `modules record`.
#[derive(Debug, Args)]
pub struct ModulesRecordArgs {
    /// Name of the engine
    #[arg(value_name = "NAME", add = ArgValueCandidates::new(complete::engine_names))]
    pub name: String,
    /// Deltas in their order; a module given twice has two
    #[arg(value_name = "MODULE=DELTA", required_unless_present = "json")]
    pub pairs: Vec<String>,
    /// Read deltas as JSON from this file, `-` for stdin: an object of numbers, a list of them, or one after the other
    #[arg(long, value_name = "FILE", conflicts_with = "pairs", value_hint = ValueHint::FilePath)]
    pub json: Option<PathBuf>,
    /// Check the deltas and print what they would change, write nothing
    #[arg(long)]
    pub dry_run: bool,
}
