//! The envelope that other programs understand, and the one way an event is published.

use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::clock::UnixTime;
use crate::error::Failure;
use crate::events::topic;
use crate::store::{EngineKey, EventRow, NewEvent};

/// The most bytes an event may carry.
pub const MAX_DATA: usize = 64 * 1024;

/// An event in the envelope that other programs understand.
#[derive(Clone, Debug, Serialize)]
pub struct CloudEvent {
    /// The version of the envelope.
    pub specversion: &'static str,
    /// Its id, unique together with the source.
    pub id: String,
    /// The engine it belongs to, for programs.
    pub source: String,
    /// Its topic.
    #[serde(rename = "type")]
    pub topic: String,
    /// The engine it belongs to, for people.
    pub subject: String,
    /// When it was published.
    pub time: UnixTime,
    /// The form of the data.
    pub datacontenttype: &'static str,
    /// What it says.
    pub data: Option<Box<RawValue>>,
}

impl CloudEvent {
    /// Puts a recorded event of an engine into its envelope.
    #[must_use]
    pub fn of(key: &EngineKey, row: EventRow) -> Self {
        Self {
            specversion: "1.0",
            id: row.id.to_string(),
            source: format!("urn:sie:{}:{}", key.registry_id, key.engine_id),
            topic: row.topic,
            subject: key.name.clone(),
            time: row.at,
            datacontenttype: "application/json",
            data: RawValue::from_string(row.data).ok(),
        }
    }
}

/// Makes an event of ours.
///
/// # Errors
///
/// Fails if the data cannot be written as JSON.
pub fn event(topic: &str, data: &impl Serialize) -> Result<NewEvent> {
    Ok(NewEvent {
        topic: topic.to_owned(),
        data: serde_json::to_string(data).context("cannot write an event as JSON")?,
        is_pending: topic::waits(topic),
    })
}

/// Checks an event that somebody outside publishes.
///
/// # Errors
///
/// A usage failure says what is wrong with the topic or the data.
pub fn from_outside(topic: &str, data: Option<&str>) -> Result<NewEvent> {
    topic::check_outside(topic)?;
    let data = data.map_or("{}", str::trim);
    if data.len() > MAX_DATA {
        let most = MAX_DATA / 1024;
        return Err(Failure::usage(format!("an event carries at most {most} KiB")).into());
    }
    let data: Box<RawValue> = serde_json::from_str(data)
        .map_err(|error| Failure::usage(format!("the data of the event are not JSON: {error}")))?;
    event(topic, &data)
}

/// Publishes events of one engine: `commit` records them together with what they tell about, in one transaction, and
/// returns them as recorded, with those that only the transaction could tell.
///
/// Every event of every engine passes through here. What is returned is on record, and is to be handed to the engine's
/// listeners as soon as its lock is free.
///
/// # Errors
///
/// Fails if `commit` does; then nobody hears of them.
pub fn publish(
    key: &EngineKey,
    events: &[NewEvent],
    commit: impl FnOnce(&[NewEvent]) -> Result<Vec<EventRow>>,
) -> Result<Vec<CloudEvent>> {
    let rows = commit(events)?;
    let rows = rows.into_iter();
    Ok(rows.map(|row| CloudEvent::of(key, row)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_of_engines_cannot_be_forged_and_odd_ones_are_refused() {
        for topic in [
            "",
            "cycle:finished",
            "metrics:new",
            "module:diminishing",
            "a b",
            "a\nb",
            &"a".repeat(129),
        ] {
            assert!(from_outside(topic, None).is_err(), "{topic}");
        }
        assert!(from_outside(topic::EVOLVE, None).is_ok_and(|event| event.is_pending));
        assert!(from_outside("deploy/done", Some("[1]")).is_ok_and(|event| !event.is_pending));
        assert!(from_outside("x", Some("{")).is_err());
    }
}
