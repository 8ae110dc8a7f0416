//! How far a running stage is, as it says in its log. Draws nothing.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::pipeline::stage::Stage;

/// What a running stage says about how far it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// The stage that is running.
    pub stage: String,
    /// The share done, 0..=1, if the stage tells.
    pub fraction: Option<f64>,
    /// The rest of its newest progress line.
    pub message: String,
}

/// Somebody who wants to see progress.
pub trait ProgressSink: Sync {
    /// Takes note of the newest progress of an engine.
    fn progress(&self, progress: &Progress);
}

/// Follows the progress lines in the log of a running stage.
pub struct ProgressReader<'a> {
    sink: &'a dyn ProgressSink,
    progress: Progress,
    path: PathBuf,
    offset: u64,
}

impl<'a> ProgressReader<'a> {
    /// The most bytes looked at in one go; a stage that floods its log is not worth keeping up with.
    const WINDOW: u64 = 64 * 1024;

    /// Begins to follow; the sink is told at once that the stage runs.
    pub fn new(sink: &'a dyn ProgressSink, stage: &Stage, path: &Path) -> Self {
        let progress = Progress {
            stage: stage.name.to_string(),
            ..Progress::default()
        };
        sink.progress(&progress);
        Self {
            sink,
            progress,
            path: path.to_owned(),
            offset: 0,
        }
    }

    /// Passes on what the stage has said since the last look.
    pub fn look(&mut self) {
        let Ok(text) = self.new_text() else { return };
        if let Some((fraction, message)) = text.lines().rev().find_map(parse_progress) {
            self.progress.fraction = Some(fraction);
            message.clone_into(&mut self.progress.message);
            self.sink.progress(&self.progress);
        }
    }

    fn new_text(&mut self) -> io::Result<String> {
        let mut file = File::open(&self.path)?;
        let length = file.metadata()?.len();
        if length == self.offset {
            return Ok(String::new());
        }
        let start = self.offset.max(length.saturating_sub(Self::WINDOW));
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        file.take(Self::WINDOW).read_to_end(&mut bytes)?;
        // A line that is still being written is looked at again when it is complete.
        let complete = bytes
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |index| index + 1);
        bytes.truncate(complete);
        self.offset = start + complete as u64;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// Parses `sie:progress 0.42 epoch 3` into its fraction and the rest.
fn parse_progress(line: &str) -> Option<(f64, &str)> {
    let rest = line.trim().strip_prefix("sie:progress")?.trim_start();
    let (number, message) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let fraction: f64 = number.parse().ok()?;
    (0.0..=1.0)
        .contains(&fraction)
        .then_some((fraction, message.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_lines_are_read_and_everything_else_is_left_alone() {
        assert_eq!(
            parse_progress("sie:progress 0.42 epoch 3"),
            Some((0.42, "epoch 3"))
        );
        assert_eq!(parse_progress("sie:progress 1"), Some((1.0, "")));
        for line in [
            "progress 0.5",
            "sie:progress",
            "sie:progress x",
            "sie:progress 7",
            "sie:progress NaN",
        ] {
            assert_eq!(parse_progress(line), None, "{line}");
        }
    }
}
