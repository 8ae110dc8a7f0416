//! Events: one just published, or those on record.

use serde::Serialize;

use crate::clock::UnixTime;
use crate::events::CloudEvent;
use crate::output::cell::Cell;
use crate::output::document::Document;
use crate::output::table::Table;

/// What `event publish` did.
#[derive(Debug, Serialize)]
pub struct PublishedDocument {
    /// The version of this document.
    pub schema_version: u32,
    /// Whether nothing was written.
    pub dry_run: bool,
    /// The event.
    pub event: CloudEvent,
    /// Whether it waits for the engine's answer.
    pub pending: bool,
    /// What follows from it.
    #[serde(skip)]
    pub next: Option<String>,
}

impl Document for PublishedDocument {
    const ROWS: &'static str = "event";

    fn table(&self, now: UnixTime) -> Table {
        let verb = if self.dry_run {
            "would publish"
        } else {
            "published"
        };
        let mut before = vec![format!(
            "{verb} {} for {}",
            self.event.topic, self.event.subject
        )];
        before.extend(self.next.iter().map(|next| format!("next: {next}")));
        Table {
            before,
            rows: vec![row(&self.event, self.pending, now)],
            ..Table::default()
        }
    }
}

/// A recorded event, and whether it waits.
#[derive(Debug, Serialize)]
pub struct ListedEvent {
    /// The event.
    #[serde(flatten)]
    pub event: CloudEvent,
    /// Whether it still waits for the engine's answer.
    pub pending: bool,
}

/// Events on record, newest first.
#[derive(Debug, Serialize)]
pub struct EventsDocument {
    /// The version of this document.
    pub schema_version: u32,
    /// The events.
    pub events: Vec<ListedEvent>,
}

impl Document for EventsDocument {
    const ROWS: &'static str = "events";

    fn table(&self, now: UnixTime) -> Table {
        Table {
            header: vec!["ENGINE", "ID", "PUBLISHED", "TOPIC", "WAITS", "DATA"],
            rows: self
                .events
                .iter()
                .map(|listed| row(&listed.event, listed.pending, now))
                .collect(),
            ..Table::default()
        }
    }

    fn nothing(&self) -> Option<String> {
        self.events.is_empty().then(|| "no events yet".to_owned())
    }
}

fn row(event: &CloudEvent, is_pending: bool, now: UnixTime) -> Vec<Cell> {
    vec![
        Cell::text(&event.subject),
        Cell::text(&event.id),
        Cell::time(Some(event.time), now),
        Cell::text(&event.topic),
        Cell::both(if is_pending { "yes" } else { "" }, is_pending.to_string()),
        Cell::text(event.data.as_ref().map_or("", |data| data.get())),
    ]
}
