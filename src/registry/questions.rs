//! Asks the `diagnose` commands of many engines, several at a time.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::diagnostics::Issue;
use crate::engine::{Asked, reported};
use crate::interrupt::Interrupt;
use crate::registry::entry::RegisteredEngine;
use crate::registry::fleet_run::{FleetObserver, FleetOptions};

/// Runs the commands of all engines that have any and returns what they report, by place in `engines`.
///
/// They only look and hold no lock, so a dry run runs them as well: its reasons would not be the real ones otherwise.
pub fn ask_all(
    engines: &[&RegisteredEngine],
    options: &FleetOptions,
    interrupt: &Interrupt,
    observer: &dyn FleetObserver,
) -> BTreeMap<usize, Vec<Issue>> {
    let asked: Vec<(usize, &RegisteredEngine)> = engines
        .iter()
        .enumerate()
        .filter(|(_, engine)| !engine.engine.diagnose.is_empty())
        .map(|(index, engine)| (index, *engine))
        .collect();
    // A decision that is made by asking does not depend on any answer.
    if options.asked != Asked::IfDue || asked.is_empty() {
        return BTreeMap::new();
    }
    let next = AtomicUsize::new(0);
    let answers = Mutex::new(BTreeMap::new());
    let work = || {
        while let Some((index, engine)) = asked.get(next.fetch_add(1, Ordering::Relaxed)) {
            let warn = |text: String| observer.note(&text);
            let issues = reported(&engine.name, &engine.engine, interrupt, &warn);
            answers
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(*index, issues);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..options.jobs.get().min(asked.len()) {
            let spawned = std::thread::Builder::new().spawn_scoped(scope, work);
            // Where no more threads can be had, fewer do the work.
            if spawned.is_err() {
                break;
            }
        }
        work();
    });
    answers.into_inner().unwrap_or_else(PoisonError::into_inner)
}
