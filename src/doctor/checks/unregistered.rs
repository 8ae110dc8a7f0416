//! Engines on record that the registry has no more: their data stay until somebody wants them back or gone.

use crate::doctor::finding::{Finding, count_of, or_ok};
use crate::doctor::inspection::Inspection;
use crate::store::KnownEngine;

const CHECK: &str = "unregistered";
/// How many are named.
const NAMED: usize = 5;

pub fn look(inspection: &Inspection<'_>) -> Vec<Finding> {
    let Ok(registry) = &inspection.registry else {
        return Vec::new();
    };
    let is_bad = |engine: &KnownEngine| {
        let mut bad = registry.bad_entries().iter();
        bad.any(|bad| bad.engine.eq_ignore_ascii_case(&engine.key.name))
    };
    let gone: Vec<&KnownEngine> = inspection
        .known()
        .map(|(engine, _)| engine)
        .filter(|engine| engine.key.registry_id == registry.id())
        .filter(|engine| inspection.registered(&engine.key).is_none() && !is_bad(engine))
        // They are expected back.
        .filter(|engine| !registry.archive().has(&engine.key.engine_id))
        .collect();
    let finding = gone.first().map(|first| {
        let cycles: u64 = gone.iter().map(|engine| engine.cycles).sum();
        let mut names: Vec<&str> = gone
            .iter()
            .take(NAMED)
            .map(|engine| engine.key.name.as_str())
            .collect();
        if gone.len() > NAMED {
            names.push("…");
        }
        let what = format!(
            "{} on record, no longer registered, with {cycles} cycles: {}",
            count_of(gone.len(), "engine"),
            names.join(", ")
        );
        Finding::note(CHECK, what).hint(format!(
            "bring one back with `sie register {} --revive --pipeline 'CMD'`, or drop old cycles with \
             `sie doctor --gc --keep-days N`",
            first.key.name
        ))
    });
    or_ok(finding.into_iter().collect(), CHECK, || {
        "every engine on record is registered".to_owned()
    })
}
