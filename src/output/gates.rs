//! What gates said, one line each, and the verdict.

use crate::duration::HumanDuration;
use crate::gate::{Answer, GateVerdict, Source};
use crate::output::cell::short;
use crate::registry::{EngineReport, FleetReport};

/// The most hints below a verdict: more would bury the gates.
const MOST_HINTS: usize = 3;

/// Returns the lines on the gates of a run and its verdict; none if there were no gates.
///
/// With several engines each line begins with the name of one.
#[must_use]
pub fn lines(report: &FleetReport, has_names: bool) -> Vec<String> {
    let Some(verdict) = report.verdict else {
        return Vec::new();
    };
    let all: Vec<(String, &GateVerdict)> = report
        .engines
        .iter()
        .flat_map(|engine| {
            let name = if has_names {
                format!("{}  ", engine.engine)
            } else {
                String::new()
            };
            engine.gates.iter().map(move |gate| (name.clone(), gate))
        })
        .collect();
    let mut lines = of_verdicts(&all);
    let why = report
        .verdict_why
        .as_ref()
        .map_or_else(String::new, |why| format!(": {why}"));
    let code = report.exit_code.number();
    lines.push(format!("verdict: {verdict} (exit {code}){why}"));
    lines.extend(
        hints(report)
            .into_iter()
            .map(|hint| format!("hint: {hint}")),
    );
    lines
}

/// Returns one line per gate, each behind its prefix, with the answers below each other.
#[must_use]
pub fn of_verdicts(verdicts: &[(String, &GateVerdict)]) -> Vec<String> {
    let left = |(prefix, gate): &(String, &GateVerdict)| format!("{prefix}gate {}", gate.gate);
    let widths = verdicts.iter().map(|it| left(it).chars().count());
    let width = widths.max().unwrap_or(0);
    verdicts
        .iter()
        .map(|it| {
            let left = left(it);
            let line = format!("{left:<width$}   {:<12}   {}", it.1.verdict, detail(it.1));
            line.trim_end().to_owned()
        })
        .collect()
}

/// Returns what can be typed so that gates can be measured next time, each once.
#[must_use]
pub fn hints(report: &FleetReport) -> Vec<String> {
    let of_engine = |engine: &EngineReport| {
        let name = engine.engine.to_string();
        let hints = engine.gates.iter().filter_map(|gate| gate.hint(&name));
        hints.collect::<Vec<_>>()
    };
    let mut hints: Vec<String> = Vec::new();
    for hint in report.engines.iter().flat_map(of_engine) {
        if !hints.contains(&hint) && hints.len() < MOST_HINTS {
            hints.push(hint);
        }
    }
    hints
}

/// Returns the numbers behind an answer, or why there is none.
#[must_use]
pub fn detail(gate: &GateVerdict) -> String {
    let mut parts = Vec::new();
    match (&gate.why, gate.value) {
        (Some(why), _) => parts.push(why.clone()),
        (None, Some(value)) => {
            let bound = gate.bound.filter(|_| gate.base.is_some());
            let bound = bound.map_or_else(String::new, |bound| {
                let op = if gate.verdict == Answer::Pass {
                    gate.op
                } else {
                    gate.op.opposite()
                };
                format!(" {op} {}", short(bound))
            });
            parts.push(format!("{}{bound}", short(value)));
        }
        (None, None) => {}
    }
    if gate.verdict != Answer::Inconclusive {
        let age = gate.age.map(HumanDuration::rough);
        parts.extend(age.map(|age| format!("recorded {age} ago")));
        let samples = gate
            .samples
            .filter(|samples| *samples > 1 || gate.min_samples > 1);
        let word = if gate.source == Some(Source::Cycles) {
            "cycles"
        } else {
            "samples"
        };
        parts.extend(samples.map(|samples| format!("{samples} {word}")));
    }
    if let (Some(base), Some(cycles)) = (gate.base, gate.base_cycles) {
        let base = short(base);
        parts.push(format!("base {base} is the median of {cycles} cycles"));
    }
    parts.join("; ")
}

/// Returns a gate that did not pass in one sentence, where no column says what the answer is.
#[must_use]
pub fn sentence(gate: &GateVerdict) -> String {
    let words = match gate.verdict {
        Answer::Pass => "holds",
        Answer::Fail => "does not hold",
        Answer::Inconclusive => "could not be measured",
    };
    format!("{} {words}: {}", gate.gate, detail(gate))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::{Gate, Shortfall};

    fn verdict(gate: &str) -> GateVerdict {
        let gate = Gate::parse(gate).expect("a gate");
        GateVerdict::unmeasured(&gate, 5, Shortfall::TooFewSamples, "3 samples of 5")
    }

    #[test]
    fn answers_stand_below_each_other_with_their_numbers() {
        let passed = GateVerdict {
            verdict: Answer::Pass,
            value: Some(0.4),
            bound: Some(0.0),
            why: None,
            min_samples: 1,
            ..verdict("roi >= 0")
        };
        let open = GateVerdict {
            base: Some(0.021),
            base_cycles: Some(4),
            ..verdict("errors <= base*1.05")
        };
        let failed = GateVerdict {
            verdict: Answer::Fail,
            value: Some(0.5),
            bound: Some(0.02205),
            why: None,
            age: Some(240.0),
            samples: Some(6),
            ..open.clone()
        };
        let all = [&passed, &open, &failed].map(|it| (String::new(), it));
        assert_eq!(
            of_verdicts(&all),
            [
                "gate roi >= 0              pass           0.4",
                "gate errors <= base*1.05   inconclusive   3 samples of 5; base 0.021 is the median of 4 cycles",
                "gate errors <= base*1.05   fail           0.5 > 0.02205; recorded 4m ago; 6 samples; \
                 base 0.021 is the median of 4 cycles",
            ]
        );
    }
}
