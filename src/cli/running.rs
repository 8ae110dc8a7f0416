//! The options of the commands that run cycles.

use crate::capital::Money;
use crate::cli::ExploreArgs;
use std::num::NonZeroUsize;

use clap::Args;
use clap_complete::engine::ArgValueCandidates;

use crate::cli::{complete, values};
use crate::registry::IfRunning;

/// What `cycle` and `run-all` do when something is in the way.
#[derive(Debug, Args)]
pub struct TroubleArgs {
    /// Try a failed pipeline again this many times within its cycle [default: as registered, else 0]
    #[arg(long, value_name = "N", value_parser = values::retries)]
    pub retries: Option<u32>,
    /// What to do with an engine whose cycle is running: skip (exit 0), fail (exit 13), or wait=DURATION, then fail
    #[arg(
        long,
        value_name = "skip|fail|wait=DURATION",
        default_value = "skip",
        value_parser = values::if_running,
        add = ArgValueCandidates::new(complete::if_running)
    )]
    pub if_running: IfRunning,
}

/// `cycle`.
#[derive(Debug, Args)]
pub struct CycleArgs {
    /// Name of the engine
    #[arg(value_name = "NAME", add = ArgValueCandidates::new(complete::engine_names))]
    pub name: String,
    /// Hand over exactly this energy, 1 to 100, unscaled
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub energy: Option<i64>,
    /// Run only if the engine is due
    #[arg(long)]
    pub if_due: bool,
    #[command(flatten)]
    pub exploring: ExploreArgs,
    #[command(flatten)]
    pub trouble: TroubleArgs,
    /// Print the decision, run and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// When `run-all` starts no further cycles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halt {
    /// Never.
    Never,
    /// After this many failures; cycles that are running go on.
    AfterFailures(NonZeroUsize),
}

/// `run-all`.
#[derive(Debug, Args)]
pub struct RunAllArgs {
    /// Run this many cycles at a time
    #[arg(long, short, value_name = "N", default_value = "1", value_parser = values::jobs)]
    pub jobs: NonZeroUsize,
    /// Run engines that are not due or back off, too; minimum intervals hold
    #[arg(long)]
    pub force: bool,
    /// Look only at engines whose names match, with `*`, `?` and `[a-c]` (can be repeated)
    #[arg(long, value_name = "GLOB", add = ArgValueCandidates::new(complete::engine_names))]
    pub only: Vec<String>,
    /// When to start no further cycles: never, or soon,fail=N after N engines failed
    #[arg(
        long,
        value_name = "never|soon,fail=N",
        default_value = "never",
        value_parser = values::halt
    )]
    pub halt: Halt,
    /// Let the cycles of this run cost at most this much together, on top of the budgets of the fleet
    #[arg(long, value_name = "AMOUNT", value_parser = values::amount, allow_negative_numbers = true)]
    pub budget: Option<Money>,
    #[command(flatten)]
    pub exploring: ExploreArgs,
    #[command(flatten)]
    pub trouble: TroubleArgs,
    /// Print the decisions, run and write nothing
    #[arg(long)]
    pub dry_run: bool,
}
