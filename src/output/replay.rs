//! What another policy would have earned, or why nobody can tell.

use serde::Serialize;

use crate::clock::UnixTime;
use crate::duration::HumanDuration;
use crate::output::cell::{Cell, short, signed};
use crate::output::document::Document;
use crate::output::policy::counted;
use crate::output::table::Table;
use crate::policy::replay::{
    Difference, HARDLY, Refusal, RefusalReason, Replay, ReplayHistory, Support,
};

/// What was asked.
#[derive(Debug)]
pub struct ReplayQuestion {
    /// The candidate, as it was typed.
    pub candidate: String,
    /// The engines whose decisions count.
    pub engines: Vec<String>,
    /// Whether all engines were asked about together.
    pub is_pool: bool,
    /// Whether the candidate has learned from some of these decisions.
    pub has_learned_from_them: bool,
    /// Whether they explore enough already.
    pub explores: bool,
}

/// A replay as it is reported.
#[derive(Debug, Serialize)]
pub struct ReplayDocument {
    schema_version: u32,
    replay: Row,
}

#[derive(Debug, Serialize)]
struct Row {
    candidate: String,
    engines: Vec<String>,
    pool: bool,
    since: Option<UnixTime>,
    until: Option<UnixTime>,
    /// `estimated`, `exact` or `refused`.
    outcome: &'static str,
    /// Money; above 0 the candidate would have earned more than what was done.
    difference: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    candidate_runs: Option<f64>,
    reason: Option<RefusalReason>,
    message: String,
    decisions_needed: Option<f64>,
    seconds_needed: Option<f64>,
    candidate_has_learned_from_these: bool,
    support: Support,
    hints: Vec<String>,
}

impl ReplayDocument {
    /// Puts the report of a replay together.
    #[must_use]
    pub fn new(question: ReplayQuestion, histories: &[ReplayHistory], replay: &Replay) -> Self {
        let times = || histories.iter().flat_map(|it| &it.steps).map(|it| it.at);
        let (since, until) = (
            times().min_by(f64::total_cmp).map(UnixTime),
            times().max_by(f64::total_cmp).map(UnixTime),
        );
        let (answer, refusal) = match replay.outcome {
            Ok(answer) => (Some(answer), None),
            Err(refusal) => (None, Some(refusal)),
        };
        let needed = refusal.and_then(|refusal| refusal.decisions_needed);
        let seconds_needed = needed
            .zip(since.zip(until))
            .and_then(|(needed, (since, until))| {
                let seconds = until.seconds_since(since);
                let decisions = count(times().count()) - 1.0;
                (seconds > 0.0 && decisions > 0.0).then(|| needed * seconds / decisions)
            });
        let hints = refusal.map_or_else(Vec::new, |refusal| {
            hints(&question, &refusal, seconds_needed)
        });
        Self {
            schema_version: 1,
            replay: Row {
                since,
                until,
                outcome: match answer {
                    Some(answer) if answer.is_exact => "exact",
                    Some(_) => "estimated",
                    None => "refused",
                },
                difference: answer.map(|it| it.difference),
                low: answer.map(|it| it.low),
                high: answer.map(|it| it.high),
                candidate_runs: answer.map(|it| it.candidate_runs),
                reason: refusal.map(|it| it.reason),
                message: match (answer, refusal) {
                    (Some(answer), _) => answer_words(&question.candidate, &answer),
                    (None, Some(refusal)) => {
                        refusal_words(&question.candidate, refusal.reason, &replay.support)
                    }
                    (None, None) => String::new(),
                },
                decisions_needed: needed,
                seconds_needed,
                candidate_has_learned_from_these: question.has_learned_from_them,
                support: replay.support,
                hints,
                candidate: question.candidate,
                engines: question.engines,
                pool: question.is_pool,
            },
        }
    }
}

fn answer_words(candidate: &str, answer: &Difference) -> String {
    if answer.is_exact {
        return format!("{candidate} would have done exactly what was done: no difference");
    }
    let verdict = if answer.low > 0.0 {
        "it would have earned more"
    } else if answer.high < 0.0 {
        "it would have earned less"
    } else {
        "neither is clearly better"
    };
    format!(
        "{candidate} against what was done: {} in money, 95 % interval {} to {}: {verdict}",
        money(answer.difference),
        money(answer.low),
        money(answer.high)
    )
}

fn refusal_words(candidate: &str, reason: RefusalReason, support: &Support) -> String {
    let hardly = short(100.0 * HARDLY);
    match reason {
        RefusalReason::NoDecisions => {
            "refused: no decision of a policy is on record here".to_owned()
        }
        RefusalReason::RunsNotTaken => format!(
            "refused: {candidate} runs where runs were never or hardly taken (under {hardly} % likely at {} of {} decisions at which it differs)",
            support.unsupported_runs, support.differing
        ),
        RefusalReason::SkipsNotTaken => format!(
            "refused: {candidate} skips where skips were never or hardly taken: the record wanted to run there and did"
        ),
        RefusalReason::WaitsNotSeen => format!(
            "refused: {candidate} goes on for longer after a run than the record ever or hardly ever did"
        ),
        RefusalReason::TooFewRuns => format!(
            "refused: too few runs are on record, worth {} equally likely ones",
            short(support.effective_runs)
        ),
    }
}

fn hints(question: &ReplayQuestion, refusal: &Refusal, seconds: Option<f64>) -> Vec<String> {
    if refusal.reason == RefusalReason::NoDecisions {
        return vec!["decide with `sie run-all` whenever new metrics are recorded".to_owned()];
    }
    let name = match question.engines.as_slice() {
        [name] => name.as_str(),
        _ => "NAME",
    };
    let explore = if question.explores {
        "it explores already".to_owned()
    } else {
        format!("let it explore with `sie register {name} --replace --explore 0.1`")
    };
    match refusal.decisions_needed {
        Some(needed) => {
            let time = seconds.map_or_else(String::new, |seconds| {
                format!(" ({} at the present rate)", HumanDuration::rough(seconds))
            });
            let mut hints = vec![format!(
                "{explore}; about {} decisions{time} would tell, fewer with `--pool`",
                short(needed)
            )];
            if refusal.reason == RefusalReason::SkipsNotTaken {
                hints.push("ask for a candidate that waits less, or raise --explore to 0.2".to_owned());
            }
            hints
        }
        None => vec![
            "no exploration leaves an engine alone for that long: ask for a schedule, for example `--candidate cron:1d`, \
             or for a shorter stretch with `--since`"
                .to_owned(),
        ],
    }
}

impl Document for ReplayDocument {
    const ROWS: &'static str = "replay";

    fn table(&self, _now: UnixTime) -> Table {
        let row = &self.replay;
        let support = &row.support;
        let who = match row.engines.as_slice() {
            [] => "no engine".to_owned(),
            [name] => name.clone(),
            names => format!("{} engines", names.len()),
        };
        let mut before = Vec::new();
        let period = row.since.zip(row.until);
        let period = period.map_or_else(String::new, |(since, until)| {
            format!(", {since} to {until}")
        });
        before.push(format!(
            "{who}{period}: {}, {}",
            of(support.decisions, "decision"),
            of(support.runs, "run")
        ));
        before.push(row.message.clone());
        if let Some(runs) = row.candidate_runs {
            before.push(format!("  it would have run about {runs:.0} times"));
        }
        if support.decisions > 0 {
            before.push(format!(
                "  support: it differs at {} decisions; {:.0} % of what it does is covered; the runs are worth {} equally likely ones",
                support.differing,
                100.0 * support.covered,
                short(support.effective_runs)
            ));
        }
        if row.candidate_has_learned_from_these {
            before.push(
                "  it has learned from some of these decisions, which flatters it: look at later ones with --since"
                    .to_owned(),
            );
        }
        before.extend(row.hints.iter().map(|hint| format!("hint: {hint}")));
        let number = |value: Option<f64>| {
            value.map_or_else(Cell::none, |value| {
                Cell::both(signed(value), value.to_string())
            })
        };
        let reason = row.reason.and_then(|reason| {
            let text = serde_json::to_value(reason).ok()?;
            text.as_str().map(Cell::text)
        });
        Table {
            before,
            rows: vec![vec![
                Cell::text(&row.candidate),
                Cell::text(row.outcome),
                number(row.difference),
                number(row.low),
                number(row.high),
                Cell::text(support.decisions.to_string()),
                Cell::text(support.covered.to_string()),
                reason.unwrap_or_else(Cell::none),
            ]],
            ..Table::default()
        }
    }
}

/// Writes money with its sign, rounded to what an interval is worth.
fn money(amount: f64) -> String {
    if amount.abs() < 1000.0 {
        return signed((amount * 10.0).round() / 10.0);
    }
    format!("{amount:+.0}")
}

fn of(number: usize, name: &str) -> String {
    counted(u64::try_from(number).unwrap_or(u64::MAX), name)
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::from(u32::MAX), f64::from)
}
