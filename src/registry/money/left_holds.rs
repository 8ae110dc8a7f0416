//! What is held for cycles whose `sie` died: it is nobody's, and it is in the way of others.

use std::path::Path;

use anyhow::Result;

use crate::engine::{FleetKnowledge, SelfImprovementEngine};
use crate::names::EngineName;
use crate::pipeline::ModelAutomationPipeline;
use crate::registry::entry::RegisteredEngine;
use crate::registry::fleet_run::{FleetRun, Told};
use crate::registry::money::fleet_money::FleetMoney;
use crate::registry::stores::Stores;
use crate::store::{EngineKey, FileLock, Holder, Store};

impl FleetRun<'_> {
    /// Settles what is held for cycles whose `sie` died, of any engine that is or was in the registry. What cannot be
    /// mended stays held.
    pub(in crate::registry) fn settle_what_others_left(
        &self,
        stores: &Stores,
        knowledge: &FleetKnowledge<'_>,
        money: &FleetMoney<'_>,
    ) -> Result<()> {
        let (Some(_), Some(fleet)) = (&money.budget, &stores.fleet) else {
            return Ok(());
        };
        let holders = fleet.holders(self.registry.id())?;
        if holders.is_empty() {
            return Ok(());
        }
        let is_holder = |engine: &&RegisteredEngine| {
            let mut ids = holders.iter().map(|holder| &holder.engine_id);
            ids.any(|id| *id == engine.key.engine_id)
        };
        let registered = self.registry.engines().iter().filter(is_holder);
        let unregistered = self.unregistered(&holders)?;
        // Where a database was cleared away, none is made: nobody is left to use it.
        let (usable, gone): (Vec<_>, Vec<_>) = unregistered.iter().partition(|engine| {
            let database = engine.engine.database.as_deref();
            database.is_none_or(Path::exists)
        });
        let engines: Vec<&RegisteredEngine> = registered.chain(usable).collect();
        let stores = Stores::open(self.registry.workspace(), &engines, false)?;
        for engine in engines {
            let notes = |text: String| self.observer.note(&text);
            let listeners = self.listeners(engine, &notes);
            let told = Told {
                notes: &notes,
                hear: &|events| listeners.hear(events),
            };
            let mended = self
                .conductor(engine, &stores, (knowledge, money), None, told)
                .and_then(|conductor| conductor.mend_if_free());
            listeners.tell();
            self.warn_of(engine, mended.map(drop));
        }
        for engine in gone {
            self.warn_of(engine, self.assume(engine, fleet));
        }
        Ok(())
    }

    fn warn_of(&self, engine: &RegisteredEngine, mended: Result<()>) {
        if let Err(error) = mended {
            self.observer.note(&format!(
                "warning: {}: what is held for its cycle stays held: {error:#}",
                engine.name
            ));
        }
    }

    /// Takes what was reserved as spent where no record tells more.
    fn assume(&self, engine: &RegisteredEngine, fleet: &Store) -> Result<()> {
        let workspace = self.registry.workspace();
        let lock = workspace.data_dir.engine_lock(
            engine.name.as_str(),
            &engine.key.engine_id,
            engine.engine.database.as_deref(),
        );
        if FileLock::is_held(&lock)? {
            return Ok(());
        }
        fleet.assume_holds(&engine.key, workspace.clock.now())
    }

    /// Returns holders that were taken out of the registry: as they are archived, else stand-ins that know where the
    /// record of their cycles lies. Those cycles are mended like any others.
    fn unregistered(&self, holders: &[Holder]) -> Result<Vec<RegisteredEngine>> {
        let is_registered = |id: &str| {
            let mut engines = self.registry.engines().iter();
            engines.any(|engine| engine.key.engine_id == id)
        };
        let archived = |id: &str| {
            let mut archived = self.registry.archive().revivable();
            archived.find(|engine| engine.key.engine_id == id)
        };
        holders
            .iter()
            .filter(|holder| !is_registered(&holder.engine_id))
            .filter_map(|holder| match archived(&holder.engine_id) {
                Some(engine) => Some(Ok(engine.clone())),
                None => self.stand_in(holder).transpose(),
            })
            .collect()
    }

    /// Returns a stand-in; none for one whose name nobody knows any more.
    fn stand_in(&self, holder: &Holder) -> Result<Option<RegisteredEngine>> {
        let Some(name) = holder.name.as_ref() else {
            return Ok(None);
        };
        let nothing = ModelAutomationPipeline::parse("true")?;
        Ok(Some(RegisteredEngine {
            name: EngineName::parse(name)?,
            key: EngineKey {
                registry_id: self.registry.id().to_owned(),
                engine_id: holder.engine_id.clone(),
                name: name.clone(),
            },
            engine: SelfImprovementEngine {
                database: holder.database.clone(),
                ..SelfImprovementEngine::new(name, nothing)?
            },
        }))
    }
}
