//! Runs the stages of a pipeline one after the other and collects the result.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::os::fd::BorrowedFd;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::interrupt::Interrupt;
use crate::pipeline::cycle_result::{CycleResult, ResultProblem};
use crate::pipeline::environment::{StageEnvironment, redact};
use crate::pipeline::logs::last_line;
use crate::pipeline::model_automation_pipeline::ModelAutomationPipeline;
use crate::pipeline::process::{self, Ending, ProcessLimits, ProcessSpec};
use crate::pipeline::progress::{ProgressReader, ProgressSink};
use crate::pipeline::stage::Stage;

/// The exit code by which a stage says "later".
const DEFERRED: i32 = 75;

/// One run of a pipeline.
pub struct PipelineRun<'a> {
    /// What to run.
    pub pipeline: &'a ModelAutomationPipeline,
    /// What the stages are told.
    pub environment: StageEnvironment<'a>,
    /// Variables the engine adds.
    pub own_variables: &'a BTreeMap<String, String>,
    /// Whether our own environment is kept from the stages.
    pub clears_environment: bool,
    /// Where logs go; exists.
    pub run_dir: &'a Path,
    /// How long a stage may take unless it says so itself.
    pub timeout: Duration,
    /// How long a group may take to end after TERM.
    pub grace: Duration,
    /// The most bytes in each log file.
    pub log_limit: u64,
    /// The locks of the cycle, which the stages hold as well.
    pub locks: &'a [BorrowedFd<'a>],
    /// The signals that ask us to stop.
    pub interrupt: &'a Interrupt,
    /// Who wants to see progress, if anybody.
    pub sink: Option<&'a dyn ProgressSink>,
}

/// Why a pipeline failed, for people and for the record.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Failed {
    /// Stable `snake_case` reason code.
    pub reason: String,
    /// What happened, in one line.
    pub message: String,
    /// The stage it happened in.
    pub stage: Option<String>,
    /// Its exit code, if it exited.
    pub exit_code: Option<i32>,
    /// The signal it died by, if it did.
    pub signal: Option<i32>,
    /// The log that tells more.
    pub log: Option<PathBuf>,
}

/// How a pipeline ended.
#[derive(Clone, Debug, PartialEq)]
pub enum PipelineEnd {
    /// All stages ended well and the result can be used.
    Succeeded(Box<CycleResult>),
    /// It failed.
    Failed(Failed),
    /// A stage asked to be tried again later.
    Deferred(String),
    /// A signal asked us to stop.
    Cancelled(i32),
}

impl PipelineRun<'_> {
    /// Runs the stages until one does not end well, and judges the result.
    pub fn run(&self) -> PipelineEnd {
        for stage in self.pipeline.stages() {
            if let Some(signal) = self.interrupt.signal() {
                return PipelineEnd::Cancelled(signal);
            }
            let started = stopwatch();
            let ending = match self.run_stage(stage) {
                Ok(ending) => ending,
                Err(error) => Ending::NotStarted(format!("its logs cannot be created: {error}")),
            };
            let elapsed = HumanSeconds(started.elapsed().as_secs_f64());
            match ending {
                Ending::Exited(0) => {}
                Ending::Exited(DEFERRED) => return PipelineEnd::Deferred(stage.name.to_string()),
                Ending::Interrupted(signal) => return PipelineEnd::Cancelled(signal),
                ending => return PipelineEnd::Failed(self.failed(stage, &ending, elapsed)),
            }
        }
        // A pipeline that echoes its environment must not carry a secret into the record.
        let hide = |text: &str| redact(text, self.own_variables);
        match self.read_result() {
            Ok(result) => PipelineEnd::Succeeded(Box::new(result.with_texts(hide))),
            Err(problem) => PipelineEnd::Failed(self.without_result(&problem)),
        }
    }

    /// Returns the cost that a usable result states, even where the cycle failed.
    #[must_use]
    pub fn stated_cost(&self) -> Option<f64> {
        result_file(self.environment.result)
            .ok()
            .flatten()
            .and_then(|result| result.cost)
    }

    fn run_stage(&self, stage: &Stage) -> io::Result<Ending> {
        let [stdout_path, stderr_path] = self.logs_of(stage);
        let stdout = File::create_new(&stdout_path)?;
        let stderr = File::create_new(stderr_path)?;
        if !self.environment.work_dir.is_dir() {
            let missing = self.environment.work_dir.display();
            return Ok(Ending::NotStarted(format!(
                "its working directory {missing} does not exist"
            )));
        }
        let argv = self
            .environment
            .with_placeholders(|placeholders| stage.command.argv(placeholders));
        let spec = ProcessSpec {
            argv: &argv,
            work_dir: self.environment.work_dir,
            variables: &self
                .environment
                .variables(self.own_variables, stage.name.as_str()),
            clears_environment: self.clears_environment,
            without: &[],
            stdin: None,
            stdout,
            stderr,
            inherited_locks: self.locks,
        };
        let limits = ProcessLimits {
            timeout: stage.timeout.map_or(self.timeout, |timeout| timeout.0),
            grace: self.grace,
            output_bytes: self.log_limit,
        };
        let mut reader = self
            .sink
            .map(|sink| ProgressReader::new(sink, stage, &stdout_path));
        Ok(process::run(spec, limits, self.interrupt, || {
            if let Some(reader) = &mut reader {
                reader.look();
            }
            ControlFlow::Continue(())
        }))
    }

    fn logs_of(&self, stage: &Stage) -> [PathBuf; 2] {
        ["stdout", "stderr"].map(|stream| self.run_dir.join(format!("{}.{stream}.log", stage.name)))
    }

    /// Returns the log of a stage that is more likely to tell why it failed.
    fn telling_log(&self, stage: &Stage) -> PathBuf {
        let [stdout, stderr] = self.logs_of(stage);
        let has_text = |path: &Path| path.metadata().is_ok_and(|metadata| metadata.len() > 0);
        if has_text(&stderr) || !has_text(&stdout) {
            stderr
        } else {
            stdout
        }
    }

    fn failed(&self, stage: &Stage, ending: &Ending, elapsed: HumanSeconds) -> Failed {
        let name = &stage.name;
        let (reason, message, exit_code, signal) = match ending {
            Ending::Exited(code) => (
                "exited",
                format!("{name} exited {code} after {elapsed}"),
                Some(*code),
                None,
            ),
            Ending::Signalled(signal) => {
                let called = signal_hook::low_level::signal_name(*signal).unwrap_or("unknown");
                (
                    "signalled",
                    format!("{name} died by signal {signal} ({called}) after {elapsed}"),
                    None,
                    Some(*signal),
                )
            }
            Ending::TimedOut => (
                "timed_out",
                format!("{name} was ended: it exceeded its timeout, after {elapsed}"),
                None,
                None,
            ),
            Ending::WantsTerminal => (
                "wants_terminal",
                format!("{name} was ended: it wanted to use the terminal"),
                None,
                None,
            ),
            Ending::OutputLimit => {
                let limit = self.log_limit;
                (
                    "output_limit",
                    format!("{name} was ended: its output exceeded {limit} bytes"),
                    None,
                    None,
                )
            }
            Ending::NotStarted(why) => (
                "not_started",
                format!("{name} could not be started: {why}"),
                None,
                None,
            ),
            Ending::Interrupted(signal) => (
                "cancelled",
                format!("{name} was cancelled"),
                None,
                Some(*signal),
            ),
        };
        Failed {
            reason: reason.to_owned(),
            message,
            stage: Some(name.to_string()),
            exit_code,
            signal,
            log: Some(self.telling_log(stage)),
        }
    }

    fn without_result(&self, problem: &ResultProblem) -> Failed {
        let last = self.pipeline.stages().last();
        Failed {
            reason: problem.reason.to_owned(),
            message: redact(&problem.message, self.own_variables),
            stage: last.map(|stage| stage.name.to_string()),
            exit_code: Some(0),
            signal: None,
            log: last.map(|stage| self.telling_log(stage)),
        }
    }

    fn read_result(&self) -> Result<CycleResult, ResultProblem> {
        if let Some(result) = result_file(self.environment.result)? {
            return Ok(result);
        }
        let line = match self.pipeline.stages().last() {
            Some(stage) => {
                let [stdout, _] = self.logs_of(stage);
                last_line(&stdout).map_err(|error| unreadable(&error))?
            }
            None => Vec::new(),
        };
        if line.first() != Some(&b'{') {
            return Err(ResultProblem {
                reason: "no_result",
                message: "no result: neither a file at $SIE_RESULT nor a JSON object as the last line of stdout"
                    .to_owned(),
            });
        }
        CycleResult::parse(&line)
    }
}

/// Reads the result file of a run, if there is one.
///
/// # Errors
///
/// Fails with the reason why its content cannot be used.
pub fn result_file(path: &Path) -> Result<Option<CycleResult>, ResultProblem> {
    match path.metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(&error)),
        // A pipe or a device would make us wait for ever.
        Ok(metadata) if !metadata.is_file() => {
            return Err(ResultProblem {
                reason: "result_not_json",
                message: "$SIE_RESULT is not a file".to_owned(),
            });
        }
        Ok(_) => {}
    }
    let most = CycleResult::MAX_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(most).read_to_end(&mut bytes))
        .map_err(|error| unreadable(&error))?;
    CycleResult::parse(&bytes).map(Some)
}

fn unreadable(error: &io::Error) -> ResultProblem {
    ResultProblem {
        reason: "result_not_json",
        message: format!("the result cannot be read: {error}"),
    }
}

/// Elapsed seconds as a person reads them.
#[derive(Clone, Copy)]
struct HumanSeconds(f64);

impl std::fmt::Display for HumanSeconds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&crate::duration::HumanDuration::rough(self.0))
    }
}

/// Starts measuring how long something takes.
#[must_use]
pub fn stopwatch() -> Instant {
    #[expect(
        clippy::disallowed_methods,
        reason = "how long something takes is elapsed time, not the wall clock"
    )]
    Instant::now()
}
