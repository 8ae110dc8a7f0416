//! Mending one engine without running it: what its next cycle would do first.

use std::sync::{Mutex, PoisonError};

use anyhow::Result;

use crate::engine::SelfImprovementEngine;
use crate::names::EngineName;
use crate::pipeline::ModelAutomationPipeline;
use crate::registry::entry::RegisteredEngine;
use crate::registry::fleet_run::FleetObserver;
use crate::registry::improvement_engine_registry::ImprovementEngineRegistry;
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
            unregistered = stand_in(key)?;
            &unregistered
        };
        let told = Told::default();
        self.conduct(engine, &told, false, |conductor| {
            conductor.mend_if_free().map(drop)
        })?;
        Ok(told.0.into_inner().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What is worth telling, kept until it is asked for.
#[derive(Default)]
struct Told(Mutex<Vec<String>>);

impl FleetObserver for Told {
    fn note(&self, text: &str) {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.push(text.to_owned());
    }
}

/// Stands in for the definition of an engine that the registry has no more; nothing of it is run.
fn stand_in(key: &EngineKey) -> Result<RegisteredEngine> {
    let pipeline = ModelAutomationPipeline::parse("true")?;
    Ok(RegisteredEngine {
        name: EngineName::parse(&key.name)?,
        key: key.clone(),
        engine: SelfImprovementEngine::new(&key.name, pipeline)?,
    })
}
