//! What was spent and missed, and what a schedule would have spent and missed.

use serde::Serialize;
use serde_json::{Value, json};

use crate::clock::UnixTime;
use crate::duration::HumanDuration;
use crate::engine::SavingsRecord;
use crate::output::cell::{Cell, short, signed};
use crate::output::document::Document;
use crate::output::table::Table;
use crate::policy::savings::{Inferred, Savings};

/// One engine's side of it.
#[derive(Debug)]
pub struct EngineSavings {
    /// Its name.
    pub engine: String,
    /// When the period begins.
    pub since: UnixTime,
    /// How often the schedule would have run.
    pub schedule: HumanDuration,
    /// What the ledger says was spent.
    pub spent: f64,
    /// How much of that is assumed.
    pub assumed: f64,
    /// What is on record.
    pub record: SavingsRecord,
    /// What its metrics say.
    pub inferred: Savings,
}

/// The savings of several engines.
#[derive(Debug, Serialize)]
pub struct SavingsDocument {
    schema_version: u32,
    until: UnixTime,
    engines: Vec<Value>,
    #[serde(skip)]
    lines: Vec<Line>,
}

/// One row, as it is shown.
#[derive(Debug)]
struct Line {
    engine: String,
    schedule: HumanDuration,
    runs: usize,
    spent: f64,
    assumed: f64,
    schedule_runs: Option<usize>,
    schedule_spent: Option<f64>,
    missed: Option<Inferred>,
    schedule_missed: Option<Inferred>,
    net: Option<Inferred>,
}

impl SavingsDocument {
    /// Begins without any engine.
    #[must_use]
    pub fn new(until: UnixTime) -> Self {
        Self {
            schema_version: 1,
            until,
            engines: Vec::new(),
            lines: Vec::new(),
        }
    }

    /// Adds an engine.
    pub fn add(&mut self, found: EngineSavings) {
        let EngineSavings {
            record, inferred, ..
        } = &found;
        let has_rows = inferred.rows > 0;
        // Without rows only the clock tells when the schedule would have run.
        let by_clock =
            (self.until.seconds_since(found.since) / found.schedule.as_secs_f64()).floor();
        let schedule_runs = if has_rows {
            count(inferred.schedule_runs)
        } else {
            by_clock.max(0.0)
        };
        let schedule_spent = record.price.map(|price| price * schedule_runs);
        let money = schedule_spent.map(|schedule| schedule - found.spent);
        let gains = has_rows.then(|| {
            Inferred::new(
                inferred.schedule_missed.amount - inferred.missed.amount,
                inferred.schedule_missed.variance() + inferred.missed.variance(),
            )
        });
        let net = money
            .zip(gains)
            .map(|(money, gains)| Inferred::new(money + gains.amount, gains.variance()));
        let known = |amount: Inferred| has_rows.then_some(amount);
        self.engines.push(json!({
            "engine": found.engine,
            "since": found.since,
            "until": self.until,
            "measured": {
                "runs": record.runs,
                "failed": record.failed,
                "spent": found.spent,
                "assumed": found.assumed,
                "roi": record.roi,
            },
            "inferred": {
                "rows": inferred.rows,
                "obtained": known(inferred.obtained),
                "missed": known(inferred.missed),
            },
            "schedule": {
                "every": found.schedule,
                "runs": schedule_runs,
                "price": record.price,
                "spent": schedule_spent,
                "missed": known(inferred.schedule_missed),
            },
            "saved": {
                "money": money,
                "gains": gains,
                "net": net,
            },
        }));
        self.lines.push(Line {
            runs: record.runs + record.failed,
            spent: found.spent,
            assumed: found.assumed,
            schedule_runs: has_rows.then_some(inferred.schedule_runs),
            schedule_spent,
            missed: known(inferred.missed),
            schedule_missed: known(inferred.schedule_missed),
            net,
            schedule: found.schedule,
            engine: found.engine,
        });
    }

    /// Says in words what came of it.
    fn verdicts(&self) -> Vec<String> {
        let mut lines: Vec<String> = self
            .lines
            .iter()
            .map(|line| {
                let who = format!("{} against every {}", line.engine, line.schedule);
                match line.net {
                    Some(net) if net.low > 0.0 => format!("{who}: saved {}", range(net)),
                    Some(net) if net.high < 0.0 => format!("{who}: lost {}", range(negated(net))),
                    Some(net) => format!("{who}: neither saved nor lost for certain, {}", range(net)),
                    None if line.schedule_spent.is_none() => format!(
                        "{who}: nobody knows what a cycle costs; say so with `sie register {} --replace --cost C`",
                        line.engine
                    ),
                    None => format!(
                        "{who}: no metrics tell a loss, so nothing is known of what skipping missed"
                    ),
                }
            })
            .collect();
        if !self.lines.is_empty() {
            lines.push(
                "spent is measured, from the ledger; missed is inferred from the metrics, with its 95 % interval".to_owned(),
            );
        }
        lines
    }
}

impl Document for SavingsDocument {
    const ROWS: &'static str = "engines";

    fn table(&self, _now: UnixTime) -> Table {
        let inferred = |amount: Option<Inferred>| {
            amount.map_or_else(Cell::none, |it| {
                Cell::both(range(it), it.amount.to_string())
            })
        };
        let row = |line: &Line| {
            vec![
                Cell::text(&line.engine),
                Cell::text(line.runs.to_string()),
                Cell::amount(Some(line.spent), line.assumed > 0.0),
                line.schedule_runs
                    .map_or_else(Cell::none, |runs| Cell::text(runs.to_string())),
                Cell::amount(line.schedule_spent, false),
                inferred(line.missed),
                inferred(line.schedule_missed),
                line.net.map_or_else(Cell::none, |net| {
                    Cell::both(signed(rounded(net.amount)), net.amount.to_string())
                }),
            ]
        };
        Table {
            header: vec![
                "ENGINE",
                "RUNS",
                "SPENT",
                "SCHEDULE RUNS",
                "SCHEDULE SPENT",
                "MISSED",
                "SCHEDULE MISSED",
                "SAVED",
            ],
            rows: self.lines.iter().map(row).collect(),
            after: self.verdicts(),
            ..Table::default()
        }
    }

    fn nothing(&self) -> Option<String> {
        self.lines.is_empty().then(|| {
            "nothing was run or measured yet; `sie run-all` and `sie metrics record` give something to compare"
                .to_owned()
        })
    }
}

fn negated(amount: Inferred) -> Inferred {
    Inferred {
        amount: -amount.amount,
        low: -amount.high,
        high: -amount.low,
    }
}

fn range(amount: Inferred) -> String {
    let show = |number: f64| short(rounded(number));
    format!(
        "{} ({} to {})",
        show(amount.amount),
        show(amount.low),
        show(amount.high)
    )
}

/// Rounds to what an interval is worth.
fn rounded(amount: f64) -> f64 {
    if amount.abs() < 1000.0 {
        (amount * 10.0).round() / 10.0
    } else {
        amount.round()
    }
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::from(u32::MAX), f64::from)
}
