//! What happened in `cycle` and `run-all`.

use serde::Serialize;

use crate::clock::UnixTime;
use crate::duration::HumanDuration;
use crate::engine::{CycleReport, Reason};
use crate::output::cell::{Cell, short, signed};
use crate::output::conditions;
use crate::output::document::Document;
use crate::output::patches::{patch_lines, patch_note};
use crate::output::table::{Table, rule};
use crate::registry::{EngineReport, FleetReport};
use crate::store::CycleState;

/// The report of `run-all`.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct FleetDocument(pub FleetReport);

/// The report of `cycle`: the same document, told in sentences.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct CycleDocument(pub FleetReport);

impl Document for FleetDocument {
    const ROWS: &'static str = "engines";

    fn table(&self, now: UnixTime) -> Table {
        let report = &self.0;
        let header = vec![
            "ENGINE", "RESULT", "WHY", "ENERGY", "TOOK", "ROI", "COST", "NOTE",
        ];
        let _ = now;
        Table {
            header,
            rows: rows_in_order(report),
            after: summary(report),
            ..Table::default()
        }
    }

    fn nothing(&self) -> Option<String> {
        self.0.engines.is_empty().then(|| {
            "no engines are registered; register one with `sie register NAME --pipeline 'CMD'`"
                .to_owned()
        })
    }
}

impl Document for CycleDocument {
    const ROWS: &'static str = "engines";

    fn table(&self, now: UnixTime) -> Table {
        let before = self
            .0
            .engines
            .iter()
            .flat_map(|engine| sentences(engine, now))
            .collect();
        Table {
            before,
            rows: self.0.engines.iter().map(row).collect(),
            ..Table::default()
        }
    }
}

/// Returns a row per engine, and a line where the money ended.
///
/// With a budget those come first that got at the money, in that order, then those for which it did not reach.
fn rows_in_order(report: &FleetReport) -> Vec<Vec<Cell>> {
    let mut engines: Vec<&EngineReport> = report.engines.iter().collect();
    let Some(budget) = &report.budget else {
        return engines.into_iter().map(row).collect();
    };
    let place = |engine: &&EngineReport| {
        let mut order = budget.order.iter();
        let rank = order.position(|ranked| ranked.engine == engine.engine);
        match rank {
            Some(rank) if engine.is_kept_by_budget() => (1, rank),
            Some(rank) => (0, rank),
            None => (2, 0),
        }
    };
    engines.sort_by_key(place);
    let above = engines.iter().filter(|it| place(it).0 == 0).count();
    let mut rows: Vec<Vec<Cell>> = engines.into_iter().map(row).collect();
    if let Some(end) = &budget.ended {
        rows.insert(above, rule(&format!("--- {end} ---")));
    }
    rows
}

fn row(report: &EngineReport) -> Vec<Cell> {
    let cycle = report.cycle.as_deref();
    vec![
        Cell::text(report.engine.as_str()),
        Cell::both(result_words(report), result_code(report)),
        Cell::text(&report.reason),
        cycle.map_or_else(Cell::none, |cycle| Cell::text(cycle.energy.to_string())),
        Cell::seconds(cycle.map(|cycle| cycle.seconds)),
        Cell::signed(cycle.and_then(|cycle| cycle.roi)),
        Cell::amount(
            cycle.map(|cycle| cycle.cost),
            cycle.is_some_and(|cycle| cycle.cost_assumed),
        ),
        Cell::text(note(report)),
    ]
}

/// Returns the word a program reads: the state of the cycle, `run` or `skip`, or `error`.
fn result_code(report: &EngineReport) -> &'static str {
    match report.outcome() {
        Some(CycleState::Ok) if report.cycle.as_ref().is_some_and(|cycle| cycle.flaky) => "flaky",
        Some(state) => state.as_str(),
        None if report.error.is_some() => "error",
        None if report.reason == "not_started" => "not started",
        None => report.action.as_str(),
    }
}

fn result_words(report: &EngineReport) -> String {
    let reason = report
        .cycle
        .as_ref()
        .and_then(|cycle| Some(cycle.failure.as_ref()?.reason.as_str()));
    match reason {
        Some("timed_out") => "timed out".to_owned(),
        _ => result_code(report).to_owned(),
    }
}

fn note(report: &EngineReport) -> String {
    if let Some(error) = &report.error {
        return error.clone();
    }
    if let Some(pause) = &report.paused {
        return pause.reason.clone();
    }
    let Some(cycle) = report.cycle.as_deref() else {
        if report.is_kept_by_budget() {
            return conditions::money_note(report.engine.as_str(), &report.conditions);
        }
        return match report.due_in {
            Some(seconds) => format!("due in {}", HumanDuration::rough(seconds.ceil())),
            None if report.reason == "busy" => held_by(report),
            None if report.reason == "not_started" => {
                "the run was ended before its turn".to_owned()
            }
            None => String::new(),
        };
    };
    if let Some(error) = &cycle.not_recorded {
        return format!("the end could not be recorded: {error}");
    }
    if let Some(failure) = &cycle.failure {
        return failure.message.clone();
    }
    let says = cycle
        .result
        .as_ref()
        .and_then(|result| result.message.clone());
    let patch = cycle.patch.as_ref().and_then(patch_note);
    let parts: Vec<String> = patch.into_iter().chain(says).collect();
    parts.join("; ")
}

fn held_by(report: &EngineReport) -> String {
    let pids: Vec<String> = report.held_by.iter().map(ToString::to_string).collect();
    match pids.as_slice() {
        [] => "a cycle is running".to_owned(),
        [pid] => format!("a cycle is running: process {pid}"),
        _ => format!("a cycle is running: processes {}", pids.join(", ")),
    }
}

fn summary(report: &FleetReport) -> Vec<String> {
    let count = |state| {
        report
            .engines
            .iter()
            .filter(|engine| engine.outcome() == Some(state))
            .count()
    };
    let ran = report
        .engines
        .iter()
        .filter(|engine| engine.cycle.is_some())
        .count();
    let due = report
        .engines
        .iter()
        .filter(|engine| engine.action == crate::engine::Action::Run)
        .count();
    if report.dry_run {
        return vec![format!(
            "{due} of {} engines would run; nothing was run or written",
            report.engines.len()
        )];
    }
    let flaky = report
        .engines
        .iter()
        .filter(|engine| engine.cycle.as_ref().is_some_and(|cycle| cycle.flaky))
        .count();
    let mut parts = vec![match flaky {
        0 => format!("{} ok", count(CycleState::Ok)),
        _ => format!("{} ok ({flaky} flaky)", count(CycleState::Ok)),
    }];
    for (state, word) in [
        (CycleState::Failed, "failed"),
        (CycleState::Deferred, "deferred"),
        (CycleState::Cancelled, "cancelled"),
    ] {
        if count(state) > 0 {
            parts.push(format!("{} {word}", count(state)));
        }
    }
    let not_started = not_started(report);
    parts.push(format!(
        "{} skipped",
        report.engines.len() - ran - not_started
    ));
    if not_started > 0 {
        parts.push(format!("{not_started} not started"));
    }
    vec![parts.join(", ")]
}

fn sentences(report: &EngineReport, now: UnixTime) -> Vec<String> {
    let name = &report.engine;
    let Some(cycle) = report.cycle.as_deref() else {
        if let Some(error) = &report.error {
            return vec![format!("{name}  error: {error}")];
        }
        let verb = if report.action == crate::engine::Action::Run {
            "would run"
        } else {
            "skipped"
        };
        let note = note(report);
        let note = if note.is_empty() {
            note
        } else {
            format!("   {note}")
        };
        let mut lines = vec![format!("{name}  {verb} ({}){note}", report.reason)];
        let reason = Reason::from_code(&report.reason);
        let policy = report.policy.as_ref();
        lines.extend(conditions::lines(&report.conditions, &reason, now, policy));
        let energy = report.energy_scaling.as_ref().map(conditions::energy_line);
        lines.extend(energy.map(|line| format!("  {line}")));
        return lines;
    };
    let mut lines = vec![headline(report, cycle)];
    if let Some(failure) = &cycle.failure {
        lines.push(format!("  {}", failure.message));
        lines.extend(tail_lines(cycle));
        lines.extend(retry_line(cycle).map(|line| format!("  {line}")));
    }
    lines.extend(cycle.attempts.iter().map(|attempt| {
        format!(
            "  attempt {}: {} in {}   cost {}",
            attempt.number,
            attempt.reason.as_deref().unwrap_or("ok"),
            HumanDuration::rough(attempt.seconds),
            short(attempt.cost)
        )
    }));
    let given = if cycle.energy_given {
        "   energy as given, unscaled"
    } else {
        ""
    };
    let scaling = cycle.energy_scaling.as_ref().map(conditions::energy_line);
    let scaling = scaling.map_or_else(String::new, |line| format!(", {line}"));
    lines.push(format!("  why: {}{scaling}{given}", cycle.trigger.words()));
    lines.extend(cycle.patch.iter().flat_map(patch_lines));
    if let Some(result) = &cycle.result {
        lines.extend(
            result
                .message
                .iter()
                .map(|message| format!("  says: {message}")),
        );
        if !result.modules.is_empty() {
            let modules: Vec<String> = result
                .modules
                .iter()
                .map(|(name, delta)| format!("{name} {}", signed(*delta)))
                .collect();
            lines.push(format!("  modules: {}", modules.join("  ")));
        }
        lines.extend(
            result
                .extra
                .iter()
                .map(|(key, value)| format!("  {key}: {value}")),
        );
    }
    lines
}

fn headline(report: &EngineReport, cycle: &CycleReport) -> String {
    let took = HumanDuration::rough(cycle.seconds);
    let mut parts = vec![format!(
        "{}  {} in {took}",
        report.engine,
        result_words(report)
    )];
    parts.push(format!("energy {}/100", cycle.energy));
    parts.extend(cycle.roi.map(|roi| format!("ROI {}", signed(roi))));
    let assumed = if cycle.cost_assumed { " (assumed)" } else { "" };
    parts.push(format!("cost {}{assumed}", short(cycle.cost)));
    parts.push(format!("cycle {}", cycle.cycle));
    parts.join("   ")
}

fn tail_lines(cycle: &CycleReport) -> Vec<String> {
    let Some(log) = cycle
        .failure
        .as_ref()
        .and_then(|failure| failure.log.as_ref())
    else {
        return Vec::new();
    };
    if cycle.log_tail.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![format!("  last lines of {}:", log.display())];
    lines.extend(cycle.log_tail.iter().map(|line| format!("    {line}")));
    lines
}

fn retry_line(cycle: &CycleReport) -> Option<String> {
    let wait = HumanDuration::rough(cycle.retry_in?);
    Some(match cycle.failures_in_row {
        0 | 1 => format!("next try in {wait}"),
        count => format!("failure {count} in a row, next try in {wait}"),
    })
}

/// Returns the line that tells that an engine is done with: `beta ok 4.1s`.
#[must_use]
pub fn finished_line(report: &EngineReport) -> String {
    let result = result_words(report);
    if let Some(cycle) = report.cycle.as_deref() {
        let roi = cycle
            .roi
            .map(|roi| format!("  ROI {}", signed(roi)))
            .unwrap_or_default();
        let why = cycle
            .failure
            .as_ref()
            .map(|failed| format!("  {}", failed.message))
            .unwrap_or_default();
        format!(
            "{} {result} {}{roi}{why}",
            report.engine,
            HumanDuration::rough(cycle.seconds)
        )
    } else {
        let note = note(report);
        let separator = if note.is_empty() { "" } else { "  " };
        format!(
            "{} {result} ({}){separator}{note}",
            report.engine, report.reason
        )
    }
}

/// Returns everything a person needs if something failed: the mail of a cron job.
#[must_use]
pub fn quiet_report(report: &FleetReport, command: &str) -> Vec<String> {
    let told: Vec<&EngineReport> = report
        .engines
        .iter()
        .filter(|engine| engine.has_failed() || report.is_too_busy(engine))
        .collect();
    let kept = report.engines.iter().filter(|it| it.is_kept_by_budget());
    let kept: Vec<&EngineReport> = kept.collect();
    if told.is_empty() && kept.is_empty() {
        return Vec::new();
    }
    let all = report.engines.len();
    let code = report.exit_code.number();
    let what = match told.iter().filter(|engine| engine.has_failed()).count() {
        0 if told.is_empty() => {
            format!(
                "the budget kept {} of {all} engines from running",
                kept.len()
            )
        }
        0 => format!("{} of {all} engines are busy", told.len()),
        failed => format!("{failed} of {all} engines failed"),
    };
    let mut lines = vec![format!("{command}: {what} (exit {code})")];
    for engine in told {
        let details = engine.cycle.as_deref();
        let retry = details
            .and_then(retry_line)
            .map(|line| format!("   {line}"))
            .unwrap_or_default();
        lines.push(format!(
            "{}  {}   {}{retry}",
            engine.engine,
            result_words(engine),
            note(engine)
        ));
        lines.extend(details.map(tail_lines).unwrap_or_default());
    }
    let money = |it: &&EngineReport| format!("{}  {}   {}", it.engine, it.reason, note(it));
    lines.extend(kept.iter().map(money));
    match not_started(report) {
        0 => {}
        count => lines.push(format!("{count} engines were due and not started")),
    }
    lines
}

/// Returns how many engines were due when the run was ended.
fn not_started(report: &FleetReport) -> usize {
    report
        .engines
        .iter()
        .filter(|engine| engine.reason == "not_started")
        .count()
}
