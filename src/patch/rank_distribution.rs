//! The exact null distribution of the Mann–Whitney count, by recursion with positive terms only.
//!
//! Knows neither levels nor verdicts; `trial_plan` turns the tails into bounds.

/// The distributions of U for one number of baseline deltas and every number of trials up to a last one.
///
/// U = number of pairs (trial, baseline delta) in which the trial is the larger. If a patch does nothing, every order
/// of the m + k deltas is equally likely, whatever the noise looks like, so its law depends on m and k alone.
#[derive(Debug, Clone, PartialEq)]
pub struct RankDistribution {
    /// Entry k: probabilities of U = 0, 1, … m·k.
    by_trials: Vec<Vec<f64>>,
}

impl RankDistribution {
    /// Computes P(U = u) for `baseline` deltas and 0..=`trials` trials.
    ///
    /// The largest of all deltas is a trial with probability k/(m + k), and then beats all m; else it is a baseline
    /// delta and beats nothing that counts (Mann and Whitney, 1947):
    /// p(u; m, k) = k/(m+k) · p(u − m; m, k − 1) + m/(m+k) · p(u; m − 1, k). Work: about (m·k)²/4 additions.
    #[must_use]
    pub fn new(baseline: u32, trials: u32) -> Self {
        let mut by_trials: Vec<Vec<f64>> = (0..=trials).map(|_| vec![1.0]).collect();
        for m in 1..=baseline {
            let mut grown = vec![vec![1.0]];
            for (k, without_one) in (1..=trials).zip(by_trials.iter().skip(1)) {
                let all = f64::from(m) + f64::from(k);
                let with_one_less = grown.last().map_or(&[][..], Vec::as_slice);
                let probabilities = mixed(
                    (f64::from(k) / all, with_one_less),
                    (f64::from(m) / all, without_one),
                    m,
                );
                grown.push(probabilities);
            }
            by_trials = grown;
        }
        Self { by_trials }
    }

    /// Returns the smallest u with P(U ≥ u) ≤ `level` after `trials` trials, and that probability.
    ///
    /// Nothing if not even the largest u is rare enough.
    #[must_use]
    pub fn critical(&self, trials: u32, level: f64) -> Option<(u32, f64)> {
        let probabilities = self.by_trials.get(usize::try_from(trials).ok()?)?;
        let mut critical = None;
        let mut tail = 0.0;
        for (u, probability) in probabilities.iter().enumerate().rev() {
            tail += probability;
            // Sums of exact fractions are compared: a difference in the last digits is rounding.
            if tail > level * (1.0 + 1e-9) {
                break;
            }
            critical = Some((u32::try_from(u).ok()?, tail));
        }
        critical
    }
}

/// Returns the mixture of two distributions, the first moved up by `shift`.
fn mixed(moved: (f64, &[f64]), kept: (f64, &[f64]), shift: u32) -> Vec<f64> {
    let shift = usize::try_from(shift).unwrap_or(usize::MAX);
    let length = kept.1.len().max(moved.1.len().saturating_add(shift));
    (0..length)
        .map(|u| {
            let above = u.checked_sub(shift).and_then(|u| moved.1.get(u));
            let below = kept.1.get(u);
            moved.0 * above.copied().unwrap_or(0.0) + kept.0 * below.copied().unwrap_or(0.0)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_against_two_has_the_ten_orders_of_the_textbook() {
        let distribution = RankDistribution::new(3, 2);
        let tenths = [1.0, 1.0, 2.0, 2.0, 2.0, 1.0, 1.0];
        assert_eq!(distribution.by_trials[2].len(), tenths.len());
        for (u, (found, wanted)) in distribution.by_trials[2].iter().zip(tenths).enumerate() {
            assert!((found - wanted / 10.0).abs() < 1e-12, "u = {u}: {found}");
        }
    }

    #[test]
    fn four_trials_above_all_of_ten_deltas_are_one_order_in_1001() {
        let distribution = RankDistribution::new(10, 4);
        let (critical, level) = distribution.critical(4, 0.001).expect("reachable");
        assert_eq!(critical, 40);
        assert!((level - 1.0 / 1001.0).abs() < 1e-12, "{level}");
        assert_eq!(distribution.critical(3, 0.001), None);
        assert_eq!(distribution.critical(5, 0.0), None);
    }

    #[test]
    fn every_distribution_sums_to_one() {
        let distribution = RankDistribution::new(30, 12);
        for (trials, probabilities) in distribution.by_trials.iter().enumerate() {
            let sum: f64 = probabilities.iter().sum();
            assert!((sum - 1.0).abs() < 1e-9, "{trials} trials: {sum}");
            assert_eq!(probabilities.len(), trials * 30 + 1);
        }
    }
}
