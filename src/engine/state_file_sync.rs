//! Reconciling an engine's state file with the store. Needs the engine's lock, except to look.

use std::path::Path;

use anyhow::Result;

use crate::clock::UnixTime;
use crate::store::{EngineKey, EngineState, StateFile, StateFileReading, Store};

/// How far in the future a file's `last_run` may lie and still be believed, in seconds.
const TOLERANCE: f64 = 300.0;

/// What there is to tell after a state file was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StateFileNote {
    /// A file from elsewhere was taken over.
    Adopted(String),
    /// A damaged file was moved aside.
    Damaged(String),
}

impl StateFileNote {
    /// Returns the sentence to show.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Adopted(text) | Self::Damaged(text) => text,
        }
    }
}

/// Whether the file at `path` is not what the store last wrote there.
///
/// # Errors
///
/// Fails if the file is there but cannot be read.
pub fn has_changed(path: &Path, state: &EngineState) -> Result<bool> {
    Ok(match StateFile::read(path)? {
        StateFileReading::Read(_, digest) => state.state_digest.as_deref() != Some(digest.as_str()),
        StateFileReading::Missing => state.state_digest.is_some(),
        StateFileReading::Damaged(_) => true,
    })
}

/// Takes over a state file that knows more than the store, or writes the store's state to it.
///
/// A file counts as knowing more if its `last_run` is later than the store's and not over five minutes in the future
/// (so a file brought from a CI cache or an older installation counts).
///
/// # Errors
///
/// Fails if the file or the store cannot be read or written.
pub fn sync_state_file(
    path: &Path,
    store: &Store,
    key: &EngineKey,
    now: UnixTime,
) -> Result<Option<StateFileNote>> {
    let state = store.engine_state(key)?;
    let mut note = None;
    match StateFile::read(path)? {
        StateFileReading::Read(_, digest)
            if state.state_digest.as_deref() == Some(digest.as_str()) =>
        {
            return Ok(None);
        }
        StateFileReading::Read(file, digest) => {
            // A time of our own that lies in the future is no reason to distrust the file.
            let known = state.last_run.filter(|time| time.0 <= now.0 + TOLERANCE);
            // Without a time of our own, even a history without one is more than we know.
            let knows_more = known.map_or(file != StateFile::default(), |known| {
                file.last_run > known.0
            });
            if knows_more && file.last_run <= now.0 + TOLERANCE {
                store.adopt_state_file(key, &file, &digest, now)?;
                return Ok(Some(StateFileNote::Adopted(adopted(path, &file))));
            }
        }
        StateFileReading::Damaged(problem) => {
            let aside = StateFile::move_aside(path, now.0)?;
            note = Some(StateFileNote::Damaged(format!(
                "the state file {} cannot be understood ({problem}); it is kept as {}",
                path.display(),
                aside.display()
            )));
        }
        StateFileReading::Missing => {}
    }
    write_state_file(path, store, key, now)?;
    Ok(note)
}

fn adopted(path: &Path, file: &StateFile) -> String {
    let last_run = file
        .time_of_last_run()
        .map_or_else(String::new, |time| format!(" and the last run at {time}"));
    let count = file.roi_history.len();
    format!(
        "took over {count} ROI deltas{last_run} from {}",
        path.display()
    )
}

/// Writes the store's state to the file and remembers its digest.
///
/// # Errors
///
/// Fails if the file or the store cannot be written.
pub fn write_state_file(path: &Path, store: &Store, key: &EngineKey, now: UnixTime) -> Result<()> {
    let text = store.state_file_of(key)?.to_text()?;
    // The digest first: a kill between the two leaves an older file, which is rewritten at the next look.
    store.set_state_digest(key, &StateFile::digest(text.as_bytes()), now)?;
    StateFile::write(path, &text)
}
