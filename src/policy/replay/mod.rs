//! What another policy would have earned on the recorded decisions, with an interval, or why that cannot be said.
//!
//! Pure: records in, answer or refusal with its support out. It reads no store and prints nothing.
//!
//! **Unit.** One step is one decision on a new metrics row (a *tick*); what it brought is the loss of the rows up to the
//! next one, and the cost of the cycle, if one ran.
//!
//! **Estimator.** A run begins anew: what a row loses depends on what happened since the last run, not on what was before.
//! So a candidate's course from the moment it leaves the record is a renewal process, put together age by age (rows since
//! the run): how likely it runs at that age, and what a row of that age loses. Both are means over those recorded rows that
//! were reached as the candidate would have reached them, each weighted by the inverse probability that the record got
//! there: per-decision importance weights (Precup, Sutton, Singh: Eligibility Traces for Off-Policy Policy Evaluation,
//! 2000), which begin anew with every run and are normalised by their sum (Hájek). 1 ÷ P(run) at the beginning makes it as
//! if runs had been drawn evenly over all steps, so that a record that runs when things are bad does not make fresh versions
//! look bad. Losses count above the level of their time, a control variate that takes what moved both alike off both.
//! Up to where they part the difference is exactly 0; a candidate that never parts is answered exactly.
//!
//! **Interval.** 95 %, by a jackknife that leaves out groups of neighbouring ticks, all engines of a pool together, with
//! Student's t of the effective number of runs (Kott: The Delete-a-Group Jackknife, 2001). It draws nothing, so one
//! question has one answer. What was done is known and adds nothing to it.
//!
//! **Refused** is what hangs on actions that were hardly taken (probability under [`HARDLY`]), on ages with under four
//! effective rows, on under ten effective runs, or on skipping where the record wanted to run and did: the rows that would
//! have come then are the dear ones, and neither weights nor effective numbers show that they are missing.
//!
//! **Assumed.** Runs repair the staleness whoever chose them, and ages mean the same early and late in the record. Engines of
//! a pool are alike in what a run repairs. Cycles that somebody asked for, that failed or that ran without a decision of their
//! own are left out, with the rows up to the next run. An export is asked in the cells and debts as they were recorded.
//!
//! How well it holds is measured in `simulator_tests`: known truth, five worlds × 200 histories.

mod age_sums;
mod answer;
mod candidate;
mod estimate;
mod followed;
mod renewal;
mod replay_step;

pub use answer::{Difference, Refusal, RefusalReason, Replay, Support};
pub use candidate::Candidate;
pub use estimate::replay;
pub use followed::HARDLY;
pub use replay_step::{ReplayHistory, ReplayStep, StepAction};

#[cfg(test)]
mod simulator_tests;
