//! `report`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

/// `report`.
///
/// The page needs no network, runs no scripts and follows the light or dark setting of whoever opens it. Without
/// `--format` the form follows from the name of the file: `.html`, `.md` or `.json`. A terminal gets a short table.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Look only at what happened after this time, for example 2026-11-01T00:00:00Z, or in this duration, for example
    /// 30d [default: from the beginning]
    #[arg(long, value_name = "TIME|DURATION")]
    pub since: Option<String>,
    /// Write the report into this file, `-` for stdout [default: stdout]
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
}
