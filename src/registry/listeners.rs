//! Telling hooks of events: those of the engine, then those of the registry.
//!
//! A hook that is broken is a warning, never a failed cycle or command.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;

use crate::events::{CYCLE, CloudEvent, HookCommand};
use crate::interrupt::Interrupt;
use crate::pipeline::{ShortCommand, Unanswered, redact};
use crate::registry::entry::RegisteredEngine;
use crate::registry::improvement_engine_registry::ImprovementEngineRegistry;
use crate::store::CycleState;

/// How long a hook may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Those who hear of the events of one engine.
pub struct Listeners<'a> {
    engine: &'a RegisteredEngine,
    registry: &'a ImprovementEngineRegistry,
    interrupt: &'a Interrupt,
    warn: &'a (dyn Fn(String) + Sync),
    waiting: Mutex<Vec<CloudEvent>>,
}

/// The part of a cycle's event that is told in a variable as well.
#[derive(Deserialize)]
struct OfCycle {
    cycle: String,
}

impl<'a> Listeners<'a> {
    /// Returns those of an engine; `warn` is told that a hook is broken.
    pub fn new(
        engine: &'a RegisteredEngine,
        registry: &'a ImprovementEngineRegistry,
        interrupt: &'a Interrupt,
        warn: &'a (dyn Fn(String) + Sync),
    ) -> Self {
        Self {
            engine,
            registry,
            interrupt,
            warn,
            waiting: Mutex::new(Vec::new()),
        }
    }

    /// Whether anybody is to be told of these events.
    pub fn are_interested_in(&self, events: &[CloudEvent]) -> bool {
        // What a hook causes is told to no hook: two of them could call each other for ever.
        !self.registry.workspace().is_in_hook
            && events
                .iter()
                .any(|event| self.hooks_for(&event.topic).next().is_some())
    }

    /// Takes events that were just committed while the engine's lock is held.
    ///
    /// They wait for [`Listeners::tell`], unless a cycle has begun: that is told before its first stage.
    pub fn hear(&self, events: Vec<CloudEvent>) {
        let topic = CycleState::Running.topic();
        let has_begun = events.iter().any(|event| event.topic == topic);
        if self.are_interested_in(&events) {
            self.waiting().extend(events);
        }
        if has_begun {
            self.tell();
        }
    }

    /// Tells of the events that wait. To be called when the engine's lock is free.
    pub fn tell(&self) {
        let events = std::mem::take(&mut *self.waiting());
        for event in &events {
            let definition = &self.engine.engine;
            for (key, command, is_of_engine) in self.hooks_for(&event.topic) {
                if self.interrupt.signal().is_some() {
                    return;
                }
                let Err(Unanswered::Broken(problem)) = self.deliver(event, command, is_of_engine)
                else {
                    continue;
                };
                let whose = if is_of_engine { "" } else { " of the registry" };
                let problem = redact(&problem, &definition.env);
                (self.warn)(format!(
                    "warning: {}: the hook {key}{whose}, told of {}, is broken: {problem}",
                    self.engine.name, event.topic
                ));
            }
        }
    }

    fn hooks_for<'t>(
        &'t self,
        topic: &'t str,
    ) -> impl Iterator<Item = (&'static str, &'t HookCommand, bool)> {
        let of = |is_of_engine| move |(key, command)| (key, command, is_of_engine);
        let of_engine = self.engine.engine.hooks.told_of(topic).map(of(true));
        of_engine.chain(self.registry.hooks().told_of(topic).map(of(false)))
    }

    fn deliver(
        &self,
        event: &CloudEvent,
        command: &HookCommand,
        is_of_engine: bool,
    ) -> Result<(), Unanswered> {
        let definition = &self.engine.engine;
        let registry_folder = self
            .registry
            .workspace()
            .registry_path
            .parent()
            .unwrap_or(Path::new("/"));
        let work_dir = definition.work_dir.as_deref().filter(|_| is_of_engine);
        let mut variables: Vec<(String, String)> = Vec::new();
        if is_of_engine {
            variables.extend(definition.env.clone());
        }
        let ours = [
            ("SIE_ENGINE", self.engine.name.to_string()),
            ("SIE_BOT", self.engine.bot().to_string()),
            ("SIE_TOPIC", event.topic.clone()),
        ];
        variables.extend(ours.map(|(name, value)| (name.to_owned(), value)));
        if let Some(cycle) = cycle_of(event) {
            variables.push(("SIE_CYCLE".to_owned(), cycle));
        }
        let mut input = serde_json::to_vec(event)
            .map_err(|error| Unanswered::Broken(format!("no event for it: {error}")))?;
        input.push(b'\n');
        ShortCommand {
            argv: &command.argv(),
            work_dir: work_dir.unwrap_or(registry_folder),
            variables: &variables,
            clears_environment: is_of_engine && definition.env_clear,
            input: &input,
            timeout: TIMEOUT,
        }
        .run(self.interrupt)
        .map(drop)
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Vec<CloudEvent>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn cycle_of(event: &CloudEvent) -> Option<String> {
    let data = event
        .data
        .as_ref()
        .filter(|_| event.topic.starts_with(CYCLE))?;
    let of_cycle: OfCycle = serde_json::from_str(data.get()).ok()?;
    Some(of_cycle.cycle)
}
