//! How the modules of an engine stand: which of them bring nothing any more, and by what that was judged.
//!
//! The one place where the product's rule meets the size of a delta: the policy, the event, `why`, `status` and `modules`
//! all read it off here.

use serde::{Deserialize, Serialize};

use super::{DiminishingRule, ModuleTrend, ModuleTrends, Window};

/// Where the size that deltas are divided by comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeltaUnit {
    /// The price of a cycle: configured, or learned from results.
    Price,
    /// No price is known: the median size of the deltas themselves.
    MedianDelta,
}

/// By what modules are judged: the rule, and the size of one unit of a delta.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ModuleScale {
    /// Largest absolute mean that still counts as no gain, in units.
    pub threshold: f64,
    /// Population standard deviation the deltas must stay strictly below, in units.
    pub spread_limit: f64,
    /// How many of the newest deltas are looked at.
    pub consecutive: u32,
    /// What deltas are divided by, in the operator's unit; above 0.
    pub size: f64,
    /// Where that size comes from.
    pub unit: DeltaUnit,
}

/// A module whose returns diminish, with the numbers that show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DiminishingModule {
    /// Its name.
    pub module: String,
    /// Mean of its newest deltas, in units.
    pub mean: f64,
    /// Population standard deviation of its newest deltas, in units.
    pub spread: f64,
}

/// The modules of an engine whose returns diminish, in first-seen order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModuleReturns {
    /// By what they were judged.
    pub scale: ModuleScale,
    /// Those that diminish.
    pub diminishing: Vec<DiminishingModule>,
}

impl ModuleScale {
    /// Returns the product's rule for deltas of this price; without a price their median size stands in for it.
    #[must_use]
    pub fn of(trends: &ModuleTrends, price: Option<f64>) -> Self {
        let rule = DiminishingRule::default();
        let price = price.filter(|price| price.is_finite() && *price > 0.0);
        Self {
            threshold: rule.threshold,
            spread_limit: rule.spread,
            consecutive: rule.consecutive,
            size: trends.delta_size(price),
            unit: if price.is_some() {
                DeltaUnit::Price
            } else {
                DeltaUnit::MedianDelta
            },
        }
    }

    /// Returns the rule in the unit of the deltas, ready to judge what is on record.
    #[must_use]
    pub fn rule(&self) -> DiminishingRule {
        DiminishingRule {
            threshold: self.threshold,
            spread: self.spread_limit,
            consecutive: self.consecutive,
        }
        .scaled_by(self.size)
    }

    /// Returns mean and spread of the newest deltas of a module in units, or nothing if there are too few.
    #[must_use]
    pub fn window(&self, module: &ModuleTrend) -> Option<Window> {
        let window = self.rule().window(&module.recent)?;
        // A delta near the end of the range over a tiny size has no number in units.
        let in_units = |number: f64| (number / self.size).clamp(-f64::MAX, f64::MAX);
        Some(Window {
            mean: in_units(window.mean),
            spread: in_units(window.spread),
        })
    }

    /// Returns a module as one whose returns diminish, if they do.
    #[must_use]
    pub fn judge(&self, module: &ModuleTrend) -> Option<DiminishingModule> {
        let window = self
            .window(module)
            .filter(|_| module.is_diminishing(&self.rule()))?;
        Some(DiminishingModule {
            module: module.name.clone(),
            mean: window.mean,
            spread: window.spread,
        })
    }

    /// Returns the modules that diminish now and were never reported before, and marks them as reported.
    pub fn newly_diminishing(&self, trends: &mut ModuleTrends) -> Vec<DiminishingModule> {
        let rule = self.rule();
        let names = trends.newly_diminishing(rule.threshold, rule.spread, rule.consecutive);
        let modules = names.iter().filter_map(|name| trends.get(name));
        modules.filter_map(|module| self.judge(module)).collect()
    }
}

impl ModuleReturns {
    /// Judges all modules of an engine.
    #[must_use]
    pub fn of(trends: &ModuleTrends, price: Option<f64>) -> Self {
        let scale = ModuleScale::of(trends, price);
        let modules = trends.modules().iter();
        Self {
            scale,
            diminishing: modules.filter_map(|module| scale.judge(module)).collect(),
        }
    }

    /// Returns the names of those that diminish as one line: `parser.py`, `a, b`, `a, b and 3 others`.
    #[must_use]
    pub fn names(&self) -> String {
        let names: Vec<&str> = self
            .diminishing
            .iter()
            .map(|it| it.module.as_str())
            .collect();
        match names.as_slice() {
            [first, second, _] => format!("{first}, {second} and 1 other"),
            [first, second, others @ ..] if !others.is_empty() => {
                format!("{first}, {second} and {} others", others.len())
            }
            few => few.join(", "),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trends(deltas: &[(&str, f64)]) -> ModuleTrends {
        let mut trends = ModuleTrends::default();
        for (module, delta) in deltas {
            trends.record(module, *delta).expect("good delta");
        }
        trends
    }

    #[test]
    fn deltas_are_divided_by_the_price_before_they_are_judged() {
        let stalled = trends(&[("a", 0.2), ("a", 0.1), ("a", 0.15)]);
        let returns = ModuleReturns::of(&stalled, Some(10.0));
        let [module] = returns.diminishing.as_slice() else {
            panic!("{returns:?}");
        };
        assert!((module.mean - 0.015).abs() < 1e-12, "{module:?}");
        assert_eq!(returns.scale.unit, DeltaUnit::Price);
        assert!(
            ModuleReturns::of(&stalled, Some(1.0))
                .diminishing
                .is_empty()
        );
    }

    #[test]
    fn without_a_price_the_median_size_is_the_unit() {
        let mixed = trends(&[("a", 5.0), ("a", 4.0), ("b", 0.0), ("b", 0.0), ("b", 0.0)]);
        for price in [None, Some(0.0), Some(f64::NAN)] {
            let returns = ModuleReturns::of(&mixed, price);
            assert_eq!(returns.names(), "b", "{price:?}");
            assert_eq!(returns.scale.unit, DeltaUnit::MedianDelta);
            assert!((returns.scale.size - 4.5).abs() < 1e-12);
        }
    }

    #[test]
    fn what_is_newly_diminishing_is_reported_with_its_numbers_and_once() {
        let mut stalled = trends(&[("a", 0.0); 3]);
        let scale = ModuleScale::of(&stalled, Some(1.0));
        let new = scale.newly_diminishing(&mut stalled);
        assert_eq!(new, ModuleReturns::of(&stalled, Some(1.0)).diminishing);
        assert_eq!(new.len(), 1);
        assert!(scale.newly_diminishing(&mut stalled).is_empty());
    }

    #[test]
    fn many_names_are_counted() {
        let named = |count: usize| {
            let names = ["a", "b", "c", "d"];
            let all: Vec<(&str, f64)> = names[..count]
                .iter()
                .flat_map(|name| [(*name, 0.0); 3])
                .collect();
            ModuleReturns::of(&trends(&all), Some(1.0)).names()
        };
        assert_eq!(
            [named(0), named(1), named(2), named(3), named(4)],
            ["", "a", "a, b", "a, b and 1 other", "a, b and 2 others"]
        );
    }

    #[test]
    fn huge_deltas_over_a_tiny_price_stay_finite() {
        let huge = trends(&[("a", f64::MAX); 3]);
        let scale = ModuleScale::of(&huge, Some(f64::MIN_POSITIVE));
        let window = scale.window(&huge.modules()[0]).expect("three deltas");
        assert!(window.mean.is_finite() && window.spread.is_finite());
    }
}
