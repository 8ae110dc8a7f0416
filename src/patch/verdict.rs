//! Keep, revert, or another trial: the ROI deltas of patched cycles against those of unpatched ones.
//!
//! Decides only; files, ledger and learning are the caller's. The baseline are the deltas of cycles that ran without a
//! patch on trial since the files last changed for good, oldest first, as it was when the patch began: it must not
//! change between the looks of one patch. After a patch is kept its trials are the first deltas of the new baseline;
//! that they were selected for being high makes the next patch harder to keep, never easier.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::trial_plan::Bound;
use super::{Method, TrialPlan, VerdictReason, median, robust_spread};

/// Fewest unpatched deltas against which a patch is judged.
///
/// From 12 on, four in five improvements of two standard deviations are kept at the default number of trials; with 10
/// or 11 it is about seven in ten, while one that does nothing is as unlikely to be kept as ever.
pub const MIN_BASELINE: usize = 10;

/// Newest unpatched deltas that are looked at; older ones say little about the noise of today.
pub const BASELINE_WINDOW: usize = 30;

/// What becomes of the patch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The patch stays.
    Keep,
    /// The originals come back.
    Revert,
    /// The patch stays for one more cycle and is judged again.
    AnotherTrial,
}

/// The numbers behind a verdict; all amounts in the operator's unit of ROI.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerdictEvidence {
    /// Trials so far, 0 if there is none.
    pub trial: u32,
    /// Trials after which there is no other.
    pub of: u32,
    /// Unpatched deltas compared with.
    pub baseline: u32,
    /// How they were compared; none if they could not be.
    pub method: Option<Method>,
    /// Median delta of the unpatched cycles.
    pub roi_before: Option<f64>,
    /// Median delta of the trials.
    pub roi_after: Option<f64>,
    /// What the patch changed: the median of all differences trial − unpatched (Hodges and Lehmann, 1963).
    pub estimate: Option<f64>,
    /// Robust spread of the unpatched deltas.
    pub noise: Option<f64>,
    /// The change is above this, but for a probability of `level`; none if this look cannot tell. Kept only above 0.
    pub lower: Option<f64>,
    /// The estimate must be at least this.
    pub min_delta: f64,
    /// Probability spent at this look on keeping a patch that does nothing, in 0..=0.001.
    pub level: f64,
}

/// The answer with its reason and evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// What becomes of the patch.
    pub answer: Answer,
    /// Why.
    pub reason: VerdictReason,
    /// The numbers.
    pub evidence: VerdictEvidence,
}

/// Judges the trials so far against the newest `plan.baseline()` unpatched deltas; both oldest first.
///
/// Kept if the estimate ≥ `min_delta` and the lower bound > 0. Before the last trial it is reverted as soon as the
/// estimate is not above 0, lies more than one standard error noise · √(1/k + 1/m) below `min_delta`, or the remaining
/// trials could not convince any more; otherwise there is another trial. Stopping early to revert makes keeping only
/// rarer. Trials beyond the plan's number are not looked at. Ties with the baseline count against the patch.
#[must_use]
pub fn judge(plan: &TrialPlan, baseline: &[f64], trials: &[f64], min_delta: f64) -> Verdict {
    let wanted = usize::try_from(plan.baseline()).unwrap_or(usize::MAX);
    let baseline = newest(baseline, wanted);
    let last = usize::try_from(plan.trials()).unwrap_or(usize::MAX);
    let trials = trials.get(..last).unwrap_or(trials);
    let trial = u32::try_from(trials.len()).unwrap_or(u32::MAX);
    let mut verdict = Verdict {
        answer: Answer::Revert,
        reason: VerdictReason::CouldNotBeMeasured,
        evidence: VerdictEvidence {
            trial,
            of: plan.trials(),
            baseline: u32::try_from(baseline.len()).unwrap_or(u32::MAX),
            method: None,
            roi_before: None,
            roi_after: None,
            estimate: None,
            noise: None,
            lower: None,
            min_delta,
            level: 0.0,
        },
    };
    if baseline.len() < wanted.max(MIN_BASELINE) {
        return verdict;
    }
    let Some(measured) = Measured::of(baseline, trials) else {
        let nothing_yet = trials.is_empty();
        verdict.answer = if nothing_yet {
            Answer::AnotherTrial
        } else {
            Answer::Revert
        };
        verdict.reason = if nothing_yet {
            VerdictReason::Undecided
        } else {
            VerdictReason::NotFinite
        };
        return verdict;
    };
    let evidence = &mut verdict.evidence;
    evidence.method = Some(plan.method());
    evidence.roi_before = median(baseline);
    evidence.roi_after = median(trials);
    evidence.estimate = Some(measured.estimate);
    evidence.noise = Some(measured.noise);
    evidence.lower = measured.lower(plan.bound(trial));
    evidence.level = plan.level(trial);
    (verdict.answer, verdict.reason) = measured.answer(plan, trial, min_delta, evidence.lower);
    verdict
}

/// Returns the newest `count` values, or all if there are fewer.
fn newest(values: &[f64], count: usize) -> &[f64] {
    values
        .get(values.len().saturating_sub(count)..)
        .unwrap_or(values)
}

/// The differences between trials and baseline, and what follows from them.
struct Measured {
    /// All differences trial − unpatched, ascending.
    differences: Vec<f64>,
    estimate: f64,
    noise: f64,
    /// Number of differences above 0.
    above: u32,
    /// √(1/k + 1/m).
    standard_error: f64,
}

impl Measured {
    /// Returns nothing if there is no trial, or a number is out of range.
    fn of(baseline: &[f64], trials: &[f64]) -> Option<Self> {
        let mut differences: Vec<f64> = trials
            .iter()
            .flat_map(|trial| baseline.iter().map(move |unpatched| trial - unpatched))
            .collect();
        if !differences.iter().all(|difference| difference.is_finite()) {
            return None;
        }
        differences.sort_by(f64::total_cmp);
        let noise = robust_spread(baseline).filter(|noise| noise.is_finite())?;
        let count = |values: &[f64]| u32::try_from(values.len()).ok().map(f64::from);
        Some(Self {
            estimate: median(&differences)?,
            noise,
            above: u32::try_from(differences.iter().filter(|one| **one > 0.0).count()).ok()?,
            standard_error: (1.0 / count(trials)? + 1.0 / count(baseline)?).sqrt(),
            differences,
        })
    }

    /// Returns the lower bound of the change at this look's level.
    ///
    /// By ranks: U ≥ u holds exactly if the (m·k − u + 1)-th smallest difference is above 0, so that difference is it.
    fn lower(&self, bound: Bound) -> Option<f64> {
        match bound {
            Bound::Count(count) => {
                let count = usize::try_from(count).ok()?;
                let place = self.differences.len().checked_sub(count)?;
                self.differences.get(place).copied()
            }
            Bound::Spreads(spreads) => {
                Some(self.estimate - spreads * self.noise).filter(|lower| lower.is_finite())
            }
            Bound::OutOfReach => None,
        }
    }

    fn answer(
        &self,
        plan: &TrialPlan,
        trial: u32,
        min_delta: f64,
        lower: Option<f64>,
    ) -> (Answer, VerdictReason) {
        let is_last = trial >= plan.trials();
        let beats_noise = lower.is_some_and(|lower| lower > 0.0);
        let reaches_min_delta = self.estimate >= min_delta;
        let slack = if is_last {
            0.0
        } else {
            self.noise * self.standard_error
        };
        if beats_noise && reaches_min_delta {
            (Answer::Keep, VerdictReason::BeatsNoise)
        } else if self.estimate <= 0.0 {
            (Answer::Revert, VerdictReason::NoGain)
        } else if self.estimate + slack < min_delta {
            (Answer::Revert, VerdictReason::BelowMinDelta)
        } else if is_last {
            (Answer::Revert, VerdictReason::WithinNoise)
        } else if self.is_out_of_reach(plan, trial) {
            (Answer::Revert, VerdictReason::OutOfReach)
        } else {
            (Answer::AnotherTrial, VerdictReason::Undecided)
        }
    }

    /// Returns true if no later look could be convinced even by trials above every unpatched delta.
    fn is_out_of_reach(&self, plan: &TrialPlan, trial: u32) -> bool {
        (trial.saturating_add(1)..=plan.trials()).all(|later| match plan.bound(later) {
            Bound::Count(count) => {
                let at_best = (later - trial).saturating_mul(plan.baseline());
                self.above.saturating_add(at_best) < count
            }
            Bound::Spreads(_) => false,
            Bound::OutOfReach => true,
        })
    }
}

impl Verdict {
    /// Returns false where nothing could be told: too few deltas, numbers out of range, or a gate without evidence.
    #[must_use]
    pub fn is_measured(&self) -> bool {
        let blind = [
            VerdictReason::CouldNotBeMeasured,
            VerdictReason::NotFinite,
            VerdictReason::GateInconclusive,
        ];
        !blind.contains(&self.reason)
    }

    /// Returns this verdict if it is not to be kept, else one that is not: a gate of this cycle could not be measured.
    ///
    /// There is another trial as long as one is left.
    #[must_use]
    pub fn without_gates(mut self) -> Self {
        if self.answer == Answer::Keep {
            let is_last = self.evidence.trial >= self.evidence.of;
            self.answer = if is_last {
                Answer::Revert
            } else {
                Answer::AnotherTrial
            };
            self.reason = VerdictReason::GateInconclusive;
        }
        self
    }

    /// Returns this verdict turned into a revert, for what no delta can make good: a failed cycle or gate.
    #[must_use]
    pub fn reverted_for(mut self, reason: VerdictReason) -> Self {
        self.answer = Answer::Revert;
        self.reason = reason;
        self
    }
}

/// One line: `kept after trial 4 of 10: it beats the noise of unpatched cycles (change 2.1, above 0.3; noise 0.8; …)`.
impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let evidence = &self.evidence;
        let answer = match self.answer {
            Answer::Keep => "kept",
            Answer::Revert => "reverted",
            Answer::AnotherTrial => "another trial",
        };
        let (trial, of, baseline) = (evidence.trial, evidence.of, evidence.baseline);
        write!(
            formatter,
            "{answer} after trial {trial} of {of}: {} (",
            self.reason
        )?;
        if let (Some(estimate), Some(noise)) = (evidence.estimate, evidence.noise) {
            write!(formatter, "change {estimate:.4}, ")?;
            match evidence.lower {
                Some(lower) => write!(formatter, "above {lower:.4}; ")?,
                None => formatter.write_str("bound not known yet; ")?,
            }
            write!(
                formatter,
                "noise {noise:.4}; min_delta {}; ",
                evidence.min_delta
            )?;
        }
        write!(formatter, "{baseline} unpatched cycles)")
    }
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
