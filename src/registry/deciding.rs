//! Decides on every engine of a fleet run, on a snapshot of the stores and without any lock.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use crate::diagnostics::Issue;
use crate::engine::{
    Decision, FleetKnowledge, Learner, ModuleRecord, News, Reason, SelfImprovementEngine, Signals,
};
use crate::modules::ModuleReturns;
use crate::registry::entry::RegisteredEngine;
use crate::registry::fleet_run::{Candidate, FleetRun, Told};
use crate::registry::money::fleet_money::FleetMoney;
use crate::registry::questions;
use crate::registry::report::EngineReport;
use crate::registry::stores::Stores;
use crate::store::{EngineState, Pause, PolicyMark, PolicyUpdate, Store};

/// What was read of the shared store at once.
#[derive(Default)]
struct Snapshot {
    states: BTreeMap<String, EngineState>,
    running: BTreeSet<String>,
    news: News,
    policies: BTreeMap<String, PolicyMark>,
    modules: BTreeMap<String, ModuleReturns>,
}

impl FleetRun<'_> {
    /// Decides on a snapshot; what is to be mended is mended first, as it may change the decision.
    pub(super) fn decide_all<'e>(
        &self,
        engines: &[&'e RegisteredEngine],
        stores: &Stores,
        knowledge: &FleetKnowledge<'_>,
        money: &FleetMoney<'_>,
    ) -> Result<(Vec<Option<EngineReport>>, Vec<Candidate<'e>>)> {
        let registry_id = self.registry.id();
        let snapshot = match &stores.fleet {
            Some(fleet) => Snapshot {
                states: fleet.engine_states(registry_id)?,
                running: fleet.engines_running(registry_id)?.into_iter().collect(),
                news: News::read(fleet, registry_id)?,
                policies: if engines.iter().any(|it| it.engine.strategy().is_some()) {
                    fleet.policy_marks(registry_id)?
                } else {
                    BTreeMap::new()
                },
                modules: diminishing(fleet, registry_id, engines)?,
            },
            None => Snapshot::default(),
        };
        let mut reported = questions::ask_all(
            engines,
            &self.options,
            &self.registry.workspace().interrupt,
            self.observer,
        );
        let mut reports = Vec::with_capacity(engines.len());
        let mut candidates = Vec::new();
        for (index, engine) in engines.iter().enumerate() {
            let issues = reported.remove(&index).unwrap_or_default();
            let of_fleet = (&snapshot, knowledge, money);
            let decided = self.decide_one(engine, stores, of_fleet, issues);
            reports.push(match decided {
                Ok((decision, state, update)) if decision.is_run() => {
                    candidates.push(Candidate {
                        index,
                        engine,
                        state,
                        decision,
                        update,
                    });
                    None
                }
                Ok((decision, state, update)) => {
                    Some(skip_report(engine, decision, state.pause, update))
                }
                Err(error) => Some(EngineReport::failed(&engine.name, &error)),
            });
        }
        Ok((reports, candidates))
    }

    fn decide_one(
        &self,
        engine: &RegisteredEngine,
        stores: &Stores,
        (snapshot, knowledge, money): (&Snapshot, &FleetKnowledge<'_>, &FleetMoney<'_>),
        reported: Vec<Issue>,
    ) -> Result<(Decision, EngineState, Option<Box<PolicyUpdate>>)> {
        let id = &engine.key.engine_id;
        let store = stores.of(engine)?;
        let own_news;
        let (mut state, is_running, news) = match (&engine.engine.database, store) {
            (None, _) => (
                snapshot.states.get(id).cloned().unwrap_or_default(),
                snapshot.running.contains(id),
                &snapshot.news,
            ),
            (Some(_), Some(store)) => {
                own_news = News::of_engine(store, &engine.key, &engine.bot())?;
                (
                    store.engine_state(&engine.key)?,
                    store.running_cycle(&engine.key)?.is_some(),
                    &own_news,
                )
            }
            (Some(_), None) => (EngineState::default(), false, &snapshot.news),
        };
        if !self.options.is_dry_run {
            let notes = |text: String| self.observer.note(&text);
            let listeners = self.listeners(engine, &notes);
            let told = Told {
                notes: &notes,
                hear: &|events| listeners.hear(events),
            };
            let conductor = self.conductor(engine, stores, (knowledge, money), None, told)?;
            if conductor.needs_mending(&state, is_running)? {
                let mended = conductor.mend_if_free();
                listeners.tell();
                state = mended?;
            }
        }
        let definition = &engine.engine;
        let mut signals = match store {
            Some(store) if !news.is_empty() => {
                Signals::read(store, news, &engine.key, definition, &engine.bot(), &state)?
            }
            _ => Signals::default(),
        };
        signals.reported = reported;
        signals.modules = match (&engine.engine.database, store) {
            (None, _) => snapshot.modules.get(id).cloned(),
            (Some(_), Some(store)) => ModuleRecord::read(store, &engine.key, definition)?.returns(),
            (Some(_), None) => None,
        };
        signals.capital = money.signal_for(definition);
        let now = self.registry.workspace().clock.now();
        let step = match store {
            Some(store) => Learner {
                store,
                key: &engine.key,
                engine: definition,
                bot: &engine.bot(),
                fleet: knowledge,
                explore: self.options.explore,
                seed: self.registry.workspace().seed,
            }
            .step(
                // Another store may still know it from before it got a database of its own.
                snapshot
                    .policies
                    .get(id)
                    .filter(|_| definition.database.is_none()),
                &state,
                signals.newest_row(),
                || signals.has_issues(definition),
                now,
            )?,
            None => None,
        };
        let mut decision =
            definition.decide(&state, &signals, step.as_ref(), self.options.asked, now);
        decision.energy = decision.energy.filter(|_| self.options.energy.is_none());
        let update = step.and_then(|step| step.update).map(Box::new);
        Ok((decision, state, update))
    }
}

/// Returns the modules that bring nothing any more, of every engine that has such, by its id.
fn diminishing(
    fleet: &Store,
    registry_id: &str,
    engines: &[&RegisteredEngine],
) -> Result<BTreeMap<String, ModuleReturns>> {
    let ids = engines
        .iter()
        .map(|it| (it.key.engine_id.as_str(), &it.engine));
    let mut definitions: Option<BTreeMap<&str, &SelfImprovementEngine>> = None;
    fleet.modules_of_all(registry_id, |id, row| {
        // Most fleets have no modules and need no map.
        let definitions = definitions.get_or_insert_with(|| ids.clone().collect());
        // One that cannot be read is no reason to leave a fleet alone; `modules` says what is wrong with it.
        ModuleRecord::of(&row, definitions.get(id)?).ok()?.returns()
    })
}

/// Returns the report of a decision that is not carried out.
pub(super) fn skip_report(
    engine: &RegisteredEngine,
    decision: Decision,
    pause: Option<Pause>,
    update: Option<Box<PolicyUpdate>>,
) -> EngineReport {
    let pause = pause.filter(|_| decision.reason == Reason::Paused);
    let mut report = EngineReport::decided(&engine.name, decision);
    report.paused = pause;
    report.policy_update = update;
    report
}
