//! Metrics rows as they come in: read from files, JSON or the command line, and checked. Stores nothing.

mod json;
mod row;
mod sources;

pub use json::Json;
pub use row::{Row, check_row};
pub use sources::{Csv, JsonLines, Pairs, RowSource, time_of};
