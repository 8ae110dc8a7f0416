//! Amounts that are held for cycles which do not run: they count against budgets.

use crate::capital::Money;
use crate::doctor::finding::{Finding, or_ok};
use crate::doctor::inspection::Inspection;
use crate::doctor::mending::Mending;
use crate::exit_code::ExitCode;
use crate::store::KnownHold;

const CHECK: &str = "holds";

pub fn look(inspection: &Inspection<'_>) -> Vec<Finding> {
    let fleet = inspection.stores.first();
    let holds = fleet.map_or(&[][..], |fleet| &fleet.holds);
    let findings = holds
        .iter()
        .filter_map(|hold| judge(inspection, hold))
        .collect();
    or_ok(findings, CHECK, || {
        "nothing is held but for running cycles".to_owned()
    })
}

fn judge(inspection: &Inspection<'_>, hold: &KnownHold) -> Option<Finding> {
    let is_its = |id: &str, registry: &str| id == hold.engine_id && registry == hold.registry_id;
    let mut on_record = inspection
        .known()
        .filter(|(engine, _)| is_its(&engine.key.engine_id, &engine.key.registry_id));
    // A running cycle holds it rightly, and an interrupted one is told as such.
    if on_record.any(|(engine, _)| {
        engine
            .running
            .is_some_and(|(number, _)| number == hold.cycle)
    }) {
        return None;
    }
    let engines = inspection.engines().iter();
    let registered = engines
        .map(|engine| (&engine.key, engine.engine.database.is_some()))
        .find(|(key, _)| is_its(&key.engine_id, &key.registry_id));
    let known = inspection
        .known()
        .map(|(engine, facts)| (&engine.key, !facts.owners.is_empty()))
        .find(|(key, _)| is_its(&key.engine_id, &key.registry_id));
    let amount = Money::from_micros(hold.amount);
    let what = format!("{amount} held for cycle {}, which does not run", hold.cycle);
    let finding = Finding::problem(CHECK, ExitCode::Unexpected, what);
    Some(match registered.or(known) {
        Some((key, has_own_database)) => {
            let finding = finding.of(&key.name);
            let is_ours = inspection.is_of_this_registry(key) && inspection.may_mend_engines();
            match (is_ours, has_own_database) {
                (false, _) => finding.hint("run `sie doctor --fix` with the registry it belongs to"),
                (true, true) => finding.mended_by(Mending::Engine(key.clone())),
                (true, false) => finding.mended_by(Mending::Hold(key.clone(), hold.cycle)),
            }
        }
        None => finding.of(&hold.engine_id).hint(
            "its engine had a database of its own: bring it back with `sie register NAME --revive --database FILE`",
        ),
    })
}
