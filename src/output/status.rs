//! How the fleet is, at a glance.

use serde::Serialize;

use crate::clock::UnixTime;
use crate::duration::HumanDuration;
use crate::engine::Decision;
use crate::output::cell::{Cell, short, signed};
use crate::output::document::Document;
use crate::output::engine_condition::EngineCondition;
use crate::output::pause::end_words;
use crate::output::sparkline::sparkline;
use crate::output::table::Table;
use crate::output::tint::{Tint, Tinted};
use crate::registry::BadEntry;
use crate::store::{Pause, RecentSums};

/// How many of the newest ROI deltas are drawn.
pub const SPARKLINE_CYCLES: usize = 12;

/// How one engine is.
#[derive(Debug, Serialize)]
pub struct EngineStatus {
    /// Its name.
    pub engine: String,
    /// When its last cycle ended.
    pub last_run: Option<UnixTime>,
    /// How it ended, or `running`.
    pub result: Option<String>,
    /// Why it failed.
    pub failure: Option<String>,
    /// How many cycles failed in a row.
    pub failures_in_row: u32,
    /// The sum of its ROI deltas.
    pub roi_total: f64,
    /// The sum of its ROI deltas of the last 7 days.
    pub roi_7d: f64,
    /// What its cycles of the last 7 days cost.
    pub spent_7d: f64,
    /// The pause, if it is paused.
    pub paused: Option<Pause>,
    /// Its newest ROI deltas, oldest first.
    pub roi: Vec<f64>,
    /// What can be said of it in one word each.
    pub states: Vec<EngineCondition>,
    /// What would be decided now.
    pub next: Decision,
    /// What is worth knowing.
    pub note: Option<String>,
}

impl EngineStatus {
    /// Takes over what the last 7 days brought and cost.
    #[must_use]
    pub fn with_sums(mut self, sums: RecentSums) -> Self {
        self.roi_7d = sums.roi;
        self.spent_7d = sums.cost;
        self
    }

    /// Returns in how many seconds it is due as far as is known; infinity if nobody knows.
    #[must_use]
    pub fn due_in(&self) -> f64 {
        if self.paused.is_some() {
            return f64::INFINITY;
        }
        if self.next.is_run() {
            return 0.0;
        }
        self.next.due_in.unwrap_or(f64::MAX)
    }
}

/// The status of all engines.
#[derive(Debug, Serialize)]
pub struct StatusDocument {
    /// The version of this document.
    pub schema_version: u32,
    /// Each engine, in the order asked for.
    pub engines: Vec<EngineStatus>,
    /// Entries of the registry that cannot be used.
    pub bad_entries: Vec<BadEntry>,
    /// Whether what was spent has a column of its own.
    #[serde(skip)]
    pub shows_spent: bool,
    /// What to say where there is nothing to show, unless that no engine is registered.
    #[serde(skip)]
    pub nothing_matches: bool,
}

impl StatusDocument {
    /// Counts the engines by what can be said of them: `3 engines: 1 due, 1 failed`.
    fn counts(&self) -> String {
        let counts: Vec<String> = EngineCondition::ALL
            .into_iter()
            .filter_map(|condition| {
                let engines = self.engines.iter();
                let count = engines
                    .filter(|engine| engine.states.contains(&condition))
                    .count();
                (count > 0).then(|| format!("{count} {}", condition.words()))
            })
            .collect();
        format!("{} engines: {}", self.engines.len(), counts.join(", "))
    }

    fn row(&self, engine: &EngineStatus, now: UnixTime) -> Vec<Cell> {
        let roi = if engine.roi.is_empty() {
            Cell::none()
        } else {
            let sum = signed(engine.roi_7d);
            Cell::both(
                format!("{sum}  {}", sparkline(&engine.roi)),
                engine.roi_7d.to_string(),
            )
        };
        let mut row = vec![
            Cell::text(&engine.engine),
            Cell::time(engine.last_run, now),
            match (&engine.paused, &engine.result) {
                (Some(_), _) => Cell::text("paused"),
                (None, None) => Cell::none(),
                (None, Some(result)) => Cell::both(result.replace('_', " "), result),
            },
            roi,
        ];
        if self.shows_spent {
            let spent = engine.spent_7d;
            row.push(Cell::both(short(spent), spent.to_string()));
        }
        row.push(match &engine.paused {
            Some(pause) => Cell::both(end_words(pause, now), engine.next.reason.code()),
            None => Cell::both(next_words(&engine.next), engine.next.reason.code()),
        });
        let note = engine.note.as_ref();
        row.push(note.map_or_else(|| Cell::both("", ""), Cell::text));
        row
    }
}

/// The colour of a result: what failed stands out, what is left alone steps back.
fn meaning(result: &str) -> Option<Tint> {
    match result {
        "ok" => Some(Tint::Good),
        "failed" | "gate failed" | "interrupted" => Some(Tint::Bad),
        "running" | "deferred" | "cancelled" => Some(Tint::Attention),
        "paused" => Some(Tint::Quiet),
        _ => None,
    }
}

impl Document for StatusDocument {
    const ROWS: &'static str = "engines";
    const TINTED: Option<Tinted> = Some(Tinted {
        column: Some("RESULT"),
        meaning,
    });

    fn table(&self, now: UnixTime) -> Table {
        let mut header = vec!["ENGINE", "LAST RUN", "RESULT", "ROI (7 D)"];
        if self.shows_spent {
            header.push("SPENT (7 D)");
        }
        header.extend(["NEXT", "NOTE"]);
        let is_fleet = self.engines.len() > 1;
        Table {
            header,
            rows: self
                .engines
                .iter()
                .map(|engine| self.row(engine, now))
                .collect(),
            after: is_fleet.then(|| self.counts()).into_iter().collect(),
            ..Table::default()
        }
    }

    fn nothing(&self) -> Option<String> {
        self.engines.is_empty().then(|| {
            if self.nothing_matches {
                "no engine is in this state".to_owned()
            } else {
                "no engines are registered; register one with `sie register NAME --pipeline 'CMD'`, or try `sie demo`"
                    .to_owned()
            }
        })
    }
}

/// Says in words what comes next: `due: interval over`, `in 42m`.
#[must_use]
pub fn next_words(decision: &Decision) -> String {
    if decision.is_run() {
        return format!("due: {}", decision.reason.words());
    }
    match decision.due_in {
        Some(seconds) => format!(
            "in {}: {}",
            HumanDuration::rough(seconds.ceil()),
            decision.reason.words()
        ),
        None => format!("skip: {}", decision.reason.words()),
    }
}
