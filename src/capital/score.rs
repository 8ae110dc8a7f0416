//! The energy score: one number in 0..=1 for how much the fleet can afford.
//!
//! score = Σ weight × worth ÷ Σ weight over the inputs that have data; without any, 0.5 and said so. Monotone in
//! every input, because every worth is. Measures nothing itself.

use serde::{Deserialize, Serialize};

use super::{FactorKind, Money, ScoreFactor};

/// The score of a fleet nothing is known of.
const UNKNOWN_SCORE: f64 = 0.5;

/// What the score is computed from; an input without data is none. Infinite values and NaN count as no data.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScoreInputs {
    /// Capital ÷ target, 1 = at target; see `capital_ratio`.
    pub capital_ratio: Option<f64>,
    /// Relative change of the profit (revenue − expense), 0.05 = +5 %.
    pub profit_trend: Option<f64>,
    /// Share of the capacity in use, 0..=1.
    pub load: Option<f64>,
    /// Share of the newest finished cycles that succeeded, 0..=1.
    pub success_rate: Option<f64>,
    /// Share of what was deployed that was kept, 0..=1.
    pub deploy_efficiency: Option<f64>,
    /// Share of the newest finished cycles that failed or timed out, 0..=1.
    pub failure_rate: Option<f64>,
}

/// The score with the factors it came from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EnergyScore {
    /// The score, 0..=1.
    pub value: f64,
    /// False if there was no data at all and `value` is the assumed 0.5.
    pub is_measured: bool,
    /// All factors in the order of `FactorKind::ALL`, those without data included.
    pub factors: Vec<ScoreFactor>,
}

/// Returns capital ÷ target, or nothing without a target above zero.
#[must_use]
pub fn capital_ratio(capital: Money, target: Option<Money>) -> Option<f64> {
    let target = target.filter(|target| *target > Money::ZERO)?;
    Some(capital.to_f64() / target.to_f64())
}

impl ScoreInputs {
    /// Returns one input, if it has data.
    #[must_use]
    pub fn get(&self, kind: FactorKind) -> Option<f64> {
        let input = match kind {
            FactorKind::Capital => self.capital_ratio,
            FactorKind::SuccessRate => self.success_rate,
            FactorKind::FailureRate => self.failure_rate,
            FactorKind::ProfitTrend => self.profit_trend,
            FactorKind::Load => self.load,
            FactorKind::DeployEfficiency => self.deploy_efficiency,
        };
        input.filter(|input| input.is_finite())
    }
}

impl EnergyScore {
    /// Computes the score.
    #[must_use]
    pub fn of(inputs: &ScoreInputs) -> Self {
        let known = || {
            FactorKind::ALL
                .into_iter()
                .filter_map(|kind| Some((kind, inputs.get(kind)?)))
        };
        let total_weight: f64 = known().map(|(kind, _)| kind.weight()).sum();
        let is_measured = total_weight > 0.0;
        let factors = FactorKind::ALL.into_iter().map(|kind| {
            let input = inputs.get(kind);
            let weight = if input.is_some() {
                kind.weight() / total_weight
            } else {
                0.0
            };
            ScoreFactor {
                kind,
                input,
                worth: input.map(|input| kind.worth(input)),
                weight,
            }
        });
        let sum: f64 = known()
            .map(|(kind, input)| kind.weight() * kind.worth(input))
            .sum();
        let value = if is_measured {
            (sum / total_weight).clamp(0.0, 1.0)
        } else {
            UNKNOWN_SCORE
        };
        Self {
            value,
            is_measured,
            factors: factors.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn healthy() -> ScoreInputs {
        ScoreInputs {
            capital_ratio: Some(1.0),
            profit_trend: Some(0.05),
            success_rate: Some(0.9),
            failure_rate: Some(0.1),
            ..ScoreInputs::default()
        }
    }

    fn dwindling() -> ScoreInputs {
        ScoreInputs {
            capital_ratio: Some(0.1),
            success_rate: Some(0.4),
            failure_rate: Some(0.6),
            ..ScoreInputs::default()
        }
    }

    fn score(inputs: ScoreInputs) -> f64 {
        EnergyScore::of(&inputs).value
    }

    /// Every mix of missing, worst and best load and deploy efficiency.
    fn surroundings(inputs: ScoreInputs) -> impl Iterator<Item = ScoreInputs> {
        let levels = [None, Some(0.0), Some(0.5), Some(1.0)];
        levels.into_iter().flat_map(move |load| {
            levels
                .into_iter()
                .map(move |deploy_efficiency| ScoreInputs {
                    load,
                    deploy_efficiency,
                    ..inputs
                })
        })
    }

    #[test]
    fn a_healthy_fleet_is_above_0_8_whatever_load_and_deployments() {
        for inputs in surroundings(healthy()) {
            assert!(score(inputs) > 0.8, "{inputs:?}: {}", score(inputs));
        }
    }

    #[test]
    fn a_dwindling_fleet_is_below_0_3_whatever_load_deployments_and_trend() {
        for profit_trend in [None, Some(-0.5), Some(0.0), Some(0.5)] {
            for inputs in surroundings(ScoreInputs {
                profit_trend,
                ..dwindling()
            }) {
                assert!(score(inputs) < 0.3, "{inputs:?}: {}", score(inputs));
            }
        }
    }

    #[test]
    fn the_healthy_score_is_the_documented_sum() {
        let expected = (0.35 + 0.25 + 0.15 + 0.15 * 0.75) / 0.9;
        assert!(
            (score(healthy()) - expected).abs() < 1e-12,
            "{}",
            score(healthy())
        );
    }

    #[test]
    fn without_any_data_the_score_is_one_half_and_says_so() {
        let unknown = EnergyScore::of(&ScoreInputs {
            load: Some(f64::NAN),
            ..ScoreInputs::default()
        });
        assert!((unknown.value - 0.5).abs() < f64::EPSILON && !unknown.is_measured);
        assert!(
            unknown
                .factors
                .iter()
                .all(|factor| factor.worth.is_none() && factor.weight <= 0.0)
        );
    }

    #[test]
    fn the_weights_of_missing_inputs_are_spread_over_the_others() {
        let all: f64 = FactorKind::ALL.into_iter().map(FactorKind::weight).sum();
        assert!((all - 1.0).abs() < 1e-12);
        let measured = EnergyScore::of(&dwindling());
        let shared: f64 = measured.factors.iter().map(|factor| factor.weight).sum();
        assert!(measured.is_measured && (shared - 1.0).abs() < 1e-12);
        assert_eq!(measured.factors.len(), 6);
    }

    #[test]
    fn capital_counts_against_a_target_above_zero_only() {
        let units = |units: i64| Money::from_micros(units * 1_000_000);
        assert!(
            capital_ratio(units(5), Some(units(50)))
                .is_some_and(|ratio| (ratio - 0.1).abs() < 1e-12)
        );
        assert_eq!(capital_ratio(units(5), None), None);
        assert_eq!(capital_ratio(units(5), Some(Money::ZERO)), None);
        assert!(capital_ratio(Money::MIN, Some(units(1))).is_some_and(f64::is_finite));
    }

    fn input() -> impl Strategy<Value = Option<f64>> {
        prop::option::of(prop_oneof![0.0..=1.0_f64, -2.0..2.0_f64, any::<f64>()])
    }

    fn inputs() -> impl Strategy<Value = ScoreInputs> {
        (input(), input(), input(), input(), input(), input()).prop_map(
            |(capital_ratio, profit_trend, load, success_rate, deploy_efficiency, failure_rate)| {
                ScoreInputs {
                    capital_ratio,
                    profit_trend,
                    load,
                    success_rate,
                    deploy_efficiency,
                    failure_rate,
                }
            },
        )
    }

    fn with(mut inputs: ScoreInputs, kind: FactorKind, input: f64) -> ScoreInputs {
        let place = match kind {
            FactorKind::Capital => &mut inputs.capital_ratio,
            FactorKind::SuccessRate => &mut inputs.success_rate,
            FactorKind::FailureRate => &mut inputs.failure_rate,
            FactorKind::ProfitTrend => &mut inputs.profit_trend,
            FactorKind::Load => &mut inputs.load,
            FactorKind::DeployEfficiency => &mut inputs.deploy_efficiency,
        };
        *place = Some(input);
        inputs
    }

    proptest! {
        #[test]
        fn the_score_is_monotone_in_every_input(
            inputs in inputs(), one in -2.0..2.0_f64, other in -2.0..2.0_f64,
        ) {
            for kind in FactorKind::ALL {
                let (low, high) = (one.min(other), one.max(other));
                let (worse, better) = if kind.grows() { (low, high) } else { (high, low) };
                let (worse, better) = (score(with(inputs, kind, worse)), score(with(inputs, kind, better)));
                prop_assert!(worse <= better, "{:?}: {} > {}", kind, worse, better);
            }
        }

        #[test]
        fn the_score_stays_between_0_and_1(inputs in inputs()) {
            let value = score(inputs);
            prop_assert!((0.0..=1.0).contains(&value), "{}", value);
        }
    }
}
