//! What no patch of an engine may touch: registry, store, and the scripts of its pipeline, of its checks, of what makes
//! the patches, and of what decides about runs or is told of them.

use std::path::{Path, PathBuf};

use crate::engine::conductor::Conductor;
use crate::events::HookCommand;
use crate::patch::{OffLimits, SelfCodingEngine, TargetPath, WhyOffLimits, scripts_of_words};
use crate::pipeline::StageCommand;
use crate::store::database_files;

/// The commands that a registry names for all its engines.
#[derive(Clone, Debug, Default)]
pub struct RegistryCommands {
    /// Those that decide about runs: they approve, or tell the energy score.
    pub deciding: Vec<HookCommand>,
    /// Those that are told of events.
    pub hooks: Vec<HookCommand>,
}

impl RegistryCommands {
    fn all(&self) -> impl Iterator<Item = (&HookCommand, WhyOffLimits)> {
        let deciding = self.deciding.iter();
        let hooks = self.hooks.iter();
        deciding
            .map(|command| (command, WhyOffLimits::DecidingScript))
            .chain(hooks.map(|command| (command, WhyOffLimits::HookScript)))
    }
}

/// Returns the words of a command; none if they cannot be split, which the settings' check has excluded.
pub(super) fn words_of(command: &str) -> Vec<String> {
    match StageCommand::split(command) {
        Ok(StageCommand::Words(words)) => words,
        _ => Vec::new(),
    }
}

/// Returns the scripts of the generator and the checks: they are part of every copy.
pub(super) fn scripts_of(settings: &SelfCodingEngine, work_dir: &Path) -> Vec<PathBuf> {
    let work_dir = work_dir.to_string_lossy();
    [&settings.generate]
        .into_iter()
        .chain(&settings.check)
        .flat_map(|command| scripts_of_words(&words_of(command), &work_dir))
        .map(|script| PathBuf::from(script.as_str()))
        .collect()
}

impl Conductor<'_> {
    /// Returns the files and folders that are ours: no patch may touch them, and no copy holds them.
    pub(super) fn own_files(&self) -> Vec<PathBuf> {
        let mut own = self.data_dir.parts();
        // A work dir may lie in the data directory, as those of the demo do.
        own.push(self.data_dir.root().to_owned());
        own.extend(
            self.engine
                .database
                .iter()
                .flat_map(|path| database_files(path)),
        );
        own.extend(self.engine.state_path.clone());
        own
    }

    /// Returns what is off limits in a work dir, given by its real path.
    pub(super) fn off_limits(&self, settings: &SelfCodingEngine, work_dir: &Path) -> OffLimits {
        let mut off_limits = OffLimits::default();
        let root = work_dir.to_string_lossy().into_owned();
        let mut add = |path: &Path, why| {
            let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
            off_limits.add_absolute(&real.to_string_lossy(), &root, why);
        };
        add(self.registry_path, WhyOffLimits::Registry);
        for path in self.own_files() {
            add(&path, WhyOffLimits::Store);
        }
        let folder = self.registry_path.parent().unwrap_or(Path::new("/"));
        let folder = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        for (command, why) in self.registry_commands.all() {
            for script in scripts_of_words(&command.argv(), &folder.to_string_lossy()) {
                add(&folder.join(script.as_str()), why);
            }
        }
        let stages = self.engine.pipeline.stages().iter();
        let of_stages = stages.flat_map(|stage| match &stage.command {
            StageCommand::Words(words) => scripts_of_words(words, &root),
            StageCommand::Shell(line) => crate::patch::scripts_of_line(line, &root),
        });
        let of_command = |command: &String| scripts_of_words(&words_of(command), &root);
        let of_checks = settings.check.iter().flat_map(of_command);
        let scripts: Vec<(TargetPath, WhyOffLimits)> = of_stages
            .map(|script| (script, WhyOffLimits::PipelineScript))
            .chain(of_checks.map(|script| (script, WhyOffLimits::CheckScript)))
            .chain(
                of_command(&settings.generate)
                    .into_iter()
                    .map(|script| (script, WhyOffLimits::GenerateScript)),
            )
            .chain(self.deciding_scripts(&root))
            .collect();
        for (script, why) in &scripts {
            // A script may be a link: what it leads to is run just as well.
            add(&work_dir.join(script.as_str()), *why);
        }
        for (script, why) in &scripts {
            off_limits.add(script, *why);
        }
        off_limits
    }

    /// Returns the scripts in a work dir by which it is decided about the engine, and which are told of events.
    fn deciding_scripts(&self, work_dir: &str) -> Vec<(TargetPath, WhyOffLimits)> {
        let diagnose = self.engine.diagnose.iter();
        let own = diagnose.map(|line| (words_of(line), WhyOffLimits::DecidingScript));
        let hooks = self.engine.hooks.commands().map(|(_, command)| command);
        let hooks = hooks.map(|command| (command.argv(), WhyOffLimits::HookScript));
        // A command of the registry runs elsewhere, but may name a script here by its whole path.
        let registry = self.registry_commands.all();
        let registry = registry.map(|(command, why)| (command.argv(), why));
        own.chain(hooks)
            .chain(registry)
            .flat_map(|(words, why)| {
                let scripts = scripts_of_words(&words, work_dir);
                scripts.into_iter().map(move |script| (script, why))
            })
            .collect()
    }
}
