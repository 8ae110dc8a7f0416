//! The summary of a step, in Markdown: what a reviewer reads without opening the log.

use crate::gate::{Answer, GateVerdict};
use crate::output::cell::{short, signed};
use crate::output::fleet::{note, result_words};
use crate::output::gates;
use crate::output::github::FinishedRun;
use crate::registry::EngineReport;

/// How many bytes the summary of a step may have.
pub const SUMMARY_LIMIT: usize = 1024 * 1024;
/// Bytes kept free for the line that counts what was left out, and its like.
const MARGIN: usize = 256;
/// The most characters in a cell.
const MAX_CELL: usize = 300;

/// Returns the summary, at most `room` bytes: what is wrong comes first, rows that do not fit are counted.
///
/// Empty where not even the headline fits.
#[must_use]
pub fn step_summary(run: &FinishedRun<'_>, room: usize) -> String {
    let report = run.report;
    let mut summary = Summary {
        text: headline(run),
        room: room.saturating_sub(MARGIN),
    };
    if summary.text.len() > summary.room {
        return String::new();
    }
    let mut engines: Vec<&EngineReport> = report.engines.iter().collect();
    // Stable: within a rank the order of the registry holds.
    engines.sort_by_key(|engine| rank(engine));
    let gates = engines.iter().flat_map(|engine| {
        let row = |gate| gate_row(engine, gate);
        engine.gates.iter().map(row)
    });
    summary.table(
        &[
            "Engine", "Gate", "Verdict", "Value", "Bound", "Base", "Samples", "Why",
        ],
        &gates.collect::<Vec<_>>(),
    );
    let hints = gates::hints(report);
    // Names of engines and metrics have no markup in them.
    for hint in hints {
        summary.line(&format!("- {hint}"));
    }
    let rows: Vec<_> = engines.iter().map(|engine| engine_row(engine)).collect();
    summary.table(&["Engine", "Result", "ROI", "Cost", "Cycle", "Note"], &rows);
    for bad in &report.bad_entries {
        let (name, problem) = (cell(&bad.engine), cell(&bad.problem));
        summary.line(&format!(
            "- bad registry entry {name}, line {}: {problem}",
            bad.line
        ));
    }
    summary.text.push('\n');
    summary.text
}

/// A text that grows as long as there is room.
struct Summary {
    text: String,
    room: usize,
}

impl Summary {
    fn fits(&self, more: usize) -> bool {
        self.text.len() + more < self.room
    }

    fn line(&mut self, line: &str) {
        if self.fits(line.len() + 1) {
            self.text.extend([line, "\n"]);
        }
    }

    fn table(&mut self, header: &[&str], rows: &[Vec<String>]) {
        let head = format!(
            "\n| {} |\n|{}\n",
            header.join(" | "),
            " --- |".repeat(header.len())
        );
        if rows.is_empty() || !self.fits(head.len()) {
            return;
        }
        self.text.push_str(&head);
        for (index, row) in rows.iter().enumerate() {
            let line = format!("| {} |\n", row.join(" | "));
            if !self.fits(line.len()) {
                let left = rows.len() - index;
                let count = format!("\n{left} more rows do not fit in here; the log has them\n");
                self.text.push_str(&count);
                // Nothing shorter may slip in behind a table that was cut.
                self.room = 0;
                return;
            }
            self.text.push_str(&line);
        }
        self.line("");
    }
}

fn headline(run: &FinishedRun<'_>) -> String {
    let report = run.report;
    let verdict = match report.verdict {
        Some(verdict) => format!("verdict {verdict}, "),
        None => String::new(),
    };
    let why = report.verdict_why.as_ref();
    let why = why.map_or_else(String::new, |why| format!("\n{}\n", cell(why)));
    let meaning = match run.signal {
        Some(_) => "ended by a signal",
        None => report.exit_code.meaning(),
    };
    format!(
        "### {}: {verdict}{} (exit {})\n{why}",
        run.command,
        cell(meaning),
        run.exit_code()
    )
}

/// What is wrong comes first.
fn rank(engine: &EngineReport) -> u8 {
    match GateVerdict::of_all(&engine.gates) {
        _ if engine.has_failed() => 0,
        Some(Answer::Fail) => 1,
        Some(Answer::Inconclusive) => 2,
        _ if engine.cycle.is_some() => 3,
        _ => 4,
    }
}

fn gate_row(engine: &EngineReport, gate: &GateVerdict) -> Vec<String> {
    let number = |number: Option<f64>| number.map_or_else(String::new, short);
    let base = match (gate.base, gate.base_cycles) {
        (Some(base), Some(cycles)) => format!("{} (median of {cycles} cycles)", short(base)),
        _ => String::new(),
    };
    let samples = gate
        .samples
        .map_or_else(String::new, |samples| samples.to_string());
    vec![
        cell(engine.engine.as_str()),
        format!("`{}`", gate.gate),
        format!("**{}**", gate.verdict),
        number(gate.value),
        number(gate.bound),
        base,
        samples,
        cell(gate.why.as_deref().unwrap_or_default()),
    ]
}

fn engine_row(engine: &EngineReport) -> Vec<String> {
    let cycle = engine.cycle.as_deref();
    let result = match cycle {
        None if engine.error.is_none() => format!("{} ({})", result_words(engine), engine.reason),
        _ => result_words(engine),
    };
    let roi = cycle.and_then(|cycle| cycle.roi);
    vec![
        cell(engine.engine.as_str()),
        cell(&result),
        roi.map_or_else(String::new, signed),
        cycle.map_or_else(String::new, |cycle| short(cycle.cost)),
        cell(cycle.map_or("", |cycle| &cycle.cycle)),
        cell(&note(engine)),
    ]
}

/// Keeps foreign text in its cell, as text: no markup, no line ends, not too long.
fn cell(text: &str) -> String {
    let mut escaped = String::new();
    for (index, c) in text.chars().enumerate() {
        if index == MAX_CELL {
            escaped.push('…');
            break;
        }
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '~' | '#' | '!' => escaped.extend(['\\', c]),
            _ if crate::names::is_invisible(c) => escaped.push(' '),
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_stays_text_in_its_cell() {
        assert_eq!(cell("a|b\n<script>`x`"), "a\\|b &lt;script&gt;\\`x\\`");
        assert_eq!(cell(&"x".repeat(999)).chars().count(), MAX_CELL + 1);
    }

    #[test]
    fn rows_that_do_not_fit_are_counted_and_nothing_follows() {
        let rows: Vec<Vec<String>> = (0..100).map(|row| vec![format!("row {row}")]).collect();
        let mut summary = Summary {
            text: String::new(),
            room: 300,
        };
        summary.table(&["A"], &rows);
        let shown = summary.text.matches("| row ").count();
        assert!(shown > 0 && summary.text.len() < 300 + MARGIN);
        let count = format!("{} more rows do not fit", 100 - shown);
        assert!(summary.text.contains(&count), "{}", summary.text);
        let before = summary.text.clone();
        summary.line("after");
        assert_eq!(summary.text, before);
    }
}
