//! What a replay rests on: the decisions on one engine with what followed each, as plain numbers.

/// What was done at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepAction {
    /// Nothing.
    Skip,
    /// A cycle that put a version into service.
    Run,
    /// Something that no probability is known of: a cycle somebody asked for, one between two rows, one that failed.
    LeftOut,
}

/// One decision on a new metrics row, and what came after it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReplayStep {
    /// When it was decided, in unix seconds.
    pub at: f64,
    /// When what was done was done, in unix seconds: the end of a cycle.
    pub done_at: f64,
    /// The loss of the rows after it, up to the next decision, in money.
    pub loss: f64,
    /// What was done.
    pub action: StepAction,
    /// What the cycle cost, 0 for none.
    pub cost: f64,
    /// How likely a run was, 0..=1.
    pub run_probability: f64,
    /// Whether anything but the policy and the clock asked for a run.
    pub is_asked: bool,
    /// The number of the policy's cell.
    pub cell: u32,
    /// The debt the policy saw, in prices.
    pub debt_in_prices: f64,
}

/// The decisions on one engine.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ReplayHistory {
    /// The decisions, oldest first.
    pub steps: Vec<ReplayStep>,
    /// What a run costs, failed ones included, in money.
    pub price: f64,
    /// When the version in service at the beginning was made, in unix seconds; none if nobody knows.
    pub begun_at: Option<f64>,
    /// After how many seconds a cycle is due by the clock.
    pub interval: f64,
}

impl ReplayStep {
    /// Returns how likely what was done was; none where nobody knows.
    #[must_use]
    pub fn probability(&self) -> Option<f64> {
        match self.action {
            StepAction::Skip => Some(1.0 - self.run_probability),
            StepAction::Run => Some(self.run_probability),
            StepAction::LeftOut => None,
        }
    }
}
