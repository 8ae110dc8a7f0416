//! How many engines there were.

use crate::output::report::axes::{Frame, Room};
use crate::output::report::canvas::{Anchor, Area, DrawError, Picture, line, write_bold};
use crate::output::report::counted;
use crate::output::report::labels::{day, second};
use crate::output::report::palette::Ink;
use crate::output::report::scale::{Scale, size};
use crate::output::report::section::{Listing, Section};
use crate::report::{FleetSize, Report};

/// Describes the part.
pub fn section(report: &Report) -> Section {
    let topic = "Fleet size";
    let sizes = &report.fleet.sizes;
    let (Some(first), Some(last)) = (sizes.first(), sizes.last()) else {
        let finding = "No engine has been looked at yet";
        return Section::new("fleet", topic, finding);
    };
    let engines = counted(last.engines, "engine");
    let finding = match sizes.as_slice() {
        [_] => format!("{engines} since {}", day(first.at.0)),
        _ => format!("{engines} now, {} on {}", first.engines, day(first.at.0)),
    };
    let mut section = Section::new("fleet", topic, finding);
    section.notes.push(
        "Counts the engines that are registered or archived now, from when each was first seen. When one was \
         unregistered is not on record; it is left out."
            .to_owned(),
    );
    let rows = sizes
        .iter()
        .map(|it| vec![second(it.at), it.engines.to_string()]);
    section.tables = vec![Listing::new(
        "Fleet size",
        &["From (UTC)", "Engines"],
        rows.collect(),
    )];
    section.pictures = Box::new(|report| {
        let sizes = &report.fleet.sizes;
        let last = sizes.last().map_or(0, |it| it.engines);
        let description = format!("A line of steps that ends at {}.", counted(last, "engine"));
        let draw = |area: &Area<'_>| draw(area, sizes, report);
        Ok(vec![Picture::draw(
            "Engines over time",
            description,
            210,
            draw,
        )?])
    });
    section
}

fn draw(area: &Area<'_>, sizes: &[FleetSize], report: &Report) -> Result<(), DrawError> {
    let (Some(first), Some(last)) = (sizes.first(), sizes.last()) else {
        return Ok(());
    };
    let number = |it: &FleetSize| size(usize::try_from(it.engines).unwrap_or(0));
    let most = sizes.iter().map(number).fold(1.0, f64::max);
    let x = Scale::times(first.at, report.made_at);
    let y = Scale::whole(0.0..most + 1.0, "engines");
    let room = Room {
        right: 110,
        ..Room::default()
    };
    let frame = Frame::draw(area, &x, &y, room)?;
    let mut points = Vec::new();
    let mut height = number(first);
    for it in sizes {
        points.push(frame.at(it.at.0, height));
        height = number(it);
        points.push(frame.at(it.at.0, height));
    }
    let end = (frame.right(), frame.at(0.0, height).1);
    points.push(end);
    line(area, points, Ink::Blue, 3)?;
    let text = counted(last.engines, "engine");
    write_bold(area, &text, (end.0 + 8, end.1), Anchor::Start, Ink::Blue)
}
