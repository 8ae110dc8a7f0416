//! What a gate compares with: a number, or something made of `base`.

use std::fmt;

use crate::diagnostics::cursor::{Cursor, Fault};
use crate::diagnostics::figure::Figure;

/// The word for what earlier cycles had.
pub(super) const BASE: &str = "base";

/// What a value is compared with. Its numbers are finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound {
    /// A number.
    Number(f64),
    /// What earlier cycles had.
    Base,
    /// So many times what earlier cycles had.
    Times(f64),
    /// What earlier cycles had, divided; not by 0.
    Over(f64),
    /// So much more than earlier cycles had.
    Plus(f64),
    /// So much less than earlier cycles had.
    Minus(f64),
}

impl Bound {
    /// Reads `NUMBER`, `base`, `base*NUMBER`, `base/NUMBER`, `base+NUMBER`, `base-NUMBER` or `NUMBER*base`.
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, Fault> {
        cursor.start();
        if !cursor
            .rest()
            .starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c))
        {
            return Self::of_base(cursor);
        }
        let number = cursor.number()?;
        if !cursor.take("*") {
            return Ok(Self::Number(number));
        }
        if Self::takes_base(cursor) {
            return Ok(Self::Times(number));
        }
        Err(cursor.expected("`base`"))
    }

    fn of_base(cursor: &mut Cursor<'_>) -> Result<Self, Fault> {
        if !Self::takes_base(cursor) {
            return Err(cursor.expected("a number or `base`"));
        }
        for (sign, make) in [
            ("*", Self::Times as fn(f64) -> Self),
            ("/", Self::Over),
            ("+", Self::Plus),
            ("-", Self::Minus),
        ] {
            if cursor.take(sign) {
                let begin = cursor.start();
                let bound = make(cursor.number()?);
                return match bound {
                    Self::Over(divisor) if divisor.abs() < f64::MIN_POSITIVE => {
                        Err(Fault::at(begin, "expected a number other than 0"))
                    }
                    _ => Ok(bound),
                };
            }
        }
        Ok(Self::Base)
    }

    /// Takes `base` as a word of its own; a sign may follow at once.
    fn takes_base(cursor: &mut Cursor<'_>) -> bool {
        let begin = cursor.start();
        let is_base = cursor.word(|c| c.is_ascii_alphanumeric() || c == '_') == BASE;
        if !is_base {
            cursor.back_to(begin);
        }
        is_base
    }

    /// Whether it needs to know what earlier cycles had.
    #[must_use]
    pub fn names_base(self) -> bool {
        !matches!(self, Self::Number(_))
    }

    /// Returns the number to compare with; none if that cannot be told, or is beyond all numbers.
    #[must_use]
    pub fn resolve(self, base: Option<f64>) -> Option<f64> {
        let bound = match self {
            Self::Number(number) => number,
            Self::Base => base?,
            Self::Times(factor) => base? * factor,
            Self::Over(divisor) => base? / divisor,
            Self::Plus(more) => base? + more,
            Self::Minus(less) => base? - less,
        };
        bound.is_finite().then_some(bound)
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Number(number) => write!(f, "{}", Figure(number)),
            Self::Base => f.write_str(BASE),
            Self::Times(number) => write!(f, "{BASE}*{}", Figure(number)),
            Self::Over(number) => write!(f, "{BASE}/{}", Figure(number)),
            Self::Plus(number) => write!(f, "{BASE}+{}", Figure(number)),
            Self::Minus(number) => write!(f, "{BASE}-{}", Figure(number)),
        }
    }
}
