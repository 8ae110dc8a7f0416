//! Checks the key `patch` of an engine.

use anyhow::{Context, Result};

use crate::engine::self_improvement_engine::SelfImprovementEngine;
use crate::error::Failure;
use crate::pipeline::StageCommand;

impl SelfImprovementEngine {
    /// Checks that the patch step makes sense and its commands can be split into words.
    pub(in crate::engine) fn check_patch(&self) -> Result<()> {
        let Some(patch) = &self.patch else {
            return Ok(());
        };
        patch.check().map_err(|error| {
            Failure::usage(format!("`patch` cannot be used: {error}")).hint(
                "for example `--patch './tune.sh' --patch-target params.txt --patch-check './check.sh'`",
            )
        })?;
        for command in [&patch.generate].into_iter().chain(&patch.check) {
            StageCommand::split(command).context(Failure::usage("`patch` cannot be used"))?;
        }
        Ok(())
    }
}
