//! Reads `--since`: a time, or a duration before now.

use anyhow::Result;

use crate::clock::UnixTime;
use crate::duration::HumanDuration;
use crate::error::Failure;

/// Returns the time from which on something is looked at; the beginning of all times without one.
///
/// # Errors
///
/// A usage failure shows both forms.
pub fn since(text: Option<&str>, now: UnixTime) -> Result<UnixTime> {
    let Some(text) = text else {
        return Ok(UnixTime(0.0));
    };
    if let Ok(duration) = HumanDuration::parse(text) {
        return Ok(UnixTime(now.0 - duration.as_secs_f64()));
    }
    let from = UnixTime::parse(text).map_err(|_| {
        let shown = text.escape_debug();
        Failure::usage(format!(
            "`--since {shown}` is neither a time nor a duration"
        ))
        .hint("write it like `2026-11-23T08:00:00Z` or like `30d`")
    })?;
    if from > now {
        return Err(Failure::usage(format!("`--since {text}` is yet to come")).into());
    }
    Ok(from)
}
