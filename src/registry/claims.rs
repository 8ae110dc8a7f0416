//! What may belong to one engine only: its name, its id, its state file; and the files that belong to none.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::names::EngineName;
use crate::registry::entry::RegisteredEngine;
use crate::registry::registry_file::real_path;

/// What the engines seen so far have taken.
pub struct Claims {
    names: BTreeMap<String, EngineName>,
    ids: BTreeMap<String, EngineName>,
    state_files: BTreeMap<PathBuf, EngineName>,
    databases: BTreeMap<PathBuf, EngineName>,
    registry: PathBuf,
    shared_store: PathBuf,
}

impl Claims {
    /// Makes the claims of no engine yet. The registry file and the store of the fleet belong to all.
    #[must_use]
    pub fn new(registry: &Path, shared_store: &Path) -> Self {
        Self {
            names: BTreeMap::new(),
            ids: BTreeMap::new(),
            state_files: BTreeMap::new(),
            databases: BTreeMap::new(),
            registry: real_path(registry),
            shared_store: real_path(shared_store),
        }
    }

    /// Takes what an engine needs for itself, or says who has it already and then takes nothing.
    pub fn claim(&mut self, registered: &RegisteredEngine) -> Result<(), String> {
        let name = registered.name.folded();
        let id = registered.key.engine_id.clone();
        let state_file = registered.engine.state_path.as_deref().map(real_path);
        let database = registered.engine.database.as_deref().map(real_path);
        if let Some(other) = self.names.get(&name) {
            return Err(format!("the name is taken by `{other}` above"));
        }
        if let Some(other) = self.ids.get(&id) {
            return Err(format!("it has the id of `{other}` above"));
        }
        if let Some(path) = &state_file {
            self.check_state_file(path, database.as_deref())?;
        }
        if let Some(path) = &database {
            self.check_database(path)?;
        }
        self.names.insert(name, registered.name.clone());
        self.ids.insert(id, registered.name.clone());
        self.state_files
            .extend(state_file.map(|path| (path, registered.name.clone())));
        self.databases
            .extend(database.map(|path| (path, registered.name.clone())));
        Ok(())
    }

    /// A state file is replaced as a whole: it must not lie where anything else does.
    fn check_state_file(&self, path: &Path, own_database: Option<&Path>) -> Result<(), String> {
        let shown = path.display();
        if path == self.registry {
            return Err(format!("the state file {shown} is the registry"));
        }
        if path == self.shared_store || own_database == Some(path) {
            return Err(format!("the state file {shown} is a database"));
        }
        match self
            .state_files
            .get(path)
            .or_else(|| self.databases.get(path))
        {
            Some(other) => Err(format!(
                "the state file {shown} belongs to engine `{other}`"
            )),
            None => Ok(()),
        }
    }

    /// Several engines may share a database of their own, but it is nothing else.
    fn check_database(&self, path: &Path) -> Result<(), String> {
        let shown = path.display();
        if path == self.registry {
            return Err(format!("the database {shown} is the registry"));
        }
        if path == self.shared_store {
            return Err(format!(
                "the database {shown} is the one of all engines; leave it out to use that"
            ));
        }
        match self.state_files.get(path) {
            Some(other) => Err(format!(
                "the database {shown} is the state file of engine `{other}`"
            )),
            None => Ok(()),
        }
    }
}
