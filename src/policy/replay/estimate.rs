//! Puts an answer together: what the record tells of each age, the candidate's course, its interval, its support.

use super::age_sums::AgeSums;
use super::answer::{Difference, Refusal, RefusalReason, Replay, Support};
use super::candidate::Candidate;
use super::followed::{Followed, Parting};
use super::renewal::Course;
use super::replay_step::{ReplayHistory, StepAction};
use crate::policy::forecast::student_point;

/// Groups of ticks that are left out one by one.
const GROUPS: usize = 20;

/// Effective runs below which nothing is said.
const LEAST_RUNS: f64 = 10.0;

/// Share of rows, runs or skips that may rest on nothing.
const MOST_BARE: f64 = 0.05;

/// Share of the skips that may go against what the record preferred, unless enough such skips were made.
///
/// Small, as only the first of a row of them is seen: where the record wants to run, it does so soon, and takes the costly
/// rows that the candidate would have had with it.
const MOST_THIN: f64 = 0.003;

/// Share of the differing actions that may rest on nothing: the difference comes from them alone.
const MOST_BARE_DIFFERENCES: f64 = 0.1;

/// The exploration that is recommended.
const EXPLORE: f64 = 0.1;

/// Decisions beyond which no number is named.
const MOST_NEEDED: f64 = 100_000.0;

/// Answers what a candidate would have earned over what was done, or refuses.
#[must_use]
pub fn replay(histories: &[ReplayHistory], candidate: &Candidate) -> Replay {
    let followed: Vec<Followed> = histories
        .iter()
        .map(|history| Followed::along(history, candidate))
        .collect();
    let mut support = support_of(histories, &followed);
    let refuse = |reason, age: Option<f64>, support| Replay {
        outcome: Err(Refusal {
            reason,
            decisions_needed: age.and_then(decisions_needed),
        }),
        support,
    };
    if support.decisions == 0 {
        return refuse(RefusalReason::NoDecisions, None, support);
    }
    let partings: Vec<(Parting, f64)> = histories
        .iter()
        .zip(&followed)
        .filter_map(|(history, followed)| Some((followed.parting?, history.price)))
        .collect();
    if partings.is_empty() {
        support.covered = 1.0;
        return Replay {
            outcome: Ok(Difference {
                difference: 0.0,
                low: 0.0,
                high: 0.0,
                is_exact: true,
                candidate_runs: count(support.runs),
            }),
            support,
        };
    }
    let groups = Groups::of(&followed);
    let course = course_of(&partings, &groups.total);
    let shares = [
        share(course.unknown_rows, course.runs + course.skips),
        share(course.bare_runs, course.runs),
        share(course.bare_skips, course.skips),
    ];
    support.covered = 1.0 - shares.iter().copied().fold(0.0, f64::max);
    let age = age_needed(histories, candidate, &course);
    let [unknown, runs, skips] = shares;
    let fresh = groups.total.first().copied().unwrap_or_default();
    support.effective_runs = fresh.effective_rows();
    let bare = support.unsupported_runs + support.unsupported_skips;
    if count(bare) > MOST_BARE_DIFFERENCES * count(support.differing) {
        let reason = if support.unsupported_runs >= support.unsupported_skips {
            RefusalReason::RunsNotTaken
        } else {
            RefusalReason::SkipsNotTaken
        };
        return refuse(reason, age, support);
    }
    if runs > MOST_BARE {
        return refuse(RefusalReason::RunsNotTaken, age, support);
    }
    let sum = |part: fn(&Followed) -> usize| count(followed.iter().map(part).sum());
    let is_thin = sum(|it| it.skips_against) > MOST_THIN * count(support.decisions)
        && sum(|it| it.skips_against_taken) < LEAST_RUNS;
    if skips > MOST_BARE || is_thin {
        return refuse(RefusalReason::SkipsNotTaken, age, support);
    }
    if unknown > MOST_BARE {
        return refuse(RefusalReason::WaitsNotSeen, age, support);
    }
    if support.effective_runs < LEAST_RUNS {
        return refuse(RefusalReason::TooFewRuns, age, support);
    }
    let shared_runs: f64 = followed.iter().map(|it| count(it.shared_runs)).sum();
    let actual: f64 = partings.iter().map(|(parting, _)| parting.actual).sum();
    let difference = actual - course.cost;
    let deviation = groups.deviation(|ages| course_of(&partings, ages).cost);
    let freedom = (support.effective_runs - 1.0).min(count(groups.parts.len()) - 1.0);
    let reach = student_point(freedom) * deviation;
    Replay {
        outcome: Ok(Difference {
            difference,
            low: difference - reach,
            high: difference + reach,
            is_exact: false,
            candidate_runs: shared_runs + course.runs,
        }),
        support,
    }
}

fn course_of(partings: &[(Parting, f64)], ages: &[AgeSums]) -> Course {
    let mut course = Course::default();
    for (parting, price) in partings {
        course.add(&Course::of(parting, *price, ages));
    }
    course
}

/// Sums by age, in groups of neighbouring ticks and in all.
struct Groups {
    parts: Vec<Vec<AgeSums>>,
    total: Vec<AgeSums>,
}

impl Groups {
    fn of(followed: &[Followed]) -> Self {
        let contributions = || followed.iter().flat_map(|it| &it.contributions);
        let mut ticks: Vec<f64> = contributions().map(|it| it.at).collect();
        ticks.sort_by(f64::total_cmp);
        ticks.dedup();
        let size = ticks.len().div_ceil(GROUPS).max(1);
        let mut groups = Self {
            parts: vec![Vec::new(); ticks.len().div_ceil(size).max(1)],
            total: Vec::new(),
        };
        for contribution in contributions() {
            let tick = ticks.partition_point(|tick| *tick < contribution.at);
            if let Some(part) = groups.parts.get_mut(tick / size) {
                add(part, contribution.age, &contribution.sums);
            }
            add(&mut groups.total, contribution.age, &contribution.sums);
        }
        groups
    }

    /// Returns the deviation of an estimate by the jackknife: each group left out in turn.
    fn deviation(&self, estimate: impl Fn(&[AgeSums]) -> f64) -> f64 {
        let without: Vec<f64> = self
            .parts
            .iter()
            .map(|part| {
                let mut rest = self.total.clone();
                for (sums, left_out) in rest.iter_mut().zip(part) {
                    sums.add(left_out, -1.0);
                }
                estimate(&rest)
            })
            .collect();
        let groups = count(without.len());
        let mean = without.iter().sum::<f64>() / groups;
        let squares: f64 = without.iter().map(|it| (it - mean).powi(2)).sum();
        ((groups - 1.0) / groups * squares).sqrt()
    }
}

fn add(ages: &mut Vec<AgeSums>, age: usize, sums: &AgeSums) {
    if ages.len() < age {
        ages.resize(age, AgeSums::default());
    }
    if let Some(place) = ages.get_mut(age - 1) {
        place.add(sums, 1.0);
    }
}

fn support_of(histories: &[ReplayHistory], followed: &[Followed]) -> Support {
    let sum = |part: fn(&Followed) -> usize| followed.iter().map(part).sum();
    let is_run = |action: StepAction| action == StepAction::Run;
    Support {
        decisions: sum(|it| it.steps),
        runs: histories
            .iter()
            .flat_map(|history| &history.steps)
            .filter(|step| is_run(step.action))
            .count(),
        differing: sum(|it| it.differing),
        unsupported_runs: sum(|it| it.bare_runs),
        unsupported_skips: sum(|it| it.bare_skips),
        effective_runs: 0.0,
        covered: 0.0,
    }
}

/// Returns how many rows after a run have to be known for the candidate; none if no exploration reaches that far.
fn age_needed(histories: &[ReplayHistory], candidate: &Candidate, course: &Course) -> Option<f64> {
    let in_rows = |seconds: f64| {
        let (steps, time) = histories.iter().fold((0.0, 0.0), |(steps, time), history| {
            let (first, last) = (history.steps.first(), history.steps.last());
            let length = first
                .zip(last)
                .map_or(0.0, |(first, last)| last.at - first.at);
            (steps + count(history.steps.len()) - 1.0, time + length)
        });
        (seconds * share(steps, time)).ceil().max(1.0)
    };
    match candidate {
        Candidate::Never => None,
        Candidate::Always => Some(1.0),
        Candidate::Cron(seconds) => Some(in_rows(*seconds)),
        Candidate::Any => {
            let longest = histories.iter().map(|it| it.interval).fold(0.0, f64::max);
            Some(in_rows(longest))
        }
        // Twice the mean age of a version is about how long it stays.
        Candidate::Frozen(_) => Some(2.0 * share(course.ages, course.runs + course.skips)),
    }
}

/// Returns how many decisions with the recommended exploration reach an age often enough.
fn decisions_needed(age: f64) -> Option<f64> {
    let reached = EXPLORE * (1.0 - EXPLORE).powf(age - 1.0);
    let needed = (2.0 * LEAST_RUNS / reached).ceil();
    (needed <= MOST_NEEDED).then_some(needed.max(200.0))
}

fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::from(u32::MAX), f64::from)
}

#[cfg(test)]
#[path = "estimate_tests.rs"]
mod tests;
