//! Patches that a command which was killed left halfway: some files are originals, some are not.

use crate::doctor::finding::{Finding, or_ok};
use crate::doctor::inspection::Inspection;
use crate::doctor::mending::Mending;
use crate::exit_code::ExitCode;
use crate::store::patch_name;

const CHECK: &str = "patches";

pub fn look(inspection: &Inspection<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (engine, facts) in inspection.known() {
        let Some(store) = &facts.store else {
            continue;
        };
        // Of a cycle that was interrupted in a trial `interrupted` tells; mending it restores the patch, too.
        let in_place = store.patch_in_place(&engine.key).ok().flatten();
        let Some(patch) = in_place.filter(|patch| patch.restoring.is_some()) else {
            continue;
        };
        if inspection.is_busy(engine, facts) || engine.running.is_some() {
            continue;
        }
        let name = &engine.key.name;
        let id = patch_name(name, patch.number);
        let what = format!("patch {id} was being taken back when its `sie` died");
        let finding = Finding::problem(CHECK, ExitCode::Unexpected, what).of(name);
        findings.push(
            if inspection.registered(&engine.key).is_some() && inspection.may_mend_engines() {
                finding.mended_by(Mending::Engine(engine.key.clone()))
            } else {
                finding.hint("run `sie doctor --fix` with the registry it belongs to")
            },
        );
    }
    or_ok(findings, CHECK, || "none is left halfway".to_owned())
}
