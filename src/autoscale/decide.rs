//! The decision itself: readings → hard limits and what is wanted → tolerance → cooldown → rate → limits.
//!
//! The order is that of the Kubernetes horizontal pod autoscaler; one step is one engine.

use super::conditions::{Conditions, Wish};
use super::{
    Approval, AutoscaleSettings, Inequality, Reading, ScaleAction, ScaleDecision, ScaleInputs,
    ScaleReason, next_name, next_to_remove,
};

/// Decides whether to add, revive or remove one engine, or to do nothing.
///
/// An engine is added if energy > `create_energy`, trend > `roi_threshold`, trend ≥ `cost_per_engine`, the fleet is
/// below `max_engines` and `max_instances`, the budget is intact and somebody approved where that is needed.
/// Otherwise one is removed if energy ≤ `remove_energy` or trend < `roi_threshold`, above `min_engines`. A missing
/// or failed reading is no action. A missing or refused approval is no action either, never a removal.
#[must_use]
pub fn decide(inputs: &ScaleInputs, settings: &AutoscaleSettings) -> ScaleDecision {
    let draft = Draft {
        inputs,
        approval: Approval::of(settings.approval, inputs.answer),
    };
    let (energy, trend) = match readings(inputs) {
        Ok(readings) => readings,
        Err((reason, complaint)) => {
            let message = format!("{}: {complaint}", reason.in_words());
            let nothing = draft.finish(ScaleAction::None, ScaleAction::None, reason, Vec::new());
            return ScaleDecision { message, ..nothing };
        }
    };
    let conditions = Conditions::new(inputs, settings, energy, trend);
    let (wanted, reason) = match conditions.wish() {
        Wish::Grow => (addition(inputs), ScaleReason::GrowthPays),
        Wish::Shrink(reason) => match next_to_remove(&inputs.engines) {
            Some(engine) => (
                ScaleAction::Remove {
                    name: engine.name.clone(),
                },
                reason,
            ),
            None => (ScaleAction::None, ScaleReason::AllRunning),
        },
        Wish::Stay(reason) => (ScaleAction::None, reason),
    };
    let obstacle = match &wanted {
        ScaleAction::None => None,
        wanted => conditions
            .pace(wanted.is_addition())
            .or_else(|| draft.last_limit(wanted)),
    };
    let evidence = conditions.into_evidence();
    match obstacle {
        Some(obstacle) => draft.finish(ScaleAction::None, wanted, obstacle, evidence),
        None => draft.finish(wanted.clone(), wanted, reason, evidence),
    }
}

/// What every outcome of one decision shares.
struct Draft<'a> {
    inputs: &'a ScaleInputs,
    approval: Approval,
}

impl Draft<'_> {
    /// Returns what stands against the step once it is known and due.
    fn last_limit(&self, wanted: &ScaleAction) -> Option<ScaleReason> {
        if matches!(wanted, ScaleAction::Add { .. }) && !self.inputs.has_factory {
            return Some(ScaleReason::NoFactory);
        }
        match self.approval {
            Approval::Absent if wanted.is_addition() => Some(ScaleReason::ApprovalMissing),
            Approval::Refused if wanted.is_addition() => Some(ScaleReason::ApprovalRefused),
            _ => None,
        }
    }

    fn finish(
        &self,
        action: ScaleAction,
        wanted: ScaleAction,
        reason: ScaleReason,
        inequalities: Vec<Inequality>,
    ) -> ScaleDecision {
        let count_before = self.inputs.count();
        ScaleDecision {
            count_after: action.count_after(count_before),
            count_before,
            action,
            reason,
            message: reason.in_words().to_owned(),
            wanted,
            approval: self.approval,
            inequalities,
        }
    }
}

/// Returns energy and trend, or the first reading that is not there and why.
fn readings(inputs: &ScaleInputs) -> Result<(f64, f64), (ScaleReason, String)> {
    let read = |reading: &Reading, missing, failed| {
        let reason = if matches!(reading, Reading::Missing(_)) {
            missing
        } else {
            failed
        };
        reading.value().ok_or_else(|| (reason, reading.complaint()))
    };
    let energy = read(
        &inputs.energy,
        ScaleReason::EnergyMissing,
        ScaleReason::EnergyFailed,
    )?;
    let trend = read(
        &inputs.trend,
        ScaleReason::TrendMissing,
        ScaleReason::TrendFailed,
    )?;
    if let Some(budget_left) = &inputs.budget_left {
        read(
            budget_left,
            ScaleReason::BudgetFailed,
            ScaleReason::BudgetFailed,
        )?;
    }
    Ok((energy, trend))
}

/// Returns the engine archived last whose name is still free, else a new one.
fn addition(inputs: &ScaleInputs) -> ScaleAction {
    let fleet = || inputs.engines.iter().map(|engine| engine.name.as_str());
    let is_free = |name: &&String| !fleet().any(|taken| taken.eq_ignore_ascii_case(name));
    if let Some(name) = inputs.archived.iter().rev().find(is_free) {
        return ScaleAction::Revive { name: name.clone() };
    }
    let kept = inputs
        .archived
        .iter()
        .chain(&inputs.reserved)
        .map(String::as_str);
    ScaleAction::Add {
        name: next_name(inputs.count(), fleet().chain(kept)),
    }
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
