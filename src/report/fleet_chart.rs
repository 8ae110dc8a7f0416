//! How many engines there were, and when.

use serde::Serialize;

use crate::clock::UnixTime;
use crate::report::records::{FleetChange, Records};
use crate::report::series::thinned;

/// Within how many seconds changes are one.
const TOGETHER: f64 = 60.0;
/// How many steps are shown at most.
const MOST_POINTS: usize = 240;

/// The size of the fleet as it changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct FleetChart {
    /// The size from each of these times on; the first is where the report begins.
    pub sizes: Vec<FleetSize>,
}

/// How many engines there were from a time on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct FleetSize {
    /// When.
    pub at: UnixTime,
    /// How many.
    pub engines: i64,
}

impl FleetChart {
    /// Computes it.
    #[must_use]
    pub fn of(records: &Records) -> Self {
        let mut changes: Vec<FleetChange> = records.fleet.clone();
        changes.sort_by(|a, b| a.at.0.total_cmp(&b.at.0));
        let mut sizes: Vec<FleetSize> = Vec::new();
        let mut engines = 0;
        if let Some(since) = records.since {
            let before = changes.iter().take_while(|change| change.at < since);
            engines = before.map(|change| change.by).sum();
            if !changes.is_empty() {
                sizes.push(FleetSize { at: since, engines });
            }
        }
        let is_shown = |change: &&FleetChange| records.since.is_none_or(|since| change.at >= since);
        for change in changes.iter().filter(is_shown) {
            engines += change.by;
            match sizes.last_mut() {
                // Engines that are registered by one script came together.
                Some(last) if change.at.seconds_since(last.at) < TOGETHER => {
                    last.engines = engines;
                }
                _ => sizes.push(FleetSize {
                    at: change.at,
                    engines,
                }),
            }
        }
        Self {
            sizes: thinned(&sizes, MOST_POINTS),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::records::Budget;

    fn sizes(changes: &[(f64, i64)], since: Option<f64>) -> Vec<(f64, i64)> {
        let fleet = changes.iter().map(|(at, by)| FleetChange {
            at: UnixTime(*at),
            by: *by,
        });
        let chart = FleetChart::of(&Records {
            now: UnixTime(100.0),
            since: since.map(UnixTime),
            engines: Vec::new(),
            costs: Vec::new(),
            budget: Budget::default(),
            fleet: fleet.collect(),
        });
        chart
            .sizes
            .iter()
            .map(|size| (size.at.0, size.engines))
            .collect()
    }

    #[test]
    fn engines_add_up_in_the_order_of_time_and_those_from_before_count() {
        let changes = [(500.0, 1), (100.0, 1), (101.0, 1), (900.0, -1)];
        assert_eq!(sizes(&changes, None), [(100.0, 2), (500.0, 3), (900.0, 2)]);
        assert_eq!(
            sizes(&changes, Some(400.0)),
            [(400.0, 2), (500.0, 3), (900.0, 2)]
        );
        assert_eq!(sizes(&changes, Some(5000.0)), [(5000.0, 2)]);
        assert_eq!(sizes(&[], Some(400.0)), []);
    }
}
