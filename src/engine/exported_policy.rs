//! A policy as it travels from one engine to another: versioned JSON with a checksum.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::error::Failure;
use crate::policy::SelfImprovementPolicy;
use crate::store::EngineKey;

/// The version written, and the newest that is read.
const VERSION: u32 = 1;

/// What is written by `policy export`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExportedPolicy {
    /// The version of this document.
    pub schema_version: u32,
    /// Whose policy it is.
    pub engine: String,
    registry_id: String,
    engine_id: String,
    last_row: i64,
    /// When it was exported.
    exported_at: String,
    state: Value,
    /// SHA-256 of the state, written without spaces and with its keys in order.
    sha256: String,
}

fn checksum(state: &Value) -> String {
    Sha256::digest(state.to_string().as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

impl ExportedPolicy {
    /// Packs the state of a policy.
    ///
    /// # Errors
    ///
    /// Fails if the state is no JSON.
    pub fn new(key: &EngineKey, state: &str, last_row: i64, exported_at: String) -> Result<Self> {
        let state: Value = serde_json::from_str(state).context("not a stored policy")?;
        Ok(Self {
            schema_version: VERSION,
            engine: key.name.clone(),
            registry_id: key.registry_id.clone(),
            engine_id: key.engine_id.clone(),
            last_row,
            exported_at,
            sha256: checksum(&state),
            state,
        })
    }

    /// Reads an export.
    ///
    /// # Errors
    ///
    /// A usage failure says what is wrong with it: no export, a newer one, a damaged one.
    pub fn parse(text: &str) -> Result<Self> {
        let bad = |problem: String| Failure::usage(format!("the export cannot be used: {problem}"));
        let value: Value = serde_json::from_str(text).map_err(|error| bad(error.to_string()))?;
        let version = value.get("schema_version").and_then(Value::as_u64);
        if version.is_some_and(|version| version > u64::from(VERSION)) {
            return Err(bad("it was written by a newer sie".to_owned())
                .hint("upgrade sie")
                .into());
        }
        let export: Self = serde_json::from_value(value).map_err(|error| bad(error.to_string()))?;
        if checksum(&export.state) != export.sha256 {
            return Err(
                bad("its checksum does not fit: it is damaged or was changed".to_owned())
                    .hint("export it anew with `sie policy export NAME --out FILE`")
                    .into(),
            );
        }
        export.policy()?;
        Ok(export)
    }

    /// Returns the policy.
    ///
    /// # Errors
    ///
    /// A usage failure if it is none of ours, or of a newer version.
    pub fn policy(&self) -> Result<SelfImprovementPolicy> {
        SelfImprovementPolicy::from_json(&self.state.to_string())
            .map_err(|error| Failure::usage(format!("the export cannot be used: {error:#}")).into())
    }

    /// Returns up to which row it has learned, if it comes from this very engine.
    #[must_use]
    pub fn last_row_of(&self, key: &EngineKey) -> Option<i64> {
        let is_own = self.registry_id == key.registry_id && self.engine_id == key.engine_id;
        is_own.then_some(self.last_row)
    }
}
