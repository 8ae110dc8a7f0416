//! Reads the options about gates, before anything runs.

use anyhow::{Context, Result};

use crate::cli::{GateArgs, RegisterArgs};
use crate::duration::HumanDuration;
use crate::engine::SelfImprovementEngine;
use crate::error::Failure;
use crate::gate::{GateRequest, Gates};

/// Returns what the options ask for.
///
/// # Errors
///
/// A usage failure shows what cannot be used and where.
pub fn request(args: &GateArgs) -> Result<GateRequest> {
    Ok(GateRequest {
        gates: Gates::parse(&args.gate)?,
        max_age: max_age(args.max_age.as_deref())?.map(|it| it.0),
        min_samples: args.min_samples,
    })
}

/// Takes over the options about gates that `register` has; gates given take the place of all present ones.
///
/// # Errors
///
/// As [`request`].
pub fn set_on(engine: &mut SelfImprovementEngine, args: &RegisterArgs) -> Result<()> {
    match args.gate.as_slice() {
        [] => {}
        [nothing] if nothing.is_empty() => engine.gates = Gates::default(),
        given => engine.gates = Gates::parse(given)?,
    }
    engine.max_age = max_age(args.max_age.as_deref())?.or(engine.max_age);
    engine.min_samples = args.min_samples.or(engine.min_samples);
    Ok(())
}

fn max_age(text: Option<&str>) -> Result<Option<HumanDuration>> {
    let parsed = text.map(HumanDuration::parse).transpose();
    parsed.with_context(|| Failure::usage("`--max-age` cannot be used"))
}
