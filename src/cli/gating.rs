//! The options about gates, and about what a CI system is told.

use clap::Args;

use crate::cli::values;

/// What cycles must show to be let through.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Gates")]
pub struct GateArgs {
    /// Exit 10 unless this holds, 11 if it cannot be measured: `NAME OP NUMBER` or `NAME OP base*NUMBER` (can be repeated)
    #[arg(long, value_name = "EXPR")]
    pub gate: Vec<String>,
    /// How old a recorded value may be for a gate [default: as registered, else 1h]
    #[arg(long, value_name = "DURATION")]
    pub max_age: Option<String>,
    /// How many samples a value must rest on for a gate [default: as registered, else 1]
    #[arg(long, value_name = "N", value_parser = values::samples)]
    pub min_samples: Option<u64>,
}
