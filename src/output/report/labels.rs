//! Texts that have to fit: names, times and labels at the ends of lines.

use jiff::{SignedDuration, Timestamp};

use crate::clock::UnixTime;
use crate::output::table::visible;

/// How far labels stand apart, in pixels.
const LINE: i32 = 16;

/// Writes a time in UTC; what no calendar reaches as plain seconds.
pub fn moment(seconds: f64, format: &str) -> String {
    let since_epoch = SignedDuration::try_from_secs_f64(seconds).ok();
    let time = since_epoch.and_then(|it| Timestamp::from_duration(it).ok());
    time.map_or_else(
        || format!("{seconds} s"),
        |time| time.strftime(format).to_string(),
    )
}

/// Writes the day of a time in UTC.
pub fn day(seconds: f64) -> String {
    moment(seconds, "%Y-%m-%d")
}

/// Writes a time in UTC to the second.
pub fn second(time: UnixTime) -> String {
    moment(time.0, "%Y-%m-%d %H:%M:%S")
}

/// Makes what cannot be seen visible and cuts a text to about so many pixels.
pub fn fitted(text: &str, pixels: u32) -> String {
    let width_of = |c: char| match c {
        'i' | 'l' | 'j' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 4,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 13,
        c if c.is_ascii_uppercase() => 10,
        c if c.is_ascii() => 8,
        _ => 14,
    };
    let text = visible(text);
    let mut width = 0;
    let mut end_of_cut = 0;
    for (at, c) in text.char_indices() {
        width += width_of(c);
        if width + 12 <= pixels {
            end_of_cut = at + c.len_utf8();
        }
    }
    match text.get(..end_of_cut) {
        Some(start) if width > pixels => format!("{start}…"),
        _ => text,
    }
}

/// Moves labels apart that would lie on each other, and keeps them between top and bottom where there is room.
///
/// The order of their heights stays; returns the new heights in the order in which they were given.
pub fn apart(heights: &[i32], top: i32, bottom: i32) -> Vec<i32> {
    let mut order: Vec<(usize, i32)> = heights.iter().copied().enumerate().collect();
    order.sort_by_key(|label| label.1);
    let mut least = top;
    for label in &mut order {
        label.1 = label.1.max(least);
        least = label.1 + LINE;
    }
    let mut most = bottom;
    for label in order.iter_mut().rev() {
        label.1 = label.1.min(most);
        most = label.1 - LINE;
    }
    order.sort_by_key(|label| label.0);
    order.into_iter().map(|label| label.1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_long_name_is_cut_and_an_invisible_letter_is_made_visible() {
        assert_eq!(fitted("alpha", 100), "alpha");
        assert_eq!(fitted("a\u{202e}b", 200), "a\\u{202e}b");
        let long = fitted(&"W".repeat(64), 100);
        assert!(long.ends_with('…') && long.chars().count() < 9, "{long}");
    }

    #[test]
    fn a_time_beyond_the_calendar_is_shown_in_seconds() {
        assert_eq!(day(0.0), "1970-01-01");
        assert_eq!(day(1e300), format!("{} s", 1e300));
    }

    proptest! {
        #[test]
        fn labels_never_lie_on_each_other(heights in prop::collection::vec(0_i32..300, 0..8)) {
            let mut moved = apart(&heights, 0, 300);
            moved.sort_unstable();
            prop_assert!(moved.windows(2).all(|pair| pair[1] - pair[0] >= LINE));
            prop_assert!(moved.iter().all(|height| (0..=300).contains(height)));
        }
    }
}
