//! What was spent, against what may be.

use crate::output::cell::short;
use crate::output::report::axes::{Frame, Room};
use crate::output::report::canvas::{
    Anchor, Area, DrawError, Picture, Pixel, dashes, fill, line, write, write_bold,
};
use crate::output::report::labels::{apart, moment, second};
use crate::output::report::palette::Ink;
use crate::output::report::scale::{Scale, size};
use crate::output::report::section::{Key, Listing, Mark, Section, percent};
use crate::output::report::{amount, counted};
use crate::report::{Report, SpendChart};

/// Describes the part.
pub fn section(report: &Report) -> Section {
    let chart = &report.spend;
    let topic = "Spend against budget";
    if chart.points.is_empty() && chart.fleet_cap.is_none() {
        let finding = "Nothing was spent, and no budget is set";
        return Section::new("spend", topic, finding);
    }
    let mut section = Section::new("spend", topic, finding(report));
    section.notes = notes(chart);
    if chart.points.is_empty() {
        return section;
    }
    section
        .legend
        .push(Key::new(Mark::Line(Ink::Blue), "spent, added up"));
    if has_days(chart) {
        section
            .legend
            .push(Key::new(Mark::Bar(Ink::Blue), "spent in a day"));
    }
    if days_over(chart) > 0 && has_days(chart) {
        section
            .legend
            .push(Key::new(Mark::Bar(Ink::Red), "a day above its cap"));
    }
    if chart.fleet_cap.is_some() || (chart.day_cap.is_some() && has_days(chart)) {
        section.legend.push(Key::new(Mark::Dashes(Ink::Red), "cap"));
    }
    section.tables = tables(chart);
    section.pictures = Box::new(|report| {
        let chart = &report.spend;
        let total = chart.before + chart.spent;
        let mut pictures = vec![Picture::draw(
            "Spend, added up",
            format!(
                "A line that ends at {}.",
                amount(total, chart.unit.as_deref())
            ),
            260,
            |area| draw_total(area, chart, report),
        )?];
        if has_days(chart) {
            pictures.push(Picture::draw(
                "Spend per day",
                format!("Bars of {}.", counted(chart.days.len(), "day")),
                230,
                |area| draw_days(area, chart),
            )?);
        }
        Ok(pictures)
    });
    section
}

fn has_days(chart: &SpendChart) -> bool {
    chart.days.len() > 1
}

fn finding(report: &Report) -> String {
    let chart = &report.spend;
    let unit = chart.unit.as_deref();
    let total = chart.before + chart.spent;
    let over = days_over(chart);
    let days = match over {
        0 => String::new(),
        over => format!("; {} above the cap of a day", counted(over, "day")),
    };
    match chart.fleet_cap {
        Some(cap) if total > cap => format!(
            "{} spent: {} over the budget of {}{days}",
            amount(total, unit),
            amount(total - cap, unit),
            amount(cap, unit)
        ),
        Some(cap) => format!(
            "{} of {} spent ({}){days}",
            short(total),
            amount(cap, unit),
            percent(total, cap)
        ),
        None if chart.day_cap.is_some() => match over {
            0 => format!(
                "{} spent; no day went above its cap",
                amount(chart.spent, unit)
            ),
            _ => format!("{} spent{days}", amount(chart.spent, unit)),
        },
        None => format!("{} spent; no budget is set", amount(chart.spent, unit)),
    }
}

fn days_over(chart: &SpendChart) -> usize {
    let Some(cap) = chart.day_cap else { return 0 };
    chart.days.iter().filter(|day| day.spent > cap).count()
}

fn notes(chart: &SpendChart) -> Vec<String> {
    let unit = chart.unit.as_deref();
    let mut notes = Vec::new();
    if chart.before > 0.0 {
        notes.push(format!(
            "{} had been spent before this report begins; it counts against the budget.",
            amount(chart.before, unit)
        ));
    }
    if chart.held > 0.0 {
        notes.push(format!(
            "{} of it is reserved for cycles that have not ended.",
            amount(chart.held, unit)
        ));
    }
    if let Some(cap) = chart.cycle_cap {
        notes.push(format!("A cycle may cost {} at most.", amount(cap, unit)));
    }
    if has_days(chart) {
        let zone = &chart.zone;
        notes.push(match chart.days_left_out {
            0 => format!("Days begin at midnight, {zone}."),
            left_out => format!(
                "Days begin at midnight, {zone}; {} before them have no bar.",
                counted(left_out, "day")
            ),
        });
    }
    notes
}

fn tables(chart: &SpendChart) -> Vec<Listing> {
    let points = chart.points.iter();
    let points = points.map(|point| vec![second(point.at), short(point.total)]);
    let mut tables = vec![Listing::new(
        "Spend, added up",
        &["By (UTC)", "Spent in all"],
        points.collect(),
    )];
    if has_days(chart) {
        // Half a day on, a midnight of any zone lies within its day.
        let days = chart.days.iter();
        let days = days.map(|it| vec![moment(it.day.0 + 43_200.0, "%Y-%m-%d"), short(it.spent)]);
        tables.push(Listing::new(
            "Spend per day",
            &["Day", "Spent"],
            days.collect(),
        ));
    }
    tables
}

fn unit_title(what: &str, chart: &SpendChart) -> String {
    match &chart.unit {
        Some(unit) => format!("{what}, in {unit}"),
        None => what.to_owned(),
    }
}

fn room() -> Room {
    Room {
        right: 150,
        ..Room::default()
    }
}

fn draw_total(area: &Area<'_>, chart: &SpendChart, report: &Report) -> Result<(), DrawError> {
    let (Some(first), Some(last)) = (chart.points.first(), chart.points.last()) else {
        return Ok(());
    };
    let from = report.since.unwrap_or(first.at);
    let x = Scale::times(from, last.at);
    let totals = chart.points.iter().map(|point| point.total);
    let numbers = totals.chain(chart.fleet_cap).chain([0.0]);
    let y = Scale::numbers(numbers, unit_title("spent, added up", chart));
    let frame = Frame::draw(area, &x, &y, room())?;
    let mut points: Vec<Pixel> = vec![frame.at(from.0, chart.before)];
    for point in &chart.points {
        let (x, y) = frame.at(point.at.0, point.total);
        // What is spent does not change between two cycles.
        if let Some((_, before)) = points.last().copied() {
            points.push((x, before));
        }
        points.push((x, y));
    }
    points.push((frame.right(), frame.at(0.0, last.total).1));
    line(area, points, Ink::Blue, 3)?;
    let mut labels = vec![frame.at(0.0, last.total).1];
    if let Some(cap) = chart.fleet_cap {
        let height = frame.at(0.0, cap).1;
        dashes(area, frame.left(), frame.right(), height, Ink::Red)?;
        labels.push(height);
    }
    let heights = apart(&labels, frame.top(), frame.bottom());
    let texts = [
        Some((format!("spent {}", short(last.total)), Ink::Blue)),
        chart
            .fleet_cap
            .map(|cap| (format!("cap {}", short(cap)), Ink::Red)),
    ];
    for ((text, ink), height) in texts.into_iter().flatten().zip(heights) {
        write_bold(area, &text, (frame.right() + 8, height), Anchor::Start, ink)?;
    }
    Ok(())
}

fn draw_days(area: &Area<'_>, chart: &SpendChart) -> Result<(), DrawError> {
    let days = &chart.days;
    let every = days.len().div_ceil(7);
    let names = days.iter().enumerate().map(|(index, it)| {
        if index % every == 0 {
            moment(it.day.0 + 43_200.0, "%-d %b")
        } else {
            String::new()
        }
    });
    let x = Scale::columns(names.collect(), format!("day ({})", chart.zone));
    let spent = days.iter().map(|day| day.spent);
    let numbers = spent.chain(chart.day_cap).chain([0.0]);
    let y = Scale::numbers(numbers, unit_title("spent in a day", chart));
    let frame = Frame::draw(area, &x, &y, room())?;
    for (index, day) in days.iter().enumerate() {
        let is_over = chart.day_cap.is_some_and(|cap| day.spent > cap);
        let ink = if is_over { Ink::Red } else { Ink::Blue };
        if day.spent > 0.0 {
            let left = frame.at(size(index) + 0.12, 0.0);
            let right = frame.at(size(index) + 0.88, day.spent);
            fill(area, left, right, ink, 1.0)?;
        }
    }
    if let Some(cap) = chart.day_cap {
        let height = frame.at(0.0, cap).1;
        dashes(area, frame.left(), frame.right(), height, Ink::Red)?;
        let at = (frame.right() + 8, height);
        write(
            area,
            &format!("cap {}", short(cap)),
            at,
            Anchor::Start,
            Ink::Red,
        )?;
    }
    Ok(())
}
