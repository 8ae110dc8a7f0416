//! The registry: the named engines, kept in a file that people may edit.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::autoscale::ScaleOverrides;
use crate::engine::RegistryCommands;
use crate::error::Failure;
use crate::events::{HookCommand, Hooks};
use crate::registry::claims::Claims;
use crate::registry::document::RegistryDocument;
use crate::registry::entry::{self, BadEntry, EntryContext, RegisteredEngine};
use crate::registry::identity;
use crate::registry::money::capital_settings::CapitalSettings;
use crate::registry::registry_file::{read_text, real_path};
use crate::registry::roster::{LastSeen, Stamp};
use crate::registry::scaling::Factory;
use crate::registry::scaling::archive::Archive;
use crate::registry::workspace::Workspace;

/// How strictly a registry is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leniency {
    /// A newer format is refused.
    Strict,
    /// A newer format is read as far as it is known. Only for commands that change nothing.
    ReadsNewer,
}

/// The named engines.
#[derive(Debug)]
pub struct ImprovementEngineRegistry {
    workspace: Workspace,
    id: String,
    is_newer: bool,
    hooks: Hooks,
    capital: Option<CapitalSettings>,
    engines: Vec<RegisteredEngine>,
    bad_entries: Vec<BadEntry>,
    autoscaling: Autoscaling,
    last_seen: LastSeen,
}

/// What the registry says about autoscaling.
#[derive(Clone, Debug, Default)]
pub struct Autoscaling {
    /// The settings it gives.
    pub overrides: ScaleOverrides,
    /// The command that is asked for an approval.
    pub approval_command: Option<HookCommand>,
    /// How new engines are made.
    pub factory: Option<Factory>,
    archive: Archive,
}

impl ImprovementEngineRegistry {
    /// Opens the registry in a data directory; no file means no engines yet.
    ///
    /// # Errors
    ///
    /// Fails with kind `unusable` if the file cannot be used as a whole.
    pub fn open(data_dir: &Path) -> Result<Self> {
        Self::load(Workspace::in_folder(data_dir)?, Leniency::Strict)
    }

    /// Loads the registry of a workspace.
    ///
    /// # Errors
    ///
    /// As [`ImprovementEngineRegistry::open`].
    pub fn load(workspace: Workspace, leniency: Leniency) -> Result<Self> {
        // Before the text: a file that is replaced in between must not count as the one that was read.
        let stamp = Stamp::of(&workspace.registry_path);
        let text = read_text(&workspace.registry_path)?;
        Ok(Self {
            last_seen: LastSeen::at(stamp),
            ..Self::from_text(workspace, text.as_deref(), leniency)?
        })
    }

    pub(super) fn from_text(
        workspace: Workspace,
        text: Option<&str>,
        leniency: Leniency,
    ) -> Result<Self> {
        let path = real_path(&workspace.registry_path);
        let derived_id = identity::of_file(&path);
        let Some(text) = text else {
            return Ok(Self {
                workspace,
                id: derived_id,
                is_newer: false,
                hooks: Hooks::default(),
                capital: None,
                engines: Vec::new(),
                bad_entries: Vec::new(),
                autoscaling: Autoscaling::default(),
                last_seen: LastSeen::default(),
            });
        };
        let shown = path.display().to_string();
        let document = RegistryDocument::parse(text, &shown, leniency == Leniency::ReadsNewer)?;
        let is_newer = document.format_version > super::document::FORMAT_VERSION;
        let id = document.id.unwrap_or(derived_id);
        let context = EntryContext {
            text,
            path: &path,
            registry_id: &id,
            ignores_unknown_keys: is_newer,
        };
        let mut engines: Vec<RegisteredEngine> = Vec::new();
        let mut bad_entries = Vec::new();
        let mut claims = Claims::new(&path, &workspace.data_dir.store());
        for (name, raw) in &document.engines {
            let read = entry::read(name, raw, &context).and_then(|engine| {
                let claimed = claims.claim(&engine);
                claimed.map_or_else(
                    |problem| Err(context.bad_entry(name, raw, problem)),
                    |()| Ok(engine),
                )
            });
            match read {
                Ok(engine) => engines.push(engine),
                Err(bad) => bad_entries.push(bad),
            }
        }
        let archive = Archive::read(&document.autoscale.archived, &context, &mut claims);
        Ok(Self {
            autoscaling: Autoscaling {
                overrides: document.autoscale.overrides(),
                approval_command: document.autoscale.approval_command,
                factory: document.autoscale.factory.map(Factory::new),
                archive,
            },
            workspace,
            id,
            is_newer,
            hooks: document.hooks,
            capital: document.capital,
            engines,
            bad_entries,
            last_seen: LastSeen::default(),
        })
    }

    /// Returns where the registry and its data lie.
    #[must_use]
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// Returns the folder of the file, from which relative paths in it start.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        let path = real_path(&self.workspace.registry_path);
        path.parent().unwrap_or(Path::new("/")).to_owned()
    }

    /// Returns the id by which the registry's rows are keyed.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether the file was written by a newer version.
    #[must_use]
    pub fn is_newer(&self) -> bool {
        self.is_newer
    }

    /// Returns the hooks that are told of the events of all engines.
    #[must_use]
    pub fn hooks(&self) -> &Hooks {
        &self.hooks
    }

    /// Returns the commands that it names for all engines.
    pub(super) fn commands(&self) -> RegistryCommands {
        let settings = self.capital.as_ref();
        let energy = settings.and_then(|settings| settings.energy_command.as_ref());
        let approval = self.autoscaling.approval_command.as_ref();
        RegistryCommands {
            deciding: energy.into_iter().chain(approval).cloned().collect(),
            hooks: self
                .hooks
                .commands()
                .map(|(_, command)| command.clone())
                .collect(),
        }
    }

    /// Returns what it says about autoscaling.
    #[must_use]
    pub fn autoscaling(&self) -> &Autoscaling {
        &self.autoscaling
    }

    /// Returns what is known of the file since it was read.
    pub(super) fn last_seen(&self) -> &LastSeen {
        &self.last_seen
    }

    /// Returns the engines that autoscaling took out.
    #[must_use]
    pub fn archive(&self) -> &Archive {
        &self.autoscaling.archive
    }

    /// Returns what the operator says about the money of the fleet; none if there is no capital source.
    #[must_use]
    pub fn capital(&self) -> Option<&CapitalSettings> {
        self.capital.as_ref()
    }

    /// Returns the engines that can be used, in the order of the file.
    #[must_use]
    pub fn engines(&self) -> &[RegisteredEngine] {
        &self.engines
    }

    /// Returns the entries that cannot be used.
    #[must_use]
    pub fn bad_entries(&self) -> &[BadEntry] {
        &self.bad_entries
    }

    /// Returns the engine of a name, without regard to case.
    ///
    /// # Errors
    ///
    /// A usage failure with a suggestion if there is none, or if its entry cannot be used.
    pub fn engine(&self, name: &str) -> Result<&RegisteredEngine> {
        let found = self
            .engines
            .iter()
            .find(|engine| engine.name.as_str().eq_ignore_ascii_case(name));
        if let Some(engine) = found {
            return Ok(engine);
        }
        if let Some(bad) = self
            .bad_entries
            .iter()
            .find(|bad| bad.engine.eq_ignore_ascii_case(name))
        {
            return Err(bad.failure(&self.workspace.registry_path).into());
        }
        let shown: String = name.escape_debug().take(80).collect();
        let known = self.engines.iter().map(|engine| engine.name.as_str());
        let failure = Failure::usage(format!("no engine `{shown}`"));
        if let Some(archived) = self.archive().last_of(name) {
            let name = &archived.name;
            return Err(failure
                .hint(format!(
                    "autoscaling archived it; bring it back with `sie register {name} --revive`"
                ))
                .into());
        }
        Err(failure
            .did_you_mean(name, known)
            .hint("list the registered engines with `sie list`")
            .into())
    }
}
