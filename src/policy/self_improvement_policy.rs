//! The learned policy of one engine: its complete state and what can be read off it.
//!
//! How it learns from rows and reports is in `learning`, how it chooses in `choosing`. It keeps no history and no time: rows are handed over one by
//! one by [`observe`](SelfImprovementPolicy::observe), cycles by [`ran`](SelfImprovementPolicy::ran); a step without a
//! cycle was a skip, whatever had been chosen.

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use super::cell_value::Action;
use super::debt_belief::DebtBelief;
use super::debt_cell::DebtCell;
use super::fleet_table::FleetTable;
use super::limits::{in_prices, money};
use super::mean_reward::MeanReward;
use super::noise_estimate::{NoiseEstimate, NoiseReading};
use super::noted_modules::NotedModules;
use super::policy_choice::Basis;
use super::policy_params::PolicyParams;
use super::policy_settings::{Evidence, PolicySettings};
use super::price_estimate::PriceEstimate;
use super::repair_share::RepairShare;
use super::results_cell::ResultsCell;
use super::rule_table::RuleTable;
use super::situation::{Situation, SituationReading};
use super::split_mix64::SplitMix64;
use super::state_cell::{BaseCell, StateCell};
use super::step::{Comparison, LastAction, Step};
use super::strategy::Strategy;
use super::update_rules::RuleParams;
use super::value_table::ValueTable;

/// Version of the stored state.
const FORMAT_VERSION: u32 = 1;

/// The complete state of one engine's policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelfImprovementPolicy {
    format_version: u32,
    pub(super) settings: PolicySettings,
    pub(super) random: SplitMix64,
    pub(super) noise: NoiseEstimate,
    pub(super) belief: DebtBelief,
    pub(super) repair: RepairShare,
    pub(super) prices: PriceEstimate,
    /// f: mean excess of fresh versions over attainable, in money.
    pub(super) fresh_excess: f64,
    pub(super) is_next_row_fresh: bool,
    pub(super) mean_reward: MeanReward,
    pub(super) values: ValueTable,
    /// Values under the other three strategies; none for `q_learning`.
    pub(super) rules: Option<RuleTable<StateCell>>,
    pub(super) modules: NotedModules,
    pub(super) situation: Situation,
    pub(super) step: Option<Step>,
    pub(super) last_action: Option<LastAction>,
    pub(super) last_roi: Option<f64>,
    pub(super) decisions: u64,
    pub(super) runs: u64,
    pub(super) forced_runs: u64,
    pub(super) comparison: Comparison,
    #[serde(skip)]
    pub(super) params: PolicyParams,
}

impl SelfImprovementPolicy {
    /// Starts from nothing, with `seed` for exploration.
    #[must_use]
    pub fn new(settings: PolicySettings, seed: u64) -> Self {
        Self::with_params(settings, seed, PolicyParams::default())
    }

    /// Starts from nothing with other constants than the shipped ones; for measurements, as constants are not stored.
    #[must_use]
    pub fn with_params(settings: PolicySettings, seed: u64, params: PolicyParams) -> Self {
        let settings = settings.made_harmless();
        let rules = rules_of(&settings, &params);
        Self {
            format_version: FORMAT_VERSION,
            settings,
            random: SplitMix64::new(seed),
            noise: NoiseEstimate::default(),
            belief: DebtBelief::default(),
            repair: RepairShare::default(),
            prices: PriceEstimate::default(),
            fresh_excess: 0.0,
            is_next_row_fresh: false,
            mean_reward: MeanReward::default(),
            values: ValueTable::default(),
            rules,
            modules: NotedModules::default(),
            situation: Situation::default(),
            step: None,
            last_action: None,
            last_roi: None,
            decisions: 0,
            runs: 0,
            forced_runs: 0,
            comparison: Comparison::default(),
            params,
        }
    }

    /// Reads a stored state.
    ///
    /// # Errors
    ///
    /// Text that is no state of ours, a newer format, and numbers that learning cannot have left behind are errors.
    pub fn from_json(text: &str) -> Result<Self> {
        let policy: Self = serde_json::from_str(text).context("not a stored policy")?;
        if policy.format_version > FORMAT_VERSION {
            bail!(
                "stored policy has format {}, this version reads up to {FORMAT_VERSION}",
                policy.format_version
            );
        }
        if !policy.values.is_sound() || !policy.mean_reward.is_sound() {
            bail!("stored policy holds values outside their range");
        }
        Ok(policy)
    }

    /// Writes the state as one line of JSON.
    ///
    /// # Errors
    ///
    /// Fails only if a number is not finite, which no sequence of calls leads to.
    pub fn to_json(&self) -> Result<String> {
        serde_json::to_string(self).context("cannot write the policy")
    }

    /// Takes changed settings; what was learned stays, except when the strategy changes: values of one rule mean
    /// nothing to another.
    pub fn configure(&mut self, settings: PolicySettings) {
        let settings = settings.made_harmless();
        if settings.strategy != self.settings.strategy {
            self.rules = rules_of(&settings, &self.params);
            self.values = ValueTable::default();
            self.mean_reward = MeanReward::default();
        }
        if settings.evidence != self.settings.evidence {
            self.step = None;
        }
        self.settings = settings;
    }

    /// Returns the update rule it learns by.
    #[must_use]
    pub fn strategy(&self) -> Strategy {
        self.settings.strategy
    }

    /// Returns the price of a cycle in money, ≥ 0: configured, else learned, else a guess of 15 rows' noise.
    ///
    /// The guess is made from the noise and not from the loss itself: expense − revenue has no natural zero, and the
    /// noise is the smallest loss per row that could ever be acted on.
    #[must_use]
    pub fn price(&self) -> f64 {
        let guess = || self.params.price_guess_rows * self.noise.deviation();
        money(
            self.settings
                .cost
                .or_else(|| self.prices.learned())
                .unwrap_or_else(guess),
        )
        .max(0.0)
    }

    /// Returns β·A ÷ price: the debt the policy acts on.
    #[must_use]
    pub fn debt_in_prices(&self) -> f64 {
        let debt = self.belief.bounded_debt(self.noise_reading(), &self.params);
        in_prices(self.repair_share() * debt, self.price())
    }

    /// Returns β·max(0, x) ÷ price: the staleness per row that a cycle would repair.
    ///
    /// With β as in the debt: where cycles were seen to repair nothing, a rise costs the same with a run as without.
    #[must_use]
    pub fn staleness_in_prices(&self) -> f64 {
        let staleness = self.belief.staleness().max(0.0);
        in_prices(self.repair_share() * staleness, self.price())
    }

    /// Returns β: the share of the staleness that cycles were seen to repair.
    pub(super) fn repair_share(&self) -> f64 {
        let weight = self.params.repair_prior * self.noise_reading().variance;
        self.repair.share(weight)
    }

    /// Returns Q(run) − Q(skip) of the present state, in prices; 0 before anything is known.
    #[must_use]
    pub fn predicted(&self, fleet: &FleetTable) -> f64 {
        self.step
            .as_ref()
            .map_or(0.0, |step| self.advantage(step.cell, fleet))
    }

    /// Returns what this engine gives to the fleet.
    #[must_use]
    pub fn fleet_part(&self) -> FleetTable {
        self.values.fleet_part()
    }

    /// Returns Q(run) − Q(skip) in `cell`.
    pub(super) fn advantage(&self, cell: StateCell, fleet: &FleetTable) -> f64 {
        self.value(cell, Action::Run, fleet) - self.value(cell, Action::Skip, fleet)
    }

    /// Returns the value of `action` in `cell` under the strategy in force.
    pub(super) fn value(&self, cell: StateCell, action: Action, fleet: &FleetTable) -> f64 {
        match &self.rules {
            None => self.values.value(cell, action, fleet, &self.params),
            Some(rules) => rules
                .value(&cell, action.code())
                .unwrap_or_else(|| cell.prior(action, &self.params)),
        }
    }

    pub(super) fn visits(&self, cell: StateCell, action: Action) -> f64 {
        match &self.rules {
            None => self.values.visits(cell, action),
            Some(rules) => f64::from(rules.visits(&cell, action.code())),
        }
    }

    /// Returns how often `cell` was learned in.
    pub(super) fn cell_visits(&self, cell: StateCell) -> f64 {
        match &self.rules {
            None => self.values.cell_visits(cell),
            Some(_) => self.visits(cell, Action::Run) + self.visits(cell, Action::Skip),
        }
    }

    /// Returns the discount in force under `q_learning`.
    pub(super) fn gamma(&self) -> f64 {
        match self.settings.evidence {
            Evidence::Rows => self.params.centred_gamma,
            Evidence::Results => self.params.gamma,
        }
    }

    /// Returns what a choice of `action` in `cell` mostly rests on.
    ///
    /// With a signal the run is worth the same in every cell, so what tells the cells apart is how well the skip is known.
    pub(super) fn basis(&self, cell: StateCell, action: Action, fleet: &FleetTable) -> Basis {
        let telling = match cell.base_cell() {
            BaseCell::Debt(_) => Action::Skip,
            BaseCell::Results(_) => action,
        };
        match &self.rules {
            None => self.values.basis(cell, telling, fleet, &self.params),
            Some(rules) if rules.visits(&cell, action.code()) > 0 => Basis::Cell,
            Some(_) => Basis::Prior,
        }
    }

    /// Returns the cell of the present belief in a situation.
    pub(super) fn cell_of(&self, reading: &SituationReading) -> StateCell {
        let base = match self.settings.evidence {
            Evidence::Rows => BaseCell::Debt(DebtCell::of(
                self.debt_in_prices(),
                self.staleness_in_prices(),
            )),
            Evidence::Results => {
                let last_delta = self.last_roi.map(|roi| in_prices(roi, self.price()));
                BaseCell::Results(ResultsCell::of(last_delta, reading.waiting_in_intervals))
            }
        };
        StateCell::new(base, self.situation)
    }

    pub(super) fn noise_reading(&self) -> NoiseReading {
        self.noise.reading(self.price())
    }
}

/// Returns the plain table of the strategies that are not `q_learning`.
fn rules_of(settings: &PolicySettings, params: &PolicyParams) -> Option<RuleTable<StateCell>> {
    // One update then weighs as much as one after the prior's visits does under q_learning.
    let alpha = 1.0 / params.prior_visits;
    let rule = RuleParams {
        strategy: settings.strategy,
        alpha,
        gamma: params.gamma,
        lambda: 0.9,
        is_adaptive: false,
    };
    (settings.strategy != Strategy::QLearning).then(|| RuleTable::new(rule))
}

#[cfg(test)]
#[path = "self_improvement_policy_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "policy_course_tests.rs"]
mod course_tests;

#[cfg(test)]
#[path = "long_run_tests.rs"]
mod long_run_tests;
