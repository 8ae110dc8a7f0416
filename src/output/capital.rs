//! Money: the settings, the bookings, and how the fleet is off.

use serde::Serialize;

use crate::autoscale::Reading;
use crate::capital::{CapEvidence, FactorKind, Money, ScoreFactor};
use crate::clock::UnixTime;
use crate::output::cell::{Cell, short};
use crate::output::document::Document;
use crate::output::table::Table;
use crate::registry::{CapitalSettings, FleetCapital};
use crate::store::{Balance, Entry};

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

/// One factor of the energy score.
#[derive(Debug, Serialize)]
struct ExplainedFactor {
    #[serde(flatten)]
    factor: ScoreFactor,
    /// Why it is left out, if it is.
    left_out: Option<&'static str>,
}

/// The energy score and where it comes from.
#[derive(Debug, Serialize)]
struct EnergyPart {
    /// 0..=1; none if it could not be looked up.
    score: Option<f64>,
    /// `formula` or `command`.
    source: &'static str,
    /// False if nothing was measured and 0.5 is assumed.
    is_measured: bool,
    /// Below this nothing runs but what is asked for.
    threshold: f64,
    /// The command that prints it.
    command: Option<String>,
    /// Why there is no score.
    problem: Option<String>,
    factors: Vec<ExplainedFactor>,
}

/// A cap with its numbers, and until when it holds.
#[derive(Debug, Serialize)]
struct CapPart {
    cap: crate::capital::Cap,
    limit: Money,
    spent: Money,
    held: Money,
    left: Money,
    is_overrun: bool,
    /// When the day ends.
    until: Option<UnixTime>,
}

/// How the fleet is off.
#[derive(Debug, Serialize)]
pub struct CapitalStatusDocument {
    schema_version: u32,
    /// Whether the registry has a section `capital`.
    is_source: bool,
    unit: Option<String>,
    capital: Money,
    target: Option<Money>,
    inflow: Money,
    revenue: Money,
    expense: Money,
    cost: Money,
    held: Money,
    /// What the cycles begun today cost.
    spent_today: Money,
    zone: Option<String>,
    budget: Vec<CapPart>,
    overruns: Vec<Entry>,
    energy: EnergyPart,
}

impl CapitalStatusDocument {
    /// Makes it of what was read.
    #[must_use]
    pub fn new(read: FleetCapital, overruns: Vec<Entry>, now: UnixTime) -> Self {
        let settings = read.settings.unwrap_or_default();
        let is_source = !matches!(read.energy.reading, Reading::Missing(_));
        let day_ends = settings.zone.next_day(now);
        let Balance {
            inflow,
            revenue,
            expense,
            cost,
            held,
        } = read.balance;
        let score = read.energy.score;
        let is_measured = score.as_ref().is_none_or(|score| score.is_measured);
        let cap = |it: &CapEvidence| CapPart {
            cap: it.kind,
            limit: it.cap,
            spent: it.committed,
            held: it.held,
            left: it.left,
            is_overrun: it.is_overrun,
            until: (it.kind == crate::capital::Cap::PerDay).then_some(day_ends),
        };
        let explain = |factor: ScoreFactor| ExplainedFactor {
            left_out: factor
                .input
                .is_none()
                .then(|| FleetCapital::why_left_out(factor.kind)),
            factor,
        };
        let value = read.energy.reading.value();
        Self {
            schema_version: 1,
            is_source,
            capital: read.balance.capital(),
            target: settings.target,
            inflow,
            revenue,
            expense,
            cost,
            held,
            spent_today: read.used.day_committed,
            zone: is_source.then(|| settings.zone.name().to_owned()),
            budget: read.budget.evidence.iter().map(cap).collect(),
            overruns,
            energy: EnergyPart {
                score: value,
                source: if read.energy.command.is_some() {
                    "command"
                } else {
                    "formula"
                },
                is_measured: value.is_some() && is_measured,
                threshold: settings
                    .energy_threshold
                    .unwrap_or(CapitalSettings::DEFAULT_THRESHOLD),
                command: read.energy.command,
                problem: value.is_none().then(|| read.energy.reading.complaint()),
                factors: score
                    .map(|score| score.factors.into_iter().map(explain).collect())
                    .unwrap_or_default(),
            },
            unit: settings.unit,
        }
    }

    fn lines(&self) -> Vec<String> {
        let unit = self
            .unit
            .as_ref()
            .map_or_else(String::new, |unit| format!(" {unit}"));
        let target = self
            .target
            .map_or_else(String::new, |target| format!(" of {target}"));
        let mut lines = vec![format!(
            "capital {}{target}{unit} = inflows {} + revenue {} - expenses {} - costs {}",
            self.capital, self.inflow, self.revenue, self.expense, self.cost
        )];
        if self.held > Money::ZERO {
            lines.push(format!(
                "held    {}{unit} for cycles that have not ended",
                self.held
            ));
        }
        if let (Some(zone), true) = (&self.zone, self.budget.is_empty()) {
            lines.push(format!(
                "spent   {}{unit} today ({zone}), no budget",
                self.spent_today
            ));
        }
        for cap in &self.budget {
            let until = cap.until.map_or_else(String::new, |until| {
                format!(
                    "   until {until}, midnight in {}",
                    self.zone.as_deref().unwrap_or("UTC")
                )
            });
            let name = cap.cap.in_words();
            lines.push(match cap.cap {
                crate::capital::Cap::PerCycle if cap.is_overrun => format!(
                    "budget  {name}: {}{unit}, overrun by a cycle that cost {}",
                    cap.limit, cap.spent
                ),
                crate::capital::Cap::PerCycle => format!("budget  {name}: {}{unit}", cap.limit),
                _ => format!(
                    "budget  {name}: {} spent + {} held of {}{unit}, {} left{until}",
                    cap.spent, cap.held, cap.limit, cap.left
                ),
            });
        }
        for overrun in &self.overruns {
            let name = overrun.engine.as_deref().unwrap_or("-");
            let reserved = overrun.reserved.unwrap_or_default();
            lines.push(format!(
                "overrun {name}-{} cost {}{unit}, {reserved} was reserved; end it with `sie register {name} --replace \
                 --cost {}` or `sie capital budget --forget-overruns`",
                overrun.cycle.unwrap_or(0),
                overrun.amount,
                overrun.amount
            ));
        }
        lines.extend(self.energy.lines());
        lines
    }
}

impl EnergyPart {
    fn lines(&self) -> Vec<String> {
        let Some(score) = self.score else {
            let problem = self.problem.as_deref().unwrap_or_default();
            return vec![format!("energy  no score: {problem}")];
        };
        let relation = if score < self.threshold { "<" } else { ">=" };
        let how = match (&self.command, self.is_measured) {
            (Some(command), _) => format!("printed by `{command}`"),
            (None, true) => "sum of weight × worth".to_owned(),
            (None, false) => "assumed: there are no data at all".to_owned(),
        };
        let mut lines = vec![format!(
            "energy  score {} {relation} {} (threshold), {how}",
            short(score),
            short(self.threshold)
        )];
        for ExplainedFactor { factor, left_out } in &self.factors {
            let name = factor.kind.in_words();
            lines.push(match (factor.input, factor.worth, left_out) {
                (Some(input), Some(worth), _) => format!(
                    "  {name:<17}  {:>8}  worth {worth:.2}  × weight {:.2}",
                    measured(factor.kind, input),
                    factor.weight
                ),
                (_, _, why) => format!("  {name:<17}  left out: {}", why.unwrap_or("no data")),
            });
        }
        lines
    }
}

/// Shows what was measured of a factor in its own unit.
fn measured(kind: FactorKind, input: f64) -> String {
    match kind {
        FactorKind::ProfitTrend => format!("{:+.1} %", input * 100.0),
        _ => format!("{:.1} %", input * 100.0),
    }
}

impl Document for CapitalStatusDocument {
    const ROWS: &'static str = "budget";

    fn table(&self, _now: UnixTime) -> Table {
        let amount =
            |name: &str, amount: Money| vec![Cell::text(name), Cell::text(amount.to_string())];
        let mut rows = vec![
            amount("capital", self.capital),
            amount("inflow", self.inflow),
            amount("revenue", self.revenue),
            amount("expense", self.expense),
            amount("cost", self.cost),
            amount("held", self.held),
            amount("spent_today", self.spent_today),
        ];
        let limits = self.budget.iter().flat_map(|cap| {
            let name = cap.cap.in_words().replace(' ', "_");
            [
                amount(&format!("{name}_limit"), cap.limit),
                amount(&format!("{name}_left"), cap.left),
            ]
        });
        rows.extend(limits);
        let score = self
            .energy
            .score
            .map_or_else(String::new, |score| score.to_string());
        rows.push(vec![Cell::text("energy_score"), Cell::text(score)]);
        Table {
            before: self.lines(),
            rows,
            ..Table::default()
        }
    }
}
