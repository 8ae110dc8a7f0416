//! What was recorded for an engine since its last cycle started, and what its diagnostics make of it.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::clock::UnixTime;
use crate::diagnostics::trend::ROI_WINDOW_ROWS;
use crate::diagnostics::{Condition, DiagnosticManager, Issue, MetricsRow, PageHinkley, Readings};
use crate::engine::rules::WIDEST;
use crate::engine::self_improvement_engine::SelfImprovementEngine;
use crate::engine::trigger::{Limited, MetricsPresence};
use crate::events;
use crate::modules::ModuleReturns;
use crate::names::BotName;
use crate::policy::{Evidence, RoiForecast};
use crate::store::{DriftState, EngineKey, EngineState, Pending, Store};

/// How far `last(METRIC)` without a window looks back.
const LAST_ROWS: usize = 1000;
/// How many cycles a forecast rests on at most; older ones weigh nothing.
const FORECAST_CYCLES: usize = 200;

/// What the capital source of the fleet says, if there is one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum CapitalSignal {
    /// There is none.
    #[default]
    Absent,
    /// Its energy score could not be looked up: that neither asks nor forbids.
    Failed,
    /// The energy score, and the threshold below which nothing runs.
    Score(Limited),
}

/// What was recorded since the last cycle started.
#[derive(Clone, Debug, Default)]
pub struct Signals {
    rows: Vec<MetricsRow>,
    drift: BTreeMap<String, PageHinkley>,
    newest_row: i64,
    newest_at: Option<UnixTime>,
    /// What the next cycle is expected to bring, where that is asked for.
    pub forecast: Option<RoiForecast>,
    discrepancies: u64,
    /// How many events ask for a cycle.
    pub requests: u64,
    /// What `diagnose` commands reported.
    pub reported: Vec<Issue>,
    /// The modules that bring nothing any more, if there are any.
    pub modules: Option<ModuleReturns>,
    /// What the fleet can afford.
    pub capital: CapitalSignal,
}

/// What is new in a store, for every engine of a registry at once.
#[derive(Clone, Debug, Default)]
pub struct News {
    rows: BTreeMap<String, i64>,
    pending: BTreeMap<String, Pending>,
}

impl News {
    /// Whether there is nothing new for any engine.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.pending.is_empty()
    }

    /// Reads it in two scans.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn read(store: &Store, registry_id: &str) -> Result<Self> {
        Ok(Self {
            rows: store.newest_rows(registry_id)?,
            pending: store.pending_events(registry_id)?,
        })
    }
}

impl News {
    /// Reads what concerns one engine only.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn of_engine(store: &Store, key: &EngineKey, bot: &BotName) -> Result<Self> {
        let rows = store.bot_rows(&key.registry_id, bot.as_str())?;
        let pending = store.pending_events_of(key)?;
        Ok(Self {
            rows: rows
                .map(|rows| (bot.to_string(), rows.newest_row))
                .into_iter()
                .collect(),
            pending: BTreeMap::from([(key.engine_id.clone(), pending)]),
        })
    }
}

impl Signals {
    /// Reads what concerns one engine; touches the store only if there is something new for it.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn read(
        store: &Store,
        news: &News,
        key: &EngineKey,
        engine: &SelfImprovementEngine,
        bot: &BotName,
        state: &EngineState,
    ) -> Result<Self> {
        let mut signals = Self::default();
        if let Some(pending) = news.pending.get(&key.engine_id) {
            let count = |topic: &str| pending.get(topic).copied().unwrap_or(0);
            signals.requests = count(events::EVOLVE);
            signals.discrepancies = count(events::DISCREPANCY);
        }
        let newest_row = news.rows.get(bot.as_str()).copied().unwrap_or(0);
        signals.newest_row = newest_row;
        if engine.stale_after.is_some() {
            signals.newest_at = store.newest_at(&key.registry_id, bot.as_str())?;
        }
        if engine.forecast.is_some() {
            signals.forecast = RoiForecast::of(&store.roi_history(key, FORECAST_CYCLES)?);
        }
        if newest_row <= state.rows_seen {
            return Ok(signals);
        }
        let registry_id = &key.registry_id;
        signals.rows = store.metrics_after(
            registry_id,
            bot.as_str(),
            (state.rows_seen, state.own_row),
            rows_needed(engine),
        )?;
        if engine.diagnostics.drift_metrics.is_empty() {
            return Ok(signals);
        }
        let mut known: BTreeMap<String, DriftState> = store
            .drift_states(key)?
            .into_iter()
            .map(|state| (state.metric.clone(), state))
            .collect();
        for metric in &engine.diagnostics.drift_metrics {
            let (mut test, seen) = known
                .remove(metric)
                .map_or_else(Default::default, |state| (state.test, state.rows_seen));
            store.visit_metric(registry_id, bot.as_str(), metric, seen, |value| {
                test.update(value);
            })?;
            signals.drift.insert(metric.clone(), test);
        }
        Ok(signals)
    }

    /// Returns the conditions of the built-in checks and the rules.
    ///
    /// Without anything new only what the operator asked for is looked at, so that an idle fleet costs nothing.
    #[must_use]
    pub fn diagnose(&self, engine: &SelfImprovementEngine) -> Vec<Condition> {
        let is_quiet = self.rows.is_empty() && self.discrepancies == 0;
        if is_quiet && engine.rules.is_empty() {
            return Vec::new();
        }
        let mut conditions = Self::manager(engine).examine(&self.readings()).conditions;
        if is_quiet {
            let is_rule = |check: &str| engine.rules.as_slice().iter().any(|it| it.id() == check);
            conditions.retain(|condition| is_rule(&condition.check));
        }
        conditions
    }

    fn manager(engine: &SelfImprovementEngine) -> DiagnosticManager {
        DiagnosticManager::new(engine.diagnostics.clone(), engine.rules.as_slice().to_vec())
    }

    fn readings(&self) -> Readings<'_> {
        Readings {
            rows: &self.rows,
            discrepancies: self.discrepancies,
            drift: &self.drift,
        }
    }

    /// Returns the number of the newest row of the bot, counted over all bots of the store; 0 if there is none.
    #[must_use]
    pub fn newest_row(&self) -> i64 {
        self.newest_row
    }

    /// Whether any check or rule is raised, or a command has reported an issue.
    #[must_use]
    pub fn has_issues(&self, engine: &SelfImprovementEngine) -> bool {
        !self.reported.is_empty()
            || !Self::manager(engine)
                .examine(&self.readings())
                .issues
                .is_empty()
    }

    /// Returns whether there are metrics for the policy of an engine; none where it needs none.
    #[must_use]
    pub fn presence(
        &self,
        engine: &SelfImprovementEngine,
        has_loss: bool,
        now: UnixTime,
    ) -> Option<MetricsPresence> {
        (engine.policy_evidence() == Evidence::Rows).then(|| MetricsPresence {
            age: self.newest_at.map(|at| now.seconds_since(at).max(0.0)),
            limit: engine.stale_after.map(|it| it.0.as_secs_f64()),
            has_rows: has_loss && self.newest_row > 0,
        })
    }

    /// Returns where the drift tests stand once a cycle has answered what they found.
    #[must_use]
    pub fn acknowledged_drift(&self) -> Vec<DriftState> {
        self.drift
            .iter()
            .map(|(metric, test)| {
                let mut test = test.clone();
                test.acknowledge();
                DriftState {
                    metric: metric.clone(),
                    rows_seen: self.newest_row,
                    test,
                }
            })
            .collect()
    }
}

/// Returns how many of the newest rows the checks of an engine look at.
fn rows_needed(engine: &SelfImprovementEngine) -> usize {
    let roi = if engine.diagnostics.roi_drop {
        ROI_WINDOW_ROWS
    } else {
        0
    };
    let of_rules = engine
        .rules
        .as_slice()
        .iter()
        .map(|rule| rule.longest_window().unwrap_or(LAST_ROWS))
        .max()
        .unwrap_or(0);
    engine.diagnostics.window.max(roi).max(of_rules).min(WIDEST)
}
