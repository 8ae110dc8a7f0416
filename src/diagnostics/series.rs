//! Statistics of a series of finite numbers that stay finite, whatever the series holds.
//!
//! Does not know metrics, windows of time or thresholds.

/// Returns the newest `limit` items of a slice ordered oldest to newest.
#[must_use]
pub fn newest<T>(items: &[T], limit: usize) -> &[T] {
    items
        .get(items.len().saturating_sub(limit)..)
        .unwrap_or_default()
}

/// Returns a number of items as a float; exact up to 2^32 items.
#[must_use]
pub fn count(items: usize) -> f64 {
    u32::try_from(items).map_or(f64::from(u32::MAX), f64::from)
}

/// Returns the sum, cut to the largest finite number.
#[must_use]
pub fn sum(values: &[f64]) -> f64 {
    let total = compensated(values.iter().copied());
    if total.is_finite() {
        return total;
    }
    let parts = 2.0 * count(values.len());
    let part = compensated(values.iter().map(|value| value / parts));
    (part * parts).clamp(f64::MIN, f64::MAX)
}

/// Returns the arithmetic mean, or `None` of nothing.
#[must_use]
pub fn mean(values: &[f64]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let items = count(values.len());
    let total = compensated(values.iter().copied());
    if total.is_finite() {
        return Some(total / items);
    }
    // The parts of a sum that overflows are divided first, by twice as much to leave room for rounding.
    let half = compensated(values.iter().map(|value| value / items / 2.0));
    Some((half * 2.0).clamp(f64::MIN, f64::MAX))
}

/// Returns the population standard deviation (divided by n), or `None` of nothing.
///
/// Deviations beyond the largest finite number are cut to it.
#[must_use]
pub fn population_std(values: &[f64]) -> Option<f64> {
    let mean = mean(values)?;
    let items = count(values.len());
    let deviations: Vec<f64> = values
        .iter()
        .map(|value| (value - mean).abs().min(f64::MAX))
        .collect();
    let largest = deviations.iter().copied().fold(0.0, f64::max);
    // Squares of 1e-150 vanish and squares of 1e150 overflow, so such series are scaled first.
    let scale = if largest > 0.0 && !(1e-150..1e150).contains(&largest) {
        largest
    } else {
        1.0
    };
    let squares = compensated(
        deviations
            .iter()
            .map(|deviation| (deviation / scale).powi(2)),
    );
    Some((scale * (squares / items).sqrt()).min(f64::MAX))
}

/// Returns the median, the middle of the two middle values of an even number, or `None` of nothing.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upper = sorted.get(sorted.len() / 2).copied()?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = sorted.get((sorted.len() / 2).checked_sub(1)?).copied()?;
    Some(f64::midpoint(lower, upper))
}

/// Returns the distances of the values from `centre`, each at most the largest finite number.
#[must_use]
pub fn distances(values: &[f64], centre: f64) -> Vec<f64> {
    values
        .iter()
        .map(|value| (value - centre).abs().min(f64::MAX))
        .collect()
}

/// Sums with Neumaier's compensation, so that ten times 0.1 is 1 and the order hardly matters.
///
/// A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", 1974. The
/// result is not finite if an intermediate sum overflows.
fn compensated(values: impl Iterator<Item = f64>) -> f64 {
    let mut total = 0.0_f64;
    let mut lost = 0.0_f64;
    for value in values {
        let next = total + value;
        lost += if total.abs() >= value.abs() {
            (total - next) + value
        } else {
            (value - next) + total
        };
        total = next;
    }
    total + lost
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn newest_takes_the_end_and_never_more_than_there_is() {
        assert_eq!(newest(&[1, 2, 3], 2), [2, 3]);
        assert_eq!(newest(&[1, 2, 3], 9), [1, 2, 3]);
        assert!(newest(&[1, 2, 3], 0).is_empty());
    }

    #[test]
    fn ten_tenths_sum_to_one_and_have_no_spread() {
        let values = [0.1; 10];
        assert!(sum(&values).total_cmp(&1.0).is_eq());
        assert_eq!(mean(&values), Some(0.1));
        assert_eq!(population_std(&values), Some(0.0));
    }

    #[test]
    fn the_mean_of_numbers_whose_sum_overflows_lies_between_them() {
        assert_eq!(mean(&[1e308, 1e308, 1e308, 1e308]), Some(1e308));
        assert_eq!(mean(&[f64::MAX, f64::MAX, f64::MIN, f64::MIN]), Some(0.0));
        assert!(sum(&[f64::MAX, f64::MAX]).total_cmp(&f64::MAX).is_eq());
    }

    #[test]
    fn the_spread_of_tiny_and_huge_numbers_keeps_its_scale() {
        let tiny = population_std(&[1e-200, 3e-200]).unwrap();
        assert!((tiny / 1e-200 - 1.0).abs() < 1e-12, "{tiny}");
        let huge = population_std(&[1e200, 3e200]).unwrap();
        assert!((huge / 1e200 - 1.0).abs() < 1e-12, "{huge}");
    }

    #[test]
    fn the_median_of_an_even_number_is_the_middle_of_both_middle_values() {
        assert_eq!(median(&[4.0, 1.0, 3.0, 2.0]), Some(2.5));
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[f64::MAX, f64::MAX]), Some(f64::MAX));
    }

    proptest! {
        #[test]
        fn no_statistic_of_finite_numbers_is_ever_infinite(
            values in prop::collection::vec(prop::num::f64::NORMAL | prop::num::f64::ZERO, 1..40)
        ) {
            prop_assert!(sum(&values).is_finite());
            prop_assert!(mean(&values).unwrap().is_finite());
            prop_assert!(population_std(&values).unwrap().is_finite());
            prop_assert!(median(&values).unwrap().is_finite());
        }
    }
}
