//! The options about self-coding, and the commands about patches.

use clap::{Args, Subcommand};
use clap_complete::engine::ArgValueCandidates;

use crate::cli::complete;

/// What `register` takes about self-coding.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Self-coding")]
pub struct PatchingArgs {
    /// Let this command make a patch before the pipeline, in a separate copy: it edits targets there or prints a unified
    /// diff; '' removes the patch step
    #[arg(long, value_name = "CMD", allow_hyphen_values = true)]
    pub patch: Option<String>,
    /// Let patches change files that match, inside the work dir (can be repeated)
    #[arg(long, value_name = "GLOB")]
    pub patch_target: Vec<String>,
    /// Try a patch only if this command passes on the patched copy (can be repeated)
    #[arg(long, value_name = "CMD", allow_hyphen_values = true)]
    pub patch_check: Vec<String>,
    /// Keep a patch only if it raises the ROI delta by at least this much [default: 0]
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    pub patch_min_delta: Option<f64>,
    /// Try a patch in at most this many cycles, 1 to 50 [default: 16]
    #[arg(long, value_name = "N")]
    pub patch_trials: Option<u32>,
    /// Copy only files that match, besides the targets (can be repeated) [default: what git tracks, else everything]
    #[arg(long, value_name = "GLOB")]
    pub patch_copy: Vec<String>,
    /// Commit a patch that is kept, where the work dir is git's [default: no]
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub patch_commit: Option<bool>,
}

/// `patch`.
#[derive(Debug, Subcommand)]
pub enum PatchCommand {
    /// List patches, newest first, and how many of them paid
    List(PatchListArgs),
    /// Show a patch: what it changed, its checks and trials, and why it was kept or not
    Show(PatchShowArgs),
    /// Bring back the originals of a patch, unless its files have changed since
    Revert(PatchRevertArgs),
}

/// `patch list`.
#[derive(Debug, Args)]
pub struct PatchListArgs {
    /// Name of the engine [default: all]
    #[arg(value_name = "NAME", add = ArgValueCandidates::new(complete::engine_names))]
    pub name: Option<String>,
    /// Show at most this many patches
    #[arg(long, value_name = "N", default_value = "20", value_parser = super::values::rows)]
    pub limit: usize,
}

/// `patch show`.
#[derive(Debug, Args)]
pub struct PatchShowArgs {
    /// The patch, for example alpha-p3
    #[arg(value_name = "ID")]
    pub id: String,
}

/// `patch revert`.
#[derive(Debug, Args)]
pub struct PatchRevertArgs {
    /// The patch, for example alpha-p3
    #[arg(value_name = "ID")]
    pub id: String,
    /// Print what would be brought back, write nothing
    #[arg(long)]
    pub dry_run: bool,
}
