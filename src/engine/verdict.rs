//! What a set of conditions decides: the first reason that applies.
//!
//! Pure, and the same for a decision about to be taken and for one read back from the record.

use crate::diagnostics::{Condition, Flip, Issue, Rule, Severity, flip};
use crate::engine::asked::Asked;
use crate::engine::decision::{Action, Decision, Reason};
use crate::engine::learning_keys::{OnMissing, TriggerMode};

/// Codes of the checks that are conditions of a decision and not diagnostics.
pub mod check {
    /// The operator paused the engine.
    pub const PAUSED: &str = "paused";
    /// Too soon after failures.
    pub const BACKING_OFF: &str = "backing_off";
    /// Too soon after the last cycle.
    pub const MIN_INTERVAL: &str = "min_interval";
    /// The energy score is too low.
    pub const LOW_ENERGY: &str = "low_energy";
    /// A budget does not reach.
    pub const BUDGET_EXHAUSTED: &str = "budget_exhausted";
    /// There is a budget, and nobody knows what a cycle costs.
    pub const COST_UNKNOWN: &str = "cost_unknown";
    /// A cycle cost more than was reserved for it.
    pub const OVERRUN: &str = "overrun";
    /// Events ask for a cycle.
    pub const EVOLVE_REQUESTED: &str = "evolve_requested";
    /// There was no cycle yet.
    pub const NEVER_RUN: &str = "never_run";
    /// The interval is over.
    pub const INTERVAL: &str = "interval";
    /// The policy values running higher.
    pub const POLICY: &str = "policy";
    /// The forecast lies above its bias.
    pub const FORECAST: &str = "forecast";

    /// In mode `learned`: the greatest interval is over.
    pub const MAX_INTERVAL: &str = "max_interval";
    /// In mode `learned`: there are no metrics to learn from.
    pub const METRICS_MISSING: &str = "metrics_missing";

    /// Those that forbid a cycle where they hold; all others ask for one.
    pub const FORBIDDING: [&str; 7] = [
        PAUSED,
        BACKING_OFF,
        MIN_INTERVAL,
        LOW_ENERGY,
        BUDGET_EXHAUSTED,
        COST_UNKNOWN,
        OVERRUN,
    ];
    /// All of them.
    pub const ALL: [&str; 14] = [
        PAUSED,
        BACKING_OFF,
        MIN_INTERVAL,
        LOW_ENERGY,
        BUDGET_EXHAUSTED,
        COST_UNKNOWN,
        OVERRUN,
        EVOLVE_REQUESTED,
        NEVER_RUN,
        INTERVAL,
        POLICY,
        FORECAST,
        MAX_INTERVAL,
        METRICS_MISSING,
    ];
}

/// What a decision is made of.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// Who asks.
    pub asked: Asked,
    /// Who decides when to run.
    pub mode: TriggerMode,
    /// In mode `learned`: what happens while metrics are missing.
    pub on_missing: OnMissing,
    /// Every condition looked at.
    pub conditions: &'a [Condition],
    /// The operator's rules; their conditions carry their ids.
    pub rules: &'a [Rule],
    /// What `diagnose` commands reported.
    pub reported: &'a [Issue],
}

impl Evidence<'_> {
    /// Decides.
    #[must_use]
    pub fn verdict(&self) -> (Action, Reason) {
        let (action, reason) = self.verdict_without_money();
        if action == Action::Skip {
            return (action, reason);
        }
        // Nobody may spend what is not there, not even whoever asks for it.
        if self.holds(check::COST_UNKNOWN) {
            return (Action::Skip, Reason::CostUnknown);
        }
        if self.holds(check::BUDGET_EXHAUSTED) {
            return (Action::Skip, Reason::BudgetExhausted);
        }
        if self.holds(check::OVERRUN) {
            return (Action::Skip, Reason::Overrun);
        }
        (action, reason)
    }

    fn verdict_without_money(&self) -> (Action, Reason) {
        if self.holds(check::PAUSED) {
            return (Action::Skip, Reason::Paused);
        }
        if self.asked == Asked::Cycle {
            return (Action::Run, Reason::Forced);
        }
        if self.asked == Asked::IfDue && self.holds(check::BACKING_OFF) {
            return (Action::Skip, Reason::BackingOff);
        }
        if self.holds(check::MIN_INTERVAL) {
            return (Action::Skip, Reason::MinInterval);
        }
        if self.asked == Asked::Force {
            return (Action::Run, Reason::Forced);
        }
        let asks = match self.mode {
            TriggerMode::Any => self.first_that_asks(),
            TriggerMode::Learned => self.first_that_asks_when_learned(),
        };
        match asks {
            None if self.holds_still() => (Action::Skip, Reason::MetricsMissing),
            None => (Action::Skip, Reason::NotNeeded),
            Some(_) if self.holds(check::LOW_ENERGY) => (Action::Skip, Reason::LowEnergy),
            Some(reason) => (Action::Run, reason),
        }
    }

    fn first_that_asks(&self) -> Option<Reason> {
        let plain = |check: &str, reason: Reason| self.holds(check).then_some(reason);
        // The condition stands there only after failures; where it does not hold the wait is over.
        let has_failed = self.of(check::BACKING_OFF).next().is_some();
        self.diagnostic(Some(Severity::Critical))
            .or_else(|| plain(check::EVOLVE_REQUESTED, Reason::EvolveRequested))
            .or_else(|| has_failed.then_some(Reason::RetryAfterFailure))
            .or_else(|| plain(check::NEVER_RUN, Reason::NeverRun))
            .or_else(|| plain(check::INTERVAL, Reason::IntervalOver))
            .or_else(|| plain(check::POLICY, Reason::Policy))
            .or_else(|| plain(check::FORECAST, Reason::Forecast))
            .or_else(|| self.diagnostic(None))
    }

    /// Between its intervals the policy alone decides, except critical diagnostics, events and what has failed.
    fn first_that_asks_when_learned(&self) -> Option<Reason> {
        let plain = |check: &str, reason: Reason| self.holds(check).then_some(reason);
        let has_failed = self.of(check::BACKING_OFF).next().is_some();
        let urgent = self
            .diagnostic(Some(Severity::Critical))
            .or_else(|| plain(check::EVOLVE_REQUESTED, Reason::EvolveRequested))
            .or_else(|| has_failed.then_some(Reason::RetryAfterFailure));
        if urgent.is_some() || self.holds_still() {
            return urgent;
        }
        let by_metrics = if self.holds(check::METRICS_MISSING) {
            let is_due = self.holds(check::NEVER_RUN) || self.holds(check::INTERVAL);
            let runs = self.on_missing == OnMissing::Run && is_due;
            runs.then_some(Reason::MetricsMissing)
        } else {
            plain(check::POLICY, Reason::Policy)
        };
        by_metrics.or_else(|| plain(check::MAX_INTERVAL, Reason::MaxInterval))
    }

    /// Whether missing metrics keep the engine as it is.
    fn holds_still(&self) -> bool {
        self.mode == TriggerMode::Learned
            && self.on_missing == OnMissing::Hold
            && self.holds(check::METRICS_MISSING)
    }

    /// Returns the first diagnostic raised, of a severity if one is given: built-in checks, rules, then commands.
    fn diagnostic(&self, severity: Option<Severity>) -> Option<Reason> {
        let wanted = |found: Severity| severity.is_none_or(|severity| severity == found);
        let is_rule = |id: &str| self.rules.iter().any(|rule| rule.id() == id);
        let built_in = self
            .conditions
            .iter()
            .filter(|condition| condition.is_raised() && wanted(Severity::Warning))
            .map(|condition| condition.check.as_str())
            .find(|id| !check::ALL.contains(id) && !is_rule(id));
        let rule = || {
            self.rules
                .iter()
                .find(|rule| wanted(rule.severity()) && self.is_raised(rule))
                .map(Rule::id)
        };
        let reported = || {
            self.reported
                .iter()
                .find(|issue| wanted(issue.severity))
                .map(|issue| issue.id.as_str())
        };
        built_in
            .or_else(rule)
            .or_else(reported)
            .map(|id| Reason::Diagnostic(id.to_owned()))
    }

    fn is_raised(&self, rule: &Rule) -> bool {
        let conditions: Vec<Condition> = self.of(rule.id()).cloned().collect();
        rule.judge(&conditions).is_yes()
    }

    fn of(&self, check: &str) -> impl Iterator<Item = &Condition> {
        self.conditions
            .iter()
            .filter(move |condition| condition.check == check)
    }

    fn holds(&self, check: &str) -> bool {
        self.of(check).any(Condition::is_raised)
    }
}

impl Decision {
    /// Returns the decision once the numbers of a budget were looked at, too.
    #[must_use]
    pub fn with_budget(mut self, conditions: Vec<Condition>) -> Self {
        let place = self
            .conditions
            .iter()
            .position(|it| !check::FORBIDDING.contains(&it.check.as_str()));
        let place = place.unwrap_or(self.conditions.len());
        self.conditions.splice(place..place, conditions);
        let rules = self.parsed_rules();
        let (action, reason) = Evidence {
            asked: self.asked,
            mode: self.mode,
            on_missing: self.on_missing,
            conditions: &self.conditions,
            rules: &rules,
            reported: &self.reported,
        }
        .verdict();
        if action == Action::Skip {
            self.energy = None;
        }
        Self {
            action,
            reason,
            ..self
        }
    }

    fn parsed_rules(&self) -> Vec<Rule> {
        let rules = self.rules.iter();
        rules.filter_map(|text| Rule::parse(text).ok()).collect()
    }

    /// Returns the smallest change of one number that would have turned this decision, if one would.
    ///
    /// Rests on what stands in the decision alone, so one read back from the record gives the same answer.
    #[must_use]
    pub fn flip(&self) -> Option<Flip> {
        let rules = self.parsed_rules();
        flip::smallest_flip(&self.conditions, |conditions| {
            let evidence = Evidence {
                asked: self.asked,
                mode: self.mode,
                on_missing: self.on_missing,
                conditions,
                rules: &rules,
                reported: &self.reported,
            };
            evidence.verdict().0 == Action::Run
        })
    }
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
