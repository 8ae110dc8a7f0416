//! Modules by what they brought.

use crate::output::cell::signed;
use crate::output::report::axes::{Frame, Room};
use crate::output::report::canvas::{Anchor, Area, DrawError, Picture, fill, line, write};
use crate::output::report::counted;
use crate::output::report::labels::fitted;
use crate::output::report::palette::Ink;
use crate::output::report::scale::{Scale, size};
use crate::output::report::section::{Key, Listing, Mark, Section};
use crate::output::table::visible;
use crate::report::{RankedModule, Report};

/// How high a bar with its gap is, in pixels.
const ROW: u32 = 30;

/// Describes the part.
pub fn section(report: &Report) -> Section {
    let topic = "Modules";
    let ranking = &report.modules;
    let Some(best) = ranking.modules.first() else {
        let finding = "No result has named a module yet: report them as `modules` to see which pay";
        return Section::new("modules", topic, finding);
    };
    let tired = ranking
        .modules
        .iter()
        .filter(|it| it.is_diminishing)
        .count();
    let tired = match tired {
        0 => String::new(),
        tired => format!(
            "; {} bring{} nothing any more",
            counted(tired, "module"),
            if tired == 1 { "s" } else { "" }
        ),
    };
    let best_name = visible(&best.module);
    let finding = if best.total > 0.0 {
        format!(
            "“{best_name}” of {} brought most: {}{tired}",
            best.engine,
            signed(best.total)
        )
    } else {
        format!("No module brought a gain{tired}")
    };
    let mut section = Section::new("modules", topic, finding);
    section.notes.push(
        "Sums of ROI deltas since each engine was registered, whatever time the report looks at."
            .to_owned(),
    );
    if ranking.left_out > 0 {
        section.notes.push(format!(
            "Those that brought or lost most are shown; {} more: `sie modules`.",
            ranking.left_out
        ));
    }
    let has = |is_it: &dyn Fn(&&RankedModule) -> bool| ranking.modules.iter().any(|it| is_it(&it));
    if has(&|it| it.total >= 0.0 && !it.is_diminishing) {
        section.legend.push(Key::new(Mark::Bar(Ink::Blue), "gain"));
    }
    if has(&|it| it.total < 0.0) {
        section.legend.push(Key::new(Mark::Bar(Ink::Red), "loss"));
    }
    if has(&|it| it.is_diminishing) {
        section.legend.push(Key::new(
            Mark::Bar(Ink::Calm),
            "diminishing: its newest deltas are near zero",
        ));
    }
    let rows = ranking.modules.iter().map(|it| {
        vec![
            it.engine.clone(),
            visible(&it.module),
            signed(it.total),
            it.count.to_string(),
            if it.is_diminishing { "yes" } else { "" }.to_owned(),
        ]
    });
    section.tables = vec![Listing::new(
        "Modules by total",
        &["Engine", "Module", "ROI in all", "Deltas", "Diminishing"],
        rows.collect(),
    )];
    section.pictures = Box::new(|report| {
        let modules = &report.modules.modules;
        let height = u32::try_from(modules.len()).unwrap_or(1) * ROW + 90;
        let description = format!(
            "Bars of {}, the best on top.",
            counted(modules.len(), "module")
        );
        let draw = |area: &Area<'_>| draw(area, modules);
        Ok(vec![Picture::draw(
            "Modules by total ROI delta",
            description,
            height,
            draw,
        )?])
    });
    section
}

fn draw(area: &Area<'_>, modules: &[RankedModule]) -> Result<(), DrawError> {
    let names = modules
        .iter()
        .map(|it| format!("{} · {}", fitted(&it.engine, 110), fitted(&it.module, 150)));
    let totals = modules.iter().map(|it| it.total).chain([0.0]);
    let x = Scale::numbers(totals, "sum of ROI deltas");
    let y = Scale::rows(names.collect(), "");
    let room = Room {
        left: 280,
        right: 210,
    };
    let frame = Frame::draw(area, &x, &y, room)?;
    for (index, it) in modules.iter().enumerate() {
        let ink = match it {
            _ if it.is_diminishing => Ink::Calm,
            _ if it.total < 0.0 => Ink::Red,
            _ => Ink::Blue,
        };
        let from = frame.at(0.0, size(index) + 0.2);
        let to = frame.at(it.total, size(index) + 0.8);
        fill(area, from, to, ink, 1.0)?;
        let mut text = format!("{} in {}", signed(it.total), counted(it.count, "delta"));
        if it.is_diminishing {
            text.push_str(", diminishing");
        }
        let beside = (to.0.max(from.0) + 8, i32::midpoint(from.1, to.1));
        write(area, &text, beside, Anchor::Start, Ink::Text)?;
    }
    let zero = frame.at(0.0, 0.0).0;
    line(
        area,
        vec![(zero, frame.top()), (zero, frame.bottom())],
        Ink::Muted,
        1,
    )
}
