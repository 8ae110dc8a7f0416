//! The options of `register`.

use crate::cli::{LearningArgs, PatchingArgs};
use std::path::PathBuf;

use clap::{Args, ValueHint};
use clap_complete::engine::ArgValueCandidates;

use crate::cli::{complete, values};

/// `register`.
#[derive(Debug, Default, Args)]
pub struct RegisterArgs {
    /// Name of the engine: letters, digits, `.`, `_`, `-`
    #[arg(value_name = "NAME", add = ArgValueCandidates::new(complete::engine_names))]
    pub name: String,
    /// Run this command in a cycle; it is split into words, no shell is involved
    #[arg(long, value_name = "CMD", allow_hyphen_values = true)]
    pub pipeline: Option<String>,
    /// Run this command as a stage, after those given before it (can be repeated)
    #[arg(
        long,
        value_name = "NAME=CMD",
        conflicts_with = "pipeline",
        allow_hyphen_values = true
    )]
    pub stage: Vec<String>,
    /// Take the definition from this JSON file, `-` for stdin; other options override it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub from: Option<PathBuf>,
    /// Name the bot it improves [default: the engine's name]
    #[arg(long, value_name = "TEXT")]
    pub bot: Option<String>,
    /// Be due this long after the last cycle ended [default: 1h]
    #[arg(long, value_name = "DURATION", help_heading = "When")]
    pub interval: Option<String>,
    /// Never run within this time after the last cycle ended [default: 0s]
    #[arg(long, value_name = "DURATION", help_heading = "When")]
    pub min_interval: Option<String>,
    /// Ask for a cycle when this holds: `ID: AGG(METRIC, WINDOW) OP NUMBER [@critical]` (can be repeated)
    #[arg(long, value_name = "RULE", help_heading = "When")]
    pub rule: Vec<String>,
    /// Ask for a cycle when this command reports an issue as a JSON line (can be repeated)
    #[arg(
        long,
        value_name = "CMD",
        help_heading = "When",
        allow_hyphen_values = true
    )]
    pub diagnose: Vec<String>,
    #[command(flatten)]
    pub learning: LearningArgs,
    #[command(flatten)]
    pub patching: PatchingArgs,
    /// What a cycle costs unless its result says so, in your unit of money
    #[arg(
        long,
        value_name = "AMOUNT",
        help_heading = "What it may use",
        allow_negative_numbers = true
    )]
    pub cost: Option<f64>,
    /// Effort handed to the pipeline, 1 to 100 [default: 1]
    #[arg(
        long,
        value_name = "N",
        help_heading = "What it may use",
        allow_negative_numbers = true
    )]
    pub energy: Option<i64>,
    /// Energy score of the fleet below which it runs only if asked for, 0 to 1 [default: as for the fleet, else 0.5]
    #[arg(
        long,
        value_name = "SCORE",
        help_heading = "When",
        allow_negative_numbers = true
    )]
    pub energy_threshold: Option<f64>,
    /// End a stage after this time [default: 24h]
    #[arg(long, value_name = "DURATION", help_heading = "What it may use")]
    pub timeout: Option<String>,
    /// Try a failed pipeline again this many times within a cycle [default: 0]
    #[arg(long, value_name = "N", help_heading = "When it fails", value_parser = values::retries)]
    pub retries: Option<u32>,
    /// Wait this long before the first retry, twice as long before each further one [default: 10s]
    #[arg(long, value_name = "DURATION", help_heading = "When it fails")]
    pub retry_delay: Option<String>,
    /// Tell this command when a cycle begins: JSON on stdin; '' removes it
    #[arg(
        long,
        value_name = "CMD",
        help_heading = "Hooks",
        allow_hyphen_values = true
    )]
    pub on_start: Option<String>,
    /// Tell this command when a cycle succeeded
    #[arg(
        long,
        value_name = "CMD",
        help_heading = "Hooks",
        allow_hyphen_values = true
    )]
    pub on_success: Option<String>,
    /// Tell this command when a cycle failed
    #[arg(
        long,
        value_name = "CMD",
        help_heading = "Hooks",
        allow_hyphen_values = true
    )]
    pub on_failure: Option<String>,
    /// Tell this command of events whose topics match, for example `metrics:*=./notify.sh` (can be repeated)
    #[arg(
        long,
        value_name = "GLOB=CMD",
        help_heading = "Hooks",
        allow_hyphen_values = true
    )]
    pub on_event: Vec<String>,
    /// Run the pipeline in this folder [default: the current folder]
    #[arg(long, value_name = "DIR", help_heading = "Where", value_hint = ValueHint::DirPath)]
    pub work_dir: Option<PathBuf>,
    /// Add a variable to the environment of the pipeline (can be repeated)
    #[arg(
        long,
        value_name = "K=V",
        help_heading = "Where",
        allow_hyphen_values = true
    )]
    pub env: Vec<String>,
    /// Keep our own environment from the pipeline; only `--env` and SIE_* variables reach it
    #[arg(
        long,
        value_name = "BOOL",
        help_heading = "Where",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true"
    )]
    pub env_clear: Option<bool>,
    /// Keep the engine's data in this database of its own
    #[arg(long, value_name = "FILE", help_heading = "Where", value_hint = ValueHint::FilePath)]
    pub database: Option<PathBuf>,
    /// Keep ROI deltas and the time of the last cycle in this JSON file, too
    #[arg(long, value_name = "FILE", help_heading = "Where", value_hint = ValueHint::FilePath)]
    pub state_path: Option<PathBuf>,
    /// Change the engine if the name is taken; options not given stay as they are
    #[arg(long, help_heading = "If the name was used before")]
    pub replace: bool,
    /// Carry on with the data of an engine of this name that was unregistered
    #[arg(
        long,
        conflicts_with = "replace",
        help_heading = "If the name was used before"
    )]
    pub revive: bool,
    /// Print what would be registered, write nothing
    #[arg(long)]
    pub dry_run: bool,
}
