//! Which gates count for an engine that ran no cycle: a gate that was not measured is never passed.

use crate::engine::Reason;
use crate::gate::{GateVerdict, Shortfall};
use crate::registry::entry::RegisteredEngine;
use crate::registry::fleet_run::FleetOptions;
use crate::registry::report::EngineReport;

/// Returns the verdicts on an engine: those on its cycle, or that there was none where one was owed.
///
/// An engine that was due and could not be run owes one for all its gates. One that was rightly left alone owes none,
/// unless the operator named it and asked for a gate.
#[must_use]
pub fn verdicts(
    engine: &RegisteredEngine,
    report: &EngineReport,
    options: &FleetOptions,
) -> Vec<GateVerdict> {
    if let Some(cycle) = &report.cycle {
        return cycle.gates.clone();
    }
    let is_asked = !options.gates.gates.is_empty();
    let why = if report.error.is_some() {
        "the engine could not be run".to_owned()
    } else if report.reason == Reason::Busy.code() {
        "a cycle of the engine is running already".to_owned()
    } else if report.reason == Reason::NotStarted.code() {
        "the run was ended before its turn".to_owned()
    } else if options.is_dry_run && is_asked && report.action == crate::engine::Action::Run {
        "a dry run measures nothing".to_owned()
    } else if options.owes_cycle && is_asked {
        format!("no cycle was run ({})", report.reason)
    } else {
        return Vec::new();
    };
    engine
        .engine
        .unmeasured(&options.gates, Shortfall::NotRun, &why)
}
