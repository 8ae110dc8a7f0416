//! Rows put together for the store, checked: as many as fit, all with the same names.

use anyhow::Result;

use crate::clock::UnixTime;
use crate::metrics::row::Row;
use crate::metrics::sources::{RowSource, bad};

/// The most rows of a batch.
const ROWS: usize = 1024;

/// Rows with the same names.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// The names of the metrics.
    pub names: Vec<String>,
    /// When each row was measured, in unix seconds.
    pub ats: Vec<f64>,
    /// The values, row by row; NaN where one is missing.
    pub values: Vec<f64>,
    /// How many bytes of the source were read so far.
    pub bytes: u64,
}

impl Batch {
    fn push(&mut self, at: f64, row: &Row) {
        if self.ats.is_empty() {
            self.names.clone_from(&row.names);
        }
        self.ats.push(at);
        self.values.extend_from_slice(&row.values);
    }
}

/// Reads batches from a source.
pub struct Batches<'s> {
    source: Box<dyn RowSource + Send + 's>,
    /// The time of rows that do not tell.
    default_at: f64,
    /// The latest time that a row may have.
    latest: f64,
    row: Row,
    /// Whether `row` was read and belongs to the next batch.
    is_waiting: bool,
}

impl<'s> Batches<'s> {
    /// Makes a reader; rows that do not tell their time get `default_at`, and none may be later than `latest`.
    #[must_use]
    pub fn new(source: Box<dyn RowSource + Send + 's>, default_at: f64, latest: f64) -> Self {
        Self {
            source,
            default_at,
            latest,
            row: Row::default(),
            is_waiting: false,
        }
    }

    /// Returns the next rows, or `None` at the end.
    ///
    /// # Errors
    ///
    /// A usage failure names the first row that cannot be recorded.
    pub fn next(&mut self) -> Result<Option<Batch>> {
        let mut batch = Batch::default();
        while self.is_waiting || self.source.next(&mut self.row)? {
            if !self.is_waiting {
                let checked = self.row.check();
                checked.map_err(|problem| bad(&self.source.place(), problem))?;
            }
            // Names that differ begin a batch of their own.
            self.is_waiting = !batch.ats.is_empty() && batch.names != self.row.names;
            if self.is_waiting {
                break;
            }
            let at = self.row.at.unwrap_or(self.default_at);
            if at > self.latest {
                let problem = format!("its time {} lies in the future", UnixTime(at));
                return Err(bad(&self.source.place(), problem));
            }
            if at < 0.0 {
                let problem = format!("its time {} lies before 1970", UnixTime(at));
                return Err(bad(&self.source.place(), problem));
            }
            batch.push(at, &self.row);
            if batch.ats.len() >= ROWS {
                break;
            }
        }
        batch.bytes = self.source.bytes();
        Ok((!batch.ats.is_empty()).then_some(batch))
    }
}
