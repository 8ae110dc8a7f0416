//! One step of autoscaling: what was done or would be, and the comparisons behind it in words.

use std::path::Path;

use serde::Serialize;

use crate::autoscale::{Answer, Inequality, Reading, ScaleAction, ScalePlan, ScaleReason, Side};
use crate::clock::UnixTime;
use crate::duration::HumanDuration;
use crate::output::cell::{Cell, short};
use crate::output::document::Document;
use crate::output::table::Table;
use crate::registry::{ScaleOutcome, ScaleReadings, ScaleReport};

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
                let record = &approval.record;
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
                let record = &approval.record;
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

/// Returns one line for each thing that was compared, with all it was compared to.
fn evidence(plan: &ScalePlan, readings: Option<&ScaleReadings>, now: UnixTime) -> Vec<String> {
    let decision = &plan.decision;
    let behind =
        |label: &str| readings.map_or_else(String::new, |readings| behind(label, readings, now));
    if decision.inequalities.is_empty() {
        let readings = [
            ("energy", &plan.inputs.energy),
            ("trend", &plan.inputs.trend),
        ];
        let lines = readings.map(|(label, reading)| match reading {
            Reading::Value(value) => format!("  {label} {}{}", short(*value), behind(label)),
            missing => format!("  {label} unknown: {}", missing.complaint()),
        });
        return lines.into();
    }
    let is_shown = |side: Side| match &decision.wanted {
        ScaleAction::None => true,
        wanted if wanted.is_addition() => side != Side::Remove,
        _ => side != Side::Add,
    };
    let mut lines: Vec<(&str, String)> = Vec::new();
    for inequality in decision
        .inequalities
        .iter()
        .filter(|one| is_shown(one.side))
    {
        let label = inequality.label.as_str();
        let compared = compared(inequality, plan);
        match lines.iter_mut().find(|(other, _)| *other == label) {
            Some((_, line)) => *line = format!("{line}, {compared}"),
            None => {
                let value = value(inequality, readings);
                lines.push((label, format!("  {value} {compared}")));
            }
        }
    }
    let lines = lines.into_iter();
    lines
        .map(|(label, line)| format!("{line}{}", behind(label)))
        .collect()
}

/// Returns what a reading came from.
fn behind(label: &str, readings: &ScaleReadings, now: UnixTime) -> String {
    match (label, readings.trend_rows) {
        ("energy", _) => {
            let factors = readings.energy_factors.iter();
            let known = factors.filter_map(|factor| {
                Some(format!(
                    "  {} {}",
                    factor.kind.in_words(),
                    short(factor.worth?)
                ))
            });
            let known: String = known.collect();
            if known.is_empty() {
                known
            } else {
                format!("    {known}")
            }
        }
        ("trend", Some(rows)) if rows > 1 => {
            let age = Cell::time(readings.newest_row_at, now).pretty;
            format!("      {rows} rows, the newest {age}")
        }
        _ => String::new(),
    }
}

fn value(inequality: &Inequality, readings: Option<&ScaleReadings>) -> String {
    let Inequality { label, value, .. } = inequality;
    let number = short(*value);
    match label.as_str() {
        "engines" if number == "1" => "1 engine".to_owned(),
        "engines" => format!("{number} engines"),
        "seconds since action" => format!("{} since the last action", HumanDuration::rough(*value)),
        "actions lately" if number == "1" => "1 action lately".to_owned(),
        "actions lately" => format!("{number} actions lately"),
        "budget left" => {
            let unit = readings.and_then(|readings| readings.unit.as_ref());
            let unit = unit.map_or_else(String::new, |unit| format!(" {unit}"));
            format!("budget left {number}{unit}")
        }
        _ => format!("{label} {number}"),
    }
}

/// Says what a value is compared to, as it is: `> 0.8 (create)`, or `<= 0.8 (create)` where it does not exceed it.
fn compared(inequality: &Inequality, plan: &ScalePlan) -> String {
    let op = if inequality.holds {
        inequality.op
    } else {
        inequality.op.negated()
    };
    let sign = op.sign();
    let threshold = short(inequality.threshold);
    let (name, tolerance) = match inequality.threshold_name.split_once(", ") {
        Some((name, tolerance)) => (name, format!(" with {tolerance}")),
        None => (inequality.threshold_name.as_str(), String::new()),
    };
    let name = match name {
        "create_energy" => "create",
        "remove_energy" => "remove",
        "roi_threshold" => "threshold",
        "cost_per_engine" => "cost per engine",
        "min_engines" => "min",
        "max_engines" => "max",
        "max_instances" => "instances",
        "budget" => return format!("{sign} {threshold}"),
        "cooldown" => {
            return format!(
                "{sign} {} (cooldown)",
                HumanDuration::rough(inequality.threshold)
            );
        }
        "rate_limit" => {
            let limit = plan.settings.rate_limit;
            let limit = limit.map_or_else(String::new, |limit| format!(" {limit}"));
            return format!("{sign} {threshold} (rate limit{limit})");
        }
        other => other,
    };
    format!("{sign} {threshold} ({name}{tolerance})")
}
