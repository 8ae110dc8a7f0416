//! The event bus of one engine: what is asked of it, and what it published.

use anyhow::{Context, Result};

use crate::events::{self, CloudEvent};
use crate::registry::entry::RegisteredEngine;
use crate::registry::improvement_engine_registry::ImprovementEngineRegistry;
use crate::registry::workspace::Workspace;
use crate::store::{EventRow, Store};

/// The topics an engine publishes and listens to, kept where its other data lie.
///
/// An engine with a database of its own has its own events: neither sees those of the other.
pub struct EventBus<'a> {
    engine: &'a RegisteredEngine,
    workspace: &'a Workspace,
}

impl ImprovementEngineRegistry {
    /// Returns the event bus of an engine.
    ///
    /// ```
    /// use self_improvement_engine::{
    ///     ImprovementEngineRegistry, ModelAutomationPipeline, SelfImprovementEngine,
    /// };
    ///
    /// # fn main() -> anyhow::Result<()> {
    /// # let folder = tempfile::tempdir()?;
    /// let mut registry = ImprovementEngineRegistry::open(folder.path())?;
    /// let pipeline = ModelAutomationPipeline::parse("./retrain.sh")?;
    /// registry.register_engine("alpha", SelfImprovementEngine::new("alpha", pipeline)?)?;
    ///
    /// let bus = registry.event_bus("alpha")?;
    /// bus.publish("evolve:self_improve", None)?;
    /// let (event, is_pending) = &bus.newest(None, 1)?[0];
    /// assert!(event.topic == "evolve:self_improve" && *is_pending);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A usage failure with a suggestion if there is no such engine.
    pub fn event_bus(&self, name: &str) -> Result<EventBus<'_>> {
        self.engine(name).map(|engine| self.event_bus_of(engine))
    }

    /// Returns the event bus of an engine at hand.
    #[must_use]
    pub fn event_bus_of<'a>(&'a self, engine: &'a RegisteredEngine) -> EventBus<'a> {
        EventBus {
            engine,
            workspace: self.workspace(),
        }
    }
}

impl EventBus<'_> {
    /// Records an event from outside; `data` is JSON.
    ///
    /// # Errors
    ///
    /// A usage failure says what is wrong with the topic or the data; fails if the store cannot be written.
    pub fn publish(&self, topic: &str, data: Option<&str>) -> Result<CloudEvent> {
        let new = events::from_outside(topic, data)?;
        let now = self.workspace.clock.now();
        let path = self.engine.store_path(&self.workspace.data_dir);
        let store = self.workspace.open_store_at(&path)?;
        events::publish(&self.engine.key, &[new], |events| {
            store.record_events(&self.engine.key, events, now)
        })?
        .pop()
        .context("the event was not recorded")
    }

    /// Returns the event that [`EventBus::publish`] would record.
    ///
    /// # Errors
    ///
    /// A usage failure says what is wrong with the topic or the data.
    pub fn preview(&self, topic: &str, data: Option<&str>) -> Result<CloudEvent> {
        let new = events::from_outside(topic, data)?;
        let row = EventRow {
            id: 0,
            topic: new.topic,
            at: self.workspace.clock.now(),
            data: new.data,
            is_pending: new.is_pending,
        };
        Ok(CloudEvent::of(&self.engine.key, row))
    }

    /// Returns the newest events on record, newest first, of one topic or of all, each with whether it still waits
    /// for the engine's answer.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn newest(&self, topic: Option<&str>, most: usize) -> Result<Vec<(CloudEvent, bool)>> {
        let path = self.engine.store_path(&self.workspace.data_dir);
        let Some(store) = Store::open_to_read(&path)? else {
            return Ok(Vec::new());
        };
        let rows = store.events(&self.engine.key, topic, most)?;
        let waits = |row: EventRow| {
            let is_pending = row.is_pending;
            (CloudEvent::of(&self.engine.key, row), is_pending)
        };
        Ok(rows.into_iter().map(waits).collect())
    }
}
