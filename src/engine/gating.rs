//! Gates of a cycle: which apply to it, what they are judged on, and what they said.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::engine::conductor::Conductor;
use crate::engine::rules::WIDEST;
use crate::engine::self_improvement_engine::SelfImprovementEngine;
use crate::gate::{
    Evidence, GateLimits, GateRequest, GateVerdict, Gates, Measured, NEWEST_CYCLES, Reading,
    Shortfall,
};
use crate::pipeline::PipelineEnd;
use crate::store::RecordedGates;

impl SelfImprovementEngine {
    /// Returns the gates of a cycle: those of the engine and those asked for, each once.
    #[must_use]
    pub fn gates_with(&self, request: &GateRequest) -> Gates {
        self.gates.and(&request.gates)
    }

    /// Returns how much evidence they need.
    #[must_use]
    pub fn gate_limits(&self, request: &GateRequest) -> GateLimits {
        request.limits(self.max_age.map(|it| it.0), self.min_samples)
    }

    /// Returns the verdicts of its gates where there is no result to judge.
    #[must_use]
    pub fn unmeasured(
        &self,
        request: &GateRequest,
        reason: Shortfall,
        why: &str,
    ) -> Vec<GateVerdict> {
        let least = self.gate_limits(request).min_samples;
        let gates = self.gates_with(request);
        let unmeasured = |gate| GateVerdict::unmeasured(gate, least, reason, why);
        gates.as_slice().iter().map(unmeasured).collect()
    }
}

impl Conductor<'_> {
    /// Judges the gates of a cycle whose pipeline has ended; `charged` is what the cycle is charged.
    ///
    /// Comes before anything is kept or reverted, and before the end is committed.
    pub(super) fn judge_gates(
        &self,
        request: &GateRequest,
        number: i64,
        end: &PipelineEnd,
        charged: f64,
    ) -> Vec<GateVerdict> {
        let gates = self.engine.gates_with(request);
        if gates.is_empty() {
            return Vec::new();
        }
        let why = match end {
            PipelineEnd::Succeeded(result) => {
                let cost = (result.cost.is_some() || self.engine.cost.is_some()).then_some(charged);
                let judged = serde_json::to_value(result.as_ref())
                    .map_err(anyhow::Error::new)
                    .map(|result| Measured::of_result(&result, cost, self.clock.now()))
                    .and_then(|cycle| self.judge_all(&gates, request, number, &cycle));
                return judged.unwrap_or_else(|error| {
                    // The cycle was paid for: its end has to be recorded whatever can be read.
                    let why = format!("the evidence cannot be read: {error:#}");
                    self.engine.unmeasured(request, Shortfall::Unreadable, &why)
                });
            }
            PipelineEnd::Failed(_) => "the pipeline failed",
            PipelineEnd::Deferred(_) => "the pipeline put the cycle off",
            PipelineEnd::Cancelled(_) => "the cycle was cancelled",
        };
        self.engine.unmeasured(request, Shortfall::NoResult, why)
    }

    fn judge_all(
        &self,
        gates: &Gates,
        request: &GateRequest,
        number: i64,
        cycle: &Measured,
    ) -> Result<Vec<GateVerdict>> {
        let passed = self.store.passed_cycles(&self.key, number, NEWEST_CYCLES)?;
        let earlier: Vec<Measured> = passed
            .iter()
            .map(|it| {
                let result = serde_json::from_str(&it.result).unwrap_or_default();
                // A cycle of which nobody said what it costs is on record with 0.
                let is_stated = serde_json::Value::get(&result, "cost").is_some();
                let cost = it.cost.filter(|cost| is_stated || *cost > 0.0);
                Measured::of_result(&result, cost, it.ended_at)
            })
            .collect();
        let mut outcomes = vec![true];
        outcomes.extend(
            self.store
                .outcomes_before(&self.key, number, NEWEST_CYCLES)?,
        );
        let evidence = Evidence {
            now: self.clock.now(),
            cycle,
            earlier: &earlier,
            recorded: &self.recorded(gates, cycle, &earlier)?,
            outcomes: &outcomes,
        };
        let limits = self.engine.gate_limits(request);
        let judge = |gate: &crate::gate::Gate| gate.judge(&evidence, limits);
        Ok(gates.as_slice().iter().map(judge).collect())
    }

    /// Reads what was recorded of the names that a result does not tell.
    fn recorded(
        &self,
        gates: &Gates,
        cycle: &Measured,
        earlier: &[Measured],
    ) -> Result<BTreeMap<String, Vec<Reading>>> {
        let bot = self.engine.bot_or(self.name);
        let tells = |cycle: &Measured, name: &str| {
            cycle.keys.contains_key(name) || cycle.metrics.contains_key(name)
        };
        let mut recorded = BTreeMap::new();
        for gate in gates.as_slice() {
            let name = gate.name();
            let is_told = tells(cycle, name)
                && (!gate.bound().names_base() || earlier.iter().all(|cycle| tells(cycle, name)));
            if is_told || recorded.contains_key(name) {
                continue;
            }
            let registry_id = &self.key.registry_id;
            let values = self
                .store
                .newest_values(registry_id, bot.as_str(), name, WIDEST)?;
            let readings = values
                .into_iter()
                .map(|(at, value)| Reading { at: at.0, value });
            recorded.insert(name.to_owned(), readings.collect());
        }
        Ok(recorded)
    }
}

/// Returns verdicts as they are recorded; none if there are none.
pub(super) fn to_record(verdicts: &[GateVerdict]) -> Option<RecordedGates> {
    if verdicts.is_empty() {
        return None;
    }
    // Text, booleans and finite numbers: writing them as JSON cannot fail.
    let json = serde_json::to_string(verdicts).ok()?;
    Some(RecordedGates {
        verdicts: json,
        failed: GateVerdict::any_failed(verdicts),
    })
}
