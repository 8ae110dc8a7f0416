//! The commands about metrics, events and reasons.

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Args, Subcommand, ValueEnum, ValueHint};
use clap_complete::engine::ArgValueCandidates;

use crate::cli::{complete, values};
use crate::duration::HumanDuration;
use crate::output::EngineCondition;

/// `metrics`.
#[derive(Debug, Subcommand)]
pub enum MetricsCommand {
    /// Record metrics of a bot
    ///
    /// Names are free. Some have a meaning: `revenue` and `expense` are money made and spent since the last row (their
    /// difference is the ROI), `errors` counts the errors since the last row, `response_time` is a mean in seconds,
    /// `cpu` the share of the processor used from 0 to 1, `loss` what the bot gives away since the last row.
    ///
    /// Either all rows are recorded or none. `at` in a row (RFC 3339 or unix seconds) tells when it was measured.
    Record(RecordArgs),
    /// Show the newest metrics of a bot
    Show(MetricsShowArgs),
    /// Export how engines and bots are, for a monitoring system
    Export(MetricsExportArgs),
}

/// `metrics export`.
#[derive(Debug, Args)]
pub struct MetricsExportArgs {
    /// Write the text format of Prometheus into this file, as the textfile collector of its node exporter reads it [default: stdout]
    #[arg(long, value_name = "FILE", num_args = 0..=1, required = true, value_hint = ValueHint::FilePath)]
    pub prometheus: Option<PathBuf>,
    /// Say what would be exported, write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `metrics record`.
#[derive(Debug, Args)]
pub struct RecordArgs {
    /// Name of an engine, or of a bot that some engine improves
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Metrics of one row
    #[arg(value_name = "KEY=VALUE", required_unless_present_any = ["json", "file"])]
    pub pairs: Vec<String>,
    /// Read rows as JSON from this file, `-` for stdin: an object, a list of objects, or one after the other
    #[arg(long, value_name = "FILE", conflicts_with_all = ["pairs", "file"], value_hint = ValueHint::FilePath)]
    pub json: Option<PathBuf>,
    /// Read rows from this file: `.csv` with names in the first line, or `.jsonl` with an object per line
    #[arg(long, value_name = "FILE", conflicts_with = "pairs", value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,
    /// Say when rows that do not tell were measured [default: now]
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// Check the rows, write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `metrics show`.
#[derive(Debug, Args)]
pub struct MetricsShowArgs {
    /// Name of an engine, or of a bot that some engine improves
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Look at the newest N rows
    #[arg(long, value_name = "N", default_value = "20", value_parser = values::rows)]
    pub last: usize,
}

/// `event`.
#[derive(Debug, Subcommand)]
pub enum EventCommand {
    /// Publish an event for an engine
    ///
    /// `evolve:self_improve` asks for a cycle; `discrepancy` tells that something does not add up, which asks for a
    /// cycle until one succeeds. Other topics are kept and listed.
    Publish(PublishArgs),
    /// List events, newest first
    List(EventListArgs),
}

/// `event publish`.
#[derive(Debug, Args)]
pub struct PublishArgs {
    /// Name of the engine
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Topic of the event
    #[arg(value_name = "TOPIC")]
    pub topic: String,
    /// Read the data of the event as JSON from this file, `-` for stdin
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub json: Option<PathBuf>,
    /// Print the event, write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `event list`.
#[derive(Debug, Args)]
pub struct EventListArgs {
    /// Name of the engine [default: all]
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// List only events of this topic
    #[arg(long, value_name = "TOPIC")]
    pub topic: Option<String>,
    /// List at most this many events
    #[arg(long, value_name = "N", default_value = "20", value_parser = values::rows)]
    pub limit: usize,
}

/// `why`.
#[derive(Debug, Args)]
pub struct WhyArgs {
    /// Name of the engine
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Explain the decision that started this cycle, or that stood at this time [default: the last one]
    #[arg(long, value_name = "CYCLE|TIME")]
    pub at: Option<String>,
}

/// `status`.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Put engines in this order [default: as registered]
    #[arg(long, value_enum, value_name = "ORDER")]
    pub sort: Option<StatusOrder>,
    /// Show only engines whose names match, with `*`, `?` and `[a-c]` (can be repeated)
    #[arg(
        long,
        visible_alias = "filter",
        value_name = "GLOB",
        add = ArgValueCandidates::new(complete::engine_names)
    )]
    pub only: Vec<String>,
    /// Show only engines of which this holds (can be repeated)
    #[arg(long, value_enum, value_name = "STATE")]
    pub state: Vec<EngineCondition>,
    /// Look again and again, every 2s unless said otherwise, until Ctrl-C; only on a terminal
    #[arg(
        long,
        value_name = "DURATION",
        num_args = 0..=1,
        default_missing_value = "2s",
        value_parser = values::pause
    )]
    pub watch: Option<HumanDuration>,
}

/// In which order engines are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StatusOrder {
    /// By name
    Name,
    /// The last run first
    LastRun,
    /// The highest ROI of 7 days first
    Roi,
    /// What is due first, then what is due next
    Next,
    /// The highest cost of 7 days first
    Spent,
    /// The most failures in a row first
    Failures,
}

impl ValueEnum for EngineCondition {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}
