//! The game of the bench's README: play a decider on a stream at a price, and the oracle by dynamic programming.

use anyhow::Result;

use crate::stream::Stream;

/// What a pipeline reports of a run.
pub struct Report {
    pub gain: f64,
    pub cost: f64,
    pub roi: f64,
}

/// Somebody who says run or skip at every step.
pub trait Decider {
    /// Decides before step `t`, the `age`-th after the start.
    fn decide(&mut self, age: usize) -> Result<bool>;
    /// Is told of the run it asked for.
    fn ran(&mut self, report: &Report) -> Result<()>;
    /// Is told the share of errors of the step.
    fn metrics(&mut self, errors: f64) -> Result<()>;
}

/// How a game went.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    pub total: f64,
    /// Steps at which a run was made.
    pub runs: Vec<usize>,
    /// Runs whose stint would have been cheaper with the replaced model, the price counted.
    pub wasted: usize,
}

/// Plays `decider` on `stream` at `price`.
pub fn play(stream: &Stream, price: f64, decider: &mut dyn Decider) -> Result<Outcome> {
    let mut model = stream.start;
    let mut runs = Vec::new();
    for t in stream.start..stream.steps {
        if decider.decide(t - stream.start)? && t > stream.start {
            // Before the first scored step there is nothing to compare on, but then no run is made either.
            let gain = stream.cost(model, t - 1) - stream.cost(t - 1, t - 1);
            let stood = f64::from(u32::try_from(t - model)?);
            decider.ran(&Report {
                gain,
                cost: price,
                roi: gain * stood - price,
            })?;
            model = t;
            runs.push(t);
        }
        decider.metrics(stream.cost(model, t) / 100.0)?;
    }
    Ok(outcome(stream, price, runs))
}

/// Returns the cheapest runs with full knowledge, by dynamic programming over the next run.
pub fn oracle(stream: &Stream, price: f64) -> Outcome {
    // The cheapest way to serve from s to the end with a model trained at s, and the step of its next run.
    let mut plans = vec![(0.0, stream.steps); stream.steps + 1];
    for s in (stream.start..stream.steps).rev() {
        let mut served = 0.0;
        let mut best = (f64::INFINITY, stream.steps);
        for (t, (rest, _)) in plans.iter().enumerate().skip(s + 1) {
            served += stream.cost(s, t - 1);
            let total = if t < stream.steps {
                served + price + rest
            } else {
                served
            };
            if total < best.0 {
                best = (total, t);
            }
        }
        if let Some(plan) = plans.get_mut(s) {
            *plan = best;
        }
    }
    let next = |t: &usize| plans.get(*t).map(|(_, next)| *next);
    let runs = std::iter::successors(next(&stream.start), next);
    outcome(
        stream,
        price,
        runs.take_while(|t| *t < stream.steps).collect(),
    )
}

fn outcome(stream: &Stream, price: f64, runs: Vec<usize>) -> Outcome {
    let mut outcome = Outcome {
        total: 0.0,
        runs: Vec::new(),
        wasted: 0,
    };
    let (mut model, mut replaced, mut from) = (stream.start, None, stream.start);
    for to in runs.iter().copied().chain([stream.steps]) {
        let served = stream.stint(model, from, to);
        outcome.total += served;
        if let Some(replaced) = replaced {
            outcome.total += price;
            let saved = stream.stint(replaced, from, to) - served - price;
            outcome.wasted += usize::from(saved < 0.0);
        }
        (replaced, model, from) = (Some(model), to, to);
    }
    outcome.runs = runs;
    outcome
}
