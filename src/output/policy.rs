//! What policies have learned, and what was done to them.

use serde::Serialize;
use serde_json::Value;

use crate::clock::UnixTime;
use crate::output::calibration::calibration_lines;
use crate::output::cell::{Cell, short, signed};
use crate::output::document::Document;
use crate::output::table::Table;
use crate::policy::{
    Basis, CalibrationGroup, InspectedCell, PolicyChoice, PolicyInspection, StatePart,
};

/// Policies laid open.
#[derive(Debug, Serialize)]
pub struct InspectDocument {
    schema_version: u32,
    engines: Vec<Value>,
    cells: Vec<CellRow>,
    #[serde(skip)]
    lines: Vec<String>,
    #[serde(skip)]
    after: Vec<String>,
    #[serde(skip)]
    names_engines: bool,
    #[serde(skip)]
    is_diff: bool,
}

/// One visited cell.
#[derive(Debug, Serialize)]
struct CellRow {
    engine: String,
    #[serde(flatten)]
    cell: InspectedCell,
    #[serde(skip_serializing_if = "Option::is_none")]
    was: Option<InspectedCell>,
}

impl InspectDocument {
    /// Begins with no policy; several are told apart by their engines.
    #[must_use]
    pub fn new(names_engines: bool, is_diff: bool) -> Self {
        Self {
            schema_version: 1,
            engines: Vec::new(),
            cells: Vec::new(),
            lines: Vec::new(),
            after: Vec::new(),
            names_engines,
            is_diff,
        }
    }

    /// Adds the policy of an engine, with its most visited cells; with an older one only those that differ from it.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be written as JSON.
    pub fn add(
        &mut self,
        engine: &str,
        inspection: PolicyInspection,
        older: Option<&PolicyInspection>,
        top: usize,
    ) -> serde_json::Result<()> {
        self.lines.push(headline(engine, &inspection));
        self.lines.push(now_line(&inspection));
        self.after.extend(realised_line(&inspection));
        let mut value = serde_json::to_value(&inspection)?;
        if let Some(fields) = value.as_object_mut() {
            fields.remove("by_visits");
            fields.insert("engine".to_owned(), engine.into());
        }
        self.engines.push(value);
        let was = |cell: &InspectedCell| {
            let same = |it: &&InspectedCell| it.first == cell.first && it.second == cell.second;
            older
                .and_then(|older| older.by_visits.iter().find(same))
                .cloned()
        };
        let rows = inspection.by_visits.into_iter().map(|cell| CellRow {
            engine: engine.to_owned(),
            was: was(&cell),
            cell,
        });
        let differs = |row: &CellRow| older.is_none() || row.was.as_ref() != Some(&row.cell);
        self.cells.extend(rows.filter(differs).take(top));
        Ok(())
    }

    /// Adds whether the runs of an engine brought what was predicted; to its entry in JSON, as lines for people.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be written as JSON.
    pub fn add_calibration(
        &mut self,
        engine: &str,
        groups: &[CalibrationGroup],
    ) -> serde_json::Result<()> {
        self.after
            .extend(calibration_lines(engine, self.names_engines, groups));
        if let Some(fields) = self.engines.last_mut().and_then(Value::as_object_mut) {
            fields.insert("calibration".to_owned(), serde_json::to_value(groups)?);
        }
        Ok(())
    }
}

impl Document for InspectDocument {
    const ROWS: &'static str = "cells";

    fn table(&self, _now: UnixTime) -> Table {
        let is_by_rows = self
            .cells
            .first()
            .is_none_or(|row| row.cell.first.name == "debt");
        let mut header = if is_by_rows {
            vec!["DEBT ÷ PRICE", "STALENESS"]
        } else {
            vec!["LAST DELTA", "WAITED"]
        };
        header.extend(["RUN", "SKIP", "VISITS", "BASIS", "CHOICE"]);
        if self.is_diff {
            header.extend(["WAS RUN", "WAS SKIP", "WAS"]);
        }
        if self.names_engines {
            header.insert(0, "ENGINE");
        }
        Table {
            before: self.lines.clone(),
            header,
            rows: self.cells.iter().map(|row| self.row(row)).collect(),
            after: self.after.clone(),
        }
    }

    fn nothing(&self) -> Option<String> {
        self.engines.is_empty().then(|| {
            "no policy has learned anything yet; give an engine one with `sie register NAME --replace --policy q_learning`"
                .to_owned()
        })
    }
}

impl InspectDocument {
    fn row(&self, row: &CellRow) -> Vec<Cell> {
        let value = |number: f64| Cell::both(two(number), number.to_string());
        let choice = |run: bool| Cell::text(if run { "run" } else { "skip" });
        let cell = &row.cell;
        let mut cells = vec![
            Cell::text(without_unit(&cell.first)),
            Cell::text(&cell.second.word),
            value(cell.q_run),
            value(cell.q_skip),
            Cell::both(short(cell.visits), cell.visits.to_string()),
            Cell::text(basis_word(cell.basis)),
            choice(cell.run),
        ];
        if self.is_diff {
            cells.extend(match &row.was {
                Some(was) => [value(was.q_run), value(was.q_skip), choice(was.run)],
                None => [Cell::none(), Cell::none(), Cell::none()],
            });
        }
        if self.names_engines {
            cells.insert(0, Cell::text(&row.engine));
        }
        cells
    }
}

fn without_unit(part: &StatePart) -> String {
    part.word.trim_end_matches(" × price").to_owned()
}

fn basis_word(basis: Basis) -> &'static str {
    match basis {
        Basis::Prior => "prior",
        Basis::Fleet => "fleet",
        Basis::Cell => "cell",
    }
}

/// Writes a value with its sign and two decimals.
pub(super) fn two(number: f64) -> String {
    if number.abs() >= 1e6 {
        return signed(number);
    }
    let text = format!("{number:+.2}");
    // A zero has no sign worth reading.
    if text
        .trim_start_matches(['+', '-'])
        .chars()
        .all(|c| "0.".contains(c))
    {
        "0.00".to_owned()
    } else {
        text
    }
}

fn headline(engine: &str, policy: &PolicyInspection) -> String {
    let exploring = if policy.explore > 0.0 {
        format!("exploring {}", short(policy.explore))
    } else {
        "not exploring".to_owned()
    };
    let base = match policy.by_visits.first() {
        Some(cell) if cell.first.name != "debt" => "last delta and waiting",
        _ => "debt and staleness",
    };
    let forced = match policy.forced_runs {
        0 => String::new(),
        count => format!(" ({count} not by its choice)"),
    };
    format!(
        "{engine}: {}, α {}, γ {}, {}, {}{forced}, {} × {} cells ({base} × the rest), {} visited, {exploring}",
        policy.strategy.name(),
        policy.alpha,
        short(policy.gamma),
        counted(policy.decisions, "decision"),
        counted(policy.runs, "run"),
        policy.base_cells,
        policy.situations,
        policy.visited_cells,
    )
}

fn now_line(policy: &PolicyInspection) -> String {
    let now = &policy.now;
    if now.state.is_empty() {
        return "now: nothing to decide on yet → skip".to_owned();
    }
    let choice = if now.run { "run" } else { "skip" };
    format!(
        "now: {} → {choice} (run {}, skip {}), basis: {} ({} visits), price {}",
        state_words(&now.state, now.debt_in_prices),
        two(now.q_run),
        two(now.q_skip),
        basis_word(now.basis),
        short(now.visits),
        short(now.price),
    )
}

fn realised_line(policy: &PolicyInspection) -> Option<String> {
    let (predicted, realised) = policy.mean_predicted.zip(policy.mean_realised)?;
    Some(format!(
        "predicted against realised ROI of runs, in prices: {} / {} over {}",
        two(predicted),
        two(realised),
        counted(policy.compared_runs.into(), "run")
    ))
}

/// Writes an amount in prices with two decimals, fewer where they would be zeros.
fn prices(amount: f64) -> String {
    if !(0.005..1e6).contains(&amount) {
        return short(if amount.abs() < 0.005 { 0.0 } else { amount });
    }
    let text = format!("{amount:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Returns a number of things with their name, with an `s` unless there is one.
pub(super) fn counted(count: u64, name: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {name}{plural}")
}

/// Returns a state in words, the debt as a number.
fn state_words(state: &[StatePart], debt_in_prices: f64) -> String {
    let part = |part: &StatePart| {
        if part.name == "debt" {
            format!("debt {} × price", prices(debt_in_prices))
        } else {
            part.to_string()
        }
    };
    state.iter().map(part).collect::<Vec<_>>().join(", ")
}

/// Returns a choice as cells of the line that explains it: what, values, state.
#[must_use]
pub fn choice_cells(choice: &PolicyChoice) -> [String; 4] {
    let mut notes = vec![state_words(&choice.state, choice.debt_in_prices)];
    notes.push(format!("basis {}", basis_word(choice.basis)));
    if choice.probability < 1.0 {
        let explored = if choice.is_explored { ", explored" } else { "" };
        notes.push(format!(
            "probability {}{explored}",
            short(choice.probability)
        ));
    }
    if choice.is_certain {
        notes.push("so much debt that values are not asked".to_owned());
    }
    notes.extend(match choice.freshness {
        crate::policy::Freshness::NewRow => None,
        crate::policy::Freshness::NoNewRow => Some("no_new_row".to_owned()),
        crate::policy::Freshness::NoRowYet => Some("no row yet".to_owned()),
    });
    [
        if choice.run { "run" } else { "skip" }.to_owned(),
        format!(
            "run {} ({} visits)",
            two(choice.q_run),
            short(choice.visits_run)
        ),
        format!(
            "skip {} ({})",
            two(choice.q_skip),
            short(choice.visits_skip)
        ),
        notes.join(", "),
    ]
}

/// What `policy export`, `import` and `reset` did, or would do.
#[derive(Debug, Serialize)]
pub struct PolicyChangeDocument {
    /// The version of this document.
    pub schema_version: u32,
    /// Whether nothing was written.
    pub dry_run: bool,
    /// `exported`, `imported` or `reset`.
    pub change: &'static str,
    /// The engine's name.
    pub engine: String,
    /// Decisions on new rows that the policy has seen.
    pub decisions: u64,
    /// Cycles it has learned from.
    pub runs: u64,
    /// What else there is to say.
    pub note: String,
}

impl Document for PolicyChangeDocument {
    const ROWS: &'static str = "engine";

    fn table(&self, _now: UnixTime) -> Table {
        let would = if self.dry_run { "dry run: " } else { "" };
        let line = format!(
            "{would}{} the policy of {}: {}, {}{}",
            self.change,
            self.engine,
            counted(self.decisions, "decision"),
            counted(self.runs, "run"),
            self.note
        );
        let row = vec![
            Cell::text(self.change),
            Cell::text(&self.engine),
            Cell::text(self.decisions.to_string()),
            Cell::text(self.runs.to_string()),
        ];
        Table {
            before: vec![line],
            rows: vec![row],
            ..Table::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debts_have_two_decimals_at_most() {
        for (amount, text) in [
            (0.0, "0"),
            (0.0049, "0"),
            (0.02038, "0.02"),
            (2.681, "2.68"),
            (3.0, "3"),
            (120.5, "120.5"),
            (1e12, "1.00e12"),
        ] {
            assert_eq!(prices(amount), text);
        }
    }

    #[test]
    fn one_is_singular() {
        let texts = [0, 1, 2].map(|count| counted(count, "run"));
        assert_eq!(texts, ["0 runs", "1 run", "2 runs"]);
    }
}
