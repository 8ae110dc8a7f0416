//! What is remembered of a patch, and how many patches paid.
//!
//! Stored by the caller under an id of its own. The effect recorded here is the patch's; the ROI of the cycles it was
//! tried on is in their own records.

use serde::{Deserialize, Serialize};

use super::{Answer, ComplexityChange, Refusal, Verdict};

/// Where a patch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PatchState {
    /// Refused or failed in a check: never reached the pipeline.
    Refused,
    /// In place, on trial.
    Applied,
    /// In place for good.
    Kept,
    /// Judged, and the originals are back.
    Reverted,
    /// Was kept, and taken back by hand.
    RevertedByHand,
    /// Its cycle was interrupted before a verdict, and the originals are back.
    Interrupted,
}

impl PatchState {
    /// Returns the word stored and shown to programs, as in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Applied => "applied",
            Self::Kept => "kept",
            Self::Reverted => "reverted",
            Self::RevertedByHand => "reverted_by_hand",
            Self::Interrupted => "interrupted",
        }
    }
}

/// One file of a patch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRecord {
    /// Relative to the work dir.
    pub path: String,
    /// Digest of the original as the caller writes digests; none if there was no file.
    pub before: Option<String>,
    /// Digest of the patched file; none if it is deleted.
    pub after: Option<String>,
}

/// One check on the patched copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckRecord {
    /// The command as configured.
    pub command: String,
    /// Whether it ended well.
    pub passed: bool,
    /// How it ended, in words: `exit 1`, `timed out`.
    pub ended: String,
}

/// A patch from its making to its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatchRecord {
    /// Where it stands.
    pub state: PatchState,
    /// Its files, by path.
    pub files: Vec<FileRecord>,
    /// Lines and branches of its files together.
    pub complexity: ComplexityChange,
    /// The checks that ran, in order.
    pub checks: Vec<CheckRecord>,
    /// What it did that it may not do.
    pub refusals: Vec<Refusal>,
    /// ROI deltas of the cycles it was tried on, in order.
    pub trials: Vec<f64>,
    /// Median ROI delta of unpatched cycles, in the operator's unit.
    pub roi_before: Option<f64>,
    /// Median ROI delta of its trials.
    pub roi_after: Option<f64>,
    /// The last verdict; none before the first trial.
    pub verdict: Option<Verdict>,
    /// Why it stands where it does, one sentence.
    pub why: String,
}

/// How many judged patches were kept and raised ROI.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuccessRate {
    /// Kept patches whose ROI after is above the one before, also if they were taken back by hand later.
    pub raised: u64,
    /// All patches that were kept or reverted by a verdict. Refused and interrupted ones were never measured, those on
    /// trial are not yet, and neither is a verdict of `could_not_be_measured`: none of them counts.
    pub judged: u64,
}

impl PatchRecord {
    /// Returns the record of a patch that its checks or limits stopped, or that is about to be tried.
    #[must_use]
    pub fn new(
        files: Vec<FileRecord>,
        complexity: ComplexityChange,
        checks: Vec<CheckRecord>,
        refusals: Vec<Refusal>,
    ) -> Self {
        let failed = checks.iter().find(|check| !check.passed);
        let (state, why) = match (refusals.first(), failed) {
            (Some(refusal), _) => (PatchState::Refused, format!("refused: {refusal}")),
            (None, Some(check)) => (
                PatchState::Refused,
                format!(
                    "the check `{}` did not pass: {}",
                    check.command, check.ended
                ),
            ),
            (None, None) => (PatchState::Applied, "on trial".to_owned()),
        };
        Self {
            state,
            files,
            complexity,
            checks,
            refusals,
            trials: Vec::new(),
            roi_before: None,
            roi_after: None,
            verdict: None,
            why,
        }
    }

    /// Takes over the verdict of a trial, with the deltas it rests on.
    pub fn judge(&mut self, trials: &[f64], verdict: Verdict) {
        self.trials = trials.to_vec();
        self.roi_before = verdict.evidence.roi_before;
        self.roi_after = verdict.evidence.roi_after;
        self.why = verdict.to_string();
        self.state = match verdict.answer {
            Answer::Keep => PatchState::Kept,
            Answer::Revert => PatchState::Reverted,
            Answer::AnotherTrial => PatchState::Applied,
        };
        self.verdict = Some(verdict);
    }

    /// Returns true if the patch was kept and what it changed is above 0.
    #[must_use]
    pub fn raised_roi(&self) -> bool {
        let was_kept = matches!(self.state, PatchState::Kept | PatchState::RevertedByHand);
        let before_and_after = self.roi_before.zip(self.roi_after);
        was_kept && before_and_after.is_some_and(|(before, after)| after > before)
    }

    fn was_judged(&self) -> bool {
        let has_ended = matches!(
            self.state,
            PatchState::Kept | PatchState::RevertedByHand | PatchState::Reverted
        );
        has_ended && self.verdict.as_ref().is_some_and(Verdict::is_measured)
    }
}

impl SuccessRate {
    /// Counts the records.
    #[must_use]
    pub fn of<'a>(records: impl IntoIterator<Item = &'a PatchRecord>) -> Self {
        records
            .into_iter()
            .fold(Self::default(), |rate, record| Self {
                raised: rate.raised + u64::from(record.raised_roi()),
                judged: rate.judged + u64::from(record.was_judged()),
            })
    }

    /// Returns raised ÷ judged in 0..=1; nothing before the first judged patch.
    #[must_use]
    pub fn value(self) -> Option<f64> {
        let count = |number| u32::try_from(number).ok().map(f64::from);
        count(self.judged)
            .filter(|judged| *judged > 0.0)
            .zip(count(self.raised))
            .map(|(judged, raised)| raised / judged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patch::{RefusalReason, SelfCodingEngine, VerdictReason};

    fn record() -> PatchRecord {
        let file = FileRecord {
            path: "params".into(),
            before: Some("aa".into()),
            after: Some("bb".into()),
        };
        PatchRecord::new(
            vec![file],
            ComplexityChange::default(),
            Vec::new(),
            Vec::new(),
        )
    }

    fn judged(delta: f64, baseline: usize) -> PatchRecord {
        let engine = SelfCodingEngine::new("./tune.sh", &["params"]);
        let baseline: Vec<f64> = [0.0, 1.0, 2.0].into_iter().cycle().take(baseline).collect();
        let trials = [delta; 10];
        let mut record = record();
        record.judge(&trials, engine.verdict(&baseline, &trials));
        record
    }

    #[test]
    fn only_kept_patches_that_raised_roi_are_successes() {
        let mut taken_back = judged(9.0, 20);
        taken_back.state = PatchState::RevertedByHand;
        let mut failed = judged(9.0, 20);
        let verdict = failed
            .verdict
            .clone()
            .expect("judged")
            .reverted_for(VerdictReason::CycleFailed);
        failed.judge(&[], verdict);
        let mut interrupted = record();
        interrupted.state = PatchState::Interrupted;
        let records = [
            judged(9.0, 20),
            judged(0.5, 20),
            judged(9.0, 3),
            taken_back,
            failed,
            interrupted,
            record(),
        ];
        let states = records.each_ref().map(|record| record.state);
        assert_eq!(
            states[..3],
            [PatchState::Kept, PatchState::Reverted, PatchState::Reverted]
        );
        let rate = SuccessRate::of(&records);
        assert_eq!((rate.raised, rate.judged), (2, 4));
        assert_eq!(rate.value(), Some(0.5));
        assert_eq!(SuccessRate::default().value(), None);
    }

    #[test]
    fn a_failed_check_or_a_refusal_is_told_in_the_record() {
        let check = CheckRecord {
            command: "./check.sh".into(),
            passed: false,
            ended: "exit 1".into(),
        };
        let stopped = PatchRecord::new(
            Vec::new(),
            ComplexityChange::default(),
            vec![check.clone()],
            Vec::new(),
        );
        assert_eq!(stopped.state, PatchState::Refused);
        assert_eq!(stopped.why, "the check `./check.sh` did not pass: exit 1");
        let refusal = Refusal {
            path: Some("x".into()),
            reason: RefusalReason::Link,
        };
        let refused = PatchRecord::new(
            Vec::new(),
            ComplexityChange::default(),
            vec![check],
            vec![refusal],
        );
        assert_eq!(refused.why, "refused: x: symbolic links are not taken");
    }

    #[test]
    fn the_word_of_a_state_is_the_one_in_json() {
        for state in [
            PatchState::Refused,
            PatchState::Applied,
            PatchState::Kept,
            PatchState::Reverted,
            PatchState::RevertedByHand,
            PatchState::Interrupted,
        ] {
            let stored = serde_json::to_value(state).expect("a word");
            assert_eq!(stored, state.as_str());
        }
    }

    #[test]
    fn a_record_survives_storage() {
        let record = judged(9.0, 20);
        let text = serde_json::to_string(&record).expect("finite numbers");
        assert_eq!(
            serde_json::from_str::<PatchRecord>(&text).expect("own text"),
            record
        );
    }
}
