//! What is wrong in a data directory, and what was mended.

use serde::Serialize;

use crate::byte_size::ByteSize;
use crate::clock::UnixTime;
use crate::doctor::{Finding, Mended, Severity, Sizes};
use crate::exit_code::ExitCode;
use crate::output::cell::Cell;
use crate::output::document::Document;
use crate::output::table::Table;
use crate::output::tint::{Tint, Tinted};

/// How many engines are named with their sizes.
const LARGEST: usize = 3;
/// The width of the word before a finding and of its check, with their gaps.
const WORD: usize = 9;
const CHECK: usize = 14;

/// The findings of an inspection.
#[derive(Debug, Serialize)]
pub struct DoctorDocument {
    /// The version of this document.
    pub schema_version: u32,
    /// Whether nothing was mended that would be.
    pub dry_run: bool,
    /// The folder that was looked at.
    pub data_dir: String,
    /// What each check found; after mending, what is left.
    pub findings: Vec<Finding>,
    /// What was mended, or would be.
    pub mended: Vec<Mended>,
    /// What takes how much room.
    pub sizes: Sizes,
    /// The exit code: that of the gravest problem.
    pub exit_code: ExitCode,
}

impl DoctorDocument {
    /// Returns the exit code that findings lead to.
    #[must_use]
    pub fn code_of(findings: &[Finding]) -> ExitCode {
        let codes: Vec<ExitCode> = findings
            .iter()
            .filter_map(|finding| finding.exit_code)
            .collect();
        ExitCode::first_of(&codes)
    }

    /// Returns the lines about problems, for whoever wants to see nothing else.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let problems = self
            .findings
            .iter()
            .filter(|finding| finding.severity == Severity::Problem);
        let failed = self
            .mended
            .iter()
            .filter_map(|mended| Some(format!("could not be mended: {}", mended.error.as_ref()?)));
        problems.flat_map(lines).chain(failed).collect()
    }

    fn summary(&self) -> String {
        let count = |severity| {
            let findings = self.findings.iter();
            findings
                .filter(|finding| finding.severity == severity)
                .count()
        };
        if count(Severity::Problem) + count(Severity::Note) == 0 {
            return "nothing is wrong".to_owned();
        }
        let fixable = self
            .findings
            .iter()
            .filter(|finding| finding.fixable)
            .count();
        let mending = match fixable {
            0 => String::new(),
            _ => format!("; `sie doctor --fix` mends {fixable} of them"),
        };
        format!(
            "{}, {}{mending}",
            words(count(Severity::Problem), "problem"),
            words(count(Severity::Note), "note")
        )
    }

    fn sizes(&self) -> String {
        let sizes = &self.sizes;
        let largest: Vec<String> = sizes
            .engines
            .iter()
            .filter(|engine| engine.run_bytes > 0)
            .take(LARGEST)
            .map(|engine| format!("{} {}", engine.engine, ByteSize(engine.run_bytes)))
            .collect();
        let named = if largest.is_empty() {
            String::new()
        } else {
            format!(" ({})", largest.join(", "))
        };
        let runs: u64 = sizes.engines.iter().map(|engine| engine.runs).sum();
        let runs = words(usize::try_from(runs).unwrap_or(usize::MAX), "run");
        format!(
            "{:WORD$}{:CHECK$}databases {}, of which {} are free; {runs} with {}{named}",
            "ok",
            "sizes",
            ByteSize(sizes.store_bytes),
            ByteSize(sizes.free_bytes),
            ByteSize(sizes.runs_bytes),
        )
    }
}

/// Returns a number with its noun.
fn words(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

/// Returns a finding as a person reads it, and below it what mends it.
fn lines(finding: &Finding) -> Vec<String> {
    let engine = finding.engine.as_ref();
    let of = engine.map_or_else(String::new, |engine| format!("{engine}: "));
    let at = match &finding.place {
        Some(place) if finding.what.contains(place.as_str()) => String::new(),
        Some(place) => format!(" ({place})"),
        None => String::new(),
    };
    let (word, check) = (finding.severity.word(), finding.check);
    let mut lines = vec![format!(
        "{word:WORD$}{check:CHECK$}{of}{}{at}",
        finding.what
    )];
    if let Some(hint) = &finding.hint {
        lines.push(format!("{:WORD$}hint: {hint}", ""));
    }
    lines
}

fn meaning(word: &str) -> Option<Tint> {
    match word {
        "ok" | "mended" => Some(Tint::Good),
        "note" => Some(Tint::Attention),
        "problem" | "failed" => Some(Tint::Bad),
        _ => None,
    }
}

impl Document for DoctorDocument {
    const ROWS: &'static str = "findings";
    const TINTED: Option<Tinted> = Some(Tinted {
        column: None,
        meaning,
    });

    fn table(&self, _now: UnixTime) -> Table {
        let mut before = Vec::new();
        for mended in &self.mended {
            let what = &mended.what;
            before.push(match &mended.error {
                Some(error) => format!("{:WORD$}{what}: {error}", "failed"),
                // The sentence says itself that it would be done.
                None if self.dry_run => what.clone(),
                None => format!("{:WORD$}{what}", "mended"),
            });
        }
        if !self.mended.is_empty() {
            before.push(String::new());
        }
        before.extend(self.findings.iter().flat_map(lines));
        before.push(self.sizes());
        before.push(self.summary());
        let row = |finding: &Finding| {
            let optional =
                |text: &Option<String>| text.as_ref().map_or_else(Cell::none, Cell::text);
            vec![
                Cell::text(finding.severity.word()),
                Cell::text(finding.check),
                optional(&finding.engine),
                Cell::text(&finding.what),
                optional(&finding.place),
                optional(&finding.hint),
            ]
        };
        Table {
            before,
            rows: self.findings.iter().map(row).collect(),
            ..Table::default()
        }
    }
}
