//! The reports over a stretch of time.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};
use clap_complete::engine::ArgValueCandidates;

use crate::cli::complete;

/// `report`.
#[derive(Debug, Args)]
#[command(
    subcommand_help_heading = "Other reports",
    subcommand_value_name = "REPORT"
)]
pub struct ReportArgs {
    /// Another report [default: the fleet in charts]
    #[command(subcommand)]
    pub command: Option<ReportCommand>,
    /// Look only at what happened after this time, for example 2026-11-01T00:00:00Z, or in this duration, for example
    /// 30d [default: from the beginning]
    #[arg(long, value_name = "TIME|DURATION")]
    pub since: Option<String>,
    /// Write the report into this file, `-` for stdout [default: stdout]
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
}

/// The reports there are besides that on the fleet.
#[derive(Debug, Subcommand)]
pub enum ReportCommand {
    /// Show what was spent and missed, and what a schedule would have spent and missed
    ///
    /// Spent is measured: it stands in the ledger. What was missed by skipping is inferred from the metrics: each row's loss
    /// above the level at which its version began, as far as runs were seen to repair it, with a 95 % interval. The schedule
    /// is put through the same drift. Both parts are kept apart.
    Savings(SavingsArgs),
}

/// `report savings`.
#[derive(Debug, Args)]
pub struct SavingsArgs {
    /// Name of the engine [default: all]
    #[arg(value_name = "NAME", add = ArgValueCandidates::new(complete::engine_names))]
    pub name: Option<String>,
    /// Compare with running by this schedule [default: the interval of each engine]
    #[arg(long, value_name = "cron:DURATION")]
    pub against: Option<String>,
    /// Look at what happened from this time on, or in this last stretch of time [default: everything on record]
    #[arg(long, value_name = "TIME|DURATION")]
    pub since: Option<String>,
}
