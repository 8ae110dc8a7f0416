use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::diagnostics::{DiagnosticManager, DiagnosticSettings, MetricsRow, Readings};
use crate::engine::evidence;
use crate::engine::policy_step::PolicyWish;
use crate::engine::trigger::{LearnedInputs, Limited, MetricsPresence, TriggerInputs, decide};
use crate::store::TurningPoint;

const RULES: [&str; 3] = [
    "slow: mean(response_time, 5) > 1.5",
    "both: sum(errors, 4) >= 3 and not last(loss) <= 0.5",
    "worst: max(loss, 3) > 2 @critical",
];

fn arbitrary_rows() -> impl Strategy<Value = Vec<MetricsRow>> {
    let row = (0.0..4.0_f64, 0_u32..3, 0.0..3.0_f64, any::<[bool; 3]>());
    prop::collection::vec(row, 0..30).prop_map(|rows| {
        let row = |(at, (response_time, errors, loss, has)): (u32, (f64, u32, f64, [bool; 3]))| {
            let all = [
                ("response_time", response_time),
                ("errors", f64::from(errors)),
                ("loss", loss),
            ];
            let kept = all.into_iter().zip(has).filter(|(_, has)| *has);
            MetricsRow {
                at: f64::from(at),
                values: kept
                    .map(|((name, value), _)| (name.to_owned(), value))
                    .collect(),
            }
        };
        (0_u32..).zip(rows).map(row).collect()
    })
}

fn arbitrary_learned() -> impl Strategy<Value = LearnedInputs> {
    let on_missing = vec![OnMissing::Hold, OnMissing::Run, OnMissing::Skip];
    let metrics = (prop::option::of(0.0..200.0_f64), any::<bool>());
    (
        0.0..200.0_f64,
        prop::option::of(50_u64..150),
        prop::option::of(metrics),
        prop::sample::select(on_missing),
    )
        .prop_map(|(since, most, metrics, on_missing)| LearnedInputs {
            since,
            max_interval: most.map(Duration::from_secs),
            metrics: metrics.map(|(age, has_rows)| MetricsPresence {
                age,
                limit: age.map(|_| 100.0),
                has_rows,
            }),
            on_missing,
        })
}

fn retaken(decision: &Decision, reading: &str, value: f64) -> Action {
    let conditions: Vec<Condition> = decision
        .conditions
        .iter()
        .map(|condition| {
            if condition.reading == reading && condition.value.is_some() {
                condition.with_value(value)
            } else {
                condition.clone()
            }
        })
        .collect();
    let rules: Vec<Rule> = decision
        .rules
        .iter()
        .map(|text| Rule::parse(text).unwrap())
        .collect();
    let evidence = Evidence {
        asked: decision.asked,
        mode: decision.mode,
        on_missing: decision.on_missing,
        conditions: &conditions,
        rules: &rules,
        reported: &decision.reported,
    };
    evidence.verdict().0
}

proptest! {
    /// The recorded form of any decision decides the same; its flip turns it, and half of the flip does not.
    #[test]
    fn the_recorded_flip_turns_the_decision_and_half_of_it_does_not(
        rows in arbitrary_rows(),
        elapsed in prop::option::of(0.0..200.0_f64),
        min_interval in 0_u64..50,
        failures_in_row in 0_u32..3,
        since_failure in 0.0..200.0_f64,
        asked in prop::sample::select(vec![Asked::IfDue, Asked::IfDue, Asked::Force, Asked::Cycle]),
        numbers in prop::array::uniform3(prop::option::of(-1.0..1.0_f64)),
        (requests, discrepancies) in (0_u64..2, 0_u64..2),
        is_paused in prop::bool::weighted(0.1),
        learned in prop::option::of(arbitrary_learned()),
    ) {
        let rules = RULES.map(|text| Rule::parse(text).unwrap());
        let manager = DiagnosticManager::new(DiagnosticSettings::default(), rules.to_vec());
        let readings = Readings { rows: &rows, discrepancies, drift: &BTreeMap::new() };
        let [energy, debt, forecast] = numbers;
        let decision = decide(TriggerInputs {
            paused_for: is_paused.then_some(f64::INFINITY),
            elapsed,
            interval: Duration::from_secs(100),
            min_interval: Duration::from_secs(min_interval),
            failures_in_row,
            since_failure,
            asked,
            energy: energy.map(|value| Limited { value, limit: 0.5 }),
            requests,
            policy: debt.map(|debt| PolicyWish {
                wants_run: debt >= 0.5,
                turns_at: Some(TurningPoint {
                    reading: "debt_in_prices".to_owned(),
                    value: debt,
                    threshold: 0.5,
                }),
            }),
            learned,
            forecast: forecast.map(|value| Limited { value, limit: 0.25 }),
            diagnosis: manager.examine(&readings).conditions,
            rules: &rules,
            reported: Vec::new(),
        });
        let json = evidence::to_json(&decision).unwrap();
        let recorded = evidence::from_json(decision.action.as_str(), decision.reason.code(), &json).unwrap();
        prop_assert_eq!(&recorded, &decision);
        let Some(flip) = recorded.flip() else { return Ok(()) };
        prop_assert_ne!(retaken(&recorded, &flip.reading, flip.to), decision.action);
        prop_assert_eq!(retaken(&recorded, &flip.reading, flip.halfway()), decision.action);
    }
}

#[test]
fn a_decision_that_no_single_number_turns_has_no_flip() {
    let decision = Decision::busy(Asked::Cycle);
    assert_eq!(decision.flip(), None);
}
