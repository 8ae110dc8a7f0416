//! What came of one step of autoscaling: one typed report, from which tables, JSON and the exit code are computed.

use serde::{Serialize, Serializer};

use crate::autoscale::{Answer, MovedInput, ScaleAction, ScalePlan};
use crate::events::CloudEvent;
use crate::exit_code::ExitCode;
use crate::registry::entry::RegisteredEngine;
use crate::registry::scaling::scale_readings::ScaleReadings;
use crate::store::RecordedApproval;

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScaleOutcome {
    /// Nothing, and rightly so; the reason is in the decision.
    Nothing,
    /// Carried out.
    Done(ScaleAction),
    /// Would be carried out; nothing was.
    Planned(ScaleAction),
    /// An engine would have been added, but nobody approved or somebody refused.
    NotApproved(ScaleAction),
    /// Nothing: the plan to apply rests on inputs that have moved since.
    Stale,
    /// Nothing: while it was decided, or somebody was asked, what it rests on has changed.
    Overtaken,
}

/// What came of a step, with everything behind it.
#[derive(Clone, Debug, Serialize)]
pub struct ScaleReport {
    /// The version of this document.
    pub schema_version: u32,
    /// Whether nothing was to be changed.
    pub dry_run: bool,
    /// What came of it.
    pub step: StepReport,
    /// Who approved; none where nobody was asked.
    pub approval: Option<ApprovalReport>,
    /// The decision with its inputs and settings, as a document that `--apply` takes.
    pub plan: ScalePlan,
    /// What the readings were made of.
    pub readings: ScaleReadings,
    /// The inputs that have moved, if that is why nothing was done.
    pub moved: Vec<MovedInput>,
    /// Why what was done could not be told to others, if it could not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_published: Option<String>,
    /// The exit code that follows.
    pub exit_code: ExitCode,
    /// The engine and its event, to be told to hooks.
    #[serde(skip)]
    pub published: Option<(RegisteredEngine, CloudEvent)>,
}

/// What came of a step, in one row.
#[derive(Clone, Debug, Serialize)]
pub struct StepReport {
    /// `added`, `revived`, `removed`, `would_add`, `would_revive`, `would_remove`, `not_added`, `nothing` or `stale`.
    #[serde(serialize_with = "outcome_code")]
    pub outcome: ScaleOutcome,
    /// The engine it is about.
    pub engine: Option<String>,
    /// Why, as a reason code.
    pub reason: &'static str,
    /// Why, as one sentence.
    pub message: String,
}

/// What was answered and by whom.
#[derive(Clone, Debug, Serialize)]
pub struct ApprovalReport {
    /// `granted` or `refused`.
    pub answer: Answer,
    /// How and by whom.
    pub given: RecordedApproval,
}

impl ScaleOutcome {
    /// Returns the stable word for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Nothing
            | Self::Overtaken
            | Self::Done(ScaleAction::None)
            | Self::Planned(ScaleAction::None) => "nothing",
            Self::Done(ScaleAction::Add { .. }) => "added",
            Self::Done(ScaleAction::Revive { .. }) => "revived",
            Self::Done(ScaleAction::Remove { .. }) => "removed",
            Self::Planned(ScaleAction::Add { .. }) => "would_add",
            Self::Planned(ScaleAction::Revive { .. }) => "would_revive",
            Self::Planned(ScaleAction::Remove { .. }) => "would_remove",
            Self::NotApproved(_) => "not_added",
            Self::Stale => "stale",
        }
    }

    /// Returns what was or would be done.
    #[must_use]
    pub const fn action(&self) -> Option<&ScaleAction> {
        match self {
            Self::Done(action) | Self::Planned(action) | Self::NotApproved(action) => Some(action),
            Self::Nothing | Self::Stale | Self::Overtaken => None,
        }
    }

    const fn exit_code(&self) -> ExitCode {
        match self {
            Self::Nothing | Self::Done(_) | Self::Planned(_) | Self::Overtaken => ExitCode::Done,
            Self::NotApproved(_) => ExitCode::Approval,
            Self::Stale => ExitCode::PlanStale,
        }
    }
}

impl ScaleReport {
    /// Makes the report of an outcome.
    #[must_use]
    pub fn new(
        outcome: ScaleOutcome,
        plan: ScalePlan,
        readings: ScaleReadings,
        approval: Option<ApprovalReport>,
    ) -> Self {
        let decision = &plan.decision;
        let (reason, message) = match outcome {
            ScaleOutcome::Stale => ("plan_stale", "the plan is stale".to_owned()),
            ScaleOutcome::Overtaken => (
                "overtaken",
                "what the decision rests on has changed meanwhile".to_owned(),
            ),
            _ => {
                let refusal = approval.as_ref();
                let refusal = refusal.filter(|it| it.answer == Answer::Refused);
                let why = refusal.and_then(|it| it.given.reason.as_ref());
                let why = why.map_or_else(String::new, |why| format!(": {why}"));
                (decision.reason.code(), format!("{}{why}", decision.message))
            }
        };
        let exit_code = outcome.exit_code();
        let engine = outcome.action().and_then(ScaleAction::name);
        Self {
            schema_version: 1,
            dry_run: false,
            step: StepReport {
                engine: engine.map(str::to_owned),
                reason,
                message,
                outcome,
            },
            approval,
            plan,
            readings,
            moved: Vec::new(),
            not_published: None,
            exit_code,
            published: None,
        }
    }
}

impl ScaleReport {
    /// Names the inputs that moved since the plan was made, also where only the message is shown.
    #[must_use]
    pub fn with_moved(mut self, moved: Vec<MovedInput>) -> Self {
        if !moved.is_empty() && self.step.outcome == ScaleOutcome::Stale {
            let moved: Vec<String> = moved.iter().map(ToString::to_string).collect();
            self.step.message = format!("the plan is stale: {}", moved.join("; "));
        }
        self.moved = moved;
        self
    }
}

fn outcome_code<S: Serializer>(outcome: &ScaleOutcome, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(outcome.code())
}
