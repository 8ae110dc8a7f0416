//! Runs and skips along time, and why.

use crate::duration::HumanDuration;
use crate::output::report::axes::{Frame, Room};
use crate::output::report::canvas::{Area, DrawError, Picture, cross, dot, fill, line, ring};
use crate::output::report::counted;
use crate::output::report::labels::{fitted, second};
use crate::output::report::palette::Ink;
use crate::output::report::scale::{Scale, size};
use crate::output::report::section::{Key, Listing, Mark, Section, percent};
use crate::report::{Lane, ReasonCount, Report, RunMark, RunOutcome, SkipBar, Timeline};

/// How high a lane is, in pixels.
const LANE: u32 = 40;

/// Describes the part.
pub fn section(report: &Report) -> Section {
    let topic = "Runs and skips";
    let Some(timeline) = &report.timeline else {
        let finding = "Nothing was decided yet: `sie run-all` looks at every engine";
        return Section::new("timeline", topic, finding);
    };
    let mut section = Section::new("timeline", topic, finding(report, timeline));
    section.notes.push(
        "Each engine has a lane: cycles above, times in which it was looked at and skipped below."
            .to_owned(),
    );
    if timeline.is_summed_up {
        section.notes.push(format!(
            "Cycles less than {} apart are one mark: larger the more there are, a cross if any failed.",
            HumanDuration::rough(timeline.slot_seconds)
        ));
    }
    if timeline.lanes_left_out > 0 {
        section.notes.push(format!(
            "The engines with the most decisions have a lane; {} others do not.",
            timeline.lanes_left_out
        ));
    }
    section.legend = legend(timeline);
    section.tables = vec![reasons(&timeline.reasons), lanes(timeline)];
    section.pictures = Box::new(|report| {
        let Some(timeline) = &report.timeline else {
            return Ok(Vec::new());
        };
        let lanes = u32::try_from(timeline.lanes.len()).unwrap_or(1);
        let description = format!(
            "{}, from {} to {}.",
            counted(timeline.lanes.len(), "lane"),
            second(timeline.from),
            second(timeline.to)
        );
        let height = lanes * LANE + 66;
        let draw = |area: &Area<'_>| draw(area, timeline);
        Ok(vec![Picture::draw(
            "Runs and skips along time",
            description,
            height,
            draw,
        )?])
    });
    section
}

fn finding(report: &Report, timeline: &Timeline) -> String {
    let counts = |is_run: bool| {
        let reasons = timeline
            .reasons
            .iter()
            .filter(move |it| it.is_run == is_run);
        reasons.map(|it| it.count).fold(0_i64, i64::saturating_add)
    };
    let (runs, skips) = (counts(true), counts(false));
    let first = |is_run: bool| timeline.reasons.iter().find(|it| it.is_run == is_run);
    let mostly = |is_run: bool| {
        first(is_run).map_or_else(String::new, |it| {
            format!(", mostly because {}", because(it))
        })
    };
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    let share = percent(runs as f64, (runs + skips) as f64);
    let failed = match report.summary.failed {
        0 => "no cycle failed".to_owned(),
        failed => format!("{} failed", counted(failed, "cycle")),
    };
    if skips == 0 {
        return format!(
            "Every decision was a run ({runs}){}; {failed}",
            mostly(true)
        );
    }
    format!(
        "{share} of {} were runs, the others skips{}; {failed}",
        counted(runs.saturating_add(skips), "decision"),
        mostly(false)
    )
}

/// Returns the meaning of a reason as the end of a sentence.
fn because(it: &ReasonCount) -> String {
    match it.reason.as_str() {
        "interval_over" => "the interval was over".to_owned(),
        "not_needed" => "nothing asked for a run".to_owned(),
        "policy" => "the policy valued running higher".to_owned(),
        "min_interval" => "the minimum interval was not over".to_owned(),
        "backing_off" => "of backing off after failures".to_owned(),
        "paused" => "of a pause".to_owned(),
        "never_run" => "they had never run".to_owned(),
        _ => format!("of `{}`", it.reason),
    }
}

/// Returns the colour of a reason to skip: the codes have theirs, those that are left share one.
fn ink_of(reason: &str) -> Ink {
    match reason {
        "not_needed" => Ink::Calm,
        "min_interval" => Ink::Teal,
        "backing_off" => Ink::Red,
        "paused" => Ink::Purple,
        "metrics_missing" => Ink::Brown,
        "low_energy" => Ink::Amber,
        _ => Ink::Green,
    }
}

fn legend(timeline: &Timeline) -> Vec<Key> {
    let outcomes = [
        (RunOutcome::Ok, Mark::Dot(Ink::Blue), "cycle that succeeded"),
        (
            RunOutcome::Failed,
            Mark::Cross(Ink::Red),
            "cycle that failed",
        ),
        (
            RunOutcome::Open,
            Mark::Ring(Ink::Amber),
            "cycle put off, cancelled, interrupted or running",
        ),
    ];
    let marks = || timeline.lanes.iter().flat_map(|lane| &lane.runs);
    let runs = outcomes
        .into_iter()
        .filter(|(outcome, ..)| marks().any(|mark| mark.outcome == *outcome))
        .map(|(_, mark, meaning)| Key::new(mark, meaning));
    let skips = timeline.reasons.iter().filter(|it| !it.is_run);
    let mut keys: Vec<Key> = runs.collect();
    for reason in skips {
        let mark = Mark::Bar(ink_of(&reason.reason));
        match keys.iter_mut().find(|key| key.mark == mark) {
            Some(key) => key.meaning = format!("{}; {}", key.meaning, reason.meaning),
            None => keys.push(Key::new(mark, format!("skipped: {}", reason.meaning))),
        }
    }
    keys
}

fn reasons(reasons: &[ReasonCount]) -> Listing {
    let rows = reasons.iter().map(|it| {
        let action = if it.is_run { "run" } else { "skip" };
        vec![
            action.to_owned(),
            it.count.to_string(),
            it.reason.clone(),
            it.meaning.clone(),
        ]
    });
    Listing {
        is_open: true,
        ..Listing::new(
            "Why it was run or skipped",
            &["Decision", "Times", "Reason", "Meaning"],
            rows.collect(),
        )
    }
}

fn lanes(timeline: &Timeline) -> Listing {
    let row = |lane: &Lane| {
        let count = |outcome| {
            let marks = lane.runs.iter().filter(|mark| mark.outcome == outcome);
            marks.map(|mark| mark.count).sum::<usize>().to_string()
        };
        let skips: i64 = lane
            .skips
            .iter()
            .map(|bar| bar.count)
            .fold(0, i64::saturating_add);
        let last = lane.skips.last().map_or_else(String::new, |bar| {
            format!("{}, until {}", bar.reason, second(bar.to))
        });
        vec![
            lane.engine.clone(),
            count(RunOutcome::Ok),
            count(RunOutcome::Failed),
            count(RunOutcome::Open),
            skips.to_string(),
            last,
        ]
    };
    Listing::new(
        "Lanes",
        &[
            "Engine",
            "Ok",
            "With failures",
            "Open",
            "Skips",
            "Last skip",
        ],
        timeline.lanes.iter().map(row).collect(),
    )
}

fn draw(area: &Area<'_>, timeline: &Timeline) -> Result<(), DrawError> {
    let names = timeline.lanes.iter().map(|lane| fitted(&lane.engine, 130));
    let x = Scale::times(timeline.from, timeline.to);
    let y = Scale::rows(names.collect(), "");
    let room = Room {
        left: 150,
        ..Room::default()
    };
    let frame = Frame::draw(area, &x, &y, room)?;
    for (index, lane) in timeline.lanes.iter().enumerate() {
        let top = frame.at(timeline.from.0, size(index)).1;
        if index > 0 {
            line(
                area,
                vec![(frame.left(), top), (frame.right(), top)],
                Ink::Grid,
                1,
            )?;
        }
        for bar in &lane.skips {
            draw_skip(area, &frame, bar, top)?;
        }
        // What failed lies on top.
        let mut marks: Vec<&RunMark> = lane.runs.iter().collect();
        marks.sort_by_key(|mark| mark.outcome);
        for mark in marks {
            let at = (frame.at(mark.at.0, 0.0).0, top + 13);
            #[expect(clippy::cast_possible_wrap, reason = "a logarithm")]
            let radius = 4 + (mark.count.max(1).ilog2() as i32).min(4);
            match mark.outcome {
                RunOutcome::Ok => dot(area, at, radius, Ink::Blue, 0.85)?,
                RunOutcome::Failed => cross(area, at, radius, Ink::Red)?,
                RunOutcome::Open => ring(area, at, radius, Ink::Amber)?,
            }
        }
    }
    Ok(())
}

fn draw_skip(area: &Area<'_>, frame: &Frame<'_>, bar: &SkipBar, top: i32) -> Result<(), DrawError> {
    let (from, to) = (frame.at(bar.from.0, 0.0).0, frame.at(bar.to.0, 0.0).0);
    let ink = ink_of(&bar.reason);
    // What is calm is thin, whatever else kept an engine from running is thick.
    let (upper, lower) = if ink == Ink::Calm { (27, 32) } else { (24, 35) };
    fill(
        area,
        (from, top + upper),
        (to.max(from + 3), top + lower),
        ink,
        1.0,
    )
}
