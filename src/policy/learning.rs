//! How the policy learns: from a metrics row, from a finished cycle, from waiting.
//!
//! The reward of a row is −(loss − attainable) ÷ price, −1 more if a cycle ran before it, less the mean of such rewards
//! so far ([`MeanReward`](super::MeanReward)). The action not taken learns as much from what it would have brought. It
//! chooses nothing.

use super::cell_value::Action;
use super::cycle_report::{CycleReport, RunKind};
use super::debt_cell::DebtCell;
use super::fleet_table::FleetTable;
use super::limits::{in_prices, money};
use super::policy_settings::Evidence;
use super::self_improvement_policy::SelfImprovementPolicy;
use super::situation::{Situation, SituationReading};
use super::state_cell::StateCell;
use super::step::Step;
use super::update_rules::{q_learning_target, towards};

impl SelfImprovementPolicy {
    /// Takes one new metrics row, by its loss in money: one step.
    pub fn observe(&mut self, loss: f64, fleet: &FleetTable) {
        let loss = money(loss);
        let is_fresh = std::mem::take(&mut self.is_next_row_fresh);
        self.noise.observe(loss, is_fresh);
        let noise = self.noise_reading();
        self.belief.row(loss, noise, &self.params);
        if self.settings.evidence == Evidence::Results {
            return;
        }
        let excess = loss - self.belief.attainable();
        if is_fresh {
            self.fresh_excess = towards(
                self.fresh_excess,
                excess.max(0.0),
                self.params.fresh_excess_step,
            );
        }
        let next = self.cell_of(&SituationReading::default());
        if let Some(step) = self.step.take() {
            // A row far better than attainable says that the level is wrong, not that skipping earns money.
            let least = -self.params.reward_floor * noise.variance.sqrt();
            let reward =
                -in_prices(excess.max(least), self.price()) - f64::from(step.action().code());
            self.learn(&step, reward, Some(next), fleet);
        }
        self.step = Some(self.begin(next));
    }

    /// Takes a finished cycle: a fresh version is in service.
    ///
    /// A forced cycle is learned from as a run. A failed one put nothing into service and is not reported here.
    pub fn ran(&mut self, report: &CycleReport, kind: RunKind, fleet: &FleetTable) {
        if let Some(cost) = report.cost {
            self.prices.report(cost);
        }
        let (gain, roi) = (report.gain.map(money), money(report.roi));
        let roi_in_prices = in_prices(roi, self.price());
        if let Some(step) = &self.step {
            self.comparison.predicted += self.advantage(step.cell, fleet);
            self.comparison.realised += roi_in_prices;
            self.comparison.runs = self.comparison.runs.saturating_add(1);
        }
        if let Some(gain) = gain {
            self.repair.observe(gain, self.belief.staleness());
        }
        let noise = self.noise_reading();
        self.belief.cycle(gain, noise, &self.params);
        self.is_next_row_fresh = true;
        self.last_roi = Some(roi);
        self.runs += 1;
        self.forced_runs += u64::from(kind == RunKind::Forced);
        match self.settings.evidence {
            Evidence::Rows => {
                if let Some(step) = self.step.as_mut() {
                    step.has_run = true;
                }
            }
            Evidence::Results => {
                // Without rows a cycle ends the step: its whole return is known, and nothing comes after.
                if let Some(mut step) = self.step.take() {
                    step.has_run = true;
                    self.learn(&step, roi_in_prices, None, fleet);
                }
            }
        }
    }

    /// Brings the step up to the moment of a decision; returns whether there is a new one to decide on.
    pub(super) fn enter_step(&mut self, reading: &SituationReading, fleet: &FleetTable) -> bool {
        let is_new_row = self
            .step
            .as_ref()
            .is_some_and(|step| !step.is_decided && !step.has_run);
        if self.settings.evidence == Evidence::Rows && !is_new_row {
            return false;
        }
        let bucket = self.modules.note(reading.newest_module.as_deref());
        self.situation = Situation::of(reading, bucket);
        let cell = self.cell_of(reading);
        match self.settings.evidence {
            // The price or the situation may have changed since the row came.
            Evidence::Rows => self.step = Some(self.begin(cell)),
            Evidence::Results => match self.step.take() {
                Some(step) if step.cell == cell => {
                    self.step = Some(step);
                    return false;
                }
                waited => {
                    if let Some(step) = waited {
                        self.learn(&step, 0.0, Some(cell), fleet);
                    }
                    self.step = Some(self.begin(cell));
                }
            },
        }
        true
    }

    fn begin(&self, cell: StateCell) -> Step {
        let staleness_in_prices = self.staleness_in_prices();
        Step {
            cell,
            staleness_in_prices,
            has_run: false,
            is_decided: false,
        }
    }

    fn learn(&mut self, step: &Step, reward: f64, next: Option<StateCell>, fleet: &FleetTable) {
        let (cell, action) = (step.cell, step.action());
        if let Some(rules) = self.rules.as_mut() {
            for known in std::iter::once(cell).chain(next) {
                for action in [Action::Skip, Action::Run] {
                    rules.seed(&known, action.code(), known.prior(action, &self.params));
                }
            }
            rules.update(&cell, action.code(), reward, next.as_ref());
            return;
        }
        let gamma = self.gamma();
        let is_by_rows = self.settings.evidence == Evidence::Rows;
        if is_by_rows {
            self.mean_reward.observe(reward, gamma);
        }
        let mean = self.mean_reward.mean();
        let best = |cell| self.values.best(cell, fleet, &self.params);
        let target = q_learning_target(reward - mean, gamma, next.map_or(0.0, best));
        // Both targets before either step, so that their order does not matter.
        let untaken = is_by_rows.then(|| match action {
            Action::Run => q_learning_target(-step.staleness_in_prices - mean, gamma, best(cell)),
            Action::Skip => {
                let reward = -1.0 - in_prices(self.fresh_excess, self.price());
                let fresh = cell.with_debt(DebtCell::FRESH);
                q_learning_target(reward - mean, gamma, best(fresh))
            }
        });
        self.values
            .learn((cell, action), target, 1.0, fleet, &self.params);
        if let Some(untaken) = untaken {
            self.values.learn(
                (cell, action.other()),
                untaken,
                self.params.untaken_share,
                fleet,
                &self.params,
            );
        }
    }
}
