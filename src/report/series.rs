//! Long series made short: so many numbers to a group, so many points to a line.

/// Returns how many of `count` values make up one group, so that there are at most `most` groups.
#[must_use]
pub fn group_size(count: usize, most: usize) -> usize {
    count.div_ceil(most.max(1)).max(1)
}

/// Keeps at most about `most` values, evenly spaced, the first and the last among them.
#[must_use]
pub fn thinned<T: Clone>(values: &[T], most: usize) -> Vec<T> {
    let step = group_size(values.len().saturating_sub(1), most);
    let mut kept: Vec<T> = values.iter().step_by(step).cloned().collect();
    if step > 1 && values.len() % step != 1 {
        kept.extend(values.last().cloned());
    }
    kept
}

/// Adds two numbers and stays finite: results may be as large as a number can be.
#[must_use]
pub fn add(sum: f64, number: f64) -> f64 {
    (sum + number).clamp(-f64::MAX, f64::MAX)
}

/// Returns the median of finite numbers; none of none.
#[must_use]
pub fn median(mut numbers: Vec<f64>) -> Option<f64> {
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    let upper = *numbers.get(middle)?;
    if numbers.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *numbers.get(middle.checked_sub(1)?)?;
    // Halved before they are added, so that the sum stays in range.
    Some(lower / 2.0 + upper / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_thinned_series_is_short_and_keeps_its_ends(count in 0_usize..2000, most in 1_usize..300) {
            let values: Vec<usize> = (0..count).collect();
            let kept = thinned(&values, most);
            prop_assert!(kept.len() <= most + 2);
            prop_assert_eq!(kept.first(), values.first());
            prop_assert_eq!(kept.last(), values.last());
            prop_assert!(kept.windows(2).all(|pair| pair[0] < pair[1]));
        }

        #[test]
        fn groups_are_few_and_none_is_lost(count in 0_usize..100_000, most in 1_usize..300) {
            let size = group_size(count, most);
            prop_assert!(size * most >= count && count.div_ceil(size) <= most);
        }
    }

    #[test]
    fn a_median_lies_in_the_middle_and_never_overflows() {
        assert_eq!(median(Vec::new()), None);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![f64::MAX, f64::MAX]), Some(f64::MAX));
        assert_eq!(add(f64::MAX, f64::MAX).to_bits(), f64::MAX.to_bits());
    }
}
