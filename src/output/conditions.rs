//! The conditions of a decision as lines for people: what was found, what it was compared with, how old it is.

use std::time::Duration;

use crate::clock::UnixTime;
use crate::diagnostics::{Condition, Flip, Truth};
use crate::duration::HumanDuration;
use crate::engine::{EnergyScaling, Reason, RecordedChoice, check};
use crate::modules::{DeltaUnit, ModuleReturns, ModuleScale};
use crate::output::cell::short;
use crate::output::policy::choice_cells;
use crate::policy::PolicyChoice;

/// How old the newest row behind a condition may be before that is worth a warning.
const OLD: Duration = Duration::from_secs(24 * 3600);
/// Readings that are times.
const TIMES: [&str; 4] = ["elapsed", "since_failure", "since", "newest_row_age"];
/// Checks that are always on: nobody asked for them, so nobody misses their metrics.
const ALWAYS_ON: [&str; 2] = ["high_response_time", "error_rate"];

/// Says in a few words what about money keeps an engine from running, and what to do about it.
#[must_use]
pub fn money_note(engine: &str, conditions: &[Condition]) -> String {
    let raised = |wanted: &str| {
        let mut raised = conditions.iter();
        raised.find(|it| it.check == wanted && it.is_raised())
    };
    let value = |condition: &Condition| condition.value.unwrap_or_default();
    if raised(check::COST_UNKNOWN).is_some() {
        return format!("say what it costs: `sie register {engine} --replace --cost AMOUNT`");
    }
    if let Some(cap) = raised(check::BUDGET_EXHAUSTED) {
        let (found, limit) = (short(value(cap)), short(cap.threshold));
        return format!("{} = {found} > {limit}", cap.reading);
    }
    match raised(check::OVERRUN) {
        Some(overrun) => format!(
            "{} was {}, {} was reserved: `sie register {engine} --replace --cost {}` or `sie capital budget \
             --forget-overruns`",
            overrun.reading,
            short(value(overrun)),
            short(overrun.threshold),
            value(overrun),
        ),
        None => String::new(),
    }
}

/// Whether a condition forbids a cycle where it holds, rather than asking for one.
#[must_use]
pub fn forbids(condition: &Condition) -> bool {
    check::FORBIDDING.contains(&condition.check.as_str())
}

/// Whether a condition is what a reason rests on.
#[must_use]
pub fn decided(condition: &Condition, reason: &Reason) -> bool {
    let check = condition.check.as_str();
    match reason {
        Reason::RetryAfterFailure => check == check::BACKING_OFF,
        Reason::IntervalOver => check == check::INTERVAL,
        // Nothing else asked, so it was the policy's to say.
        Reason::NotNeeded => check == check::POLICY,
        _ => check == reason.code() && condition.is_raised(),
    }
}

/// Returns the age of the newest row behind a condition, in seconds.
#[must_use]
pub fn age(condition: &Condition, at: UnixTime) -> Option<f64> {
    condition
        .newest_at
        .map(|newest| at.seconds_since(UnixTime(newest)).max(0.0))
}

/// Returns one aligned line per condition; that of the policy tells its choice.
#[must_use]
pub fn lines(
    conditions: &[Condition],
    reason: &Reason,
    at: UnixTime,
    policy: Option<&RecordedChoice>,
) -> Vec<String> {
    let choice = policy.and_then(RecordedChoice::choice);
    let rows: Vec<[String; 5]> = conditions
        .iter()
        .map(|condition| match &choice {
            Some(choice) if condition.check == check::POLICY => {
                policy_cells(condition, reason, choice)
            }
            _ => cells(condition, reason, at),
        })
        .collect();
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths = [width(0), width(1), width(2), width(3)];
    let line = |[name, result, found, limit, age]: &[String; 5]| {
        let [a, b, c, d] = widths;
        format!("  {name:<a$}  {result:<b$}  {found:<c$}  {limit:<d$}   {age}")
            .trim_end()
            .to_owned()
    };
    rows.iter().map(line).collect()
}

fn policy_cells(condition: &Condition, reason: &Reason, choice: &PolicyChoice) -> [String; 5] {
    let mark = if decided(condition, reason) {
        "▸"
    } else {
        " "
    };
    let [what, run, skip, notes] = choice_cells(choice);
    [
        "policy".to_owned(),
        format!("{mark} {what}"),
        run,
        skip,
        notes,
    ]
}

fn cells(condition: &Condition, reason: &Reason, at: UnixTime) -> [String; 5] {
    let name = match condition.check.as_str() {
        check::MIN_INTERVAL => "minimum interval",
        check::BACKING_OFF => "backing off",
        check::EVOLVE_REQUESTED => "events",
        check::NEVER_RUN => "never run",
        check::LOW_ENERGY => "low energy",
        check::BUDGET_EXHAUSTED => "budget",
        check::COST_UNKNOWN => "cost unknown",
        check => check,
    };
    let result = match (condition.result, forbids(condition)) {
        (Truth::No, true) => "ok",
        (Truth::Yes, true) => "skip",
        (Truth::Yes, false) => "yes",
        (Truth::No, false) => "no",
        (Truth::Unknown, _) => "unknown",
    };
    let mark = if decided(condition, reason) {
        "▸"
    } else {
        " "
    };
    let is_time = TIMES.contains(&condition.reading.as_str());
    let number = |number: f64| {
        if is_time {
            HumanDuration::rough(number)
        } else {
            short(number)
        }
    };
    let found = match condition.value {
        Some(value) if is_time => number(value),
        Some(value) => format!("{} = {}", condition.reading, number(value)),
        None if is_time => "never".to_owned(),
        None => condition.reading.clone(),
    };
    // What is shown is true as it stands there: 1.3 <= 2 where `> 2` does not hold.
    let op = if condition.result == Truth::No {
        condition.op.opposite()
    } else {
        condition.op
    };
    let limit = if condition.check == check::COST_UNKNOWN {
        "under a budget".to_owned()
    } else {
        format!("{op} {}", number(condition.threshold))
    };
    let rows = age(condition, at).map_or_else(String::new, |age| {
        format!("newest row {} old", HumanDuration::rough(age))
    });
    [
        name.to_owned(),
        format!("{mark} {result}"),
        found,
        limit,
        rows,
    ]
}

/// Returns the line that tells what would have turned a decision.
#[must_use]
pub fn flip_line(flip: &Flip, would: &str) -> String {
    if TIMES.contains(&flip.reading.as_str()) {
        let to = Duration::try_from_secs_f64(flip.to).map_or_else(
            |_| format!("{} s", flip.to),
            |duration| HumanDuration(duration).to_string(),
        );
        let from = HumanDuration::rough(flip.from);
        return format!(
            "flip: {} {from} → {to} would have made it {would}",
            flip.reading
        );
    }
    if flip.reading == "debt_in_prices" {
        let (from, to) = (short(flip.from), short(flip.to));
        return format!("flip: debt {from} → {to} × price would have made it {would}");
    }
    format!("flip: {flip} would have made it {would}")
}

/// Returns one line per module that brings nothing any more: its numbers beside the limits.
pub fn module_lines(returns: &ModuleReturns) -> impl Iterator<Item = String> {
    let scale = returns.scale;
    returns.diminishing.iter().map(move |it| {
        format!(
            "  module {}: diminishing   |mean| {} <= {}, spread {} < {} over its last {} deltas {}",
            it.module,
            short(it.mean.abs()),
            short(scale.threshold),
            short(it.spread),
            short(scale.spread_limit),
            scale.consecutive,
            unit_words(&scale)
        )
    })
}

/// Says by what deltas are divided before they are judged.
#[must_use]
pub fn unit_words(scale: &ModuleScale) -> String {
    let size = short(scale.size);
    match scale.unit {
        DeltaUnit::Price => format!("÷ the price {size}"),
        DeltaUnit::MedianDelta => format!("÷ their median size {size}"),
    }
}

/// Returns the line that tells how an energy came about.
#[must_use]
pub fn energy_line(energy: &EnergyScaling) -> String {
    format!(
        "base energy {}, prediction × {}, forecast × {} → {}",
        energy.base,
        short(energy.policy_factor),
        short(energy.forecast_factor),
        energy.granted
    )
}

/// Returns what is worth knowing about metrics that are missing or old.
#[must_use]
pub fn metrics_warnings(conditions: &[Condition], at: UnixTime) -> Vec<String> {
    let mut warnings = Vec::new();
    for condition in conditions {
        let check = condition.check.as_str();
        if check::ALL.contains(&check) {
            continue;
        }
        if condition.result == Truth::Unknown && !ALWAYS_ON.contains(&check) {
            warnings.push(format!(
                "`{check}` cannot be judged: {} has too few new rows",
                condition.reading
            ));
        }
        if let Some(age) = age(condition, at).filter(|age| *age > OLD.as_secs_f64()) {
            let age = HumanDuration::rough(age);
            warnings.push(format!(
                "`{check}`: the newest row behind {} is {age} old",
                condition.reading
            ));
        }
    }
    warnings
}
