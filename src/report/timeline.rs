//! When engines were run and when they were skipped, and why.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::clock::UnixTime;
use crate::engine::Reason;
use crate::report::records::EngineRecords;
use crate::store::{CycleRow, CycleState, DecisionSpan};

/// How many engines have a lane at most.
const MOST_LANES: usize = 20;
/// Into how many slots of time a lane is divided; what falls into one is told as one.
const SLOTS: f64 = 160.0;

/// Runs and skips of each engine.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Timeline {
    /// When the first thing on record happened.
    pub from: UnixTime,
    /// When the last did.
    pub to: UnixTime,
    /// How many seconds a slot lasts; what happened in one is told as one.
    pub slot_seconds: f64,
    /// Whether a slot holds more than one run anywhere.
    pub is_summed_up: bool,
    /// The engines that were decided on most.
    pub lanes: Vec<Lane>,
    /// How many engines with decisions have no lane.
    pub lanes_left_out: usize,
    /// Why there were runs and skips, over all engines: runs first, the most frequent first.
    pub reasons: Vec<ReasonCount>,
}

/// What happened to one engine.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Lane {
    /// Its name.
    pub engine: String,
    /// Its cycles.
    pub runs: Vec<RunMark>,
    /// Times in which it was skipped.
    pub skips: Vec<SkipBar>,
}

/// Cycles of one slot.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunMark {
    /// When the first was begun.
    pub at: UnixTime,
    /// How they ended; the worst counts.
    pub outcome: RunOutcome,
    /// How many there were.
    pub count: usize,
}

/// How a cycle ended, as far as the time line tells it apart; the better ones first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RunOutcome {
    /// It succeeded.
    Ok,
    /// It has not ended, was put off, cancelled or interrupted.
    Open,
    /// It failed.
    Failed,
}

/// A time in which an engine was skipped for one reason.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SkipBar {
    /// From the first skip on.
    pub from: UnixTime,
    /// To the last.
    pub to: UnixTime,
    /// The reason code.
    pub reason: String,
    /// How many skips there were.
    pub count: i64,
}

/// How often something was decided for a reason.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReasonCount {
    /// Whether it was decided to run.
    pub is_run: bool,
    /// The reason code.
    pub reason: String,
    /// What the code means.
    pub meaning: String,
    /// How many times.
    pub count: i64,
}

impl RunOutcome {
    /// Returns what the time line makes of a state.
    #[must_use]
    pub fn of(state: CycleState) -> Self {
        match state {
            CycleState::Ok => Self::Ok,
            CycleState::Failed => Self::Failed,
            _ => Self::Open,
        }
    }
}

impl Timeline {
    /// Computes it; none if there is nothing on record.
    #[must_use]
    pub fn of(engines: &[EngineRecords], since: Option<UnixTime>) -> Option<Self> {
        let floor = since.map_or(f64::NEG_INFINITY, |since| since.0);
        let times = engines.iter().flat_map(|engine| {
            let cycles = engine.cycles.iter().map(|cycle| cycle.started_at.0);
            let spans = engine.decisions.iter();
            cycles.chain(spans.flat_map(|span| [span.first_at.0, span.last_at.0]))
        });
        let times = times
            .map(|time| time.max(floor))
            .filter(|time| time.is_finite());
        let (from, to) = times.fold((f64::INFINITY, f64::NEG_INFINITY), |(from, to), time| {
            (from.min(time), to.max(time))
        });
        if from > to {
            return None;
        }
        let slot_seconds = (to - from) / SLOTS;
        let slots = Slots {
            from,
            to,
            seconds: slot_seconds,
        };
        let mut lanes: Vec<(usize, Lane)> = engines
            .iter()
            .map(|engine| (engine.cycles.len() + engine.decisions.len(), engine))
            .filter(|(weight, _)| *weight > 0)
            .map(|(weight, engine)| (weight, slots.lane(engine)))
            .collect();
        let lanes_left_out = lanes.len().saturating_sub(MOST_LANES);
        if lanes_left_out > 0 {
            lanes.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
            lanes.truncate(MOST_LANES);
        }
        let lanes: Vec<Lane> = lanes.into_iter().map(|(_, lane)| lane).collect();
        let is_summed_up = lanes
            .iter()
            .any(|lane| lane.runs.iter().any(|run| run.count > 1));
        Some(Self {
            from: UnixTime(from),
            to: UnixTime(to),
            slot_seconds,
            is_summed_up,
            lanes,
            lanes_left_out,
            reasons: reasons(engines),
        })
    }
}

/// The slots of time.
struct Slots {
    from: f64,
    to: f64,
    seconds: f64,
}

impl Slots {
    fn slot(&self, time: UnixTime) -> i64 {
        if self.seconds <= 0.0 {
            return 0;
        }
        #[expect(clippy::cast_possible_truncation, reason = "there are few slots")]
        let slot = ((time.0 - self.from) / self.seconds).floor() as i64;
        slot
    }

    fn lane(&self, engine: &EngineRecords) -> Lane {
        Lane {
            engine: engine.engine.clone(),
            runs: self.runs(&engine.cycles),
            skips: self.skips(&engine.decisions),
        }
    }

    fn runs(&self, cycles: &[CycleRow]) -> Vec<RunMark> {
        let mut marks: BTreeMap<i64, RunMark> = BTreeMap::new();
        for cycle in cycles {
            let outcome = RunOutcome::of(cycle.state);
            let mark = marks
                .entry(self.slot(cycle.started_at))
                .or_insert_with(|| RunMark {
                    at: cycle.started_at,
                    outcome,
                    count: 0,
                });
            mark.count += 1;
            mark.outcome = mark.outcome.max(outcome);
        }
        marks.into_values().collect()
    }

    fn skips(&self, spans: &[DecisionSpan]) -> Vec<SkipBar> {
        let mut bars: Vec<SkipBar> = Vec::new();
        for span in spans.iter().filter(|span| !span.is_run) {
            let within = |time: UnixTime| UnixTime(time.0.clamp(self.from, self.to));
            let (from, to) = (within(span.first_at), within(span.last_at));
            match bars.last_mut() {
                // The same reason again right after, in another cell of the policy or after a run too close to show.
                Some(bar)
                    if bar.reason == span.reason
                        && (self.slot(from) - self.slot(bar.to)).abs() <= 1 =>
                {
                    bar.to = UnixTime(bar.to.0.max(to.0));
                    bar.count = bar.count.saturating_add(span.count);
                }
                // Several reasons within one slot: the more frequent one is told.
                Some(bar)
                    if self.slot(from) == self.slot(bar.to)
                        && self.slot(from) == self.slot(to)
                        && self.slot(bar.from) == self.slot(bar.to) =>
                {
                    if span.count > bar.count {
                        bar.reason.clone_from(&span.reason);
                    }
                    bar.to = UnixTime(bar.to.0.max(to.0));
                    bar.count = bar.count.saturating_add(span.count);
                }
                _ => bars.push(SkipBar {
                    from,
                    to,
                    reason: span.reason.clone(),
                    count: span.count,
                }),
            }
        }
        bars
    }
}

fn reasons(engines: &[EngineRecords]) -> Vec<ReasonCount> {
    let mut counts: BTreeMap<(bool, &str), i64> = BTreeMap::new();
    for span in engines.iter().flat_map(|engine| &engine.decisions) {
        let count = counts.entry((span.is_run, &span.reason)).or_default();
        *count = count.saturating_add(span.count);
    }
    let mut reasons: Vec<ReasonCount> = counts
        .into_iter()
        .map(|((is_run, reason), count)| ReasonCount {
            is_run,
            reason: reason.to_owned(),
            meaning: Reason::from_code(reason).words().into_owned(),
            count,
        })
        .collect();
    reasons.sort_by_key(|it| (!it.is_run, std::cmp::Reverse(it.count)));
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cycle(at: f64, state: CycleState) -> CycleRow {
        CycleRow {
            state,
            energy: 1,
            started_at: UnixTime(at),
            roi: None,
            cost: None,
        }
    }

    fn skip(from: f64, to: f64, reason: &str, count: i64) -> DecisionSpan {
        DecisionSpan {
            is_run: false,
            reason: reason.to_owned(),
            first_at: UnixTime(from),
            last_at: UnixTime(to),
            count,
        }
    }

    #[test]
    fn cycles_that_are_too_close_to_tell_apart_are_one_mark_that_shows_the_failure() {
        let engine = EngineRecords {
            cycles: vec![
                cycle(0.0, CycleState::Ok),
                cycle(0.1, CycleState::Failed),
                cycle(1000.0, CycleState::Deferred),
            ],
            ..EngineRecords::default()
        };
        let timeline = Timeline::of(&[engine], None).expect("something");
        let runs = &timeline.lanes[0].runs;
        assert_eq!(
            (runs.len(), runs[0].count, runs[0].outcome, runs[1].outcome),
            (2, 2, RunOutcome::Failed, RunOutcome::Open)
        );
        assert!(timeline.is_summed_up);
    }

    #[test]
    fn a_skip_from_before_the_report_begins_is_shown_from_its_beginning_on() {
        let engine = EngineRecords {
            decisions: vec![skip(0.0, 500.0, "paused", 9), skip(600.0, 900.0, "busy", 1)],
            ..EngineRecords::default()
        };
        let timeline = Timeline::of(&[engine], Some(UnixTime(400.0))).expect("something");
        assert_eq!(timeline.from, UnixTime(400.0));
        assert_eq!(timeline.lanes[0].skips[0].from, UnixTime(400.0));
        assert_eq!(timeline.reasons[0].reason, "paused");
    }

    #[test]
    fn nothing_on_record_is_no_time_line() {
        assert_eq!(Timeline::of(&[EngineRecords::default()], None), None);
    }

    proptest! {
        #[test]
        fn no_run_and_no_skip_is_lost_and_a_lane_stays_short(
            times in prop::collection::vec((0_u32..100_000, 0_u32..500, 0_usize..3), 0..300)
        ) {
            let mut at = 0.0;
            let mut engine = EngineRecords::default();
            for (index, (wait, length, reason)) in times.iter().enumerate() {
                at += f64::from(*wait);
                engine.cycles.push(cycle(at, CycleState::Ok));
                let reason = ["paused", "busy", "not_needed"][*reason];
                let count = i64::try_from(index).expect("small") + 1;
                engine.decisions.push(skip(at, at + f64::from(*length), reason, count));
                at += f64::from(*length);
            }
            let total: i64 = engine.decisions.iter().map(|span| span.count).sum();
            let cycles = engine.cycles.len();
            let Some(timeline) = Timeline::of(&[engine], None) else {
                return Ok(());
            };
            let lane = &timeline.lanes[0];
            prop_assert_eq!(lane.runs.iter().map(|run| run.count).sum::<usize>(), cycles);
            prop_assert_eq!(lane.skips.iter().map(|bar| bar.count).sum::<i64>(), total);
            prop_assert!(lane.runs.len() <= 162 && lane.skips.len() <= 400);
        }
    }
}
