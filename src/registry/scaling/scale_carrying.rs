//! Carries a step of autoscaling out: decides again under the registry lock, then changes the file in one write.
//!
//! The record comes first, as `begun`, and is `done` after the file was written: of a step that was killed in between,
//! the file tells whether it happened, and the next step settles the record.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::autoscale::{
    AutoscaleSettings, Origin, ScaleAction, ScaleDecision, ScaleInputs, ScalePlan, decide,
};
use crate::clock::UnixTime;
use crate::events::{self, CloudEvent};
use crate::names::EngineName;
use crate::registry::entry::RegisteredEngine;
use crate::registry::identity;
use crate::registry::improvement_engine_registry::ImprovementEngineRegistry;
use crate::registry::registry_draft::RegistryDraft;
use crate::registry::scaling::archive::{archive, unarchive};
use crate::registry::scaling::consent::Consent;
use crate::registry::scaling::scale_inputs::{has_happened, scale_inputs};
use crate::registry::scaling::scale_readings::ScaleReadings;
use crate::registry::scaling::scale_report::{ApprovalReport, ScaleOutcome};
use crate::registry::scaling::scale_request::ScaleRequest;
use crate::registry::scaling::scale_step::Moved;
use crate::store::{ActionState, EngineKey, FileLock, LockAttempt, NewAction, Store};

/// How many actions are looked through for those whose end is missing.
const NEWEST_ACTIONS: usize = 1000;

/// A step about to be carried out.
pub struct Carrying<'a> {
    /// What was asked for.
    pub request: &'a ScaleRequest<'a>,
    /// The readings of the decision. They are not taken again: a command that gives one must not hold the lock up.
    pub readings: &'a ScaleReadings,
    /// Who approved.
    pub consent: &'a Consent,
    /// What was decided, and what it rests on.
    pub expected: &'a ScalePlan,
    /// Whether that is a plan of earlier, which is carried out as it is or not at all.
    pub is_planned: bool,
}

/// What came of it.
pub struct Carried {
    /// The decision as it was taken under the lock.
    pub plan: ScalePlan,
    /// What was done; none if the decision was to do nothing.
    pub outcome: Option<ScaleOutcome>,
    /// Who approved.
    pub approval: Option<ApprovalReport>,
    /// What has moved, if that is why nothing was done.
    pub moved: Moved,
    /// The event that tells others, or why there is none.
    pub published: Option<Result<(RegisteredEngine, CloudEvent), String>>,
}

/// A change of the registry with what has to be held until it is written.
struct Change {
    key: EngineKey,
    decision: ScaleDecision,
    now: UnixTime,
    /// The definition of an engine that leaves; one that comes is read back from the file.
    leaving: Option<RegisteredEngine>,
    _lock: Option<FileLock>,
}

#[derive(Serialize)]
struct EventData<'a> {
    reason: &'a str,
    message: &'a str,
    approval: &'a str,
    approved_by: Option<&'a str>,
    engines: u32,
}

impl Carrying<'_> {
    /// Carries it out, if under the lock it is still what follows.
    ///
    /// # Errors
    ///
    /// Fails if the store or the registry file cannot be written, or the engine cannot be made; the file is then as it
    /// was.
    pub fn carry_out(&self, registry: &mut ImprovementEngineRegistry) -> Result<Carried> {
        // Opened first: a store that has to be made takes the registry lock itself.
        let store = registry.workspace().open_store()?;
        let mut seen = None;
        let changed = registry.change_after(
            |current, draft| {
                settle(current, &store)?;
                let (change, carried) = self.decide_again(current, draft)?;
                seen = Some(carried);
                Ok(change)
            },
            |change| self.begin(&store, change),
        )?;
        let mut carried = seen.context("nothing was decided")?;
        if let Some((change, id)) = changed {
            store.end_actions(&BTreeMap::from([(id, ActionState::Done)]))?;
            carried.outcome = Some(ScaleOutcome::Done(change.decision.action.clone()));
            let published = self.publish(registry, &store, &change);
            carried.published = Some(published.map_err(|error| format!("{error:#}")));
        }
        Ok(carried)
    }

    /// Decides on what is there under the lock, and changes the draft if that leads to the expected step.
    fn decide_again(
        &self,
        current: &ImprovementEngineRegistry,
        draft: &mut RegistryDraft<'_>,
    ) -> Result<(Option<Change>, Carried)> {
        let now = current.workspace().clock.now();
        let (settings, inputs) = if self.is_planned {
            current.planned_inputs(self.expected, self.request, self.readings)?
        } else {
            let settings = current.scale_settings(self.request)?;
            let with = (self.consent.answer, self.request.factory.is_some());
            let inputs = scale_inputs(current, self.readings, &settings, with, now)?;
            (settings, inputs)
        };
        let moved = self.expected.moved(&inputs, &settings);
        let (plan, lock) = self.decide_with_lock(current, inputs, settings)?;
        let mut carried = Carried {
            plan,
            outcome: None,
            approval: self.consent.report(now),
            moved: Vec::new(),
            published: None,
        };
        let action = carried.plan.decision.action.clone();
        let wanted = &self.expected.decision.wanted;
        // Somebody approved of that engine and no other. A removal needs no approval: it is decided here.
        let may_differ = !self.is_planned && !action.is_addition() && !wanted.is_addition();
        let obstacle = if self.is_planned && !moved.is_empty() {
            Some(ScaleOutcome::Stale)
        } else if action != ScaleAction::None && action != *wanted && !may_differ {
            Some(ScaleOutcome::Overtaken)
        } else {
            None
        };
        if obstacle.is_some() {
            carried.outcome = obstacle;
            carried.moved = moved;
            return Ok((None, carried));
        }
        let (key, leaving) = match &action {
            ScaleAction::None => return Ok((None, carried)),
            ScaleAction::Add { name } => (self.add(current, draft, name)?, None),
            ScaleAction::Revive { name } => {
                let engine = current.archive().last_of(name);
                let engine = engine.with_context(|| format!("`{name}` is not archived"))?;
                unarchive(draft, engine)?;
                (engine.key.clone(), None)
            }
            ScaleAction::Remove { name } => {
                let engine = current.engine(name)?;
                archive(draft, engine, now)?;
                (engine.key.clone(), Some(engine.clone()))
            }
        };
        let change = Change {
            key,
            decision: carried.plan.decision.clone(),
            now,
            leaving,
            _lock: lock,
        };
        Ok((Some(change), carried))
    }

    /// Decides, and takes the lock of an engine that is to go, so that no cycle of it begins before the file is written.
    /// One whose cycle has begun meanwhile is running, and the decision is another.
    fn decide_with_lock(
        &self,
        current: &ImprovementEngineRegistry,
        mut inputs: ScaleInputs,
        settings: AutoscaleSettings,
    ) -> Result<(ScalePlan, Option<FileLock>)> {
        loop {
            let lock = match decide(&inputs, &settings).action {
                ScaleAction::Remove { name } => match lock_of(current.engine(&name)?, current)? {
                    LockAttempt::Locked(lock) => Some(lock),
                    LockAttempt::Busy => {
                        let mut engines = inputs.engines.iter_mut();
                        if let Some(engine) = engines.find(|engine| engine.name == name) {
                            engine.is_running = true;
                        }
                        continue;
                    }
                },
                _ => None,
            };
            let mut plan = ScalePlan::new(inputs, settings);
            plan.overridden.clone_from(&self.expected.overridden);
            return Ok((plan, lock));
        }
    }

    fn add(
        &self,
        current: &ImprovementEngineRegistry,
        draft: &mut RegistryDraft<'_>,
        name: &str,
    ) -> Result<EngineKey> {
        let engine_name = EngineName::parse(name)?;
        let folder = current.folder();
        let mut engine = match (self.request.factory, &current.autoscaling().factory) {
            (Some(make), _) => make(&engine_name)?,
            (None, Some(factory)) => factory.make(&engine_name, &folder)?,
            (None, None) => anyhow::bail!("there is no factory to make `{name}`"),
        };
        let id = identity::random()?;
        engine.id = Some(id.clone());
        engine.origin = Origin::Autoscaled;
        engine.check()?;
        engine.resolve_paths(&folder);
        draft.set_engine(name, &engine)?;
        Ok(EngineKey {
            registry_id: current.id().to_owned(),
            engine_id: id,
            name: name.to_owned(),
        })
    }

    fn begin(&self, store: &Store, change: &Change) -> Result<i64> {
        let decision = serde_json::to_string(&change.decision)?;
        let action = NewAction {
            kind: change.decision.action.kind(),
            engine: &change.key.name,
            engine_id: &change.key.engine_id,
            reason: change.decision.reason.code(),
            approval: &self.consent.record(change.now),
            decision: &decision,
        };
        store.begin_action(&change.key.registry_id, &action, change.now)
    }

    /// Tells the engine's record, and through it hooks, what happened.
    fn publish(
        &self,
        registry: &ImprovementEngineRegistry,
        fleet: &Store,
        change: &Change,
    ) -> Result<(RegisteredEngine, CloudEvent)> {
        let engine = match &change.leaving {
            Some(engine) => engine.clone(),
            None => registry.engine(&change.key.name)?.clone(),
        };
        let decision = &change.decision;
        let approval = self.consent.record(change.now);
        let data = EventData {
            reason: decision.reason.code(),
            message: &decision.message,
            approval: &approval.how,
            approved_by: approval.by.as_deref(),
            engines: decision.count_after,
        };
        let [added, revived, removed] = events::AUTOSCALED;
        let topic = match decision.action {
            ScaleAction::Remove { .. } => removed,
            ScaleAction::Revive { .. } => revived,
            ScaleAction::Add { .. } | ScaleAction::None => added,
        };
        let own = engine.engine.database.as_ref();
        let own = own.map(|path| registry.workspace().open_store_at(path));
        let own = own.transpose()?;
        let store = own.as_ref().unwrap_or(fleet);
        let new = [events::event(topic, &data)?];
        let event = events::publish(&engine.key, &new, |events| {
            store.record_events(&engine.key, events, change.now)
        })?
        .pop();
        Ok((engine, event.context("the event was not recorded")?))
    }
}

/// Settles actions whose `sie` died: nobody else is at work while the registry is locked.
fn settle(current: &ImprovementEngineRegistry, store: &Store) -> Result<()> {
    let actions = store.actions(current.id(), NEWEST_ACTIONS)?;
    let begun = actions
        .iter()
        .filter(|action| action.state == ActionState::Begun);
    let end = |action: &_| {
        if has_happened(action, current) {
            ActionState::Done
        } else {
            ActionState::Abandoned
        }
    };
    store.end_actions(&begun.map(|action| (action.id, end(action))).collect())
}

fn lock_of(engine: &RegisteredEngine, registry: &ImprovementEngineRegistry) -> Result<LockAttempt> {
    let path = registry.workspace().data_dir.engine_lock(
        engine.name.as_str(),
        &engine.key.engine_id,
        engine.engine.database.as_deref(),
    );
    // The lock of an engine that has never run lies where nothing is yet.
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
    }
    let attempt = FileLock::try_lock(&path)?;
    // A cycle that has ended meanwhile may have left a patch on trial.
    let store = Store::open_to_read(&engine.store_path(&registry.workspace().data_dir))?;
    let on_trial = store.map(|store| store.patch_in_place(&engine.key));
    Ok(match on_trial.transpose()?.flatten() {
        Some(_) => LockAttempt::Busy,
        None => attempt,
    })
}
