//! A row of numbers as a row of bars.

use crate::diagnostics::series::mean;

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Draws numbers as bars between their least and their greatest; equal numbers as a middle line.
#[must_use]
pub fn sparkline(numbers: &[f64]) -> String {
    let finite = || numbers.iter().copied().filter(|number| number.is_finite());
    let least = finite().fold(f64::INFINITY, f64::min);
    let span = finite().fold(f64::NEG_INFINITY, f64::max) - least;
    finite()
        .map(|number| bar((number - least) / span))
        .collect()
}

/// Reduces numbers to at most `most`, each the mean of its neighbours.
#[must_use]
pub fn thinned(numbers: &[f64], most: usize) -> Vec<f64> {
    let size = numbers.len().div_ceil(most.max(1)).max(1);
    numbers.chunks(size).filter_map(mean).collect()
}

fn bar(share: f64) -> char {
    // The first bar whose upper edge is not below the share; NaN (no span) falls through to the middle.
    let mut edge = 0.0;
    for bar in BARS {
        edge += 1.0 / 8.0;
        if share <= edge {
            return bar;
        }
    }
    if share.is_nan() { '▄' } else { '█' }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rising_numbers_rise_and_equal_ones_lie_in_the_middle() {
        assert_eq!(
            sparkline(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]),
            "▁▂▃▄▅▆▇█"
        );
        assert_eq!(sparkline(&[2.0, 2.0]), "▄▄");
        assert_eq!(sparkline(&[]), "");
        assert_eq!(sparkline(&[f64::MIN, f64::MAX]).chars().count(), 2);
    }

    #[test]
    fn numbers_are_thinned_to_means_of_neighbours_and_few_are_left_as_they_are() {
        assert_eq!(thinned(&[1.0, 3.0, 5.0, 7.0, 9.0], 3), [2.0, 6.0, 9.0]);
        assert_eq!(thinned(&[1.0, 3.0], 3), [1.0, 3.0]);
        assert_eq!(thinned(&[], 3), [0.0; 0]);
    }
}
