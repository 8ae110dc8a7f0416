//! Ratios to the oracle, and the tables made of them.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::Result;

use crate::game::Outcome;

/// One decider on one stream at one price.
struct Cell {
    stream: String,
    price: f64,
    ratio: f64,
    runs: usize,
    wasted: usize,
}

/// All cells, by decider in the order of play.
#[derive(Default)]
pub struct Scores {
    names: Vec<String>,
    cells: BTreeMap<String, Vec<Cell>>,
}

/// What one decider's cells come to.
pub struct Summary {
    pub mean: f64,
    pub worst: f64,
    pub runs: usize,
    /// Wasted runs over all runs of all cells.
    pub wasted: f64,
    /// Geometric mean without each stream in turn.
    pub without: Vec<(String, f64)>,
}

impl Scores {
    pub fn add(
        &mut self,
        name: &str,
        stream: &str,
        price: f64,
        outcome: &Outcome,
        oracle: &Outcome,
    ) {
        if !self.cells.contains_key(name) {
            self.names.push(name.to_owned());
        }
        self.cells.entry(name.to_owned()).or_default().push(Cell {
            stream: stream.to_owned(),
            price,
            ratio: outcome.total / oracle.total,
            runs: outcome.runs.len(),
            wasted: outcome.wasted,
        });
    }

    pub fn summary(&self, name: &str) -> Option<Summary> {
        let cells = self.cells.get(name)?;
        let mut streams: Vec<String> = cells.iter().map(|cell| cell.stream.clone()).collect();
        streams.dedup();
        let without =
            |stream: &String| geometric_mean(cells.iter().filter(|cell| cell.stream != *stream));
        let runs = cells.iter().map(|cell| cell.runs).sum();
        let wasted: usize = cells.iter().map(|cell| cell.wasted).sum();
        Some(Summary {
            mean: geometric_mean(cells.iter()),
            worst: cells.iter().map(|cell| cell.ratio).fold(0.0, f64::max),
            runs,
            wasted: count(wasted) / count(runs).max(1.0),
            without: streams
                .iter()
                .map(|stream| (stream.clone(), without(stream)))
                .collect(),
        })
    }

    /// Returns the geometric mean of one stream's cells.
    pub fn stream_ratio(&self, name: &str, stream: &str) -> f64 {
        geometric_mean(
            self.cells
                .get(name)
                .into_iter()
                .flatten()
                .filter(|cell| cell.stream == stream),
        )
    }

    pub fn print(&self, out: &mut impl Write, shipped: &str) -> Result<()> {
        writeln!(out, "ratio to the oracle's cost")?;
        writeln!(
            out,
            "{:<32}{:>8}{:>8}{:>8}{:>8}",
            "decider", "mean", "worst", "runs", "wasted"
        )?;
        for name in &self.names {
            if let Some(Summary {
                mean,
                worst,
                runs,
                wasted,
                ..
            }) = self.summary(name)
            {
                writeln!(
                    out,
                    "{name:<32}{mean:>8.4}{worst:>8.3}{runs:>8}{:>7.1}%",
                    100.0 * wasted
                )?;
            }
        }
        writeln!(out, "\nby stream and price")?;
        let columns: Vec<&String> = self
            .names
            .iter()
            .filter(|name| !name.contains(','))
            .collect();
        write!(out, "{:<14}{:>6}", "stream", "price")?;
        for name in &columns {
            write!(out, "{name:>9}")?;
        }
        writeln!(out, "{:>6}{:>8}", "runs", "wasted")?;
        for (place, cell) in self.cells.get(shipped).into_iter().flatten().enumerate() {
            write!(out, "{:<14}{:>6}", cell.stream, cell.price)?;
            for name in &columns {
                let ratio = self
                    .cells
                    .get(*name)
                    .and_then(|cells| cells.get(place))
                    .map_or(f64::NAN, |c| c.ratio);
                write!(out, "{ratio:>9.3}")?;
            }
            writeln!(out, "{:>6}{:>8}", cell.runs, cell.wasted)?;
        }
        writeln!(out, "\ngeometric mean without each stream in turn")?;
        for (stream, ratio) in self
            .summary(shipped)
            .map(|summary| summary.without)
            .unwrap_or_default()
        {
            writeln!(out, "{stream:<14}{ratio:>8.4}")?;
        }
        Ok(())
    }
}

fn geometric_mean<'a>(cells: impl Iterator<Item = &'a Cell>) -> f64 {
    let (sum, count) = cells.fold((0.0, 0.0), |(sum, count), cell| {
        (sum + cell.ratio.ln(), count + 1.0)
    });
    if count > 0.0 {
        (sum / count).exp()
    } else {
        f64::NAN
    }
}

fn count(items: usize) -> f64 {
    f64::from(u32::try_from(items).unwrap_or(u32::MAX))
}
