//! Amounts that are held for cycles which do not run: they count against budgets.

use crate::capital::Money;
use crate::doctor::finding::{Finding, or_ok};
use crate::doctor::inspection::Inspection;
use crate::doctor::mending::Mending;
use crate::exit_code::ExitCode;
use crate::store::{FileLock, KnownHold};

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
        .map(|engine| {
            let has_own_database = engine.engine.database.is_some();
            let lock = inspection.lock_of_registered(engine);
            (&engine.key, has_own_database, lock)
        })
        .find(|(key, ..)| is_its(&key.engine_id, &key.registry_id));
    let known = || {
        let mut engines = inspection.known().map(|(engine, facts)| {
            let lock = inspection.lock_of(engine, facts);
            (&engine.key, !facts.owners.is_empty(), lock)
        });
        engines.find(|(key, ..)| is_its(&key.engine_id, &key.registry_id))
    };
    let engine = registered.or_else(known);
    if let Some((key, _, lock)) = &engine {
        // It may have begun or ended while we looked. If it is still held, the lock was free in the meantime.
        let is_still_held = || {
            let store = inspection.stores.first()?.store.as_ref()?;
            let mut holds = store.open_holds(key).ok()?.into_iter();
            holds.find(|other| other.cycle == hold.cycle)
        };
        if FileLock::is_held(lock).unwrap_or(true) || is_still_held().is_none() {
            return None;
        }
    }
    let amount = Money::from_micros(hold.amount);
    let what = format!("{amount} held for cycle {}, which does not run", hold.cycle);
    let finding = Finding::problem(CHECK, ExitCode::Unexpected, what);
    Some(match engine {
        Some((key, has_own_database, _)) => {
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
