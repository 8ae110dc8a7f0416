//! Telling hooks of a cycle: those of its engine, then those of the registry.

use std::path::Path;

use serde_json::json;

use crate::engine::{CycleReport, StartedCycle};
use crate::hooks::{Delivery, Event, HookCommand, Moment};
use crate::registry::entry::RegisteredEngine;
use crate::registry::improvement_engine_registry::ImprovementEngineRegistry;
use crate::store::CycleState;

/// The hooks that are told of the cycles of one engine.
pub struct CycleHooks<'a> {
    /// The engine.
    pub engine: &'a RegisteredEngine,
    /// Its registry.
    pub registry: &'a ImprovementEngineRegistry,
    /// Who is told that a hook is broken.
    pub warn: &'a (dyn Fn(String) + Sync),
}

impl CycleHooks<'_> {
    /// Tells that a cycle begins.
    pub fn started(&self, started: &StartedCycle) {
        let data = json!({
            "engine": self.engine.name,
            "bot": self.engine.bot(),
            "cycle": started.cycle,
            "outcome": CycleState::Running,
            "trigger": started.trigger,
            "energy": started.energy,
        });
        self.tell(Moment::Start, &started.cycle, &data);
    }

    /// Tells how a cycle ended. To be called when the engine's lock is free again.
    pub fn ended(&self, cycle: &CycleReport) {
        let moment = match cycle.outcome {
            CycleState::Ok => Moment::Success,
            CycleState::Failed => Moment::Failure,
            // Deferred and cancelled cycles are neither.
            _ => return,
        };
        let data = json!({
            "engine": self.engine.name,
            "bot": self.engine.bot(),
            "cycle": cycle.cycle,
            "outcome": cycle.outcome,
            "trigger": cycle.trigger,
            "energy": cycle.energy,
            "seconds": cycle.seconds,
            "roi": cycle.roi,
            "cost": cycle.cost,
            "flaky": cycle.flaky,
            "failures_in_row": cycle.failures_in_row,
            "failure": cycle.failure,
            "result": cycle.result,
        });
        self.tell(moment, &cycle.cycle, &data);
    }

    fn tell(&self, moment: Moment, cycle: &str, data: &serde_json::Value) {
        let definition = &self.engine.engine;
        let registry_folder = self
            .registry
            .workspace()
            .registry_path
            .parent()
            .unwrap_or(Path::new("/"));
        let work_dir = definition.work_dir.as_deref().unwrap_or(registry_folder);
        if let Some(command) = definition.hooks.at(moment) {
            self.deliver(command, moment, cycle, data, (work_dir, true));
        }
        if let Some(command) = self.registry.hooks().at(moment) {
            self.deliver(command, moment, cycle, data, (registry_folder, false));
        }
    }

    fn deliver(
        &self,
        command: &HookCommand,
        moment: Moment,
        cycle: &str,
        data: &serde_json::Value,
        (work_dir, is_of_engine): (&Path, bool),
    ) {
        let workspace = self.registry.workspace();
        if workspace.interrupt.signal().is_some() {
            return;
        }
        let definition = &self.engine.engine;
        let mut variables: Vec<(String, String)> = Vec::new();
        if is_of_engine {
            variables.extend(definition.env.clone());
        }
        variables.extend(
            [
                ("SIE_ENGINE", self.engine.name.as_str()),
                ("SIE_BOT", self.engine.bot().as_str()),
                ("SIE_CYCLE", cycle),
                ("SIE_HOOK", moment.key()),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        let event = Event::new(
            self.registry.id(),
            moment.event_type(),
            self.engine.name.as_str(),
            format!("{}-{cycle}-{}", self.engine.key.engine_id, moment.key()),
            workspace.clock.now(),
            data,
        );
        let delivery = Delivery {
            command,
            work_dir,
            variables: &variables,
            clears_environment: is_of_engine && definition.env_clear,
            interrupt: &workspace.interrupt,
        };
        if let Err(problem) = delivery.deliver(&event) {
            let whose = if is_of_engine { "" } else { " of the registry" };
            let problem = crate::pipeline::redact(&problem, &definition.env);
            (self.warn)(format!(
                "warning: {}: the hook {}{whose} is broken: {problem}",
                self.engine.name,
                moment.key()
            ));
        }
    }
}
