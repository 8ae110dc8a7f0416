//! Module trends: which parts of an engine's bot earn their cycles, and which have stopped improving.
//!
//! Pure: nothing here reads files, the clock or the environment, and nothing prints. Where the deltas come from (a
//! cycle's result, `modules record`) and where they are kept is the caller's business.

mod delta_size;
mod delta_source;
mod diminishing_rule;
mod module_buckets;
mod module_error;
mod module_returns;
mod module_trend;
mod module_trends;

#[cfg(test)]
mod conformance;

pub use delta_size::delta_size;
pub use delta_source::{delta_of_pair, deltas_of_json};
pub use diminishing_rule::{DiminishingRule, Window};
pub use module_buckets::{ModuleBuckets, fnv1a_64};
pub use module_error::ModuleError;
pub use module_returns::{DeltaUnit, DiminishingModule, ModuleReturns, ModuleScale};
pub use module_trend::{MAX_NAME_BYTES, ModuleTrend, RECENT_DELTAS};
pub use module_trends::{MAX_MODULES, ModuleTrends};
