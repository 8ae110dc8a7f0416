//! Events: what engines publish and what is asked of them, as CloudEvents 1.0, and who is told of them.
//!
//! Knows topics, the envelope and hooks; where events are kept is the store's business, running hooks the registry's.

mod cloud_event;
mod hooks;
mod topic;

pub use cloud_event::{CloudEvent, MAX_DATA, event, from_outside, publish};
pub use hooks::{EventHook, HookCommand, Hooks};
pub use topic::{
    CYCLE, DISCREPANCY, EVOLVE, METRICS_NEW, MODULE_DIMINISHING, PATCH_APPLIED, PATCH_KEPT,
    PATCH_REFUSED, PATCH_REVERTED, waits,
};
