//! Effort against return.

use crate::output::cell::signed;
use crate::output::report::axes::{Frame, Room};
use crate::output::report::canvas::{Anchor, Area, DrawError, Picture, dot, line, write};
use crate::output::report::counted;
use crate::output::report::palette::Ink;
use crate::output::report::scale::{Scale, size};
use crate::output::report::section::{Key, Listing, Mark, Section};
use crate::report::{EnergyBand, EnergyChart, Report};

/// From how many cycles on a band counts in the finding.
const ENOUGH: usize = 3;

/// Describes the part.
pub fn section(report: &Report) -> Section {
    let chart = &report.energy;
    let topic = "Energy against realised gain";
    if chart.cycles == 0 {
        let finding = "No cycle has returned anything yet, so there is nothing to compare";
        return Section::new("energy", topic, finding);
    }
    let mut section = Section::new("energy", topic, finding(chart));
    section.notes.push(
        "Energy reaches from 1 to 100. A larger dot is several cycles that returned the same."
            .to_owned(),
    );
    if chart.is_summed_up {
        section
            .notes
            .push("Cycles of equal energy and nearly equal return are one dot.".to_owned());
    }
    section.legend = vec![
        Key::new(Mark::Dot(Ink::Blue), "cycles"),
        Key::new(
            Mark::Line(Ink::Amber),
            "median of cycles with about this energy",
        ),
    ];
    let rows = chart.bands.iter().map(|band| {
        vec![
            energies(band),
            band.cycles.to_string(),
            signed(band.median_roi),
        ]
    });
    section.tables = vec![Listing::new(
        "Typical return by energy",
        &["Energy", "Cycles", "Median ROI"],
        rows.collect(),
    )];
    section.pictures = Box::new(|report| {
        let chart = &report.energy;
        let description = format!("{}; {}.", counted(chart.cycles, "cycle"), finding(chart));
        let draw = |area: &Area<'_>| draw(area, chart);
        Ok(vec![Picture::draw(
            "Energy against ROI delta",
            description,
            320,
            draw,
        )?])
    });
    section
}

fn energies(band: &EnergyBand) -> String {
    if band.from == band.to {
        band.from.to_string()
    } else {
        format!("{} to {}", band.from, band.to)
    }
}

fn finding(chart: &EnergyChart) -> String {
    let mut telling = chart.bands.iter().filter(|band| band.cycles >= ENOUGH);
    let ends = telling.next().zip(telling.next_back());
    let Some((least, most)) = ends else {
        return match chart.bands.as_slice() {
            [band] if chart.cycles == 1 => format!(
                "The only cycle had energy {} and returned {}: nothing to compare yet",
                energies(band),
                signed(band.median_roi)
            ),
            [band] => format!(
                "All {} had energy {} and typically returned {}: nothing to compare yet",
                counted(chart.cycles, "cycle"),
                energies(band),
                signed(band.median_roi)
            ),
            _ => "Too few cycles with different energy to compare".to_owned(),
        };
    };
    let (low, high) = (least.median_roi, most.median_roi);
    let close = (high - low).abs() <= 0.05 * low.abs().max(high.abs());
    let verdict = if close {
        "Cycles with more energy returned about as much"
    } else if high > low {
        "Cycles with more energy returned more"
    } else {
        "Cycles with more energy returned less"
    };
    format!(
        "{verdict}: typically {} at energy {}, {} at {}",
        signed(low),
        energies(least),
        signed(high),
        energies(most)
    )
}

fn draw(area: &Area<'_>, chart: &EnergyChart) -> Result<(), DrawError> {
    let most = chart.dots.iter().map(|dot| dot.energy).max().unwrap_or(1);
    let most = f64::from(most.max(2));
    let x = Scale::whole(
        0.0..most + most * 0.04 + 0.2,
        "energy, the effort that a cycle was told to spend",
    );
    let rois = chart.dots.iter().map(|dot| dot.roi).chain([0.0]);
    let y = Scale::numbers(rois, "ROI delta of a cycle");
    let frame = Frame::draw(
        area,
        &x,
        &y,
        Room {
            right: 130,
            ..Room::default()
        },
    )?;
    let zero = frame.at(0.0, 0.0).1;
    line(
        area,
        vec![(frame.left(), zero), (frame.right(), zero)],
        Ink::Muted,
        1,
    )?;
    for it in &chart.dots {
        #[expect(clippy::cast_possible_truncation, reason = "a few pixels")]
        let radius = (3.0 + size(it.cycles).sqrt()).min(12.0) as i32;
        dot(
            area,
            frame.at(f64::from(it.energy), it.roi),
            radius,
            Ink::Blue,
            0.45,
        )?;
    }
    for band in &chart.bands {
        let reach = (most * 0.012).max(0.12);
        let from = frame.at(f64::from(band.from) - reach, band.median_roi);
        let to = frame.at(f64::from(band.to) + reach, band.median_roi);
        line(area, vec![from, to], Ink::Amber, 4)?;
    }
    // Only beside the frame there is free room, whatever lies around the others.
    if let Some(band) = chart.bands.last() {
        let reach = (most * 0.012).max(0.12);
        let (x, y) = frame.at(f64::from(band.to) + reach, band.median_roi);
        let text = format!("median {}", signed(band.median_roi));
        let at = (x.max(frame.right()) + 8, y);
        write(area, &text, at, Anchor::Start, Ink::Amber)?;
    }
    Ok(())
}
