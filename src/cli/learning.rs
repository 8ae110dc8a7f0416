//! The options about learning, and the commands about policies.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};
use clap_complete::engine::ArgValueCandidates;

use crate::cli::{complete, values};

/// What `register` takes about learning.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Learning")]
pub struct LearningArgs {
    /// Who decides when to run: any reason there is, or what the policy has learned [default: any]
    #[arg(long, value_name = "any|learned", value_parser = values::trigger)]
    pub trigger: Option<crate::engine::TriggerMode>,
    /// Learn when running pays: `q_learning`, `sarsa`, `q_lambda`, `actor_critic` or `none` [default: none, with learned
    /// `q_learning`]
    #[arg(long, value_name = "NAME")]
    pub policy: Option<String>,
    /// Take this metric as the loss of a row, none to learn from results alone [default: expense less revenue]
    #[arg(long, value_name = "METRIC")]
    pub signal: Option<String>,
    /// What one unit of the signal costs, in your unit of money [default: 1]
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    pub value: Option<f64>,
    /// With learned: be due this long after the last cycle or the registration [default: never]
    #[arg(long, value_name = "DURATION")]
    pub max_interval: Option<String>,
    /// With learned, while there are no metrics: hold still, run by the interval, or skip [default: hold]
    #[arg(long, value_name = "hold|run|skip", value_parser = values::on_missing)]
    pub on_missing: Option<crate::engine::OnMissing>,
    /// With learned: metrics older than this are missing [default: no age is too old]
    #[arg(long, value_name = "DURATION")]
    pub stale_after: Option<String>,
    #[command(flatten)]
    pub exploring: ExploreArgs,
}

/// Whether a policy tries what it does not prefer.
#[derive(Debug, Default, Args)]
pub struct ExploreArgs {
    /// Let the policy try what it does not prefer, with this probability, 0 to 0.5 [default: as registered, else 0]
    #[arg(long, value_name = "P", value_parser = values::share, allow_negative_numbers = true)]
    pub explore: Option<f64>,
    /// Let the policy do what it prefers, always
    #[arg(long, conflicts_with = "explore")]
    pub no_explore: bool,
}

impl ExploreArgs {
    /// Returns the probability, if one is asked for.
    #[must_use]
    pub fn probability(&self) -> Option<f64> {
        if self.no_explore {
            Some(0.0)
        } else {
            self.explore
        }
    }
}

/// `policy`.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Show what a policy has learned, and what it would do now
    ///
    /// Values are in prices of a cycle, relative to each other: it runs where running is worth more than skipping.
    Inspect(InspectArgs),
    /// Write what a policy has learned as JSON with a checksum
    Export(ExportArgs),
    /// Put what was exported in place of what a policy has learned
    Import(ImportArgs),
    /// Let a policy begin anew
    Reset(ResetArgs),
    /// Decide on events that come as JSON lines on stdin
    ///
    /// One flat object per line: {"event":"begin","cost":10} starts from nothing, {"event":"decide"} is answered with one
    /// line like {"run":true,"energy":37}, {"event":"ran","gain":3.1,"cost":10,"roi":52} tells of a run that was made,
    /// {"event":"metrics","revenue":39.5,"expense":10.5} of a metrics row. Unknown keys are ignored. Decisions are those
    /// that an engine with --trigger learned would take.
    Simulate(SimulateArgs),
    /// Estimate from the record what another policy would have earned
    ///
    /// Each recorded decision counts by how likely it was, so what was never or hardly tried cannot be answered: then the
    /// question is refused, with what would help. An answer comes with a 95 % interval of the difference to what was done.
    /// Cycles that somebody asked for are left out. `any` is the engine's interval and rules without a policy, FILE an
    /// export of `sie policy export`, which does what it prefers and learns nothing on the way.
    Replay(ReplayArgs),
}

/// `policy inspect`.
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// Name of the engine [default: all that have a policy]
    #[arg(value_name = "NAME", add = ArgValueCandidates::new(complete::engine_names))]
    pub name: Option<String>,
    /// Show at most this many cells
    #[arg(long, value_name = "N", default_value = "10")]
    pub top: usize,
    /// Show cells only where they differ from those of this export
    #[arg(long, value_name = "FILE", requires = "name", value_hint = ValueHint::FilePath)]
    pub diff: Option<PathBuf>,
}

/// `policy export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Name of the engine
    #[arg(value_name = "NAME", add = ArgValueCandidates::new(complete::engine_names))]
    pub name: String,
    /// Write to this file [default: stdout]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
    /// Check that it can be written, write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `policy import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Name of the engine
    #[arg(value_name = "NAME", add = ArgValueCandidates::new(complete::engine_names))]
    pub name: String,
    /// The export, `-` for stdin
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// Check the export, write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `policy reset`.
#[derive(Debug, Args)]
pub struct ResetArgs {
    /// Name of the engine
    #[arg(value_name = "NAME", add = ArgValueCandidates::new(complete::engine_names))]
    pub name: String,
    /// Print what would be forgotten, write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `policy replay`.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// Name of the engine
    #[arg(
        value_name = "NAME",
        required_unless_present = "pool",
        conflicts_with = "pool",
        add = ArgValueCandidates::new(complete::engine_names)
    )]
    pub name: Option<String>,
    /// Take all engines that have a policy together, resampled by tick
    #[arg(long)]
    pub pool: bool,
    /// The other policy: never, always, cron:DURATION, any, or an export
    #[arg(
        long,
        value_name = "never|always|cron:DURATION|any|FILE",
        value_hint = ValueHint::FilePath
    )]
    pub candidate: String,
    /// Look at decisions from this time on, or of this last stretch of time [default: all]
    #[arg(long, value_name = "TIME|DURATION")]
    pub since: Option<String>,
}

/// `policy simulate`.
#[derive(Debug, Args)]
pub struct SimulateArgs {
    /// What a cycle costs, unless `begin` says so [default: learned from `ran`]
    #[arg(long, value_name = "C", value_parser = values::cost, allow_negative_numbers = true)]
    pub cost: Option<f64>,
    /// Learn by this strategy
    #[arg(long, value_name = "NAME", default_value = "q_learning")]
    pub policy: String,
    /// Take this metric as the loss of a row, none to learn from results alone [default: expense less revenue]
    #[arg(long, value_name = "METRIC")]
    pub signal: Option<String>,
    /// What one unit of the signal costs [default: 1]
    #[arg(
        long,
        value_name = "X",
        requires = "signal",
        allow_negative_numbers = true
    )]
    pub value: Option<f64>,
    #[command(flatten)]
    pub exploring: ExploreArgs,
}
