//! What the end of a cycle makes of what is remembered of its engine. Pure.

use crate::store::{CycleEnd, CycleState, EngineState};

/// The share of the newest cycle in the typical time a cycle takes.
const NEWEST_SHARE: f64 = 0.3;

/// Returns the state of an engine after a cycle ended.
///
/// Only a success or a failure moves `last_run`; a deferred, cancelled or interrupted cycle leaves the engine due.
#[must_use]
pub fn after(state: &EngineState, end: &CycleEnd) -> EngineState {
    let mut state = state.clone();
    state.last_outcome = Some(end.state);
    match end.state {
        CycleState::Ok => {
            state.last_run = Some(end.ended_at);
            state.failures_in_row = 0;
            state.interruptions_in_row = 0;
            state.retry_from = None;
            state.successes = state.successes.saturating_add(1);
            // A sum beyond f64 would poison everything computed from it later.
            state.roi_total = (state.roi_total + end.roi.unwrap_or(0.0)).clamp(f64::MIN, f64::MAX);
            state.typical_seconds = match (state.typical_seconds, end.seconds) {
                (Some(typical), Some(newest)) => Some(typical + NEWEST_SHARE * (newest - typical)),
                (typical, newest) => newest.or(typical),
            };
        }
        CycleState::Failed => {
            state.last_run = Some(end.ended_at);
            state.retry_from = Some(end.ended_at);
            state.failures_in_row = state.failures_in_row.saturating_add(1);
            state.interruptions_in_row = 0;
        }
        CycleState::Interrupted => {
            state.interruptions_in_row = state.interruptions_in_row.saturating_add(1);
            // Once is an accident; a second time in a row it may be the pipeline that takes `sie` down.
            if state.interruptions_in_row > 1 {
                state.retry_from = Some(end.ended_at);
                state.failures_in_row = state.failures_in_row.saturating_add(1);
            }
        }
        CycleState::Deferred | CycleState::Cancelled | CycleState::Running => {}
    }
    state
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::UnixTime;

    fn end(state: CycleState) -> CycleEnd {
        CycleEnd {
            state,
            ended_at: UnixTime(1000.0),
            seconds: Some(4.0),
            roi: (state == CycleState::Ok).then_some(2.5),
            cost: 1.0,
            cost_assumed: false,
            reason: None,
            detail: None,
            attempts: Vec::new(),
            gates: None,
        }
    }

    #[test]
    fn a_success_forgets_failures_and_a_failure_counts_them() {
        let failed = after(
            &after(&EngineState::default(), &end(CycleState::Failed)),
            &end(CycleState::Failed),
        );
        assert_eq!(
            (failed.failures_in_row, failed.last_run),
            (2, Some(UnixTime(1000.0)))
        );
        let healed = after(&failed, &end(CycleState::Ok));
        assert_eq!(
            (
                healed.failures_in_row,
                healed.successes,
                healed.roi_total.to_bits()
            ),
            (0, 1, 2.5_f64.to_bits())
        );
    }

    #[test]
    fn an_interruption_leaves_the_engine_due_and_the_second_in_a_row_backs_off() {
        let once = after(&EngineState::default(), &end(CycleState::Interrupted));
        assert_eq!(
            (once.failures_in_row, once.last_run, once.retry_from),
            (0, None, None)
        );
        let twice = after(&once, &end(CycleState::Interrupted));
        assert_eq!(
            (twice.failures_in_row, twice.last_run, twice.retry_from),
            (1, None, Some(UnixTime(1000.0)))
        );
    }

    #[test]
    fn sums_of_absurd_deltas_stay_finite() {
        let absurd = CycleEnd {
            roi: Some(f64::MAX),
            ..end(CycleState::Ok)
        };
        let state = after(&after(&EngineState::default(), &absurd), &absurd);
        assert!(state.roi_total.is_finite());
    }
}
