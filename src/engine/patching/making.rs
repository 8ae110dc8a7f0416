//! Making a patch in the separate copy: `generate` edits it or prints a diff, and only what may differ differs.

use std::ops::ControlFlow;
use std::os::fd::BorrowedFd;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::engine::conductor::Conductor;
use crate::engine::learning::Begun;
use crate::engine::patching::git_tree::OTHER_TREE;
use crate::engine::patching::off_limits::words_of;
use crate::engine::patching::printed_diff::{Printed, apply_printed};
use crate::engine::patching::proposal::{Proposal, ProposedFile};
use crate::engine::patching::told::Told;
use crate::patch::{
    ComplexityChange, FileChange, FileState, MAX_COPY_BYTES, MAX_COPY_FILES, MAX_FILE_BYTES,
    MAX_PATCH_BYTES, OffLimits, PatchRecord, PatchState, Refusal, RefusalReason, SelfCodingEngine,
    TargetPath,
};
use crate::pipeline::{
    Ending, ProcessLimits, Progress, SideCommand, StageCommand, in_words, stopwatch,
};
use crate::store::{CopyEntry, CopyListing, CopyProblem, Found, SeparateCopy, WorkTree, digest_of};

/// The exit code by which `generate` says that it has nothing to offer now.
const NOTHING_NOW: i32 = 75;

/// What `generate` may add to the copy: entries, and bytes on disk.
const GENERATE_ADDS: (u64, u64) = (10_000, 2 * MAX_PATCH_BYTES);

/// What came of making a patch.
pub(super) enum Made {
    /// There is none, and why.
    Nothing(String),
    /// It may not be used.
    Refused(Box<PatchRecord>, Vec<u8>),
    /// It may be tried.
    Ready(Proposal, Box<PatchRecord>),
    /// We were asked to stop.
    Cancelled,
}

impl Made {
    /// Returns a patch that is refused as a whole.
    pub(super) fn refused(why: String) -> Self {
        let mut record = empty_record(Vec::new());
        record.state = PatchState::Refused;
        record.why = why;
        Self::Refused(Box::new(record), Vec::new())
    }

    /// Returns a patch that did what it may not do.
    pub(super) fn refused_for(refusals: Vec<Refusal>) -> Self {
        Self::Refused(Box::new(empty_record(refusals)), Vec::new())
    }
}

/// A separate copy with what surrounds it.
pub(super) struct Workshop<'w> {
    pub(super) settings: &'w SelfCodingEngine,
    pub(super) work_dir: &'w Path,
    pub(super) off_limits: &'w OffLimits,
    pub(super) copy: &'w SeparateCopy,
    /// The copy as it was made.
    pub(super) original: &'w CopyListing,
    /// Where logs and what the commands are told lie.
    pub(super) folder: &'w Path,
    pub(super) locks: &'w [BorrowedFd<'w>],
    pub(super) variables: &'w [(String, String)],
}

impl Conductor<'_> {
    /// Returns what the commands of the patch step are told.
    pub(super) fn told_to_patch(
        &self,
        begun: &Begun<'_>,
        folder: &Path,
        root: &Path,
    ) -> Result<Vec<(String, String)>> {
        let told = Told::of(self, begun.decision)?;
        let diagnostics = folder.join("diagnostics.json");
        let modules = folder.join("modules.json");
        crate::store::replace(&diagnostics, told.diagnostics.as_bytes())?;
        crate::store::replace(&modules, told.modules.as_bytes())?;
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let ours = [
            ("SIE_ENGINE", self.name.to_string()),
            ("SIE_BOT", begun.bot.to_string()),
            ("SIE_CYCLE", self.runs.cycle_name(begun.number)),
            ("SIE_TRIGGER", begun.decision.reason.code().to_owned()),
            ("SIE_PATCH_DIR", text(root)),
            ("SIE_DIAGNOSTICS", text(&diagnostics)),
            ("SIE_MODULES", text(&modules)),
            ("SIE_TOPIC", told.topic),
            // A repository around the copy is not the one it was made of.
            ("GIT_CEILING_DIRECTORIES", text(folder)),
        ];
        let own = self.engine.env.clone().into_iter();
        Ok(own
            .chain(ours.map(|(name, value)| (name.to_owned(), value)))
            .collect())
    }

    /// Runs one command of the patch step in the copy; it ends early if the copy grows beyond a limit.
    pub(super) fn run_in_copy(
        &self,
        workshop: &Workshop<'_>,
        (name, command): (&str, &str),
        (entries, bytes): (u64, u64),
    ) -> Result<Ending> {
        if let Some(sink) = self.sink {
            sink.progress(&Progress {
                stage: name.to_owned(),
                ..Progress::default()
            });
        }
        let argv = StageCommand::Words(words_of(command)).argv(&[]);
        let [stdout, stderr] =
            ["stdout", "stderr"].map(|stream| workshop.folder.join(format!("{name}.{stream}.log")));
        let side = SideCommand {
            argv: &argv,
            work_dir: workshop.copy.root(),
            variables: workshop.variables,
            clears_environment: self.engine.env_clear,
            without: OTHER_TREE,
            stdout: &stdout,
            stderr: &stderr,
            limits: ProcessLimits {
                timeout: self.engine.timeout.0,
                grace: self.engine.grace.0,
                output_bytes: self.engine.log_limit,
            },
            locks: workshop.locks,
        };
        let most_entries = entries.saturating_add(workshop.original.len() as u64 * 2);
        let most_bytes = bytes.saturating_add(bytes_on_disk(workshop.original));
        // Looking takes longer the more there is: at most a tenth of the time.
        let (mut since, mut pause) = (stopwatch(), Duration::ZERO);
        let watch = || {
            if since.elapsed() < pause {
                return ControlFlow::Continue(());
            }
            let began = stopwatch();
            let is_over = workshop.copy.is_over(most_entries, most_bytes);
            pause = began.elapsed() * 10;
            since = stopwatch();
            if is_over {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let ending = side
            .run(self.interrupt, watch)
            .with_context(|| format!("cannot create the logs of {name}"))?;
        // What ended between two looks is looked at once more.
        if matches!(ending, Ending::Exited(_)) && workshop.copy.is_over(most_entries, most_bytes) {
            return Ok(Ending::OutputLimit);
        }
        Ok(ending)
    }

    /// Runs `generate` and the checks, and returns what may be tried.
    pub(super) fn make_patch(&self, workshop: &Workshop<'_>) -> Result<Made> {
        let settings = workshop.settings;
        let ending = self.run_in_copy(workshop, ("generate", &settings.generate), GENERATE_ADDS)?;
        match ending {
            Ending::Exited(0) => {}
            Ending::Exited(NOTHING_NOW) => {
                return Ok(Made::Nothing(
                    "generate has nothing to offer now".to_owned(),
                ));
            }
            Ending::Interrupted(_) => return Ok(Made::Cancelled),
            Ending::OutputLimit => {
                return Ok(Made::refused(
                    "generate was ended: it wrote too much".to_owned(),
                ));
            }
            _ => {
                let how = in_words(&ending);
                return Ok(Made::refused(format!("generate did not succeed: {how}")));
            }
        }
        let most_entries = GENERATE_ADDS.0 + workshop.original.len() as u64 * 2;
        let mut after = match workshop.copy.listing(most_entries, MAX_COPY_BYTES) {
            Ok(listing) => listing,
            Err(CopyProblem::TooLarge) => {
                return Ok(Made::refused("generate made too many files".to_owned()));
            }
            Err(CopyProblem::Broken(error)) => {
                return Ok(Made::refused(format!(
                    "what generate left cannot be read: {error:#}"
                )));
            }
        };
        if differing(workshop.original, &after).is_empty() {
            match apply_printed(workshop)? {
                Printed::Nothing => {
                    return Ok(Made::Nothing("generate changed nothing".to_owned()));
                }
                Printed::Refused(made) => return Ok(*made),
                Printed::Applied => {
                    after = match workshop.copy.listing(MAX_COPY_FILES * 2, MAX_COPY_BYTES) {
                        Ok(listing) => listing,
                        Err(CopyProblem::TooLarge) => anyhow::bail!("the copy has grown too large"),
                        Err(CopyProblem::Broken(error)) => return Err(error),
                    };
                }
            }
        }
        self.review(workshop, &after)
    }

    /// Looks at everything that differs, and lets the checks have a word.
    fn review(&self, workshop: &Workshop<'_>, after: &CopyListing) -> Result<Made> {
        let paths = differing(workshop.original, after);
        if paths.is_empty() {
            return Ok(Made::Nothing("generate changed nothing".to_owned()));
        }
        let work = WorkTree::open(workshop.work_dir)?;
        let mut changes = Vec::new();
        let mut refusals = Vec::new();
        for path in &paths {
            let Some(text) = path.to_str() else {
                refusals.push(Refusal {
                    path: Some(path.to_string_lossy().into_owned()),
                    reason: RefusalReason::NotATarget,
                });
                continue;
            };
            changes.push(FileChange {
                path: text.to_owned(),
                before: state_of(work.found(path)?),
                after: state_in(after.get(path)),
            });
        }
        refusals.extend(workshop.settings.review(&changes, workshop.off_limits));
        if !refusals.is_empty() {
            return Ok(Made::refused_for(refusals));
        }
        match proposal_of(workshop, &work, &paths, after)? {
            Ok(proposal) => self.check_patch_in_copy(workshop, proposal, after),
            Err(stale) => Ok(Made::refused(stale)),
        }
    }
}

fn empty_record(refusals: Vec<Refusal>) -> PatchRecord {
    PatchRecord::new(
        Vec::new(),
        ComplexityChange::default(),
        Vec::new(),
        refusals,
    )
}

/// Returns the paths at which two listings differ. Permission bits are no part of a patch.
fn differing(before: &CopyListing, after: &CopyListing) -> Vec<PathBuf> {
    let is_same = |path: &PathBuf| match (before.get(path), after.get(path)) {
        (
            Some(CopyEntry::File {
                digest: Some(old), ..
            }),
            Some(CopyEntry::File {
                digest: Some(new), ..
            }),
        ) => old == new,
        (Some(CopyEntry::File { .. }), _) | (_, Some(CopyEntry::File { .. })) => false,
        (old, new) => old == new,
    };
    let mut paths: Vec<PathBuf> = before.keys().chain(after.keys()).cloned().collect();
    paths.sort();
    paths.dedup();
    paths.retain(|path| !is_same(path));
    paths
}

fn bytes_on_disk(listing: &CopyListing) -> u64 {
    listing
        .values()
        .map(|entry| match entry {
            // A file takes whole blocks.
            CopyEntry::File { bytes, .. } => bytes.div_ceil(4096) * 4096,
            _ => 4096,
        })
        .sum()
}

fn state_of(found: Found) -> FileState {
    match found {
        Found::Absent => FileState::Absent,
        Found::File {
            is_shared: true, ..
        } => FileState::HardLink,
        Found::File { bytes, .. } => FileState::Regular { bytes },
        Found::Link => FileState::Link,
        Found::Other => FileState::Other,
    }
}

fn state_in(entry: Option<&CopyEntry>) -> FileState {
    match entry {
        None => FileState::Absent,
        Some(CopyEntry::File { bytes, .. }) => FileState::Regular { bytes: *bytes },
        Some(CopyEntry::HardLink) => FileState::HardLink,
        Some(CopyEntry::Link(_)) => FileState::Link,
        Some(CopyEntry::Other) => FileState::Other,
    }
}

/// Reads both sides of every change; a file of the work dir that is not as it was copied makes the patch stale.
fn proposal_of(
    workshop: &Workshop<'_>,
    work: &WorkTree,
    paths: &[PathBuf],
    after: &CopyListing,
) -> Result<Result<Proposal, String>> {
    let patched = WorkTree::open(workshop.copy.root())?;
    let mut proposal = Proposal::default();
    for path in paths {
        let text = path.to_string_lossy();
        let Ok(target) = TargetPath::parse(&text) else {
            return Ok(Err(format!("{text} is no path of a target")));
        };
        let before = work.read(path, MAX_COPY_BYTES)?;
        let copied = match workshop.original.get(path) {
            Some(CopyEntry::File { digest, .. }) => digest.as_deref(),
            _ => None,
        };
        let now = before.as_ref().map(|file| digest_of(&file.bytes));
        if now.as_deref() != copied {
            return Ok(Err(match copied {
                None => format!(
                    "{text} is in the work dir but not in the separate copy: git does not track it"
                ),
                Some(_) => format!("{text} was changed in the work dir while the patch was made"),
            }));
        }
        let new_mode = match after.get(path) {
            Some(CopyEntry::File {
                is_executable: true,
                ..
            }) => 0o755,
            _ => 0o644,
        };
        let new = patched.read(path, MAX_FILE_BYTES)?.map(|file| file.bytes);
        let reviewed = match after.get(path) {
            Some(CopyEntry::File { digest, .. }) => digest.clone(),
            _ => None,
        };
        // Something that generate left running could go on writing.
        if new.as_deref().map(digest_of) != reviewed {
            return Ok(Err(format!("{text} was changed after generate had ended")));
        }
        proposal.files.push(ProposedFile {
            path: target,
            mode: before.as_ref().map_or(new_mode, |file| file.mode),
            before,
            after: new,
        });
    }
    Ok(Ok(proposal))
}
