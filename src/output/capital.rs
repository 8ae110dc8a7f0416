//! Money: the settings of the fleet and what was booked.

use serde::Serialize;

use crate::capital::Money;
use crate::clock::UnixTime;
use crate::output::cell::Cell;
use crate::output::document::Document;
use crate::output::table::Table;
use crate::registry::CapitalSettings;
use crate::store::Entry;

/// What `capital init` and `capital budget` wrote.
#[derive(Debug, Serialize)]
pub struct CapitalSettingsDocument {
    /// The version of this document.
    pub schema_version: u32,
    /// Whether nothing was written.
    pub dry_run: bool,
    /// What was done.
    #[serde(skip)]
    pub change: &'static str,
    /// The section of the registry.
    pub capital: CapitalSettings,
    /// What to do next.
    #[serde(skip)]
    pub next: Option<String>,
}

impl Document for CapitalSettingsDocument {
    const ROWS: &'static str = "capital";

    fn table(&self, _now: UnixTime) -> Table {
        let settings = &self.capital;
        let would = if self.dry_run { "dry run: " } else { "" };
        let unit = settings.unit_suffix();
        let target = settings.target.map_or_else(
            || "no target".to_owned(),
            |target| format!("target {target}{unit}"),
        );
        let line = match self.change {
            "begun" => format!(
                "{would}capital: {target}, days begin at midnight of {}",
                settings.zone.name()
            ),
            change => format!("{would}budget {change}: {}", caps_in_words(settings)),
        };
        let cap =
            |cap: Option<Money>| cap.map_or_else(Cell::none, |cap| Cell::text(cap.to_string()));
        let rows = [
            ("target", cap(settings.target)),
            ("zone", Cell::text(settings.zone.name())),
            ("per_cycle", cap(settings.budget.per_cycle)),
            ("per_day", cap(settings.budget.per_day)),
            ("fleet", cap(settings.budget.fleet)),
        ];
        Table {
            before: std::iter::once(line).chain(self.next.clone()).collect(),
            rows: rows
                .into_iter()
                .map(|(key, value)| vec![Cell::text(key), value])
                .collect(),
            ..Table::default()
        }
    }
}

fn caps_in_words(settings: &CapitalSettings) -> String {
    let unit = settings.unit_suffix();
    let caps = [
        ("per cycle", settings.budget.per_cycle),
        ("per day", settings.budget.per_day),
        ("for the fleet", settings.budget.fleet),
    ];
    let words: Vec<String> = caps
        .into_iter()
        .filter_map(|(name, cap)| Some(format!("{}{unit} {name}", cap?)))
        .collect();
    if words.is_empty() {
        "no caps".to_owned()
    } else {
        words.join(", ")
    }
}

/// What `capital log` booked.
#[derive(Debug, Serialize)]
pub struct LoggedDocument {
    /// The version of this document.
    pub schema_version: u32,
    /// Whether nothing was written.
    pub dry_run: bool,
    /// The booking.
    pub entry: Entry,
    /// What amounts are counted in.
    pub unit: Option<String>,
}

impl Document for LoggedDocument {
    const ROWS: &'static str = "entry";

    fn table(&self, now: UnixTime) -> Table {
        let verb = if self.dry_run { "would book" } else { "booked" };
        let unit = self
            .unit
            .as_ref()
            .map_or_else(String::new, |unit| format!(" {unit}"));
        let of = |of: &Option<String>, word: &str| {
            of.as_ref()
                .map_or_else(String::new, |it| format!("{word}{it}"))
        };
        let line = format!(
            "{verb} {} {}{unit}{}{}",
            self.entry.kind,
            self.entry.amount,
            of(&self.entry.engine, " for "),
            of(&self.entry.note, ": ")
        );
        Table {
            before: vec![line],
            rows: vec![entry_row(&self.entry, now)],
            ..Table::default()
        }
    }
}

/// Bookings, newest first.
#[derive(Debug, Serialize)]
pub struct EntriesDocument {
    /// The version of this document.
    pub schema_version: u32,
    /// What amounts are counted in.
    pub unit: Option<String>,
    /// The bookings.
    pub entries: Vec<Entry>,
}

impl Document for EntriesDocument {
    const ROWS: &'static str = "entries";

    fn table(&self, now: UnixTime) -> Table {
        Table {
            header: vec![
                "BOOKED", "WHAT", "AMOUNT", "STATE", "ENGINE", "CYCLE", "NOTE",
            ],
            rows: self
                .entries
                .iter()
                .map(|entry| entry_row(entry, now))
                .collect(),
            ..Table::default()
        }
    }

    fn nothing(&self) -> Option<String> {
        self.entries.is_empty().then(|| {
            "nothing is booked yet; cycles are, and money with `sie capital log inflow AMOUNT`"
                .to_owned()
        })
    }
}

fn entry_row(entry: &Entry, now: UnixTime) -> Vec<Cell> {
    let text = |text: Option<&String>| text.map_or_else(Cell::none, Cell::text);
    let overrun = entry.reserved.filter(|_| entry.is_overrun());
    let note = match (&entry.note, overrun) {
        (Some(note), _) => note.clone(),
        (None, Some(reserved)) => format!("overrun: {reserved} was reserved"),
        (None, None) => String::new(),
    };
    vec![
        Cell::time(Some(entry.at), now),
        Cell::text(&entry.kind),
        Cell::text(entry.amount.to_string()),
        Cell::text(&entry.state),
        text(entry.engine.as_ref()),
        entry
            .cycle
            .map_or_else(Cell::none, |cycle| Cell::text(cycle.to_string())),
        Cell::text(note),
    ]
}
