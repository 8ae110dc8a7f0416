//! The ends of logs: what is shown of a failure, and where a result may stand.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use crate::pipeline::cycle_result::CycleResult;

/// Returns the last lines of a log that are not empty.
#[must_use]
pub fn last_lines(path: &Path, most: usize) -> Vec<String> {
    let Ok(bytes) = tail(path, 16 * 1024) else {
        return Vec::new();
    };
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    lines
        .iter()
        .skip(lines.len().saturating_sub(most))
        .map(|line| (*line).to_owned())
        .collect()
}

/// Returns the last bytes of a file.
fn tail(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(most)))?;
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Returns the last line of a file that is not empty, without reading more than a result may have.
///
/// # Errors
///
/// Fails if it cannot be read.
pub fn last_line(path: &Path) -> io::Result<Vec<u8>> {
    let bytes = tail(path, CycleResult::MAX_BYTES as u64 + 4096)?;
    let line = bytes
        .trim_ascii()
        .rsplit(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    Ok(line.trim_ascii().to_vec())
}
