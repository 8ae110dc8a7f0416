//! A number measured over rows, with what it rests on.
//!
//! Does not judge: that takes a threshold, see [`Condition`](crate::diagnostics::Condition).

/// One number measured over some rows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measurement {
    /// The finite number, or `None` if the rows do not tell.
    pub value: Option<f64>,
    /// How many rows it rests on.
    pub rows: usize,
    /// When the newest of these rows was recorded for, in unix seconds.
    pub newest_at: Option<f64>,
    /// Whether the number can only be a whole one, as a sum of counts.
    pub is_whole: bool,
}

impl Measurement {
    /// Returns a measurement of a plain number that rests on no rows; non-finite means unknown.
    #[must_use]
    pub fn of_number(value: f64) -> Self {
        Self {
            value: Some(value).filter(|value| value.is_finite()),
            ..Self::default()
        }
    }

    /// Returns a measurement of a number of things that rests on no rows.
    #[must_use]
    pub fn of_count(count: u64) -> Self {
        let value = u32::try_from(count).map_or(f64::from(u32::MAX), f64::from);
        Self {
            value: Some(value),
            is_whole: true,
            ..Self::default()
        }
    }
}
