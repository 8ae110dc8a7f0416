//! Durations as people write them: `90s`, `5m`, `1h30m`, `7d`.

use std::fmt;
use std::time::Duration;

use anyhow::Result;
use jiff::{Span, SpanRelativeTo};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::Failure;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A length of time that reads and prints in days, hours, minutes and seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HumanDuration(pub Duration);

impl HumanDuration {
    /// The longest duration accepted: 100 years.
    pub const MAX: Self = Self(Duration::from_secs(100 * 365 * DAY));

    /// Makes a duration of whole seconds.
    #[must_use]
    pub const fn from_secs(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }

    /// Returns the number of seconds.
    #[must_use]
    pub fn as_secs_f64(self) -> f64 {
        self.0.as_secs_f64()
    }

    /// Parses a duration with units; a day is 24 hours.
    ///
    /// # Errors
    ///
    /// A usage failure shows the text and an example.
    pub fn parse(text: &str) -> Result<Self> {
        let span: Option<Span> = text.trim().parse().ok();
        let duration = span
            .and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()).ok())
            .and_then(|signed| Duration::try_from(signed).ok())
            .map(Self)
            .filter(|duration| *duration <= Self::MAX);
        duration.ok_or_else(|| {
            Failure::usage(format!("`{text}` is not a duration from 0s to 100 years"))
                .hint("write it with a unit, like `90s`, `5m`, `1h30m` or `7d`")
                .into()
        })
    }

    /// Rounds to what a person wants to read of a running time or a waiting time.
    ///
    /// Under a minute tenths of a second, under an hour seconds, above it minutes.
    #[must_use]
    pub fn rough(seconds: f64) -> String {
        let seconds = seconds.clamp(0.0, Self::MAX.as_secs_f64());
        if seconds < 0.95 {
            return format!("{:.0}ms", seconds * 1000.0);
        }
        if seconds < 59.95 {
            return format!("{seconds:.1}s");
        }
        let unit = if seconds < 3600.0 { 1.0 } else { 60.0 };
        Self(Duration::from_secs_f64((seconds / unit).round() * unit)).to_string()
    }
}

impl fmt::Display for HumanDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        let parts = [
            (seconds / DAY, "d"),
            (seconds % DAY / HOUR, "h"),
            (seconds % HOUR / MINUTE, "m"),
        ];
        for (count, unit) in parts.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, "{count}{unit}")?;
        }
        let (rest, nanos) = (seconds % MINUTE, self.0.subsec_nanos());
        if nanos > 0 {
            let fraction = format!("{nanos:09}");
            write!(f, "{rest}.{}s", fraction.trim_end_matches('0'))?;
        } else if rest > 0 || seconds == 0 {
            write!(f, "{rest}s")?;
        }
        Ok(())
    }
}

impl Serialize for HumanDuration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for HumanDuration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_documented_forms_are_read() {
        for (text, seconds) in [
            ("90s", 90),
            ("5m", 300),
            ("1h30m", 5400),
            ("7d", 604_800),
            ("0s", 0),
        ] {
            let duration = HumanDuration::parse(text).expect(text);
            assert_eq!(duration, HumanDuration::from_secs(seconds), "{text}");
        }
    }

    #[test]
    fn nonsense_negative_and_endless_durations_are_refused_with_an_example() {
        for text in ["", "5", "-5m", "soon", "1e99h", "999999999999d", "1 month"] {
            assert!(HumanDuration::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn running_times_are_rounded_to_what_a_person_reads() {
        assert_eq!(HumanDuration::rough(0.0412), "41ms");
        assert_eq!(HumanDuration::rough(4.12), "4.1s");
        assert_eq!(HumanDuration::rough(66.4), "1m6s");
        assert_eq!(HumanDuration::rough(59.99), "1m");
        assert_eq!(HumanDuration::rough(93_599.0), "1d2h");
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back_the_same(seconds in 0u64..3_000_000_000, millis in 0u32..1000) {
            let duration = HumanDuration(Duration::new(seconds, millis * 1_000_000));
            prop_assert_eq!(HumanDuration::parse(&duration.to_string()).expect("reads back"), duration);
        }
    }
}
