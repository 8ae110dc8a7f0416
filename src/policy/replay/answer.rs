//! What a replay says: a difference with its interval, or why there is none.

use serde::Serialize;

/// Why a question is not answered. The codes are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalReason {
    /// Nothing was decided on in this stretch.
    NoDecisions,
    /// The candidate runs where the record never or hardly ever could have run.
    RunsNotTaken,
    /// The candidate skips where the record never or hardly ever could have skipped.
    SkipsNotTaken,
    /// The candidate goes on for longer after a run than the record ever or hardly ever did.
    WaitsNotSeen,
    /// Too few runs are on record to tell what one brings.
    TooFewRuns,
}

/// On what a replay rests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Support {
    /// Decisions that count.
    pub decisions: usize,
    /// Runs among them.
    pub runs: usize,
    /// Decisions at which the candidate would have done the other thing, given the same past.
    pub differing: usize,
    /// Of these: runs whose probability was under 8 %.
    pub unsupported_runs: usize,
    /// Of these: skips whose probability was under 8 %.
    pub unsupported_skips: usize,
    /// How many equally likely runs the recorded ones are worth.
    pub effective_runs: f64,
    /// Share of the candidate's rows and actions that the record covers, 0..=1.
    pub covered: f64,
}

/// A difference in money: above 0 the candidate would have earned more than what was done.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The estimate.
    pub difference: f64,
    /// Lower end of the 95 % interval.
    pub low: f64,
    /// Upper end of the 95 % interval.
    pub high: f64,
    /// Whether it is no estimate but known from the record: the candidate would have done exactly what was done.
    pub is_exact: bool,
    /// Runs the candidate would have made.
    pub candidate_runs: f64,
}

/// A question that is not answered.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Refusal {
    /// Why.
    pub reason: RefusalReason,
    /// About how many decisions with `--explore 0.1` would help; none where no number would.
    pub decisions_needed: Option<f64>,
}

/// An answer or a refusal, with what it rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Replay {
    /// The outcome.
    pub outcome: Result<Difference, Refusal>,
    /// What it rests on.
    pub support: Support,
}
