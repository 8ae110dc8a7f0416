//! The options of `doctor`.

use clap::Args;

use crate::byte_size::ByteSize;
use crate::cli::values;

/// `doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Mend what is safe to mend
    #[arg(long, conflicts_with = "gc")]
    pub fix: bool,
    /// Drop what is older than the limits below
    #[arg(long)]
    pub gc: bool,
    /// Keep records of this many days
    #[arg(long, value_name = "N", requires = "gc")]
    pub keep_days: Option<u32>,
    /// Keep the newest N cycles of each engine; 20 always stay
    #[arg(long, value_name = "N", requires = "gc", value_parser = values::rows)]
    pub keep_cycles: Option<usize>,
    /// Drop the oldest runs until databases and runs have this size, for example 500M or 2GiB
    #[arg(long, value_name = "SIZE", requires = "gc", value_parser = ByteSize::parse)]
    pub max_bytes: Option<ByteSize>,
    /// Print what would be mended or dropped, write nothing
    #[arg(long)]
    pub dry_run: bool,
}
