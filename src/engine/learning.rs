//! What a conductor hands to the policy, and what it tells of the modules, when a cycle has ended.

use crate::engine::beginning::Held;
use crate::engine::conductor::Conductor;
use crate::engine::decision::{Decision, Reason};
use crate::engine::energy::Energy;
use crate::engine::module_record::NewDeltas;
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

    /// Returns what a result teaches the policy. What cannot be learned is told: the cycle was paid for and is recorded.
    pub(super) fn learned(&self, begun: &Begun<'_>, result: &CycleResult) -> Option<PolicyUpdate> {
        let kind = if begun.decision.reason == Reason::Policy {
            RunKind::Chosen
        } else {
            RunKind::Forced
        };
        let learned = self.learner(begun.bot, None).learn(result, kind);
        learned.unwrap_or_else(|error| {
            self.warn(&format!("nothing is learned from the cycle: {error:#}"));
            None
        })
    }

    /// Tells which deltas of a result could not be added to what is known of its modules.
    pub(super) fn tell_of(&self, deltas: NewDeltas<'_>) {
        match deltas.outcome() {
            Some(Err(error)) => self.warn(&format!("its modules are not recorded: {error:#}")),
            Some(Ok(outcome)) => {
                let count = outcome.refused.len();
                if let Some((_, error)) = outcome.refused.first() {
                    self.warn(&format!(
                        "{count} of the result's modules left out: {error}"
                    ));
                }
            }
            None => {}
        }
    }

    fn warn(&self, text: &str) {
        (self.notes)(format!("warning: {}: {text}", self.name));
    }
}
