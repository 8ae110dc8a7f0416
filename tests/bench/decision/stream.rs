//! The recorded streams: loss matrices, sizes, prices, anchors.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// One stream's look-up table.
pub struct Stream {
    pub name: String,
    /// First scored step.
    pub start: usize,
    /// Number of steps.
    pub steps: usize,
    /// Cost of the errors of model s at step t is `costs[s][t − s]`, in units of the price.
    costs: Vec<Vec<f64>>,
}

/// The folder's table of contents.
#[derive(Deserialize)]
pub struct Manifest {
    value_per_step: f64,
    pub costs: Vec<f64>,
    streams: Vec<ManifestStream>,
}

#[derive(Deserialize)]
struct ManifestStream {
    name: String,
    steps: usize,
    start: usize,
}

impl Stream {
    /// Returns what step `t` costs when the model trained right before step `s` serves it.
    pub fn cost(&self, s: usize, t: usize) -> f64 {
        t.checked_sub(s)
            .and_then(|age| self.costs.get(s)?.get(age).copied())
            .unwrap_or(f64::NAN)
    }

    /// Returns what the steps `from..to` cost with model `s`.
    pub fn stint(&self, s: usize, from: usize, to: usize) -> f64 {
        (from..to).map(|t| self.cost(s, t)).sum()
    }
}

/// Reads the manifest.
pub fn manifest() -> Result<Manifest> {
    serde_json::from_str(&read(&folder().join("manifest.json"))?).context("manifest.json")
}

/// Reads all streams.
pub fn streams(manifest: &Manifest) -> Result<Vec<Stream>> {
    manifest
        .streams
        .iter()
        .map(|stream| load(stream, manifest.value_per_step))
        .collect()
}

/// Reads the total costs of the anchors by stream, price and decider, as they are written.
pub fn anchors() -> Result<BTreeMap<(String, String, String), String>> {
    let text = read(&folder().join("anchors.csv"))?;
    let rows = text.lines().skip(1).map(|line| {
        let fields: Vec<&str> = line.split(',').collect();
        match fields.as_slice() {
            [stream, cost, decider, total, ..] => Ok((
                (
                    String::from(*stream),
                    String::from(*cost),
                    String::from(*decider),
                ),
                String::from(*total),
            )),
            _ => bail!("anchors.csv: `{line}` has too few fields"),
        }
    });
    rows.collect()
}

fn load(stream: &ManifestStream, value_per_step: f64) -> Result<Stream> {
    let ManifestStream { name, steps, start } = stream;
    let sizes = read(&folder().join("streams").join(format!("{name}.steps.csv")))?;
    let mut n = vec![f64::NAN; *steps];
    for line in sizes.lines().skip(1) {
        let mut fields = line.split(',');
        let step: usize = fields.next().context("step")?.parse()?;
        *n.get_mut(step).context("step past the end")? = fields.next().context("n")?.parse()?;
    }
    let errors = read(&folder().join("streams").join(format!("{name}.errors.csv")))?;
    let costs = errors.lines().enumerate().map(|(s, line)| {
        let row = line.split(',').zip(n.iter().skip(s));
        row.map(|(count, n)| Ok(value_per_step * count.parse::<f64>()? / n))
            .collect()
    });
    Ok(Stream {
        name: name.clone(),
        start: *start,
        steps: *steps,
        costs: costs.collect::<Result<_>>()?,
    })
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/decision-bench")
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}
