//! A JUnit report: one test case per engine, as Jenkins and its like read them.

use std::fmt::Write;

use crate::gate::{Answer, GateVerdict};
use crate::output::fleet::note;
use crate::output::gates;
use crate::registry::{EngineReport, FleetReport};
use crate::store::CycleState;

/// What a test case says besides having passed.
enum Outcome {
    Passed,
    /// No cycle was run, or it ended early: the code, and why.
    Skipped(String, String),
    /// A gate has failed.
    Failure(&'static str, String),
    /// Something went wrong, or could not be measured.
    Error(String, String),
}

/// A test case before it is written.
struct Case {
    name: String,
    seconds: f64,
    outcome: Outcome,
    /// Attempts that failed before one succeeded: reason and message.
    flaky: Vec<String>,
    gates: Vec<String>,
}

impl Case {
    fn error(name: &str, kind: &str, message: &str) -> Self {
        Self {
            name: name.to_owned(),
            seconds: 0.0,
            outcome: Outcome::Error(kind.to_owned(), message.to_owned()),
            flaky: Vec::new(),
            gates: Vec::new(),
        }
    }

    fn of(engine: &EngineReport) -> Self {
        let cycle = engine.cycle.as_deref();
        let attempts = cycle.filter(|cycle| cycle.flaky);
        let attempts = attempts.map_or(&[][..], |cycle| cycle.attempts.as_slice());
        let gates: Vec<_> = engine
            .gates
            .iter()
            .map(|gate| (String::new(), gate))
            .collect();
        Self {
            name: engine.engine.to_string(),
            seconds: cycle.map_or(0.0, |cycle| cycle.seconds),
            outcome: outcome(engine),
            flaky: attempts
                .iter()
                .filter_map(|attempt| attempt.reason.clone())
                .collect(),
            gates: gates::of_verdicts(&gates),
        }
    }

    fn write(&self, xml: &mut String) {
        // Writing to a String cannot fail.
        let _ = write!(
            xml,
            "    <testcase name=\"{}\" classname=\"sie\" time=\"{:.3}\">",
            escape(&self.name),
            self.seconds
        );
        let mut element = |tag: &str, kind: &str, message: &str| {
            let (kind, message) = (escape(kind), escape(message));
            let _ = write!(
                xml,
                "\n      <{tag} type=\"{kind}\" message=\"{message}\"/>"
            );
        };
        match &self.outcome {
            Outcome::Passed => {}
            Outcome::Skipped(reason, message) => element("skipped", reason, message),
            Outcome::Failure(kind, message) => element("failure", kind, message),
            Outcome::Error(kind, message) => element("error", kind, message),
        }
        for (attempt, reason) in self.flaky.iter().enumerate() {
            let message = format!("attempt {} failed: {reason}", attempt + 1);
            element("flakyFailure", reason, &message);
        }
        if !self.gates.is_empty() {
            let text = escape(&self.gates.join("\n"));
            let _ = write!(xml, "\n      <system-out>{text}</system-out>");
        }
        xml.push_str("\n    </testcase>\n");
    }
}

/// Returns the report of a run.
#[must_use]
pub fn junit(report: &FleetReport, command: &str) -> String {
    let mut cases: Vec<Case> = report.engines.iter().map(Case::of).collect();
    let bad = report.bad_entries.iter();
    cases.extend(bad.map(|bad| Case::error(&bad.engine, "bad_entry", &bad.problem)));
    let why = report.verdict_why.iter();
    cases.extend(why.map(|why| Case::error("gates", "gate_inconclusive", why)));
    let problem = report.skips_not_recorded.iter();
    cases.extend(problem.map(|problem| Case::error("skips", "not_recorded", problem)));
    document(command, &cases)
}

/// Returns what stands in the file until the run has ended: whatever happens to us, it does not look like a pass.
#[must_use]
pub fn unfinished_junit(command: &str) -> String {
    let message = "the run has not ended, or was killed";
    document(command, &[Case::error(command, "unfinished", message)])
}

fn document(command: &str, cases: &[Case]) -> String {
    let count = |is: fn(&Outcome) -> bool| cases.iter().filter(|case| is(&case.outcome)).count();
    let failures = count(|it| matches!(it, Outcome::Failure(..)));
    let errors = count(|it| matches!(it, Outcome::Error(..)));
    let skipped = count(|it| matches!(it, Outcome::Skipped(..)));
    let seconds: f64 = cases.iter().map(|case| case.seconds).sum();
    let counts = format!(
        "name=\"{}\" tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" time=\"{seconds:.3}\"",
        escape(command),
        cases.len()
    );
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {counts}>\n  <testsuite {counts} skipped=\"{skipped}\">\n"
    );
    for case in cases {
        case.write(&mut xml);
    }
    xml.push_str("  </testsuite>\n</testsuites>\n");
    xml
}

fn outcome(engine: &EngineReport) -> Outcome {
    let of_gates = |answer: Answer| {
        let lines = engine.gates.iter().filter(|gate| gate.verdict == answer);
        let lines: Vec<String> = lines.map(gates::sentence).collect();
        lines.join("; ")
    };
    if let Some(error) = &engine.error {
        return Outcome::Error(engine.reason.clone(), error.clone());
    }
    let cycle = engine.cycle.as_deref();
    if let Some(failure) = cycle.and_then(|cycle| cycle.failure.as_ref()) {
        return Outcome::Error(failure.reason.clone(), failure.message.clone());
    }
    if let Some(problem) = cycle.and_then(|cycle| cycle.not_recorded.as_ref()) {
        return Outcome::Error("not_recorded".to_owned(), problem.clone());
    }
    match GateVerdict::of_all(&engine.gates) {
        Some(Answer::Fail) => return Outcome::Failure("gate_failed", of_gates(Answer::Fail)),
        Some(Answer::Inconclusive) => {
            let why = of_gates(Answer::Inconclusive);
            return Outcome::Error("gate_inconclusive".to_owned(), why);
        }
        Some(Answer::Pass) | None => {}
    }
    match cycle {
        Some(cycle) if cycle.outcome == CycleState::Ok => Outcome::Passed,
        Some(cycle) if cycle.outcome == CycleState::Cancelled => {
            Outcome::Error("cancelled".to_owned(), "a signal ended it".to_owned())
        }
        Some(cycle) => {
            let state = cycle.outcome.as_str().to_owned();
            Outcome::Skipped(state.clone(), state)
        }
        // It was due: nothing is known of it.
        None if engine.reason == "not_started" => {
            Outcome::Error(engine.reason.clone(), note(engine))
        }
        None => {
            let note = note(engine);
            let separator = if note.is_empty() { "" } else { ": " };
            let message = format!("{}{separator}{note}", engine.reason);
            Outcome::Skipped(engine.reason.clone(), message)
        }
    }
}

/// Escapes text for an attribute or an element. Characters that XML forbids are dropped.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // As they are, an attribute would turn them into spaces.
            '\t' => escaped.push_str("&#9;"),
            '\n' => escaped.push_str("&#10;"),
            '\r' => escaped.push_str("&#13;"),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_xml_forbids_are_dropped_and_others_escaped() {
        assert_eq!(
            escape("\u{1b}[31m<a & \"b\">\u{0}\u{ffff}\n"),
            "[31m&lt;a &amp; &quot;b&quot;&gt;&#10;"
        );
    }

    #[test]
    fn a_run_that_has_not_ended_is_an_error() {
        let xml = unfinished_junit("sie cycle");
        assert!(
            xml.contains("tests=\"1\" failures=\"0\" errors=\"1\""),
            "{xml}"
        );
    }
}
