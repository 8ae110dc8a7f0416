//! The report as one page for a browser: no network, no scripts, light and dark, fit to print.
//!
//! Everything is escaped by the template; what goes in as markup is the style and the shapes of the charts.

use anyhow::Result;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::output::cell::{short, signed};
use crate::output::report::labels::second;
use crate::output::report::markdown::time_line;
use crate::output::report::palette::{Ink, dark_style};
use crate::output::report::section::{Key, Listing, Mark, Section, percent, sections};
use crate::output::report::{amount, counted};
use crate::output::sparkline::sparkline;
use crate::output::table::visible;
use crate::report::Report;

/// What the page may load: nothing but its own style.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
const STYLE: &str = include_str!("page.css");

/// Writes it.
///
/// # Errors
///
/// Fails if a chart cannot be drawn.
pub fn write(report: &Report) -> Result<String> {
    let sections = sections(report);
    let parts = sections.iter().map(|section| part(section, report));
    let parts: Vec<Markup> = parts.collect::<Result<_>>()?;
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content=(format!("sie {}", env!("CARGO_PKG_VERSION")));
                title { "Fleet report" }
                style { (PreEscaped(STYLE)) (PreEscaped(dark_style())) }
            }
            body {
                header {
                    h1 { "Fleet report" }
                    p { (time_line(report)) }
                }
                main {
                    (figures(report))
                    (engines(report))
                    @for part in &parts { (part) }
                }
                footer {
                    p { "Made by sie " (env!("CARGO_PKG_VERSION")) ". Times are UTC. ROI is net of cost, in the unit that the pipelines report." }
                }
            }
        }
    };
    Ok(page.into_string() + "\n")
}

/// The whole in a few figures.
fn figures(report: &Report) -> Markup {
    let it = &report.summary;
    let unit = report.spend.unit.as_deref();
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    let succeeded = match it.ok + it.failed {
        0 => "no cycle has ended".to_owned(),
        ended => format!(
            "{} of those that ended succeeded",
            percent(it.ok as f64, ended as f64)
        ),
    };
    let cost_note = match report.spend.fleet_cap {
        Some(cap) => format!("spent by its cycles; the budget is {}", amount(cap, unit)),
        None => "spent by its cycles; no budget for the fleet".to_owned(),
    };
    let figures = [
        (
            signed(it.roi),
            "ROI",
            "brought by all cycles, net of cost".to_owned(),
        ),
        (amount(it.cost, unit), "Cost", cost_note),
        (it.cycles.to_string(), "Cycles", succeeded),
        (
            it.skips.to_string(),
            "Skips",
            "times that an engine was looked at and left alone".to_owned(),
        ),
        (
            it.engines.to_string(),
            "Engines",
            "registered now".to_owned(),
        ),
    ];
    html! {
        dl.figures {
            @for (number, name, note) in &figures {
                div { dt { (name) } dd.number { (number) } dd.note { (note) } }
            }
        }
    }
}

fn engines(report: &Report) -> Markup {
    html! {
        section #engines {
            h2 { span.topic { "Engines" } (counted(report.engines.len(), "engine")) }
            @if report.engines.is_empty() {
                p { "None is registered yet: " code { "sie register NAME --pipeline 'CMD'" } " adds one." }
            } @else {
                div.wide {
                    table {
                        thead { tr {
                            th scope="col" { "Engine" } th.number scope="col" { "Cycles" } th.number scope="col" { "Ok" }
                            th.number scope="col" { "Failed" } th.number scope="col" { "Skips" } th.number scope="col" { "ROI" }
                            th.number scope="col" { "Cost" } th scope="col" { "Last cycle (UTC)" } th scope="col" { "Newest ROI deltas" }
                        } }
                        tbody {
                            @for it in &report.engines {
                                tr {
                                    th scope="row" { (visible(&it.engine)) }
                                    td.number { (it.cycles) } td.number { (it.ok) } td.number { (it.failed) } td.number { (it.skips) }
                                    td.number { (signed(it.roi)) } td.number { (short(it.cost)) }
                                    td.time { (it.last_started.map_or_else(|| "-".to_owned(), second)) }
                                    td.spark { (sparkline(&it.newest)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn part(section: &Section, report: &Report) -> Result<Markup> {
    let pictures = (section.pictures)(report)?;
    let (open, shut): (Vec<&Listing>, Vec<&Listing>) =
        section.tables.iter().partition(|table| table.is_open);
    Ok(html! {
        section id=(section.id) {
            h2 { span.topic { (section.topic) } (prose(&section.finding)) }
            @if !section.legend.is_empty() {
                ul.legend { @for key in &section.legend { li { (mark(key)) " " (visible(&key.meaning)) } } }
            }
            @for (index, picture) in pictures.iter().enumerate() {
                figure { (picture.markup(&format!("{}-{index}", section.id))) }
            }
            @for note in &section.notes { p.note { (prose(note)) } }
            @for table in &open { (listing(table)) }
            @if !shut.is_empty() {
                details {
                    summary { "The numbers as " (if shut.len() == 1 { "a table" } else { "tables" }) }
                    @for table in &shut { (listing(table)) }
                }
            }
        }
    })
}

/// A text of ours, in which what stands between backticks is code.
fn prose(text: &str) -> Markup {
    let parts = visible(text);
    let parts: Vec<&str> = parts.split('`').collect();
    html! {
        @for (index, part) in parts.iter().enumerate() {
            @if index % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

fn listing(table: &Listing) -> Markup {
    // A column of numbers is read from the right.
    let is_number = |column: usize| {
        table.rows.iter().all(|row| {
            let cell = row.get(column).map_or("", String::as_str);
            let mut letters = cell.chars();
            cell.is_empty() || letters.all(|c| c.is_ascii_digit() || "+-.e ".contains(c))
        })
    };
    let class = |column: usize| if is_number(column) { "number" } else { "" };
    html! {
        div.wide {
            table {
                caption { (visible(&table.caption)) }
                thead { tr { @for (column, name) in table.header.iter().enumerate() {
                    th scope="col" class=(class(column)) { (visible(name)) }
                } } }
                tbody { @for row in &table.rows { tr {
                    @for (column, cell) in row.iter().enumerate() { td class=(class(column)) { (visible(cell)) } }
                } } }
            }
        }
    }
}

/// Draws a mark of the legend in the colour of the charts.
fn mark(key: &Key) -> Markup {
    let (Mark::Bar(ink)
    | Mark::Dot(ink)
    | Mark::Ring(ink)
    | Mark::Frame(ink)
    | Mark::Cross(ink)
    | Mark::Dashes(ink)
    | Mark::Line(ink)) = key.mark;
    let color = Ink::light(ink);
    html! {
        svg.mark viewBox="0 0 18 14" aria-hidden="true" {
            @match key.mark {
                Mark::Bar(_) => rect x="1" y="2" width="16" height="10" fill=(color) {},
                Mark::Dot(_) => circle cx="9" cy="7" r="5" fill=(color) {},
                Mark::Ring(_) => circle cx="9" cy="7" r="4.5" fill="none" stroke=(color) stroke-width="2" {},
                Mark::Frame(_) => rect x="2" y="2" width="14" height="10" fill="none" stroke=(color) stroke-width="3" {},
                Mark::Cross(_) => path d="M4 2L14 12M14 2L4 12" stroke=(color) stroke-width="3" {},
                Mark::Dashes(_) => path d="M0 7H7M11 7H18" stroke=(color) stroke-width="2" {},
                Mark::Line(_) => path d="M0 7H18" stroke=(color) stroke-width="4" {},
            }
        }
    }
}
