//! Reads the options about gates, before anything runs.

use anyhow::{Context, Result};

use crate::cli::GateArgs;
use crate::duration::HumanDuration;
use crate::error::Failure;
use crate::gate::{GateRequest, Gates};

/// Returns what the options ask for.
///
/// # Errors
///
/// A usage failure shows what cannot be used and where.
pub fn request(args: &GateArgs) -> Result<GateRequest> {
    let max_age = args
        .max_age
        .as_deref()
        .map(HumanDuration::parse)
        .transpose();
    Ok(GateRequest {
        gates: Gates::parse(&args.gate)?,
        max_age: max_age
            .with_context(|| Failure::usage("`--max-age` cannot be used"))?
            .map(|duration| duration.0),
        min_samples: args.min_samples,
    })
}
