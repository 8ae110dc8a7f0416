//! The decision benchmark: what run/skip deciders cost, over the oracle's cost, on recorded streams.
//!
//! Data and game: `tests/data/decision-bench/README.md`. Fails if its own arithmetic does not reproduce `anchors.csv`, if
//! the simulation decides otherwise than the policy, if the unit of money matters, or if a goal is missed.

mod deciders;
mod game;
mod scores;
mod stream;

use std::io::Write;

use anyhow::{Context, Result, bail, ensure};

use deciders::{Cron, Ours, simulated};
use game::{Decider, Outcome, oracle, play};
use scores::Scores;
use stream::{Stream, anchors, manifest, streams};

/// Row of the shipped policy with its shipped defaults: price known, everything looked at.
const SHIPPED: &str = "sie";

/// The stream without drift.
const STABLE: &str = "syn_stable";

fn main() -> Result<()> {
    let manifest = manifest()?;
    let streams = streams(&manifest)?;
    let anchors = anchors()?;
    let mut scores = Scores::default();
    for stream in &streams {
        for price in &manifest.costs {
            let best = oracle(stream, *price);
            for (name, outcome) in play_all(stream, *price)? {
                let key = (stream.name.clone(), format!("{price}"), name.clone());
                if let Some(total) = anchors.get(&key) {
                    let got = format!("{:.3}", outcome.total);
                    ensure!(
                        &got == total,
                        "{name} on {} at {price}: {got}, anchors.csv says {total}",
                        stream.name
                    );
                }
                scores.add(&name, &stream.name, *price, &outcome, &best);
            }
        }
    }
    let mut stdout = std::io::stdout().lock();
    scores.print(&mut stdout, SHIPPED)?;
    check_goals(&scores, &mut stdout)
}

fn play_all(stream: &Stream, price: f64) -> Result<Vec<(String, Outcome)>> {
    let mut games: Vec<(String, Box<dyn Decider>)> = vec![
        ("never".to_owned(), Box::new(Cron { period: usize::MAX })),
        ("always".to_owned(), Box::new(Cron { period: 1 })),
    ];
    for period in [2, 5, 10, 20, 45] {
        games.push((format!("cron-{period}"), Box::new(Cron { period })));
    }
    games.push((
        SHIPPED.to_owned(),
        Box::new(Ours::new(Some(price), true, 1.0)),
    ));
    games.push((
        "sie, debt and staleness alone".to_owned(),
        Box::new(Ours::new(Some(price), false, 1.0)),
    ));
    games.push((
        "sie, price unknown".to_owned(),
        Box::new(Ours::new(None, true, 1.0)),
    ));
    let mut outcomes = vec![("oracle".to_owned(), oracle(stream, price))];
    for (name, mut decider) in games {
        outcomes.push((name, play(stream, price, decider.as_mut())?));
    }
    let ours = outcomes
        .iter()
        .find(|(name, _)| name == SHIPPED)
        .map(|(_, outcome)| outcome.runs.clone());
    let as_simulation = play(stream, price, &mut simulated(price)?)?.runs;
    ensure!(
        Some(&as_simulation) == ours.as_ref(),
        "{} at {price}: the simulation decides otherwise",
        stream.name
    );
    for unit in [1000.0, 0.001] {
        let scaled = play(stream, price, &mut Ours::new(Some(price), true, unit))?.runs;
        ensure!(
            Some(&scaled) == ours.as_ref(),
            "{} at {price}: money × {unit} decides otherwise",
            stream.name
        );
    }
    Ok(outcomes)
}

/// The goals for the shipped policy.
fn check_goals(scores: &Scores, out: &mut impl Write) -> Result<()> {
    let summary = scores
        .summary(SHIPPED)
        .context("the shipped policy was played")?;
    let without = summary
        .without
        .iter()
        .map(|(_, ratio)| *ratio)
        .fold(0.0, f64::max);
    let stable = scores.stream_ratio(SHIPPED, STABLE);
    let goals = [
        ("geometric mean", summary.mean, 1.13),
        ("worst cell", summary.worst, 1.25),
        ("streams without drift", stable, 1.10),
        ("share of wasted runs", summary.wasted, 0.52),
        ("without each stream in turn", without, 1.14),
    ];
    writeln!(out, "\ngoals")?;
    let mut missed = Vec::new();
    for (name, got, most) in goals {
        let is_met = got <= most;
        writeln!(
            out,
            "{name:<30}{got:>8.3} <= {most:<6} {}",
            if is_met { "met" } else { "MISSED" }
        )?;
        if !is_met {
            missed.push(name);
        }
    }
    if missed.is_empty() {
        Ok(())
    } else {
        bail!("goals missed: {}", missed.join(", "))
    }
}
