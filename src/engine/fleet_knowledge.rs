//! What all policies of a registry have learned together, read once and only if somebody asks.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use anyhow::Result;

use crate::policy::FleetTable;
use crate::store::Store;

/// The policies' common table. Engines with a database of their own take from it and give nothing.
#[derive(Debug)]
pub struct FleetKnowledge<'a> {
    store: Option<&'a Store>,
    registry_id: &'a str,
    tables: OnceLock<(BTreeMap<String, FleetTable>, FleetTable)>,
}

impl<'a> FleetKnowledge<'a> {
    /// Reads nothing yet.
    #[must_use]
    pub fn new(store: Option<&'a Store>, registry_id: &'a str) -> Self {
        Self {
            store,
            registry_id,
            tables: OnceLock::new(),
        }
    }

    /// Returns what the engines other than this one have learned.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn without(&self, engine_id: &str) -> Result<FleetTable> {
        let (parts, merged) = if let Some(tables) = self.tables.get() {
            tables
        } else {
            let read = self.read()?;
            self.tables.get_or_init(|| read)
        };
        Ok(match parts.get(engine_id) {
            Some(own) => merged.without(own),
            None => merged.clone(),
        })
    }

    fn read(&self) -> Result<(BTreeMap<String, FleetTable>, FleetTable)> {
        let Some(store) = self.store else {
            return Ok(Default::default());
        };
        let parts: BTreeMap<String, FleetTable> = store
            .fleet_parts(self.registry_id)?
            .into_iter()
            // What cannot be read helps nobody, and hinders nobody either.
            .filter_map(|(id, text)| Some((id, serde_json::from_str(&text).ok()?)))
            .collect();
        let merged = FleetTable::merge(&parts);
        Ok((parts, merged))
    }
}
