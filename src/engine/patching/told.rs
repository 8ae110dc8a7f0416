//! What the commands of the patch step are told of the engine: its diagnostics, its modules, its topic.

use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::{Value, json};

use crate::diagnostics::{Condition, Issue};
use crate::engine::conductor::Conductor;
use crate::engine::decision::Decision;
use crate::engine::module_record::ModuleRecord;
use crate::modules::ModuleTrend;
use crate::store::CycleFilter;

/// How many of the newest cycles are looked through for a topic.
const CYCLES_LOOKED_AT: usize = 20;

/// The texts of two files and a variable.
pub(super) struct Told {
    /// JSON: the reason of the cycle, its conditions and reported issues.
    pub(super) diagnostics: String,
    /// JSON: the modules by rank.
    pub(super) modules: String,
    /// `trending_topic` of the newest result that named one; else empty.
    pub(super) topic: String,
}

#[derive(Serialize)]
struct Diagnostics<'a> {
    schema_version: u32,
    engine: &'a str,
    reason: &'a str,
    conditions: &'a [Condition],
    reported: &'a [Issue],
}

impl Told {
    /// Collects it for a cycle that was decided on.
    pub(super) fn of(conductor: &Conductor<'_>, decision: &Decision) -> Result<Self> {
        let diagnostics = serde_json::to_string_pretty(&Diagnostics {
            schema_version: 1,
            engine: conductor.name.as_str(),
            reason: decision.reason.code(),
            conditions: &decision.conditions,
            reported: &decision.reported,
        })
        .context("cannot write the diagnostics as JSON")?;
        let ModuleRecord { trends, .. } =
            ModuleRecord::read(conductor.store, &conductor.key, conductor.engine)?;
        let modules: Vec<&ModuleTrend> = trends
            .rankings()
            .into_iter()
            .filter_map(|(name, _)| trends.get(name))
            .collect();
        let filter = CycleFilter {
            key: &conductor.key,
            most: CYCLES_LOOKED_AT,
        };
        let topic_of = |detail: &serde_json::value::RawValue| {
            let value: Value = serde_json::from_str(detail.get()).ok()?;
            let topic = value.get("extra")?.get("trending_topic")?.as_str()?;
            // It goes into a variable, which cannot hold everything.
            (!topic.contains('\0')).then(|| topic.to_owned())
        };
        let cycles = conductor.store.cycles(&filter)?;
        let topic = cycles
            .iter()
            .find_map(|cycle| topic_of(cycle.detail.as_deref()?));
        Ok(Self {
            diagnostics,
            modules: json!({"schema_version": 1, "modules": modules}).to_string(),
            topic: topic.unwrap_or_default(),
        })
    }
}
