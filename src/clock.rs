//! The wall clock, and points in time as people and files write them. The only place that reads it.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Result;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::error::Failure;

/// A point in time: seconds since the Unix epoch, with a fraction.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct UnixTime(pub f64);

impl UnixTime {
    /// Returns the seconds from `earlier` to this time; negative if the clock was set back.
    #[must_use]
    pub fn seconds_since(self, earlier: Self) -> f64 {
        self.0 - earlier.0
    }

    /// Returns the time this much later.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0 + duration.as_secs_f64())
    }

    /// Parses RFC 3339, for example `2026-11-23T08:00:00Z`.
    ///
    /// # Errors
    ///
    /// A usage failure shows the text and an example.
    pub fn parse(text: &str) -> Result<Self> {
        let timestamp: Timestamp = text.parse().map_err(|_| {
            let shown: String = text.escape_debug().take(80).collect();
            Failure::usage(format!("`{shown}` is not a time"))
                .hint("write it like `2026-11-23T08:00:00Z`")
        })?;
        Ok(Self(timestamp.as_duration().as_secs_f64()))
    }

    /// Returns the time as calendars count it, unless it lies outside their range.
    #[must_use]
    pub fn timestamp(self) -> Option<Timestamp> {
        let since_epoch = jiff::SignedDuration::try_from_secs_f64(self.0).ok()?;
        Timestamp::from_duration(since_epoch).ok()
    }
}

impl fmt::Display for UnixTime {
    /// Writes RFC 3339 in UTC; what lies outside jiff's range is shown as plain seconds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let timestamp = self
            .timestamp()
            .and_then(|timestamp| timestamp.round(jiff::Unit::Millisecond).ok());
        match timestamp {
            Some(timestamp) => write!(f, "{timestamp}"),
            None => write!(f, "{} s", self.0),
        }
    }
}

impl Serialize for UnixTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for UnixTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

/// Where the present time comes from.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// The operating system.
    System,
    /// A time that stands still (`SIE_NOW`).
    Fixed(UnixTime),
}

impl Clock {
    /// Makes the clock that `SIE_NOW` asks for.
    ///
    /// # Errors
    ///
    /// Fails if the text is not RFC 3339.
    pub fn from_setting(setting: Option<&str>) -> Result<Self> {
        match setting {
            None => Ok(Self::System),
            Some(text) => UnixTime::parse(text)
                .map(Self::Fixed)
                .map_err(|error| error.context(Failure::usage("SIE_NOW cannot be used"))),
        }
    }

    /// Returns the present time.
    #[must_use]
    pub fn now(self) -> UnixTime {
        match self {
            Self::Fixed(time) => time,
            Self::System => {
                #[expect(clippy::disallowed_methods, reason = "this is the place that reads it")]
                let now = SystemTime::now();
                // A clock before 1970 gives a negative time rather than a panic.
                UnixTime(match now.duration_since(UNIX_EPOCH) {
                    Ok(since) => since.as_secs_f64(),
                    Err(error) => -error.duration().as_secs_f64(),
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_printed_as_it_was_parsed() {
        let time = UnixTime::parse("2026-11-23T08:00:00.25Z").expect("valid");
        assert_eq!(time.to_string(), "2026-11-23T08:00:00.25Z");
        assert_eq!(
            time.plus(Duration::from_secs(60)).to_string(),
            "2026-11-23T08:01:00.25Z"
        );
    }

    #[test]
    fn an_absurd_time_is_shown_and_never_panics() {
        assert_eq!(UnixTime(1e300).to_string(), format!("{} s", 1e300));
        assert_eq!(UnixTime(f64::NAN).to_string(), "NaN s");
    }
}
