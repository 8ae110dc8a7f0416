//! Patches: a list with how many of them paid, one with its diff, and one that was taken back.

use serde::Serialize;

use crate::clock::UnixTime;
use crate::engine::{CommitNote, PatchOutcome, PatchReport, StoredPatch};
use crate::names::EngineName;
use crate::output::cell::{Cell, short, signed};
use crate::output::document::Document;
use crate::output::table::Table;
use crate::patch::{FileRecord, PatchRecord, PatchState, SelfCodingEngine, SuccessRate};
use crate::store::patch_name;

/// The rule by which complexity is counted, in half a sentence.
const RULE: &str = "lines: neither blank nor comment; branches: words and signs that split the flow, in files of a known language";

/// A patch on record.
#[derive(Debug, Serialize)]
pub struct ListedPatch {
    /// What it is called.
    pub id: String,
    /// Its engine.
    pub engine: String,
    /// The cycle that made it.
    pub cycle: String,
    /// When it was made.
    pub made_at: UnixTime,
    /// When it was kept, reverted or refused.
    pub settled_at: Option<UnixTime>,
    /// What is remembered of it.
    #[serde(flatten)]
    pub record: PatchRecord,
    /// What came of committing it, if that was wanted.
    pub commit: Option<CommitNote>,
    #[serde(skip)]
    rest: (SelfCodingEngine, Vec<f64>, Vec<u8>),
}

impl ListedPatch {
    /// Describes a patch of an engine.
    #[must_use]
    pub fn new(engine: &EngineName, patch: StoredPatch) -> Self {
        Self {
            id: patch_name(engine.as_str(), patch.number),
            engine: engine.to_string(),
            cycle: format!("{engine}-{}", patch.cycle),
            made_at: patch.made_at,
            settled_at: patch.settled_at,
            record: patch.record,
            commit: patch.commit,
            rest: (patch.settings, patch.baseline, patch.diff),
        }
    }
}

/// The patches of one engine or all, newest first.
#[derive(Debug, Serialize)]
pub struct PatchesDocument {
    schema_version: u32,
    patches: Vec<ListedPatch>,
    /// Kept patches that raised ROI, of all that were kept or reverted by a verdict.
    success: Success,
}

#[derive(Debug, Serialize)]
struct Success {
    raised: u64,
    judged: u64,
    rate: Option<f64>,
}

impl PatchesDocument {
    /// Lists patches; the rate is that of all, listed or not.
    #[must_use]
    pub fn new(patches: Vec<ListedPatch>, rate: SuccessRate) -> Self {
        Self {
            schema_version: 1,
            patches,
            success: Success {
                raised: rate.raised,
                judged: rate.judged,
                rate: rate.value(),
            },
        }
    }
}

impl Document for PatchesDocument {
    const ROWS: &'static str = "patches";

    fn table(&self, now: UnixTime) -> Table {
        let row = |patch: &ListedPatch| {
            let record = &patch.record;
            let files: Vec<&str> = record.files.iter().map(|file| file.path.as_str()).collect();
            vec![
                Cell::text(&patch.id),
                Cell::both(state_words(record.state), record.state.as_str()),
                Cell::time(Some(patch.made_at), now),
                Cell::text(record.trials.len().to_string()),
                Cell::signed(record.roi_before),
                Cell::signed(record.roi_after),
                Cell::both(some_of(&files), files.join(" ")),
                Cell::text(&record.why),
            ]
        };
        let Success { raised, judged, .. } = self.success;
        let after = match self.success.rate {
            Some(rate) => vec![format!(
                "{raised} of {judged} judged patches were kept and raised ROI ({} %)",
                short((rate * 100.0).round())
            )],
            None => Vec::new(),
        };
        Table {
            header: vec![
                "PATCH", "STATE", "MADE", "TRIALS", "BEFORE", "AFTER", "FILES", "WHY",
            ],
            rows: self.patches.iter().map(row).collect(),
            after,
            ..Table::default()
        }
    }

    fn nothing(&self) -> Option<String> {
        self.patches.is_empty().then(|| {
            "no patches on record; give an engine a patch step with `sie register NAME --replace --patch 'CMD' \
             --patch-target GLOB`"
                .to_owned()
        })
    }
}

/// One patch with its diff.
#[derive(Debug, Serialize)]
pub struct PatchShowDocument {
    schema_version: u32,
    patch: ShownPatch,
}

#[derive(Debug, Serialize)]
struct ShownPatch {
    #[serde(flatten)]
    listed: ListedPatch,
    settings: SelfCodingEngine,
    /// The unpatched deltas it was judged against.
    baseline: Vec<f64>,
    complexity_rule: &'static str,
    diff: String,
}

impl PatchShowDocument {
    /// Describes a patch of an engine.
    #[must_use]
    pub fn new(engine: &EngineName, patch: StoredPatch) -> Self {
        let listed = ListedPatch::new(engine, patch);
        let (settings, baseline, diff) = listed.rest.clone();
        Self {
            schema_version: 1,
            patch: ShownPatch {
                listed,
                settings,
                baseline,
                complexity_rule: RULE,
                diff: String::from_utf8_lossy(&diff).into_owned(),
            },
        }
    }

    fn values(&self, now: UnixTime) -> Vec<(&'static str, String)> {
        let patch = &self.patch.listed;
        let record = &patch.record;
        let mut values = vec![("why", record.why.clone())];
        values.extend(record.refusals.iter().map(|it| ("refused", it.to_string())));
        if let (Some(before), Some(after)) = (record.roi_before, record.roi_after) {
            let trials: Vec<String> = record.trials.iter().map(|roi| signed(*roi)).collect();
            values.push((
                "ROI",
                format!(
                    "{} before (median of {} unpatched cycles), {} after (trials: {})",
                    signed(before),
                    self.patch.baseline.len(),
                    signed(after),
                    trials.join(", ")
                ),
            ));
        }
        if !record.files.is_empty() {
            values.push(("complexity", format!("{} ({RULE})", record.complexity)));
        }
        for check in &record.checks {
            let word = if check.passed { "passed" } else { "failed" };
            values.push((
                "check",
                format!("{}: {word} ({})", check.command, check.ended),
            ));
        }
        values.extend(record.files.iter().map(|file| ("file", file_words(file))));
        values.extend(
            patch
                .commit
                .as_ref()
                .map(|note| ("commit", commit_words(note))),
        );
        let settled = Cell::time(patch.settled_at, now).pretty;
        let made = Cell::time(Some(patch.made_at), now).pretty;
        values.push(("made", format!("{made} in cycle {}", patch.cycle)));
        if patch.settled_at.is_some() {
            values.push(("settled", settled));
        }
        values
    }
}

impl Document for PatchShowDocument {
    const ROWS: &'static str = "patch";

    fn table(&self, now: UnixTime) -> Table {
        let patch = &self.patch.listed;
        let values = self.values(now);
        let mut before = vec![format!("{}  {}", patch.id, state_words(patch.record.state))];
        before.extend(
            values
                .iter()
                .map(|(key, value)| format!("  {key}: {value}")),
        );
        let row = |key: &str, value: &str| vec![Cell::text(key), Cell::text(value)];
        let mut rows = vec![
            row("id", &patch.id),
            row("state", patch.record.state.as_str()),
        ];
        rows.extend(values.iter().map(|(key, value)| row(key, value)));
        rows.extend(self.patch.diff.lines().map(|line| row("diff", line)));
        Table {
            before,
            rows,
            ..Table::default()
        }
    }

    fn diff(&self) -> Option<&str> {
        Some(&self.patch.diff)
    }
}

/// A patch that was taken back.
#[derive(Debug, Serialize)]
pub struct PatchRevertDocument {
    schema_version: u32,
    dry_run: bool,
    patch: ListedPatch,
}

impl PatchRevertDocument {
    /// Describes what was taken back, or would be.
    #[must_use]
    pub fn new(engine: &EngineName, patch: StoredPatch, dry_run: bool) -> Self {
        Self {
            schema_version: 1,
            dry_run,
            patch: ListedPatch::new(engine, patch),
        }
    }
}

impl Document for PatchRevertDocument {
    const ROWS: &'static str = "patch";

    fn table(&self, _now: UnixTime) -> Table {
        let would = if self.dry_run { "dry run: " } else { "" };
        let files: Vec<&str> = self
            .patch
            .record
            .files
            .iter()
            .map(|file| file.path.as_str())
            .collect();
        let mut before = vec![format!(
            "{would}patch {} taken back: {}",
            self.patch.id,
            some_of(&files)
        )];
        if let Some(CommitNote::Committed(commit)) = &self.patch.commit {
            before.push(format!(
                "next: commit {commit} stays in git; commit what was brought back yourself"
            ));
        }
        let row = |file: &&str| vec![Cell::text(&self.patch.id), Cell::text(*file)];
        Table {
            before,
            rows: files.iter().map(row).collect(),
            ..Table::default()
        }
    }
}

/// Returns the lines that tell what the patch step of a cycle did.
#[must_use]
pub fn patch_lines(report: &PatchReport) -> Vec<String> {
    let word = outcome_words(report.outcome);
    // Verdicts and refusals begin with that word themselves.
    let why = if report.why.starts_with(word) || report.why == "on trial" {
        report.why.clone()
    } else {
        format!("{word}: {}", report.why)
    };
    let id = report
        .id
        .as_ref()
        .map(|id| format!("{id} "))
        .unwrap_or_default();
    let mut lines = vec![format!("  patch: {id}{why}")];
    // The first refusal stands in the reason already.
    let others = report.refusals.iter().skip(1);
    lines.extend(others.map(|refusal| format!("    {refusal}")));
    lines.extend(
        report
            .commit
            .as_ref()
            .map(|note| format!("    commit: {}", commit_words(note))),
    );
    lines
}

/// Returns a few words about what the patch step did to a patch, if there is one.
#[must_use]
pub fn patch_note(report: &PatchReport) -> Option<String> {
    let id = report.id.as_ref()?;
    Some(format!("patch {id} {}", outcome_words(report.outcome)))
}

fn outcome_words(outcome: PatchOutcome) -> &'static str {
    match outcome {
        PatchOutcome::NotMade => "none made",
        PatchOutcome::Refused => "refused",
        PatchOutcome::Applied => "on trial",
        PatchOutcome::Kept => "kept",
        PatchOutcome::Reverted => "reverted",
    }
}

fn commit_words(note: &CommitNote) -> String {
    match note {
        CommitNote::Committed(commit) => commit.clone(),
        CommitNote::Failed(why) => format!("failed: {why}"),
    }
}

fn state_words(state: PatchState) -> &'static str {
    match state {
        PatchState::Refused => "refused",
        PatchState::Applied => "on trial",
        PatchState::Kept => "kept",
        PatchState::Reverted => "reverted",
        PatchState::RevertedByHand => "taken back",
        PatchState::Interrupted => "interrupted",
    }
}

fn file_words(file: &FileRecord) -> String {
    let short = |digest: &Option<String>| -> String {
        let digest = digest.as_deref().unwrap_or("none");
        digest.chars().take(12).collect()
    };
    let verb = match (&file.before, &file.after) {
        (None, _) => "new",
        (_, None) => "deleted",
        _ => "changed",
    };
    format!(
        "{} {verb} ({} → {})",
        file.path,
        short(&file.before),
        short(&file.after)
    )
}

fn some_of(files: &[&str]) -> String {
    match files {
        [first, second, third, rest @ ..] if !rest.is_empty() => {
            format!("{first}, {second}, {third} and {} more", rest.len())
        }
        _ => files.join(", "),
    }
}
