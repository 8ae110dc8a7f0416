//! What each cycle changed the return by, and what that adds up to.

use serde::Serialize;

use crate::clock::UnixTime;
use crate::report::records::EngineRecords;
use crate::report::series::{add, group_size, thinned};

/// How many bars there are at most.
const MOST_BARS: usize = 120;
/// How many points a line has at most.
const MOST_POINTS: usize = 240;
/// How many engines get a line of their own at most.
const MOST_LINES: usize = 5;

/// ROI deltas in the order in which their cycles were begun.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RoiChart {
    /// How many cycles have a delta.
    pub cycles: usize,
    /// How many cycles make up a bar.
    pub cycles_per_bar: usize,
    /// The bars, oldest first.
    pub bars: Vec<RoiBar>,
    /// The sum of all deltas.
    pub total: f64,
    /// What the deltas add up to: the fleet first, then the engines that moved most.
    pub lines: Vec<RoiLine>,
    /// How many engines with deltas have no line.
    pub lines_left_out: usize,
}

/// The deltas of one cycle, or of several in a row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RoiBar {
    /// The first cycle, counted from 1.
    pub first: usize,
    /// The last cycle.
    pub last: usize,
    /// When the first was begun.
    pub from: UnixTime,
    /// When the last was begun.
    pub to: UnixTime,
    /// The sum of the deltas.
    pub roi: f64,
}

/// A sum that grows, or shrinks.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RoiLine {
    /// Whose deltas; none for all engines together.
    pub engine: Option<String>,
    /// The sum after some of the cycles.
    pub points: Vec<RoiPoint>,
    /// The sum after the last.
    pub total: f64,
}

/// The sum after a cycle.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RoiPoint {
    /// The cycle, counted over all engines from 1; 0 stands for before the first.
    pub cycle: usize,
    /// The sum.
    pub sum: f64,
}

impl RoiChart {
    /// Computes it.
    #[must_use]
    pub fn of(engines: &[EngineRecords]) -> Self {
        let deltas = |(index, engine): (usize, &EngineRecords)| {
            let cycles = engine.cycles.iter();
            let deltas =
                cycles.filter_map(move |cycle| Some((cycle.started_at, index, cycle.roi?)));
            deltas.collect::<Vec<_>>()
        };
        let mut deltas: Vec<(UnixTime, usize, f64)> =
            engines.iter().enumerate().flat_map(deltas).collect();
        // Stable: within an engine the order of the record holds.
        deltas.sort_by(|a, b| a.0.0.total_cmp(&b.0.0));
        let cycles_per_bar = group_size(deltas.len(), MOST_BARS);
        let bar = |(index, group): (usize, &[(UnixTime, usize, f64)])| {
            let (from, to) = (group.first()?.0, group.last()?.0);
            Some(RoiBar {
                first: index * cycles_per_bar + 1,
                last: index * cycles_per_bar + group.len(),
                from,
                to,
                roi: group.iter().fold(0.0, |sum, delta| add(sum, delta.2)),
            })
        };
        let bars = deltas.chunks(cycles_per_bar).enumerate().filter_map(bar);
        let bars = bars.collect();
        let fleet = line(None, &deltas, |_| true);
        let mut of_engines: Vec<RoiLine> = engines
            .iter()
            .enumerate()
            .map(|(index, engine)| line(Some(engine.engine.clone()), &deltas, |of| of == index))
            .filter(|line| line.points.len() > 1)
            .collect();
        // One engine alone is the fleet.
        if of_engines.len() == 1 {
            of_engines.clear();
        }
        of_engines.sort_by(|a, b| b.total.abs().total_cmp(&a.total.abs()));
        let lines_left_out = of_engines.len().saturating_sub(MOST_LINES);
        of_engines.truncate(MOST_LINES);
        Self {
            cycles: deltas.len(),
            cycles_per_bar,
            bars,
            total: fleet.total,
            lines: std::iter::once(fleet).chain(of_engines).collect(),
            lines_left_out,
        }
    }
}

fn line(
    engine: Option<String>,
    deltas: &[(UnixTime, usize, f64)],
    is_wanted: impl Fn(usize) -> bool,
) -> RoiLine {
    let mut sum = 0.0;
    let mut points = vec![RoiPoint { cycle: 0, sum }];
    for (index, (_, of, delta)) in deltas.iter().enumerate() {
        if is_wanted(*of) {
            sum = add(sum, *delta);
            points.push(RoiPoint {
                cycle: index + 1,
                sum,
            });
        }
    }
    RoiLine {
        engine,
        points: thinned(&points, MOST_POINTS),
        total: sum,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{CycleRow, CycleState};
    use proptest::prelude::*;

    fn engine(name: &str, deltas: &[(f64, Option<f64>)]) -> EngineRecords {
        let cycles = deltas.iter().map(|(at, roi)| CycleRow {
            state: CycleState::Ok,
            energy: 1,
            started_at: UnixTime(*at),
            roi: *roi,
            cost: None,
        });
        EngineRecords {
            engine: name.to_owned(),
            cycles: cycles.collect(),
            ..EngineRecords::default()
        }
    }

    #[test]
    fn cycles_of_all_engines_stand_in_the_order_of_their_beginning_and_failed_ones_are_left_out() {
        let a = engine("a", &[(1.0, Some(2.0)), (3.0, Some(-1.0))]);
        let b = engine("b", &[(2.0, Some(5.0)), (4.0, None)]);
        let chart = RoiChart::of(&[a, b]);
        let bars: Vec<(usize, f64)> = chart.bars.iter().map(|bar| (bar.first, bar.roi)).collect();
        assert_eq!(bars, [(1, 2.0), (2, 5.0), (3, -1.0)]);
        let names: Vec<_> = chart
            .lines
            .iter()
            .map(|line| line.engine.as_deref())
            .collect();
        assert_eq!(names, [None, Some("b"), Some("a")]);
    }

    #[test]
    fn an_engine_alone_gets_no_line_beside_that_of_the_fleet() {
        let chart = RoiChart::of(&[engine("a", &[(1.0, Some(2.0))]), engine("b", &[])]);
        assert_eq!((chart.lines.len(), chart.lines_left_out), (1, 0));
        assert_eq!(RoiChart::of(&[]).cycles, 0);
    }

    proptest! {
        #[test]
        fn bars_and_line_add_up_to_the_same_whatever_is_summed_up(deltas in prop::collection::vec(-100_i32..100, 0..400)) {
            let deltas: Vec<(f64, Option<f64>)> =
                deltas.iter().map(|roi| (1.0, Some(f64::from(*roi)))).collect();
            let chart = RoiChart::of(&[engine("a", &deltas)]);
            let sum: f64 = deltas.iter().filter_map(|delta| delta.1).sum();
            let of_bars: f64 = chart.bars.iter().map(|bar| bar.roi).sum();
            prop_assert!((of_bars - sum).abs() < 1e-9 && (chart.total - sum).abs() < 1e-9);
            prop_assert!(chart.bars.len() <= MOST_BARS);
            prop_assert_eq!(chart.bars.last().map_or(0, |bar| bar.last), deltas.len());
        }
    }
}
