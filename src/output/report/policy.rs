//! Maps of what policies have learned.

use crate::output::cell::{short, signed};
use crate::output::report::axes::{Frame, Room};
use crate::output::report::canvas::{
    Anchor, Area, DrawError, Picture, fill, outline, write, write_bold,
};
use crate::output::report::counted;
use crate::output::report::labels::fitted;
use crate::output::report::palette::Ink;
use crate::output::report::scale::{Scale, size};
use crate::output::report::section::{Key, Listing, Mark, Section};
use crate::report::{MapCell, PolicyMap, Report};

/// How high a row of a map is, in pixels.
const ROW: u32 = 50;

/// Describes the part.
pub fn section(report: &Report) -> Section {
    let topic = "What the policies learned";
    let maps = &report.policies.maps;
    if maps.is_empty() {
        let finding = "No engine has learned by a policy yet: `--trigger learned` or `--policy q_learning` lets one";
        return Section::new("policies", topic, finding);
    }
    let finding = match maps.as_slice() {
        [map] => map_finding(map),
        maps => format!(
            "{} have learned from {}",
            counted(maps.len() + report.policies.left_out, "engine"),
            counted(maps.iter().map(|map| map.runs).sum::<u64>(), "run")
        ),
    };
    let mut section = Section::new("policies", topic, finding);
    section.notes.push(
        "Each field is a state that the policy was in: what it does there, and how often it was there. Empty fields were never \
         visited. Debt is what was given away since the last cycle, in prices of a cycle; staleness how much is given \
         away per row. From the beginning, whatever time the report looks at."
            .to_owned(),
    );
    if report.policies.left_out > 0 {
        section.notes.push(format!(
            "The policies that decided most are shown; {} more: `sie policy inspect`.",
            report.policies.left_out
        ));
    }
    section.legend = vec![
        Key::new(Mark::Bar(Ink::Amber), "runs here, stronger the more visits"),
        Key::new(Mark::Bar(Ink::Teal), "skips here"),
        Key::new(Mark::Frame(Ink::Text), "where it is now"),
    ];
    section.tables = maps.iter().map(listing).collect();
    section.pictures = Box::new(|report| {
        let draw = |map: &PolicyMap| {
            let rows = u32::try_from(map.rows.len()).unwrap_or(1);
            let title = map_finding(map);
            Picture::draw(&title, &title, rows * ROW + 84, |area| draw(area, map))
        };
        report.policies.maps.iter().map(draw).collect()
    });
    section
}

fn map_finding(map: &PolicyMap) -> String {
    let runs = map.cells.iter().filter(|cell| cell.run);
    let least = runs.map(|cell| cell.column).min();
    let learned = format!(
        "{}, {}",
        counted(map.decisions, "decision"),
        counted(map.runs, "run")
    );
    let from = least.and_then(|column| map.columns.get(column));
    let engine = fitted(&map.engine, 200);
    match from {
        Some(_) if map.first == "debt" && least == Some(0) => {
            format!("{engine} runs at any debt ({learned})")
        }
        Some(word) if map.first == "debt" => {
            let least = word.split(" - ").next().unwrap_or(word);
            let least = least.trim_start_matches("≥ ");
            format!("{engine} runs from a debt of {least} prices on ({learned})")
        }
        Some(word) => format!(
            "{engine} runs from a {} of “{word}” on ({learned})",
            map.first
        ),
        None => format!("{engine} runs nowhere it has been yet ({learned})"),
    }
}

fn action(cell: &MapCell) -> &'static str {
    if cell.run { "run" } else { "skip" }
}

fn listing(map: &PolicyMap) -> Listing {
    let word = |words: &[String], index: usize| words.get(index).cloned().unwrap_or_default();
    let rows = map.cells.iter().map(|cell| {
        vec![
            word(&map.columns, cell.column),
            word(&map.rows, cell.row),
            action(cell).to_owned(),
            short(cell.visits.round()),
            signed(cell.q_run),
            signed(cell.q_skip),
        ]
    });
    let header = [
        map.first.as_str(),
        map.second.as_str(),
        "Choice",
        "Visits",
        "Value of running",
        "Value of skipping",
    ];
    Listing::new(&map.engine, &header, rows.collect())
}

fn draw(area: &Area<'_>, map: &PolicyMap) -> Result<(), DrawError> {
    let title = |name: &str| match name {
        "debt" => "debt, in prices of a cycle".to_owned(),
        "waited" => "waited, in intervals".to_owned(),
        name => name.to_owned(),
    };
    let x = Scale::columns(map.columns.clone(), title(&map.first));
    // The greatest on top, as on any chart.
    let y = Scale::rows(map.rows.iter().rev().cloned().collect(), title(&map.second));
    let frame = Frame::draw(
        area,
        &x,
        &y,
        Room {
            left: 90,
            right: 10,
        },
    )?;
    let above = (i32::midpoint(frame.left(), frame.right()), 14);
    write_bold(area, &map_finding(map), above, Anchor::Middle, Ink::Text)?;
    let row_from_top = |row: usize| size(map.rows.len().saturating_sub(row + 1));
    let corners = |column: usize, row: usize| {
        let (left, top) = frame.at(size(column), row_from_top(row));
        let (right, bottom) = frame.at(size(column) + 1.0, row_from_top(row) + 1.0);
        ((left + 2, top + 2), (right - 2, bottom - 2))
    };
    let most = map.cells.iter().map(|cell| cell.visits).fold(1.0, f64::max);
    for row in 0..map.rows.len() {
        for column in 0..map.columns.len() {
            let (from, to) = corners(column, row);
            outline(area, from, to, Ink::Grid, 1)?;
        }
    }
    for cell in &map.cells {
        let (from, to) = corners(cell.column, cell.row);
        let ink = if cell.run { Ink::Amber } else { Ink::Teal };
        let share = (cell.visits.max(0.0) + 1.0).ln() / (most + 1.0).ln();
        fill(area, from, to, ink, 0.12 + 0.33 * share.clamp(0.0, 1.0))?;
        let middle = (i32::midpoint(from.0, to.0), i32::midpoint(from.1, to.1));
        let above = (middle.0, middle.1 - 9);
        let below = (middle.0, middle.1 + 9);
        write_bold(area, action(cell), above, Anchor::Middle, Ink::Text)?;
        let visits = cell.visits.round();
        let text = if visits < 1.0 {
            "< 1 visit".to_owned()
        } else if visits < 2.0 {
            "1 visit".to_owned()
        } else {
            format!("{} visits", short(visits))
        };
        write(area, &text, below, Anchor::Middle, Ink::Text)?;
    }
    if let Some((column, row)) = map.now {
        let (from, to) = corners(column, row);
        outline(area, from, to, Ink::Text, 3)?;
    }
    Ok(())
}
