//! The time zone whose midnights begin the days of a budget.

use anyhow::Result;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::clock::UnixTime;
use crate::error::Failure;

/// Seconds of a day, where no calendar reaches.
const DAY: f64 = 86_400.0;

/// A time zone by its IANA name, for example `Europe/Berlin`; UTC unless it says otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone(TimeZone);

impl Default for Zone {
    fn default() -> Self {
        Self(TimeZone::UTC)
    }
}

impl Zone {
    /// Finds a zone by its name.
    ///
    /// # Errors
    ///
    /// A usage failure if neither we nor the operating system know it.
    pub fn parse(name: &str) -> Result<Self> {
        if name == "UTC" {
            return Ok(Self::default());
        }
        TimeZone::get(name).map(Self).map_err(|_| {
            let shown: String = name.escape_debug().take(80).collect();
            Failure::usage(format!("there is no time zone `{shown}` here"))
                .hint("name one like `Europe/Berlin` or `UTC`; the system's are in the package `tzdata`")
                .into()
        })
    }

    /// Returns the IANA name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// Returns the first moment of the day that a time lies in, and that of the next day.
    #[must_use]
    pub fn day_of(&self, time: UnixTime) -> (UnixTime, UnixTime) {
        (self.day_start(time), self.next_day(time))
    }

    /// Returns the first moment of the day that a time lies in; days of 23 or 25 hours are as long as that.
    #[must_use]
    pub fn day_start(&self, time: UnixTime) -> UnixTime {
        let otherwise = (time.0 / DAY).floor() * DAY;
        self.midnight(time, otherwise, |day| day.start_of_day().ok())
    }

    /// Returns the first moment of the day after.
    #[must_use]
    pub fn next_day(&self, time: UnixTime) -> UnixTime {
        let otherwise = ((time.0 / DAY).floor() + 1.0) * DAY;
        self.midnight(time, otherwise, |day| {
            day.tomorrow().ok()?.start_of_day().ok()
        })
    }

    fn midnight(
        &self,
        time: UnixTime,
        otherwise: f64,
        of: impl Fn(&Zoned) -> Option<Zoned>,
    ) -> UnixTime {
        let found = time
            .timestamp()
            .map(|at| at.to_zoned(self.0.clone()))
            .and_then(|day| of(&day))
            .map(|midnight| seconds(midnight.timestamp()));
        UnixTime(found.unwrap_or(otherwise))
    }
}

fn seconds(timestamp: Timestamp) -> f64 {
    timestamp.as_duration().as_secs_f64()
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::parse(&name).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> UnixTime {
        UnixTime::parse(text).expect("a time")
    }

    #[test]
    fn a_day_begins_at_midnight_of_the_zone_and_not_of_utc() {
        let berlin = Zone::parse("Europe/Berlin").expect("known");
        let day = |text: &str| berlin.day_start(time(text)).to_string();
        assert_eq!(day("2026-11-23T22:59:59Z"), "2026-11-22T23:00:00Z");
        assert_eq!(day("2026-11-23T23:00:00Z"), "2026-11-23T23:00:00Z");
        assert_eq!(
            Zone::default()
                .day_start(time("2026-11-23T22:59:59Z"))
                .to_string(),
            "2026-11-23T00:00:00Z"
        );
    }

    #[test]
    fn days_on_which_the_clocks_change_have_23_and_25_hours() {
        let berlin = Zone::parse("Europe/Berlin").expect("known");
        let hours = |text: &str| {
            let noon = time(text);
            berlin.next_day(noon).seconds_since(berlin.day_start(noon)) / 3600.0
        };
        assert!((hours("2026-03-29T12:00:00Z") - 23.0).abs() < 1e-9);
        assert!((hours("2026-10-25T12:00:00Z") - 25.0).abs() < 1e-9);
        assert!((hours("2026-10-26T12:00:00Z") - 24.0).abs() < 1e-9);
    }

    #[test]
    fn a_zone_nobody_knows_is_refused_and_a_known_one_keeps_its_name() {
        assert!(Zone::parse("Europe/Berlnn").is_err());
        let text = serde_json::to_string(&Zone::parse("Asia/Tokyo").expect("known"));
        assert_eq!(text.expect("text"), "\"Asia/Tokyo\"");
    }
}
