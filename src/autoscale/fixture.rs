//! A small fleet for tests; not part of the product.

use std::collections::BTreeSet;

use super::*;

/// Returns an idle registered engine without cycles.
pub(super) fn engine(name: &str) -> EngineState {
    EngineState {
        name: name.into(),
        origin: Origin::Registered,
        mean_roi: None,
        is_running: false,
    }
}

/// Returns the inputs of a fleet with approval, a factory and no past.
pub(super) fn inputs(engines: &[&str], energy: f64, trend: f64) -> ScaleInputs {
    ScaleInputs {
        registry: "r".into(),
        energy: Reading::of(energy),
        trend: Reading::of(trend),
        budget_left: None,
        engines: engines.iter().map(|name| engine(name)).collect(),
        archived: Vec::new(),
        reserved: BTreeSet::new(),
        has_factory: true,
        actions: Vec::new(),
        answer: Answer::Granted,
        now_unix_secs: 1_000_000,
    }
}

/// Returns a fleet of one that grows.
pub(super) fn growing() -> ScaleInputs {
    inputs(&["alpha"], 0.9, 0.5)
}

/// Returns a fleet of two that shrinks.
pub(super) fn shrinking() -> ScaleInputs {
    inputs(&["alpha", "beta"], 0.1, 0.5)
}

/// Returns the defaults.
pub(super) fn settings() -> AutoscaleSettings {
    AutoscaleSettings::default()
}

/// Returns the reason of the decision.
pub(super) fn reason(inputs: &ScaleInputs, settings: &AutoscaleSettings) -> ScaleReason {
    decide(inputs, settings).reason
}
