//! Metrics: what was recorded, and what there is.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::clock::UnixTime;
use crate::diagnostics::MetricsRow;
use crate::duration::HumanDuration;
use crate::output::cell::{Cell, short};
use crate::output::document::Document;
use crate::output::sparkline::{sparkline, thinned};
use crate::output::table::Table;

/// The most bars of a sparkline.
const BARS: usize = 40;

/// What `metrics record` did.
#[derive(Debug, Serialize)]
pub struct RecordedDocument {
    /// The version of this document.
    pub schema_version: u32,
    /// Whether nothing was written.
    pub dry_run: bool,
    /// The bot.
    pub bot: String,
    /// What happened in each database that keeps rows of this bot.
    pub recorded: Vec<RecordedIn>,
}

/// What `metrics record` did in one database.
#[derive(Debug, Serialize)]
pub struct RecordedIn {
    /// The engines that look at it.
    pub engines: Vec<String>,
    /// How many rows were recorded.
    pub rows: u64,
    /// How many of the oldest rows were dropped.
    pub dropped: u64,
    /// How many rows are kept at most.
    pub keeps: u64,
}

impl Document for RecordedDocument {
    const ROWS: &'static str = "recorded";

    fn table(&self, _now: UnixTime) -> Table {
        let line = |it: &RecordedIn| {
            let verb = if self.dry_run {
                "would record"
            } else {
                "recorded"
            };
            let rows = if it.rows == 1 { "row" } else { "rows" };
            let dropped = if it.dropped > 0 {
                format!(
                    "; dropped the oldest {}: the newest {} are kept",
                    it.dropped, it.keeps
                )
            } else {
                String::new()
            };
            let engines = it.engines.join(", ");
            format!(
                "{verb} {} {rows} of bot {} for {engines}{dropped}",
                it.rows, self.bot
            )
        };
        let row = |it: &RecordedIn| {
            vec![
                Cell::text(&self.bot),
                Cell::text(it.engines.join(",")),
                Cell::text(it.rows.to_string()),
                Cell::text(it.dropped.to_string()),
            ]
        };
        Table {
            before: self.recorded.iter().map(line).collect(),
            rows: self.recorded.iter().map(row).collect(),
            ..Table::default()
        }
    }
}

/// The newest metrics of a bot.
#[derive(Debug, Serialize)]
pub struct MetricsDocument {
    schema_version: u32,
    bot: String,
    /// How many rows are kept, and how many were dropped so far.
    kept: u64,
    dropped: u64,
    metrics: Vec<MetricSummary>,
    rows: Vec<ShownRow>,
}

#[derive(Debug, Serialize)]
struct MetricSummary {
    metric: String,
    rows: usize,
    last: f64,
    min: f64,
    mean: f64,
    max: f64,
    #[serde(skip)]
    values: Vec<f64>,
}

#[derive(Debug, Serialize)]
struct ShownRow {
    at: UnixTime,
    values: BTreeMap<String, f64>,
}

impl MetricsDocument {
    /// Sums up rows, oldest first.
    #[must_use]
    pub fn new(bot: String, kept: u64, dropped: u64, rows: Vec<MetricsRow>) -> Self {
        let mut values: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for row in &rows {
            for (metric, value) in &row.values {
                values.entry(metric).or_default().push(*value);
            }
        }
        let metrics = values
            .into_iter()
            .map(|(metric, values)| MetricSummary {
                metric: metric.to_owned(),
                rows: values.len(),
                last: values.last().copied().unwrap_or_default(),
                min: values.iter().copied().fold(f64::INFINITY, f64::min),
                mean: crate::diagnostics::series::mean(&values).unwrap_or_default(),
                max: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
                values,
            })
            .collect();
        let shown = |row: MetricsRow| ShownRow {
            at: UnixTime(row.at),
            values: row.values,
        };
        Self {
            schema_version: 1,
            bot,
            kept,
            dropped,
            metrics,
            rows: rows.into_iter().map(shown).collect(),
        }
    }
}

impl Document for MetricsDocument {
    const ROWS: &'static str = "metrics";

    fn table(&self, now: UnixTime) -> Table {
        let newest = self.rows.last().map_or_else(String::new, |row| {
            let age = now.seconds_since(row.at).max(0.0);
            format!(", newest row {} old", HumanDuration::rough(age))
        });
        let dropped = if self.dropped > 0 {
            format!(", {} older ones dropped", self.dropped)
        } else {
            String::new()
        };
        let count = self.rows.len();
        let line = format!(
            "bot {}: newest {count} of {} rows{dropped}{newest}",
            self.bot, self.kept
        );
        let number = |number: f64| Cell::both(short(number), number.to_string());
        let row = |metric: &MetricSummary| {
            vec![
                Cell::text(&metric.metric),
                number(metric.last),
                number(metric.min),
                number(metric.mean),
                number(metric.max),
                Cell::text(metric.rows.to_string()),
                Cell::text(sparkline(&thinned(&metric.values, BARS))),
            ]
        };
        Table {
            before: if count > 0 { vec![line] } else { Vec::new() },
            header: vec![
                "METRIC",
                "LAST",
                "MIN",
                "MEAN",
                "MAX",
                "ROWS",
                "OLDEST TO NEWEST",
            ],
            rows: self.metrics.iter().map(row).collect(),
            after: Vec::new(),
        }
    }

    fn nothing(&self) -> Option<String> {
        self.rows.is_empty().then(|| {
            format!(
                "no metrics of bot {} yet; record some with `sie metrics record NAME errors=0`",
                self.bot
            )
        })
    }
}
