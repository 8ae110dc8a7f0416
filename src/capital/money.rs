//! Amounts as whole millionths of one configured unit.
//!
//! Knows no currency and no ledger. Rounding happens only where a number is read, half to even; arithmetic is exact
//! or refused.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::MoneyError;

/// Millionths in one unit.
const MICROS_PER_UNIT: u64 = 1_000_000;

/// Decimal places of a millionth.
const PLACES: i64 = 6;

/// A signed amount in millionths of one unit; about ±9.2 × 10¹² units.
///
/// In JSON it is a number in units, read from its own digits and written so that they survive; whoever reads it as a
/// floating-point number gets amounts up to 8 × 10⁹ units exactly. Stores keep `micros`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i64);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The largest amount.
    pub const MAX: Self = Self(i64::MAX);
    /// The smallest (most negative) amount.
    pub const MIN: Self = Self(i64::MIN);

    /// Returns the amount of so many millionths.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Returns the amount in millionths.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Returns the amount in units as the nearest floating-point number.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "the nearest floating-point number is what is asked for"
    )]
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / MICROS_PER_UNIT as f64
    }

    /// Reads a number of units, rounded to millionths half to even.
    ///
    /// What is rounded is the shortest decimal that names this number, so 0.0000005 is a tie although its binary
    /// value lies a little beside it.
    ///
    /// # Errors
    /// `NotANumber` for NaN and the infinities, `OutOfRange` beyond the largest amount.
    pub fn from_f64(units: f64) -> Result<Self, MoneyError> {
        Self::parse(&units.to_string())
    }

    /// Reads decimal text such as a JSON number's own, exactly, rounded to millionths half to even.
    ///
    /// Takes an optional sign, digits with an optional point, and an optional exponent; no spaces, no separators.
    ///
    /// # Errors
    /// `NotANumber` for anything else, `OutOfRange` beyond the largest amount.
    pub fn parse(text: &str) -> Result<Self, MoneyError> {
        let decimal =
            Decimal::parse(text).ok_or_else(|| MoneyError::NotANumber(text.to_owned()))?;
        decimal
            .to_micros()
            .map(Self)
            .ok_or_else(|| MoneyError::OutOfRange(text.to_owned()))
    }

    /// Returns the sum, or nothing if it is out of range.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// Returns the difference, or nothing if it is out of range.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// Returns the amount with the other sign, or nothing if it is out of range.
    #[must_use]
    pub fn checked_neg(self) -> Option<Self> {
        self.0.checked_neg().map(Self)
    }

    /// Returns the sum of all amounts, or nothing if it is out of range; the order does not matter.
    #[must_use]
    pub fn checked_sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        let sum: i128 = amounts.into_iter().map(|amount| i128::from(amount.0)).sum();
        i64::try_from(sum).ok().map(Self)
    }

    /// Returns true for an amount below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }
}

/// Shows units with at least two and at most six decimal places; `parse` reads it back unchanged.
impl fmt::Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.unsigned_abs();
        let mut fraction = format!("{:06}", size % MICROS_PER_UNIT);
        while fraction.len() > 2 && fraction.ends_with('0') {
            fraction.pop();
        }
        let text = format!("{}.{fraction}", size / MICROS_PER_UNIT);
        formatter.pad_integral(self.0 >= 0, "", &text)
    }
}

impl FromStr for Money {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        Self::parse(text)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let number = self.to_f64();
        if Self::from_f64(number) == Ok(*self) {
            return serializer.serialize_f64(number);
        }
        RawValue::from_string(self.to_string())
            .map_err(serde::ser::Error::custom)?
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = <Box<RawValue>>::deserialize(deserializer)?;
        Self::parse(number.get()).map_err(serde::de::Error::custom)
    }
}

/// A decimal number taken apart: ± digits × 10^exponent.
struct Decimal {
    is_negative: bool,
    /// Significant digits without leading zeros, each 0..=9.
    digits: Vec<u8>,
    exponent: i64,
}

impl Decimal {
    fn parse(text: &str) -> Option<Self> {
        let (is_negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all_digits = whole.bytes().chain(fraction.bytes());
        if mantissa.len() < 2 && !mantissa.starts_with(|first: char| first.is_ascii_digit())
            || !all_digits.clone().all(|byte| byte.is_ascii_digit())
        {
            return None;
        }
        let digits = all_digits
            .map(|byte| byte - b'0')
            .skip_while(|digit| *digit == 0)
            .collect();
        let places = i64::try_from(fraction.len()).ok()?;
        Some(Self {
            is_negative,
            digits,
            exponent: exponent.saturating_sub(places),
        })
    }

    /// Returns millionths rounded half to even, or nothing if they are out of range.
    fn to_micros(&self) -> Option<i64> {
        if self.digits.is_empty() {
            return Some(0);
        }
        let shift = self.exponent.saturating_add(PLACES);
        let kept = i64::try_from(self.digits.len()).ok()?.saturating_add(shift);
        // More than 19 digits exceed every i64; this also bounds the work for absurd exponents.
        if kept > 19 {
            return None;
        }
        let kept_digits = usize::try_from(kept).unwrap_or(0);
        let padded = self.digits.iter().copied().chain(std::iter::repeat(0));
        let size = padded
            .take(kept_digits)
            .fold(0_i128, |size, digit| size * 10 + i128::from(digit));
        // A number whose first digit lies behind the first dropped place is less than half.
        let dropped = if kept < 0 {
            &[]
        } else {
            self.digits.get(kept_digits..).unwrap_or(&[])
        };
        let is_odd = size % 2 == 1;
        let rounds_up = match dropped {
            [] | [0..=4, ..] => false,
            [5, rest @ ..] if rest.iter().all(|digit| *digit == 0) => is_odd,
            _ => true,
        };
        let size = size + i128::from(rounds_up);
        i64::try_from(if self.is_negative { -size } else { size }).ok()
    }
}

/// Reads an exponent; one beyond the range of i64 is as good as its end.
fn parse_exponent(text: &str) -> Option<i64> {
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse().unwrap_or(i64::MAX);
    Some(if is_negative { -size } else { size })
}

#[cfg(test)]
#[path = "money_tests.rs"]
mod tests;
