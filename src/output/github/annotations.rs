//! Annotations: lines that show above the log, at most ten of a kind.

use crate::gate::Answer;
use crate::output::fleet::note;
use crate::output::gates;
use crate::registry::{EngineReport, FleetReport};
use crate::store::CycleState;

/// How many annotations of a kind GitHub shows for a step.
const MOST: usize = 10;
/// The most characters of a message: the rest is in the summary.
const MAX_MESSAGE: usize = 1000;

/// An annotation before it is escaped.
struct Annotation {
    title: String,
    message: String,
}

impl Annotation {
    fn new(title: String, message: &str) -> Self {
        let message = message.chars().take(MAX_MESSAGE).collect();
        Self { title, message }
    }

    fn line(&self, kind: &str) -> String {
        let title = escape_property(&self.title);
        format!("::{kind} title={title}::{}", escape(&self.message))
    }
}

/// Returns the workflow commands that annotate a run: errors, then warnings, then notices.
///
/// Of more than ten of a kind the tenth says how many are not shown.
#[must_use]
pub fn annotations(report: &FleetReport) -> Vec<String> {
    let engines = || report.engines.iter();
    let bad_entries = report.bad_entries.iter().map(|bad| {
        let title = format!("{}: bad registry entry", bad.engine);
        Annotation::new(title, &bad.problem)
    });
    let errors: Vec<_> = engines().filter_map(error_of).chain(bad_entries).collect();
    let no_engine = report.verdict_why.iter();
    let no_engine = no_engine.map(|why| Annotation::new("gate inconclusive".to_owned(), why));
    let warnings: Vec<_> = engines().filter_map(warning_of).chain(no_engine).collect();
    let notices: Vec<_> = engines().filter_map(notice_of).collect();
    [
        ("error", errors),
        ("warning", warnings),
        ("notice", notices),
    ]
    .into_iter()
    .flat_map(|(kind, all)| capped(kind, &all))
    .collect()
}

fn error_of(engine: &EngineReport) -> Option<Annotation> {
    let name = &engine.engine;
    if engine.has_failed() {
        return Some(Annotation::new(format!("{name} failed"), &note(engine)));
    }
    if let Some(problem) = engine
        .cycle
        .as_ref()
        .and_then(|it| it.not_recorded.as_ref())
    {
        return Some(Annotation::new(
            format!("{name}: end not recorded"),
            problem,
        ));
    }
    of_gates(engine, Answer::Fail, "gate failed")
}

fn warning_of(engine: &EngineReport) -> Option<Annotation> {
    // What failed is an error already.
    if engine.has_failed() {
        return None;
    }
    of_gates(engine, Answer::Inconclusive, "gate inconclusive")
}

fn notice_of(engine: &EngineReport) -> Option<Annotation> {
    let cycle = engine.cycle.as_ref()?;
    let attempts = cycle.attempts.len();
    (cycle.flaky && cycle.outcome == CycleState::Ok).then(|| {
        let message = format!("it succeeded only at attempt {attempts}");
        Annotation::new(format!("{} is flaky", engine.engine), &message)
    })
}

/// All gates of an engine with one answer in one annotation.
fn of_gates(engine: &EngineReport, answer: Answer, words: &str) -> Option<Annotation> {
    let lines: Vec<String> = engine
        .gates
        .iter()
        .filter(|gate| gate.verdict == answer)
        .map(gates::sentence)
        .collect();
    let title = format!("{}: {words}", engine.engine);
    (!lines.is_empty()).then(|| Annotation::new(title, &lines.join("\n")))
}

fn capped(kind: &str, all: &[Annotation]) -> Vec<String> {
    if all.len() <= MOST {
        return all.iter().map(|it| it.line(kind)).collect();
    }
    let shown = MOST - 1;
    let mut lines: Vec<String> = all.iter().take(shown).map(|it| it.line(kind)).collect();
    let title = format!("{} more", all.len() - shown);
    let message = format!(
        "{} of {} are shown here; the summary of the step and the log have the others",
        shown,
        all.len()
    );
    lines.push(Annotation { title, message }.line(kind));
    lines
}

/// Escapes the message of a workflow command.
fn escape(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Escapes the value of a property of a workflow command.
fn escape_property(text: &str) -> String {
    escape(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_stays_one_line_and_a_title_one_property() {
        let annotation = Annotation::new("a: b, 5%".to_owned(), "one\r\ntwo: 5%, three");
        assert_eq!(
            annotation.line("error"),
            "::error title=a%3A b%2C 5%25::one%0D%0Atwo: 5%25, three"
        );
    }

    #[test]
    fn of_more_than_ten_the_tenth_counts_the_rest() {
        let all = |count: usize| -> Vec<Annotation> {
            (0..count)
                .map(|it| Annotation::new(format!("e{it}"), "failed"))
                .collect()
        };
        assert_eq!(capped("error", &all(10)).len(), 10);
        let lines = capped("error", &all(60));
        assert_eq!(lines.len(), 10);
        assert!(
            lines[9].starts_with("::error title=51 more::9 of 60 are shown"),
            "{}",
            lines[9]
        );
    }
}
