//! What a hook reads on stdin: a CloudEvents 1.0 object in its JSON form.

use serde::Serialize;

use crate::clock::UnixTime;

/// One event.
#[derive(Clone, Debug, Serialize)]
pub struct Event<D: Serialize> {
    specversion: &'static str,
    /// Unique together with `source`.
    pub id: String,
    /// Who says it.
    pub source: String,
    /// What kind of event it is.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it is about: the engine's name.
    pub subject: String,
    /// When it happened.
    pub time: UnixTime,
    datacontenttype: &'static str,
    /// What happened.
    pub data: D,
}

impl<D: Serialize> Event<D> {
    /// Makes an event of a registry.
    #[must_use]
    pub fn new(
        registry_id: &str,
        kind: &str,
        subject: &str,
        id: String,
        time: UnixTime,
        data: D,
    ) -> Self {
        Self {
            specversion: "1.0",
            id,
            source: format!("/sie/{registry_id}"),
            kind: kind.to_owned(),
            subject: subject.to_owned(),
            time,
            datacontenttype: "application/json",
            data,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_has_the_attributes_that_cloudevents_require() {
        let event = Event::new("r1", "x", "alpha", "1".to_owned(), UnixTime(0.0), 7);
        let json = serde_json::to_value(&event).expect("serializes");
        for attribute in ["specversion", "id", "source", "type"] {
            assert!(json[attribute].is_string(), "{attribute}");
        }
        assert_eq!(
            (json["time"].as_str(), json["data"].as_i64()),
            (Some("1970-01-01T00:00:00Z"), Some(7))
        );
    }
}
