//! The options of `autoscale` and its commands.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand, ValueHint};
use clap_complete::engine::ArgValueCandidates;

use crate::autoscale::{RateLimit, ScaleOverrides};
use crate::cli::{complete, values};
use crate::duration::HumanDuration;

/// `autoscale`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct AutoscaleArgs {
    #[command(subcommand)]
    pub command: Option<AutoscaleCommand>,
    /// Ask nobody at the terminal; without an approval nothing is added
    #[arg(long)]
    pub no_input: bool,
    /// Write the plan to this file for somebody else to apply, `-` for stdout, and change nothing
    #[arg(
        long,
        value_name = "FILE",
        value_hint = ValueHint::FilePath,
        conflicts_with_all = ["apply", "yes", "approval_command"]
    )]
    pub out: Option<PathBuf>,
    /// Carry out the plan in this file, `-` for stdin, and so approve it; refused if what it rests on has moved
    #[arg(
        long,
        value_name = "FILE",
        value_hint = ValueHint::FilePath,
        conflicts_with_all = [
            "yes", "approval_command", "create_energy", "remove_energy", "roi_threshold", "cost_per_engine",
            "min_engines", "max_engines", "max_instances", "tolerance", "cooldown", "rate_limit",
        ]
    )]
    pub apply: Option<PathBuf>,
    /// Print what would be done, ask nobody and change nothing
    #[arg(long)]
    pub dry_run: bool,
    // Behind the options above: what follows a heading stands under it in the help.
    #[command(flatten)]
    pub thresholds: ThresholdArgs,
    #[command(flatten)]
    pub approval: ApprovalArgs,
}

/// The thresholds.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Thresholds")]
pub struct ThresholdArgs {
    /// Add only if the energy score exceeds this; above 1 never [default: 0.8]
    #[arg(long, value_name = "X", value_parser = values::number, allow_negative_numbers = true)]
    pub create_energy: Option<f64>,
    /// Remove if the energy score is not above this; below 0 never for that reason [default: 0.3]
    #[arg(long, value_name = "X", value_parser = values::number, allow_negative_numbers = true)]
    pub remove_energy: Option<f64>,
    /// Add only if the ROI trend exceeds this, remove if it is below, 0.05 = +5 % [default: 0]
    #[arg(long, value_name = "X", value_parser = values::number, allow_negative_numbers = true)]
    pub roi_threshold: Option<f64>,
    /// Add only if the ROI trend is at least this [default: 0]
    #[arg(long, value_name = "X", value_parser = values::number, allow_negative_numbers = true)]
    pub cost_per_engine: Option<f64>,
    /// Keep at least this many engines [default: 1]
    #[arg(long, value_name = "N")]
    pub min_engines: Option<u32>,
    /// Have at most this many engines [default: 5]
    #[arg(long, value_name = "N")]
    pub max_engines: Option<u32>,
    /// Have at most this many engines whatever else allows more, as for a machine or a licence [default: no limit]
    #[arg(long, value_name = "N")]
    pub max_instances: Option<u32>,
    /// Do nothing while a reading lies within this of its threshold [default: 0]
    #[arg(long, value_name = "X", value_parser = values::cost, allow_negative_numbers = true)]
    pub tolerance: Option<f64>,
    /// Do nothing for this long after the last engine was added or removed [default: 0s]
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    pub cooldown: Option<HumanDuration>,
    /// Add and remove at most N engines in this time, for example 3/1d [default: no limit]
    #[arg(long, value_name = "N/DURATION")]
    pub rate_limit: Option<RateLimit>,
}

impl ThresholdArgs {
    /// Returns what is given.
    #[must_use]
    pub fn overrides(&self) -> ScaleOverrides {
        ScaleOverrides {
            create_energy: self.create_energy,
            remove_energy: self.remove_energy,
            roi_threshold: self.roi_threshold,
            cost_per_engine: self.cost_per_engine,
            min_engines: self.min_engines,
            max_engines: self.max_engines,
            max_instances: self.max_instances,
            tolerance: self.tolerance,
            cooldown: self.cooldown,
            rate_limit: self.rate_limit,
            approval: None,
        }
    }
}

/// How an addition is approved.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Approval")]
pub struct ApprovalArgs {
    /// Approve of what would be added
    #[arg(long)]
    pub yes: bool,
    /// Ask this command: it reads the plan as JSON and approves by exit code 0 [default: as the registry says]
    #[arg(
        long,
        value_name = "CMD",
        conflicts_with = "yes",
        allow_hyphen_values = true
    )]
    pub approval_command: Option<String>,
    /// Say why, for the record
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub reason: Option<String>,
}

/// The commands of `autoscale`.
#[derive(Debug, Subcommand)]
pub enum AutoscaleCommand {
    /// Say how new engines are made, or show it
    ///
    /// In `bot`, `work_dir`, `database`, `state_path` and the values of `env` of the definition, {engine} stands for the
    /// name of the new engine and {bot} for that of its bot.
    Factory(FactoryArgs),
    /// Show what autoscaling did, why, and who approved, newest first
    History(ScaleHistoryArgs),
}

/// `autoscale factory`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("source").required(true).args(["from", "like", "show"]))]
pub struct FactoryArgs {
    /// Take the definition from this JSON file, `-` for stdin
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub from: Option<PathBuf>,
    /// Make engines like this one, each with a bot and files of its own
    #[arg(long, value_name = "NAME", add = ArgValueCandidates::new(complete::engine_names))]
    pub like: Option<String>,
    /// Show the definition
    #[arg(long)]
    pub show: bool,
    /// Print what would be stored, write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `autoscale history`.
#[derive(Debug, Args)]
pub struct ScaleHistoryArgs {
    /// Show at most this many actions
    #[arg(long, value_name = "N", default_value = "20", value_parser = values::rows)]
    pub limit: usize,
}
