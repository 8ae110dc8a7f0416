//! What all engines learned together, by base cell.
//!
//! Cells count in prices and therefore mean the same for every engine. The caller passes the merged table to each
//! decision; storing and refreshing it is the registry's business. Situations are not shared: module buckets mean
//! different modules in different engines.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::cell_value::{Action, CellValue};

/// Sums of one action in one cell, stored as `[visits, visits · mean]`.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
struct FleetSum(f64, f64);

/// Visits below this are rounding left over from taking an engine out again.
const LEAST_VISITS: f64 = 1e-6;

/// Sums over engines, by base cell: skip, then run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FleetTable {
    cells: BTreeMap<u16, [FleetSum; 2]>,
}

impl FleetTable {
    /// Merges the tables of many engines; the order is that of the keys, so the sums are the same on every machine.
    #[must_use]
    pub fn merge(tables: &BTreeMap<String, Self>) -> Self {
        let mut merged = Self::default();
        for table in tables.values() {
            merged.add(table, 1.0);
        }
        merged
    }

    /// Returns this table without one engine's own part: its own cells are counted on their own already.
    #[must_use]
    pub fn without(&self, own: &Self) -> Self {
        let mut rest = self.clone();
        rest.add(own, -1.0);
        rest.cells.retain(|_, sums| {
            for sum in sums.iter_mut() {
                if sum.0 < LEAST_VISITS {
                    *sum = FleetSum::default();
                }
            }
            sums.iter().any(|sum| sum.0 > 0.0)
        });
        rest
    }

    /// Returns the visits of an action in a base cell and their mean value in prices.
    #[must_use]
    pub fn value(&self, base: u16, action: Action) -> (f64, f64) {
        let FleetSum(visits, sum) = self
            .cells
            .get(&base)
            .and_then(|sums| sums.get(usize::from(action.code())))
            .copied()
            .unwrap_or_default();
        let mean = sum / visits;
        if visits >= LEAST_VISITS && mean.is_finite() {
            (visits, mean)
        } else {
            (0.0, 0.0)
        }
    }

    /// Whether the table holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Adds one engine's learned cell.
    pub(super) fn insert(&mut self, base: u16, values: &[CellValue; 2]) {
        let sums = self.cells.entry(base).or_default();
        for (sum, value) in sums.iter_mut().zip(values) {
            sum.0 += value.visits();
            sum.1 += value.visits() * value.mean();
        }
    }

    fn add(&mut self, other: &Self, sign: f64) {
        for (base, others) in &other.cells {
            let sums = self.cells.entry(*base).or_default();
            for (sum, other) in sums.iter_mut().zip(others) {
                sum.0 += sign * other.0;
                sum.1 += sign * other.1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::PolicyParams;

    fn table(targets: &[f64]) -> FleetTable {
        let mut values = [CellValue::default(); 2];
        for target in targets {
            values[1].learn(*target, 1.0, &PolicyParams::default());
        }
        let mut table = FleetTable::default();
        table.insert(20, &values);
        table
    }

    #[test]
    fn merging_weighs_engines_by_their_visits() {
        let tables = BTreeMap::from([
            ("a".to_owned(), table(&[1.0])),
            ("b".to_owned(), table(&[4.0, 4.0])),
        ]);
        let (visits, mean) = FleetTable::merge(&tables).value(20, Action::Run);
        assert!((visits - 3.0).abs() < 1e-12);
        assert!((mean - 3.0).abs() < 1e-9);
    }

    #[test]
    fn an_engine_taken_out_leaves_the_others() {
        let (one, two) = (table(&[1.0, 2.0]), table(&[4.0]));
        let tables = BTreeMap::from([("a".to_owned(), one.clone()), ("b".to_owned(), two.clone())]);
        let (visits, mean) = FleetTable::merge(&tables)
            .without(&one)
            .value(20, Action::Run);
        assert!((visits - 1.0).abs() < 1e-9 && (mean - 4.0).abs() < 1e-9);
        assert!(
            FleetTable::merge(&BTreeMap::from([("a".to_owned(), one.clone())]))
                .without(&one)
                .is_empty()
        );
    }

    #[test]
    fn an_unknown_cell_weighs_nothing() {
        assert_eq!(FleetTable::default().value(3, Action::Skip), (0.0, 0.0));
    }
}
