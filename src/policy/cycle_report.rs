//! What the policy is told of a finished cycle.
//!
//! Reading it from a pipeline's result, and refusing what is malformed, happens before.

/// What a finished cycle reported.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CycleReport {
    /// Improvement per row of the new version over the old, in money; none if the pipeline does not backtest.
    pub gain: Option<f64>,
    /// What the cycle cost, ≥ 0, in money; none if not reported.
    pub cost: Option<f64>,
    /// ROI delta, net of cost, in money.
    pub roi: f64,
}

/// Why a cycle ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunKind {
    /// The policy chose it.
    Chosen,
    /// Something else did (an operator, a diagnostic, an interval); learned from as a run all the same.
    Forced,
}
