//! What was forgotten, and what stays.

use serde::Serialize;

use crate::byte_size::ByteSize;
use crate::clock::UnixTime;
use crate::doctor::{EngineRetention, Retention};
use crate::output::cell::Cell;
use crate::output::document::Document;
use crate::output::table::Table;

/// What `doctor --gc` dropped.
#[derive(Debug, Serialize)]
pub struct RetentionDocument {
    /// The version of this document.
    pub schema_version: u32,
    /// Whether nothing was dropped that would be.
    pub dry_run: bool,
    /// Records of so many days are kept.
    pub keep_days: Option<u32>,
    /// So many of the newest cycles of each engine are kept.
    pub keep_cycles: Option<usize>,
    /// Databases and runs are to have so many bytes at most.
    pub max_bytes: Option<u64>,
    /// The engines of which something was dropped, and those that were busy.
    pub engines: Vec<EngineRetention>,
    /// How many bytes databases and runs had before.
    pub bytes_before: u64,
    /// How many they have now; of a rehearsal without what the databases would give back.
    pub bytes_after: u64,
    /// Whether they still have more than was asked for.
    pub is_over_limit: bool,
    /// Why a database gave no space back.
    pub not_given_back: Option<String>,
}

impl RetentionDocument {
    /// Describes what was dropped.
    #[must_use]
    pub fn new(
        retention: Retention,
        dry_run: bool,
        (keep_days, keep_cycles, max_bytes): (Option<u32>, Option<usize>, Option<u64>),
    ) -> Self {
        Self {
            schema_version: 1,
            dry_run,
            keep_days,
            keep_cycles,
            max_bytes,
            engines: retention.engines,
            bytes_before: retention.bytes_before,
            bytes_after: retention.bytes_after,
            is_over_limit: retention.is_over_limit,
            not_given_back: retention.not_given_back,
        }
    }

    fn summary(&self) -> Vec<String> {
        let sum =
            |count: fn(&EngineRetention) -> u64| -> u64 { self.engines.iter().map(count).sum() };
        let verb = if self.dry_run {
            "would drop"
        } else {
            "dropped"
        };
        let (before, after) = (ByteSize(self.bytes_before), ByteSize(self.bytes_after));
        let mut lines = vec![
            format!(
                "{verb} {} cycles with {} attempts, {} decisions, {} events, and {} runs of {}; {before} → {after}",
                sum(|it| it.cycles),
                sum(|it| it.attempts),
                sum(|it| it.decisions),
                sum(|it| it.events),
                sum(|it| it.runs),
                ByteSize(sum(|it| it.run_bytes)),
            ),
            "kept: what policies and modules learned, the ledger, ROI deltas, metrics, and the newest 20 cycles and \
             successes of each engine"
                .to_owned(),
        ];
        if let Some(problem) = &self.not_given_back {
            lines.push(format!(
                "the space was not given back to the disk yet: {problem}"
            ));
        }
        if self.is_over_limit {
            lines.push(format!(
                "still more than {}: the newest run of each engine stays; `--keep-days N` drops records",
                ByteSize(self.max_bytes.unwrap_or(0))
            ));
        }
        lines
    }
}

impl Document for RetentionDocument {
    const ROWS: &'static str = "engines";

    fn table(&self, _now: UnixTime) -> Table {
        let number = |count: u64| Cell::text(count.to_string());
        let row = |engine: &EngineRetention| {
            vec![
                Cell::text(&engine.engine),
                number(engine.cycles),
                number(engine.attempts),
                number(engine.decisions),
                number(engine.events),
                number(engine.runs),
                Cell::both(
                    ByteSize(engine.run_bytes).to_string(),
                    engine.run_bytes.to_string(),
                ),
                Cell::text(if engine.is_busy {
                    "left alone: its cycle is running"
                } else {
                    ""
                }),
            ]
        };
        Table {
            header: vec![
                "ENGINE",
                "CYCLES",
                "ATTEMPTS",
                "DECISIONS",
                "EVENTS",
                "RUNS",
                "BYTES",
                "NOTE",
            ],
            rows: self.engines.iter().map(row).collect(),
            after: self.summary(),
            ..Table::default()
        }
    }

    fn nothing(&self) -> Option<String> {
        self.engines
            .is_empty()
            .then(|| "nothing is older than what is to be kept".to_owned())
    }
}
