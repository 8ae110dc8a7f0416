//! What one unit of a delta is worth: the size that module deltas are divided by before they are judged.
//!
//! Does not know thresholds; those are in `diminishing_rule`.

/// Returns the size deltas are divided by: the price of a cycle, else the median size of the deltas, else 1.
///
/// `price` is in the unit of the deltas and counts only if it is finite and above 0. The median is taken over the
/// sizes (absolute values) of the deltas that are not 0: a zero says nothing about the unit, and a module that has
/// stalled for long must not pull the size to 0. With an even number the two middle sizes are averaged.
#[must_use]
pub fn delta_size(price: Option<f64>, deltas: impl IntoIterator<Item = f64>) -> f64 {
    if let Some(price) = price.filter(|price| price.is_finite() && *price > 0.0) {
        return price;
    }
    let sizes = deltas
        .into_iter()
        .map(f64::abs)
        .filter(|size| size.is_finite() && *size > 0.0);
    median(sizes.collect()).unwrap_or(1.0)
}

/// Returns the median, halving before adding so that two huge values do not overflow.
fn median(mut sizes: Vec<f64>) -> Option<f64> {
    sizes.sort_by(f64::total_cmp);
    let upper = sizes.get(sizes.len() / 2)?;
    let lower = sizes.get(sizes.len().saturating_sub(1) / 2)?;
    Some(lower / 2.0 + upper / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_size(price: Option<f64>, deltas: &[f64], expected: f64) {
        let size = delta_size(price, deltas.iter().copied());
        let error = (size - expected).abs();
        assert!(
            error <= 1e-12 * expected,
            "{price:?} {deltas:?}: {size}, expected {expected}"
        );
    }

    #[test]
    fn a_known_price_is_the_size() {
        assert_size(Some(3.0), &[100.0], 3.0);
    }

    #[test]
    fn a_price_that_cannot_divide_is_no_price() {
        for price in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_size(Some(price), &[-4.0, 2.0, 6.0], 4.0);
        }
    }

    #[test]
    fn without_a_price_the_median_size_counts_and_zeros_do_not() {
        assert_size(None, &[0.0, 0.0, 0.0, -1.0, 3.0], 2.0);
        assert_size(None, &[5.0], 5.0);
    }

    #[test]
    fn without_anything_to_measure_the_size_is_one() {
        assert_size(None, &[], 1.0);
        assert_size(None, &[0.0, -0.0], 1.0);
    }

    #[test]
    fn huge_deltas_have_a_finite_median() {
        assert_size(None, &[1e308, -1e308], 1e308);
    }
}
