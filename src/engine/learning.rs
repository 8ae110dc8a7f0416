//! What a conductor hands to the policy and to the trends of modules when a cycle has ended.

use crate::engine::beginning::Held;
use crate::engine::conductor::Conductor;
use crate::engine::decision::{Decision, Reason};
use crate::engine::energy::Energy;
use crate::engine::policy_step::Learner;
use crate::names::BotName;
use crate::pipeline::CycleResult;
use crate::policy::RunKind;
use crate::store::{DriftState, PolicyUpdate};

/// A cycle whose beginning is on record.
pub(super) struct Begun<'a> {
    pub(super) number: i64,
    pub(super) held: &'a Held,
    pub(super) energy: Energy,
    pub(super) decision: &'a Decision,
    pub(super) drift: &'a [DriftState],
    pub(super) bot: &'a BotName,
}

/// What a result teaches.
#[derive(Default)]
pub(super) struct Learned {
    pub(super) policy: Option<PolicyUpdate>,
    pub(super) modules: Option<String>,
}

impl Conductor<'_> {
    /// Returns what the policy of the engine works with.
    pub(super) fn learner<'l>(&'l self, bot: &'l BotName, explore: Option<f64>) -> Learner<'l> {
        Learner {
            store: self.store,
            key: &self.key,
            engine: self.engine,
            bot,
            fleet: self.knowledge,
            explore,
            seed: self.seed,
        }
    }

    /// Returns what a result teaches. What cannot be learned is told: the cycle was paid for and is recorded.
    pub(super) fn learned(&self, begun: &Begun<'_>, result: &CycleResult) -> Learned {
        let learner = self.learner(begun.bot, None);
        let warn = |text: String| (self.notes)(format!("warning: {}: {text}", self.name));
        let kind = if begun.decision.reason == Reason::Policy {
            RunKind::Chosen
        } else {
            RunKind::Forced
        };
        let told = |error: anyhow::Error| {
            warn(format!("nothing is learned from the cycle: {error:#}"));
            None
        };
        Learned {
            policy: learner.learn(result, kind).unwrap_or_else(told),
            modules: learner
                .modules_after(result, &warn)
                .unwrap_or_else(|error| {
                    warn(format!("its modules are not recorded: {error:#}"));
                    None
                }),
        }
    }
}
