//! Cycles on record as running that nobody runs: their `sie` died.

use crate::doctor::finding::{Finding, or_ok};
use crate::doctor::inspection::Inspection;
use crate::doctor::mending::Mending;
use crate::exit_code::ExitCode;

const CHECK: &str = "interrupted";

pub fn look(inspection: &Inspection<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (engine, facts) in inspection.known() {
        let Some((number, pid)) = engine.running else {
            continue;
        };
        if inspection.is_busy(engine, facts) {
            continue;
        }
        // It may have ended while we looked. If it is still on record as running, its lock was free in the meantime.
        let still = facts
            .store
            .as_ref()
            .and_then(|store| store.running_cycle(&engine.key).ok()?);
        if still.is_none_or(|cycle| cycle.number != number) {
            continue;
        }
        let name = &engine.key.name;
        let what = format!(
            "cycle {name}-{number} was interrupted: its `sie` (process {pid}) died; its end is not on record"
        );
        let finding = Finding::problem(CHECK, ExitCode::Unexpected, what).of(name);
        let is_ours = inspection.is_of_this_registry(&engine.key);
        findings.push(if is_ours && inspection.may_mend_engines() {
            finding.mended_by(Mending::Engine(engine.key.clone()))
        } else {
            finding.hint("run `sie doctor --fix` with the registry it belongs to")
        });
    }
    or_ok(findings, CHECK, || "every cycle has an end".to_owned())
}
