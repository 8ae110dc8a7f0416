//! What was spent, day by day and in all, against what may be spent.

use serde::Serialize;

use crate::capital::Money;
use crate::clock::UnixTime;
use crate::report::records::{Budget, Records};
use crate::report::series::thinned;
use crate::store::CostRow;

/// How many points the line has at most.
const MOST_POINTS: usize = 240;
/// How many days have a bar at most, the newest.
const MOST_DAYS: usize = 92;

/// Costs of cycles, held ones included, as the ledger has them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SpendChart {
    /// What amounts are counted in.
    pub unit: Option<String>,
    /// What was spent or is held since the report begins.
    pub spent: f64,
    /// What of it is held for cycles that have not ended.
    pub held: f64,
    /// What had been spent before the report begins.
    pub before: f64,
    /// What had been spent in all after some of the cycles, from the first of all cycles on counted.
    pub points: Vec<SpendPoint>,
    /// The cap of the fleet: for all cycles together.
    pub fleet_cap: Option<f64>,
    /// The days with a bar, oldest first; days without costs between them included.
    pub days: Vec<SpendDay>,
    /// How many days before them have no bar.
    pub days_left_out: usize,
    /// The cap of a day.
    pub day_cap: Option<f64>,
    /// The cap of a cycle.
    pub cycle_cap: Option<f64>,
    /// The zone whose midnights begin the days.
    pub zone: String,
}

/// What had been spent by a time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SpendPoint {
    /// When.
    pub at: UnixTime,
    /// How much, from the first cycle on.
    pub total: f64,
}

/// What was spent in a day.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SpendDay {
    /// Its midnight.
    pub day: UnixTime,
    /// How much.
    pub spent: f64,
}

/// A sum of amounts that no number of cycles can overflow.
fn units(micros: i128) -> f64 {
    let clamped = i64::try_from(micros).unwrap_or(if micros < 0 { i64::MIN } else { i64::MAX });
    Money::from_micros(clamped).to_f64()
}

impl SpendChart {
    /// Computes it.
    #[must_use]
    pub fn of(records: &Records) -> Self {
        let Budget { unit, caps, zone } = &records.budget;
        let mut costs = records.costs.clone();
        costs.sort_by(|a, b| a.at.0.total_cmp(&b.at.0));
        let is_before = |cost: &CostRow| records.since.is_some_and(|since| cost.at < since);
        let sum = |wanted: &dyn Fn(&CostRow) -> bool| {
            let amounts = costs.iter().filter(|cost| wanted(cost));
            amounts.map(|cost| i128::from(cost.amount)).sum::<i128>()
        };
        let before = sum(&is_before);
        let mut total = before;
        let shown: Vec<&CostRow> = costs.iter().filter(|cost| !is_before(cost)).collect();
        let points: Vec<SpendPoint> = shown
            .iter()
            .map(|cost| {
                total += i128::from(cost.amount);
                SpendPoint {
                    at: cost.at,
                    total: units(total),
                }
            })
            .collect();
        let (days, days_left_out) = days(&shown, records);
        Self {
            unit: unit.clone(),
            spent: units(total - before),
            held: units(sum(&|cost| !is_before(cost) && cost.is_held)),
            before: units(before),
            points: thinned(&points, MOST_POINTS),
            fleet_cap: caps.fleet.map(Money::to_f64),
            days,
            days_left_out,
            day_cap: caps.per_day.map(Money::to_f64),
            cycle_cap: caps.per_cycle.map(Money::to_f64),
            zone: zone.name().to_owned(),
        }
    }
}

/// Adds up the costs of each day, up to that of the newest cost.
fn days(shown: &[&CostRow], records: &Records) -> (Vec<SpendDay>, usize) {
    let zone = &records.budget.zone;
    let mut sums: Vec<(UnixTime, i128)> = Vec::new();
    for cost in shown {
        let day = zone.day_start(cost.at);
        match sums.last_mut() {
            Some((last, sum)) if *last == day => *sum += i128::from(cost.amount),
            _ => sums.push((day, i128::from(cost.amount))),
        }
    }
    let (Some(first), Some(last)) = (sums.first(), sums.last()) else {
        return (Vec::new(), 0);
    };
    let span = last.0.seconds_since(first.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number of days"
    )]
    let all = (span / 86_400.0).round() as usize + 1;
    let mut filled: Vec<SpendDay> = Vec::new();
    for (day, sum) in sums {
        // Days between that cost nothing; of a gap longer than what is shown only its end matters.
        let mut next = filled.last().map_or(day, |last| zone.next_day(last.day));
        if day.seconds_since(next) > 86_400.0 * 100.0 {
            filled.clear();
            next = day;
        }
        while next < day && filled.len() < 100_000 {
            filled.push(SpendDay {
                day: next,
                spent: 0.0,
            });
            next = zone.next_day(next);
        }
        filled.push(SpendDay {
            day,
            spent: units(sum),
        });
    }
    let first_shown = filled.len().saturating_sub(MOST_DAYS);
    let kept = filled.split_off(first_shown);
    let left_out = all.saturating_sub(kept.len());
    (kept, left_out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capital::BudgetCaps;

    const DAY: f64 = 86_400.0;

    fn records(costs: &[(f64, i64)], since: Option<f64>) -> Records {
        let row = |(at, amount): &(f64, i64)| CostRow {
            at: UnixTime(*at),
            amount: *amount,
            is_held: false,
        };
        Records {
            now: UnixTime(DAY * 500.0),
            since: since.map(UnixTime),
            engines: Vec::new(),
            costs: costs.iter().map(row).collect(),
            budget: Budget {
                caps: BudgetCaps {
                    fleet: Some(Money::from_micros(5_000_000)),
                    ..BudgetCaps::default()
                },
                ..Budget::default()
            },
            fleet: Vec::new(),
        }
    }

    #[test]
    fn what_was_spent_before_the_report_begins_counts_against_the_cap() {
        let costs = [(10.0, 2_000_000), (DAY + 5.0, 1_000_000)];
        let chart = SpendChart::of(&records(&costs, Some(DAY)));
        assert_eq!((chart.before, chart.spent), (2.0, 1.0));
        assert_eq!(chart.points.last().map(|point| point.total), Some(3.0));
        assert_eq!(chart.fleet_cap, Some(5.0));
    }

    #[test]
    fn days_without_costs_stand_between_those_with_some() {
        let costs = [(10.0, 1_000_000), (20.0, 1_000_000), (DAY * 3.0, 5_000_000)];
        let chart = SpendChart::of(&records(&costs, None));
        let spent: Vec<f64> = chart.days.iter().map(|day| day.spent).collect();
        assert_eq!(spent, [2.0, 0.0, 0.0, 5.0]);
    }

    #[test]
    fn of_many_days_the_newest_are_shown_and_the_others_counted() {
        let costs = [
            (0.0, 1),
            (DAY * 150.0, 1),
            (DAY * 151.0, 1),
            (DAY * 400.0, 1),
        ];
        let chart = SpendChart::of(&records(&costs, None));
        assert_eq!(chart.days.len() + chart.days_left_out, 401);
        assert!(chart.days.len() <= MOST_DAYS);
        let huge: Vec<(f64, i64)> = (0..20).map(|at| (f64::from(at), i64::MAX)).collect();
        assert!(SpendChart::of(&records(&huge, None)).spent.is_finite());
    }
}
