//! The bounds that keep every number finite, whatever is reported.
//!
//! They are far outside anything a real engine can mean, so they never change a sensible decision. They do not check
//! input: refusing non-finite numbers with a message is the readers' task; here such a number only must not spread.

/// Largest amount of money taken at its word.
///
/// The belief multiplies variances, fourth powers of amounts: those of 1e60, times any count of rows, stay finite.
const MONEY_LIMIT: f64 = 1e60;

/// Smallest amount that is not simply nothing: its fourth power still is a normal number.
const MONEY_GRAIN: f64 = 1e-60;

/// Largest number of prices a debt, a staleness or a reward may count as.
///
/// A row worse than a thousand prices asks for a run just as loudly as one worse than a million, and a value of that
/// size would take thousands of visits to fade.
pub const PRICES_LIMIT: f64 = 1e3;

/// Returns `amount` inside ±1e60, with not-a-number and amounts under 1e-60 as 0.
#[must_use]
pub fn money(amount: f64) -> f64 {
    if amount.is_nan() || amount.abs() < MONEY_GRAIN {
        0.0
    } else {
        amount.clamp(-MONEY_LIMIT, MONEY_LIMIT)
    }
}

/// Returns `amount ÷ price` inside ±[`PRICES_LIMIT`].
///
/// A price of 0 makes any amount worth more than it: the limit with the sign of the amount, and 0 for nothing.
#[must_use]
pub fn in_prices(amount: f64, price: f64) -> f64 {
    if amount.is_nan() || amount.abs() <= 0.0 {
        return 0.0;
    }
    if price > 0.0 {
        (amount / price).clamp(-PRICES_LIMIT, PRICES_LIMIT)
    } else {
        PRICES_LIMIT.copysign(amount)
    }
}

/// Whether `value` reaches `edge`, with a grain of 1e-9 below it.
///
/// Money in another unit differs by rounding in the last digits; the grain keeps round figures, which lie exactly on
/// an edge, on the same side of it.
#[must_use]
pub fn reaches(value: f64, edge: f64) -> bool {
    value >= edge - 1e-9 * edge.abs()
}

/// Returns how many of the edges `value` reaches: the number of its bin.
#[must_use]
pub fn bin(edges: &[f64], value: f64) -> u16 {
    edges
        .iter()
        .map(|edge| u16::from(reaches(value, *edge)))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_keeps_ordinary_amounts_and_bounds_the_rest() {
        assert!((money(-12.5) + 12.5).abs() < 1e-12);
        assert!(money(f64::INFINITY).is_finite());
        assert!(money(-1e308).is_finite());
        assert!(money(f64::NAN).abs() <= 0.0);
        assert!(money(5e-324).abs() <= 0.0);
    }

    #[test]
    fn a_free_run_makes_any_debt_worth_it_but_not_none() {
        assert!(in_prices(0.001, 0.0) >= PRICES_LIMIT);
        assert!(in_prices(0.0, 0.0).abs() <= 0.0);
        assert!((in_prices(5.0, 10.0) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn an_edge_is_reached_at_it_and_a_rounding_error_below_it() {
        assert!(reaches(0.6, 0.6));
        assert!(reaches(0.6 - 1e-13, 0.6));
        assert!(!reaches(0.599_999, 0.6));
    }
}

#[cfg(test)]
#[path = "limits_tests.rs"]
mod policy_tests;
