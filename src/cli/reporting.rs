//! The reports over a stretch of time.

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCandidates;

use crate::cli::complete;

/// `report`.
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub struct ReportArgs {
    /// What to report
    #[command(subcommand)]
    pub command: Option<ReportCommand>,
}

/// The reports there are.
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
