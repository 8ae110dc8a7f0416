//! One engine in a line.

use serde::Serialize;

use crate::clock::UnixTime;
use crate::report::records::EngineRecords;
use crate::report::series::add;
use crate::store::CycleState;

/// How many of the newest deltas are kept for a line of bars.
const NEWEST: usize = 20;

/// What an engine did since the report begins.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct EngineLine {
    /// Its name.
    pub engine: String,
    /// How many cycles it began.
    pub cycles: usize,
    /// How many succeeded.
    pub ok: usize,
    /// How many failed.
    pub failed: usize,
    /// How often it was skipped.
    pub skips: i64,
    /// The sum of its ROI deltas.
    pub roi: f64,
    /// The sum of what its cycles cost.
    pub cost: f64,
    /// When its last cycle was begun.
    pub last_started: Option<UnixTime>,
    /// Its newest ROI deltas, oldest first.
    pub newest: Vec<f64>,
}

impl EngineLine {
    /// Computes it.
    #[must_use]
    pub fn of(engine: &EngineRecords) -> Self {
        let in_state = |state| engine.cycles.iter().filter(|it| it.state == state).count();
        let sum = |numbers: &mut dyn Iterator<Item = f64>| numbers.fold(0.0, add);
        let deltas: Vec<f64> = engine.cycles.iter().filter_map(|cycle| cycle.roi).collect();
        let skips = engine.decisions.iter().filter(|span| !span.is_run);
        Self {
            engine: engine.engine.clone(),
            cycles: engine.cycles.len(),
            ok: in_state(CycleState::Ok),
            failed: in_state(CycleState::Failed),
            skips: skips.fold(0, |sum, span| sum.saturating_add(span.count)),
            roi: sum(&mut deltas.iter().copied()),
            cost: sum(&mut engine.cycles.iter().filter_map(|cycle| cycle.cost)),
            last_started: engine.cycles.last().map(|cycle| cycle.started_at),
            newest: deltas
                .get(deltas.len().saturating_sub(NEWEST)..)
                .unwrap_or_default()
                .to_vec(),
        }
    }
}
