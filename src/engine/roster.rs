//! Who knows which engines are registered at this moment.

use std::path::Path;

use crate::store::EngineKey;

/// Tells whether an engine is registered now: it may have been taken out since the registry was read.
pub trait Roster: Sync {
    /// Whether the engine of this key is registered, with this database of its own or without one.
    ///
    /// Asked while the engine's lock is held, so that whoever takes an engine out under that lock can rely on it.
    fn has(&self, key: &EngineKey, own_database: Option<&Path>) -> bool;
}
