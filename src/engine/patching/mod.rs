//! The patch step of a cycle: a patch is made in a separate copy, put in place, judged, kept or taken back.
//!
//! What is allowed and what becomes of a patch is decided in `patch`; here files are copied, compared and replaced.

mod applying;
mod checking;
mod committing;
mod copying;
mod git_tree;
mod making;
mod mending;
mod off_limits;
mod patch_report;
mod patch_step;
mod printed_diff;
mod proposal;
mod restoring;
mod settings;
mod settling;
mod stored_patch;
mod taking_back;
mod told;

pub use off_limits::RegistryCommands;
pub use patch_report::{CommitNote, PatchOutcome, PatchReport};
pub(super) use patch_step::Patching;
pub(super) use settling::Settled;
pub use stored_patch::StoredPatch;
