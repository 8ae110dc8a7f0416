//! The ROI of each cycle, and what it adds up to.

use crate::output::cell::signed;
use crate::output::report::axes::{Frame, Room};
use crate::output::report::canvas::{
    Anchor, Area, DrawError, Picture, Pixel, fill, line, write, write_bold,
};
use crate::output::report::counted;
use crate::output::report::labels::{apart, fitted, second};
use crate::output::report::palette::Ink;
use crate::output::report::scale::{Scale, size};
use crate::output::report::section::{Key, Listing, Mark, Section};
use crate::output::sparkline::sparkline;
use crate::report::{Report, RoiChart, RoiLine};

/// Colours of the lines of engines, in the order in which they are given out.
const SERIES: [Ink; 5] = [Ink::Amber, Ink::Green, Ink::Purple, Ink::Teal, Ink::Brown];

/// Describes the part.
pub fn section(report: &Report) -> Section {
    let chart = &report.roi;
    let topic = "Return on investment";
    if chart.cycles == 0 {
        return Section::new(
            "roi",
            topic,
            "No cycle has returned anything yet: run some with `sie run-all`",
        );
    }
    let gains = chart.bars.iter().filter(|bar| bar.roi > 0.0).count();
    let per_cycle = if chart.cycles_per_bar == 1 {
        format!("{gains} of {} gained", counted(chart.cycles, "cycle"))
    } else {
        counted(chart.cycles, "cycle")
    };
    let mut section = Section::new(
        "roi",
        topic,
        format!(
            "{} in all, net of cost; {per_cycle}{}",
            signed(chart.total),
            peak(chart)
        ),
    );
    section.notes.push(format!(
        "Cycles stand in the order in which they were begun.{}",
        if chart.cycles_per_bar > 1 {
            format!(" Each bar is the sum of {} cycles.", chart.cycles_per_bar)
        } else {
            String::new()
        }
    ));
    let without = report.summary.cycles.saturating_sub(chart.cycles);
    if without > 0 {
        section.notes.push(format!(
            "{} returned nothing (failed, or not ended) and {} not in it; what they cost is below.",
            counted(without, "cycle"),
            if without == 1 { "is" } else { "are" }
        ));
    }
    if chart.lines_left_out > 0 {
        section.notes.push(format!(
            "The engines with the greatest sums have a line; {} more are in the table of engines.",
            chart.lines_left_out
        ));
    }
    section.legend = vec![
        Key::new(Mark::Bar(Ink::Blue), "gain, above the line"),
        Key::new(Mark::Bar(Ink::Red), "loss, below it"),
    ];
    let deltas: Vec<f64> = chart.bars.iter().map(|bar| bar.roi).collect();
    section.sparkline = Some(sparkline(&deltas));
    section.tables = vec![bars(chart), lines(chart)];
    section.pictures = Box::new(|report| {
        let chart = &report.roi;
        Ok(vec![
            Picture::draw(
                "ROI delta per cycle",
                format!(
                    "Bars of {}; their sum is {}.",
                    counted(chart.cycles, "cycle"),
                    signed(chart.total)
                ),
                230,
                |area| draw_bars(area, chart),
            )?,
            Picture::draw(
                "Cumulative ROI",
                format!("A line that ends at {}.", signed(chart.total)),
                290,
                |area| draw_lines(area, chart),
            )?,
        ])
    });
    section
}

/// Says where the sum turned, if it has fallen a good deal since.
fn peak(chart: &RoiChart) -> String {
    let points = chart.lines.first().map_or(&[][..], |fleet| &fleet.points);
    let highest = points.iter().max_by(|a, b| a.sum.total_cmp(&b.sum));
    match highest {
        Some(top) if top.sum > 0.0 && chart.total < 0.9 * top.sum => format!(
            "; it had been {} after cycle {}",
            signed(top.sum),
            top.cycle
        ),
        _ => String::new(),
    }
}

fn bars(chart: &RoiChart) -> Listing {
    let rows = chart.bars.iter().map(|bar| {
        let cycles = if bar.first == bar.last {
            bar.first.to_string()
        } else {
            format!("{} to {}", bar.first, bar.last)
        };
        vec![cycles, second(bar.from), signed(bar.roi)]
    });
    Listing::new(
        "ROI per cycle",
        &["Cycle", "Begun (UTC)", "ROI"],
        rows.collect(),
    )
}

fn lines(chart: &RoiChart) -> Listing {
    let rows = chart.lines.iter().map(|line| {
        let name = line.engine.as_deref().unwrap_or("all engines");
        vec![name.to_owned(), signed(line.total)]
    });
    Listing::new("Cumulative ROI", &["Engine", "ROI in all"], rows.collect())
}

fn order_axis(chart: &RoiChart) -> Scale {
    let title = "cycle, in the order in which they were begun";
    Scale::whole(0.0..size(chart.cycles) + 1.0, title)
}

fn room() -> Room {
    Room {
        right: 190,
        ..Room::default()
    }
}

fn draw_bars(area: &Area<'_>, chart: &RoiChart) -> Result<(), DrawError> {
    let heights = chart.bars.iter().map(|bar| bar.roi).chain([0.0]);
    let title = if chart.cycles_per_bar == 1 {
        "ROI delta of a cycle".to_owned()
    } else {
        format!("ROI delta of {} cycles", chart.cycles_per_bar)
    };
    let frame = Frame::draw(
        area,
        &order_axis(chart),
        &Scale::numbers(heights, title),
        room(),
    )?;
    for bar in &chart.bars {
        let ink = if bar.roi < 0.0 { Ink::Red } else { Ink::Blue };
        let (left, right) = (size(bar.first) - 0.4, size(bar.last) + 0.4);
        let (from, to) = (frame.at(left, 0.0), frame.at(right, bar.roi));
        // A bar is never so thin that it cannot be seen, however many there are.
        fill(area, from, (to.0.max(from.0 + 2), to.1), ink, 1.0)?;
    }
    let zero = frame.at(0.0, 0.0).1;
    line(
        area,
        vec![(frame.left(), zero), (frame.right(), zero)],
        Ink::Muted,
        1,
    )
}

fn draw_lines(area: &Area<'_>, chart: &RoiChart) -> Result<(), DrawError> {
    let sums = chart.lines.iter().flat_map(|line| &line.points);
    let y = Scale::numbers(sums.map(|point| point.sum), "ROI, added up");
    let frame = Frame::draw(area, &order_axis(chart), &y, room())?;
    let zero = frame.at(0.0, 0.0).1;
    line(
        area,
        vec![(frame.left(), zero), (frame.right(), zero)],
        Ink::Muted,
        1,
    )?;
    let inks = std::iter::once(Ink::Blue).chain(SERIES);
    let drawn: Vec<(&RoiLine, Ink)> = chart.lines.iter().zip(inks).collect();
    // The fleet last: it lies on top.
    for (it, ink) in drawn.iter().rev() {
        let points = it
            .points
            .iter()
            .map(|point| frame.at(size(point.cycle), point.sum));
        let mut points: Vec<Pixel> = points.collect();
        // The sum of an engine stays what it is while others run.
        points.push(frame.at(size(chart.cycles), it.total));
        let width = if it.engine.is_none() { 3 } else { 2 };
        line(area, points, *ink, width)?;
    }
    let ends = drawn.iter().map(|(it, _)| frame.at(0.0, it.total).1);
    let ends = apart(&ends.collect::<Vec<_>>(), frame.top(), frame.bottom());
    for ((it, ink), end) in drawn.iter().zip(ends) {
        let at = (frame.right() + 8, end);
        let sum = signed(it.total);
        match &it.engine {
            None => write_bold(area, &format!("all engines {sum}"), at, Anchor::Start, *ink)?,
            Some(name) => {
                let text = format!("{} {sum}", fitted(name, 110));
                write(area, &text, at, Anchor::Start, *ink)?;
            }
        }
    }
    Ok(())
}
