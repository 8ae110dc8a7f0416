//! What every command works with: where things lie, what time it is, where to write.

use anyhow::Result;

use crate::cli::GlobalArgs;
use crate::clock::Clock;
use crate::env::{Environment, GitHub};
use crate::exit_code::ExitCode;
use crate::interrupt::Interrupt;
use crate::registry::{BadEntry, ImprovementEngineRegistry, Leniency, Workspace};
use crate::store::DataDir;
use crate::ui::{Settings, Ui};

/// The surroundings of a command.
#[derive(Debug)]
pub struct Session {
    /// Where things lie, and what time it is there.
    pub workspace: Workspace,
    /// Where to write.
    pub ui: Ui,
    /// What GitHub Actions says.
    pub github: GitHub,
}

impl Session {
    /// Resolves options and environment: option over variable over default.
    ///
    /// # Errors
    ///
    /// Fails if a variable cannot be understood, or there is no place for data.
    pub fn new(global: &GlobalArgs, environment: &Environment) -> Result<Self> {
        let ui = Ui::new(Settings::new(global, environment));
        let data_dir = match global.data_dir.as_ref().or(environment.data_dir.as_ref()) {
            Some(folder) => DataDir::new(folder)?,
            None => DataDir::of_platform()?,
        };
        let moved = global.registry.as_ref().or(environment.registry.as_ref());
        let registry_path = match moved {
            Some(file) => std::path::absolute(file)?,
            None => data_dir.registry(),
        };
        let clock = Clock::from_setting(environment.now.as_deref())?;
        let workspace = Workspace {
            data_dir,
            registry_path,
            clock,
            seed: environment.seed,
            interrupt: Interrupt::never(),
            is_in_hook: environment.is_in_hook,
        };
        Ok(Self {
            workspace,
            ui,
            github: environment.github.clone(),
        })
    }

    /// From now on signals are passed on to pipelines instead of ending the program.
    ///
    /// # Errors
    ///
    /// Fails if the operating system refuses the handlers.
    pub fn listen_for_signals(&mut self) -> Result<()> {
        self.workspace.interrupt = Interrupt::listen()?;
        Ok(())
    }

    /// Loads the registry for a command that acts.
    ///
    /// # Errors
    ///
    /// Fails with kind `unusable` if the file cannot be used as a whole, or is newer.
    pub fn registry(&self) -> Result<ImprovementEngineRegistry> {
        ImprovementEngineRegistry::load(self.workspace.clone(), Leniency::Strict)
    }

    /// Loads the registry for a command that only looks; a newer one is read as far as it is known.
    ///
    /// # Errors
    ///
    /// Fails with kind `unusable` if the file cannot be used as a whole.
    pub fn registry_to_read(&self) -> Result<ImprovementEngineRegistry> {
        let registry =
            ImprovementEngineRegistry::load(self.workspace.clone(), Leniency::ReadsNewer)?;
        if registry.is_newer() {
            self.ui.warning(
                "the registry was written by a newer sie; what this one does not know is left out",
            );
        }
        Ok(registry)
    }

    /// Tells of bad entries and returns the exit code that follows.
    pub fn tell_bad_entries(&self, registry: &ImprovementEngineRegistry) -> ExitCode {
        self.tell_bad_entries_of(registry, |_| true)
    }

    /// Tells of the bad entries whose names are asked for, and returns the exit code that follows.
    pub fn tell_bad_entries_of(
        &self,
        registry: &ImprovementEngineRegistry,
        is_wanted: impl Fn(&str) -> bool,
    ) -> ExitCode {
        let bad_entries: Vec<&BadEntry> = registry
            .bad_entries()
            .iter()
            .filter(|bad| is_wanted(&bad.engine))
            .collect();
        for bad in &bad_entries {
            self.ui
                .error(&bad.failure(&self.workspace.registry_path).into());
        }
        if bad_entries.is_empty() {
            ExitCode::Done
        } else {
            ExitCode::Usage
        }
    }
}
