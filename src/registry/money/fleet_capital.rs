//! What the fleet can afford: its capital, its budget and its energy score, read from the record. Changes nothing.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use crate::autoscale::Reading;
use crate::capital::{
    BudgetUse, BudgetVerdict, CapitalManager, EnergyScore, FactorKind, Money, ScoreInputs,
    capital_ratio,
};
use crate::clock::UnixTime;
use crate::diagnostics::{MetricsRow, ROI_WINDOW_ROWS, Trend};
use crate::pipeline::{ShortCommand, Unanswered};
use crate::registry::entry::RegisteredEngine;
use crate::registry::improvement_engine_registry::ImprovementEngineRegistry;
use crate::registry::money::capital_settings::CapitalSettings;
use crate::registry::stores::Stores;
use crate::store::Balance;

/// How long `energy_command` may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How many finished cycles the rates of success and failure look at.
const NEWEST_CYCLES: usize = 20;
/// How many judged patches the efficiency of deployments looks at.
const NEWEST_PATCHES: usize = 20;

/// The energy score of a fleet and where it comes from.
#[derive(Clone, Debug)]
pub struct FleetEnergy {
    /// The score, 0..=1; missing without a capital source, failed if it could not be looked up.
    pub reading: Reading,
    /// How the formula came to it; none without a capital source, or where a command takes its place.
    pub score: Option<EnergyScore>,
    /// The command that takes the place of the formula.
    pub command: Option<String>,
}

/// What the fleet can afford.
#[derive(Clone, Debug)]
pub struct FleetCapital {
    /// What the operator says; none without a capital source.
    pub settings: Option<CapitalSettings>,
    /// What the ledger adds up to.
    pub balance: Balance,
    /// What is bound under the caps.
    pub used: BudgetUse,
    /// The caps with what is left under each.
    pub budget: BudgetVerdict,
    /// The energy score.
    pub energy: FleetEnergy,
}

impl FleetCapital {
    /// Reads it of the stores of a registry.
    ///
    /// # Errors
    ///
    /// Fails if the store of the fleet cannot be read. A score that cannot be looked up is a failed reading instead.
    pub fn read(
        registry: &ImprovementEngineRegistry,
        stores: &Stores,
        now: UnixTime,
    ) -> Result<Self> {
        let settings = registry.capital();
        let (balance, used) = match (&stores.fleet, settings) {
            (Some(fleet), Some(settings)) => (
                fleet.balance(registry.id())?,
                fleet.budget_use(
                    registry.id(),
                    settings.zone.day_of(now),
                    settings.overruns_since,
                )?,
            ),
            (Some(fleet), None) => (fleet.balance(registry.id())?, BudgetUse::default()),
            (None, _) => (Balance::default(), BudgetUse::default()),
        };
        let caps = settings.map(|settings| settings.budget).unwrap_or_default();
        let target = settings.and_then(|settings| settings.target);
        let energy = match settings {
            None => FleetEnergy {
                reading: Reading::Missing(
                    "there is no capital source; `sie capital init --target AMOUNT` makes one"
                        .to_owned(),
                ),
                score: None,
                command: None,
            },
            Some(CapitalSettings {
                energy_command: Some(command),
                ..
            }) => FleetEnergy {
                reading: ask(registry, &command.argv()),
                score: None,
                command: Some(command.to_string()),
            },
            Some(_) => {
                let mut inputs = inputs(registry, stores)?;
                // Who has not told of any money has no capital that anybody knows.
                let is_known = balance.inflow > Money::ZERO || balance.revenue != Money::ZERO;
                let target = target.filter(|_| is_known);
                inputs.capital_ratio = capital_ratio(balance.capital(), target);
                let manager = CapitalManager::new(caps, target);
                let score = manager.energy_score(balance.capital(), &without_lone_load(inputs));
                FleetEnergy {
                    reading: Reading::of(score.value),
                    score: Some(score),
                    command: None,
                }
            }
        };
        Ok(Self {
            settings: settings.cloned(),
            balance,
            used,
            budget: CapitalManager::new(caps, None).check(&used, Money::ZERO),
            energy,
        })
    }

    /// Returns the least that is left under any cap; none without a budget, negative after an overrun.
    #[must_use]
    pub fn budget_left(&self) -> Option<Money> {
        self.budget.left
    }

    /// Says why a factor of the score is left out where it has no data.
    #[must_use]
    pub fn why_left_out(kind: FactorKind) -> &'static str {
        match kind {
            FactorKind::Capital => "it needs a target, and inflow or revenue that is booked",
            FactorKind::SuccessRate | FactorKind::FailureRate => "no cycle has finished yet",
            FactorKind::ProfitTrend => "under two metrics rows with revenue or expense",
            FactorKind::Load => "it says nothing on its own",
            FactorKind::DeployEfficiency => "no patch was judged yet",
        }
    }
}

impl ImprovementEngineRegistry {
    /// Reads what the fleet can afford, without creating or changing any store.
    ///
    /// # Errors
    ///
    /// As [`FleetCapital::read`].
    pub fn fleet_capital(&self, now: UnixTime) -> Result<FleetCapital> {
        let engines: Vec<&RegisteredEngine> = self.engines().iter().collect();
        let stores = Stores::open(self.workspace(), &engines, true)?;
        FleetCapital::read(self, &stores, now)
    }
}

/// Leaves the load out where nothing else is known: that nothing runs does not make a fleet healthy.
fn without_lone_load(inputs: ScoreInputs) -> ScoreInputs {
    let mut others = FactorKind::ALL
        .into_iter()
        .filter(|kind| *kind != FactorKind::Load);
    let is_alone = others.all(|kind| inputs.get(kind).is_none());
    ScoreInputs {
        load: inputs.load.filter(|_| !is_alone),
        ..inputs
    }
}

/// Measures the inputs of the score, except the capital.
fn inputs(registry: &ImprovementEngineRegistry, stores: &Stores) -> Result<ScoreInputs> {
    let mut outcomes: Vec<(UnixTime, bool)> = Vec::new();
    let mut judged: Vec<(UnixTime, bool)> = Vec::new();
    let mut rows: Vec<MetricsRow> = Vec::new();
    let mut running = 0;
    for store in stores.all() {
        outcomes.extend(store.newest_outcomes(registry.id(), NEWEST_CYCLES)?);
        judged.extend(store.newest_judged_patches(registry.id(), NEWEST_PATCHES)?);
        rows.extend(store.newest_rows_of_all(registry.id(), ROI_WINDOW_ROWS)?);
        let of_store = store.engines_running(registry.id())?;
        let is_ours = |id: &&String| {
            let mut engines = registry.engines().iter();
            engines.any(|engine| engine.key.engine_id == **id)
        };
        running += of_store.iter().filter(is_ours).count();
    }
    // Within a store the order of the record holds; the sorts are stable and only merge stores.
    if stores.all().count() > 1 {
        outcomes.sort_by(|a, b| b.0.0.total_cmp(&a.0.0));
        judged.sort_by(|a, b| b.0.0.total_cmp(&a.0.0));
        rows.sort_by(|a, b| a.at.total_cmp(&b.at));
    }
    outcomes.truncate(NEWEST_CYCLES);
    judged.truncate(NEWEST_PATCHES);
    let trend = Trend::of_roi(&rows, ROI_WINDOW_ROWS);
    Ok(ScoreInputs {
        capital_ratio: None,
        profit_trend: (trend.values > 1).then_some(trend.change),
        load: ratio(running, registry.engines().len()),
        success_rate: share(&outcomes, true),
        deploy_efficiency: share(&judged, true),
        failure_rate: share(&outcomes, false),
    })
}

/// Returns the share of those that ended so; none if there are none.
fn share(ended: &[(UnixTime, bool)], so: bool) -> Option<f64> {
    ratio(
        ended.iter().filter(|(_, it)| *it == so).count(),
        ended.len(),
    )
}

fn ratio(part: usize, whole: usize) -> Option<f64> {
    let number = |count: usize| u32::try_from(count).map_or(f64::from(u32::MAX), f64::from);
    (whole > 0).then(|| number(part) / number(whole))
}

/// Asks the operator's command for the score.
fn ask(registry: &ImprovementEngineRegistry, argv: &[String]) -> Reading {
    let workspace = registry.workspace();
    let folder = workspace.registry_path.parent();
    let answer = ShortCommand {
        argv,
        work_dir: folder.unwrap_or(Path::new("/")),
        variables: &[],
        clears_environment: false,
        input: b"",
        timeout: TIMEOUT,
    }
    .run(&workspace.interrupt);
    match answer {
        Ok(bytes) => read_score(&String::from_utf8_lossy(&bytes)),
        Err(Unanswered::Interrupted) => Reading::Failed("`energy_command` was interrupted".into()),
        Err(Unanswered::Broken(problem)) => {
            Reading::Failed(format!("`energy_command` is broken: {problem}"))
        }
    }
}

/// Reads what `energy_command` prints: one number from 0 to 1.
fn read_score(text: &str) -> Reading {
    match text.trim().parse::<f64>() {
        Ok(score) if (0.0..=1.0).contains(&score) => Reading::Value(score),
        _ => {
            let shown: String = text.trim().escape_debug().take(40).collect();
            Reading::Failed(format!(
                "`energy_command` printed `{shown}`, not one number from 0 to 1"
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_idle_fleet_of_which_nothing_is_known_is_neither_healthy_nor_dwindling() {
        let idle = ScoreInputs {
            load: Some(0.0),
            ..ScoreInputs::default()
        };
        assert!(!EnergyScore::of(&without_lone_load(idle)).is_measured);
        let known = ScoreInputs {
            success_rate: Some(0.5),
            ..idle
        };
        assert_eq!(without_lone_load(known), known);
    }

    #[test]
    fn a_command_answers_with_one_number_from_0_to_1_and_nothing_else() {
        assert_eq!(read_score(" 0.25\n"), Reading::Value(0.25));
        assert_eq!(read_score("1"), Reading::Value(1.0));
        for wrong in ["", "1.01", "-0.1", "NaN", "0.5 0.6", "high"] {
            assert!(matches!(read_score(wrong), Reading::Failed(_)), "{wrong}");
        }
    }
}
