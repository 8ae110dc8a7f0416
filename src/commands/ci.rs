//! What a CI system is told: checked and begun before the run, written after it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Serialize;

use crate::cli::{CiArgs, CiSystem};
use crate::commands::{Ended, Session};
use crate::error::Failure;
use crate::exit_code::ExitCode;
use crate::gate::Answer;
use crate::output::github::{self, FinishedRun};
use crate::output::{junit, unfinished_junit};
use crate::registry::{FleetReport, random_id};
use crate::store::{append, publish};

/// What the JSON document says until the run has ended.
#[derive(Serialize)]
struct RunningReport {
    schema_version: u32,
    unfinished: bool,
    verdict: Option<Answer>,
    exit_code: ExitCode,
}

/// Where the result of a run goes besides stdout.
pub struct Outlets {
    command: &'static str,
    out: Option<PathBuf>,
    junit: Option<PathBuf>,
    github: Option<GitHubOutlets>,
}

/// The files of a step of GitHub Actions, and the word that lets the runner take commands again.
struct GitHubOutlets {
    output: Option<PathBuf>,
    step_summary: Option<PathBuf>,
    secret: String,
}

impl Outlets {
    /// Checks that everything can be written, before anything runs.
    ///
    /// Files that are asked for say from now on that the run has not ended: whoever reads them after it was killed must
    /// not take an older result, or an empty file, for a pass.
    ///
    /// # Errors
    ///
    /// A usage failure names the option or the variable whose file cannot be written.
    pub fn open(args: &CiArgs, command: &'static str, session: &Session) -> Result<Self> {
        let is_github = match args.ci {
            CiSystem::Auto => session.github.is_there,
            CiSystem::Github => true,
            CiSystem::None => false,
        };
        let github = is_github
            .then(|| GitHubOutlets::open(session))
            .transpose()?;
        let absolute = |path: &Option<PathBuf>| path.as_ref().map(std::path::absolute).transpose();
        if args.out.is_some() && absolute(&args.out)? == absolute(&args.junit)? {
            return Err(Failure::usage("`--out` and `--junit` name the same file").into());
        }
        let unfinished = serde_json::to_string_pretty(&RunningReport {
            schema_version: 1,
            unfinished: true,
            verdict: None,
            exit_code: ExitCode::Unexpected,
        })?;
        let begun = [
            ("--out", &args.out, format!("{unfinished}\n")),
            ("--junit", &args.junit, unfinished_junit(command)),
        ];
        for (option, path, text) in begun {
            if let Some(path) = path {
                publish(path, text.as_bytes())
                    .with_context(|| Failure::usage(format!("`{option}` cannot be used")))?;
            }
        }
        Ok(Self {
            command,
            out: args.out.clone(),
            junit: args.junit.clone(),
            github,
        })
    }

    /// Writes the result everywhere; the first thing that cannot be written does not keep the others from it.
    ///
    /// # Errors
    ///
    /// Fails with the first file that cannot be written.
    pub fn write(&self, report: &FleetReport, ended: Ended, session: &Session) -> Result<()> {
        let mut written = Vec::new();
        let signal = match ended {
            Ended::BySignal(signal) => Some(signal),
            Ended::With(_) => None,
        };
        // Of a run that a signal ended the report knows a part: it stays one that has not ended.
        if let Some(path) = self.out.as_ref().filter(|_| signal.is_none()) {
            let text =
                serde_json::to_string_pretty(report).context("cannot write the report as JSON");
            written.push(text.and_then(|text| publish(path, format!("{text}\n").as_bytes())));
        }
        if let Some(path) = &self.junit {
            written.push(publish(path, junit(report, self.command).as_bytes()));
        }
        if let Some(github) = &self.github {
            let run = FinishedRun {
                report,
                command: self.command,
                signal,
            };
            written.push(github.write(&run, session));
        }
        written.into_iter().collect()
    }
}

impl GitHubOutlets {
    fn open(session: &Session) -> Result<Self> {
        let variables = [
            ("GITHUB_OUTPUT", &session.github.output, "step outputs"),
            (
                "GITHUB_STEP_SUMMARY",
                &session.github.step_summary,
                "summary",
            ),
        ];
        for (name, path, what) in variables {
            match path {
                Some(path) => append(path, b"")
                    .with_context(|| Failure::usage(format!("{name} cannot be used")))?,
                None => session
                    .ui
                    .warning(&format!("{name} is not set: there will be no {what}")),
            }
        }
        let secret = random_id()?;
        // What pipelines print must not be taken for commands to the runner.
        session.ui.line(&format!("::stop-commands::sie-{secret}"));
        Ok(Self {
            output: session.github.output.clone(),
            step_summary: session.github.step_summary.clone(),
            secret,
        })
    }

    fn write(&self, run: &FinishedRun<'_>, session: &Session) -> Result<()> {
        session.ui.line(&format!("::sie-{}::", self.secret));
        for line in github::annotations(run.report) {
            session.ui.line(&line);
        }
        if let Some(path) = &self.output {
            append(path, github::step_outputs(run).as_bytes())?;
        }
        match &self.step_summary {
            Some(path) => append_summary(path, run, session),
            None => Ok(()),
        }
    }
}

/// Appends the summary as far as there is room beside what is in the file already.
fn append_summary(path: &Path, run: &FinishedRun<'_>, session: &Session) -> Result<()> {
    let taken = path.metadata().map_or(0, |metadata| metadata.len());
    let taken = usize::try_from(taken).unwrap_or(usize::MAX);
    let room = github::SUMMARY_LIMIT.saturating_sub(taken);
    let summary = github::step_summary(run, room);
    if summary.is_empty() {
        session
            .ui
            .warning("the summary of this step is full: nothing was added");
        return Ok(());
    }
    append(path, summary.as_bytes())
}
