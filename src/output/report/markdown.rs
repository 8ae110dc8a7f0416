//! The report as Markdown: findings, rows of bars, tables.

use crate::output::cell::{short, signed};
use crate::output::report::labels::second;
use crate::output::report::section::{sections, summary};
use crate::output::sparkline::sparkline;
use crate::output::table::{markdown_table, markdown_text};
use crate::report::Report;

/// How many rows a table of a part has at most; longer ones are for the page and for JSON.
const MOST_ROWS: usize = 40;

/// Writes it.
pub fn write(report: &Report) -> String {
    let mut parts = vec![
        "# Fleet report".to_owned(),
        markdown_text(&format!("{}.", summary(report))),
        markdown_text(&time_line(report)),
    ];
    parts.extend(engines(report));
    for section in sections(report) {
        parts.push(format!("## {}", markdown_text(section.topic)));
        parts.push(format!("**{}**", markdown_text(&section.finding)));
        parts.extend(section.sparkline.map(|line| format!("`{line}`")));
        parts.extend(section.notes.iter().map(|note| markdown_text(note)));
        for table in &section.tables {
            let Some(text) = markdown_table(&table.header, newest(&table.rows)) else {
                continue;
            };
            let caption = markdown_text(&table.caption);
            let left_out = table.rows.len().saturating_sub(MOST_ROWS);
            parts.push(match left_out {
                0 => format!("{caption}:"),
                left_out => format!(
                    "{caption}, the last {MOST_ROWS} rows of {}:",
                    left_out + MOST_ROWS
                ),
            });
            parts.push(text.trim_end().to_owned());
        }
    }
    parts.join("\n\n") + "\n"
}

fn newest(rows: &[Vec<String>]) -> &[Vec<String>] {
    rows.get(rows.len().saturating_sub(MOST_ROWS)..)
        .unwrap_or(rows)
}

/// Says which time the report looks at.
pub fn time_line(report: &Report) -> String {
    match report.since {
        None => format!("From the beginning to {} UTC", second(report.made_at)),
        Some(since) => format!("From {} to {} UTC", second(since), second(report.made_at)),
    }
}

fn engines(report: &Report) -> Option<String> {
    let header = [
        "Engine",
        "Cycles",
        "Ok",
        "Failed",
        "Skips",
        "ROI",
        "Cost",
        "Newest cycles",
    ];
    let rows = report.engines.iter().map(|engine| {
        vec![
            engine.engine.clone(),
            engine.cycles.to_string(),
            engine.ok.to_string(),
            engine.failed.to_string(),
            engine.skips.to_string(),
            signed(engine.roi),
            short(engine.cost),
            sparkline(&engine.newest),
        ]
    });
    let table = markdown_table(&header.map(str::to_owned), &rows.collect::<Vec<_>>())?;
    Some(table.trim_end().to_owned())
}
