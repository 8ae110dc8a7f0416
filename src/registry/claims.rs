//! What may belong to one engine only: its name, its id, its state file.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::names::EngineName;
use crate::registry::entry::RegisteredEngine;
use crate::registry::registry_file::real_path;

/// What the engines seen so far have taken.
#[derive(Default)]
pub struct Claims {
    names: BTreeMap<String, EngineName>,
    ids: BTreeMap<String, EngineName>,
    state_files: BTreeMap<PathBuf, EngineName>,
}

impl Claims {
    /// Takes what an engine needs for itself, or says who has it already and then takes nothing.
    pub fn claim(&mut self, registered: &RegisteredEngine) -> Result<(), String> {
        let name = registered.name.folded();
        let id = registered.key.engine_id.clone();
        let state_file = registered.engine.state_path.as_deref().map(real_path);
        if let Some(other) = self.names.get(&name) {
            return Err(format!("the name is taken by `{other}` above"));
        }
        if let Some(other) = self.ids.get(&id) {
            return Err(format!("it has the id of `{other}` above"));
        }
        if let Some((path, other)) = state_file
            .as_ref()
            .and_then(|path| Some((path, self.state_files.get(path)?)))
        {
            return Err(format!(
                "the state file {} belongs to engine `{other}`",
                path.display()
            ));
        }
        self.names.insert(name, registered.name.clone());
        self.ids.insert(id, registered.name.clone());
        self.state_files
            .extend(state_file.map(|path| (path, registered.name.clone())));
        Ok(())
    }
}
