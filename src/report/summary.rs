//! The whole report in a few numbers.

use serde::Serialize;

use crate::report::engine_line::EngineLine;
use crate::report::series::add;

/// What the registered engines did together since the report begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Summary {
    /// How many engines are registered.
    pub engines: usize,
    /// How many cycles they began.
    pub cycles: usize,
    /// How many succeeded.
    pub ok: usize,
    /// How many failed.
    pub failed: usize,
    /// How often an engine was skipped.
    pub skips: i64,
    /// The sum of the ROI deltas, net of cost.
    pub roi: f64,
    /// The sum of what the cycles cost.
    pub cost: f64,
}

impl Summary {
    /// Computes it.
    #[must_use]
    pub fn of(engines: &[EngineLine]) -> Self {
        let start = Self {
            engines: engines.len(),
            ..Self::default()
        };
        engines.iter().fold(start, |sum, engine| Self {
            cycles: sum.cycles + engine.cycles,
            ok: sum.ok + engine.ok,
            failed: sum.failed + engine.failed,
            skips: sum.skips.saturating_add(engine.skips),
            roi: add(sum.roi, engine.roi),
            cost: add(sum.cost, engine.cost),
            ..sum
        })
    }
}
