//! One cell of a table: short for people, exact for programs.

use crate::clock::UnixTime;
use crate::duration::HumanDuration;

/// A value in two forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// What a person reads in a table.
    pub pretty: String,
    /// What a program reads in a tab-separated row.
    pub plain: String,
}

impl Cell {
    /// Makes a cell that reads the same in both forms.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        let pretty = text.into();
        Self {
            plain: pretty.clone(),
            pretty,
        }
    }

    /// Makes a cell from a short and an exact form.
    #[must_use]
    pub fn both(pretty: impl Into<String>, plain: impl Into<String>) -> Self {
        Self {
            pretty: pretty.into(),
            plain: plain.into(),
        }
    }

    /// Makes the cell for nothing: `-` for people, empty for programs.
    #[must_use]
    pub fn none() -> Self {
        Self::both("-", "")
    }

    /// Makes a cell of a time: `2h ago` for people.
    #[must_use]
    pub fn time(time: Option<UnixTime>, now: UnixTime) -> Self {
        let Some(time) = time else {
            return Self::none();
        };
        let elapsed = now.seconds_since(time);
        let length = |seconds: f64| {
            if seconds < 59.5 {
                format!("{seconds:.0}s")
            } else {
                HumanDuration::rough(seconds.round())
            }
        };
        let pretty = if elapsed < -1.0 {
            format!("in {}", length(-elapsed))
        } else if elapsed < 1.0 {
            "just now".to_owned()
        } else {
            format!("{} ago", length(elapsed))
        };
        Self::both(pretty, time.to_string())
    }

    /// Makes a cell of a running time in seconds.
    #[must_use]
    pub fn seconds(seconds: Option<f64>) -> Self {
        seconds.map_or_else(Self::none, |seconds| {
            Self::both(HumanDuration::rough(seconds), format!("{seconds:.3}"))
        })
    }

    /// Makes a cell of a number with its sign.
    #[must_use]
    pub fn signed(number: Option<f64>) -> Self {
        number.map_or_else(Self::none, |number| {
            Self::both(signed(number), number.to_string())
        })
    }

    /// Makes a cell of an amount.
    #[must_use]
    pub fn amount(number: Option<f64>, is_assumed: bool) -> Self {
        number.map_or_else(Self::none, |number| {
            let mark = if is_assumed { " (assumed)" } else { "" };
            Self::both(format!("{}{mark}", short(number)), number.to_string())
        })
    }
}

/// Writes a number with its sign and about four significant digits.
#[must_use]
pub fn signed(number: f64) -> String {
    if number > 0.0 {
        format!("+{}", short(number))
    } else {
        short(number)
    }
}

/// Writes a number with about four significant digits.
#[must_use]
pub fn short(number: f64) -> String {
    let size = number.abs();
    let text = match size {
        _ if !number.is_finite() => return number.to_string(),
        _ if size < f64::MIN_POSITIVE => return "0".to_owned(),
        _ if !(0.0001..1e9).contains(&size) => return format!("{number:.2e}"),
        _ if size < 0.1 => format!("{number:.5}"),
        _ if size < 10.0 => format!("{number:.3}"),
        _ if size < 1000.0 => format!("{number:.2}"),
        _ => format!("{number:.1}"),
    };
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_short_as_a_person_needs() {
        for (number, text) in [
            (3.9, "+3.9"),
            (0.0, "0"),
            (-0.285, "-0.285"),
            (36.018_123, "+36.02"),
            (1e308, "+1.00e308"),
            (0.000_01, "+1.00e-5"),
            (1200.0, "+1200"),
            (100.0, "+100"),
        ] {
            assert_eq!(signed(number), text);
        }
    }

    #[test]
    fn times_are_relative_for_people_and_absolute_for_programs() {
        let cell = Cell::time(Some(UnixTime(0.0)), UnixTime(7200.0));
        assert_eq!(
            (cell.pretty.as_str(), cell.plain.as_str()),
            ("2h ago", "1970-01-01T00:00:00Z")
        );
    }
}
