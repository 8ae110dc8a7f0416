//! The options of `register` about the patch step.

use crate::cli::PatchingArgs;
use crate::engine::SelfImprovementEngine;
use crate::error::Failure;
use crate::patch::SelfCodingEngine;

/// Takes over the options about the patch step. Lists that are given take the place of the present ones.
pub fn set_patch(engine: &mut SelfImprovementEngine, args: &PatchingArgs) -> anyhow::Result<()> {
    let has_more = !args.patch_target.is_empty()
        || !args.patch_check.is_empty()
        || !args.patch_copy.is_empty()
        || args.patch_min_delta.is_some()
        || args.patch_trials.is_some()
        || args.patch_commit.is_some();
    match args.patch.as_deref() {
        None if !has_more => return Ok(()),
        Some("") if has_more => {
            return Err(Failure::usage(
                "`--patch ''` removes the patch step, so it takes no other option of it",
            )
            .into());
        }
        Some("") => {
            engine.patch = None;
            return Ok(());
        }
        _ => {}
    }
    let present = engine.patch.take();
    let mut patch = match (&args.patch, present) {
        (Some(generate), Some(present)) => SelfCodingEngine {
            generate: generate.clone(),
            ..present
        },
        (Some(generate), None) => SelfCodingEngine::new(generate, &[]),
        (None, Some(present)) => present,
        (None, None) => {
            return Err(Failure::usage("there is no command that makes patches")
                .hint("name it: `--patch './tune.sh' --patch-target params.txt`")
                .into());
        }
    };
    for (given, list) in [
        (&args.patch_target, &mut patch.targets),
        (&args.patch_check, &mut patch.check),
        (&args.patch_copy, &mut patch.copy),
    ] {
        if !given.is_empty() {
            list.clone_from(given);
        }
    }
    patch.min_delta = args.patch_min_delta.unwrap_or(patch.min_delta);
    patch.trials = args.patch_trials.unwrap_or(patch.trials);
    patch.commit = args.patch_commit.unwrap_or(patch.commit);
    engine.patch = Some(patch);
    engine.check()
}
