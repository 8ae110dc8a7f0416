//! The definitions of engines: all in a list, or one with where each value comes from.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::clock::UnixTime;
use crate::engine::SelfImprovementEngine;
use crate::output::cell::Cell;
use crate::output::document::Document;
use crate::output::table::Table;
use crate::patch::SelfCodingEngine;
use crate::pipeline::is_secret_name;
use crate::policy::Strategy;
use crate::registry::{BadEntry, RegisteredEngine};

/// What stands in place of the value of a secret.
pub const HIDDEN: &str = "***";

/// The registered engines.
#[derive(Debug, Serialize)]
pub struct ListDocument {
    schema_version: u32,
    registry: String,
    engines: Vec<ListedEngine>,
    bad_entries: Vec<BadEntry>,
}

#[derive(Debug, Serialize)]
struct ListedEngine {
    engine: String,
    bot: String,
    pipeline: String,
    interval: String,
    cost: Option<f64>,
    work_dir: String,
}

impl ListDocument {
    /// Lists engines and bad entries of a registry file.
    #[must_use]
    pub fn new(registry: String, engines: &[RegisteredEngine], bad_entries: &[BadEntry]) -> Self {
        let engines = engines
            .iter()
            .map(|registered| ListedEngine {
                engine: registered.name.to_string(),
                bot: registered.bot().to_string(),
                pipeline: registered.engine.pipeline.to_string(),
                interval: registered.engine.interval.to_string(),
                cost: registered.engine.cost,
                work_dir: path_text(registered.engine.work_dir.as_deref()),
            })
            .collect();
        Self {
            schema_version: 1,
            registry,
            engines,
            bad_entries: bad_entries.to_vec(),
        }
    }
}

impl Document for ListDocument {
    const ROWS: &'static str = "engines";

    fn table(&self, _now: UnixTime) -> Table {
        let row = |engine: &ListedEngine| {
            vec![
                Cell::text(&engine.engine),
                Cell::text(&engine.bot),
                Cell::text(&engine.interval),
                Cell::amount(engine.cost, false),
                Cell::text(&engine.pipeline),
                Cell::text(&engine.work_dir),
            ]
        };
        Table {
            header: vec!["ENGINE", "BOT", "INTERVAL", "COST", "PIPELINE", "IN"],
            rows: self.engines.iter().map(row).collect(),
            ..Table::default()
        }
    }

    fn nothing(&self) -> Option<String> {
        self.engines.is_empty().then(|| {
            "no engines are registered; register one with `sie register NAME --pipeline 'CMD'`, or try `sie demo`"
                .to_owned()
        })
    }
}

/// One engine's definition.
#[derive(Debug, Serialize)]
pub struct ShowDocument {
    schema_version: u32,
    engine: String,
    id: String,
    registry: String,
    definition: serde_json::Value,
    #[serde(skip)]
    values: Vec<(String, String, &'static str)>,
}

impl ShowDocument {
    /// Describes an engine; `given` is its entry as it stands in the file.
    ///
    /// # Errors
    ///
    /// Fails if the definition cannot be written as JSON.
    pub fn new(
        registry: String,
        registered: &RegisteredEngine,
        given: &[String],
    ) -> serde_json::Result<Self> {
        let mut engine = registered.engine.clone();
        for (_, value) in engine
            .env
            .iter_mut()
            .filter(|(name, _)| is_secret_name(name))
        {
            HIDDEN.clone_into(value);
        }
        let definition = serde_json::to_value(&engine)?;
        let source = |key: &str| {
            if given.iter().any(|name| name == key) {
                "registry"
            } else {
                "default"
            }
        };
        let mut fields = BTreeMap::from([
            ("bot", registered.bot().to_string()),
            ("interval", engine.interval.to_string()),
            ("min_interval", engine.min_interval.to_string()),
            ("energy", engine.energy.to_string()),
            ("timeout", engine.timeout.to_string()),
            ("grace", engine.grace.to_string()),
            ("log_limit", format!("{} bytes", engine.log_limit)),
            ("work_dir", path_text(engine.work_dir.as_deref())),
            ("env_clear", engine.env_clear.to_string()),
            ("retries", engine.retries.to_string()),
            ("retry_delay", engine.retry_delay.to_string()),
            ("trigger", word(&engine.trigger)?),
            ("on_missing", word(&engine.on_missing)?),
            ("explore", engine.explore.to_string()),
            (
                "policy",
                engine.strategy().map_or("none", Strategy::name).to_owned(),
            ),
            ("metrics_rows", engine.metrics_rows.to_string()),
            ("diagnostics", serde_json::to_string(&engine.diagnostics)?),
        ]);
        let optional = optional_values(&engine)?;
        fields.extend(
            optional
                .into_iter()
                .filter_map(|(key, value)| Some((key, value?))),
        );
        let mut values = Vec::new();
        for stage in engine.pipeline.stages() {
            let limit = stage
                .timeout
                .map(|limit| format!(" (at most {limit})"))
                .unwrap_or_default();
            values.push((
                format!("stage {}", stage.name),
                format!("{}{limit}", stage.command),
                "registry",
            ));
        }
        values.extend(
            fields
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value, source(key))),
        );
        values.extend(engine.patch.iter().flat_map(patch_values));
        let hooks = engine.hooks.described().into_iter();
        values.extend(hooks.map(|(key, command)| (format!("hook {key}"), command, "registry")));
        let listed = [
            ("rule", engine.rules.texts()),
            ("diagnose", engine.diagnose),
        ];
        for (key, texts) in listed {
            let row = |text| (key.to_owned(), text, "registry");
            values.extend(texts.into_iter().map(row));
        }
        values.extend(
            engine
                .env
                .iter()
                .map(|(name, value)| (format!("env {name}"), value.clone(), "registry")),
        );
        Ok(Self {
            schema_version: 1,
            engine: registered.name.to_string(),
            id: registered.key.engine_id.clone(),
            registry,
            definition,
            values,
        })
    }
}

impl Document for ShowDocument {
    const ROWS: &'static str = "definition";

    fn table(&self, _now: UnixTime) -> Table {
        let row = |(key, value, source): &(String, String, &'static str)| {
            vec![Cell::text(key), Cell::text(value), Cell::text(*source)]
        };
        Table {
            before: vec![format!("{} in {}", self.engine, self.registry)],
            header: vec!["KEY", "VALUE", "FROM"],
            rows: self.values.iter().map(row).collect(),
            after: Vec::new(),
        }
    }
}

/// Returns what is said of the patch step, value by value.
fn patch_values(patch: &SelfCodingEngine) -> Vec<(String, String, &'static str)> {
    let lists = [
        ("target", &patch.targets),
        ("check", &patch.check),
        ("copy", &patch.copy),
    ];
    let of_lists = lists
        .into_iter()
        .flat_map(|(key, texts)| texts.iter().map(move |text| (key, text.clone())));
    let single = [
        ("generate", patch.generate.clone()),
        ("min_delta", patch.min_delta.to_string()),
        ("trials", patch.trials.to_string()),
        ("commit", patch.commit.to_string()),
    ];
    let row = |(key, text)| (format!("patch {key}"), text, "registry");
    single.into_iter().chain(of_lists).map(row).collect()
}

/// Returns the values that an engine may do without.
fn optional_values(
    engine: &SelfImprovementEngine,
) -> serde_json::Result<[(&'static str, Option<String>); 8]> {
    Ok([
        ("signal", engine.signal.clone()),
        ("value", engine.value.map(|value| value.to_string())),
        ("max_interval", engine.max_interval.map(|it| it.to_string())),
        ("stale_after", engine.stale_after.map(|it| it.to_string())),
        (
            "forecast",
            engine
                .forecast
                .as_ref()
                .map(serde_json::to_string)
                .transpose()?,
        ),
        ("cost", engine.cost.map(|cost| cost.to_string())),
        (
            "database",
            engine.database.as_deref().map(|path| path_text(Some(path))),
        ),
        (
            "state_path",
            engine
                .state_path
                .as_deref()
                .map(|path| path_text(Some(path))),
        ),
    ])
}

/// Returns the word of a value that is a word in the registry.
fn word(value: &impl Serialize) -> serde_json::Result<String> {
    let value = serde_json::to_value(value)?;
    Ok(value.as_str().unwrap_or_default().to_owned())
}

fn path_text(path: Option<&std::path::Path>) -> String {
    path.map(|path| path.display().to_string())
        .unwrap_or_default()
}
