//! The deltas of all modules of one engine: rankings, diminishing returns, stable numbering.
//!
//! Deltas are kept in the operator's unit. Dividing by the price is done by scaling the rule
//! (`DiminishingRule::scaled_by` with `ModuleTrends::delta_size`), not by changing what was recorded.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{DiminishingRule, ModuleBuckets, ModuleError, ModuleTrend, delta_size};

/// How many modules of an engine are kept: a pipeline that invents a name per cycle must not grow the record for ever.
pub const MAX_MODULES: u32 = 10_000;

/// Module trends of one engine, in first-seen order.
///
/// Stored as a list of `ModuleTrend`; the order of the list does not matter, the indices do.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(into = "Vec<ModuleTrend>", try_from = "Vec<ModuleTrend>")]
pub struct ModuleTrends {
    /// Sorted by index, which is the first-seen order.
    modules: Vec<ModuleTrend>,
    /// Name → place in `modules`.
    places: BTreeMap<String, usize>,
    /// Number of deltas recorded for all modules together.
    records: u64,
}

impl ModuleTrends {
    /// Adds one delta to a module, which gets the next index if it is new.
    ///
    /// A name given twice is two deltas; what a name listed twice in one result counts is decided by the caller.
    ///
    /// # Errors
    /// `BadName`, `NotFinite` or `TooMany`; nothing is changed then.
    pub fn record(&mut self, module: &str, delta: f64) -> Result<(), ModuleError> {
        let number = self.records.saturating_add(1);
        if let Some(known) = self
            .places
            .get(module)
            .and_then(|place| self.modules.get_mut(*place))
        {
            known.add(delta, number)?;
        } else {
            let mut new = ModuleTrend::new(self.next_index()?, module)?;
            new.add(delta, number)?;
            self.places.insert(module.to_owned(), self.modules.len());
            self.modules.push(new);
        }
        self.records = number;
        Ok(())
    }

    /// Returns names and totals, largest total first, equal totals in first-seen order.
    #[must_use]
    pub fn rankings(&self) -> Vec<(&str, f64)> {
        let mut rankings: Vec<(&str, f64)> = self
            .modules
            .iter()
            .map(|module| (module.name.as_str(), module.total))
            .collect();
        // The stable sort keeps first-seen order; −0 and 0 are equal.
        rankings.sort_by(|left, right| right.1.partial_cmp(&left.1).unwrap_or(Ordering::Equal));
        rankings
    }

    /// Returns the modules whose returns diminish now, in first-seen order; asking changes nothing.
    ///
    /// |mean| ≤ `threshold` and population standard deviation < `spread` over the last `consecutive` deltas, both in
    /// the unit of the deltas.
    #[must_use]
    pub fn diminishing(&self, threshold: f64, spread: f64, consecutive: u32) -> Vec<&str> {
        let rule = DiminishingRule {
            threshold,
            spread,
            consecutive,
        };
        self.modules
            .iter()
            .filter(|module| module.is_diminishing(&rule))
            .map(|module| module.name.as_str())
            .collect()
    }

    /// Returns the modules that diminish now and were never reported before, and marks them as reported.
    ///
    /// Each module is reported once in its life: one that recovers and stalls again is `diminishing` again, without
    /// a second report.
    pub fn newly_diminishing(
        &mut self,
        threshold: f64,
        spread: f64,
        consecutive: u32,
    ) -> Vec<String> {
        let rule = DiminishingRule {
            threshold,
            spread,
            consecutive,
        };
        self.modules
            .iter_mut()
            .filter(|module| !module.reported && module.is_diminishing(&rule))
            .map(|module| {
                module.reported = true;
                module.name.clone()
            })
            .collect()
    }

    /// Returns what deltas are divided by: the price, else the median size of all kept deltas, else 1.
    #[must_use]
    pub fn delta_size(&self, price: Option<f64>) -> f64 {
        delta_size(
            price,
            self.modules
                .iter()
                .flat_map(|module| module.recent.iter().copied()),
        )
    }

    /// Returns one module's record.
    #[must_use]
    pub fn get(&self, module: &str) -> Option<&ModuleTrend> {
        self.places
            .get(module)
            .and_then(|place| self.modules.get(*place))
    }

    /// Returns the module that a delta was recorded for last.
    #[must_use]
    pub fn newest(&self) -> Option<&ModuleTrend> {
        self.modules.iter().max_by_key(|module| module.last_record)
    }

    /// Returns all records in first-seen order.
    #[must_use]
    pub fn modules(&self) -> &[ModuleTrend] {
        &self.modules
    }

    /// Returns how many names share a bucket with an earlier one.
    #[must_use]
    pub fn collisions(&self, buckets: ModuleBuckets) -> usize {
        buckets.collisions(self.places.keys().map(String::as_str))
    }

    fn next_index(&self) -> Result<u32, ModuleError> {
        let last = self.modules.last().map(|module| module.index);
        last.map_or(Some(0), |last| last.checked_add(1))
            .filter(|index| *index < MAX_MODULES)
            .ok_or(ModuleError::TooMany)
    }
}

impl From<ModuleTrends> for Vec<ModuleTrend> {
    fn from(trends: ModuleTrends) -> Self {
        trends.modules
    }
}

impl TryFrom<Vec<ModuleTrend>> for ModuleTrends {
    type Error = ModuleError;

    fn try_from(mut modules: Vec<ModuleTrend>) -> Result<Self, ModuleError> {
        modules.sort_by_key(|module| module.index);
        let mut places = BTreeMap::new();
        let mut last_index = None;
        for (place, module) in modules.iter().enumerate() {
            module.check()?;
            if last_index.replace(module.index) == Some(module.index) {
                return Err(ModuleError::IndexTwice(module.index));
            }
            if places.insert(module.name.clone(), place).is_some() {
                return Err(ModuleError::NameTwice(module.name.clone()));
            }
        }
        let records = modules
            .iter()
            .map(|module| module.last_record)
            .max()
            .unwrap_or(0);
        Ok(Self {
            modules,
            places,
            records,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn recorded(deltas: &[(&str, f64)]) -> ModuleTrends {
        let mut trends = ModuleTrends::default();
        for (module, delta) in deltas {
            trends.record(module, *delta).expect("good delta");
        }
        trends
    }

    #[test]
    fn a_flag_clears_itself_on_a_new_rise_and_is_reported_only_once() {
        let mut trends = recorded(&[("core.py", 0.0); 3]);
        assert_eq!(trends.newly_diminishing(0.02, 0.02, 3), ["core.py"]);
        assert_eq!(trends.diminishing(0.02, 0.02, 3), ["core.py"]);
        trends.record("core.py", 1.0).expect("good delta");
        assert!(trends.diminishing(0.02, 0.02, 3).is_empty());
        for _ in 0..3 {
            trends.record("core.py", 0.0).expect("good delta");
        }
        assert_eq!(trends.diminishing(0.02, 0.02, 3), ["core.py"]);
        assert!(trends.newly_diminishing(0.02, 0.02, 3).is_empty());
    }

    #[test]
    fn money_times_a_thousand_changes_no_flag_with_or_without_a_price() {
        let deltas = [
            ("a", 5.0),
            ("b", 0.01),
            ("a", 4.0),
            ("b", 0.02),
            ("b", 0.0),
            ("a", 6.0),
        ];
        for price in [Some(2.0), None] {
            for factor in [1.0, 1000.0] {
                let trends = recorded(&deltas.map(|(module, delta)| (module, delta * factor)));
                let size = trends.delta_size(price.map(|price| price * factor));
                let rule = DiminishingRule::default().scaled_by(size);
                let flagged = trends.diminishing(rule.threshold, rule.spread, rule.consecutive);
                assert_eq!(flagged, ["b"], "price {price:?}, factor {factor}");
            }
        }
    }

    #[test]
    fn indices_are_kept_and_never_given_twice() {
        let mut trends = recorded(&[("b", 1.0), ("a", 2.0), ("b", 3.0)]);
        let mut stored = Vec::from(trends.clone());
        stored.reverse();
        assert_eq!(
            ModuleTrends::try_from(stored).expect("good records"),
            trends
        );
        trends = ModuleTrends::try_from(Vec::from(trends)[1..].to_vec()).expect("good records");
        trends.record("c", 1.0).expect("good delta");
        assert_eq!(trends.get("a").map(|module| module.index), Some(1));
        assert_eq!(trends.get("c").map(|module| module.index), Some(2));
    }

    #[test]
    fn the_newest_module_is_the_one_recorded_last() {
        assert!(ModuleTrends::default().newest().is_none());
        let trends = recorded(&[("a", 1.0), ("b", 1.0), ("a", 1.0)]);
        assert_eq!(
            trends.newest().map(|module| module.name.as_str()),
            Some("a")
        );
    }

    #[test]
    fn stored_records_that_contradict_each_other_are_refused() {
        let one = ModuleTrend::new(0, "a").expect("good name");
        let other = ModuleTrend::new(0, "b").expect("good name");
        let again = ModuleTrend::new(1, "a").expect("good name");
        let index_twice = ModuleTrends::try_from(vec![one.clone(), other]);
        assert_eq!(index_twice, Err(ModuleError::IndexTwice(0)));
        assert_eq!(
            ModuleTrends::try_from(vec![one, again]),
            Err(ModuleError::NameTwice("a".into()))
        );
    }

    #[test]
    fn names_without_end_are_refused_and_known_ones_go_on() {
        let mut trends = ModuleTrends::default();
        for number in 0..MAX_MODULES {
            trends.record(&format!("m{number}"), 1.0).expect("room");
        }
        assert_eq!(trends.record("one more", 1.0), Err(ModuleError::TooMany));
        trends.record("m0", 1.0).expect("known");
        assert_eq!(trends.get("m0").map(|module| module.count), Some(2));
    }

    #[test]
    fn a_refused_delta_leaves_no_trace() {
        let mut trends = ModuleTrends::default();
        assert!(trends.record("a", f64::NAN).is_err() && trends.record("", 1.0).is_err());
        assert_eq!(trends, ModuleTrends::default());
    }

    proptest! {
        #[test]
        fn what_is_stored_comes_back_the_same(deltas in prop::collection::vec(("[a-d]", any::<f64>()), 0..200)) {
            let mut trends = ModuleTrends::default();
            for (module, delta) in &deltas {
                let taken = trends.record(module, *delta).is_ok();
                prop_assert_eq!(taken, delta.is_finite());
            }
            trends.newly_diminishing(0.02, 0.02, 1);
            let text = serde_json::to_string(&trends).expect("finite numbers");
            let read: ModuleTrends = serde_json::from_str(&text).expect("own text");
            prop_assert_eq!(read, trends);
        }
    }
}
