//! Mending one engine without running it: what its next cycle would do first.

use std::sync::{Mutex, PoisonError};

use anyhow::Result;

use crate::engine::{FleetKnowledge, SelfImprovementEngine};
use crate::names::EngineName;
use crate::pipeline::ModelAutomationPipeline;
use crate::registry::entry::RegisteredEngine;
use crate::registry::fleet_run::{FleetOptions, FleetRun, Told, Unobserved};
use crate::registry::improvement_engine_registry::ImprovementEngineRegistry;
use crate::registry::stores::Stores;
use crate::store::EngineKey;

impl ImprovementEngineRegistry {
    /// Records an interrupted cycle of an engine, settles its hold and reconciles its state file, unless a cycle of it
    /// is running. Returns what is worth telling.
    ///
    /// An engine that is no longer registered is mended as well, in the store of the fleet.
    ///
    /// # Errors
    ///
    /// Fails if the store or the state file cannot be used.
    pub fn mend(&self, key: &EngineKey) -> Result<Vec<String>> {
        let mut engines = self.engines().iter();
        let unregistered;
        let found = engines.find(|engine| engine.key.engine_id == key.engine_id);
        let engine = if let Some(engine) = found {
            engine
        } else {
            unregistered = placeholder(key)?;
            &unregistered
        };
        let stores = Stores::open(self.workspace(), &[engine], false)?;
        let knowledge = FleetKnowledge::new(stores.fleet.as_ref(), self.id());
        let run = FleetRun {
            registry: self,
            options: FleetOptions::default(),
            observer: &Unobserved,
        };
        let told = Mutex::new(Vec::new());
        let notes = |text: String| {
            let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
            told.push(text);
        };
        let listeners = run.listeners(engine, &notes);
        let hear = |events| listeners.hear(events);
        let told_of = Told {
            notes: &notes,
            hear: &hear,
        };
        let conductor = run.conductor(engine, &stores, &knowledge, None, told_of)?;
        let mended = conductor.mend_if_free();
        listeners.tell();
        mended?;
        Ok(told.into_inner().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Stands in for the definition of an engine that the registry has no more; nothing of it is run.
fn placeholder(key: &EngineKey) -> Result<RegisteredEngine> {
    let pipeline = ModelAutomationPipeline::parse("true")?;
    Ok(RegisteredEngine {
        name: EngineName::parse(&key.name)?,
        key: key.clone(),
        engine: SelfImprovementEngine::new(&key.name, pipeline)?,
    })
}
