//! The protocol of `policy simulate`: one line in, at most one line out.
//!
//! The same policy as in a cycle decides. Reading stdin, flushing and the summary of a moment (trend, diagnostics) are the
//! caller's: the latter comes in as a function of the history, so that a simulation and a cycle share it.

use std::collections::{BTreeMap, VecDeque};

use anyhow::{Context, Result, bail};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::diagnostics::trend::{ROI_WINDOW_ROWS, Trend};
use crate::diagnostics::{DiagnosticManager, DiagnosticSettings, MetricsRow, Readings};
use crate::engine::energy::Energy;
use crate::engine::energy_scaling::{EnergyBase, EnergyInputs, EnergyScaling, ForecastFactor};
use crate::policy::{
    CycleReport, FleetTable, PolicySettings, RoiForecast, RunKind, SelfImprovementPolicy, Signal,
    SituationReading,
};

/// Newest metrics rows kept: as many as the ROI trend looks at.
const ROWS_KEPT: usize = 200;

/// Newest ROI deltas kept: older ones weigh nothing in a forecast.
const DELTAS_KEPT: usize = 1000;

/// How an engine would be registered.
#[derive(Debug, Clone, PartialEq)]
pub struct SimulationSettings {
    /// The policy's settings; `begin` may replace the cost.
    pub policy: PolicySettings,
    /// How a row becomes a loss.
    pub signal: Signal,
    /// Base energy.
    pub energy: EnergyBase,
    /// Scale, bias and cap of the forecast; its `roi` is replaced. None where forecasts do not scale energy.
    pub forecast: Option<ForecastFactor>,
    /// Seed of exploration.
    pub seed: u64,
}

/// What was reported since `begin`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SimulationHistory {
    /// Newest 200 metrics rows, oldest first.
    pub rows: VecDeque<BTreeMap<String, f64>>,
    /// How many of them came after the last cycle.
    pub rows_since_cycle: usize,
    /// ROI deltas of the cycles, oldest first.
    pub deltas: VecDeque<f64>,
}

/// A running simulation.
#[derive(Debug)]
pub struct Simulation<F> {
    settings: SimulationSettings,
    reading: F,
    policy: SelfImprovementPolicy,
    history: SimulationHistory,
    /// No other engines: a simulation starts from zero knowledge.
    fleet: FleetTable,
    has_pending_run: bool,
    line: u64,
}

/// The answer to `decide`.
#[derive(Serialize)]
struct Answer {
    run: bool,
    energy: Energy,
}

impl<F: FnMut(&SimulationHistory) -> SituationReading> Simulation<F> {
    /// Starts a simulation; `reading` sums up the moment of a decision.
    pub fn new(settings: SimulationSettings, reading: F) -> Self {
        let policy = SelfImprovementPolicy::new(settings.policy.clone(), settings.seed);
        Self {
            settings,
            reading,
            policy,
            history: SimulationHistory::default(),
            fleet: FleetTable::default(),
            has_pending_run: false,
            line: 0,
        }
    }

    /// Returns the policy as it stands.
    pub fn policy(&self) -> &SelfImprovementPolicy {
        &self.policy
    }

    /// Takes one line and returns the line to answer, without its line break; only `decide` is answered.
    ///
    /// # Errors
    ///
    /// A line that is no JSON object, has no `event`, or has text where a number belongs is an error naming the line's
    /// number, from 1. Blank lines, unknown events and unknown keys are ignored.
    pub fn line(&mut self, line: &str) -> Result<Option<String>> {
        self.line += 1;
        if line.trim().is_empty() {
            return Ok(None);
        }
        let number = self.line;
        self.event(line)
            .with_context(|| format!("line {number} of the simulation"))
    }

    fn event(&mut self, line: &str) -> Result<Option<String>> {
        let event: Map<String, Value> =
            serde_json::from_str(line).context("expected one JSON object")?;
        match event.get("event").and_then(Value::as_str) {
            Some("begin") => self.begin(&event)?,
            Some("decide") => return self.decide().map(Some),
            Some("ran") => self.ran(&event)?,
            Some("metrics") => self.metrics(&event),
            Some(_) => {}
            None => bail!("expected a key `event` with begin, decide, ran or metrics"),
        }
        Ok(None)
    }

    fn begin(&mut self, event: &Map<String, Value>) -> Result<()> {
        if let Some(cost) = number(event, "cost")? {
            if cost < 0.0 {
                bail!("`cost` is {cost}, expected 0 or more");
            }
            self.settings.policy.cost = Some(cost);
        }
        self.policy = SelfImprovementPolicy::new(self.settings.policy.clone(), self.settings.seed);
        self.history = SimulationHistory::default();
        self.has_pending_run = false;
        Ok(())
    }

    fn decide(&mut self) -> Result<String> {
        let reading = (self.reading)(&self.history);
        let choice = self.policy.decide(&reading, &self.fleet);
        self.has_pending_run = choice.run;
        let deltas: Vec<f64> = self.history.deltas.iter().copied().collect();
        let forecast = self.settings.forecast.zip(RoiForecast::of(&deltas));
        let energy = EnergyScaling::of(&EnergyInputs {
            base: self.settings.energy,
            predicted: Some(choice.predicted()),
            forecast: forecast.map(|(factor, forecast)| ForecastFactor {
                roi: forecast.roi,
                ..factor
            }),
        });
        let answer = Answer {
            run: choice.run,
            energy: energy.granted,
        };
        serde_json::to_string(&answer).context("cannot write the answer")
    }

    fn ran(&mut self, event: &Map<String, Value>) -> Result<()> {
        let roi = number(event, "roi")?.unwrap_or(0.0);
        let cost = number(event, "cost")?;
        if let Some(cost) = cost.filter(|cost| *cost < 0.0) {
            bail!("`cost` is {cost}, expected 0 or more");
        }
        let report = CycleReport {
            gain: number(event, "gain")?,
            cost,
            roi,
        };
        let kind = if std::mem::take(&mut self.has_pending_run) {
            RunKind::Chosen
        } else {
            RunKind::Forced
        };
        self.policy.ran(&report, kind, &self.fleet);
        push_bounded(&mut self.history.deltas, roi, DELTAS_KEPT);
        self.history.rows_since_cycle = 0;
        Ok(())
    }

    fn metrics(&mut self, event: &Map<String, Value>) {
        // What is not a number is no metric: an unknown key, as far as this protocol goes.
        let row: BTreeMap<String, f64> = event
            .iter()
            .filter(|(key, _)| *key != "step")
            .filter_map(|(key, value)| Some((key.clone(), value.as_f64()?)))
            .collect();
        if let Some(loss) = self.settings.signal.loss(&row) {
            self.policy.observe(loss, &self.fleet);
        }
        push_bounded(&mut self.history.rows, row, ROWS_KEPT);
        self.history.rows_since_cycle = (self.history.rows_since_cycle + 1).min(ROWS_KEPT);
    }
}

/// Sums up a moment as a cycle does: the ROI trend, and whether the built-in checks find anything since the last cycle.
#[must_use]
pub fn simulated_situation(history: &SimulationHistory) -> SituationReading {
    let rows: Vec<MetricsRow> = history
        .rows
        .iter()
        .map(|values| MetricsRow {
            at: 0.0,
            values: values.clone(),
        })
        .collect();
    let since_cycle = rows.len().saturating_sub(history.rows_since_cycle);
    let manager = DiagnosticManager::new(DiagnosticSettings::default(), Vec::new());
    let found = manager.examine(&Readings {
        rows: rows.get(since_cycle..).unwrap_or_default(),
        discrepancies: 0,
        drift: &BTreeMap::new(),
    });
    SituationReading {
        roi_trend: Trend::of_roi(&rows, ROI_WINDOW_ROWS).change,
        has_issues: !found.issues.is_empty(),
        // Nothing tells the time: whoever asks has waited.
        waiting_in_intervals: f64::INFINITY,
        ..SituationReading::default()
    }
}

/// Returns the number under `key`; absent or null is none.
fn number(event: &Map<String, Value>, key: &str) -> Result<Option<f64>> {
    match event.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => match value.as_f64() {
            Some(number) => Ok(Some(number)),
            None => bail!("`{key}` is {value}, expected a number"),
        },
    }
}

fn push_bounded<T>(queue: &mut VecDeque<T>, item: T, most: usize) {
    if queue.len() == most {
        queue.pop_front();
    }
    queue.push_back(item);
}

#[cfg(test)]
#[path = "simulation_tests.rs"]
mod tests;
