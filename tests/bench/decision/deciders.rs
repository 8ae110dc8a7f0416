//! The deciders that are compared: never, always, cron, and the policy, called directly and as a simulation.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use self_improvement_engine::policy::{
    CycleReport, FleetTable, PolicySettings, RunKind, SelfImprovementPolicy, Signal,
    SituationReading,
};
use self_improvement_engine::{EnergyBase, Simulation, SimulationHistory, SimulationSettings};
use serde_json::json;

use crate::game::{Decider, Report};

/// Runs every `period` steps; `usize::MAX` is never.
pub struct Cron {
    pub period: usize,
}

impl Decider for Cron {
    fn decide(&mut self, age: usize) -> Result<bool> {
        Ok(age.is_multiple_of(self.period))
    }

    fn ran(&mut self, _: &Report) -> Result<()> {
        Ok(())
    }

    fn metrics(&mut self, _: f64) -> Result<()> {
        Ok(())
    }
}

/// The shipped policy from zero knowledge, price known or not.
pub struct Ours {
    policy: SelfImprovementPolicy,
    history: SimulationHistory,
    /// Whether the further state (trend, diagnostics) is looked at.
    looks_further: bool,
    /// Units of the loss per unit of the bench: money in another unit.
    unit: f64,
}

impl Ours {
    pub fn new(price: Option<f64>, looks_further: bool, unit: f64) -> Self {
        let settings = PolicySettings {
            cost: price.map(|price| price * unit),
            ..PolicySettings::default()
        };
        let policy = SelfImprovementPolicy::new(settings, 1);
        Self {
            policy,
            history: SimulationHistory::default(),
            looks_further,
            unit,
        }
    }
}

impl Decider for Ours {
    fn decide(&mut self, _: usize) -> Result<bool> {
        let reading = if self.looks_further {
            reading(&self.history)
        } else {
            SituationReading::default()
        };
        Ok(self.policy.decide(&reading, &FleetTable::default()).run)
    }

    fn ran(&mut self, report: &Report) -> Result<()> {
        let Report { gain, cost, roi } = report;
        let report = CycleReport {
            gain: Some(gain * self.unit),
            cost: Some(cost * self.unit),
            roi: roi * self.unit,
        };
        self.policy
            .ran(&report, RunKind::Chosen, &FleetTable::default());
        self.history.rows_since_cycle = 0;
        Ok(())
    }

    fn metrics(&mut self, errors: f64) -> Result<()> {
        let row = row(errors);
        let loss = Signal::default()
            .loss(&row)
            .context("a row has revenue and expense")?;
        self.policy
            .observe(loss * self.unit, &FleetTable::default());
        self.history.rows.push_back(row);
        if self.history.rows.len() > 200 {
            self.history.rows.pop_front();
        }
        self.history.rows_since_cycle = (self.history.rows_since_cycle + 1).min(200);
        Ok(())
    }
}

/// The same policy behind the protocol of `policy simulate`.
pub struct Simulated<F> {
    simulation: Simulation<F>,
}

/// Starts a simulation at `price`.
pub fn simulated(
    price: f64,
) -> Result<Simulated<impl FnMut(&SimulationHistory) -> SituationReading>> {
    let settings = SimulationSettings {
        policy: PolicySettings::default(),
        signal: Signal::default(),
        energy: EnergyBase::Configured(1),
        forecast: None,
        seed: 1,
    };
    let mut simulation = Simulation::new(settings, reading);
    simulation.line(&json!({"event": "begin", "cost": price}).to_string())?;
    Ok(Simulated { simulation })
}

impl<F: FnMut(&SimulationHistory) -> SituationReading> Decider for Simulated<F> {
    fn decide(&mut self, age: usize) -> Result<bool> {
        let line = json!({"event": "decide", "step": age}).to_string();
        let answer = self.simulation.line(&line)?.context("decide is answered")?;
        let answer: serde_json::Value = serde_json::from_str(&answer)?;
        answer
            .get("run")
            .and_then(serde_json::Value::as_bool)
            .context("run is a boolean")
    }

    fn ran(&mut self, report: &Report) -> Result<()> {
        let Report { gain, cost, roi } = report;
        self.simulation
            .line(&json!({"event": "ran", "gain": gain, "cost": cost, "roi": roi}).to_string())?;
        Ok(())
    }

    fn metrics(&mut self, errors: f64) -> Result<()> {
        let mut line = json!({"event": "metrics"});
        for (key, value) in row(errors) {
            line[key] = value.into();
        }
        self.simulation.line(&line.to_string())?;
        Ok(())
    }
}

fn row(errors: f64) -> BTreeMap<String, f64> {
    let numbers = [
        ("errors", errors),
        ("response_time", 0.1),
        ("revenue", 50.0 * (1.0 - errors)),
        ("expense", 50.0 * errors),
    ];
    numbers
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// Sums up the moment as the product's triggers do: ROI trend of the newest 200 rows, errors in the newest 20 since the
/// last cycle.
fn reading(history: &SimulationHistory) -> SituationReading {
    let of = |row: &BTreeMap<String, f64>, name: &str| row.get(name).copied().unwrap_or(0.0);
    let profits: Vec<f64> = history
        .rows
        .iter()
        .map(|row| of(row, "revenue") - of(row, "expense"))
        .collect();
    let mean =
        |rows: &[f64]| rows.iter().sum::<f64>() / rows.iter().map(|_| 1.0).sum::<f64>().max(1.0);
    let (older, newer) = profits.split_at(profits.len() / 2);
    let level = mean(older).abs();
    let roi_trend = if older.is_empty() || level <= 0.0 {
        0.0
    } else {
        (mean(newer) - mean(older)) / level
    };
    let recent = history
        .rows
        .iter()
        .rev()
        .take(history.rows_since_cycle.min(20));
    let has_issues = recent.map(|row| of(row, "errors")).sum::<f64>() > 0.0;
    SituationReading {
        roi_trend,
        has_issues,
        ..SituationReading::default()
    }
}
