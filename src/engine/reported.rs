//! Issues that an engine's `diagnose` commands report. What cannot be used is a warning, never a reason.

use std::time::Duration;

use serde::Deserialize;

use crate::diagnostics::{Issue, Severity};
use crate::engine::rules::is_reserved;
use crate::engine::self_improvement_engine::SelfImprovementEngine;
use crate::interrupt::Interrupt;
use crate::names::EngineName;
use crate::pipeline::{ShortCommand, StageCommand, Unanswered, redact};

/// How long a command may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The longest code of an issue in bytes.
const MAX_CODE: usize = 64;
/// The most issues taken from one command.
const MOST: usize = 100;

/// One line that a command prints.
#[derive(Deserialize)]
struct Line {
    issue: String,
    #[serde(default)]
    severity: Severity,
    #[serde(default)]
    message: String,
}

/// Runs the `diagnose` commands of an engine, without its lock, and returns what they report.
pub fn reported(
    name: &EngineName,
    engine: &SelfImprovementEngine,
    interrupt: &Interrupt,
    warn: &dyn Fn(String),
) -> Vec<Issue> {
    let mut issues = Vec::new();
    for line in &engine.diagnose {
        if let Err(problem) = ask(name, engine, line, interrupt).and_then(|text| {
            let found = parse(&text)?;
            issues.extend(found);
            Ok(())
        }) {
            warn(format!(
                "warning: {name}: diagnose command `{line}`: {problem}"
            ));
        }
    }
    issues
}

fn ask(
    name: &EngineName,
    engine: &SelfImprovementEngine,
    line: &str,
    interrupt: &Interrupt,
) -> Result<String, String> {
    let command = StageCommand::split(line).map_err(|error| error.to_string())?;
    let ours = [
        ("SIE_ENGINE".to_owned(), name.to_string()),
        ("SIE_BOT".to_owned(), engine.bot_or(name).to_string()),
    ];
    let own = engine.env.clone().into_iter();
    let variables: Vec<(String, String)> = own.chain(ours).collect();
    let work_dir = engine.work_dir.as_deref().unwrap_or("/".as_ref());
    let answer = ShortCommand {
        argv: &command.argv(&[]),
        work_dir,
        variables: &variables,
        clears_environment: engine.env_clear,
        input: &[],
        timeout: TIMEOUT,
    }
    .run(interrupt)
    .map_err(|unanswered| match unanswered {
        Unanswered::Interrupted => "it was interrupted".to_owned(),
        Unanswered::Broken(problem) => redact(&problem, &engine.env),
    })?;
    String::from_utf8(answer).map_err(|_| "what it printed is not UTF-8 text".to_owned())
}

/// Reads JSON lines; one that cannot be used makes all of them doubtful.
fn parse(text: &str) -> Result<Vec<Issue>, String> {
    let mut issues = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let line: Line = serde_json::from_str(line)
            .map_err(|error| format!("it printed a line that is no issue: {error}"))?;
        let code = line.issue;
        let is_plain = code.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && code
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
        if !is_plain || code.len() > MAX_CODE || is_reserved(&code) {
            let shown: String = code.escape_debug().take(80).collect();
            return Err(format!("`{shown}` cannot be the code of an issue"));
        }
        issues.push(Issue {
            id: code,
            severity: line.severity,
            message: line.message,
            evidence: Vec::new(),
        });
        if issues.len() > MOST {
            return Err(format!("it reports more than {MOST} issues"));
        }
    }
    Ok(issues)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issues_are_read_line_by_line_and_odd_ones_are_refused() {
        let text = "{\"issue\":\"disk_full\",\"severity\":\"critical\",\"message\":\"3 % left\"}\n\n{\"issue\":\"slow\"}\n";
        let issues = parse(text).unwrap();
        let found: Vec<_> = issues
            .iter()
            .map(|issue| (issue.id.as_str(), issue.severity))
            .collect();
        assert_eq!(
            found,
            [
                ("disk_full", Severity::Critical),
                ("slow", Severity::Warning)
            ]
        );
        assert_eq!(parse("").unwrap(), []);
        for text in [
            "disk full",
            "{}",
            "{\"issue\":\"\"}",
            "{\"issue\":\"not_needed\"}",
            "{\"issue\":\"a b\"}",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
