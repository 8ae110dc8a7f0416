//! What the end of a cycle makes of the patch that was on trial in it.

use anyhow::Result;

use crate::engine::conductor::Conductor;
use crate::engine::patching::patch_report::PatchReport;
use crate::engine::patching::patch_step::Patching;
use crate::engine::patching::stored_patch::StoredPatch;
use crate::gate::Answer;
use crate::patch::{PatchRecord, PatchState, Verdict, VerdictReason};
use crate::store::{CycleEnd, CycleState, NewEvent, PatchUpdate};

/// What is committed of a patch with the end of a cycle.
#[derive(Default)]
pub(in crate::engine) struct Settled {
    /// What becomes of it.
    pub(in crate::engine) update: Option<PatchUpdate>,
    /// What is published.
    pub(in crate::engine) events: Vec<NewEvent>,
    /// Why its originals could not be restored; the next command tries again.
    pub(in crate::engine) problem: Option<String>,
}

impl Conductor<'_> {
    /// Judges the patch on trial by the end of a cycle; one that loses is taken out before that end is committed.
    ///
    /// `gates`: what the gates of the cycle said together. If one failed with the patch in place, no delta can make it
    /// good; while one could not be measured it is not kept.
    ///
    /// # Errors
    ///
    /// Fails if the trials cannot be read, or the record cannot be written as JSON; then nothing was restored.
    pub(in crate::engine) fn settle_patch(
        &self,
        patching: &mut Patching,
        end: &CycleEnd,
        gates: Option<Answer>,
    ) -> Result<Settled> {
        let Some(patch) = &patching.on_trial else {
            return Ok(Settled::default());
        };
        let Some(verdict) = self.verdict_on(patch, end, gates)? else {
            return Ok(Settled::default());
        };
        let mut record = patch.record.clone();
        record.judge(&verdict.0, verdict.1);
        let settled = self.committed(patch, record)?;
        if let Some(report) = &mut patching.report {
            *report = settled.1;
        }
        Ok(settled.0)
    }

    /// Returns the deltas of the trials and the verdict on them; none if the cycle tells nothing about the patch.
    fn verdict_on(
        &self,
        patch: &StoredPatch,
        end: &CycleEnd,
        gates: Option<Answer>,
    ) -> Result<Option<(Vec<f64>, Verdict)>> {
        let mut trials = self.store.trial_deltas(&self.key, patch.number)?;
        trials.extend(end.roi.filter(|_| end.state == CycleState::Ok));
        let verdict = patch.settings.verdict(&patch.baseline, &trials);
        Ok(match end.state {
            CycleState::Failed => Some(verdict.reverted_for(VerdictReason::CycleFailed)),
            CycleState::Ok => Some(match gates {
                Some(Answer::Fail) => verdict.reverted_for(VerdictReason::GateFailed),
                Some(Answer::Inconclusive) => verdict.without_gates(),
                Some(Answer::Pass) | None => verdict,
            }),
            // Deferred or cancelled: it goes on at the next cycle.
            _ => None,
        }
        .map(|verdict| (trials, verdict)))
    }

    fn committed(
        &self,
        patch: &StoredPatch,
        mut record: PatchRecord,
    ) -> Result<(Settled, PatchReport)> {
        let id = self.patch_id(patch.number);
        let mut settled = Settled::default();
        let mut restoring = None;
        let mut pause = None;
        let mut left_alone = Vec::new();
        if let Some((state, why)) = self.why_to_restore(patch, &record) {
            let judged = StoredPatch {
                record: record.clone(),
                ..patch.clone()
            };
            match self.restore(&judged, state, &why) {
                Ok(restored) => {
                    record = restored.record;
                    pause = restored.pause;
                    left_alone = restored.left_alone;
                }
                Err(error) => {
                    settled.problem = Some(format!("patch {id} could not be taken out: {error:#}"));
                    restoring = Some(state.as_str());
                    record.state = PatchState::Applied;
                }
            }
        }
        let mut report = PatchReport {
            left_alone,
            ..PatchReport::of(id, &record)
        };
        if restoring.is_some() {
            report.why = format!(
                "not taken out yet, the next command tries again: {}",
                record.why
            );
        }
        if record.state != PatchState::Applied {
            settled
                .events
                .push(self.patch_event(patch.number, &record)?);
        }
        settled.update = Some(PatchUpdate {
            number: patch.number,
            state: record.state.as_str(),
            restoring,
            record: serde_json::to_string(&record)?,
            pause,
        });
        Ok((settled, report))
    }

    /// Returns why the originals come back, and the state the patch has then, if they do.
    fn why_to_restore(
        &self,
        patch: &StoredPatch,
        record: &PatchRecord,
    ) -> Option<(PatchState, String)> {
        match record.state {
            PatchState::Reverted => Some((PatchState::Reverted, record.why.clone())),
            // What is kept for good, and perhaps committed, has to be the patch and nothing else.
            PatchState::Kept => self.why_to_end(patch).unwrap_or_else(|error| {
                let why = format!("its files cannot be looked at: {error:#}");
                Some((PatchState::Interrupted, why))
            }),
            _ => None,
        }
    }
}
