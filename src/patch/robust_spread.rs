//! Middle and spread of deltas that one odd cycle cannot move far.
//!
//! Decides nothing; `verdict` compares with it.

/// MAD of normal noise × this = its standard deviation: 1/Φ⁻¹(3/4).
const MAD_TO_SD: f64 = 1.4826;

/// Mean absolute deviation of normal noise × this = its standard deviation: √(π/2).
const MEAN_DEVIATION_TO_SD: f64 = 1.253_314;

/// Returns the median, or nothing for no values. Of two middle values, their mean.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upper = *sorted.get(sorted.len() / 2)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *sorted.get(sorted.len() / 2 - 1)?;
    // Halves first: the sum of two large values would overflow.
    Some(lower / 2.0 + upper / 2.0)
}

/// Returns the spread in the unit of the values, comparable to a standard deviation; nothing for no values.
///
/// 1.4826 · median |value − median| (Hampel, 1974). Where more than half of the values are equal that is 0 although
/// there is noise, so the mean of |value − median| · √(π/2) takes over; 0 is left for values that are all the same.
#[must_use]
pub fn robust_spread(values: &[f64]) -> Option<f64> {
    let middle = median(values)?;
    let deviations: Vec<f64> = values.iter().map(|value| (value - middle).abs()).collect();
    let spread = MAD_TO_SD * median(&deviations)?;
    if spread > 0.0 {
        return Some(spread);
    }
    let count = f64::from(u32::try_from(deviations.len()).ok()?);
    Some(
        MEAN_DEVIATION_TO_SD
            * deviations
                .iter()
                .map(|deviation| deviation / count)
                .sum::<f64>(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wild_cycle_hardly_moves_middle_and_spread() {
        let calm = [1.0, 2.0, 3.0, 4.0, 5.0];
        let wild = [1.0, 2.0, 3.0, 4.0, 5000.0];
        assert_eq!(median(&calm), median(&wild));
        assert_eq!(robust_spread(&calm), Some(1.4826));
        assert_eq!(robust_spread(&wild), Some(1.4826));
    }

    #[test]
    fn rare_jumps_over_a_constant_are_noise_and_a_constant_is_not() {
        let jumps = [0.0, 0.0, 0.0, 0.0, 1.0];
        let spread = robust_spread(&jumps).expect("values");
        assert!((spread - 0.2 * MEAN_DEVIATION_TO_SD).abs() < 1e-12);
        assert_eq!(robust_spread(&[7.0; 9]), Some(0.0));
        assert_eq!(robust_spread(&[]), None);
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn the_middle_of_an_even_number_does_not_overflow() {
        assert_eq!(median(&[f64::MAX, f64::MAX]), Some(f64::MAX));
        assert_eq!(median(&[4.0, 1.0]), Some(2.5));
    }
}
