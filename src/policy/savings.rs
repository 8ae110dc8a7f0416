//! What the runs of an engine saved against a schedule, as far as its metrics tell.
//!
//! Pure. The measured side (ledger, cycles) is not its business; this is the inferred one, and it reads nothing of it.
//!
//! **How.** A version's level is the mean of the first rows of the five versions around it, where there is but one that of its
//! first two rows; how far its rows lie above it is its staleness. β, the share of it that cycles were seen to repair, comes from
//! what the loss fell by at each run (or the `gain` that was reported), as in the policy; without any run it is 1. What was
//! missed by skipping is β times the sum of the staleness of all rows. What earlier runs repaired (the staleness of the last
//! row, and one more row of mean drift, which the run forestalled) and what is stale now is the drift so far; a schedule's
//! versions begin at the drift of their first two rows: drift adds up alike whoever runs, and a run repairs it all.
//!
//! **How sure.** r is the noise variance of a row. Over n rows of one version the sum is uncertain by r·(n + n²/k): the noise of
//! each, and that of the k rows that tell its level; a run inside a version of the schedule adds r·n²/3. Versions are
//! independent. A level that moves for reasons no run repairs, while nothing is run, cannot be told from staleness.

use super::noise_estimate::NoiseEstimate;
use super::repair_share::RepairShare;

/// Rows that tell the level of a version that stands alone.
const LEVEL_ROWS: usize = 2;

/// Versions to either side whose first rows tell the level of one.
const NEIGHBOURS: usize = 2;

/// Weight of "a cycle repairs all", in noise variances; as in the policy.
const REPAIR_PRIOR: f64 = 4.0;

/// The 97.5 % point of the normal distribution.
const NORMAL: f64 = 1.96;

/// Seconds by which a tick may come early.
const SLACK: f64 = 1.0;

/// A metrics row with what ran before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SavingsRow {
    /// When it was measured, in unix seconds.
    pub at: f64,
    /// Its loss in money.
    pub loss: f64,
    /// The cycle that put a new version into service since the row before, with the gain it reported.
    pub run: Option<Option<f64>>,
    /// Whether it counts; rows before the period only tell the level of the version in service.
    pub counts: bool,
}

/// An amount with its 95 % interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct Inferred {
    /// The estimate, in money.
    pub amount: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Inferred {
    /// Makes an amount of a variance in squared money.
    #[must_use]
    pub fn new(amount: f64, variance: f64) -> Self {
        let reach = NORMAL * variance.max(0.0).sqrt();
        Self {
            amount,
            low: amount - reach,
            high: amount + reach,
        }
    }

    /// Returns the variance.
    #[must_use]
    pub fn variance(&self) -> f64 {
        ((self.high - self.low) / (2.0 * NORMAL)).powi(2)
    }
}

/// What was missed, and what a schedule would have missed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Savings {
    /// Rows that count.
    pub rows: usize,
    /// What the runs took off the losses, against never running.
    pub obtained: Inferred,
    /// What was lost by skipping.
    pub missed: Inferred,
    /// Runs of the schedule.
    pub schedule_runs: usize,
    /// What it would have lost by skipping.
    pub schedule_missed: Inferred,
}

/// A row's part in the drift.
struct Drifted {
    at: f64,
    /// Staleness repaired by all runs so far.
    repaired: f64,
    /// Staleness of the version in service.
    stale: f64,
    /// Rows that tell the level of that version.
    told_by: f64,
    begins: bool,
    counts: bool,
}

/// Infers from rows and cycles what was missed, and what a schedule would have missed.
#[must_use]
pub fn savings(rows: &[SavingsRow], price: f64, schedule: f64) -> Savings {
    let mut noise = NoiseEstimate::default();
    for row in rows {
        noise.observe(row.loss, row.run.is_some());
    }
    let noise = noise.reading(price).variance;
    let (drifted, share, drift) = drift_of(rows, noise);
    let mut result = Savings::default();
    let (mut missed, mut obtained) = (Sum::default(), Sum::default());
    let mut before = None;
    let (mut version, mut told_by) = (0.0, 1.0);
    for row in &drifted {
        if row.begins {
            missed.close(&mut version, told_by);
            told_by = row.told_by;
        }
        if !row.counts {
            continue;
        }
        let before = *before.get_or_insert(row.repaired);
        result.rows += 1;
        version += 1.0;
        missed.amount += row.stale;
        obtained.amount += row.repaired - before;
    }
    missed.close(&mut version, told_by);
    // What a run took off is known from the same levels.
    obtained.variance = missed.variance;
    let scheduled = by_schedule(&drifted, (schedule, drift), &mut result.schedule_runs);
    let inferred =
        |sum: Sum| Inferred::new(share * sum.amount, share * share * noise * sum.variance);
    result.obtained = inferred(obtained);
    result.missed = inferred(missed);
    result.schedule_missed = inferred(scheduled);
    result
}

/// A sum over versions; the variance in noise variances.
#[derive(Clone, Copy, Default)]
struct Sum {
    amount: f64,
    variance: f64,
}

impl Sum {
    /// Ends a version of so many rows, whose level so many rows tell.
    fn close(&mut self, rows: &mut f64, told_by: f64) {
        self.variance += *rows + *rows * *rows / told_by;
        *rows = 0.0;
    }
}

/// Returns the drift at each row, the share of the staleness that runs repair, and the drift per row.
fn drift_of(rows: &[SavingsRow], noise: f64) -> (Vec<Drifted>, f64, f64) {
    let mut drifted = Vec::with_capacity(rows.len());
    let mut share = RepairShare::default();
    let versions = versions_of(rows);
    let firsts: Vec<f64> = versions
        .iter()
        .filter_map(|version| version.first())
        .map(|row| row.loss)
        .collect();
    let drift_per_row = drift_per_row(&versions);
    // The staleness and the loss of the last row of the version before.
    let (mut repaired, mut last) = (0.0, None);
    for (index, version) in versions.iter().enumerate() {
        let Some(first) = version.first() else {
            continue;
        };
        let around = firsts
            .get(index.saturating_sub(NEIGHBOURS)..(index + NEIGHBOURS + 1).min(firsts.len()))
            .unwrap_or_default();
        let told: Vec<f64> = if firsts.len() == 1 {
            version
                .iter()
                .take(LEVEL_ROWS)
                .map(|row| row.loss)
                .collect()
        } else {
            around.to_vec()
        };
        let drifted_once = firsts.len() == 1 && told.len() > 1;
        let drift = drift_per_row.filter(|_| drifted_once).unwrap_or(0.0);
        let level = mean(told.iter().copied()) - drift / 2.0;
        if let (Some(gain), Some((stale, loss))) = (first.run, last) {
            repaired += match drift_per_row {
                Some(drift) => stale + drift,
                // Versions of one row each show no drift of their own: what the cycle reported is all there is.
                None => gain.unwrap_or(0.0),
            };
            if drift_per_row.is_some() {
                share.observe(gain.unwrap_or(loss - first.loss), stale);
            }
        }
        drifted.extend(version.iter().enumerate().map(|(index, row)| Drifted {
            at: row.at,
            repaired,
            stale: row.loss - level,
            told_by: count(told.len()),
            begins: index == 0,
            counts: row.counts,
        }));
        last = version.last().map(|row| (row.loss - level, row.loss));
    }
    let share = share.share(REPAIR_PRIOR * noise).clamp(0.0, 1.0);
    (drifted, share, drift_per_row.unwrap_or(0.0))
}

/// Splits rows where a new version came into service.
fn versions_of(rows: &[SavingsRow]) -> Vec<&[SavingsRow]> {
    let mut versions = Vec::new();
    let mut rest = rows;
    while let Some((_, after)) = rest.split_first() {
        let length = 1 + after.iter().take_while(|row| row.run.is_none()).count();
        let (version, next) = rest.split_at(length);
        versions.push(version);
        rest = next;
    }
    versions
}

/// Returns by how much the loss rises from row to row within versions, not below 0; none if each has one row only.
fn drift_per_row(versions: &[&[SavingsRow]]) -> Option<f64> {
    let (mut rise, mut steps) = (0.0, 0);
    for version in versions {
        if let (Some(first), Some(last)) = (version.first(), version.last()) {
            rise += last.loss - first.loss;
            steps += version.len() - 1;
        }
    }
    (steps > 0).then(|| (rise / count(steps)).max(0.0))
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::from(u32::MAX), f64::from)
}

/// Lets a schedule run through the drift: it looks at the clock when a row has come, and its run shows from the next row on.
fn by_schedule(drifted: &[Drifted], (schedule, drift): (f64, f64), runs: &mut usize) -> Sum {
    let mut sum = Sum::default();
    let counted = || drifted.iter().filter(|row| row.counts);
    // It begins with the version that is in service, as old as that is.
    let version_began = drifted
        .iter()
        .take_while(|row| !row.counts)
        .filter(|row| row.begins)
        .last();
    let Some(first) = version_began.or_else(|| counted().next()) else {
        return sum;
    };
    let (mut last_run, mut level) = (first.at, Some(first.repaired));
    let mut version: Vec<f64> = Vec::new();
    let mut runs_inside = 0.0;
    let mut close = |version: &mut Vec<f64>, level: Option<f64>, runs_inside: &mut f64| {
        // Of the two rows the second has drifted once.
        let begun = |version: &[f64]| {
            mean(version.iter().take(LEVEL_ROWS).copied())
                - if version.len() > 1 { drift / 2.0 } else { 0.0 }
        };
        let level = level.unwrap_or_else(|| begun(version));
        let mut rows = 0.0;
        for drifted in version.drain(..) {
            rows += 1.0;
            sum.amount += drifted - level;
        }
        sum.variance += *runs_inside * rows * rows / 3.0;
        *runs_inside = 0.0;
        sum.close(&mut rows, count(LEVEL_ROWS));
    };
    for row in counted() {
        version.push(row.repaired + row.stale);
        runs_inside += f64::from(u8::from(row.begins));
        if row.at - last_run + SLACK >= schedule {
            *runs += 1;
            last_run = row.at;
            close(&mut version, level.take(), &mut runs_inside);
        }
    }
    close(&mut version, level.take(), &mut runs_inside);
    sum
}

fn mean(numbers: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = numbers.fold((0.0, 0.0), |(sum, count), number| {
        (sum + number, count + 1.0)
    });
    if count > 0.0 { sum / count } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::SplitMix64;

    /// Rows an hour apart, `drift` worse per row since the last run, run every `every` rows.
    fn rows(count: usize, drift: f64, every: Option<usize>) -> Vec<SavingsRow> {
        let mut random = SplitMix64::new(5);
        let mut stale = 0.0;
        (0..count)
            .map(|index| {
                let runs = every.is_some_and(|every| index > 0 && index % every == 0);
                let run = runs.then_some(Some(stale + drift));
                stale = if runs { 0.0 } else { stale + drift };
                SavingsRow {
                    at: 3600.0 * f64::from(u32::try_from(index).unwrap()),
                    loss: 20.0 + stale + random.next_share() - 0.5,
                    run,
                    counts: true,
                }
            })
            .collect()
    }

    const EVERY_SIX_HOURS: f64 = 6.0 * 3600.0;

    #[test]
    fn skipping_everything_in_a_drift_misses_more_than_a_schedule() {
        let found = savings(&rows(120, 0.5, None), 10.0, EVERY_SIX_HOURS);
        assert_eq!(found.schedule_runs, 19);
        // The truth: 0.5 · 119 · 120 ÷ 2 against versions of six rows.
        assert!(
            (found.missed.amount / 3570.0 - 1.0).abs() < 0.1,
            "{found:?}"
        );
        assert!(
            (found.schedule_missed.amount - 150.0).abs() < 40.0,
            "{found:?}"
        );
        assert!(
            (found.missed.low..found.missed.high).contains(&3570.0),
            "{found:?}"
        );
        assert!(found.schedule_missed.high < found.missed.low, "{found:?}");
        assert!(found.obtained.amount.abs() < 1e-9);
    }

    #[test]
    fn without_drift_skipping_misses_nothing_that_could_be_told_from_nothing() {
        let found = savings(&rows(120, 0.0, None), 10.0, EVERY_SIX_HOURS);
        assert!(
            found.missed.low < 0.0 && found.missed.high > 0.0,
            "{found:?}"
        );
    }

    #[test]
    fn running_all_the_time_obtains_what_a_schedule_misses() {
        let found = savings(&rows(120, 0.5, Some(1)), 10.0, EVERY_SIX_HOURS);
        assert!(found.missed.amount.abs() < 1.0, "{found:?}");
        assert!(
            (found.schedule_missed.amount - 150.0).abs() < 60.0,
            "{found:?}"
        );
    }

    #[test]
    fn rows_before_the_period_teach_and_do_not_count() {
        let mut all = rows(120, 0.5, Some(6));
        for row in all.iter_mut().take(60) {
            row.counts = false;
        }
        let found = savings(&all, 10.0, EVERY_SIX_HOURS);
        assert_eq!(found.rows, 60);
        assert!(found.schedule_runs <= 11);
    }

    #[test]
    fn nothing_is_nothing() {
        assert_eq!(savings(&[], 10.0, 60.0).rows, 0);
    }
}
