//! Commands about patches that need an engine's lock: mending what a killed command left, and taking a patch back.

use anyhow::Result;

use crate::engine::{FleetKnowledge, StoredPatch};
use crate::registry::entry::RegisteredEngine;
use crate::registry::fleet_run::{FleetObserver, FleetOptions, FleetRun, Told};
use crate::registry::improvement_engine_registry::ImprovementEngineRegistry;
use crate::registry::money::fleet_money::FleetMoney;
use crate::registry::stores::Stores;
use crate::store::Store;

impl ImprovementEngineRegistry {
    /// Restores the patch of an engine if a command that was killed left it halfway; else opens nothing for writing.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be used, or a file cannot be restored.
    pub fn mend_patch_of(
        &self,
        engine: &RegisteredEngine,
        observer: &dyn FleetObserver,
    ) -> Result<()> {
        let path = engine.store_path(&self.workspace().data_dir);
        let Some(store) = Store::open_to_read(&path)? else {
            return Ok(());
        };
        let in_place = store.patch_in_place(&engine.key)?;
        let is_halfway = in_place.as_ref().is_some_and(|row| row.restoring.is_some());
        let is_running = in_place.is_some() && store.running_cycle(&engine.key)?.is_some();
        drop(store);
        if !is_halfway && !is_running {
            return Ok(());
        }
        self.conduct(engine, observer, false, |conductor| {
            conductor.mend_if_free().map(drop)
        })
    }

    /// Takes a patch of an engine back, unless its files have changed since; changes nothing if `is_dry_run`.
    ///
    /// # Errors
    ///
    /// Fails if the engine is busy, or the patch cannot be taken back.
    pub fn take_back_patch(
        &self,
        engine: &RegisteredEngine,
        number: i64,
        is_dry_run: bool,
        observer: &dyn FleetObserver,
    ) -> Result<StoredPatch> {
        self.conduct(engine, observer, is_dry_run, |conductor| {
            conductor.take_back(number, is_dry_run)
        })
    }

    pub(super) fn conduct<T>(
        &self,
        engine: &RegisteredEngine,
        observer: &dyn FleetObserver,
        is_dry_run: bool,
        act: impl FnOnce(&crate::engine::Conductor<'_>) -> Result<T>,
    ) -> Result<T> {
        let run = FleetRun {
            registry: self,
            options: FleetOptions::default(),
            observer,
        };
        let stores = Stores::open(self.workspace(), &[engine], is_dry_run)?;
        let knowledge = FleetKnowledge::new(stores.fleet.as_ref(), self.id());
        let money = FleetMoney::not_asked(self.workspace().clock.now());
        let notes = |text: String| observer.note(&text);
        let listeners = run.listeners(engine, &notes);
        let told = Told {
            notes: &notes,
            hear: &|events| listeners.hear(events),
        };
        let done = run
            .conductor(engine, &stores, (&knowledge, &money), None, told)
            .and_then(|conductor| act(&conductor));
        listeners.tell();
        done
    }
}
