//! Metrics rows as they come in: read from files, JSON or the command line, and checked. Stores nothing.

mod batch;
mod json;
mod row;
mod sources;

pub use batch::{Batch, Batches};
pub use json::Json;
pub use row::check_row;
pub use sources::{Csv, JsonLines, Pairs, RowSource, time_of};
