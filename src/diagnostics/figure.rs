//! A number as a sentence shows it.
//!
//! Loses nothing: the text reads back as the same number. Rounding is up to whoever writes the sentence.

use std::fmt;

/// Magnitudes from here on are shown with an exponent.
const LARGE: f64 = 1e16;

/// Magnitudes below this are shown with an exponent.
const SMALL: f64 = 1e-5;

/// A number that is shown in full where that is short, else with an exponent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure(pub f64);

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.abs();
        if size == 0.0 || (SMALL..LARGE).contains(&size) {
            write!(f, "{}", self.0)
        } else {
            write!(f, "{:e}", self.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short_whatever_their_size() {
        let shown = [0.0, 2.0, -0.05, 1e300, 1e-300].map(|value| Figure(value).to_string());
        assert_eq!(shown, ["0", "2", "-0.05", "1e300", "1e-300"]);
    }
}
