//! The numbers along an axis: their range, round ticks and what stands beside them.

use std::ops::Range;

use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};

use crate::clock::UnixTime;
use crate::output::cell::short;
use crate::output::report::labels::{day, moment};

/// Beyond this a number is drawn as if it were this: differences of what is drawn stay in range.
pub const FARTHEST: f64 = 1e300;
/// How many ticks there are at most.
const MOST_TICKS: usize = 20;
const DAY: f64 = 86_400.0;
/// Lengths of time between ticks, in seconds.
const STEPS: [f64; 19] = [
    1.0,
    2.0,
    5.0,
    15.0,
    30.0,
    60.0,
    300.0,
    900.0,
    1800.0,
    3600.0,
    10_800.0,
    21_600.0,
    43_200.0,
    86_400.0,
    172_800.0,
    604_800.0,
    2_592_000.0,
    7_776_000.0,
    31_536_000.0,
];

/// One axis.
pub struct Scale {
    range: Range<f64>,
    ticks: Vec<(f64, String)>,
    title: String,
    is_names: bool,
}

impl Scale {
    /// An axis of numbers, the range widened to whole ticks.
    pub fn numbers(numbers: impl IntoIterator<Item = f64>, title: impl Into<String>) -> Self {
        let (mut least, mut most) = ends(numbers);
        // Numbers that hardly differ would get ticks that read the same.
        let size = least.abs().max(most.abs());
        // The least numbers there are leave no room for steps: they are drawn as 0.
        let size = if size < 1e-250 { 0.0 } else { size };
        if most - least <= size.max(1e-250) * 1e-6 || size <= 0.0 {
            let room = if size > 0.0 { size * 0.5 } else { 1.0 };
            (least, most) = (least - room, most + room);
        }
        let step = nice_step(most - least, 5.0);
        // A number at a tick is at it, whatever dividing makes of its last digit.
        let (bottom, top) = ((least / step + 1e-9).floor(), (most / step - 1e-9).ceil());
        let mut ticks = Vec::new();
        let mut index = bottom;
        while index <= top && ticks.len() < MOST_TICKS {
            ticks.push((index * step, short(index * step)));
            index += 1.0;
        }
        Self {
            range: bottom * step..top * step,
            ticks,
            title: title.into(),
            is_names: false,
        }
    }

    /// An axis of whole numbers from one to another.
    pub fn whole(range: Range<f64>, title: impl Into<String>) -> Self {
        let step = nice_step(range.end - range.start, 8.0).max(1.0).round();
        let mut ticks = Vec::new();
        let mut tick = (range.start / step).ceil() * step;
        while tick <= range.end && ticks.len() < MOST_TICKS {
            ticks.push((tick, format!("{tick:.0}")));
            tick += step;
        }
        Self {
            range,
            ticks,
            title: title.into(),
            is_names: false,
        }
    }

    /// An axis of time, in UTC.
    pub fn times(from: UnixTime, to: UnixTime) -> Self {
        let (from, to) = ends([from.0, to.0]);
        let to = to.max(from + 1.0);
        let step = STEPS.into_iter().find(|step| (to - from) / step <= 7.0);
        let step = step.unwrap_or_else(|| nice_step(to - from, 6.0));
        let is_one_day = (from / DAY).floor() >= (to / DAY).floor();
        let format = match step {
            _ if step < 60.0 => "%H:%M:%S",
            _ if step < DAY && is_one_day => "%H:%M",
            _ if step < DAY => "%-d %b %H:%M",
            _ if to - from < 365.0 * DAY => "%-d %b",
            _ => "%b %Y",
        };
        let mut ticks = Vec::new();
        let mut tick = (from / step).ceil() * step;
        while tick <= to && ticks.len() < MOST_TICKS {
            ticks.push((tick, moment(tick, format)));
            tick += step;
        }
        let title = if is_one_day {
            format!("time (UTC) on {}", day(from))
        } else {
            format!("time (UTC), {} to {}", day(from), day(to))
        };
        Self {
            // What happens at the ends is to be seen as a whole.
            range: from - (to - from) * 0.01..to + (to - from) * 0.01,
            ticks,
            title,
            is_names: false,
        }
    }

    /// An axis of named places from 0 on, the first on the left.
    pub fn columns(names: Vec<String>, title: impl Into<String>) -> Self {
        let mut scale = Self::rows(names, title);
        scale.range = 0.0..scale.range.start;
        scale
    }

    /// An axis of named places from 0 on, the first on top.
    pub fn rows(names: Vec<String>, title: impl Into<String>) -> Self {
        let count = size(names.len());
        let ticks = names.into_iter().enumerate();
        let ticks = ticks.map(|(index, name)| (size(index) + 0.5, name));
        Self {
            range: count..0.0,
            ticks: ticks.collect(),
            title: title.into(),
            is_names: true,
        }
    }

    /// Whether it names places instead of counting.
    pub fn is_names(&self) -> bool {
        self.is_names
    }

    /// Returns what the axis is of.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Returns what stands at a tick.
    pub fn text_of(&self, value: f64) -> String {
        let is_it = |tick: &&(f64, String)| tick.0.to_bits() == value.to_bits();
        let tick = self.ticks.iter().find(is_it);
        tick.map_or_else(String::new, |tick| tick.1.clone())
    }

    /// Returns the axis as the chart crate takes it.
    pub fn coordinate(&self) -> Coordinate {
        Coordinate {
            range: self.range.clone(),
            ticks: self.ticks.iter().map(|tick| tick.0).collect(),
        }
    }
}

/// An axis as the chart crate takes it; it may run backwards.
pub struct Coordinate {
    range: Range<f64>,
    ticks: Vec<f64>,
}

impl Ranged for Coordinate {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let share = (value - self.range.start) / (self.range.end - self.range.start);
        let pixels = f64::from(limit.1) - f64::from(limit.0);
        #[expect(clippy::cast_possible_truncation, reason = "a pixel")]
        let offset = (share.clamp(-10.0, 10.0) * pixels).round() as i32;
        limit.0 + offset
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        // Lines between the ticks would say nothing.
        if hint.weight().allow_light_points() {
            Vec::new()
        } else {
            self.ticks.clone()
        }
    }

    fn range(&self) -> Range<f64> {
        self.range.clone()
    }
}

/// Returns the least and the greatest of numbers, 0 and 0 of none.
fn ends(numbers: impl IntoIterator<Item = f64>) -> (f64, f64) {
    let numbers = numbers.into_iter().filter(|number| number.is_finite());
    let numbers = numbers.map(|number| number.clamp(-FARTHEST, FARTHEST));
    let ends = numbers.fold(
        (f64::INFINITY, f64::NEG_INFINITY),
        |(least, most), number| (least.min(number), most.max(number)),
    );
    if ends.0 > ends.1 { (0.0, 0.0) } else { ends }
}

/// Returns 1, 2 or 5 times a power of ten, so that at most about so many steps make up a span.
fn nice_step(span: f64, steps: f64) -> f64 {
    let rough = (span / steps).max(1e-290);
    let power = 10_f64.powf(rough.log10().floor());
    let factors = [1.0, 2.0, 5.0].into_iter();
    let mut fitting = factors.filter(|factor| rough <= factor * power * 1.000_001);
    fitting.next().unwrap_or(10.0) * power
}

/// Returns a number of things as a coordinate.
#[expect(clippy::cast_precision_loss, reason = "charts have few things")]
pub fn size(number: usize) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(scale: &Scale) -> Vec<&str> {
        scale.ticks.iter().map(|tick| tick.1.as_str()).collect()
    }

    #[test]
    fn ticks_are_round_numbers() {
        let of = |numbers: &[f64]| Scale::numbers(numbers.iter().copied(), "");
        assert_eq!(
            texts(&of(&[0.0, 92.3])),
            ["0", "20", "40", "60", "80", "100"]
        );
        assert_eq!(texts(&of(&[0.0])), ["-1", "-0.5", "0", "0.5", "1"]);
        assert_eq!(
            texts(&of(&[3e-5, 5e-5])),
            ["3.00e-5", "3.50e-5", "4.00e-5", "4.50e-5", "5.00e-5"]
        );
        assert_eq!(
            texts(&Scale::whole(0.0..4.0, "")),
            ["0", "1", "2", "3", "4"]
        );
    }

    #[test]
    fn ticks_of_time_are_round_times_and_the_title_names_the_day() {
        let from = UnixTime::parse("2026-11-23T08:10:00Z").expect("a time");
        let until = |seconds: f64| Scale::times(from, UnixTime(from.0 + seconds));
        let scale = until(3600.0 * 5.0);
        assert_eq!(texts(&scale), ["09:00", "10:00", "11:00", "12:00", "13:00"]);
        assert_eq!(scale.title(), "time (UTC) on 2026-11-23");
        assert_eq!(texts(&until(DAY * 20.0)), ["26 Nov", "3 Dec", "10 Dec"]);
        assert_eq!(
            until(DAY * 20.0).title(),
            "time (UTC), 2026-11-23 to 2026-12-13"
        );
    }

    proptest! {
        #[test]
        fn an_axis_has_few_ticks_and_holds_its_numbers(one in any::<f64>(), other in any::<f64>()) {
            let scale = Scale::numbers([one, other], "");
            prop_assert!((2..=MOST_TICKS).contains(&scale.ticks.len()), "{:?}", scale.ticks);
            prop_assert!(scale.range.start.is_finite() && scale.range.end.is_finite());
            prop_assert!(scale.range.start < scale.range.end);
            let (least, most) = ends([one, other]);
            let slack = (most - least) * 1e-6;
            prop_assert!(scale.range.start <= least + slack && scale.range.end >= most - slack);
            prop_assert!(Scale::times(UnixTime(one), UnixTime(other)).ticks.len() <= MOST_TICKS);
        }
    }
}
