//! The options about gates, and about what a CI system is told.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use crate::cli::values;

/// What cycles must show to be let through.
#[derive(Debug, Default, Args)]
pub struct GateArgs {
    /// Exit 10 unless this holds, 11 if it cannot be measured: `NAME OP NUMBER` or `NAME OP base*NUMBER` (can be repeated)
    #[arg(long, help_heading = "Gates", value_name = "EXPR")]
    pub gate: Vec<String>,
    /// How old a recorded value may be for a gate [default: as registered, else 1h]
    #[arg(long, help_heading = "Gates", value_name = "DURATION")]
    pub max_age: Option<String>,
    /// How many samples a value must rest on for a gate [default: as registered, else 1]
    #[arg(long, help_heading = "Gates", value_name = "N", value_parser = values::samples)]
    pub min_samples: Option<u64>,
}

/// Which CI system is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum CiSystem {
    /// GitHub Actions if `GITHUB_ACTIONS` is true, else none
    #[default]
    Auto,
    /// Step outputs, a step summary and annotations
    Github,
    /// Nobody
    None,
}

/// What is written for a CI system besides the result.
#[derive(Debug, Default, Args)]
pub struct CiArgs {
    /// Which CI system is told of the result
    #[arg(long, help_heading = "For CI systems", value_enum, value_name = "SYSTEM", default_value_t = CiSystem::Auto)]
    pub ci: CiSystem,
    /// Write a JUnit report with a test case per engine into this file
    #[arg(long, help_heading = "For CI systems", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub junit: Option<PathBuf>,
    /// Write the JSON document into this file, too
    #[arg(long, help_heading = "For CI systems", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
}
