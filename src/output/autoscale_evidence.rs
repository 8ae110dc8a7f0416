//! The comparisons behind a step of autoscaling, in words: one line for each value, with all it was compared to.

use crate::autoscale::{Inequality, Reading, ScaleAction, ScalePlan, Side};
use crate::clock::UnixTime;
use crate::duration::HumanDuration;
use crate::output::cell::{Cell, short};
use crate::registry::ScaleReadings;

/// Returns one line for each thing that was compared, with all it was compared to.
#[must_use]
pub fn evidence(plan: &ScalePlan, readings: Option<&ScaleReadings>, now: UnixTime) -> Vec<String> {
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
    let mut lines: Vec<Line<'_>> = Vec::new();
    for inequality in decision
        .inequalities
        .iter()
        .filter(|one| is_shown(one.side))
    {
        let label = inequality.label.as_str();
        if !lines.iter().any(|line| line.label == label) {
            lines.push(Line {
                label,
                value: value(inequality, readings),
                compared: Vec::new(),
            });
        }
        if let Some(line) = lines.iter_mut().find(|line| line.label == label) {
            line.add(true_sign(inequality), threshold(inequality, plan));
        }
    }
    let text = |line: Line<'_>| {
        let compared = line.compared.iter();
        let compared: Vec<String> = compared
            .map(|(sign, threshold)| format!("{sign} {threshold}"))
            .collect();
        let behind = behind(line.label);
        format!("  {} {}{behind}", line.value, compared.join(", "))
    };
    lines.into_iter().map(text).collect()
}

/// One value with all it was compared to.
struct Line<'a> {
    label: &'a str,
    value: String,
    compared: Vec<(&'static str, String)>,
}

impl Line<'_> {
    /// Adds a comparison; of two with the same threshold the one that says more stays.
    fn add(&mut self, sign: &'static str, threshold: String) {
        let mut present = self.compared.iter_mut();
        match present.find(|(_, other)| *other == threshold) {
            Some((present, _)) if matches!((*present, sign), ("<=", ">=") | (">=", "<=")) => {
                *present = "=";
            }
            Some((present, _)) if present.ends_with('=') => *present = sign,
            Some(_) => {}
            None => self.compared.push((sign, threshold)),
        }
    }
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

/// Returns the sign of what is the case: `>`, or `<=` where a value does not exceed its threshold.
fn true_sign(inequality: &Inequality) -> &'static str {
    if inequality.holds {
        inequality.op.sign()
    } else {
        inequality.op.negated().sign()
    }
}

/// Returns a threshold with its name: `0.8 (create)`.
fn threshold(inequality: &Inequality, plan: &ScalePlan) -> String {
    let number = short(inequality.threshold);
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
        "budget" => return number,
        "cooldown" => {
            let cooldown = HumanDuration::rough(inequality.threshold);
            return format!("{cooldown} (cooldown)");
        }
        "rate_limit" => {
            let limit = plan.settings.rate_limit;
            let limit = limit.map_or_else(String::new, |limit| format!(" {limit}"));
            return format!("{number} (rate limit{limit})");
        }
        other => other,
    };
    format!("{number} ({name}{tolerance})")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::autoscale::{AutoscaleSettings, ScaleInputs};

    fn lines(energy: f64, trend: f64, settings: AutoscaleSettings) -> Vec<String> {
        let engine = |name: &str| serde_json::json!({"name": name, "origin": "registered", "mean_roi": null, "is_running": false});
        let inputs: ScaleInputs = serde_json::from_value(serde_json::json!({
            "registry": "r", "energy": {"value": energy}, "trend": {"value": trend}, "budget_left": null,
            "engines": [engine("alpha"), engine("beta")], "archived": [], "reserved": [], "has_factory": true,
            "actions": [{"at_unix_secs": 0, "direction": "up"}], "answer": "granted", "now_unix_secs": 5400,
        }))
        .expect("inputs");
        let plan = ScalePlan::new(inputs, settings);
        let mut lines = vec![plan.decision.wanted.to_string()];
        lines.extend(evidence(&plan, None, UnixTime(0.0)));
        lines
    }

    #[test]
    fn each_value_stands_in_one_line_with_what_is_the_case() {
        let settings = AutoscaleSettings::default;
        assert_eq!(
            lines(0.86, 0.11, settings()),
            [
                "add engine2",
                "  energy 0.86 > 0.8 (create)",
                "  trend 0.11 > 0 (threshold), >= 0 (cost per engine)",
                "  2 engines < 5 (max)",
            ]
        );
        assert_eq!(
            lines(0.2, -0.11, settings()),
            [
                "remove beta",
                "  energy 0.2 <= 0.3 (remove)",
                "  trend -0.11 < 0 (threshold)",
                "  2 engines > 1 (min)",
            ]
        );
        for (trend, compared) in [(0.1, "> 0"), (0.0, "= 0")] {
            let cost = if trend > 0.0 { ">=" } else { "<" };
            assert_eq!(
                lines(
                    0.5,
                    trend,
                    AutoscaleSettings {
                        cost_per_engine: 0.05,
                        ..settings()
                    }
                ),
                [
                    "nothing".to_owned(),
                    "  energy 0.5 <= 0.8 (create), > 0.3 (remove)".to_owned(),
                    format!(
                        "  trend {trend} {compared} (threshold), {cost} 0.05 (cost per engine)"
                    ),
                    "  2 engines < 5 (max), > 1 (min)".to_owned(),
                ]
            );
        }
    }

    #[test]
    fn pace_is_told_in_durations_and_with_the_limit_as_it_was_given() {
        let settings = AutoscaleSettings {
            tolerance: 0.05,
            cooldown_secs: 7200,
            rate_limit: "2/1d".parse().ok(),
            ..AutoscaleSettings::default()
        };
        let lines = lines(0.86, 0.11, settings);
        for line in [
            "  energy 0.86 > 0.8 (create), > 0.85 (create with tolerance 0.05)",
            "  1h30m since the last action < 2h (cooldown)",
            "  1 action lately < 2 (rate limit 2/1d)",
        ] {
            assert!(
                lines.iter().any(|other| other == line),
                "{line}: {lines:#?}"
            );
        }
    }
}
