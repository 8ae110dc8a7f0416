//! By what the rows of an engine are keyed.

/// By what rows are keyed: two registries can share a store.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EngineKey {
    /// The id of the registry.
    pub registry_id: String,
    /// The id of the engine.
    pub engine_id: String,
    /// The engine's name, for people who look into the store.
    pub name: String,
}
