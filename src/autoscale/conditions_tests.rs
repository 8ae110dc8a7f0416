//! Tests of tolerance, cooldown, rate limit and the evidence in words.

use super::super::fixture::{growing, inputs, reason, settings, shrinking};
use super::super::*;

#[test]
fn readings_within_the_tolerance_of_their_threshold_cause_nothing() {
    let tolerant = AutoscaleSettings {
        tolerance: 0.125,
        roi_threshold: 0.0,
        ..settings()
    };
    let of = |energy, trend| reason(&inputs(&["a", "b"], energy, trend), &tolerant);
    assert_eq!(of(0.9, 0.5), ScaleReason::WithinTolerance);
    assert_eq!(of(0.95, 0.1), ScaleReason::WithinTolerance);
    assert_eq!(of(0.95, 0.5), ScaleReason::GrowthPays);
    assert_eq!(of(0.2, 0.5), ScaleReason::WithinTolerance);
    assert_eq!(of(0.1, 0.5), ScaleReason::EnergyLow);
    assert_eq!(of(0.5, -0.125), ScaleReason::WithinTolerance);
    assert_eq!(of(0.5, -0.2), ScaleReason::TrendLow);
    assert_eq!(
        of(0.25, -0.5),
        ScaleReason::TrendLow,
        "the energy is within"
    );
    let costly = AutoscaleSettings {
        cost_per_engine: 0.4,
        ..tolerant
    };
    assert_eq!(
        reason(&inputs(&["a"], 0.95, 0.5), &costly),
        ScaleReason::WithinTolerance
    );
}

fn acted(inputs: ScaleInputs, secs_ago: &[i64]) -> ScaleInputs {
    let action = |age| PastAction {
        at_unix_secs: inputs.now_unix_secs - age,
        direction: Direction::Up,
    };
    ScaleInputs {
        actions: secs_ago.iter().map(|age| action(*age)).collect(),
        ..inputs
    }
}

#[test]
fn nothing_is_done_until_the_cooldown_is_over() {
    let cooling = AutoscaleSettings {
        cooldown_secs: 60,
        ..settings()
    };
    assert_eq!(
        reason(&acted(shrinking(), &[59, 500]), &cooling),
        ScaleReason::CoolingDown
    );
    assert_eq!(
        reason(&acted(growing(), &[0]), &cooling),
        ScaleReason::CoolingDown
    );
    assert_eq!(
        reason(&acted(growing(), &[500, 60]), &cooling),
        ScaleReason::GrowthPays
    );
    assert_eq!(reason(&growing(), &cooling), ScaleReason::GrowthPays);
    assert_eq!(
        reason(&acted(growing(), &[-5]), &cooling),
        ScaleReason::GrowthPays,
        "clock set back"
    );
    assert_eq!(
        reason(&acted(growing(), &[0]), &settings()),
        ScaleReason::GrowthPays,
        "no cooldown"
    );
}

#[test]
fn no_more_actions_than_the_rate_limit_allows() {
    let limited = |actions| AutoscaleSettings {
        rate_limit: Some(RateLimit {
            actions,
            per_secs: 60,
        }),
        ..settings()
    };
    assert_eq!(
        reason(&acted(growing(), &[10, 59]), &limited(2)),
        ScaleReason::RateLimited
    );
    assert_eq!(
        reason(&acted(growing(), &[10, 60]), &limited(2)),
        ScaleReason::GrowthPays
    );
    assert_eq!(reason(&growing(), &limited(0)), ScaleReason::RateLimited);
}

#[test]
fn the_evidence_is_in_words_with_numbers_and_thresholds() {
    let mut inputs = growing();
    inputs.budget_left = Some(Reading::of(80.0));
    let settings = AutoscaleSettings {
        cooldown_secs: 60,
        max_instances: Some(9),
        ..settings()
    };
    let decision = decide(&acted(inputs, &[90]), &settings);
    let words: Vec<String> = decision
        .inequalities
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        words,
        [
            "energy 0.9 > 0.8 (create_energy)",
            "trend 0.5 > 0 (roi_threshold)",
            "trend 0.5 >= 0 (cost_per_engine)",
            "engines 1 < 5 (max_engines)",
            "engines 1 < 9 (max_instances)",
            "budget left 80 > 0 (budget)",
            "energy 0.9 > 0.3 (remove_energy)",
            "trend 0.5 >= 0 (roi_threshold)",
            "engines 1 <= 1 (min_engines)",
            "seconds since action 90 >= 60 (cooldown)",
        ]
    );
    assert!(
        decision
            .inequalities
            .iter()
            .filter(|one| one.side != Side::Remove)
            .all(|one| one.holds)
    );
    assert_eq!(decision.action.to_string(), "add engine1");
}
