//! Definitions that `sie show` printed do not have the secrets.

use anyhow::Result;

use crate::engine::SelfImprovementEngine;
use crate::error::Failure;
use crate::output::HIDDEN;
use crate::pipeline::is_secret_name;

/// Refuses a definition in which a secret is what stands in its place when it is shown.
pub fn refuse_hidden_values(engine: &SelfImprovementEngine) -> Result<()> {
    let mut env = engine.env.iter();
    let hidden = env.find(|(key, value)| is_secret_name(key) && *value == HIDDEN);
    let Some((key, _)) = hidden else {
        return Ok(());
    };
    Err(Failure::usage(format!(
        "the value of {key} is `{HIDDEN}`, which is how `sie show` hides a secret"
    ))
    .hint(format!(
        "put the value there, or give it with `--env {key}=…`"
    ))
    .into())
}
