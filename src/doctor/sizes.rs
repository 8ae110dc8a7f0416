//! How much room everything takes.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use crate::doctor::inspection::Inspection;
use crate::store::{RunDir, log_of};

/// The runs of one engine.
#[derive(Clone, Debug, Serialize)]
pub struct EngineSize {
    /// Its name.
    pub engine: String,
    /// How many of its cycles are on record.
    pub cycles: u64,
    /// How many of its runs are kept.
    pub runs: u64,
    /// How many bytes they take.
    pub run_bytes: u64,
}

/// What takes how many bytes.
#[derive(Clone, Debug, Serialize)]
pub struct Sizes {
    /// The databases, with their logs.
    pub store_bytes: u64,
    /// How many of them hold nothing and could be given back.
    pub free_bytes: u64,
    /// Results and logs of runs.
    pub runs_bytes: u64,
    /// Each engine, the largest first.
    pub engines: Vec<EngineSize>,
}

impl Sizes {
    /// Adds up what there is.
    #[must_use]
    pub fn of(inspection: &Inspection<'_>) -> Self {
        let mut engines: BTreeMap<String, EngineSize> = BTreeMap::new();
        let mut of_engine = |name: &str, cycles: u64, runs: u64, bytes: u64| {
            let size = engines
                .entry(name.to_ascii_lowercase())
                .or_insert_with(|| EngineSize {
                    engine: name.to_owned(),
                    cycles: 0,
                    runs: 0,
                    run_bytes: 0,
                });
            size.cycles += cycles;
            size.runs += runs;
            size.run_bytes += bytes;
        };
        for (engine, _) in inspection.known() {
            of_engine(&engine.key.name, engine.cycles, 0, 0);
        }
        for run in RunDir::all(&inspection.workspace.data_dir.runs()) {
            of_engine(&run.engine, 0, 1, run.bytes);
        }
        let mut engines: Vec<EngineSize> = engines.into_values().collect();
        engines.sort_by(|a, b| {
            (b.run_bytes, b.cycles, &a.engine).cmp(&(a.run_bytes, a.cycles, &b.engine))
        });
        let free = |checkup: &crate::store::Checkup| checkup.free_bytes;
        let checkups = inspection.stores.iter();
        Self {
            store_bytes: inspection
                .stores
                .iter()
                .map(|facts| store_bytes(&facts.path))
                .sum(),
            free_bytes: checkups
                .filter_map(|facts| facts.checkup.as_ref().ok()?.as_ref().map(free))
                .sum(),
            runs_bytes: engines.iter().map(|engine| engine.run_bytes).sum(),
            engines,
        }
    }
}

/// Returns how many bytes a database takes with its log.
#[must_use]
pub fn store_bytes(path: &Path) -> u64 {
    let size = |path: &Path| std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    size(path) + size(&log_of(path))
}
