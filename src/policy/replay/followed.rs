//! Follows the candidate along a recorded history: which rows it would have reached, and how likely the record did.

use super::age_sums::AgeSums;
use super::candidate::Candidate;
use super::replay_step::{ReplayHistory, ReplayStep, StepAction};

/// A run or skip below this probability was hardly possible.
///
/// Floors of 5 % and less gave intervals that were wrong half of the time; from 10 % on they held.
pub const HARDLY: f64 = 0.08;

/// Rows to either side from which the level of a row's time is taken.
const LEVEL_ROWS: usize = 25;

/// Where the candidate leaves the record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parting {
    /// Steps from there on, those left out not counted.
    pub steps: usize,
    /// Whether the candidate ran there and the record did not.
    pub runs: bool,
    /// Rows since the last run at that moment.
    pub age: usize,
    /// What was lost and paid from there on, losses less the level of their time.
    pub actual: f64,
}

/// What of one row goes into which age's sums.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contribution {
    /// When it was decided.
    pub at: f64,
    /// Rows since the run, from 1.
    pub age: usize,
    /// The sums of this row alone.
    pub sums: AgeSums,
}

/// A history seen with the eyes of a candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct Followed {
    /// Where they part; none if the candidate would have done exactly what was done.
    pub parting: Option<Parting>,
    /// What its rows tell.
    pub contributions: Vec<Contribution>,
    /// Runs before they part.
    pub shared_runs: usize,
    /// Steps that count.
    pub steps: usize,
    /// Steps at which the candidate would have done the other thing, given the same past.
    pub differing: usize,
    /// Of these: where that was hardly possible, runs.
    pub bare_runs: usize,
    /// Of these: where that was hardly possible, skips.
    pub bare_skips: usize,
    /// Steps at which the candidate skips, given the same past, and the record preferred to run.
    pub skips_against: usize,
    /// Of these: where the record skipped all the same.
    pub skips_against_taken: usize,
}

/// A version in service whose beginning has a known probability.
struct Segment {
    weight: f64,
    age: usize,
    /// How likely the skips were that the record did against its preference.
    against: f64,
}

impl Followed {
    /// Follows a candidate along a history.
    #[must_use]
    pub fn along(history: &ReplayHistory, candidate: &Candidate) -> Self {
        let levels = levels(history);
        let mut followed = Self {
            parting: None,
            contributions: Vec::with_capacity(history.steps.len()),
            shared_runs: 0,
            steps: 0,
            differing: 0,
            bare_runs: 0,
            bare_skips: 0,
            skips_against: 0,
            skips_against_taken: 0,
        };
        let mut segment: Option<Segment> = None;
        let (mut last_run, mut age) = (history.begun_at, 0);
        let mut is_known = true;
        for (step, level) in history.steps.iter().zip(&levels) {
            let elapsed = last_run.map_or(f64::INFINITY, |last| (step.at - last).max(0.0));
            let wants = candidate.wants_run(step, elapsed, history.interval);
            let Some(probability) = step.probability() else {
                // What follows a run of unknown probability is nobody's until the next one.
                segment = None;
                is_known = false;
                last_run = Some(step.done_at);
                age = 0;
                continue;
            };
            let did = step.action == StepAction::Run;
            is_known |= did;
            if !is_known {
                continue;
            }
            followed.steps += 1;
            if !wants && step.run_probability > 0.5 {
                followed.skips_against += 1;
                followed.skips_against_taken += usize::from(!did);
            }
            if wants != did {
                followed.differing += 1;
                let other = 1.0 - probability;
                followed.bare_runs += usize::from(wants && other < HARDLY);
                followed.bare_skips += usize::from(!wants && other < HARDLY);
                followed.parting.get_or_insert(Parting {
                    steps: 0,
                    runs: wants,
                    age,
                    actual: 0.0,
                });
            }
            match followed.parting.as_mut() {
                Some(parting) => {
                    parting.steps += 1;
                    parting.actual += step.loss - level + step.cost;
                }
                None => followed.shared_runs += usize::from(did),
            }
            if let Some(segment) = segment.as_ref() {
                followed.contributions.push(decision(segment, step, wants));
            }
            segment = match (segment, did) {
                (_, true) => Some(Segment {
                    weight: 1.0 / probability,
                    age: 1,
                    against: 1.0,
                }),
                (Some(segment), false) if !wants => Some(Segment {
                    weight: segment.weight / probability,
                    age: segment.age + 1,
                    against: segment.against * against(probability),
                }),
                _ => None,
            };
            if let Some(segment) = segment.as_ref() {
                let weight = segment.weight;
                followed.contributions.push(Contribution {
                    at: step.at,
                    age: segment.age,
                    sums: AgeSums {
                        rows: 1.0,
                        weight,
                        squares: weight * weight,
                        loss: weight * (step.loss - level),
                        ..AgeSums::default()
                    },
                });
            }
            if did {
                last_run = Some(step.done_at);
                age = 0;
            }
            age += 1;
        }
        followed
    }
}

/// Returns how much a skip of this probability went against what was preferred: not at all from one half on.
fn against(skip_probability: f64) -> f64 {
    if skip_probability < 0.5 {
        skip_probability
    } else {
        1.0
    }
}

/// Returns what the decision at the end of a row tells of its age.
fn decision(segment: &Segment, step: &ReplayStep, wants: bool) -> Contribution {
    let weight = segment.weight;
    let if_so = |is_so: bool| if is_so { weight } else { 0.0 };
    let skips = 1.0 - step.run_probability;
    Contribution {
        at: step.at,
        age: segment.age,
        sums: AgeSums {
            decided: weight,
            wants_run: if_so(wants),
            bare_run: if_so(wants && step.run_probability < HARDLY),
            bare_skip: if_so(!wants && segment.against * against(skips) < HARDLY),
            ..AgeSums::default()
        },
    }
}

/// Returns for each step the mean loss of the rows around it, itself left out.
///
/// What moves candidate and record alike (a season, a bad week) is taken off both and adds no noise to their difference.
/// Any numbers would do that do not depend on what was done at the very step.
fn levels(history: &ReplayHistory) -> Vec<f64> {
    let mut sums = Vec::with_capacity(history.steps.len() + 1);
    sums.push(0.0);
    let mut sum = 0.0;
    for step in &history.steps {
        sum += step.loss;
        sums.push(sum);
    }
    let upto = |index: usize| sums.get(index).copied().unwrap_or(sum);
    history
        .steps
        .iter()
        .enumerate()
        .map(|(index, step)| {
            let first = index.saturating_sub(LEVEL_ROWS);
            let last = (index + LEVEL_ROWS + 1).min(history.steps.len());
            let others = last - first - 1;
            if others == 0 {
                return step.loss;
            }
            let count = f64::from(u32::try_from(others).unwrap_or(u32::MAX));
            (upto(last) - upto(first) - step.loss) / count
        })
        .collect()
}
