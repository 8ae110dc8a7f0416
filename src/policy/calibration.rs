//! Whether runs bring what was predicted: predicted against realised value, in groups of equal size.
//!
//! Pure: it takes one pair per run and knows nothing of where they come from.

use serde::Serialize;

/// Groups there are where runs suffice: deciles.
const MOST_GROUPS: usize = 10;

/// Runs a group has at least: fewer say nothing about a mean.
const LEAST_RUNS: usize = 5;

/// One run: what was predicted and what came of it, both in prices.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CalibrationPair {
    /// Q(run) − Q(skip) when it was decided.
    pub predicted: f64,
    /// The ROI delta it reported ÷ its price.
    pub realised: f64,
}

/// Runs of similar prediction.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CalibrationGroup {
    /// Number of the group from 1, the lowest predictions first.
    pub group: usize,
    /// Groups in all: 10 make them deciles.
    pub groups: usize,
    /// Runs in it.
    pub runs: usize,
    /// Lowest prediction, in prices.
    pub from: f64,
    /// Highest prediction, in prices.
    pub to: f64,
    /// Mean prediction, in prices.
    pub predicted: f64,
    /// Mean realised value, in prices.
    pub realised: f64,
    /// Standard error of the mean realised value.
    pub error: f64,
}

/// Sorts runs by prediction into as many groups of at least five as there can be, up to ten; none under five runs.
#[must_use]
pub fn calibration(mut pairs: Vec<CalibrationPair>) -> Vec<CalibrationGroup> {
    pairs.retain(|pair| pair.predicted.is_finite() && pair.realised.is_finite());
    pairs.sort_by(|a, b| a.predicted.total_cmp(&b.predicted));
    let groups = (pairs.len() / LEAST_RUNS).min(MOST_GROUPS);
    let mut rest = pairs.as_slice();
    let mut found = Vec::with_capacity(groups);
    for group in 1..=groups {
        // What is left is shared evenly, so that no group is more than one run larger than another.
        let size = rest.len().div_ceil(groups - group + 1);
        let (members, after) = rest.split_at(size.min(rest.len()));
        rest = after;
        found.extend(group_of(members, group, groups));
    }
    found
}

fn group_of(members: &[CalibrationPair], group: usize, groups: usize) -> Option<CalibrationGroup> {
    let (first, last) = (members.first()?, members.last()?);
    let runs = u32::try_from(members.len()).map_or(f64::from(u32::MAX), f64::from);
    let mean = |part: fn(&CalibrationPair) -> f64| members.iter().map(part).sum::<f64>() / runs;
    let realised = mean(|pair| pair.realised);
    let squares: f64 = members
        .iter()
        .map(|pair| (pair.realised - realised).powi(2))
        .sum();
    Some(CalibrationGroup {
        group,
        groups,
        runs: members.len(),
        from: first.predicted,
        to: last.predicted,
        predicted: mean(|pair| pair.predicted),
        realised,
        error: (squares / (runs - 1.0).max(1.0) / runs).sqrt(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pairs(count: u32) -> Vec<CalibrationPair> {
        (0..count)
            .rev()
            .map(|number| CalibrationPair {
                predicted: f64::from(number),
                realised: 2.0 * f64::from(number),
            })
            .collect()
    }

    #[test]
    fn a_hundred_runs_make_deciles_from_the_lowest_prediction() {
        let groups = calibration(pairs(100));
        assert_eq!(groups.len(), 10);
        assert!(groups.iter().all(|group| group.runs == 10));
        assert!(
            (groups[0].predicted - 4.5).abs() < 1e-9 && (groups[0].realised - 9.0).abs() < 1e-9
        );
        assert!((groups[9].from - 90.0).abs() < 1e-9 && (groups[9].to - 99.0).abs() < 1e-9);
    }

    #[test]
    fn few_runs_make_fewer_groups_and_under_five_none() {
        assert!(calibration(pairs(4)).is_empty());
        assert_eq!(calibration(pairs(5)).len(), 1);
        let counts: Vec<usize> = calibration(pairs(23))
            .iter()
            .map(|group| group.runs)
            .collect();
        assert_eq!(counts, [6, 6, 6, 5]);
    }

    proptest! {
        #[test]
        fn every_run_is_in_one_group_and_groups_are_in_order(values in prop::collection::vec(-1e3..1e3_f64, 0..80)) {
            let count = values.len();
            let groups = calibration(values.into_iter().map(|predicted| CalibrationPair { predicted, realised: 1.0 }).collect());
            let runs: usize = groups.iter().map(|group| group.runs).sum();
            prop_assert_eq!(runs, if count < LEAST_RUNS { 0 } else { count });
            prop_assert!(groups.iter().all(|group| group.runs >= LEAST_RUNS));
            prop_assert!(groups.windows(2).all(|pair| pair[0].to <= pair[1].from));
        }
    }
}
