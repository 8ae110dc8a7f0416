//! One step of autoscaling: what was done or would be, and the comparisons behind it in words.

use std::path::Path;

use serde::Serialize;

use crate::autoscale::{Answer, ScaleAction, ScalePlan, ScaleReason};
use crate::clock::UnixTime;
use crate::output::autoscale_evidence::evidence;
use crate::output::cell::Cell;
use crate::output::document::Document;
use crate::output::table::Table;
use crate::registry::{ScaleOutcome, ScaleReport};

/// The report of `autoscale`.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct ScaleDocument {
    report: ScaleReport,
    #[serde(skip)]
    written_to: Option<String>,
}

impl ScaleDocument {
    /// Shows a report; the plan was written to a file if one is named.
    #[must_use]
    pub fn new(report: ScaleReport, written_to: Option<&Path>) -> Self {
        Self {
            report,
            written_to: written_to.map(|path| path.display().to_string()),
        }
    }

    /// Returns what a person reads.
    #[must_use]
    pub fn lines(&self, now: UnixTime) -> Vec<String> {
        let report = &self.report;
        let mut lines = vec![headline(report)];
        lines.extend(report.moved.iter().map(|moved| format!("  {moved}")));
        if report.moved.is_empty() {
            lines.extend(evidence(&report.plan, Some(&report.readings), now));
        }
        lines.extend(self.last_line());
        lines
    }

    /// Tells who approved, or what can be done.
    fn last_line(&self) -> Option<String> {
        let report = &self.report;
        if let Some(path) = &self.written_to {
            return Some(format!(
                "plan written to {path}: carry it out with `sie autoscale --apply {path}`"
            ));
        }
        match (&report.step.outcome, &report.approval) {
            (ScaleOutcome::Stale, _) => {
                Some("hint: make a new plan with `sie autoscale --out FILE`".to_owned())
            }
            (ScaleOutcome::Done(action) | ScaleOutcome::Planned(action), Some(approval))
                if action.is_addition() =>
            {
                let record = &approval.given;
                let by = record.by.as_deref().unwrap_or("nobody");
                let reason = record.reason.as_ref();
                let reason = reason.map_or_else(String::new, |reason| format!(": {reason}"));
                Some(format!("approved by {by}, {}{reason}", way(&record.how)))
            }
            (ScaleOutcome::NotApproved(_), Some(_)) => None,
            (ScaleOutcome::NotApproved(_) | ScaleOutcome::Planned(_), _)
                if report.plan.decision.reason == ScaleReason::ApprovalMissing =>
            {
                Some(
                    "approval needed: run again with --yes, or --out plan.json for someone else to apply"
                        .to_owned(),
                )
            }
            _ => None,
        }
    }
}

impl Document for ScaleDocument {
    const ROWS: &'static str = "step";

    fn table(&self, now: UnixTime) -> Table {
        let step = &self.report.step;
        let row = vec![
            Cell::text(step.outcome.code()),
            step.engine.as_ref().map_or_else(Cell::none, Cell::text),
            Cell::text(step.reason),
            Cell::text(&step.message),
        ];
        Table {
            before: self.lines(now),
            rows: vec![row],
            ..Table::default()
        }
    }
}

/// Returns what a person is shown before the question for an approval.
#[must_use]
pub fn question(plan: &ScalePlan, now: UnixTime) -> Vec<String> {
    let mut lines = vec![would(&plan.decision.wanted)];
    lines.extend(evidence(plan, None, now));
    lines
}

/// Says what happened.
#[must_use]
pub fn headline(report: &ScaleReport) -> String {
    let decision = &report.plan.decision;
    match &report.step.outcome {
        ScaleOutcome::Done(action) => match action {
            ScaleAction::None => "nothing to do".to_owned(),
            ScaleAction::Add { name } => format!("added {name}"),
            ScaleAction::Revive { name } => format!("revived {name} with its data"),
            ScaleAction::Remove { name } => format!("removed {name}: archived with its data"),
        },
        ScaleOutcome::Planned(action) => would(action),
        ScaleOutcome::NotApproved(action) => {
            let name = action.name().unwrap_or_default();
            let refusal = report.approval.as_ref();
            let refusal = refusal.filter(|approval| approval.answer == Answer::Refused);
            let why = refusal.map_or_else(String::new, |approval| {
                let record = &approval.given;
                let reason = record.reason.as_ref();
                let reason = reason.map_or_else(String::new, |reason| format!(": {reason}"));
                format!(" {}{reason}", way(&record.how))
            });
            let (verb, message) = (past(action), &decision.message);
            format!("{name} was not {verb}: {message}{why}")
        }
        ScaleOutcome::Stale => "nothing was done: the plan is stale".to_owned(),
        ScaleOutcome::Overtaken => format!("nothing was done: {}", report.step.message),
        ScaleOutcome::Nothing => match &decision.wanted {
            // What is missing about a reading stands in its own line.
            ScaleAction::None => format!("nothing to do: {}", decision.reason.in_words()),
            wanted => format!(
                "nothing was done: {}, else {}",
                decision.message,
                would(wanted)
            ),
        },
    }
}

fn would(action: &ScaleAction) -> String {
    match action {
        ScaleAction::None => "nothing to do".to_owned(),
        ScaleAction::Add { name } => format!("would add {name}"),
        ScaleAction::Revive { name } => format!("would revive {name} with its data"),
        ScaleAction::Remove { name } => format!("would remove {name} and archive it with its data"),
    }
}

const fn past(action: &ScaleAction) -> &'static str {
    match action {
        ScaleAction::Revive { .. } => "revived",
        ScaleAction::Remove { .. } => "removed",
        ScaleAction::Add { .. } | ScaleAction::None => "added",
    }
}

/// Says in which way an approval was given.
#[must_use]
pub fn way(how: &str) -> &str {
    match how {
        "yes" => "by --yes",
        "prompt" => "at the terminal",
        "command" => "by the approval command",
        "plan" => "by applying a plan",
        "callback" => "by the calling program",
        _ => "not needed",
    }
}
