//! The pipeline an engine runs: its stages, the processes they become and the result they report.
//!
//! Knows nothing of decisions or the store.

mod cycle_result;
mod environment;
mod logs;
mod model_automation_pipeline;
mod process;
mod progress;
mod run;
mod short_command;
mod side_command;
mod stage;

pub use cycle_result::CycleResult;
pub use environment::{StageEnvironment, is_secret_name, redact};
pub use logs::last_lines;
pub use model_automation_pipeline::ModelAutomationPipeline;
pub use process::{Ending, ProcessLimits};
pub use progress::{Progress, ProgressSink};
pub use run::{Failed, PipelineEnd, PipelineRun, result_file, stopwatch};
pub use short_command::{ShortCommand, Unanswered};
pub use side_command::{SideCommand, in_words};
pub use stage::{LineOrWords, Stage, StageCommand, StageName};
