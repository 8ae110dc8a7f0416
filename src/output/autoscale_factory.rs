//! How autoscaling makes new engines.

use serde::Serialize;
use serde_json::Value;

use crate::clock::UnixTime;
use crate::output::cell::Cell;
use crate::output::document::Document;
use crate::output::listing::HIDDEN;
use crate::output::table::Table;
use crate::pipeline::is_secret_name;
use crate::registry::Factory;

/// The definition of new engines.
#[derive(Debug, Serialize)]
pub struct FactoryDocument {
    schema_version: u32,
    dry_run: bool,
    definition: Value,
    #[serde(skip)]
    is_only_shown: bool,
    #[serde(skip)]
    shared_folder: Option<String>,
}

impl FactoryDocument {
    /// Describes a factory that was stored, or is only shown.
    ///
    /// # Errors
    ///
    /// Fails if the definition cannot be written as JSON.
    pub fn new(factory: &Factory, is_only_shown: bool, dry_run: bool) -> serde_json::Result<Self> {
        let mut definition = factory.definition().clone();
        let secrets = definition.env.iter_mut();
        for (_, value) in secrets.filter(|(name, _)| is_secret_name(name)) {
            HIDDEN.clone_into(value);
        }
        let folder = definition.work_dir.as_ref();
        let folder = folder.map(|folder| folder.display().to_string());
        Ok(Self {
            schema_version: 1,
            dry_run,
            shared_folder: folder.filter(|folder| !folder.contains('{')),
            definition: serde_json::to_value(&definition)?,
            is_only_shown,
        })
    }
}

impl Document for FactoryDocument {
    const ROWS: &'static str = "definition";

    fn table(&self, _now: UnixTime) -> Table {
        let verb = if self.is_only_shown {
            "are made"
        } else if self.dry_run {
            "would be made"
        } else {
            "will be made"
        };
        let row = |(key, value): (&String, &Value)| {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            vec![Cell::text(key), Cell::text(text)]
        };
        let rows = self.definition.as_object().into_iter().flatten();
        let mut after = Vec::new();
        if let Some(folder) = &self.shared_folder {
            after.push(format!(
                "all of them run in {folder}; `{{engine}}` in `work_dir` would give each a folder of its own"
            ));
        }
        if !self.is_only_shown && !self.dry_run {
            after.push("next: see what would be done with `sie autoscale --dry-run`".to_owned());
        }
        Table {
            before: vec![format!(
                "new engines {verb} like this, each under a name of its own"
            )],
            header: vec!["KEY", "VALUE"],
            rows: rows.map(row).collect(),
            after,
        }
    }
}
